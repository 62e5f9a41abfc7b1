package billing

import (
	"context"
	"slices"

	"buildplate/app/shop"
	"buildplate/db"
)

// Lower lets the invoice of an order ask for less than before, in the transaction of its caller: what was paid beyond that is due
// back, and when nothing is owed any more it is paid. A refund that was said to lower the price, and is of that surplus now, says
// nothing more. ID is the handover's at which this was agreed on, or a new one. It is a step of use cases that have asked for the right to it; whoever calls it
// tells that the order changed.
// Errors: Conflict for an invoice that was not issued or is closed; Invalid for what it may not ask for.
func (s *Service) Lower(ctx context.Context, tx *db.Tx, who shop.Actor, o *shop.Order, id string, asked shop.Cents, reason string) error {
	lowered, err := o.Invoice.Lower(asked)
	if err != nil {
		return err
	}
	if lowered == 0 { // nothing of the order is left to wait for all the same
		return holdLess(ctx, tx, o, who.Name)
	}
	err = tx.InsertAdjustment(ctx, shop.Adjustment{ID: id, InvoiceID: o.Invoice.ID, OrderID: o.ID, Amount: lowered, Reason: reason, UserID: who.ID})
	if err != nil {
		return err
	}
	did := shop.ActivityParams{Amount: lowered, Of: asked, Currency: o.Currency, Reason: reason}
	if err := tx.Log(ctx, who.Activity(shop.VerbInvoiceLowered, o.Invoice.ID, did).On(o.ID)); err != nil {
		return err
	}
	if o.Invoice, err = tx.Invoice(ctx, o.Invoice.ID); err != nil {
		return err
	}
	if err := unanswer(ctx, tx, o.Invoice); err != nil {
		return err
	}
	o.Invoice.Settle(tx.Now)
	if err := tx.SaveInvoice(ctx, o.Invoice, who.Name); err != nil {
		return err
	}
	if err := keepDues(ctx, tx, o.ID, "", ""); err != nil {
		return err
	}
	if o.Invoice, err = tx.Invoice(ctx, o.Invoice.ID); err != nil {
		return err
	}
	return holdLess(ctx, tx, o, who.Name)
}

// Restore takes back what an order's invoice was lowered by, for a reason, in the transaction of its caller: a handover at which that was
// agreed on is undone, or what was cancelled is put back. It asks for that again, nothing of it is due back, and what is not paid is
// owed. What was sent back of it waits for an answer, as any refund does. It is a step of use cases that have asked for the right to
// it; whoever calls it tells that the order changed.
func (s *Service) Restore(ctx context.Context, tx *db.Tx, who shop.Actor, o *shop.Order, back []shop.Adjustment, reason string) (err error) {
	if len(back) == 0 {
		return nil
	}
	for _, a := range back {
		if err := tx.DeleteAdjustment(ctx, a.ID); err != nil {
			return err
		}
	}
	if o.Invoice, err = tx.Invoice(ctx, o.Invoice.ID); err != nil {
		return err
	}
	did := shop.ActivityParams{Amount: shop.SumOf(back), Of: o.Invoice.Asked(), Currency: o.Currency, Reason: reason}
	if err := tx.Log(ctx, who.Activity(shop.VerbInvoiceRestored, o.Invoice.ID, did).On(o.ID)); err != nil {
		return err
	}
	o.Invoice.Reopen()
	if err := tx.SaveInvoice(ctx, o.Invoice, who.Name); err != nil {
		return err
	}
	return keepDues(ctx, tx, o.ID, "", "")
}

// CostsAgain lets an order cost what it did before some of it was cancelled, as that is put back, in the transaction of its caller, who
// tells that it changed: what is still cancelled of it is asked about anew as copies leave. Where its money went back meanwhile, its
// jobs wait for an answer.
func (s *Service) CostsAgain(ctx context.Context, tx *db.Tx, who shop.Actor, orderID string) error {
	o, err := tx.Order(ctx, orderID)
	if err != nil || o.Invoice == nil {
		return err
	}
	back, err := tx.AdjustmentsOf(ctx, o.Invoice.ID)
	if back = o.Restorable(back); err != nil || len(back) == 0 {
		return err
	}
	if err := s.Restore(ctx, tx, who, o, back, "What was cancelled is put back."); err != nil {
		return err
	}
	return HoldAgain(ctx, tx, orderID, who.Name)
}

// holdLess ends the hold of an order that waited for an answer which it has with its rest being cancelled.
func holdLess(ctx context.Context, tx *db.Tx, o *shop.Order, by string) error {
	if o.HeldForMoneyBy() == "" {
		return nil
	}
	return hold(ctx, tx, o, o.Invoice, false, by)
}

// unanswer takes back that so much of an invoice's refunds lowered its price as was of a surplus, of the latest first.
func unanswer(ctx context.Context, tx *db.Tx, inv *shop.Invoice) error {
	return eachRefund(ctx, tx, inv, inv.Lowered-inv.LoweredLeft(), func(r *shop.Refund, sum shop.Cents) shop.Cents {
		part := min(r.Lowered, sum)
		r.Lowered -= part
		return part
	})
}

// eachRefund has an answer about so much of an invoice's refunds changed, of those that count, the latest first: change says over how
// much of the rest it was.
func eachRefund(ctx context.Context, tx *db.Tx, inv *shop.Invoice, sum shop.Cents, change func(r *shop.Refund, sum shop.Cents) shop.Cents) error {
	if sum <= 0 {
		return nil
	}
	refunds, err := tx.RefundsOfInvoice(ctx, inv.ID)
	if err != nil {
		return err
	}
	for _, r := range slices.Backward(refunds) {
		if !r.Counts || sum <= 0 {
			continue
		}
		part := change(&r, sum)
		if part <= 0 {
			continue
		}
		if err := tx.AnswerRefund(ctx, r.ID, r.Lowered, r.Owed); err != nil {
			return err
		}
		sum -= part
	}
	return nil
}
