package billing

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// ReversePayment takes back a payment that staff entered by mistake: it counts no more, or never will, and keeps its row. An invoice that was
// paid by it is owed again, under its number, and the order's jobs wait until it is paid or staff let them go on. Version is
// the payment's that this was decided on, 0 to ask no questions.
// Errors: Forbidden for anyone but an admin; NotFound; Invalid without a reason; Conflict when it was reversed already, was
// sent back, came from Stripe, or changed meanwhile, and when what is owed beside it was written off.
func (s *Service) ReversePayment(ctx context.Context, who shop.Actor, paymentID string, version int, reason string) error {
	return s.decide(ctx, who, paymentID, version, reason, func(ctx context.Context, tx *db.Tx, o *shop.Order, pay shop.Payment, why string) error {
		if err := pay.CanReverse(); err != nil {
			return err
		}
		if err := tx.ReversePayment(ctx, pay.ID, who.ID, why); err != nil {
			return err
		}
		did := shop.ActivityParams{Amount: pay.Amount, Currency: pay.Currency, Method: pay.Method, Reason: why}
		if err := tx.Log(ctx, who.Activity(shop.VerbPaymentReversed, pay.ID, did).On(pay.OrderID)); err != nil {
			return err
		}
		if pay.State != shop.PaymentSettled { // it waited for a decision, which this is
			return s.changed(ctx, tx, pay.OrderID)
		}
		if err := reopen(ctx, tx, o, pay.InvoiceID, who.Name); err != nil {
			return err
		}
		if o == nil { // nothing is made for the invoice, and nothing is due back of it
			return nil
		}
		if err := keepDues(ctx, tx, o.ID, pay.ID, "Entered by mistake: "+why); err != nil {
			return err
		}
		return s.changed(ctx, tx, o.ID)
	})
}

// reopen lets an invoice be owed again of which something is, and the jobs of its order, if it has one, wait; by is the name of whoever decided it.
func reopen(ctx context.Context, tx *db.Tx, o *shop.Order, invoiceID, by string) error {
	inv, err := tx.Invoice(ctx, invoiceID)
	if err != nil {
		return err
	}
	was := inv.State
	inv.Reopen()
	if err := tx.SaveInvoice(ctx, inv, by); err != nil {
		return err
	}
	if o == nil {
		return nil
	}
	return hold(ctx, tx, o, inv, was == shop.Paid, by)
}
