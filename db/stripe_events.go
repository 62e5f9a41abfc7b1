package db

import (
	"context"

	"buildplate/app/shop"
)

// StripeEvent is one event as it was received.
type StripeEvent struct {
	ID         string
	Type       string
	Created    shop.Time
	Livemode   bool
	APIVersion string
	Payload    string
	State      string // applied, ignored or failed
	Attempts   int
	Error      string // why it failed or was ignored
	Received   shop.Time
}

func scanEvent(row scanner) (e StripeEvent, err error) {
	err = row.Scan(&e.ID, &e.Type, &e.Created, &e.Livemode, &e.APIVersion, &e.Payload, &e.State, &e.Attempts, &e.Error, &e.Received)
	return e, err
}

const eventColumns = `id, type, created, livemode, api_version, payload, state, attempts, error, received`

// EventWaits is why an event failed that only waits for its payment to be known, and will be applied with it.
const EventWaits = "its payment is not known yet"

// RecordEvent keeps an event, once for each id. It says false when the event was there already.
func (tx *Tx) RecordEvent(ctx context.Context, e StripeEvent) (bool, error) {
	n, err := tx.exec(ctx, `INSERT INTO webhook_events (`+eventColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
		e.ID, e.Type, e.Created, e.Livemode, e.APIVersion, e.Payload, e.State, e.Attempts, e.Error, e.Received)
	return n == 1, err
}

// SaveEvent keeps how the latest attempt to apply an event went.
func (tx *Tx) SaveEvent(ctx context.Context, e StripeEvent) error {
	return tx.change(ctx, `UPDATE webhook_events SET state = ?, attempts = ?, error = ? WHERE id = ?`, e.State, e.Attempts, e.Error, e.ID)
}

// Event finds one by Stripe's id.
func (tx *Tx) Event(ctx context.Context, id string) (StripeEvent, error) {
	return get(ctx, tx, scanEvent, `SELECT `+eventColumns+` FROM webhook_events WHERE id = ?`, id)
}

// FailedEvents lists some of the events that could not be applied, oldest first, at most limit: those after one, or with the
// zero event the first ones.
func (tx *Tx) FailedEvents(ctx context.Context, after StripeEvent, limit int) ([]StripeEvent, error) {
	return list(ctx, tx, scanEvent, `SELECT `+eventColumns+` FROM webhook_events WHERE state = 'failed' AND (received, id) > (?, ?) ORDER BY received, id LIMIT ?`,
		after.Received, after.ID, limit)
}

// EventsAwaiting lists the failed events about a payment intent, which Stripe names by its id or as an object with it: a
// refund may be heard of before its payment.
func (tx *Tx) EventsAwaiting(ctx context.Context, paymentIntent string) ([]StripeEvent, error) {
	return list(ctx, tx, scanEvent, `SELECT `+eventColumns+` FROM webhook_events
		WHERE state = 'failed' AND coalesce(payload ->> '$.data.object.payment_intent.id', payload ->> '$.data.object.payment_intent') = ? ORDER BY created, id`, paymentIntent)
}

// Cursor is how far a reading has come; 0 before the first.
func (tx *Tx) Cursor(ctx context.Context, name string) (at shop.Time, err error) {
	err = tx.one(ctx, `SELECT coalesce(max(at), 0) FROM cursors WHERE name = ?`, []any{name}, &at)
	return at, err
}

// AdvanceCursor moves a cursor forward, never back.
func (tx *Tx) AdvanceCursor(ctx context.Context, name string, at shop.Time) error {
	_, err := tx.exec(ctx, `INSERT INTO cursors (name, at) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET at = max(at, excluded.at)`, name, at)
	return err
}
