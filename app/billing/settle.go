package billing

import (
	"context"
	"fmt"

	"buildplate/app/job"
	"buildplate/app/shop"
	"buildplate/db"
)

// Settle brings an order in line with the money received for it, in the transaction that recorded the money: it
// counts the payments again, issues the invoice with the next gap-free number, marks it paid when nothing is owed, and
// then releases its jobs. Doing it twice changes nothing.
// Errors: Conflict when the order is closed or waits for review.
func Settle(ctx context.Context, tx *db.Tx, inv *shop.Invoice) error {
	fresh, err := tx.Invoice(ctx, inv.ID)
	if err != nil {
		return err
	}
	inv.Paid, inv.Refunds, inv.Rounding = fresh.Paid, fresh.Refunds, fresh.Rounding
	if inv.Paid > 0 {
		if err := issue(ctx, tx, inv); err != nil {
			return err
		}
	}
	inv.Settle(tx.Now)
	if inv.State == shop.Paid || inv.Released != 0 {
		return job.Release(ctx, tx, inv)
	}
	return tx.SaveInvoice(ctx, inv)
}

// Release issues an order and releases its jobs before the money has come. Doing it twice changes nothing.
// Errors: Conflict when the order is closed or waits for review.
func Release(ctx context.Context, tx *db.Tx, inv *shop.Invoice) error {
	if err := issue(ctx, tx, inv); err != nil {
		return err
	}
	inv.Settle(tx.Now) // nothing may be owed
	return job.Release(ctx, tx, inv)
}

// ReleaseOnOrder releases an order paid by transfer at once where the shop's policy is not to wait for the money.
func ReleaseOnOrder(ctx context.Context, tx *db.Tx, inv *shop.Invoice) error {
	set, err := tx.Settings(ctx)
	if err != nil || inv.Payment != shop.ByTransfer || set.ReleasePolicy != shop.OnInvoice || inv.Review != shop.ReviewNone {
		return err
	}
	return Release(ctx, tx, inv)
}

// issue gives the invoice the next number, unless it has one.
func issue(ctx context.Context, tx *db.Tx, inv *shop.Invoice) error {
	if inv.Issued != 0 {
		return nil
	}
	number, err := tx.NextNumber(ctx, "invoice")
	if err != nil {
		return err
	}
	return inv.Issue(number, tx.Now)
}

// RecordPayment keeps a payment with what staff read of it and, if it counts, settles its order. What is too much is said.
func RecordPayment(ctx context.Context, tx *db.Tx, inv *shop.Invoice, p shop.Payment, act shop.Activity) error {
	if err := tx.InsertPayment(ctx, p); err != nil {
		return err
	}
	if err := tx.Log(ctx, act); err != nil || p.State != shop.PaymentSettled {
		return err
	}
	if err := Settle(ctx, tx, inv); err != nil {
		return err
	}
	return logSurplus(ctx, tx, inv)
}

// logSurplus tells staff when more was paid than is owed.
func logSurplus(ctx context.Context, tx *db.Tx, inv *shop.Invoice) error {
	surplus := -inv.Balance()
	if surplus <= 0 {
		return nil
	}
	return tx.Log(ctx, shop.System("Stripe").Activity(inv.ID, fmt.Sprintf("%s %s more was paid than is owed. Refund it in Stripe.", surplus, inv.Currency)))
}
