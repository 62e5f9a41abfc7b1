package app

import (
	"context"
	"fmt"
	"strings"

	"buildplate/app/shop"
)

// AcceptPayment lets a payment count that was set aside because it is not what was asked for. From then on it is like
// any other: it is counted, the invoice is issued, and when nothing is owed any more the order goes to the floor; what is
// too much is to be refunded. A second call finds it decided.
// Errors: Forbidden for anyone but an admin; NotFound; Invalid without a reason; Conflict with what to do instead when it
// counts already, was sent back, is in another currency, or the order wants no money.
func (a *App) AcceptPayment(ctx context.Context, p Principal, orderID, paymentID, reason string) (StaffOrderView, error) {
	err := a.decide(ctx, p, orderID, paymentID, reason, func(ctx context.Context, k *bookkeeper, inv *shop.Invoice, pay shop.Payment, why string) error {
		refunds, err := k.tx.Refunds(ctx, inv.ID)
		if err != nil {
			return err
		}
		var returned shop.Cents
		for _, r := range refunds {
			if r.PaymentID == pay.ID {
				returned += r.Amount
			}
		}
		if err := inv.CanAccept(pay, returned); err != nil {
			return err
		}
		if err := k.tx.DecidePayment(ctx, pay.ID, shop.PaymentSettled, p.StaffID, why); err != nil {
			return err
		}
		pay.State = shop.PaymentSettled
		if err := k.tx.Log(ctx, p.activity(inv.ID, fmt.Sprintf("Accepted the payment of %s %s: %s", pay.Amount, pay.Currency, why))); err != nil {
			return err
		}
		if err := a.settle(ctx, k.tx, inv); err != nil {
			return err
		}
		if err := k.surplus(ctx, inv); err != nil {
			return err
		}
		return k.hold(ctx, pay) // refunds and disputes of it count now, too
	})
	if err != nil {
		return StaffOrderView{}, err
	}
	if err := a.closeStalePage(ctx, orderID); err != nil { // ExpireStaleSessions tries again
		a.log.Warn("close a payment page", "order", orderID, "err", err)
	}
	return a.StaffOrder(ctx, orderID)
}

// PaymentSentBack notes that money that was set aside went back to where it came from. It never counted for the order,
// and never will. A second call finds it decided.
// Errors: Forbidden for anyone but an admin; NotFound; Invalid without a reason; Conflict when it is not set aside.
func (a *App) PaymentSentBack(ctx context.Context, p Principal, orderID, paymentID, reason string) (StaffOrderView, error) {
	err := a.decide(ctx, p, orderID, paymentID, reason, func(ctx context.Context, k *bookkeeper, inv *shop.Invoice, pay shop.Payment, why string) error {
		switch pay.State {
		case shop.PaymentSettled:
			return shop.Conflictf("payment_settled", "This payment counts for order %s. Refund it in Stripe: the shop hears of it from there.", inv.OrderNumber)
		case shop.PaymentReturned:
			return shop.Conflictf("payment_returned", "This payment was marked as sent back already.")
		}
		if err := k.tx.DecidePayment(ctx, pay.ID, shop.PaymentReturned, p.StaffID, why); err != nil {
			return err
		}
		return k.tx.Log(ctx, p.activity(inv.ID, fmt.Sprintf("Noted that the payment of %s %s was sent back: %s", pay.Amount, pay.Currency, why)))
	})
	if err != nil {
		return StaffOrderView{}, err
	}
	return a.StaffOrder(ctx, orderID)
}

// decide runs an admin's decision about one payment in one transaction.
func (a *App) decide(ctx context.Context, p Principal, orderID, paymentID, reason string,
	act func(ctx context.Context, k *bookkeeper, inv *shop.Invoice, pay shop.Payment, why string) error,
) error {
	if p.Role != shop.RoleAdmin {
		return shop.Forbiddenf("admin_only", "Only an admin can decide about a payment.")
	}
	why := strings.TrimSpace(reason)
	if why == "" || len(why) > 500 {
		return shop.Invalidf("reason_length", "reason", "Please say why in up to 500 letters.")
	}
	return a.enter(ctx, func(ctx context.Context, k *bookkeeper) error {
		inv, err := k.tx.Invoice(ctx, orderID)
		if err != nil {
			return shop.IfNotFound(err, "order_not_found", "There is no such order.")
		}
		pay, err := k.tx.PaymentOf(ctx, orderID, paymentID)
		if err != nil {
			return shop.IfNotFound(err, "payment_not_found", "There is no such payment on this order.")
		}
		k.touch(inv.ID)
		return act(ctx, k, inv, pay, why)
	})
}
