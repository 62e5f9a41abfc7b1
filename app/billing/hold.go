package billing

import (
	"context"
	"strings"
	"unicode/utf8"

	"buildplate/app/event"
	"buildplate/app/job"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// LiftHold lets an order's jobs go on after a refund or a dispute, when staff have settled the matter. News of the
// same matter that was heard before does not bring the hold back; new news does. Version is the order's that staff decided
// on; 0 asks no questions.
// Errors: Forbidden for anyone but an admin while a bank may take the order's money, or did, or it is owed again, or a model of it is
// refused; NotFound; Conflict when the order is not on hold or changed meanwhile; Invalid without a reason.
func (s *Service) LiftHold(ctx context.Context, who shop.Actor, orderID string, version int, reason string) error {
	if err := who.Must(shop.LiftHold, shop.OrderOf(orderID)); err != nil {
		return err
	}
	if reason = strings.TrimSpace(reason); reason == "" || utf8.RuneCountInString(reason) > 500 {
		return shop.Invalidf("reason_length", "reason", "Say why the order may continue, in up to 500 characters.")
	}
	return s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		o, err := tx.Order(ctx, orderID)
		if err != nil {
			return shop.IfNotFound(err, "order_not_found", "There is no such order.")
		}
		if err := setting.CheckVersion(ctx, tx, version, o.Version, o.ChangedBy, o.Updated); err != nil {
			return err
		}
		if err := who.Must(o.Needs("lift_hold"), shop.OrderOf(orderID)); err != nil {
			return err
		}
		if o.Hold == "" {
			return shop.Conflictf("order_not_on_hold", "Order %s is not on hold.", o.Number)
		}
		model := o.RefusedModel() != ""
		if err := job.Hold(ctx, tx, o, "", who.Name); err != nil {
			return err
		}
		if model { // its money waited for nothing meanwhile
			if err := HoldAgain(ctx, tx, o.ID, who.Name); err != nil {
				return err
			}
		}
		if err := tx.Log(ctx, who.Activity(shop.VerbHoldLifted, o.ID, shop.ActivityParams{Reason: reason})); err != nil {
			return err
		}
		return s.events.Emit(ctx, tx, event.OrderChanged{ID: o.ID})
	})
}

// Hold stops or frees the jobs of the order that a payment was for, after a refund or a dispute of it. What happens to
// money that never counted does not concern the jobs. Whoever calls it tells that the order changed.
func Hold(ctx context.Context, tx *db.Tx, p shop.Payment) error {
	if p.State != shop.PaymentSettled {
		return nil
	}
	inv, err := tx.Invoice(ctx, p.InvoiceID)
	if err != nil || inv.OrderID == "" {
		return err
	}
	o, err := tx.Order(ctx, inv.OrderID)
	if err != nil {
		return err
	}
	return hold(ctx, tx, o, inv, false, "")
}

// HoldAgain applies the rule of holds to an order that is open again: what was refunded, or is disputed, held nothing while it
// was done. By is the name of whoever opened it.
func HoldAgain(ctx context.Context, tx *db.Tx, orderID, by string) error {
	o, err := tx.Order(ctx, orderID)
	if err != nil || o.Invoice == nil {
		return err
	}
	return hold(ctx, tx, o, o.Invoice, false, by)
}

// hold lets an order's jobs wait, or go on, as its money is now: one that was paid and is not any more waits, by whatever that came. Unpaid
// says that it was paid until just now. By is the name of whoever changed that. A refund does not stop what is done; and what was not released has no jobs to wait.
func hold(ctx context.Context, tx *db.Tx, o *shop.Order, inv *shop.Invoice, unpaid bool, by string) error {
	if o.RefusedModel() != "" {
		return nil // whatever came of its money, staff decide about that first
	}
	disputes, err := tx.Disputes(ctx, inv.ID)
	if err != nil {
		return err
	}
	if o.State == shop.OrderCompleted && inv.OpenRefunds() > 0 {
		settled := *inv
		settled.Lowered += inv.OpenRefunds()
		inv = &settled
	}
	reason := inv.HoldReason(disputes)
	if owed := inv.State == shop.Pending && inv.Balance() > 0; reason == "" && owed && o.State == shop.OrderOpen && o.Released != 0 {
		payments, err := tx.PaymentsOfInvoice(ctx, inv.ID)
		if err != nil {
			return err
		}
		if unpaid || o.Hold == shop.HoldUnpaid || inv.PaidOnce(payments) {
			reason = shop.HoldUnpaid
		}
	}
	if reason == "" && o.Hold == shop.HoldRefundFailed && o.State == shop.OrderOpen {
		return nil // staff let it go on
	}
	return job.Hold(ctx, tx, o, reason, by)
}
