package db

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"

	"buildplate/app/shop"
)

const invoiceQuery = `SELECT v.id, v.order_number, coalesce(v.invoice_number, ''), coalesce(v.cart_id, ''), v.client_id, v.source, v.state, v.review, v.payment, v.currency,
	v.price, v.contact, v.delivery, v.note, v.message, v.review_reasons, v.terms_version, v.terms_at, v.ready_date, v.hold,
	v.created, coalesce(v.issued, 0), coalesce(v.released, 0), coalesce(v.paid_at, 0), coalesce(v.closed, 0), v.close_reason, v.updated,
	(SELECT coalesce(sum(amount), 0) FROM payments WHERE invoice_id = v.id AND state = 'settled'),
	(SELECT coalesce(sum(r.amount), 0) FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.invoice_id = v.id AND p.state = 'settled'),
	(SELECT coalesce(sum(amount), 0) FROM cash_roundings WHERE invoice_id = v.id),
	(SELECT count(*) FROM jobs WHERE invoice_id = v.id),
	(SELECT count(*) FROM jobs WHERE invoice_id = v.id AND started IS NOT NULL),
	(SELECT count(*) FROM jobs WHERE invoice_id = v.id AND state = 'READY_TO_COLLECT'),
	(SELECT count(*) FROM jobs WHERE invoice_id = v.id AND state = 'SHIPPED'),
	(SELECT count(*) FROM jobs WHERE invoice_id = v.id AND state = 'COMPLETED'),
	(SELECT count(*) FROM jobs WHERE invoice_id = v.id AND state = 'CANCELLED')
	FROM invoices v `

func scanInvoice(row scanner) (*shop.Invoice, error) {
	var v shop.Invoice
	var price, contact, delivery, reasons string
	err := row.Scan(&v.ID, &v.OrderNumber, &v.InvoiceNumber, &v.CartID, &v.ClientID, &v.Source, &v.State, &v.Review, &v.Payment, &v.Currency,
		&price, &contact, &delivery, &v.Note, &v.Message, &reasons, &v.TermsVersion, &v.TermsAt, &v.ReadyDate, &v.Hold,
		&v.Created, &v.Issued, &v.Released, &v.PaidAt, &v.Closed, &v.CloseReason, &v.Updated,
		&v.Paid, &v.Refunds, &v.Rounding, &v.Jobs.Total, &v.Jobs.Started, &v.Jobs.Ready, &v.Jobs.Shipped, &v.Jobs.Completed, &v.Jobs.Cancelled)
	if err != nil {
		return nil, err
	}
	for _, f := range []struct {
		text string
		to   any
	}{{price, &v.Price}, {contact, &v.Contact}, {delivery, &v.Delivery}, {reasons, &v.ReviewReasons}} {
		if err := json.Unmarshal([]byte(f.text), f.to); err != nil {
			return nil, err
		}
	}
	return &v, nil
}

// Invoice reads an order with what was paid and how far its jobs are.
func (tx *Tx) Invoice(ctx context.Context, id string) (*shop.Invoice, error) {
	return get(ctx, tx, scanInvoice, invoiceQuery+"WHERE v.id = ?", id)
}

// InvoiceByCart finds the order that a cart became.
func (tx *Tx) InvoiceByCart(ctx context.Context, cartID string) (*shop.Invoice, error) {
	return get(ctx, tx, scanInvoice, invoiceQuery+"WHERE v.cart_id = ?", cartID)
}

// InvoiceByLink finds the order that a link's token opens.
func (tx *Tx) InvoiceByLink(ctx context.Context, tokenHash string) (*shop.Invoice, error) {
	return get(ctx, tx, scanInvoice, invoiceQuery+"WHERE v.id = (SELECT invoice_id FROM order_links WHERE token_hash = ?)", tokenHash)
}

// InsertOrderLink lets a token open an order.
func (tx *Tx) InsertOrderLink(ctx context.Context, tokenHash, invoiceID string) error {
	_, err := tx.exec(ctx, "INSERT INTO order_links (token_hash, invoice_id, created) VALUES (?, ?, ?)", tokenHash, invoiceID, tx.Now)
	return err
}

