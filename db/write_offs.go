package db

import (
	"context"

	"buildplate/app/shop"
)

// InsertWriteOff keeps that what was owed for an invoice was given up. Conflict: it was already.
func (tx *Tx) InsertWriteOff(ctx context.Context, w shop.WriteOff) error {
	_, err := tx.exec(ctx, `INSERT INTO write_offs (id, invoice_id, amount, reason, user_id, created) VALUES (?, ?, ?, ?, ?, ?)`,
		w.ID, w.InvoiceID, w.Amount, w.Reason, nullText(w.UserID), tx.Now)
	return err
}

// WriteOffOf is an invoice's write-off that stands. NotFound: what is owed for it was not given up.
func (tx *Tx) WriteOffOf(ctx context.Context, invoiceID string) (shop.WriteOff, error) {
	return get(ctx, tx, func(row scanner) (w shop.WriteOff, err error) {
		err = row.Scan(&w.ID, &w.InvoiceID, &w.Amount, &w.Reason, &w.UserID, &w.By, &w.Created)
		return w, err
	}, `SELECT w.id, w.invoice_id, w.amount, w.reason, coalesce(w.user_id, ''), coalesce(u.name, ''), w.created
		FROM write_offs w LEFT JOIN users u ON u.id = w.user_id WHERE w.invoice_id = ? AND w.undone IS NULL`, invoiceID)
}

// UndoneWriteOffs lists an invoice's write-offs that were taken back, the first one first.
func (tx *Tx) UndoneWriteOffs(ctx context.Context, invoiceID string) ([]shop.WriteOff, error) {
	return list(ctx, tx, func(row scanner) (w shop.WriteOff, err error) {
		err = row.Scan(&w.ID, &w.InvoiceID, &w.Amount, &w.Reason, &w.UserID, &w.By, &w.Created, &w.Undone, &w.UndoneBy, &w.UndoReason)
		return w, err
	}, `SELECT w.id, w.invoice_id, w.amount, w.reason, coalesce(w.user_id, ''), coalesce(u.name, ''), w.created, w.undone, coalesce(b.name, ''), w.undo_reason
		FROM write_offs w LEFT JOIN users u ON u.id = w.user_id LEFT JOIN users b ON b.id = w.undone_by
		WHERE w.invoice_id = ? AND w.undone IS NOT NULL ORDER BY w.created, w.id`, invoiceID)
}

// UndoWriteOff takes back an invoice's write-off that stands: who did, and why. NotFound: none does.
func (tx *Tx) UndoWriteOff(ctx context.Context, invoiceID, userID, reason string) error {
	return tx.change(ctx, `UPDATE write_offs SET undone = ?, undone_by = ?, undo_reason = ? WHERE invoice_id = ? AND undone IS NULL`, tx.Now, nullText(userID), reason, invoiceID)
}

var _ = mustHold("an invoice is written off exactly when a write-off says why", `
	SELECT coalesce(v.number, v.id) FROM invoices v WHERE (v.state = 'WRITTEN_OFF') <> EXISTS (SELECT 1 FROM write_offs w WHERE w.invoice_id = v.id AND w.undone IS NULL)`)

var _ = mustHold("only what has left is written off, but before the upgrade", `
	SELECT o.number FROM invoices v JOIN orders o ON o.id = v.order_id JOIN write_offs w ON w.invoice_id = v.id AND w.undone IS NULL WHERE o.state <> 'COMPLETED' AND w.user_id IS NOT NULL`)

// A refund that is owed again and fails after that leaves less of it, so no more is compared than that.
var _ = mustHold("no more is given up than was decided on", `
	SELECT coalesce(v.number, v.id) || ': ' || w.amount || ' of ' || `+unpaid+` FROM invoices v JOIN write_offs w ON w.invoice_id = v.id AND w.undone IS NULL
	WHERE v.state = 'WRITTEN_OFF' AND w.amount < `+unpaid)
