package job

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// Release lets an order be printed: the order is released, and each plate of it has its job. By is the name of whoever
// decided it, "" for the shop's own. Doing it twice makes no second job and changes nothing. Errors: Conflict when the order was never issued
// or is closed.
func Release(ctx context.Context, tx *db.Tx, o *shop.Order, by string) error {
	changed := o.Released == 0
	if err := o.Release(tx.Now); err != nil {
		return err
	}
	plates, err := tx.PlatesOf(ctx, o.ID)
	if err != nil {
		return err
	}
	for _, p := range plates {
		added, err := tx.InsertJob(ctx, shop.Job{ID: shop.NewID(), PlateID: p.ID, Title: p.Title, State: shop.JobQueued})
		if err != nil {
			return err
		}
		changed = changed || added
	}
	if !changed {
		return nil
	}
	return tx.SaveOrder(ctx, o, by)
}

// Hold keeps an order's jobs from being moved, with a reason for staff; "" lets them go on. By is the name of whoever
// decided it, "" for the shop's own.
func Hold(ctx context.Context, tx *db.Tx, o *shop.Order, reason, by string) error {
	if o.Hold == reason {
		return nil
	}
	o.Hold = reason
	return tx.SaveOrder(ctx, o, by)
}
