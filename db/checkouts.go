package db

import (
	"context"
	"encoding/json"

	"buildplate/app/shop"
)

const checkoutColumns = `id, invoice_id, attempt, idem_key, params, amount, currency, coalesce(livemode, 0), expires,
	coalesce(stripe_id, ''), url, coalesce(payment_intent, ''), state, checked, created`

func scanCheckout(row scanner) (*shop.CheckoutSession, error) {
	var s shop.CheckoutSession
	var params string
	err := row.Scan(&s.ID, &s.InvoiceID, &s.Attempt, &s.IdemKey, &params, &s.Amount, &s.Currency, &s.Livemode, &s.Expires,
		&s.StripeID, &s.URL, &s.PaymentIntent, &s.State, &s.Checked, &s.Created)
	s.Params = json.RawMessage(params)
	return &s, err
}

// InsertCheckout writes down an intent to be paid by card. A second active one for the same invoice is a Conflict.
func (tx *Tx) InsertCheckout(ctx context.Context, s *shop.CheckoutSession) error {
	_, err := tx.exec(ctx, `
		INSERT INTO checkout_sessions (id, invoice_id, attempt, idem_key, params, amount, currency, livemode, expires, state, created)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		s.ID, s.InvoiceID, s.Attempt, s.IdemKey, string(s.Params), s.Amount, s.Currency, s.Livemode, s.Expires, s.State, s.Created)
	return err
}

// SaveCheckout keeps what is learned of a session after it was written down.
func (tx *Tx) SaveCheckout(ctx context.Context, s *shop.CheckoutSession) error {
	return tx.change(ctx, `UPDATE checkout_sessions SET stripe_id = ?, url = ?, payment_intent = ?, state = ?, checked = ? WHERE id = ?`,
		nullText(s.StripeID), s.URL, nullText(s.PaymentIntent), s.State, s.Checked, s.ID)
}

// Checkout finds an attempt by its own id.
func (tx *Tx) Checkout(ctx context.Context, id string) (*shop.CheckoutSession, error) {
	return get(ctx, tx, scanCheckout, `SELECT `+checkoutColumns+` FROM checkout_sessions WHERE id = ?`, id)
}

// CheckoutByStripe finds an attempt by Stripe's id of it.
func (tx *Tx) CheckoutByStripe(ctx context.Context, stripeID string) (*shop.CheckoutSession, error) {
	return get(ctx, tx, scanCheckout, `SELECT `+checkoutColumns+` FROM checkout_sessions WHERE stripe_id = ?`, stripeID)
}

// ActiveCheckout finds the invoice's one attempt that may still bring money; NotFound when there is none.
func (tx *Tx) ActiveCheckout(ctx context.Context, invoiceID string) (*shop.CheckoutSession, error) {
	return get(ctx, tx, scanCheckout, `SELECT `+checkoutColumns+` FROM checkout_sessions
		WHERE invoice_id = ? AND state IN ('intent', 'open', 'processing')`, invoiceID)
}

// ActiveCheckouts lists all attempts that may still bring money and that Stripe was not asked about since the given
// time, the longest unasked first.
func (tx *Tx) ActiveCheckouts(ctx context.Context, unaskedSince shop.Time) ([]*shop.CheckoutSession, error) {
	return list(ctx, tx, scanCheckout, `SELECT `+checkoutColumns+` FROM checkout_sessions
		WHERE state IN ('intent', 'open', 'processing') AND max(created, checked) <= ? ORDER BY checked, created`, unaskedSince)
}

// LastAttempt is the number of the invoice's latest attempt, 0 before the first.
func (tx *Tx) LastAttempt(ctx context.Context, invoiceID string) (n int, err error) {
	err = tx.one(ctx, `SELECT coalesce(max(attempt), 0) FROM checkout_sessions WHERE invoice_id = ?`, []any{invoiceID}, &n)
	return n, err
}

// FirstCheckout is when the first attempt of all was made, 0 before that.
func (tx *Tx) FirstCheckout(ctx context.Context) (created shop.Time, err error) {
	err = tx.one(ctx, `SELECT coalesce(min(created), 0) FROM checkout_sessions`, nil, &created)
	return created, err
}

// DropCheckouts removes the attempts to pay for an order that is being deleted. Those with money stay, and the invoice
// with them. Errors: Conflict while one of them may still bring money.
func (tx *Tx) DropCheckouts(ctx context.Context, orderID string) error {
	active, err := list(ctx, tx, scanCheckout, `SELECT `+checkoutColumns+` FROM checkout_sessions
		WHERE invoice_id IN (SELECT id FROM invoices WHERE order_id = ?) AND state IN ('intent', 'open', 'processing')`, orderID)
	if err != nil {
		return err
	}
	if len(active) > 0 {
		return shop.Conflictf("checkout_open", "A payment page is open for %s %s. Try again.", active[0].Amount, active[0].Currency)
	}
	_, err = tx.exec(ctx, `DELETE FROM checkout_sessions WHERE invoice_id IN (SELECT id FROM invoices WHERE order_id = ?)
		AND id NOT IN (SELECT session_id FROM payments WHERE session_id IS NOT NULL)`, orderID)
	return err
}

var _ = mustHold("a paid session has its payment", `SELECT c.id FROM checkout_sessions c
	WHERE c.state = 'paid' AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.session_id = c.id)`)
