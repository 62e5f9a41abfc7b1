package ops

import (
	"cmp"
	"context"

	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

// PaymentChanged sets the alarms of money that fits no invoice, that is to be sent back, that a cardholder disputes or a bank took, or
// that is more than is owed.
func (s *Service) PaymentChanged(ctx context.Context, tx *db.Tx, e event.PaymentChanged) error {
	if err := s.unapplied(ctx, tx, e.ID); err != nil {
		return err
	}
	if err := s.refundDue(ctx, tx, e.ID); err != nil {
		return err
	}
	pay, err := tx.Payment(ctx, e.ID)
	if found, err := there(err); err != nil || !found {
		return err
	}
	if err := s.disputed(ctx, tx, pay); err != nil || pay.InvoiceID == "" {
		return err
	}
	payments, err := tx.PaymentsOfInvoice(ctx, pay.InvoiceID)
	if err != nil {
		return err
	}
	if err := s.allUnapplied(ctx, tx, payments); err != nil {
		return err
	}
	return s.overpaid(ctx, tx, pay.InvoiceID)
}

// refundDue sets the alarm of a payment of which something is to be sent back.
func (s *Service) refundDue(ctx context.Context, tx *db.Tx, paymentID string) error {
	due, err := tx.RefundDue(ctx, paymentID)
	found, err := there(err)
	if err != nil {
		return err
	}
	params := shop.AlarmParams{OrderID: due.OrderID, Order: due.OrderNumber, Amount: due.Left, Currency: due.Currency}
	return s.set(ctx, tx, shop.Alarm{Kind: shop.AlarmRefundDue, ObjectKind: shop.ObjectPayment, ObjectID: paymentID, Params: params}, found && due.State == shop.RefundOpen)
}

// refundUnanswered sets the alarm of an order of which something was refunded and nobody said what that means.
func (s *Service) refundUnanswered(ctx context.Context, tx *db.Tx, orderID string) error {
	o, err := tx.Order(ctx, orderID)
	if err != nil {
		return err
	}
	return s.set(ctx, tx, refundAlarm(o), o.OpenRefunds() > 0)
}

func refundAlarm(o *shop.Order) shop.Alarm {
	params := shop.AlarmParams{OrderID: o.ID, Order: o.Number, Amount: o.OpenRefunds(), Currency: o.Currency}
	return shop.Alarm{Kind: shop.AlarmRefund, ObjectKind: shop.ObjectOrder, ObjectID: o.ID, Params: params}
}

// raiseRefunds raises the alarms of refunds that came to wait for an answer while an older program ran, which knew of no such alarm.
func raiseRefunds(ctx context.Context, tx *db.Tx) error {
	ids, err := tx.RefundsUnanswered(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		o, err := tx.Order(ctx, id)
		if err != nil {
			return err
		}
		if _, err := tx.RaiseAlarm(ctx, refundAlarm(o)); err != nil {
			return err
		}
	}
	return nil
}

// unapplied sets the alarm of a payment that waits for a decision.
func (s *Service) unapplied(ctx context.Context, tx *db.Tx, id string) error {
	p, err := tx.PaymentToReturn(ctx, id)
	found, err := there(err)
	if err != nil {
		return err
	}
	params := shop.AlarmParams{OrderID: p.OrderID, Amount: p.Counts(), Currency: p.Currency, Twice: p.State == shop.PaymentDuplicate, Over: p.State == shop.PaymentDuplicate && p.Processor == ""}
	if found && p.InvoiceID != "" {
		inv, err := tx.Invoice(ctx, p.InvoiceID)
		if err != nil {
			return err
		}
		params.Order = cmp.Or(inv.OrderNumber, inv.Number)
		if params.Twice && inv.CanAccept(p) == nil {
			params.Owed = inv.Balance()
		}
	}
	return s.set(ctx, tx, shop.Alarm{Kind: shop.AlarmPayment, ObjectKind: shop.ObjectPayment, ObjectID: id, Params: params}, found)
}

// allUnapplied sets the alarms of those payments that wait: what is said of them goes by what is owed.
func (s *Service) allUnapplied(ctx context.Context, tx *db.Tx, payments []shop.Payment) error {
	for _, p := range payments {
		if !p.Unapplied() {
			continue
		}
		if err := s.unapplied(ctx, tx, p.ID); err != nil {
			return err
		}
	}
	return nil
}

// OrderChanged sets the alarms of an order for which more was paid than it costs: what is to be sent back of each payment, or
// that it is more than is owed; that of a refund that waits for an answer; what is said of its payments that wait; and that of many
// that wait.
func (s *Service) OrderChanged(ctx context.Context, tx *db.Tx, e event.OrderChanged) error {
	if err := s.ordersWait(ctx, tx); err != nil {
		return err
	}
	payments, err := tx.PaymentsOf(ctx, e.ID)
	if err != nil {
		return err
	}
	if len(payments) > 0 {
		if err := s.refundUnanswered(ctx, tx, e.ID); err != nil {
			return err
		}
	}
	if err := s.allUnapplied(ctx, tx, payments); err != nil {
		return err
	}
	done := map[string]bool{}
	for _, p := range payments {
		if err := s.refundDue(ctx, tx, p.ID); err != nil {
			return err
		}
		if done[p.InvoiceID] {
			continue
		}
		done[p.InvoiceID] = true
		if err := s.overpaid(ctx, tx, p.InvoiceID); err != nil {
			return err
		}
	}
	return nil
}

// disputed sets the alarms of a payment that a cardholder disputes, or whose bank took it for good and nobody decided what becomes of
// that.
func (s *Service) disputed(ctx context.Context, tx *db.Tx, pay shop.Payment) error {
	disputes, err := tx.DisputesOfPayment(ctx, pay.ID)
	if err != nil {
		return err
	}
	params, open := shop.AlarmParams{OrderID: pay.OrderID, Currency: pay.Currency}, false
	for _, d := range disputes {
		if d.State == shop.DisputeOpen {
			params.Amount, open = params.Amount+d.Amount, true
		}
	}
	undecided := false
	if pay.InvoiceID != "" {
		inv, err := tx.Invoice(ctx, pay.InvoiceID)
		if err != nil {
			return err
		}
		params.Order = cmp.Or(inv.OrderNumber, inv.Number)
		undecided = pay.Undecided > 0 && inv.State != shop.Void
	}
	if err := s.set(ctx, tx, shop.Alarm{Kind: shop.AlarmDispute, ObjectKind: shop.ObjectPayment, ObjectID: pay.ID, Params: params}, open); err != nil {
		return err
	}
	params.Amount = min(pay.Undecided, pay.Amount)
	return s.set(ctx, tx, shop.Alarm{Kind: shop.AlarmDisputeLost, ObjectKind: shop.ObjectPayment, ObjectID: pay.ID, Params: params}, undecided)
}

// overpaid sets the alarm of an invoice that stands alone and for which more counts than is owed, at the last payment that does. Of an
// order the surplus is due back, which has its own alarm.
func (s *Service) overpaid(ctx context.Context, tx *db.Tx, invoiceID string) error {
	inv, err := tx.Invoice(ctx, invoiceID)
	if err != nil {
		return err
	}
	payments, err := tx.PaymentsOfInvoice(ctx, invoiceID)
	if err != nil {
		return err
	}
	last := ""
	for _, p := range payments {
		if p.State == shop.PaymentSettled {
			last = p.ID
		}
	}
	surplus := -inv.Balance()
	params := shop.AlarmParams{OrderID: inv.OrderID, Order: cmp.Or(inv.OrderNumber, inv.Number), Amount: surplus, Currency: inv.Currency}
	for _, p := range payments {
		a := shop.Alarm{Kind: shop.AlarmOverpaid, ObjectKind: shop.ObjectPayment, ObjectID: p.ID, Params: params}
		if err := s.set(ctx, tx, a, p.ID == last && surplus > 0 && inv.OrderID == "" && inv.State != shop.Void); err != nil {
			return err
		}
	}
	return nil
}
