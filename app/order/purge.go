package order

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// purge removes everything that was made of a refused order's files, at once and for good, and keeps the files
// themselves from being sent again.
func (s *Service) purge(ctx context.Context, tx *db.Tx, o *shop.Order, reason string) error {
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
