package db

import (
	"context"

	"buildplate/app/shop"
)

const paymentColumns = `p.id, coalesce(p.invoice_id, ''), coalesce(v.order_id, ''), coalesce(o.number, ''), coalesce(p.client_id, ''), p.amount, p.currency, p.method, p.processor, coalesce(p.processor_id, ''), coalesce(p.session_id, ''), ` + paymentMode + `,
	p.reference, p.state, coalesce(p.user_id, ''), coalesce(u.name, ''), p.created, p.decision, p.payer, p.meant_for,
	coalesce(q.reason, ''), ` + sentBack + ", " + disputed + ", " + contested + ", " + uncounted + ", " + undecided + ", " + askedAgain + ", " + borne + ", " + loweredSince + ", " + tooMuch + ", " + answered + ", " + paymentVersion + ", coalesce(v.state = 'WRITTEN_OFF', 0)"

// paymentVersion is what makes p's version, with when it last grew and by whom: by a decision, a reversal, and what was sent back
// of it. What is undone of that, it keeps.
const paymentVersion = paymentCount + `,
	max(coalesce(p.decided, 0), coalesce(q.created, 0), ` + backAt + `, ` + answeredAt + `),
	CASE WHEN ` + answeredAt + ` > max(coalesce(p.decided, 0), coalesce(q.created, 0), ` + backAt + `) THEN ` + answeredBy + ` WHEN ` + backAt + ` > max(coalesce(p.decided, 0), coalesce(q.created, 0)) THEN ` + notedBy + ` WHEN q.payment_id IS NOT NULL THEN coalesce(qu.name, '') ELSE coalesce(du.name, '') END`

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

// uncounted is what of p, a payment, does not count, or would not: what a bank took back of it before somebody said that it does,
// and what it took back since and the customer is asked for again.
const uncounted = `(` + uncountedBefore + ` + ` + askedAgain + `)`

// uncountedBefore is the first of them. Such a dispute names no invoice.
const uncountedBefore = `min(p.amount, coalesce((SELECT sum(d.amount) FROM disputes d WHERE d.payment_id = p.id AND d.state = 'lost' AND (p.state <> 'settled' OR d.invoice_id IS NULL)), 0))`

// Of p, a payment that counts: what was lost for good and nobody decided about, and what an admin decided, as far as it was not
// sent back as well: more of it is, once a refund failed.
const (
	undecided  = `iif(p.state = 'settled', coalesce((SELECT sum(d.amount) FROM disputes d WHERE d.payment_id = p.id AND d.state = 'lost' AND d.invoice_id IS NOT NULL AND d.id NOT IN (SELECT dispute_id FROM dispute_answers WHERE dispute_id = d.id AND undone IS NULL)), 0), 0)`
	borne      = `min(coalesce((SELECT sum(d.amount) FROM disputes d JOIN dispute_answers a ON a.dispute_id = d.id WHERE d.payment_id = p.id AND a.answer = 'borne' AND a.undone IS NULL), 0), max(p.amount - ` + uncountedBefore + ` - ` + sentBack + `, 0))`
	askedAgain = `min(coalesce((SELECT sum(d.amount) FROM disputes d JOIN dispute_answers a ON a.dispute_id = d.id WHERE d.payment_id = p.id AND a.answer = 'owed' AND a.undone IS NULL), 0), max(p.amount - ` + uncountedBefore + ` - ` + sentBack + ` - ` + borne + `, 0))`
	answered   = `EXISTS (SELECT 1 FROM disputes d JOIN dispute_answers a ON a.dispute_id = d.id WHERE d.payment_id = p.id AND a.undone IS NULL)`
	// loweredSince is what its invoice was lowered by since the customer was first asked for it again.
	loweredSince = `coalesce((SELECT sum(l.amount) FROM invoice_adjustments l WHERE l.invoice_id = p.invoice_id AND l.created >= (
		SELECT min(a.created) FROM disputes d JOIN dispute_answers a ON a.dispute_id = d.id WHERE d.payment_id = p.id AND a.answer = 'owed' AND a.undone IS NULL)), 0)`
	// tooMuch is what had been paid too much for its invoice, and was still here, when the customer was asked for it again.
	tooMuch = `coalesce((SELECT sum(a.surplus) FROM disputes d JOIN dispute_answers a ON a.dispute_id = d.id WHERE d.payment_id = p.id AND a.answer = 'owed' AND a.undone IS NULL), 0)`
	// answeredAt is when something was last decided about it, or taken back by somebody, 0 for never; answeredBy is who did.
	answeredAt = `coalesce((SELECT max(max(a.created, iif(a.undone_by IS NULL, 0, a.undone))) FROM disputes d JOIN dispute_answers a ON a.dispute_id = d.id WHERE d.payment_id = p.id), 0)`
	answeredBy = `coalesce((SELECT n.name FROM disputes d JOIN dispute_answers a ON a.dispute_id = d.id JOIN users n ON n.id = coalesce(a.undone_by, a.user_id) WHERE d.payment_id = p.id ORDER BY max(a.created, coalesce(a.undone, 0)) DESC, a.id DESC LIMIT 1), '')`
)

