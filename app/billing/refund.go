package billing

import (
	"cmp"
	"context"
	"strings"
	"unicode/utf8"

	"buildplate/app/event"
	"buildplate/app/job"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// CameBack brings a payment in line with a refund of it that failed. One that never counted waits for a decision again; the jobs
// of an order that goes on wait until somebody knows. Whoever calls it tells that the payment and its order changed.
func CameBack(ctx context.Context, tx *db.Tx, pay shop.Payment) error {
	switch {
	case pay.CanUnreturn() == nil:
		return tx.UnreturnPayment(ctx, pay.ID, "", "A refund of it failed.")
	case pay.State != shop.PaymentSettled:
		return nil
	}
	if err := unrefunded(ctx, tx, shop.System("Stripe"), pay); err != nil || pay.OrderID == "" {
		return err
	}
	o, err := tx.Order(ctx, pay.OrderID)
	if err != nil || o.Closed != 0 || o.HeldForMoneyBy() != "" || o.DueBack() > 0 { // what is due back has its own alarm
		return err
	}
	return job.Hold(ctx, tx, o, shop.HoldRefundFailed, "")
}

// unrefunded brings the invoice and the order of a payment that counts in line with less being sent back of it than was known:
// nothing is owed again for that, and it is due back where it was. Who said so.
func unrefunded(ctx context.Context, tx *db.Tx, who shop.Actor, pay shop.Payment) error {
	if err := sentBack(ctx, tx, who, pay, ""); err != nil {
		return err
	}
	return Hold(ctx, tx, pay)
}

// Due lets all that was paid for an order that is closed now be due back, and says how much that is. It is a step of the use
// cases that close orders.
func (s *Service) Due(ctx context.Context, tx *db.Tx, o *shop.Order) (sum shop.Cents, err error) {
	if err := keepDues(ctx, tx, o.ID, "", ""); err != nil {
		return 0, err
	}
	payments, err := tx.PaymentsOf(ctx, o.ID)
	if err != nil {
		return 0, err
	}
	for _, p := range payments {
		if p.State != shop.PaymentSettled {
			continue
		}
		sum += p.Left()
		if err := s.events.Emit(ctx, tx, event.PaymentChanged{ID: p.ID}); err != nil {
			return 0, err
		}
	}
	return sum, nil
}

// SentBackRequest says what was sent back of a payment, and how. Amount 0 is all that is due. Version is the refund's that it was
// decided on, 0 to ask no questions.
type SentBackRequest struct {
	Version   int
	Amount    shop.Cents
	Reference string
}

// NoteRefund notes that what was due back of a payment, or a part of it, was sent back, and how; the rest stays due. Of one that came from Stripe the shop hears by itself; should it do
// so later, Stripe's figure stands.
// Errors: Forbidden for anyone but an admin; NotFound; Invalid without a reference, and for an amount that is not due; Conflict when
// it is done or changed meanwhile.
func (s *Service) NoteRefund(ctx context.Context, who shop.Actor, paymentID string, req SentBackRequest) error {
	if err := who.Must(shop.DecidePayment, shop.TheShop); err != nil {
		return err
	}
	reference := strings.TrimSpace(req.Reference)
	if reference == "" || utf8.RuneCountInString(reference) > 200 {
		return shop.Invalidf("reference_missing", "reference", "Say how it was refunded, in up to 200 characters.")
	}
	return s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		due, err := tx.RefundDue(ctx, paymentID)
		if err != nil {
			return shop.IfNotFound(err, "refund_due_not_found", "None of this payment has to be refunded.")
		}
		if err := setting.CheckVersion(ctx, tx, req.Version, due.Version, due.ChangedBy, due.Changed); err != nil {
			return err
		}
		if due.State == shop.RefundDone && due.Contested > 0 {
			return shop.Conflictf("refund_disputed", "The cardholder disputes this payment, and their bank is deciding about it. Send nothing back until it has.")
		}
		if due.State == shop.RefundDone {
			return shop.Conflictf("refund_done", "This has already been refunded.")
		}
		pay, err := tx.PaymentOf(ctx, due.OrderID, paymentID)
		if err != nil {
			return err
		}
		amount := cmp.Or(req.Amount, due.Left)
		if err := due.CheckSentBack(amount); err != nil {
			return err
		}
		if err := tx.NoteRefund(ctx, pay, amount, reference, who.ID); err != nil {
			return err
		}
		if amount == due.Left {
			if err := tx.FinishRefundDue(ctx, paymentID, who.ID, reference); err != nil {
				return err
			}
		}
		did := shop.ActivityParams{Amount: amount, Currency: due.Currency, Reason: reference}
		if err := tx.Log(ctx, who.Activity(shop.VerbRefundNoted, paymentID, did).On(due.OrderID)); err != nil {
			return err
		}
		if err := s.events.Emit(ctx, tx, event.PaymentChanged{ID: paymentID}); err != nil {
			return err
		}
		return s.changed(ctx, tx, due.OrderID)
	})
}

