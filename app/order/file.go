package order

import (
	"cmp"
	"context"
	"math"
	"slices"

	"buildplate/app/cart"
	"buildplate/app/event"
	"buildplate/app/file"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/storage"
)

// SentFileLink signs a link to one of the files a customer sent, for the door they use. Errors: NotFound.
func (s *Service) SentFileLink(ctx context.Context, who shop.Actor, door, fileID string) (file.LinkView, error) {
	var f shop.OrderFile
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if f, err = tx.OrderFile(ctx, fileID); err != nil {
			return shop.IfNotFound(err, "file_not_found", "This file is no longer here.")
		}
		if !who.Can(shop.FetchSent, shop.OrderOf(f.OrderID)) || !sentKind(f.Kind) {
			return shop.NotFoundf("file_not_found", "This file is no longer here.")
		}
		return nil
	})
	if err != nil {
		return file.LinkView{}, err
	}
	return s.files.Link(ctx, f, f.ClientID, door)
}

// ItemMesh opens the mesh of an order's item. Errors: NotFound.
func (s *Service) ItemMesh(ctx context.Context, who shop.Actor, orderID, itemID string) (file.Mesh, error) {
	if err := who.Must(shop.SeeOrder, shop.OrderOf(orderID)); err != nil {
		return file.Mesh{}, err
	}
	item, found, err := s.itemFile(ctx, orderID, itemID, "mesh", 0, shop.NotFoundf("model_not_found", "This item has no model to show."))
	if err != nil {
		return file.Mesh{}, err
	}
	return s.files.ViewMesh(ctx, storage.OrderFiles, found.BlobID, cmp.Or(item.Choices.Unit, shop.Millimetre), found.SHA256)
}

// ItemThumbnail finds the picture of an order's item as it lies. Errors: as ItemMesh.
func (s *Service) ItemThumbnail(ctx context.Context, who shop.Actor, orderID, itemID string) (file.Thumbnail, error) {
	if err := who.Must(shop.SeeOrder, shop.OrderOf(orderID)); err != nil {
		return file.Thumbnail{}, err
	}
	item, found, err := s.itemFile(ctx, orderID, itemID, "mesh", 0, shop.NotFoundf("model_not_found", "This item has no model to show."))
	if err != nil {
		return file.Thumbnail{}, err
	}
	return s.files.Thumbnail(ctx, found.BlobID, item.Pose)
}

// ItemLayers finds what the G-code of one of an item's plates extrudes, by its number in the order, 0 for the first one, layer by
// layer. Errors: NotFound.
func (s *Service) ItemLayers(ctx context.Context, who shop.Actor, orderID, itemID string, plate int) (file.Toolpaths, error) {
	if err := who.Must(shop.SeeOrder, shop.OrderOf(orderID)); err != nil {
		return file.Toolpaths{}, err
	}
	_, found, err := s.itemFile(ctx, orderID, itemID, "gcode", plate, shop.NotFoundf("layers_not_found", "This item has no G-code to show."))
	if err != nil {
		return file.Toolpaths{}, err
	}
	return s.files.Toolpaths(ctx, who.Can(shop.Work, shop.TheShop), storage.OrderFiles, found.BlobID, found.SHA256)
}

// itemFile is an item of an order and its first file of a kind, or that of a plate by its number, unless that is 0; none is the error where it has none.
func (s *Service) itemFile(ctx context.Context, orderID, itemID, kind string, plate int, none error) (item shop.Item, f shop.OrderFile, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		items, err := tx.Items(ctx, orderID)
		if err != nil {
			return err
		}
		files, err := tx.OrderFiles(ctx, orderID)
		if err != nil {
			return err
		}
		plates, err := tx.PlatesOf(ctx, orderID)
		if err != nil {
			return err
		}
		number := map[string]int{}
		for _, p := range plates {
			number[p.ID] = p.Position
		}
		of := slices.IndexFunc(files, func(f shop.OrderFile) bool {
			return f.ItemID == itemID && f.Kind == kind && (plate == 0 || number[f.PlateID] == plate)
		})
		if of < 0 {
			return none
		}
		f = files[of]
		if at := slices.IndexFunc(items, func(it shop.Item) bool { return it.ID == itemID }); at >= 0 {
			item = items[at]
		}
		return nil
	})
	return item, f, err
}

