package db

import (
	"context"

	"buildplate/app/shop"
)

// invoiceColumns are of v, an invoice, joined with o, its order, and c, its client; they are never NULL, so that an
// order may have none.
const invoiceColumns = `coalesce(v.id, ''), coalesce(v.order_id, ''), coalesce(v.client_id, ''), coalesce(v.number, ''), coalesce(v.state, ''), coalesce(v.currency, ''),
	coalesce(v.tax_mode, ''), coalesce(v.tax_name, ''), coalesce(v.tax_rate, '0'), coalesce(v.total, 0), coalesce(v.tax, 0),
	coalesce(v.po_number, ''), coalesce(v.note, ''), coalesce(v.due, ''), coalesce(v.created, 0), coalesce(v.issued, 0), coalesce(v.paid_at, 0),
	coalesce(v.voided, 0), coalesce(v.void_reason, ''), coalesce(v.version, 0), coalesce(v.updated, 0), coalesce(v.changed_by, ''), coalesce(o.number, ''), coalesce(o.contact ->> 'email', c.email, ''),
	` + paidFor + `,
	(SELECT coalesce(sum(r.amount), 0) FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.invoice_id = v.id AND p.state = 'settled'),
	(SELECT coalesce(sum(r.lowered), 0) FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.invoice_id = v.id AND p.state = 'settled'),
	(SELECT coalesce(sum(r.owed), 0) FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.invoice_id = v.id AND p.state = 'settled'),
	(SELECT coalesce(sum(r.amount), 0) FROM cash_roundings r JOIN payments p ON p.id = r.payment_id WHERE r.invoice_id = v.id AND p.state = 'settled'),
	(SELECT coalesce(sum(` + dueLeft + `), 0) FROM refunds_due d JOIN payments p ON p.id = d.payment_id WHERE d.state = 'open' AND p.invoice_id = v.id),
	(SELECT coalesce(sum(min(` + disputed + ` - ` + uncounted + `, max(p.amount - ` + uncounted + ` - ` + sentBack + `, 0))), 0) FROM payments p WHERE p.invoice_id = v.id AND p.state = 'settled'),
	(SELECT coalesce(sum(` + contested + `), 0) FROM payments p WHERE p.invoice_id = v.id AND p.state = 'settled'),
	(SELECT coalesce(sum(` + undecided + `), 0) FROM payments p WHERE p.invoice_id = v.id AND p.state = 'settled'),
	(SELECT coalesce(sum(` + askedAgain + `), 0) FROM payments p WHERE p.invoice_id = v.id AND p.state = 'settled'),
	(SELECT coalesce(sum(` + borne + `), 0) FROM payments p WHERE p.invoice_id = v.id AND p.state = 'settled'),
	` + adjusted

// adjusted is what v, an invoice, was lowered by since it was issued.
const adjusted = `(SELECT coalesce(sum(a.amount), 0) FROM invoice_adjustments a WHERE a.invoice_id = v.id)`

// unpaid is what the payments leave of what v, an invoice, asks for; below zero is a surplus.
const unpaid = `(v.total - ` + adjusted + `
	- ` + paidFor + `
	+ (SELECT coalesce(sum(r.owed), 0) FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.invoice_id = v.id AND p.state = 'settled')
	+ (SELECT coalesce(sum(r.amount), 0) FROM cash_roundings r JOIN payments p ON p.id = r.payment_id WHERE r.invoice_id = v.id AND p.state = 'settled'))`

const invoiceQuery = "SELECT " + invoiceColumns + ` FROM invoices v LEFT JOIN orders o ON o.id = v.order_id LEFT JOIN clients c ON c.id = v.client_id `

// invoiceFields are where invoiceColumns go.
func invoiceFields(v *shop.Invoice) []any {
	return []any{
		&v.ID, &v.OrderID, &v.ClientID, &v.Number, &v.State, &v.Currency, &v.Tax.Mode, &v.Tax.Name, &v.Tax.Rate, &v.Total, &v.TaxTotal,
		&v.PONumber, &v.Note, &v.Due, &v.Created, &v.Issued, &v.PaidAt, &v.Voided, &v.VoidReason, &v.Version, &v.Updated, &v.ChangedBy, &v.OrderNumber, &v.Email,
		&v.Paid, &v.Refunds, &v.Lowered, &v.OwedAgain, &v.Rounding, &v.DueBack, &v.Disputed, &v.Contested, &v.Undecided, &v.AskedAgain, &v.Borne, &v.Adjusted,
	}
}