// UndoNoteRefund takes back what staff noted as sent back of a payment, since it was not: it is due back again. What Stripe says it
// sent back stays. Version is the payment's that this was decided on, 0 to ask no questions.
// Errors: Forbidden for anyone but an admin; NotFound; Invalid without a reason; Conflict when nothing was noted or the refund
// changed meanwhile.
func (s *Service) UndoNoteRefund(ctx context.Context, who shop.Actor, paymentID string, version int, reason string) error {
	return s.decide(ctx, who, paymentID, 0, reason, func(ctx context.Context, tx *db.Tx, _ *shop.Order, pay shop.Payment, why string) error {
		due, err := tx.RefundDue(ctx, paymentID)
		if err != nil && !shop.IsKind(err, shop.NotFound) {
			return err
		}
		if err == nil {
			if err := setting.CheckVersion(ctx, tx, version, due.Version, due.ChangedBy, due.Changed); err != nil {
				return err
			}
		}
		if due.Noted == 0 {
			return shop.Conflictf("refund_not_noted", "This payment is not noted as refunded.")
		}
		if err := tx.UndoNotedRefund(ctx, paymentID, due.Noted); err != nil {
			return err
		}
		if pay, err = tx.Payment(ctx, paymentID); err != nil {
			return err
		}
		did := shop.ActivityParams{Amount: due.Noted, Currency: pay.Currency, Reason: why}
		if err := tx.Log(ctx, who.Activity(shop.VerbRefundNoteUndone, paymentID, did).On(pay.OrderID)); err != nil {
			return err
		}
		if err := unrefunded(ctx, tx, who, pay); err != nil {
			return err
		}
		return s.changed(ctx, tx, pay.OrderID)
	})
}

// AnswerRefund says what was meant by a refund of an order that goes on: the order costs less, or the customer owes it again.
// Then the invoice is to be paid again, and the order's jobs wait for that. Version is the order's that it was decided on; 0
// asks no questions.
// Errors: Forbidden for anyone but an admin; NotFound; Conflict when nothing is open or the order changed meanwhile.
func (s *Service) AnswerRefund(ctx context.Context, who shop.Actor, orderID string, version int, owed bool) error {
	if err := who.Must(shop.DecidePayment, shop.OrderOf(orderID)); err != nil {
		return err
	}
	return s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		o, err := tx.Order(ctx, orderID)
		if err != nil {
			return shop.IfNotFound(err, "order_not_found", "There is no such order.")
		}
		if err := setting.CheckVersion(ctx, tx, version, o.Version, o.ChangedBy, o.Updated); err != nil {
			return err
		}
		open := o.OpenRefunds()
		if open == 0 {
			return shop.Conflictf("refund_answered", "No refund of order %s is waiting for an answer.", o.Number)
		}
		if err := answer(ctx, tx, o.Invoice, o.Invoice.Answers(owed), owed); err != nil {
			return err
		}
		verb := shop.VerbRefundLowers
		if owed {
			verb = shop.VerbRefundOwed
		}
		if err := tx.Log(ctx, who.Activity(verb, o.Invoice.ID, shop.ActivityParams{Amount: open, Currency: o.Currency}).On(orderID)); err != nil {
			return err
		}
		if err := reopen(ctx, tx, o, o.Invoice.ID, who.Name); err != nil {
			return err
		}
		return s.changed(ctx, tx, orderID)
	})
}

// answer keeps what so much of an invoice's refunds means, the latest of them first.
func answer(ctx context.Context, tx *db.Tx, inv *shop.Invoice, sum shop.Cents, owed bool) error {
	return eachRefund(ctx, tx, inv, sum, func(r *shop.Refund, sum shop.Cents) shop.Cents {
		part := min(r.Amount-r.Lowered-r.Owed, sum)
		if owed {
			r.Owed += part
		} else {
			r.Lowered += part
		}
		return part
	})
}