// paidFor is what counts for v, an invoice.
const paidFor = `(SELECT coalesce(sum(p.amount - ` + uncounted + `), 0) FROM payments p WHERE p.invoice_id = v.id AND p.state = 'settled')`

const paymentQuery = `SELECT ` + paymentColumns + ` FROM payments p LEFT JOIN invoices v ON v.id = p.invoice_id LEFT JOIN orders o ON o.id = v.order_id LEFT JOIN users u ON u.id = p.user_id LEFT JOIN payment_reversals q ON q.payment_id = p.id
	LEFT JOIN users du ON du.id = p.decided_by LEFT JOIN users qu ON qu.id = q.user_id `

func scanPayment(row scanner) (p shop.Payment, err error) {
	err = row.Scan(&p.ID, &p.InvoiceID, &p.OrderID, &p.OrderNumber, &p.ClientID, &p.Amount, &p.Currency, &p.Method, &p.Processor, &p.ProcessorID, &p.SessionID, &p.Mode,
		&p.Reference, &p.State, &p.UserID, &p.By, &p.Created, &p.Decision, &p.Payer, &p.MeantFor, &p.Reversal, &p.Returned, &p.Disputed, &p.Contested, &p.Uncounted, &p.Undecided, &p.AskedAgain, &p.Borne, &p.LessSince, &p.TooMuch, &p.Answered,
		&p.Version, &p.Changed, &p.ChangedBy, &p.GivenUp)
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
// why. NotFound: it is not unapplied. What was sent back of it, and disputes over it, go along; what a bank took back of it does not count.
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
	_, err = tx.exec(ctx, "UPDATE disputes SET invoice_id = iif(state = 'lost', NULL, ?) WHERE payment_id = ?", invoiceID, id)
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

// toReturn is true of a duplicate or a mismatch that was not wholly sent back yet, nor taken by a bank.
const toReturn = `p.state IN ('duplicate', 'needs_review') AND p.amount > ` + sentBack + ` + ` + lost

// PaymentToReturn finds one of them, which people have to look at. NotFound: the payment counts, or nothing of it is left.
func (tx *Tx) PaymentToReturn(ctx context.Context, id string) (shop.Payment, error) {
	return get(ctx, tx, scanPayment, paymentQuery+`WHERE p.id = ? AND `+toReturn, id)
}

var _ = mustHold("a payment by session belongs to a paid one of its invoice", `SELECT p.id FROM payments p JOIN checkout_sessions c ON c.id = p.session_id
	WHERE c.state <> 'paid' OR (c.invoice_id <> p.invoice_id AND p.decided IS NULL)`)

var _ = mustHold("a settled payment has the amount and currency that were asked for", `SELECT p.id FROM payments p JOIN checkout_sessions c ON c.id = p.session_id
	WHERE p.state = 'settled' AND p.decided IS NULL AND (p.amount <> c.amount OR p.currency <> c.currency)`)

var _ = mustHold("money that counts is in its invoice's currency", `SELECT p.id FROM payments p JOIN invoices v ON v.id = p.invoice_id
	WHERE p.state = 'settled' AND p.currency <> v.currency`)

var _ = mustHold("cash is rounded to five cents, for a payment in cash of the same invoice", `SELECT r.id FROM cash_roundings r JOIN payments p ON p.id = r.payment_id
	WHERE p.method <> 'cash' OR p.state NOT IN ('settled', 'reversed') OR p.invoice_id <> r.invoice_id OR p.amount % 5 <> 0`)
