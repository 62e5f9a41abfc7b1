package db

import (
	"context"

	"buildplate/app/shop"
)

const disputeColumns = `d.id, coalesce(d.payment_id, ''), coalesce(d.invoice_id, ''), d.amount, d.state, d.funds_withdrawn, d.seen, d.created, coalesce(d.evidence_due, 0),
	coalesce(a.answer, ''), coalesce(a.amount, 0), coalesce(a.surplus, 0), coalesce(a.refunded, 0), coalesce(a.reason, ''), coalesce(au.name, ''), coalesce(a.created, 0)`

const disputeQuery = `SELECT ` + disputeColumns + ` FROM disputes d LEFT JOIN dispute_answers a ON a.dispute_id = d.id AND a.undone IS NULL LEFT JOIN users au ON au.id = a.user_id `

func scanDispute(row scanner) (d shop.Dispute, err error) {
	err = row.Scan(&d.ID, &d.PaymentID, &d.InvoiceID, &d.Amount, &d.State, &d.FundsWithdrawn, &d.Seen, &d.Created, &d.EvidenceDue,
		&d.Answer, &d.Answered, &d.Surplus, &d.Refunded, &d.Reason, &d.AnsweredBy, &d.AnsweredAt)
	return d, err
}

// Dispute finds one by Stripe's id.
func (tx *Tx) Dispute(ctx context.Context, id string) (shop.Dispute, error) {
	return get(ctx, tx, scanDispute, disputeQuery+`WHERE d.id = ?`, id)
}

// SaveDispute keeps a dispute as it stands now. Another state or sum of it is another version of its payment.
func (tx *Tx) SaveDispute(ctx context.Context, d shop.Dispute) error {
	_, err := tx.exec(ctx, `UPDATE payments SET undone = undone + 2 WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM disputes WHERE id = ?2 AND state = ?3 AND amount = ?4)`,
		d.PaymentID, d.ID, d.State, d.Amount)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		INSERT INTO disputes (id, payment_id, invoice_id, amount, state, funds_withdrawn, seen, created, evidence_due) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET invoice_id = excluded.invoice_id, amount = excluded.amount, state = excluded.state, funds_withdrawn = excluded.funds_withdrawn, seen = excluded.seen,
			evidence_due = excluded.evidence_due`,
		d.ID, nullText(d.PaymentID), nullText(d.InvoiceID), d.Amount, d.State, d.FundsWithdrawn, d.Seen, d.Created, nullTime(d.EvidenceDue))
	return err
}

// Disputes lists those over payments that count for the invoice: one over a duplicate takes nothing from it.
func (tx *Tx) Disputes(ctx context.Context, invoiceID string) ([]shop.Dispute, error) {
	return list(ctx, tx, scanDispute, disputeQuery+`JOIN payments p ON p.id = d.payment_id
		WHERE d.invoice_id = ? AND p.state = 'settled' ORDER BY d.created, d.id`, invoiceID)
}

// DisputesOfPayment lists those over a payment, whether it counts or not.
func (tx *Tx) DisputesOfPayment(ctx context.Context, paymentID string) ([]shop.Dispute, error) {
	return list(ctx, tx, scanDispute, disputeQuery+`WHERE d.payment_id = ? ORDER BY d.created, d.id`, paymentID)
}

// AnswerDispute keeps what an admin decided about a lost dispute, over so much of it: who, and why. Conflict: it was already.
func (tx *Tx) AnswerDispute(ctx context.Context, d shop.Dispute, userID string) error {
	_, err := tx.exec(ctx, `INSERT INTO dispute_answers (id, dispute_id, answer, amount, surplus, refunded, reason, user_id, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		shop.NewID(), d.ID, d.Answer, d.Answered, d.Surplus, d.Refunded, d.Reason, nullText(userID), tx.Now)
	if err != nil {
		return err
	}
	return tx.undone(ctx, d.PaymentID, 0)
}

// UndoDisputeAnswer takes back what was decided about a dispute: who did, "" for the bank that thought again, and why. NotFound:
// nothing is.
func (tx *Tx) UndoDisputeAnswer(ctx context.Context, d shop.Dispute, userID, why string) error {
	err := tx.change(ctx, `UPDATE dispute_answers SET undone = ?, undone_by = ?, undo_reason = ? WHERE dispute_id = ? AND undone IS NULL`, tx.Now, nullText(userID), why, d.ID)
	if err != nil {
		return err
	}
	return tx.undone(ctx, d.PaymentID, 0)
}

var _ = mustHold("only money that counted and was lost for good is decided about", `
	SELECT a.id FROM dispute_answers a JOIN disputes d ON d.id = a.dispute_id JOIN payments p ON p.id = d.payment_id
	WHERE a.undone IS NULL AND (d.state <> 'lost' OR d.invoice_id IS NOT p.invoice_id OR p.state <> 'settled' OR a.amount > d.amount)`)

var _ = mustHold("what is asked for again was lost, and not sent back", `
	SELECT p.id FROM payments p WHERE p.state = 'settled' AND p.amount - `+uncounted+` < min(`+sentBack+`, p.amount - `+uncountedBefore+`)`)
