package job

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// Create puts each printed line of an order on the floor, once.
func Create(ctx context.Context, tx *db.Tx, inv *shop.Invoice) error {
	items, err := tx.Items(ctx, inv.ID)
	if err != nil {
		return err
	}
	for _, it := range items {
		if it.Kind != shop.KindModel {
			continue
		}
		job := shop.Job{ID: shop.NewID(), OrderID: inv.ID, ItemID: it.ID, Title: it.Name, State: shop.JobQueued, Copies: it.Copies}
		if _, err := tx.InsertJob(ctx, job); err != nil {
			return err
		}
	}
	return nil
}
