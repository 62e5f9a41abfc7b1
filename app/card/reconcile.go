package card

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"buildplate/app/setting"
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

// reconcileSessions asks Stripe about every payment page that may still bring money and was not asked about for five
// minutes, and records what it learns: an order is settled even if no webhook ever comes. Pages whose time is over
// before Stripe heard of them are given up.
// Errors: Unavailable when Stripe could not be asked about all of them; the others were recorded.
func (c *Service) reconcileSessions(ctx context.Context) error {
	open, err := c.openSessions(ctx, c.db.Now().Add(-reconcileAge))
	if err != nil || len(open) == 0 {
		return err
	}
	keys, err := c.settings.StripeKeys(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, s := range open {
		if s.StripeID != "" && s.Expires > c.db.Now() && setting.CheckStripeKey(keys.Secret) != nil {
			continue // the key was removed: it ends with its time, and what is paid on it comes by the webhook, without which WithoutKey closes it first
		}
		if s.StripeID != "" {
			errs = append(errs, c.refresh(ctx, keys, s))
		} else if s.Expires <= c.db.Now() {
			errs = append(errs, c.endSession(ctx, s, shop.CheckoutExpired))
		}
	}
	return errors.Join(errs...)
}

// openSessions are the payment pages that may still bring money and that Stripe was not asked about since the given time.
func (c *Service) openSessions(ctx context.Context, unaskedSince shop.Time) (open []*shop.CheckoutSession, err error) {
	err = c.db.Read(ctx, func(tx *db.Tx) error {
		open, err = tx.ActiveCheckouts(ctx, unaskedSince)
		return err
	})
	return open, err
}

// reconcileEvents reads Stripe's list of events from where it ended last, an hour back, and takes those that no webhook
// has brought. Stripe lists thirty days; what is older, reconcileSessions finds.
// Errors: Unavailable when Stripe does not answer; what was read until then is kept, and the next run reads it again.
func (c *Service) reconcileEvents(ctx context.Context) error {
	keys, err := c.settings.StripeKeys(ctx)
	if err != nil || setting.CheckStripeKey(keys.Secret) != nil {
		return err
	}
	var cursor, first shop.Time
	err = c.db.Read(ctx, func(tx *db.Tx) error {
		if first, err = tx.FirstCheckout(ctx); err != nil {
			return err
		}
		cursor, err = tx.Cursor(ctx, eventCursor)
		return err
	})
	if err != nil || first == 0 { // nothing on this account can be ours yet
		return err
	}
	since := cursor.Add(-eventOverlap)
	if cursor == 0 { // the first reading goes by our own clock, which may be wrong
		since = first.Add(-24 * time.Hour)
	}
	if oldest := c.db.Now().Add(-eventWindow); since.Before(oldest) {
		since = oldest
	}
	newest := cursor
	err = c.stripe.events(ctx, keys.Secret, since, handledEvents, func(e stripeEvent) error {
		newest = max(newest, shop.TimeOf(time.Unix(e.Created, 0)))
		payload, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("write event %s: %w", e.ID, err)
		}
		return c.withRecorder(ctx, func(ctx context.Context, k *recorder) error { return k.record(ctx, e, payload) })
	})
	if err != nil || newest == cursor {
		return err
	}
	return c.db.Write(ctx, func(tx *db.Tx) error { return tx.AdvanceCursor(ctx, eventCursor, newest) })
}

// retryFailedEvents applies the events again that could not be applied, with growing pauses. Those that wait for a
// payment nobody ever hears of are left alone in the end; the others stay for staff to see.
func (c *Service) retryFailedEvents(ctx context.Context) error {
	var last db.StripeEvent
	var errs []error
	for {
		var failed []db.StripeEvent
		err := c.db.Read(ctx, func(tx *db.Tx) (err error) {
			failed, err = tx.FailedEvents(ctx, last, eventsBatch)
			return err
		})
		if err != nil || len(failed) == 0 {
			return errors.Join(append(errs, err)...)
		}
		for _, e := range failed {
			after := retryAfter(e.Attempts)
			if after == 0 || c.db.Now().Before(e.Received.Add(after)) {
				continue
			}
			errs = append(errs, c.withRecorder(ctx, func(ctx context.Context, k *recorder) error {
				stored, err := k.tx.Event(ctx, e.ID)
				if err != nil || stored.State != "failed" {
					return err
				}
				return k.retry(ctx, stored)
			}))
		}
		last = failed[len(failed)-1]
	}
}

// eventsBatch is how many events are read at once that could not be applied.
const eventsBatch = 100

// expireStaleSessions closes the payment pages of orders that need no more payment, or another amount than the page
// asks for.
// Errors: Unavailable when Stripe could not be asked about all of them.
func (c *Service) expireStaleSessions(ctx context.Context) error {
	keys, err := c.settings.StripeKeys(ctx)
	if err != nil || setting.CheckStripeKey(keys.Secret) != nil { // without a key none can be closed; each ends with its time
		return err
	}
	open, err := c.openSessions(ctx, c.db.Now())
	if err != nil {
		return err
	}
	var errs []error
	for _, s := range open {
		errs = append(errs, c.closeStaleCheckout(ctx, s.InvoiceID))
	}
	return errors.Join(errs...)
}

