package billing

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// ReversePayment takes back a payment that staff entered by mistake: it counts no more and keeps its row. An invoice that was
// paid by it is owed again, under its number, and the order's jobs wait until it is paid or staff let them go on.
// Errors: Forbidden for anyone but an admin; NotFound; Invalid without a reason; Conflict when it was reversed already, does
// not count, or came from Stripe.
func (s *Service) ReversePayment(ctx context.Context, who shop.Actor, orderID, paymentID, reason string) error {
	return s.decide(ctx, who, orderID, paymentID, reason, func(ctx context.Context, tx *db.Tx, o *shop.Order, pay shop.Payment, why string) error {
		if err := pay.CanReverse(); err != nil {
			return err
		}
		if err := tx.ReversePayment(ctx, pay.ID, who.ID, why); err != nil {
			return err
		}
		pay.State = shop.PaymentReversed
		did := shop.ActivityParams{Amount: pay.Amount, Currency: pay.Currency, Method: pay.Method, Reason: why}
		if err := tx.Log(ctx, who.Activity(shop.VerbPaymentReversed, pay.ID, did).On(orderID)); err != nil {
			return err
		}
		if err := reopen(ctx, tx, o, pay.InvoiceID, who.Name); err != nil {
			return err
		}
		if err := keepDue(ctx, tx, o, pay, "Entered by mistake: "+why); err != nil {
			return err
		}
		return s.changed(ctx, tx, orderID)
	})
}

// reopen lets an invoice be owed again of which something is, and its order's jobs wait; by is the name of whoever decided it.
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
	return hold(ctx, tx, o, inv, was == shop.Paid, by)
}
