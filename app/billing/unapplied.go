package billing

import (
	"context"
	"strings"
	"unicode/utf8"

	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

// AcceptPayment lets a payment count that is unapplied because it is not what was asked for. From then on it is like
// any other: it is counted, the invoice is issued, and when nothing is owed any more the order is released; what is
// too much is to be refunded. A second call finds it decided.
// Errors: Forbidden for anyone but an admin; NotFound; Invalid without a reason; Conflict with what to do instead when it
// counts already, was sent back, is in another currency, or the order wants no money.
func (s *Service) AcceptPayment(ctx context.Context, who shop.Actor, orderID, paymentID, reason string) error {
	return s.decide(ctx, who, orderID, paymentID, reason, func(ctx context.Context, tx *db.Tx, o *shop.Order, pay shop.Payment, why string) error {
		refunds, err := tx.RefundsOf(ctx, o.ID)
		if err != nil {
			return err
		}
		var returned shop.Cents
		for _, r := range refunds {
			if r.PaymentID == pay.ID {
				returned += r.Amount
			}
		}
		if err := o.CanAccept(pay, returned); err != nil {
			return err
		}
		// The invoice it came for may be void by now: it counts for the one that is to be paid.
		if err := tx.AcceptPayment(ctx, pay.ID, o.Invoice.ID, who.ID, why); err != nil {
			return err
		}
		pay.State, pay.InvoiceID = shop.PaymentSettled, o.Invoice.ID
		did := shop.ActivityParams{Amount: pay.Amount, Currency: pay.Currency, Reason: why}
		if err := tx.Log(ctx, who.Activity(shop.VerbPaymentAccepted, pay.ID, did).On(o.ID)); err != nil {
			return err
		}
		if err := s.counted(ctx, tx, o.Invoice, who.Name); err != nil {
			return err
		}
		if err := logSurplus(ctx, tx, o.Invoice); err != nil {
			return err
		}
		return Hold(ctx, tx, pay) // refunds and disputes of it count now, too
	})
}

// PaymentSentBack notes that money that is unapplied went back to where it came from. It never counted for the order,
// and never will. A second call finds it decided.
// Errors: Forbidden for anyone but an admin; NotFound; Invalid without a reason; Conflict when it is not unapplied.
func (s *Service) PaymentSentBack(ctx context.Context, who shop.Actor, orderID, paymentID, reason string) error {
	return s.decide(ctx, who, orderID, paymentID, reason, func(ctx context.Context, tx *db.Tx, o *shop.Order, pay shop.Payment, why string) error {
		switch pay.State {
		case shop.PaymentSettled:
			return shop.Conflictf("payment_settled", "This payment counts for order %s. Refund it in Stripe: the shop hears of it from there.", o.Number)
		case shop.PaymentReturned:
			return shop.Conflictf("payment_returned", "This payment was marked as sent back already.")
		}
		if err := tx.ReturnPayment(ctx, pay.ID, who.ID, why); err != nil {
			return err
		}
		did := shop.ActivityParams{Amount: pay.Amount, Currency: pay.Currency, Reason: why}
		return tx.Log(ctx, who.Activity(shop.VerbPaymentSentBack, pay.ID, did).On(o.ID))
	})
}

// decide runs an admin's decision about one payment in one transaction.
func (s *Service) decide(ctx context.Context, who shop.Actor, orderID, paymentID, reason string,
	act func(ctx context.Context, tx *db.Tx, o *shop.Order, pay shop.Payment, why string) error,
) error {
	if err := who.Must(shop.DecidePayment, shop.OrderOf(orderID)); err != nil {
		return err
	}
	why := strings.TrimSpace(reason)
	if why == "" || utf8.RuneCountInString(why) > 500 {
		return shop.Invalidf("reason_length", "reason", "Say why in up to 500 letters.")
	}
	return s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		o, err := tx.Order(ctx, orderID)
		if err != nil {
			return shop.IfNotFound(err, "order_not_found", "There is no such order.")
		}
		pay, err := tx.PaymentOf(ctx, orderID, paymentID)
		if err != nil {
			return shop.IfNotFound(err, "payment_not_found", "There is no such payment on this order.")
		}
		if err := act(ctx, tx, o, pay, why); err != nil {
			return err
		}
		if err := s.events.Emit(ctx, tx, event.PaymentChanged{ID: pay.ID}); err != nil {
			return err
		}
		return s.events.Emit(ctx, tx, event.OrderChanged{ID: o.ID})
	})
}
