package order

import (
	"context"

	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

// expire deletes some of an order's models, G-code and all that was made of them, and says whether there are more. Their
// names and hashes stay.
func (s *Service) expire(ctx context.Context, tx *db.Tx, o *shop.Order) (more bool, err error) {
	if more, err := s.dropSome(ctx, tx, o, shop.DeletedByAge, tx.Now); err != nil || more {
		return more, err
	}
	if err := tx.FilesGone(ctx, o.ID); err != nil {
		return false, err
	}
	gone, err := tx.DeletedFiles(ctx, o.ID)
	if err != nil {
		return false, err
	}
	n := 0
	for _, f := range gone {
		if f.Reason == shop.DeletedByAge && f.Deleted >= max(o.Completed, o.Closed) { // not those of a time before this
			n++
		}
	}
	if n == 0 { // staff had deleted them all
		return false, s.events.Emit(ctx, tx, event.OrderChanged{ID: o.ID})
	}
	if err := tx.Log(ctx, theShop.Activity(shop.VerbFilesExpired, o.ID, shop.ActivityParams{Files: n})); err != nil {
		return false, err
	}
	return false, s.events.Emit(ctx, tx, event.OrderChanged{ID: o.ID})
}

// dropSome deletes some of an order's files, or of what they were copies of, and says whether there may be more.
func (s *Service) dropSome(ctx context.Context, tx *db.Tx, o *shop.Order, reason shop.DeletionReason, at shop.Time) (more bool, err error) {
	files, err := tx.FilesToDelete(ctx, o.ID, fileBatch)
	if err != nil {
		return false, err
	}
	for _, f := range files {
		if err := s.drop(ctx, tx, f, reason, at); err != nil {
			return false, err
		}
	}
	if len(files) > 0 { // what they were copies of goes in a transaction of its own
		return true, s.events.Emit(ctx, tx, event.OrderChanged{ID: o.ID})
	}
	return s.dropSources(ctx, tx, o, fileBatch)
}

// drop deletes a file of an order, and keeps its name and hash, and since when it is nobody's.
func (s *Service) drop(ctx context.Context, tx *db.Tx, f shop.OrderFile, reason shop.DeletionReason, at shop.Time) error {
	if err := tx.DeleteOrderFile(ctx, f.ID); err != nil {
		return err
	}
	if err := tx.InsertDeletedFile(ctx, f, reason, at); err != nil {
		return err
	}
	return s.files.Trash(ctx, tx, f.BlobID)
}

// dropSources deletes what an order's files were copies of: slices that no cart uses and, of orders of older versions, which
// left their carts as they were, the files of the cart, at most so many. It says whether there are more.
func (s *Service) dropSources(ctx context.Context, tx *db.Tx, o *shop.Order, most int) (more bool, err error) {
	if more, err = s.carts.EmptySome(ctx, tx, o.CartID, most); err != nil || more {
		return more, err
	}
	items, err := tx.Items(ctx, o.ID)
	if err != nil {
		return false, err
	}
	for _, it := range items {
		dropped, err := s.slices.Drop(ctx, tx, it.SliceKey)
		if err != nil {
			return false, err
		}
		if dropped {
			most--
		}
		if most == 0 {
			return true, nil
		}
	}
	return false, nil
}