// WithoutCheckout closes the payment page of an order and then runs an act that cancels, refuses or deletes it. May is
// asked first, of the order as it is: the page of an order that the act would be refused for stays open. No page can open
// in between, and none for a cancelled order after it. A payment that came meanwhile is recorded: the act reads the order
// and asks again.
// Errors: NotFound; may's; Conflict while the bank decides on a payment; Unavailable when Stripe does not answer, and the
// page may still be open; the act's.
func (c *Service) WithoutCheckout(ctx context.Context, orderID string, may func(context.Context, *db.Tx, *shop.Order) error, act func() error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	unlock, err := c.lock(ctx, orderID)
	if err != nil {
		return err
	}
	defer unlock()
	var o *shop.Order
	err = c.db.Read(ctx, func(tx *db.Tx) (err error) {
		if o, err = tx.Order(ctx, orderID); err != nil {
			return shop.IfNotFound(err, "order_not_found", "There is no such order.")
		}
		return may(ctx, tx, o)
	})
	if err != nil {
		return err
	}
	if o.Invoice != nil {
		if err := c.closeCheckout(ctx, o.Invoice.ID, func(*shop.Invoice, *shop.CheckoutSession) bool { return true }); err != nil {
			return err
		}
	}
	return act()
}

// WithoutCheckoutFor closes the payment page of an invoice that stands alone and then runs an act that removes it. No page
// can open in between. Errors: as WithoutCheckout.
func (c *Service) WithoutCheckoutFor(ctx context.Context, invoiceID string, act func() error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	unlock, err := c.lockPaying(ctx, invoiceID)
	if err != nil {
		return err
	}
	defer unlock()
	if err := c.closeCheckout(ctx, invoiceID, func(*shop.Invoice, *shop.CheckoutSession) bool { return true }); err != nil {
		return err
	}
	return act()
}

// closeStaleCheckout closes the invoice's payment page unless the invoice still asks for just that amount, and its order does not wait
// for a refused model.
func (c *Service) closeStaleCheckout(ctx context.Context, invoiceID string) error {
	unlock, err := c.lockPaying(ctx, invoiceID)
	if err != nil {
		return err
	}
	defer unlock()
	held := false
	if err := c.db.Read(ctx, func(tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, invoiceID)
		if err == nil {
			err = modelAccepted(ctx, tx, inv)
		}
		if held = shop.IsCode(err, "order_on_hold"); held {
			return nil
		}
		return err
	}); err != nil {
		return err
	}
	return c.closeCheckout(ctx, invoiceID, func(inv *shop.Invoice, s *shop.CheckoutSession) bool {
		return s.State != shop.CheckoutProcessing && (held || !(inv.Payable() && inv.Balance() == s.Amount))
	})
}

// modelAccepted refuses to take money by card for an order that waits for a refused model. Errors: Conflict.
func modelAccepted(ctx context.Context, tx *db.Tx, inv *shop.Invoice) error {
	if inv.OrderID == "" {
		return nil
	}
	o, err := tx.Order(ctx, inv.OrderID)
	if err != nil {
		return err
	}
	return o.CheckModel()
}

// lockPaying keeps others from opening or closing payment pages of the order that an invoice is for.
func (c *Service) lockPaying(ctx context.Context, invoiceID string) (unlock func(), err error) {
	var key string
	err = c.db.Read(ctx, func(tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, invoiceID)
		if err != nil {
			return shop.IfNotFound(err, "invoice_not_found", "There is no such invoice.")
		}
		key = cmp.Or(inv.OrderID, inv.ID)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c.lock(ctx, key)
}

// patience is how long one request waits for Stripe in all, however many calls and people are before it: one call that is
// given up, and a little.
const patience = 25 * time.Second

// lock waits until nobody else opens or closes a payment page of the order. Errors: Unavailable when that takes too long.
func (c *Service) lock(ctx context.Context, order string) (unlock func(), err error) {
	unlock, err = c.stripe.paying.Lock(ctx, order)
	if errors.Is(err, context.DeadlineExceeded) {
		err = shop.Unavailablef("stripe_busy", "Stripe is slow to answer, and somebody else is already waiting for it. Try again in a moment.").Because(err)
	}
	return unlock, err
}

// closeCheckout closes an invoice's payment page if it is stale. The caller holds the lock.
func (c *Service) closeCheckout(ctx context.Context, invoiceID string, stale func(*shop.Invoice, *shop.CheckoutSession) bool) error {
	var s *shop.CheckoutSession
	var inv *shop.Invoice
	err := c.db.Read(ctx, func(tx *db.Tx) (err error) {
		if s, err = tx.ActiveCheckout(ctx, invoiceID); err != nil {
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
	keys, err := c.settings.StripeKeys(ctx)
	if err != nil {
		return err
	}
	return c.end(ctx, keys, s, inv.Label())
}

// end closes a payment page with the keys given; label names what it is for. Errors: Conflict while the bank decides on a payment;
// Unavailable.
func (c *Service) end(ctx context.Context, keys setting.StripeKeys, s *shop.CheckoutSession, label string) (err error) {
	if s.StripeID == "" {
		return c.endSession(ctx, s, shop.CheckoutExpired) // nobody was given its address
	}
	if s.State == shop.CheckoutProcessing {
		err = c.refresh(ctx, keys, s)
	} else {
		err = c.closeSession(ctx, keys, s)
	}
	if err == nil && s.State == shop.CheckoutProcessing {
		return shop.Conflictf("payment_processing", "%s: the bank is still deciding on a card payment. Wait until it has.", label)
	}
	return err
}

// Warnings lists, as messages for staff, what is wrong with this machine's reach to Stripe: a clock that makes Stripe's
// signatures look old.
func (c *Service) Warnings() (warnings []string) {
	if skew := c.stripe.clockSkew(); skew != 0 {
		warnings = append(warnings, fmt.Sprintf("This machine’s clock is %s away from Stripe’s. Set it, or Stripe’s events are refused.", skew.Abs().Round(time.Second)))
	}
	return warnings
}
