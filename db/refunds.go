package db

import (
	"context"

	"buildplate/app/shop"
)

// RefundedBy is what a processor said so far that it sent back of a payment in all.
func (tx *Tx) RefundedBy(ctx context.Context, paymentID, processor string) (sum shop.Cents, err error) {
	err = tx.one(ctx, `SELECT coalesce(sum(amount), 0) FROM refunds WHERE payment_id = ? AND processor = ?`, []any{paymentID, processor}, &sum)
	return sum, err
}

// SaveRefund keeps what a processor says that it sent back of a payment in all: the figure that it said last, without the refunds
// that failed since. It says whether another sum is sent back now than was known.
func (tx *Tx) SaveRefund(ctx context.Context, r shop.Refund) (news bool, err error) {
	var was shop.Cents
	var seen shop.Time
	err = tx.one(ctx, `SELECT amount, seen FROM refunds WHERE processor = ? AND processor_id = ?`, []any{r.Processor, r.ProcessorID}, &was, &seen)
	known := err == nil
	if err != nil && !shop.IsKind(err, shop.NotFound) {
		return false, err
	}
	failed, err := tx.failedRefunds(ctx, r.PaymentID, r.Seen)
	if err != nil {
		return false, err
	}
	amount := max(r.Amount-failed, 0)
	switch {
	case !known:
		_, err := tx.exec(ctx, `INSERT INTO refunds (id, payment_id, invoice_id, processor, processor_id, amount, reason, created, updated, seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			r.ID, r.PaymentID, nullText(r.InvoiceID), r.Processor, r.ProcessorID, amount, r.Reason, r.Created, r.Updated, r.Seen)
		return amount > 0, err
	case r.Seen < seen, r.Seen == seen && amount <= was:
		return false, nil
	}
	if err := tx.change(ctx, `UPDATE refunds SET seen = ? WHERE processor = ? AND processor_id = ?`, r.Seen, r.Processor, r.ProcessorID); err != nil || amount == was {
		return false, err
	}
	return true, tx.setRefund(ctx, r.PaymentID, r.Processor, r.ProcessorID, was, amount)
}

// setRefund keeps another sum that was sent back of a payment, and of what that meant as much as it has room for.
func (tx *Tx) setRefund(ctx context.Context, paymentID, processor, processorID string, was, amount shop.Cents) error {
	err := tx.change(ctx, `UPDATE refunds SET amount = ?1, lowered = min(lowered, ?1), owed = min(owed, ?1 - min(lowered, ?1)), updated = ?2 WHERE processor = ?3 AND processor_id = ?4`,
		amount, tx.Now, processor, processorID)
	if err != nil || amount >= was {
		return err
	}
	return tx.undone(ctx, paymentID, was-amount)
}

// undone lets a payment's version grow although so much less was sent back of it than was noted.
func (tx *Tx) undone(ctx context.Context, paymentID string, less shop.Cents) error {
	return tx.change(ctx, `UPDATE payments SET undone = undone + ? WHERE id = ?`, less+2, paymentID)
}

// failedRefunds is the sum of a payment's refunds that failed at a time or later.
func (tx *Tx) failedRefunds(ctx context.Context, paymentID string, since shop.Time) (sum shop.Cents, err error) {
	err = tx.one(ctx, `SELECT coalesce(sum(amount), 0) FROM refund_failures WHERE payment_id = ? AND seen >= ?`, []any{paymentID, since}, &sum)
	return sum, err
}

// FailRefund keeps a refund that did not reach the customer, once, and takes it off what was sent back of its payment. It says
// false for one that is known.
func (tx *Tx) FailRefund(ctx context.Context, f shop.RefundFailure, processor string) (news bool, err error) {
	n, err := tx.exec(ctx, `INSERT INTO refund_failures (id, payment_id, amount, state, seen, created) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
		f.ID, f.PaymentID, f.Amount, f.State, f.Seen, tx.Now)
	if err != nil || n == 0 {
		return false, err
	}
	var was shop.Cents
	var id string
	err = tx.one(ctx, `SELECT amount, processor_id FROM refunds WHERE payment_id = ? AND processor = ? AND seen <= ?`, []any{f.PaymentID, processor, f.Seen}, &was, &id)
	if shop.IsKind(err, shop.NotFound) { // what was sent back is told later, without it
		return true, nil
	}
	if err != nil {
		return false, err
	}
	return true, tx.setRefund(ctx, f.PaymentID, processor, id, was, max(was-f.Amount, 0))
}

const refundQuery = `SELECT r.id, r.payment_id, coalesce(r.invoice_id, ''), r.processor, r.processor_id, r.amount, r.reason, r.created, r.updated, r.lowered, r.owed, p.method, p.state = 'settled'
	FROM refunds r JOIN payments p ON p.id = r.payment_id `

func scanRefund(row scanner) (r shop.Refund, err error) {
	err = row.Scan(&r.ID, &r.PaymentID, &r.InvoiceID, &r.Processor, &r.ProcessorID, &r.Amount, &r.Reason, &r.Created, &r.Updated, &r.Lowered, &r.Owed, &r.Method, &r.Counts)
	return r, err
}

// RefundsOf lists what was sent back of an order's payments, oldest first.
func (tx *Tx) RefundsOf(ctx context.Context, orderID string) ([]shop.Refund, error) {
	return list(ctx, tx, scanRefund, refundQuery+`JOIN invoices v ON v.id = r.invoice_id WHERE v.order_id = ? AND r.amount > 0 ORDER BY r.created, r.id`, orderID)
}

// RefundsOfInvoice lists what was sent back of the payments of an invoice, oldest first.
func (tx *Tx) RefundsOfInvoice(ctx context.Context, invoiceID string) ([]shop.Refund, error) {
	return list(ctx, tx, scanRefund, refundQuery+`WHERE r.invoice_id = ? AND r.amount > 0 ORDER BY r.created, r.id`, invoiceID)
}

// NoteRefund keeps what more staff sent back of a payment, in their words, and who did.
func (tx *Tx) NoteRefund(ctx context.Context, p shop.Payment, amount shop.Cents, how, userID string) error {
	_, err := tx.exec(ctx, `INSERT INTO refund_notes (id, payment_id, amount, reference, user_id, created) VALUES (?, ?, ?, ?, ?, ?)`, shop.NewID(), p.ID, amount, how, nullText(userID), tx.Now)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		INSERT INTO refunds (id, payment_id, invoice_id, processor, processor_id, amount, reason, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (processor, processor_id) DO UPDATE SET amount = amount + excluded.amount, reason = excluded.reason, created = excluded.created, updated = excluded.updated`,
		shop.NewID(), p.ID, nullText(p.InvoiceID), shop.HandRefund, p.ID, amount, how, tx.Now, tx.Now)
	return err
}

// UndoNotedRefund takes back what staff noted as sent back of a payment. NotFound: they noted nothing.
func (tx *Tx) UndoNotedRefund(ctx context.Context, paymentID string, was shop.Cents) error {
	if _, err := tx.exec(ctx, `UPDATE refund_notes SET undone = ? WHERE payment_id = ? AND undone IS NULL`, tx.Now, paymentID); err != nil {
		return err
	}
	return tx.setRefund(ctx, paymentID, shop.HandRefund, paymentID, was, 0)
}

// RefundNotesOf lists each time that staff noted something of an order's payments as sent back, and did not take it back, the
// oldest first.
func (tx *Tx) RefundNotesOf(ctx context.Context, orderID string) ([]shop.RefundNote, error) {
	return list(ctx, tx, func(row scanner) (n shop.RefundNote, err error) {
		err = row.Scan(&n.PaymentID, &n.Amount, &n.Reference, &n.By, &n.Created)
		return n, err
	}, `SELECT n.payment_id, n.amount, n.reference, coalesce(u.name, ''), n.created FROM refund_notes n JOIN payments p ON p.id = n.payment_id JOIN invoices v ON v.id = p.invoice_id
		LEFT JOIN users u ON u.id = n.user_id WHERE v.order_id = ? AND n.undone IS NULL ORDER BY n.created, n.id`, orderID)
}

// YieldNotedRefund lowers what staff noted of a payment to what a processor's own figures, and what a bank took back, leave of
// what was to be sent back of it: the same refund, heard of by both. More is what the processor says now beyond what it said before: where
// staff noted as much, that was this.
func (tx *Tx) YieldNotedRefund(ctx context.Context, paymentID string, more shop.Cents) error {
	n, err := tx.exec(ctx, `UPDATE refunds SET amount = x.amount, lowered = min(lowered, x.amount), owed = min(owed, x.amount - min(lowered, x.amount)) FROM (
			SELECT h.id, min(h.amount - iif(?2 BETWEEN 0 AND h.amount, ?2, 0), max(p.amount - coalesce((SELECT keeps FROM refunds_due WHERE payment_id = p.id), 0)
				- (SELECT coalesce(sum(amount), 0) FROM refunds WHERE payment_id = p.id AND processor <> 'hand') - `+lost+`, 0)) AS amount
				FROM payments p JOIN refunds h ON h.payment_id = p.id AND h.processor = 'hand' WHERE p.id = ?1) x
		WHERE refunds.id = x.id AND refunds.amount > x.amount`, paymentID, more)
	if err != nil || n == 0 {
		return err
	}
	return tx.undone(ctx, paymentID, 0) // what was noted is another sum now, though as much was sent back
}

// AnswerRefund keeps what a refund means: how much of it lowers the price, and how much is owed again.
func (tx *Tx) AnswerRefund(ctx context.Context, id string, lowered, owed shop.Cents) error {
	return tx.change(ctx, `UPDATE refunds SET lowered = ?, owed = ?, updated = ? WHERE id = ?`, lowered, owed, tx.Now, id)
}

// ReversePayment takes back a payment that was entered by mistake. NotFound: it neither counts nor waits for a decision.
func (tx *Tx) ReversePayment(ctx context.Context, id, userID, reason string) error {
	if err := tx.change(ctx, `UPDATE payments SET state = 'reversed' WHERE id = ? AND state IN ('settled', 'duplicate', 'needs_review')`, id); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `INSERT INTO payment_reversals (payment_id, reason, user_id, created) VALUES (?, ?, ?, ?)`, id, reason, nullText(userID), tx.Now)
	return err
}

// dueLeft is what of p, a payment, is still to be sent back by d, which says that it is: not what a bank decides about, or gave back.
const dueLeft = `max(p.amount - d.keeps - ` + sentBack + ` - ` + disputed + `, 0)`

const dueColumns = `d.payment_id, d.order_id, o.number, o.contact ->> 'name', d.amount, ` + dueLeft + `, p.currency, p.method, p.processor, coalesce(p.processor_id, ''), ` + paymentMode + `, p.reference, p.created,
	d.state, d.reference, coalesce(u.name, ''), d.created, coalesce(d.done, 0), ` + dueVersion + `, ` + noted + `, ` + contested

// dueVersion is d's version, with when it last changed and by whom: its payment's, which only grows, also with each news of a
// dispute and whenever another sum is due; opening what was done adds more than it takes.
const dueVersion = paymentCount + ` + (d.state = 'done'), max(d.created, ` + backAt + `, coalesce(d.done, 0)), coalesce(u.name, ` + notedBy + `)`

// notedBy is who noted last that something of p, a payment, was sent back, where that is what was last sent back of it.
const notedBy = `coalesce((SELECT nu.name FROM refund_notes n JOIN users nu ON nu.id = n.user_id WHERE n.payment_id = p.id AND n.undone IS NULL AND n.created = ` + backAt + ` ORDER BY n.id DESC LIMIT 1), '')`

// noted is what staff noted as sent back of p, a payment.
const noted = `coalesce((SELECT amount FROM refunds r WHERE r.payment_id = p.id AND r.processor = 'hand'), 0)`

const dueQuery = `SELECT ` + dueColumns + ` FROM refunds_due d JOIN payments p ON p.id = d.payment_id JOIN orders o ON o.id = d.order_id LEFT JOIN users u ON u.id = d.user_id
	LEFT JOIN payment_reversals q ON q.payment_id = p.id `

func scanDue(row scanner) (d shop.RefundDue, err error) {
	err = row.Scan(&d.PaymentID, &d.OrderID, &d.OrderNumber, &d.Customer, &d.Amount, &d.Left, &d.Currency, &d.Method, &d.Processor, &d.ProcessorID, &d.Mode, &d.PaymentReference, &d.PaidAt,
		&d.State, &d.Reference, &d.By, &d.Created, &d.Done, &d.Version, &d.Changed, &d.ChangedBy, &d.Noted, &d.Contested)
	return d, err
}

// RefundDue finds what is, or was, to be sent back of a payment.
func (tx *Tx) RefundDue(ctx context.Context, paymentID string) (shop.RefundDue, error) {
	return get(ctx, tx, scanDue, dueQuery+`WHERE d.payment_id = ?`, paymentID)
}

// RefundsDueOf lists what is, or was, to be sent back of an order's payments, the oldest first.
func (tx *Tx) RefundsDueOf(ctx context.Context, orderID string) ([]shop.RefundDue, error) {
	return list(ctx, tx, scanDue, dueQuery+`WHERE d.order_id = ? ORDER BY d.created, d.payment_id`, orderID)
}

// OpenRefundDue lets an amount be due back of a payment, of which the shop keeps another; what was done is open again.
func (tx *Tx) OpenRefundDue(ctx context.Context, paymentID, orderID string, amount, keeps shop.Cents) error {
	_, err := tx.exec(ctx, `INSERT INTO refunds_due (payment_id, order_id, amount, keeps, state, created) VALUES (?, ?, ?, ?, 'open', ?)
		ON CONFLICT (payment_id) DO UPDATE SET state = 'open', amount = excluded.amount, keeps = excluded.keeps, done = NULL, user_id = NULL, reference = ''`,
		paymentID, orderID, amount, keeps, tx.Now)
	if err != nil {
		return err
	}
	return tx.undone(ctx, paymentID, 0)
}

// ExplainRefundDue says of what is due no more, and nobody noted as sent back, why it is not.
func (tx *Tx) ExplainRefundDue(ctx context.Context, paymentID, why string) error {
	_, err := tx.exec(ctx, `UPDATE refunds_due SET reference = ? WHERE payment_id = ? AND state = 'done' AND user_id IS NULL`, why, paymentID)
	return err
}

// FinishRefundDue notes how it was sent back, and who said so: "" is the shop itself. NotFound: it is not open.
func (tx *Tx) FinishRefundDue(ctx context.Context, paymentID, userID, reference string) error {
	return tx.change(ctx, `UPDATE refunds_due SET state = 'done', done = ?, user_id = ?, reference = ? WHERE payment_id = ? AND state = 'open'`, tx.Now, nullText(userID), reference, paymentID)
}

var _ = mustHold("refunds do not exceed their payment", `SELECT r.payment_id FROM refunds r JOIN payments p ON p.id = r.payment_id
	GROUP BY r.payment_id HAVING sum(r.amount) > max(p.amount)`)

var _ = mustHold("a refund that failed is of a payment that a processor took", `SELECT f.id FROM refund_failures f JOIN payments p ON p.id = f.payment_id WHERE p.processor = ''`)

var _ = mustHold("a payment is reversed exactly when its reversal says why", `SELECT p.id FROM payments p WHERE (p.state = 'reversed') <> EXISTS (SELECT 1 FROM payment_reversals r WHERE r.payment_id = p.id)
	OR (p.state = 'reversed' AND p.processor <> '')`)

var _ = mustHold("what is held of an order that was closed is due back", `SELECT o.number || ': ' || p.id FROM payments p JOIN invoices v ON v.id = p.invoice_id JOIN orders o ON o.id = v.order_id
	WHERE o.closed IS NOT NULL AND (p.state = 'settled' AND p.amount > `+sentBack+` + `+disputed+`) <> EXISTS (SELECT 1 FROM refunds_due d WHERE d.payment_id = p.id AND d.state = 'open')
	UNION ALL SELECT o.number || ': ' || p.id || ' keeps ' || d.keeps FROM refunds_due d JOIN payments p ON p.id = d.payment_id JOIN orders o ON o.id = d.order_id
	WHERE d.state = 'open' AND o.closed IS NOT NULL AND d.keeps > 0`)

// What was paid and is not asked for, or not any more, is due back, as far as the shop has it; what was sent back of it is due no more.
var _ = mustHold("what is held of an order's invoice beyond what it asks for is due back", `SELECT number || ': ' || surplus || ' too much, ' || due || ' due back' FROM (
	SELECT v.number, coalesce((SELECT sum(`+dueLeft+`) FROM refunds_due d JOIN payments p ON p.id = d.payment_id WHERE d.state = 'open' AND p.invoice_id = v.id), 0) AS due,
		(SELECT sum(max(p.amount - `+sentBack+` - `+disputed+`, 0)) FROM payments p WHERE p.invoice_id = v.id AND p.state = 'settled') AS kept,
		(SELECT sum(p.amount) - sum(`+sentBack+`) - sum(min(`+disputed+`, max(p.amount - `+sentBack+`, 0))) FROM payments p WHERE p.invoice_id = v.id AND p.state = 'settled')
			- (SELECT coalesce(sum(r.amount), 0) FROM cash_roundings r JOIN payments p ON p.id = r.payment_id WHERE r.invoice_id = v.id AND p.state = 'settled')
			- v.total + `+adjusted+` AS surplus
	FROM invoices v JOIN orders o ON o.id = v.order_id WHERE o.closed IS NULL AND v.state <> 'VOID') WHERE due <> min(max(surplus, 0), kept)`)

var _ = mustHold("what is due back belongs to the payment's order", `SELECT d.payment_id FROM refunds_due d JOIN payments p ON p.id = d.payment_id LEFT JOIN invoices v ON v.id = p.invoice_id
	WHERE d.order_id IS NOT v.order_id OR d.amount > p.amount`)

var _ = mustHold("what staff noted as sent back is what their notes say, or less since a processor told of it", `SELECT r.payment_id FROM refunds r WHERE r.processor = 'hand'
	AND r.amount > (SELECT coalesce(sum(n.amount), 0) FROM refund_notes n WHERE n.payment_id = r.payment_id AND n.undone IS NULL)`)
