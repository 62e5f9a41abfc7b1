package job

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// Release lets an order be printed: the order is released, and each plate of it has its job, but for what was left out. By is the name of whoever
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
		if _, out := o.Price.LeftOut(p.ItemID); out {
			continue
		}
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

// Hold keeps an order's jobs from being moved for something about its money, with a reason for staff; "" lets them go on, unless they wait for
// a refused model. By is the name of whoever
// decided it, "" for the shop's own.
func Hold(ctx context.Context, tx *db.Tx, o *shop.Order, reason, by string) error {
	if o.HeldForMoneyBy() == reason {
		return nil
	}
	o.HoldForMoney(reason)
	return tx.SaveOrder(ctx, o, by)
}

// WaitFor lets an order's jobs wait for refused models, and for no others; none lets them go on, unless its money stops them.
func WaitFor(ctx context.Context, tx *db.Tx, o *shop.Order, models []shop.HeldModel, by string) error {
	o.WaitFor(models)
	return tx.SaveOrder(ctx, o, by)
}
