package card

import (
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

// Warnings lists, as messages for staff, what is wrong with this machine's reach to Stripe: a clock that makes Stripe's
// signatures look old.
func (c *Service) Warnings() (warnings []string) {
	if skew := c.stripe.clockSkew(); skew != 0 {
		warnings = append(warnings, fmt.Sprintf("This machine’s clock is %s away from Stripe’s. Set it, or Stripe’s events are refused.", skew.Abs().Round(time.Second)))
	}
	return warnings
}