func scanInvoice(row scanner) (*shop.Invoice, error) {
	var v shop.Invoice
	if err := row.Scan(invoiceFields(&v)...); err != nil {
		return nil, err
	}
	return &v, nil
}

// Invoice reads an invoice with what was paid.
func (tx *Tx) Invoice(ctx context.Context, id string) (*shop.Invoice, error) {
	return get(ctx, tx, scanInvoice, invoiceQuery+"WHERE v.id = ?", id)
}

// InvoiceByNumber finds an invoice by the number it was issued with.
func (tx *Tx) InvoiceByNumber(ctx context.Context, number string) (*shop.Invoice, error) {
	return get(ctx, tx, scanInvoice, invoiceQuery+"WHERE v.number = ?", number)
}

// InsertInvoice keeps a new draft with its lines. Conflict: its order has an invoice that counts.
func (tx *Tx) InsertInvoice(ctx context.Context, v *shop.Invoice, lines []shop.InvoiceLine) error {
	v.Created, v.Updated, v.Version = tx.Now, tx.Now, 1
	_, err := tx.exec(ctx, `INSERT INTO invoices (id, order_id, client_id, state, currency, tax_mode, tax_name, tax_rate, total, tax, po_number, note, due, created, updated)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		v.ID, nullText(v.OrderID), v.ClientID, v.State, v.Currency, v.Tax.Mode, v.Tax.Name, v.Tax.Rate.String(), v.Total, v.TaxTotal, v.PONumber, v.Note, v.Due, v.Created, v.Updated)
	if err != nil {
		return err
	}
	for i, l := range lines {
		_, err := tx.exec(ctx, `INSERT INTO invoice_lines (id, invoice_id, position, kind, item_id, name, quantity, unit, unit_price, discount, amount) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			l.ID, v.ID, i+1, l.Kind, nullText(l.ItemID), l.Name, l.Quantity.String(), l.Unit, l.UnitPrice.String(), l.Discount.String(), l.Amount)
		if err != nil {
			return err
		}
	}
	return nil
}

// SaveInvoice keeps everything about an invoice that can change, but for its lines, and counts the change; by is who made it.
func (tx *Tx) SaveInvoice(ctx context.Context, v *shop.Invoice, by string) error {
	v.Updated, v.ChangedBy = tx.Now, by
	v.Version++
	return tx.change(ctx, `UPDATE invoices SET number = ?, state = ?, po_number = ?, note = ?, due = ?, issued = ?, paid_at = ?, voided = ?, void_reason = ?,
		version = version + 1, updated = ?, changed_by = ? WHERE id = ?`,
		nullText(v.Number), v.State, v.PONumber, v.Note, v.Due, nullTime(v.Issued), nullTime(v.PaidAt), nullTime(v.Voided), v.VoidReason, v.Updated, v.ChangedBy, v.ID)
}

// InvoicesOf lists the ids of an order's invoices, the oldest first.
func (tx *Tx) InvoicesOf(ctx context.Context, orderID string) ([]string, error) {
	return list(ctx, tx, scanText, "SELECT id FROM invoices WHERE order_id = ? ORDER BY created, id", orderID)
}

// DeleteInvoice removes a draft that is for no order, with its lines and what was begun to pay it by card; NotFound for another
// one. Money that came for it keeps it: that is an error.
func (tx *Tx) DeleteInvoice(ctx context.Context, id string) error {
	if _, err := tx.exec(ctx, "DELETE FROM checkout_sessions WHERE invoice_id = ? AND state NOT IN ('intent', 'open', 'processing')", id); err != nil {
		return err
	}
	return tx.change(ctx, "DELETE FROM invoices WHERE id = ? AND state = 'DRAFT' AND order_id IS NULL", id)
}

// InvoiceLines lists an invoice's lines in their order.
func (tx *Tx) InvoiceLines(ctx context.Context, invoiceID string) ([]shop.InvoiceLine, error) {
	return list(ctx, tx, func(row scanner) (l shop.InvoiceLine, err error) {
		err = row.Scan(&l.ID, &l.InvoiceID, &l.Kind, &l.ItemID, &l.Name, &l.Quantity, &l.Unit, &l.UnitPrice, &l.Discount, &l.Amount)
		return l, err
	}, `SELECT id, invoice_id, kind, coalesce(item_id, ''), name, quantity, unit, unit_price, discount, amount FROM invoice_lines WHERE invoice_id = ? ORDER BY position`, invoiceID)
}

