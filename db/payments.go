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

const paymentColumns = `p.id, coalesce(p.invoice_id, ''), coalesce(v.order_id, ''), coalesce(o.number, ''), coalesce(p.client_id, ''), p.amount, p.currency, p.method, p.processor, coalesce(p.processor_id, ''), coalesce(p.session_id, ''), ` + paymentMode + `,
	p.reference, p.state, coalesce(p.user_id, ''), coalesce(u.name, ''), p.created, p.decision, p.payer, p.meant_for,
	coalesce(q.reason, ''), ` + sentBack + ", " + disputed + ", " + paymentVersion

// paymentVersion is what makes p's version, with when it last grew and by whom: by a decision, a reversal, and what was sent back
// of it. What is undone of that, it keeps.
const paymentVersion = paymentCount + `,
	max(coalesce(p.decided, 0), coalesce(q.created, 0), ` + backAt + `),
	CASE WHEN ` + backAt + ` > max(coalesce(p.decided, 0), coalesce(q.created, 0)) THEN ` + notedBy + ` WHEN q.payment_id IS NOT NULL THEN coalesce(qu.name, '') ELSE coalesce(du.name, '') END`

// paymentMode is the processor's mode that p was taken in, as its page has it.
const paymentMode = `coalesce((SELECT iif(s.livemode, 'live', 'test') FROM checkout_sessions s WHERE s.id = p.session_id AND s.livemode IS NOT NULL), '')`

// paymentCount is that version alone.
const paymentCount = `1 + p.undone + (p.decided IS NOT NULL) + (q.payment_id IS NOT NULL) + ` + sentBack

// backAt is when something of p was last sent back, 0 for never.
const backAt = `coalesce((SELECT max(r.updated) FROM refunds r WHERE r.payment_id = p.id), 0)`

// sentBack is what was sent back of p, a payment; lost is what a cardholder's bank took back of it for good, contested what it
// may still take, and disputed both.
const (
	sentBack  = `coalesce((SELECT sum(r.amount) FROM refunds r WHERE r.payment_id = p.id), 0)`
	lost      = `coalesce((SELECT sum(d.amount) FROM disputes d WHERE d.payment_id = p.id AND d.state = 'lost'), 0)`
	contested = `coalesce((SELECT sum(d.amount) FROM disputes d WHERE d.payment_id = p.id AND d.state = 'open'), 0)`
	disputed  = `coalesce((SELECT sum(d.amount) FROM disputes d WHERE d.payment_id = p.id AND d.state IN ('open', 'lost')), 0)`
)

const paymentQuery = `SELECT ` + paymentColumns + ` FROM payments p LEFT JOIN invoices v ON v.id = p.invoice_id LEFT JOIN orders o ON o.id = v.order_id LEFT JOIN users u ON u.id = p.user_id LEFT JOIN payment_reversals q ON q.payment_id = p.id
	LEFT JOIN users du ON du.id = p.decided_by LEFT JOIN users qu ON qu.id = q.user_id `

func scanPayment(row scanner) (p shop.Payment, err error) {
	err = row.Scan(&p.ID, &p.InvoiceID, &p.OrderID, &p.OrderNumber, &p.ClientID, &p.Amount, &p.Currency, &p.Method, &p.Processor, &p.ProcessorID, &p.SessionID, &p.Mode,
		&p.Reference, &p.State, &p.UserID, &p.By, &p.Created, &p.Decision, &p.Payer, &p.MeantFor, &p.Reversal, &p.Returned, &p.Disputed,
		&p.Version, &p.Changed, &p.ChangedBy)
	return p, err
}

