package billing

import (
	"context"

	"buildplate/app/job"
	"buildplate/app/shop"
	"buildplate/db"
)

// Settle brings an invoice and its order in line with the money received, in the transaction that recorded the money:
// it counts the payments again, issues the invoice with the next gap-free number, marks it paid when nothing is owed, and
// then releases the order's jobs. By is the name of whoever took the money or decided about it, "" for the shop itself.
// Doing it twice issues, pays and releases nothing twice. Errors: Conflict when the invoice is closed.
func Settle(ctx context.Context, tx *db.Tx, inv *shop.Invoice, by string) error {
	return settle(ctx, tx, inv, false, by)
}

// Release settles the invoice of an order and releases its jobs even if the money has not come; by is the name of whoever
// decided it. Doing it twice issues and releases nothing twice. Errors: Conflict when the order is closed or waits for
// review.
func Release(ctx context.Context, tx *db.Tx, o *shop.Order, by string) error {
	switch {
	case o.Review == shop.ReviewRequested:
		return shop.Conflictf("order_in_review", "Order %s is waiting for review. Approve it first.", o.Number)
	case o.Closed != 0 || o.Invoice == nil:
		return shop.Conflictf("order_closed", "Order %s is closed.", o.Number)
	}
	return settle(ctx, tx, o.Invoice, true, by)
}

// settleAgain settles an invoice as money counts again that was there all along: one that is paid by it was paid when it came.
func settleAgain(ctx context.Context, tx *db.Tx, inv *shop.Invoice, by string) error {
	paid := inv.State == shop.Paid
	if err := Settle(ctx, tx, inv, by); err != nil || paid || inv.State != shop.Paid {
		return err
	}
	payments, err := tx.PaymentsOfInvoice(ctx, inv.ID)
	if err != nil {
		return err
	}
	adjustments, err := tx.AdjustmentsOf(ctx, inv.ID)
	if err != nil {
		return err
	}
	inv.PaidAt = inv.CoveredSince(payments, adjustments)
	return tx.SaveInvoice(ctx, inv, by)
}

func settle(ctx context.Context, tx *db.Tx, inv *shop.Invoice, release bool, by string) error {
	stored, err := tx.Invoice(ctx, inv.ID)
	if err != nil {
		return err
	}
	*inv = *stored
	before := *inv
	if inv.Issued == 0 && (inv.Paid > 0 || release) {
		number, err := tx.NextNumber(ctx, "invoice")
		if err != nil {
			return err
		}
		if err := inv.Issue(number, tx.Now); err != nil {
			return err
		}
	}
	inv.Settle(tx.Now)
	if !release || *inv != before { // money that counts changes it in any case
		if err := tx.SaveInvoice(ctx, inv, by); err != nil {
			return err
		}
	}
	if inv.OrderID == "" {
		return nil
	}
	if err := keepDues(ctx, tx, inv.OrderID, "", ""); err != nil {
		return err
	}
	o, err := tx.Order(ctx, inv.OrderID)
	if err != nil || (inv.State != shop.Paid && o.Released == 0 && !release) {
		return err
	}
	again := o.Released != 0
	if err := job.Release(ctx, tx, o, by); err != nil {
		return err
	}
	if again && !release { // what was decided before the money came is asked about again
		if err := tx.SaveOrder(ctx, o, by); err != nil {
			return err
		}
	}
	if inv.State != shop.Paid || o.HeldForMoneyBy() != shop.HoldUnpaid {
		return nil
	}
	return hold(ctx, tx, o, inv, false, by) // it is paid again
}

// ReleaseOnOrder releases an order paid by transfer at once where the shop's policy is not to wait for the money.
func ReleaseOnOrder(ctx context.Context, tx *db.Tx, o *shop.Order) error {
	set, err := tx.Settings(ctx)
	if err != nil || o.Payment != shop.ByTransfer || set.ReleasePolicy != shop.OnInvoice || o.Review != shop.ReviewNone {
		return err
	}
	return Release(ctx, tx, o, "")
}

// RecordPayment keeps a payment with what staff read of it and, if it counts, settles its invoice. What is too much is
// said. Money that belongs to no invoice, which is nil then, never counts.
func RecordPayment(ctx context.Context, tx *db.Tx, inv *shop.Invoice, p shop.Payment, act shop.Activity) error {
	if err := tx.InsertPayment(ctx, p); err != nil {
		return err
	}
	if err := tx.Log(ctx, act); err != nil || p.State != shop.PaymentSettled {
		return err
	}
	if err := Settle(ctx, tx, inv, ""); err != nil {
		return err
	}
	return logSurplus(ctx, tx, shop.System("Stripe"), inv)
}

// logSurplus tells staff when more was paid than is owed, by what who did.
func logSurplus(ctx context.Context, tx *db.Tx, who shop.Actor, inv *shop.Invoice) error {
	surplus := -inv.Balance()
	if surplus <= 0 {
		return nil
	}
	return tx.Log(ctx, who.Activity(shop.VerbInvoiceOverpaid, inv.ID, shop.ActivityParams{Amount: surplus, Currency: inv.Currency}).On(inv.OrderID))
}