// InsertAdjustment lowers what an issued invoice asks for, by more than nothing.
func (tx *Tx) InsertAdjustment(ctx context.Context, a shop.Adjustment) error {
	_, err := tx.exec(ctx, `INSERT INTO invoice_adjustments (id, invoice_id, order_id, amount, reason, user_id, created) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		a.ID, a.InvoiceID, a.OrderID, a.Amount, a.Reason, nullText(a.UserID), tx.Now)
	return err
}

// DeleteAdjustment takes back what an invoice was lowered by; the activity keeps that it was. NotFound for none.
func (tx *Tx) DeleteAdjustment(ctx context.Context, id string) error {
	return tx.change(ctx, "DELETE FROM invoice_adjustments WHERE id = ?", id)
}

// AdjustmentsOf lists what an invoice was lowered by, the oldest first.
func (tx *Tx) AdjustmentsOf(ctx context.Context, invoiceID string) ([]shop.Adjustment, error) {
	return list(ctx, tx, func(row scanner) (a shop.Adjustment, err error) {
		err = row.Scan(&a.ID, &a.InvoiceID, &a.OrderID, &a.Amount, &a.Reason, &a.UserID, &a.By, &a.Created)
		return a, err
	}, `SELECT a.id, a.invoice_id, a.order_id, a.amount, a.reason, coalesce(a.user_id, ''), coalesce(u.name, ''), a.created
		FROM invoice_adjustments a LEFT JOIN users u ON u.id = a.user_id WHERE a.invoice_id = ? ORDER BY a.created, a.id`, invoiceID)
}

var _ = mustHold("only an issued invoice is lowered, of its order, and by no more than its total", `
	SELECT coalesce(v.number, v.id) || ': total ' || v.total || ', lowered by ' || `+adjusted+` FROM invoices v WHERE `+adjusted+` > iif(v.issued IS NULL, 0, v.total)
	UNION ALL SELECT a.id FROM invoice_adjustments a JOIN invoices v ON v.id = a.invoice_id WHERE a.order_id IS NOT v.order_id`)

var _ = mustHold("an order costs less only while some of it is cancelled, or left out", `
	SELECT o.number FROM orders o WHERE EXISTS (SELECT 1 FROM invoice_adjustments a WHERE a.order_id = o.id)
	AND NOT EXISTS (SELECT 1 FROM jobs j JOIN plates p ON p.id = j.plate_id WHERE p.order_id = o.id AND j.state = 'CANCELLED')
	AND o.price NOT LIKE '%"left_out"%'`)

var _ = mustHold("an invoice's lines, and the tax that is added, sum to its total", `
	SELECT coalesce(v.number, v.id) || ': lines ' || coalesce(sum(l.amount), 0) || ', total ' || v.total FROM invoices v LEFT JOIN invoice_lines l ON l.invoice_id = v.id
	GROUP BY v.id HAVING coalesce(sum(l.amount), 0) + iif(v.tax_mode = 'EXCLUSIVE', v.tax, 0) <> v.total`)

var _ = mustHold("a paid invoice is covered by its payments", `
	SELECT v.number FROM invoices v WHERE v.state = 'PAID' AND `+unpaid+` > 0`)

var _ = mustHold("an order asks for its price, once", `
	SELECT o.number FROM orders o JOIN invoices v ON v.order_id = o.id WHERE v.state <> 'VOID' AND (v.total <> o.total OR v.tax <> o.tax OR v.currency <> o.currency OR v.client_id <> o.client_id)`)

var _ = mustHold("an order that is closed or in review asks for no money", `
	SELECT o.number FROM orders o JOIN invoices v ON v.order_id = o.id WHERE v.state NOT IN ('VOID', 'WRITTEN_OFF') AND (o.closed IS NOT NULL OR o.review IN ('REQUESTED', 'REFUSED'))`)

var _ = mustHold("an order that may be paid has its invoice", `
	SELECT o.number FROM orders o WHERE o.closed IS NULL AND o.review IN ('NONE', 'APPROVED') AND NOT EXISTS (SELECT 1 FROM invoices v WHERE v.order_id = o.id AND v.state <> 'VOID')`)
