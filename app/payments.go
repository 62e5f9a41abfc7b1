package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
)

// secretInstance names the mark that this installation puts on all it makes at Stripe.
const secretInstance = "instance"

func currencyCode(stripes string) string { return strings.ToUpper(stripes) }

// stripeKeys reads the keys as they are now.
func (a *App) stripeKeys(ctx context.Context) (k stripeKeys, err error) {
	err = a.db.Read(ctx, func(tx *db.Tx) error {
		k, err = readStripeKeys(ctx, tx)
		return err
	})
	return k, err
}

func readStripeKeys(ctx context.Context, tx *db.Tx) (k stripeKeys, err error) {
	if k.secret, err = tx.Secret(ctx, secretStripeKey); err != nil {
		return k, err
	}
	for _, name := range []string{secretWebhook, secretWebhookBefore} {
		secret, err := tx.Secret(ctx, name)
		if err != nil {
			return k, err
		}
		if checkWebhookSecret(secret) == nil {
			k.webhook = append(k.webhook, secret)
		}
	}
	return k, nil
}

// instance is this installation's mark, made on first use. It needs a transaction that may write.
func instance(ctx context.Context, tx *db.Tx) (string, error) {
	mark, err := tx.Secret(ctx, secretInstance)
	if err == nil && mark == "" {
		mark = shop.NewID()
		err = tx.SetSecret(ctx, secretInstance, mark)
	}
	return mark, err
}

// cardReady says whether customers can pay by card: Stripe's key is set, and there is an address to come back to.
func (a *App) cardReady(ctx context.Context, tx *db.Tx) (bool, error) {
	keys, err := readStripeKeys(ctx, tx)
	if err != nil || checkStripeKey(keys.secret) != nil {
		return false, err
	}
	public, err := a.publicURL(ctx, tx)
	return public != "", err
}

// enter runs one transaction on the books and then tells the screens. It goes on when the request that began it ends.
func (a *App) enter(ctx context.Context, fn func(context.Context, *bookkeeper) error) error {
	var k *bookkeeper
	err := a.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		k = &bookkeeper{app: a, tx: tx}
		return fn(ctx, k)
	})
	if err != nil {
		return err
	}
	for _, id := range k.touched {
		a.notify("order", id)
	}
	return nil
}

// ReceiveWebhook takes an event from Stripe: the raw body and its Stripe-Signature header. When it returns nil, the
// event is kept for good and, if it could be, applied, all in one transaction.
// Errors: Invalid for a forged, stale or unreadable event, TooLarge; Unavailable while no signing secret is set.
// After any other error nothing was kept, and Stripe has to send it again.
func (a *App) ReceiveWebhook(ctx context.Context, rawBody []byte, signatureHeader string) error {
	keys, err := a.stripeKeys(ctx)
	if err != nil {
		return err
	}
	e, err := keys.readEvent(rawBody, signatureHeader)
	if err != nil {
		return err
	}
	a.stripe.warnOfVersion(a.log, e.APIVersion)
	return a.enter(ctx, func(ctx context.Context, k *bookkeeper) error { return k.record(ctx, e, rawBody) })
}

// returnPause keeps a page that asks every two seconds from asking Stripe each time.
const returnPause = 1500 * time.Millisecond

// checkReturn says how a payment stands when the customer comes back from Stripe's page: paid, open, expired or
// processing. It asks Stripe when the webhook has not come yet, and settles the order then.
// Errors: NotFound.
func (a *App) checkReturn(ctx context.Context, intentID string) (state string, inv *shop.Invoice, err error) {
	var s *shop.CheckoutSession
	err = a.db.Read(ctx, func(tx *db.Tx) error {
		s, err = tx.Checkout(ctx, intentID)
		return err
	})
	if err != nil {
		return "", nil, shop.IfNotFound(err, "payment_not_found", "There is no such payment.")
	}
	if s.State.Active() && s.StripeID != "" && shop.TimeOf(a.db.Now()).Sub(s.Checked) >= returnPause {
		keys, err := a.stripeKeys(ctx)
		if err == nil {
			err = a.refresh(ctx, keys, s)
		}
		if err != nil { // the webhook or the next question will tell
			a.log.Warn("ask Stripe how a payment stands", "attempt", s.ID, "err", err)
		}
	}
	err = a.db.Read(ctx, func(tx *db.Tx) error {
		inv, err = tx.Invoice(ctx, s.InvoiceID)
		return err
	})
	switch s.State {
	case shop.CheckoutPaid:
		return "paid", inv, err
	case shop.CheckoutProcessing:
		return "processing", inv, err
	case shop.CheckoutExpired, shop.CheckoutFailed:
		return "expired", inv, err
	}
	return "open", inv, err
}

