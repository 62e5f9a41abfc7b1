package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
)

const (
	// reconcileAge is how long a payment page stays unasked.
	reconcileAge = 5 * time.Minute
	// eventOverlap is read again before the cursor, since events become visible out of order.
	eventOverlap = time.Hour
	// eventWindow is how long Stripe lists an event.
	eventWindow = 30 * 24 * time.Hour

	eventCursor = "stripe_events"
)

// ReconcileSessions asks Stripe about every payment page that may still bring money and was not asked about for five
// minutes, and enters what it learns: an order is settled even if no webhook ever comes. Pages whose time is over
// before Stripe heard of them are given up.
// Errors: Unavailable when Stripe could not be asked about all of them; the others were entered.
func (a *App) ReconcileSessions(ctx context.Context) error {
	live, err := a.liveSessions(ctx, a.db.Now().Add(-reconcileAge))
	if err != nil || len(live) == 0 {
		return err
	}
	keys, err := a.stripeKeys(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, s := range live {
		if s.StripeID != "" {
			errs = append(errs, a.refresh(ctx, keys, s))
		} else if s.Expires <= shop.TimeOf(a.db.Now()) {
			errs = append(errs, a.endSession(ctx, s, shop.CheckoutExpired))
		}
	}
	return errors.Join(errs...)
}

func (a *App) liveSessions(ctx context.Context, unaskedSince time.Time) (live []*shop.CheckoutSession, err error) {
	err = a.db.Read(ctx, func(tx *db.Tx) error {
		live, err = tx.LiveCheckouts(ctx, shop.TimeOf(unaskedSince))
		return err
	})
	return live, err
}

// ReconcileEvents reads Stripe's list of events from where it ended last, an hour back, and takes those that no webhook
// has brought. Stripe lists thirty days; what is older, ReconcileSessions finds.
// Errors: Unavailable when Stripe does not answer; what was read until then is kept, and the next run reads it again.
func (a *App) ReconcileEvents(ctx context.Context) error {
	keys, err := a.stripeKeys(ctx)
	if err != nil || checkStripeKey(keys.secret) != nil {
		return err
	}
	var cursor, first shop.Time
	err = a.db.Read(ctx, func(tx *db.Tx) error {
		if first, err = tx.FirstCheckout(ctx); err != nil {
			return err
		}
		cursor, err = tx.Cursor(ctx, eventCursor)
		return err
	})
	if err != nil || first == 0 { // nothing on this account can be ours yet
		return err
	}
	since := cursor.Time().Add(-eventOverlap)
	if cursor == 0 { // the first reading goes by our own clock, which may be wrong
		since = first.Time().Add(-24 * time.Hour)
	}
	if oldest := a.db.Now().Add(-eventWindow); since.Before(oldest) {
		since = oldest
	}
	newest := cursor
	err = a.stripe.events(ctx, keys.secret, since, handledEvents, func(e stripeEvent) error {
		newest = max(newest, shop.TimeOf(time.Unix(e.Created, 0)))
		payload, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("write event %s: %w", e.ID, err)
		}
		return a.enter(ctx, func(ctx context.Context, k *bookkeeper) error { return k.record(ctx, e, payload) })
	})
	if err != nil || newest == cursor {
		return err
	}
	return a.db.Write(ctx, func(tx *db.Tx) error { return tx.AdvanceCursor(ctx, eventCursor, newest) })
}

// RetryFailedEvents applies the events again that could not be applied, with growing pauses. Those that wait for a
// payment nobody ever hears of are left alone in the end; the others stay for staff to see.
func (a *App) RetryFailedEvents(ctx context.Context) error {
	var failed []db.StripeEvent
	err := a.db.Read(ctx, func(tx *db.Tx) (err error) {
		failed, err = tx.FailedEvents(ctx)
		return err
	})
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range failed {
		after := retryAfter(e.Attempts)
		if after == 0 || a.db.Now().Before(e.Received.Time().Add(after)) {
			continue
		}
		errs = append(errs, a.enter(ctx, func(ctx context.Context, k *bookkeeper) error {
			stored, err := k.tx.Event(ctx, e.ID)
			if err != nil || stored.State != "failed" {
				return err
			}
			return k.again(ctx, stored)
		}))
	}
	return errors.Join(errs...)
}