// DeleteOrderFile removes one file of an order that does not need it any more, and what it was a copy of. A
// file of an order that was paid is an admin's to delete. Version is the order's that this was decided on, 0 to ask no
// questions. Errors: NotFound; Forbidden; Conflict, also when the order changed meanwhile.
func (s *Service) DeleteOrderFile(ctx context.Context, who shop.Actor, fileID string, version int) error {
	if err := who.Must(shop.DeleteFile, shop.TheShop); err != nil {
		return err
	}
	return s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		f, err := tx.OrderFile(ctx, fileID)
		if err != nil {
			return shop.IfNotFound(err, "file_not_found", "This file is no longer here.")
		}
		id := f.OrderID
		o, err := tx.Order(ctx, id)
		if err != nil {
			return err
		}
		if err := who.Must(o.Needs("delete_file"), shop.OrderOf(id)); err != nil {
			return err
		}
		if err := setting.CheckVersion(ctx, tx, version, o.Version, o.ChangedBy, o.Updated); err != nil {
			return err
		}
		if err := o.FilesDeletable(); err != nil {
			return err
		}
		if err := tx.SaveOrder(ctx, o, who.Name); err != nil { // its files go by its version
			return err
		}
		if err := s.drop(ctx, tx, f, shop.DeletedByStaff, tx.Now); err != nil {
			return err
		}
		if _, err := s.dropSources(ctx, tx, o, math.MaxInt); err != nil {
			return err
		}
		if err := tx.Log(ctx, who.Activity(shop.VerbFileDeleted, f.BlobID, shop.ActivityParams{Name: f.Name}).On(id)); err != nil {
			return err
		}
		return s.events.Emit(ctx, tx, event.OrderChanged{ID: id})
	})
}

// sentKind says whether a kind of file is what the customer sent.
func sentKind(kind string) bool { return kind == "model" || kind == "review_file" }

// bannable says whether a kind of file is kept from coming back: what the customer sent, and the mesh that was read from it,
// which is the same in whatever file it comes.
func bannable(kind string) bool { return sentKind(kind) || kind == "mesh" }

// checkRefusedModels asks of every file of an order whether it was refused for good meanwhile: its cart may have had it before.
// Errors: Invalid with the file's name.
func (d *prepared) checkRefusedModels(ctx context.Context, tx *db.Tx, who shop.Actor) error {
	for _, f := range d.files {
		if f.text != nil || !bannable(f.row.Kind) {
			continue
		}
		if refused, err := tx.FileRefused(ctx, f.from.SHA256); err != nil || !refused {
			if err != nil {
				return err
			}
			continue
		}
		name := f.row.Name
		for _, it := range d.items {
			if it.ID == f.row.ItemID {
				name = it.Name
			}
		}
		return cart.RefusalOfFile(ctx, tx, who, name, f.from.SHA256)
	}
	return nil
}

// refusedFiles is what the deletion of a refused order's files is asked for.
type refusedFiles struct {
	Order string `json:"order"`
}

// giveUpFiles takes everything that was made of a refused order's files away from everybody, for good, and keeps the files
// themselves, and their models, from being sent again. What staff put in the place of a file is the shop's own to use.
// Other open orders of a model of it wait. Pages that show a cart with one of them hear of it at once. The rest is [Service.deleteRefused]'s, which only deletes: a model that is
// accepted again meanwhile stays accepted.
func (s *Service) giveUpFiles(ctx context.Context, tx *db.Tx, who shop.Actor, o *shop.Order, reason string) error {
	if err := s.holdSame(ctx, tx, who, o, reason); err != nil {
		return err
	}
	if err := tx.RefuseFiles(ctx, o, reason, who.Name); err != nil {
		return err
	}
	carts, err := tx.CartsWithRefused(ctx, o.Number)
	if err != nil {
		return err
	}
	for _, id := range carts {
		if err := s.events.Emit(ctx, tx, event.CartChanged{ID: id}); err != nil {
			return err
		}
	}
	_, err = s.tasks.Enqueue(ctx, tx, db.RefusedFiles, o.ID, refusedFiles{Order: o.ID}, tx.Now)
	return err
}

// deleteRefused deletes the files of an order that was refused with them, a few in each transaction.
func (s *Service) deleteRefused(ctx context.Context, of refusedFiles) error {
	for {
		more := false
		err := s.db.Write(ctx, func(tx *db.Tx) error {
			o, err := tx.Order(ctx, of.Order)
			if shop.IsKind(err, shop.NotFound) {
				return nil // it was deleted meanwhile, with its files
			}
			if err != nil {
				return err
			}
			more, err = s.dropSome(ctx, tx, o, shop.DeletedRefused, o.Closed)
			return err
		})
		if err != nil || !more {
			return err
		}
	}
}

// FileLink signs a link to any file of an order, for the door that staff use; to a mesh, where that is asked for, turned as it
// is printed. Errors: NotFound.
func (s *Service) FileLink(ctx context.Context, who shop.Actor, door, fileID string, oriented bool) (file.LinkView, error) {
	var f shop.OrderFile
	if err := who.Must(shop.FetchFile, shop.TheShop); err != nil {
		return file.LinkView{}, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		f, err = tx.OrderFile(ctx, fileID)
		return err
	})
	if err != nil {
		return file.LinkView{}, shop.IfNotFound(err, "file_not_found", "This file is no longer here.")
	}
	if oriented {
		return s.files.OrientedLink(ctx, f, door)
	}
	return s.files.Link(ctx, f, "", door)
}
