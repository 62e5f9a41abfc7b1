package card

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

// Events the shop acts on; others are kept and left alone.
const (
	eventCompleted     = "checkout.session.completed"
	eventAsyncPaid     = "checkout.session.async_payment_succeeded"
	eventAsyncFailed   = "checkout.session.async_payment_failed"
	eventExpired       = "checkout.session.expired"
	eventRefunded      = "charge.refunded"
	eventRefundCreated = "refund.created"
	eventRefundUpdated = "charge.refund.updated"
	eventRefundFailed  = "refund.failed"
	eventDisputed      = "charge.dispute.created"
	eventDisputeClosed = "charge.dispute.closed"
	eventWithdrawn     = "charge.dispute.funds_withdrawn"
	eventReinstated    = "charge.dispute.funds_reinstated"
)

var handledEvents = []string{
	eventCompleted, eventAsyncPaid, eventAsyncFailed, eventExpired, eventRefunded, eventRefundCreated, eventRefundUpdated, eventRefundFailed,
	eventDisputed, eventDisputeClosed, eventWithdrawn, eventReinstated,
}

// Verdicts on an event that is not applied. errIgnored is for good; errWaiting until the payment it is about is known.
var (
	errIgnored = errors.New("left alone")
	errWaiting = errors.New(db.EventWaits)
)

// recorder records what Stripe says, within one transaction. News may come late, twice and in any
// order, from a webhook, the event list, or an answer to our own question; the end is the same.
type recorder struct {
	card    *Service
	tx      *db.Tx
	touched []string // orders that changed, for the screens, once it is committed
}

// dispatch applies one event. Errors: errIgnored and errWaiting; Internal for what a person must check.
func (k *recorder) dispatch(ctx context.Context, e stripeEvent) error {
	read := func(object any) error {
		if err := json.Unmarshal(e.Data.Object, object); err != nil {
			return fmt.Errorf("read the object of %s: %w", e.Type, err)
		}
		return nil
	}
	switch e.Type {
	case eventCompleted, eventAsyncPaid, eventAsyncFailed, eventExpired:
		var s stripeSession
		if err := read(&s); err != nil {
			return err
		}
		return k.sessionEvent(ctx, e, &s)
	case eventRefunded:
		var c stripeCharge
		if err := read(&c); err != nil {
			return err
		}
		return k.refunded(ctx, e, &c)
	case eventRefundCreated:
		return nil // its id was kept with the event; what was sent back is what the charge says
	case eventRefundUpdated, eventRefundFailed:
		var r stripeRefund
		if err := read(&r); err != nil {
			return err
		}
		return k.refundUpdated(ctx, e, &r)
	case eventDisputed, eventDisputeClosed, eventWithdrawn, eventReinstated:
		var d stripeDispute
		if err := read(&d); err != nil {
			return err
		}
		return k.disputed(ctx, e, &d)
	}
	return fmt.Errorf("%w: not a kind of event the shop acts on", errIgnored)
}

// log tells staff, on the order's page if there is one, what became of money.
func (k *recorder) log(ctx context.Context, orderID string, verb shop.Verb, objectID string, did shop.ActivityParams) error {
	return k.tx.Log(ctx, stripeActor.Activity(verb, objectID, did).On(orderID))
}

func (k *recorder) touch(orderID string) {
	if orderID != "" && !slices.Contains(k.touched, orderID) {
		k.touched = append(k.touched, orderID)
	}
}

// record keeps an event once and applies it, in one transaction. An event that cannot be applied is kept as failed and
// tried again later: it is durably ours, so Stripe need not send it again.
// Errors: those of the database alone; then nothing was kept.
func (k *recorder) record(ctx context.Context, e stripeEvent, payload []byte) error {
	stored := db.StripeEvent{
		ID: e.ID, Type: e.Type, Created: shop.TimeOf(time.Unix(e.Created, 0)), Livemode: e.Livemode, APIVersion: e.APIVersion,
		Payload: string(payload), State: "applied", Attempts: 0, Received: k.tx.Now,
	}
	news, err := k.tx.RecordEvent(ctx, stored)
	if err != nil || !news {
		return err
	}
	return k.apply(ctx, stored, e)
}

// retry applies a stored event once more.
func (k *recorder) retry(ctx context.Context, stored db.StripeEvent) error {
	var e stripeEvent
	if err := json.Unmarshal([]byte(stored.Payload), &e); err != nil {
		return fmt.Errorf("read stored event %s: %w", stored.ID, err)
	}
	return k.apply(ctx, stored, e)
}

func (k *recorder) apply(ctx context.Context, stored db.StripeEvent, e stripeEvent) error {
	touched := len(k.touched)
	err := k.tx.Attempt(ctx, func() error { return k.dispatch(ctx, e) })
	told := stored.State == "failed"
	stored.Attempts++
	stored.State, stored.Error = "applied", ""
	switch {
	case err == nil:
	case shop.IsKind(err, shop.Unavailable), shop.IsKind(err, shop.NoSpace): // the database, not the event
		return err
	case errors.Is(err, errIgnored), errors.Is(err, errWaiting) && retryAfter(stored.Attempts) == 0:
		stored.State, stored.Error = "ignored", err.Error()
	default:
		stored.State, stored.Error = "failed", err.Error()
		if !errors.Is(err, errWaiting) {
			k.card.log.ErrorContext(ctx, "apply a Stripe event", "event", stored.ID, "type", stored.Type, "tried", stored.Attempts, "err", err)
		}
	}
	if err != nil {
		k.touched = k.touched[:touched]
	}
	if err := k.tx.SaveEvent(ctx, stored); err != nil || !told && stored.State != "failed" {
		return err
	}
	return k.card.events.Emit(ctx, k.tx, event.TaskChanged{ID: stored.ID})
}

// eventTries is how often an event is tried: over about three days, longer than any payment page lives.
const eventTries = 20

// retryAfter is how long after its arrival an event that failed so many times is due again: waits of one minute,
// doubling up to six hours. 0 means that it was tried often enough.
func retryAfter(attempts int) time.Duration {
	if attempts >= eventTries {
		return 0
	}
	var due time.Duration
	wait := time.Minute
	for range attempts {
		due += wait
		wait = min(2*wait, 6*time.Hour)
	}
	return due
}

// applyWaiting applies the events that had to wait for a payment.
func (k *recorder) applyWaiting(ctx context.Context, paymentIntent string) error {
	if paymentIntent == "" {
		return nil
	}
	waiting, err := k.tx.EventsAwaiting(ctx, paymentIntent)
	if err != nil {
		return err
	}
	for _, stored := range waiting {
		if err := k.retry(ctx, stored); err != nil {
			return err
		}
	}
	return nil
}