// ExpireStaleSessions closes the payment pages of orders that need no more payment, or another amount than the page
// asks for.
// Errors: Unavailable when Stripe could not be asked about all of them.
func (a *App) ExpireStaleSessions(ctx context.Context) error {
	live, err := a.liveSessions(ctx, a.db.Now())
	if err != nil {
		return err
	}
	var errs []error
	for _, s := range live {
		errs = append(errs, a.closeStalePage(ctx, s.InvoiceID))
	}
	return errors.Join(errs...)
}

// ClosePaymentPage closes the order's payment page, so that nobody can pay on it any more. It belongs before an order
// is cancelled, refused or deleted. A page that was paid meanwhile is entered in the books: look at the order again.
// Errors: Conflict while the bank decides on a payment; Unavailable when Stripe does not answer, and the page may still
// be open.
func (a *App) ClosePaymentPage(ctx context.Context, invoiceID string) error {
	return a.closePage(ctx, invoiceID, func(*shop.Invoice, *shop.CheckoutSession) bool { return true })
}

// closeStalePage closes the order's payment page unless the order still asks for just that amount.
func (a *App) closeStalePage(ctx context.Context, invoiceID string) error {
	return a.closePage(ctx, invoiceID, func(inv *shop.Invoice, s *shop.CheckoutSession) bool {
		return s.State != shop.CheckoutProcessing && !(inv.Payable() && inv.Balance() == s.Amount)
	})
}

func (a *App) closePage(ctx context.Context, invoiceID string, stale func(*shop.Invoice, *shop.CheckoutSession) bool) error {
	defer a.stripe.paying.lock(invoiceID)()
	var s *shop.CheckoutSession
	var inv *shop.Invoice
	err := a.db.Read(ctx, func(tx *db.Tx) (err error) {
		if s, err = tx.LiveCheckout(ctx, invoiceID); err != nil {
			return err
		}
		inv, err = tx.Invoice(ctx, invoiceID)
		return err
	})
	if shop.IsKind(err, shop.NotFound) {
		return nil
	}
	if err != nil || !stale(inv, s) {
		return err
	}
	if s.StripeID == "" {
		return a.endSession(ctx, s, shop.CheckoutExpired) // nobody was given its address
	}
	keys, err := a.stripeKeys(ctx)
	if err != nil {
		return err
	}
	if s.State == shop.CheckoutProcessing {
		err = a.refresh(ctx, keys, s)
	} else {
		err = a.closeSession(ctx, keys, s)
	}
	if err == nil && s.State == shop.CheckoutProcessing {
		return shop.Conflictf("payment_processing", "The bank is still deciding on a card payment for order %s. Please wait until it has.", inv.OrderNumber)
	}
	return err
}

// PaymentWarnings lists, as sentences for staff, what needs a person: money to send back, events that could not be
// applied, a clock that makes Stripe's signatures look old.
func (a *App) PaymentWarnings(ctx context.Context) (warnings []string, err error) {
	err = a.db.Read(ctx, func(tx *db.Tx) error {
		back, err := tx.PaymentsToReturn(ctx)
		if err != nil {
			return err
		}
		for _, p := range back {
			inv, err := tx.Invoice(ctx, p.InvoiceID)
			if err != nil {
				return err
			}
			why := "was paid twice. Please refund it in Stripe, and note that on the order's page."
			if p.State == shop.PaymentNeedsReview {
				why = "is not what was asked for. Please look at it in Stripe, and accept it on the order's page or send it back."
			}
			warnings = append(warnings, fmt.Sprintf("Order %s: a card payment of %s %s %s", inv.OrderNumber, p.Amount, p.Currency, why))
		}
		failed, err := tx.FailedEvents(ctx)
		if err != nil {
			return err
		}
		n := 0
		for _, e := range failed {
			if e.Error != errWaiting.Error() {
				n++
			}
		}
		if n > 0 {
			warnings = append(warnings, fmt.Sprintf("%d of Stripe's messages could not be entered in the books. The list of tasks says why, and lets you try again.", n))
		}
		return nil
	})
	if skew := a.stripe.clockSkew(); skew != 0 {
		warnings = append(warnings, fmt.Sprintf("This machine's clock is %s away from Stripe's. Please set it, or Stripe's messages are refused.", skew.Abs().Round(time.Second)))
	}
	return warnings, err
}