// InsertInvoice keeps a new order; Conflict when its cart was ordered already.
func (tx *Tx) InsertInvoice(ctx context.Context, v *shop.Invoice) error {
	v.Created, v.Updated = tx.Now, tx.Now
	_, err := tx.exec(ctx, `INSERT INTO invoices (id, order_number, cart_id, client_id, source, state, review, payment, currency, price, total, tax, contact, delivery, note, message,
		review_reasons, terms_version, terms_at, ready_date, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		v.ID, v.OrderNumber, nullText(v.CartID), v.ClientID, v.Source, v.State, v.Review, v.Payment, v.Currency, toJSON(v.Price), v.Price.Total, v.Price.Tax,
		toJSON(v.Contact), toJSON(v.Delivery), v.Note, v.Message, reasonsText(v), v.TermsVersion, v.TermsAt, v.ReadyDate, v.Created, v.Updated)
	return err
}

func reasonsText(v *shop.Invoice) string {
	if v.ReviewReasons == nil {
		return "[]"
	}
	return toJSON(v.ReviewReasons)
}

// SaveInvoice keeps everything about an order that can change.
func (tx *Tx) SaveInvoice(ctx context.Context, v *shop.Invoice) error {
	v.Updated = tx.Now
	return tx.change(ctx, `UPDATE invoices SET invoice_number = ?, state = ?, review = ?, payment = ?, price = ?, total = ?, tax = ?, note = ?, message = ?, review_reasons = ?,
		ready_date = ?, hold = ?, issued = ?, released = ?, paid_at = ?, closed = ?, close_reason = ?, updated = ? WHERE id = ?`,
		nullText(v.InvoiceNumber), v.State, v.Review, v.Payment, toJSON(v.Price), v.Price.Total, v.Price.Tax, v.Note, v.Message, reasonsText(v),
		v.ReadyDate, v.Hold, nullTime(v.Issued), nullTime(v.Released), nullTime(v.PaidAt), nullTime(v.Closed), v.CloseReason, v.Updated, v.ID)
}

// DeleteInvoice removes an order's rows; only drafts are ever passed here, and their blobs go to the delete queue
// in the same transaction.
func (tx *Tx) DeleteInvoice(ctx context.Context, id string) error {
	return tx.change(ctx, "DELETE FROM invoices WHERE id = ? AND issued IS NULL", id)
}

// OrderTabs are the staff list's tabs, each a condition on v.
var orderTabs = map[string]string{
	"open":   "v.state IN ('DRAFT', 'PENDING', 'PAID') AND NOT (EXISTS (SELECT 1 FROM jobs j WHERE j.invoice_id = v.id) AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.invoice_id = v.id AND j.state NOT IN ('COMPLETED', 'CANCELLED')))",
	"review": "v.review = 'REQUESTED' AND v.state = 'DRAFT'",
	"unpaid": "v.state IN ('DRAFT', 'PENDING') AND v.review <> 'REQUESTED'",
	"paid":   "v.state = 'PAID'",
	"done":   "v.state IN ('VOID', 'WRITTEN_OFF') OR (EXISTS (SELECT 1 FROM jobs j WHERE j.invoice_id = v.id) AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.invoice_id = v.id AND j.state NOT IN ('COMPLETED', 'CANCELLED')))",
	"all":    "1",
}

// Invoices lists a tab's orders, newest first, whose number or customer contains the text; total counts them all.
func (tx *Tx) Invoices(ctx context.Context, tab, text string, offset, limit int) (orders []*shop.Invoice, total int, err error) {
	where, ok := orderTabs[tab]
	if !ok {
		where = orderTabs["open"]
	}
	like := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text) + "%"
	where = "WHERE (" + where + `) AND (v.order_number LIKE ?1 ESCAPE '\' OR coalesce(v.invoice_number, '') LIKE ?1 ESCAPE '\'
		OR v.contact ->> 'name' LIKE ?1 ESCAPE '\' OR v.contact ->> 'email' LIKE ?1 ESCAPE '\')`
	if err = tx.one(ctx, "SELECT count(*) FROM invoices v "+where, []any{like}, &total); err != nil {
		return nil, 0, err
	}
	orders, err = list(ctx, tx, scanInvoice, invoiceQuery+where+" ORDER BY v.created DESC, v.id DESC LIMIT ?2 OFFSET ?3", like, limit, offset)
	return orders, total, err
}

// CountOrders counts every tab.
func (tx *Tx) CountOrders(ctx context.Context) (map[string]int, error) {
	counts := map[string]int{}
	for tab, where := range orderTabs {
		var n int
		if err := tx.one(ctx, "SELECT count(*) FROM invoices v WHERE "+where, nil, &n); err != nil {
			return nil, err
		}
		counts[tab] = n
	}
	return counts, nil
}

// InsertClient keeps a guest as a client of their own.
func (tx *Tx) InsertClient(ctx context.Context, id string, c shop.Contact) error {
	_, err := tx.exec(ctx, "INSERT INTO clients (id, name, email, phone, created) VALUES (?, ?, ?, ?, ?)", id, c.Name, c.Email, c.Phone, tx.Now)
	return err
}

// DeleteClient removes a client that no order names any more.
func (tx *Tx) DeleteClient(ctx context.Context, id string) error {
	_, err := tx.exec(ctx, "DELETE FROM clients WHERE id = ? AND NOT EXISTS (SELECT 1 FROM invoices WHERE client_id = clients.id)", id)
	return err
}

func scanItem(row scanner) (it shop.Item, err error) {
	var choices, price, inspection, result string
	err = row.Scan(&it.ID, &it.InvoiceID, &it.Name, &it.Kind, &it.Copies, &choices, &inspection, &it.SliceKey, &result, &it.GCodeHash, &price)
	if err != nil {
		return it, err
	}
	it.Inspection, it.Result = json.RawMessage(inspection), json.RawMessage(result)
	if err = json.Unmarshal([]byte(choices), &it.Choices); err != nil {
		return it, err
	}
	return it, json.Unmarshal([]byte(price), &it.Price)
}

// Items lists an order's lines in their order.
func (tx *Tx) Items(ctx context.Context, invoiceID string) ([]shop.Item, error) {
	return list(ctx, tx, scanItem, `SELECT id, invoice_id, name, kind, copies, choices, inspection, slice_key, result, gcode_sha256, price
		FROM invoice_items WHERE invoice_id = ? ORDER BY position`, invoiceID)
}

// InsertItem adds a line to an order.
func (tx *Tx) InsertItem(ctx context.Context, it shop.Item, position int) error {
	_, err := tx.exec(ctx, `INSERT INTO invoice_items (id, invoice_id, position, name, kind, copies, choices, inspection, slice_key, result, gcode_sha256, price, total)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		it.ID, it.InvoiceID, position, it.Name, it.Kind, it.Copies, toJSON(it.Choices), rawText(it.Inspection), it.SliceKey, rawText(it.Result), it.GCodeHash, toJSON(it.Price), it.Price.Total)
	return err
}

func rawText(m json.RawMessage) string {
	if len(m) == 0 {
		return "{}"
	}
	return string(m)
}

const orderFileQuery = `SELECT f.id, f.client_id, f.invoice_id, f.item_id, f.kind, f.name, f.blob_id, b.sha256, b.size, f.created FROM order_files f JOIN blobs b ON b.id = f.blob_id `

func scanOrderFile(row scanner) (f shop.OrderFile, err error) {
	var item sql.NullString
	err = row.Scan(&f.ID, &f.ClientID, &f.InvoiceID, &item, &f.Kind, &f.Name, &f.BlobID, &f.SHA256, &f.Bytes, &f.Created)
	f.ItemID = item.String
	return f, err
}

// OrderFiles lists an order's files.
func (tx *Tx) OrderFiles(ctx context.Context, invoiceID string) ([]shop.OrderFile, error) {
	return list(ctx, tx, scanOrderFile, orderFileQuery+"WHERE f.invoice_id = ? ORDER BY f.created, f.id", invoiceID)
}

// OrderFile finds one file.
func (tx *Tx) OrderFile(ctx context.Context, id string) (shop.OrderFile, error) {
	return get(ctx, tx, scanOrderFile, orderFileQuery+"WHERE f.id = ?", id)
}

// OrderFileByBlob finds the file that a blob is.
func (tx *Tx) OrderFileByBlob(ctx context.Context, blobID string) (shop.OrderFile, error) {
	return get(ctx, tx, scanOrderFile, orderFileQuery+"WHERE f.blob_id = ?", blobID)
}

// InsertOrderFile gives an order a file.
func (tx *Tx) InsertOrderFile(ctx context.Context, f shop.OrderFile) error {
	_, err := tx.exec(ctx, "INSERT INTO order_files (id, client_id, invoice_id, item_id, kind, name, blob_id, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		f.ID, f.ClientID, f.InvoiceID, nullText(f.ItemID), f.Kind, f.Name, f.BlobID, tx.Now)
	return err
}

// DeleteOrderFile removes a file's row.
func (tx *Tx) DeleteOrderFile(ctx context.Context, id string) error {
	return tx.change(ctx, "DELETE FROM order_files WHERE id = ?", id)
}

var _ = mustHold("an invoice's rows sum to its total", `
	SELECT v.order_number || ': rows ' || s.sum || ', total ' || v.total FROM invoices v, (
		SELECT v2.id, (SELECT coalesce(sum(r.value ->> 'amount'), 0) FROM json_each(v2.price, '$.rows') r WHERE coalesce(r.value ->> 'included', 0) = 0) AS sum FROM invoices v2) s
	WHERE s.id = v.id AND s.sum <> v.total`)

var _ = mustHold("a paid invoice is covered by its payments", `
	SELECT v.order_number FROM invoices v WHERE v.state = 'PAID'
	AND (SELECT coalesce(sum(amount), 0) FROM payments p WHERE p.invoice_id = v.id AND p.state = 'settled')
		- (SELECT coalesce(sum(amount), 0) FROM cash_roundings r WHERE r.invoice_id = v.id) < v.total`)

var _ = mustHold("a released order has a job for each of its models", `
	SELECT v.order_number FROM invoices v WHERE v.released IS NOT NULL AND v.state <> 'VOID'
	AND EXISTS (SELECT 1 FROM invoice_items i WHERE i.invoice_id = v.id AND i.kind = 'model' AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.item_id = i.id))`)
