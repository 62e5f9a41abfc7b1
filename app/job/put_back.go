package job

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// bringBack lets the item of a job that was cancelled be made after all, where it had been left out.
func bringBack(ctx context.Context, tx *db.Tx, job shop.Job, by string) error {
	o, err := tx.Order(ctx, job.OrderID)
	if err != nil {
		return err
	}
	if _, out := o.Price.LeftOut(job.ItemID); !out {
		return nil
	}
	return PutBack(ctx, tx, o, job.ItemID, shop.Tax{}, by) // its price stood, and was lowered
}

// PutBack lets an item that was left out of its order be made after all, in the transaction of its caller, who tells that the order
// changed. Where its model is refused, the order waits for it. Tax is that of a price that it comes back into.
func PutBack(ctx context.Context, tx *db.Tx, o *shop.Order, itemID string, tax shop.Tax, by string) error {
	o.Price = o.Price.PutBack(itemID, tax)
	if err := tx.SaveOrder(ctx, o, by); err != nil {
		return err
	}
	refused, err := tx.RefusedOf(ctx, o.ID)
	if err != nil {
		return err
	}
	for _, m := range refused {
		if m.ItemID == itemID && len(o.HoldForModels([]shop.HeldModel{m})) > 0 {
			if err := tx.HoldOrder(ctx, o); err != nil {
				return err
			}
		}
	}
	return nil
}

// leftOut names a job's item if it was left out of its order.
func leftOut(ctx context.Context, tx *db.Tx, job shop.Job) (names []string, err error) {
	o, err := tx.Order(ctx, job.OrderID)
	if err != nil {
		return nil, err
	}
	if _, out := o.Price.LeftOut(job.ItemID); out {
		names = append(names, job.Title)
	}
	return names, nil
}