// takePayment records money that staff took: cash, or a transfer they saw in the bank. It may be a part of what is owed.
// Cash that pays an order off is rounded to five cents where the shop does so; the difference is an entry of its own, so
// that exactly nothing is owed then. A payment page that is open is closed, so that nobody pays twice.
// Errors: NotFound; Conflict when nothing is to be paid; Invalid for another method or an amount that is not above zero,
// more than is owed, or not to be had in coins.
func (a *App) takePayment(ctx context.Context, who Principal, invoiceID string, method shop.PaymentMethod, amount shop.Cents, reference string) error {
	if method != shop.ByCash && method != shop.ByTransfer {
		return shop.Invalidf("method_not_offered", "method", "Staff can take cash or a bank transfer.")
	}
	if amount <= 0 {
		return shop.Invalidf("amount_missing", "amount", "Please enter the amount that was paid.")
	}
	reference = strings.TrimSpace(reference)
	if len(reference) > 200 {
		return shop.Invalidf("reference_too_long", "reference", "A reference has at most 200 letters.")
	}
	err := a.enter(ctx, func(ctx context.Context, k *bookkeeper) error {
		inv, err := k.tx.Invoice(ctx, invoiceID)
		if err != nil {
			return shop.IfNotFound(err, "order_not_found", "There is no such order.")
		}
		if err := payable(inv); err != nil {
			return err
		}
		rounding, err := k.rounding(ctx, inv, method, amount)
		if err != nil {
			return err
		}
		p := shop.Payment{
			ID: shop.NewID(), InvoiceID: inv.ID, Amount: amount, Currency: inv.Currency, Method: method, Reference: reference,
			State: shop.PaymentSettled, StaffID: who.StaffID, Created: shop.TimeOf(k.tx.Now),
		}
		if err := k.tx.InsertPayment(ctx, p); err != nil {
			return err
		}
		way := map[shop.PaymentMethod]string{shop.ByCash: "in cash", shop.ByTransfer: "by bank transfer"}[method]
		sentence := fmt.Sprintf("Took %s %s %s.", amount, inv.Currency, way)
		if rounding != 0 {
			if err := k.tx.InsertCashRounding(ctx, inv.ID, p.ID, rounding); err != nil {
				return err
			}
			sentence += fmt.Sprintf(" %s was owed; cash is rounded to 5 cents.", inv.Balance())
		}
		if err := k.tx.Log(ctx, who.activity(inv.ID, sentence)); err != nil {
			return err
		}
		k.touch(inv.ID)
		return a.settle(ctx, k.tx, inv)
	})
	if err != nil {
		return err
	}
	if err := a.closeStalePage(ctx, invoiceID); err != nil { // ExpireStaleSessions tries again
		a.log.Warn("close a payment page", "order", invoiceID, "err", err)
	}
	return nil
}

// rounding checks an amount that staff took and says what rounding adds to the order with it: something only when cash
// pays the order off. Errors: Invalid.
func (k *bookkeeper) rounding(ctx context.Context, inv *shop.Invoice, method shop.PaymentMethod, amount shop.Cents) (shop.Cents, error) {
	owed := inv.Balance()
	due := owed
	if method == shop.ByCash {
		s, err := k.tx.Settings(ctx)
		if err != nil {
			return 0, err
		}
		due = s.CashDue(owed)
		switch {
		case due == 0:
			return 0, shop.Invalidf("cash_too_small", "amount", "%s is owed, and there is no coin that small. Please take it another way.", owed)
		case s.RoundCash && amount != amount.InCash():
			return 0, shop.Invalidf("cash_amount_wrong", "amount", "Cash is rounded to 5 cents: %s pays this order.", due)
		}
	}
	if amount > due {
		return 0, shop.Invalidf("amount_over_due", "amount", "Only %s is owed. Enter that, and give back the rest.", due)
	}
	if amount < due {
		return 0, nil
	}
	return due - owed, nil
}

// LiftHold lets an order's jobs go on after a refund or a dispute, when staff have settled the matter. News of the
// same matter that was heard before does not bring the hold back; new news does.
// Errors: NotFound; Conflict when the order is not on hold; Invalid without a reason.
func (a *App) LiftHold(ctx context.Context, who Principal, invoiceID, reason string) error {
	if reason = strings.TrimSpace(reason); reason == "" || len(reason) > 500 {
		return shop.Invalidf("reason_length", "reason", "Please say in up to 500 letters why the order may go on.")
	}
	return a.enter(ctx, func(ctx context.Context, k *bookkeeper) error {
		inv, err := k.tx.Invoice(ctx, invoiceID)
		if err != nil {
			return shop.IfNotFound(err, "order_not_found", "There is no such order.")
		}
		if inv.Hold == "" {
			return shop.Conflictf("order_not_on_hold", "Order %s is not on hold.", inv.OrderNumber)
		}
		k.touch(inv.ID)
		inv.Hold = ""
		return errors.Join(k.tx.SaveInvoice(ctx, inv), k.tx.Log(ctx, who.activity(inv.ID, "Lifted the hold: "+reason)))
	})
}
