package order

import (
	"context"

	"buildplate/app/event"
	"buildplate/app/file"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/storage"
)

// SentFileLink signs a link to one of the files a customer sent. Errors: NotFound.
func (s *Service) SentFileLink(ctx context.Context, who shop.Actor, fileID string) (file.LinkView, error) {
	var f shop.OrderFile
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if f, err = tx.OrderFile(ctx, fileID); err != nil {
			return shop.IfNotFound(err, "file_not_found", "This file is not here any more.")
		}
		if !who.Can(shop.FetchSent, shop.OrderOf(f.OrderID)) || (f.Kind != "model" && f.Kind != "review_file") {
			return shop.NotFoundf("file_not_found", "This file is not here any more.")
		}
		return nil
	})
	if err != nil {
		return file.LinkView{}, err
	}
	return s.files.Link(ctx, f, f.ClientID)
}

// ItemMesh opens the mesh of an order's item. Errors: NotFound.
func (s *Service) ItemMesh(ctx context.Context, who shop.Actor, orderID, itemID string) (file.Mesh, error) {
	if err := who.Must(shop.SeeOrder, shop.OrderOf(orderID)); err != nil {
		return file.Mesh{}, err
	}
	var found shop.OrderFile
	unit := shop.Millimetre
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		items, err := tx.Items(ctx, orderID)
		if err != nil {
			return err
		}
		files, err := tx.OrderFiles(ctx, orderID)
		if err != nil {
			return err
		}
		for _, it := range items {
			if it.ID == itemID {
				unit = it.Choices.Unit
			}
		}
		for _, f := range files {
			if f.ItemID == itemID && f.Kind == "mesh" {
				found = f
				return nil
			}
		}
		return shop.NotFoundf("model_not_found", "This item has no model to show.")
	})
	if err != nil {
		return file.Mesh{}, err
	}
	return s.files.ViewMesh(ctx, storage.OrderFiles, found.BlobID, unit, found.SHA256)
}

// DeleteOrderFile removes one file of an order. G-code that has still to be printed stays; a file of an order that was
// paid is an admin's to delete. Errors: NotFound; Forbidden; Conflict.
func (s *Service) DeleteOrderFile(ctx context.Context, p shop.Actor, fileID string) error {
	if err := p.Must(shop.DeleteFile, shop.TheShop); err != nil {
		return err
	}
	return s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		f, err := tx.OrderFile(ctx, fileID)
		if err != nil {
			return shop.IfNotFound(err, "file_not_found", "This file is not here any more.")
		}
		id := f.OrderID
		o, err := tx.Order(ctx, id)
		if err != nil {
			return err
		}
		if err := p.Must(deletion(o), shop.OrderOf(id)); err != nil {
			return err
		}
		if f.Kind == "gcode" && o.State == shop.OrderOpen {
			return shop.Conflictf("gcode_in_use", "This G-code has still to be printed. Complete or cancel the job first.")
		}
		if err := tx.DeleteOrderFile(ctx, fileID); err != nil {
			return err
		}
		if err := s.files.Trash(ctx, tx, f.BlobID); err != nil {
			return err
		}
		if err := tx.Log(ctx, p.Activity(id, "Deleted the file "+f.Name+".")); err != nil {
			return err
		}
		return s.events.Emit(ctx, tx, event.OrderChanged{ID: id})
	})
}

// deleteFiles removes everything that was made of a refused order's files, at once and for good, and keeps the files
// themselves from being sent again.
func (s *Service) deleteFiles(ctx context.Context, tx *db.Tx, o *shop.Order, reason string) error {
	files, err := tx.OrderFiles(ctx, o.ID)
	if err != nil {
		return err
	}
	for _, f := range files {
		if f.Kind == "model" || f.Kind == "review_file" {
			b, err := tx.Blob(ctx, f.BlobID)
			if err != nil {
				return err
			}
			if err := tx.BanFile(ctx, b.SHA256, o.Number, reason); err != nil {
				return err
			}
		}
		if err := tx.DeleteOrderFile(ctx, f.ID); err != nil {
			return err
		}
		if err := s.files.Trash(ctx, tx, f.BlobID); err != nil {
			return err
		}
	}
	if err := s.carts.Empty(ctx, tx, o.CartID); err != nil {
		return err
	}
	items, err := tx.Items(ctx, o.ID)
	if err != nil {
		return err
	}
	for _, it := range items {
		if err := s.slices.Drop(ctx, tx, it.SliceKey); err != nil {
			return err
		}
	}
	return nil
}

// FileLink signs a link to any file of an order. Errors: NotFound.
func (s *Service) FileLink(ctx context.Context, p shop.Actor, fileID string) (file.LinkView, error) {
	var f shop.OrderFile
	if err := p.Must(shop.FetchFile, shop.TheShop); err != nil {
		return file.LinkView{}, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		f, err = tx.OrderFile(ctx, fileID)
		return err
	})
	if err != nil {
		return file.LinkView{}, shop.IfNotFound(err, "file_not_found", "This file is not here any more.")
	}
	return s.files.Link(ctx, f, "")
}

// deletion is what deleting a file of the order needs.
func deletion(o *shop.Order) shop.Permission {
	if o.Paid() > 0 {
		return shop.DeletePaid
	}
	return shop.DeleteFile
}
