package db

import (
	"context"

	"buildplate/app/shop"
)

const disputeColumns = `d.id, coalesce(d.payment_id, ''), coalesce(d.invoice_id, ''), d.amount, d.state, d.funds_withdrawn, d.seen, d.created`

func scanDispute(row scanner) (d shop.Dispute, err error) {
	err = row.Scan(&d.ID, &d.PaymentID, &d.InvoiceID, &d.Amount, &d.State, &d.FundsWithdrawn, &d.Seen, &d.Created)
	return d, err
}

// Dispute finds one by Stripe's id.
func (tx *Tx) Dispute(ctx context.Context, id string) (shop.Dispute, error) {
	return get(ctx, tx, scanDispute, `SELECT `+disputeColumns+` FROM disputes d WHERE d.id = ?`, id)
}

// SaveDispute keeps a dispute as it stands now. Another state or sum of it is another version of its payment.
func (tx *Tx) SaveDispute(ctx context.Context, d shop.Dispute) error {
	_, err := tx.exec(ctx, `UPDATE payments SET undone = undone + 2 WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM disputes WHERE id = ?2 AND state = ?3 AND amount = ?4)`,
		d.PaymentID, d.ID, d.State, d.Amount)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		INSERT INTO disputes (id, payment_id, invoice_id, amount, state, funds_withdrawn, seen, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET invoice_id = excluded.invoice_id, amount = excluded.amount, state = excluded.state, funds_withdrawn = excluded.funds_withdrawn, seen = excluded.seen`,
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