// InsertPayment keeps money received. The same session or the same payment of a processor twice is a Conflict.
func (tx *Tx) InsertPayment(ctx context.Context, p shop.Payment) error {
	_, err := tx.exec(ctx, `
		INSERT INTO payments (id, invoice_id, client_id, amount, currency, method, processor, processor_id, session_id, reference, state, user_id, created, payer, meant_for)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		p.ID, nullText(p.InvoiceID), nullText(p.ClientID), p.Amount, p.Currency, p.Method, p.Processor, nullText(p.ProcessorID), nullText(p.SessionID), p.Reference, p.State, nullText(p.UserID), p.Created, p.Payer, p.MeantFor)
	return err
}

// PaymentsOf lists what was received for an order, by whichever of its invoices, oldest first, whatever its state.
func (tx *Tx) PaymentsOf(ctx context.Context, orderID string) ([]shop.Payment, error) {
	return list(ctx, tx, scanPayment, paymentQuery+`WHERE v.order_id = ? ORDER BY p.created, p.id`, orderID)
}

// PaymentByProcessor finds a payment by the processor's id of it; NotFound when it is not known.
func (tx *Tx) PaymentByProcessor(ctx context.Context, processor, id string) (shop.Payment, error) {
	return get(ctx, tx, scanPayment, paymentQuery+`WHERE p.processor = ? AND p.processor_id = ?`, processor, id)
}

// Payment finds a payment by its own id.
func (tx *Tx) Payment(ctx context.Context, id string) (shop.Payment, error) {
	return get(ctx, tx, scanPayment, paymentQuery+`WHERE p.id = ?`, id)
}

// PaymentsOfInvoice lists what was received for an invoice, oldest first, whatever its state.
func (tx *Tx) PaymentsOfInvoice(ctx context.Context, invoiceID string) ([]shop.Payment, error) {
	return list(ctx, tx, scanPayment, paymentQuery+`WHERE p.invoice_id = ? ORDER BY p.created, p.id`, invoiceID)
}

// PaymentOf finds a payment of an order; NotFound for another order's.
func (tx *Tx) PaymentOf(ctx context.Context, orderID, id string) (shop.Payment, error) {
	return get(ctx, tx, scanPayment, paymentQuery+`WHERE coalesce(v.order_id, '') = ? AND p.id = ?`, orderID, id)
}

// AcceptPayment lets an unapplied payment count for an invoice, whose client's money it is from then on: who said so, and
// why. NotFound: it is not unapplied. What was sent back of it, and disputes over it, go along.
func (tx *Tx) AcceptPayment(ctx context.Context, id, invoiceID, userID, why string) error {
	err := tx.change(ctx, `UPDATE payments SET state = 'settled', invoice_id = ?, client_id = (SELECT client_id FROM invoices WHERE id = ?),
		undone = undone + (decided IS NOT NULL), decided = ?, decided_by = ?, decision = ? WHERE id = ? AND state IN ('duplicate', 'needs_review')`,
		invoiceID, invoiceID, tx.Now, nullText(userID), why, id)
	if err != nil {
		return err
	}
	if _, err := tx.exec(ctx, "UPDATE refunds SET invoice_id = ? WHERE payment_id = ?", invoiceID, id); err != nil {
		return err
	}
	_, err = tx.exec(ctx, "UPDATE disputes SET invoice_id = ? WHERE payment_id = ?", invoiceID, id)
	return err
}

// ReturnPayment notes that an unapplied payment was sent back: who said so, "" for the processor, and why. NotFound: it is
// not unapplied.
func (tx *Tx) ReturnPayment(ctx context.Context, id, userID, why string) error {
	return tx.change(ctx, `UPDATE payments SET state = 'returned', undone = undone + (decided IS NOT NULL), decided = ?, decided_by = ?, decision = ? WHERE id = ? AND state IN ('duplicate', 'needs_review')`,
		tx.Now, nullText(userID), why, id)
}

// UnreturnPayment lets a payment wait for a decision again that was noted as sent back: who said so, "" for the processor, and why.
// NotFound: it was not.
func (tx *Tx) UnreturnPayment(ctx context.Context, id, userID, why string) error {
	err := tx.change(ctx, `UPDATE payments SET state = 'needs_review', decided = ?, decided_by = ?, decision = ? WHERE id = ? AND state = 'returned'`,
		tx.Now, nullText(userID), why, id)
	if err != nil {
		return err
	}
	return tx.undone(ctx, id, 0)
}

// InsertCashRounding keeps what rounding added to an invoice when a payment in cash paid it off.
func (tx *Tx) InsertCashRounding(ctx context.Context, invoiceID, paymentID string, amount shop.Cents) error {
	_, err := tx.exec(ctx, `INSERT INTO cash_roundings (id, invoice_id, payment_id, amount, created) VALUES (?, ?, ?, ?, ?)`,
		shop.NewID(), invoiceID, paymentID, amount, tx.Now)
	return err
}

// toReturn is true of a duplicate or a mismatch that was not wholly sent back yet.
const toReturn = `p.state IN ('duplicate', 'needs_review') AND p.amount > ` + sentBack

// PaymentToReturn finds one of them, which people have to look at. NotFound: the payment counts, or nothing of it is left.
func (tx *Tx) PaymentToReturn(ctx context.Context, id string) (shop.Payment, error) {
	return get(ctx, tx, scanPayment, paymentQuery+`WHERE p.id = ? AND `+toReturn, id)
}

const disputeColumns = `d.id, coalesce(d.payment_id, ''), coalesce(d.invoice_id, ''), d.amount, d.state, d.funds_withdrawn, d.seen, d.created`

func scanDispute(row scanner) (d shop.Dispute, err error) {
	err = row.Scan(&d.ID, &d.PaymentID, &d.InvoiceID, &d.Amount, &d.State, &d.FundsWithdrawn, &d.Seen, &d.Created)
	return d, err
}

// Dispute finds one by Stripe's id.
func (tx *Tx) Dispute(ctx context.Context, id string) (shop.Dispute, error) {
	return get(ctx, tx, scanDispute, `SELECT `+disputeColumns+` FROM disputes d WHERE d.id = ?`, id)
}

// SaveDispute keeps a dispute as it stands now.
func (tx *Tx) SaveDispute(ctx context.Context, d shop.Dispute) error {
	_, err := tx.exec(ctx, `
		INSERT INTO disputes (id, payment_id, invoice_id, amount, state, funds_withdrawn, seen, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET amount = excluded.amount, state = excluded.state, funds_withdrawn = excluded.funds_withdrawn, seen = excluded.seen`,
		d.ID, nullText(d.PaymentID), nullText(d.InvoiceID), d.Amount, d.State, d.FundsWithdrawn, d.Seen, d.Created)
	return err
}

// Disputes lists those over payments that count for the invoice: one over a duplicate takes nothing from it.
func (tx *Tx) Disputes(ctx context.Context, invoiceID string) ([]shop.Dispute, error) {
	return list(ctx, tx, scanDispute, `SELECT `+disputeColumns+` FROM disputes d JOIN payments p ON p.id = d.payment_id
		WHERE d.invoice_id = ? AND p.state = 'settled' ORDER BY d.created, d.id`, invoiceID)
}

// DisputesOfPayment lists those over a payment, whether it counts or not.
func (tx *Tx) DisputesOfPayment(ctx context.Context, paymentID string) ([]shop.Dispute, error) {
	return list(ctx, tx, scanDispute, `SELECT `+disputeColumns+` FROM disputes d WHERE d.payment_id = ? ORDER BY d.created, d.id`, paymentID)
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

// Attempt runs fn so that its changes alone are undone when it fails; the transaction goes on. The error is fn's, or
// Unavailable when the database lost the transaction and nothing more can be done in it.
func (tx *Tx) Attempt(ctx context.Context, fn func() error) error {
	if err := tx.savepoint(ctx, `SAVEPOINT attempt`); err != nil {
		return err
	}
	after := len(tx.after)
	failed := fn()
	if failed != nil {
		tx.after = tx.after[:after]
		if err := tx.savepoint(ctx, `ROLLBACK TO attempt`); err != nil {
			return err
		}
	}
	if err := tx.savepoint(ctx, `RELEASE attempt`); err != nil {
		return err
	}
	return failed
}

// savepoint fails only when SQLite has rolled the whole transaction back, as it does on a full or broken disk.
func (tx *Tx) savepoint(ctx context.Context, statement string) error {
	if _, err := tx.exec(ctx, statement); err != nil {
		return &shop.Error{Kind: shop.Unavailable, Err: err}
	}
	return nil
}

var _ = mustHold("a paid session has its payment", `SELECT c.id FROM checkout_sessions c
	WHERE c.state = 'paid' AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.session_id = c.id)`)

var _ = mustHold("a payment by session belongs to a paid one of its invoice", `SELECT p.id FROM payments p JOIN checkout_sessions c ON c.id = p.session_id
	WHERE c.state <> 'paid' OR (c.invoice_id <> p.invoice_id AND p.decided IS NULL)`)

var _ = mustHold("a settled payment has the amount and currency that were asked for", `SELECT p.id FROM payments p JOIN checkout_sessions c ON c.id = p.session_id
	WHERE p.state = 'settled' AND p.decided IS NULL AND (p.amount <> c.amount OR p.currency <> c.currency)`)

var _ = mustHold("money that counts is in its invoice's currency", `SELECT p.id FROM payments p JOIN invoices v ON v.id = p.invoice_id
	WHERE p.state = 'settled' AND p.currency <> v.currency`)

var _ = mustHold("cash is rounded to five cents, for a payment in cash of the same invoice", `SELECT r.id FROM cash_roundings r JOIN payments p ON p.id = r.payment_id
	WHERE p.method <> 'cash' OR p.state NOT IN ('settled', 'reversed') OR p.invoice_id <> r.invoice_id OR p.amount % 5 <> 0`)
