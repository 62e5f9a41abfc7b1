package billing

import (
	"context"

	"buildplate/app/job"
	"buildplate/app/shop"
	"buildplate/db"
)

// Settle brings an order in line with the money received for it, in the transaction that recorded the money: it
// counts the payments again, issues the invoice with the next gap-free number, marks it paid when nothing is owed, and
// then releases it and puts its jobs on the floor. Doing it twice changes nothing.
// Errors: Conflict when the order is closed or waits for review.
func Settle(ctx context.Context, tx *db.Tx, inv *shop.Invoice) error {
	fresh, err := tx.Invoice(ctx, inv.ID)
	if err != nil {
		return err
	}
	inv.Paid, inv.Refunds, inv.Rounding = fresh.Paid, fresh.Refunds, fresh.Rounding
	now := shop.TimeOf(tx.Now)
	if inv.Issued == 0 && inv.Paid > 0 {
		number, err := tx.NextNumber(ctx, "invoice")
		if err != nil {
			return err
		}
		if err := inv.Issue(number, now); err != nil {
			return err
		}
	}
	inv.Settle(now)
	if inv.State == shop.Paid {
		if err := inv.Release(now); err != nil {
			return err
		}
	}
	if err := tx.SaveInvoice(ctx, inv); err != nil {
		return err
	}
	if inv.Released == 0 {
		return nil
	}
	return job.Create(ctx, tx, inv)
}

// Release issues an order and puts its jobs on the floor. Doing it twice changes nothing.
func Release(ctx context.Context, tx *db.Tx, inv *shop.Invoice) error {
	now := shop.TimeOf(tx.Now)
	if inv.Issued == 0 {
		number, err := tx.NextNumber(ctx, "invoice")
		if err != nil {
			return err
		}
		if err := inv.Issue(number, now); err != nil {
			return err
		}
	}
	if err := inv.Release(now); err != nil {
		return err
	}
	inv.Settle(now)
	if err := tx.SaveInvoice(ctx, inv); err != nil {
		return err
	}
	return job.Create(ctx, tx, inv)
}

// ReleaseOnOrder starts an order paid by transfer at once where the shop's policy is not to wait for the money.
func ReleaseOnOrder(ctx context.Context, tx *db.Tx, inv *shop.Invoice) error {
	set, err := tx.Settings(ctx)
	if err != nil || inv.Payment != shop.ByTransfer || set.ReleasePolicy != shop.OnInvoice || inv.Review != shop.ReviewNone {
		return err
	}
	return Release(ctx, tx, inv)
}
