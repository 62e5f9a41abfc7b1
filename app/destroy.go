package app

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// destroy removes everything that was made of a refused order's files, at once and for good, and keeps the files
// themselves from being sent again.
func (a *App) destroy(ctx context.Context, tx *db.Tx, inv *shop.Invoice, reason string) error {
	files, err := tx.OrderFiles(ctx, inv.ID)
	if err != nil {
		return err
	}
	for _, f := range files {
		if f.Kind == "model" || f.Kind == "review_file" {
			b, err := tx.Blob(ctx, f.BlobID)
			if err != nil {
				return err
			}
			if err := tx.BanFile(ctx, b.SHA256, inv.OrderNumber, reason); err != nil {
				return err
			}
		}
		if err := tx.DeleteOrderFile(ctx, f.ID); err != nil {
			return err
		}
		if err := a.files.Trash(ctx, tx, f.BlobID); err != nil {
			return err
		}
	}
	if err := a.emptyCart(ctx, tx, inv.CartID); err != nil {
		return err
	}
	items, err := tx.Items(ctx, inv.ID)
	if err != nil {
		return err
	}
	for _, it := range items {
		if err := a.dropSlice(ctx, tx, it.SliceKey); err != nil {
			return err
		}
	}
	return nil
}

// dropSlice removes a result from the cache, unless a cart uses it.
func (a *App) dropSlice(ctx context.Context, tx *db.Tx, key string) error {
	s, err := tx.Slice(ctx, key)
	if shop.IsKind(err, shop.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	users, err := tx.PartsBySlice(ctx, key)
	if err != nil || len(users) > 0 {
		return err
	}
	if err := tx.DeleteSlice(ctx, key); err != nil || s.GCodeBlob == "" {
		return err
	}
	return a.files.Trash(ctx, tx, s.GCodeBlob)
}
