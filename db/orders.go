package db

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"buildplate/app/shop"
)

// orderQuery reads an order with its invoice: the one that counts or, where none does, the last one voided.
const orderQuery = `SELECT o.id, o.number, coalesce(o.cart_id, ''), o.client_id, o.source, o.state, o.review, o.payment, o.currency,
	o.price, o.contact, o.delivery, o.note, o.message, o.review_reasons, o.terms_version, o.terms_at, o.promised, o.hold, o.held_models, o.money_hold,
	o.created, coalesce(o.released, 0), coalesce(o.completed, 0), coalesce(o.closed, 0), o.close_reason, o.version, o.updated, o.changed_by,
	o.keep_files, coalesce(o.files_warned, 0), coalesce(o.files_gone, 0), coalesce(o.replaces, ''), ` + jobTally + ", " + leftTally + `, (SELECT coalesce(sum(` + itemHere + `), 0) FROM order_items i WHERE i.order_id = o.id), ` + invoiceColumns + " FROM orders o " + itsInvoice

// jobTally counts the jobs of o by how far they are, as JSON, with the shelves on which its copies lie. A job
// that was cancelled is begun no more, nor is one that is back in the queue and has no good copy.
const jobTally = `(SELECT json_array(count(*), count(j.started) FILTER (WHERE j.state NOT IN ` + notBegun + ` OR j.state <> 'CANCELLED' AND EXISTS (SELECT 1 FROM attempts a JOIN attempt_items x ON x.attempt_id = a.id WHERE a.job_id = j.id AND x.good > 0)),
	 count(*) FILTER (WHERE j.state = 'READY_TO_COLLECT'), count(*) FILTER (WHERE j.state = 'COMPLETED'),
	count(*) FILTER (WHERE j.state = 'CANCELLED'), count(*) FILTER (WHERE j.state IN ('PRINTING_COMPLETE', 'POST_PROCESSING', 'PACKAGING', 'READY_TO_COLLECT', 'COMPLETED')),
	coalesce(group_concat(DISTINCT nullif(j.shelf, '')) FILTER (WHERE j.state = 'READY_TO_COLLECT'), ''))
	FROM plates p JOIN jobs j ON j.plate_id = p.id WHERE p.order_id = o.id)`

// leftTally counts the copies of o that have left the shop, and those of them that were sent, as JSON.
const leftTally = `(SELECT json_array(coalesce(sum(hi.copies), 0), coalesce(sum(hi.copies) FILTER (WHERE h.kind = 'SENT'), 0))
	FROM handovers h JOIN handover_items hi ON hi.handover_id = h.id WHERE h.order_id = o.id AND h.undone IS NULL)`

// itsInvoice joins o with its invoice.
const itsInvoice = `LEFT JOIN invoices v ON v.id = (SELECT id FROM invoices WHERE order_id = o.id ORDER BY state = 'VOID', created DESC, id DESC LIMIT 1)
	LEFT JOIN clients c ON c.id = v.client_id `

// tallies reads what jobTally and leftTally count into an order.
func tallies(o *shop.Order, jobs, left string) error {
	var shelves string
	err := json.Unmarshal([]byte(jobs), &[]any{&o.Jobs.Total, &o.Jobs.Started, &o.Jobs.Ready, &o.Jobs.Completed, &o.Jobs.Cancelled, &o.Jobs.Made, &shelves})
	o.Copies.Shelves = strings.ReplaceAll(shelves, ",", ", ")
	return errors.Join(err, json.Unmarshal([]byte(left), &[]any{&o.Copies.Left, &o.Copies.Sent}))
}

func scanOrder(row scanner) (*shop.Order, error) {
	var o shop.Order
	var v shop.Invoice
	var price, contact, delivery, reasons, held, jobs, left string
	err := row.Scan(append([]any{
		&o.ID, &o.Number, &o.CartID, &o.ClientID, &o.Source, &o.State, &o.Review, &o.Payment, &o.Currency,
		&price, &contact, &delivery, &o.Note, &o.Message, &reasons, &o.TermsVersion, &o.TermsAt, &o.Promised, &o.Hold, &held, &o.MoneyHold,
		&o.Created, &o.Released, &o.Completed, &o.Closed, &o.CloseReason, &o.Version, &o.Updated, &o.ChangedBy,
		&o.KeepFiles, &o.FilesWarned, &o.FilesGone, &o.Replaces, &jobs, &left, &o.Copies.Here,
	}, invoiceFields(&v)...)...)
	if err != nil {
		return nil, err
	}
	for _, f := range []struct {
		text string
		to   any
	}{{price, &o.Price}, {contact, &o.Contact}, {delivery, &o.Delivery}, {reasons, &o.ReviewReasons}, {held, &o.Held}} {
		if err := json.Unmarshal([]byte(f.text), f.to); err != nil {
			return nil, err
		}
	}
	if err := tallies(&o, jobs, left); err != nil {
		return nil, err
	}
	if v.ID != "" {
		o.Invoice = &v
	}
	return &o, nil
}

// Order reads an order with its invoice and how far its jobs are.
func (tx *Tx) Order(ctx context.Context, id string) (*shop.Order, error) {
	return get(ctx, tx, scanOrder, orderQuery+"WHERE o.id = ?", id)
}

// OrdersByID finds orders by their ids, and leaves out those that there are not.
func (tx *Tx) OrdersByID(ctx context.Context, ids []string) (map[string]*shop.Order, error) {
	orders, err := list(ctx, tx, scanOrder, orderQuery+"WHERE o.id IN (SELECT value FROM json_each(?))", toJSON(ids))
	all := make(map[string]*shop.Order, len(orders))
	for _, o := range orders {
		all[o.ID] = o
	}
	return all, err
}

// OrderByNumber finds an order by its number or by that of its invoice.
func (tx *Tx) OrderByNumber(ctx context.Context, number string) (*shop.Order, error) {
	return get(ctx, tx, scanOrder, orderQuery+"WHERE o.id = coalesce((SELECT id FROM orders WHERE number = ?1), (SELECT order_id FROM invoices WHERE number = ?1))", number)
}

// OrderByCart finds the order that a cart became.
func (tx *Tx) OrderByCart(ctx context.Context, cartID string) (*shop.Order, error) {
	return get(ctx, tx, scanOrder, orderQuery+"WHERE o.cart_id = ?", cartID)
}

// InsertOrder keeps a new order; Conflict when its cart was ordered already.
func (tx *Tx) InsertOrder(ctx context.Context, o *shop.Order) error {
	o.Created, o.Updated, o.Version = tx.Now, tx.Now, 1
	_, err := tx.exec(ctx, `INSERT INTO orders (id, number, cart_id, client_id, source, state, review, payment, currency, price, total, tax, contact, delivery, note, message,
		review_reasons, terms_version, terms_at, promised, keep_files, replaces, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		o.ID, o.Number, nullText(o.CartID), o.ClientID, o.Source, o.State, o.Review, o.Payment, o.Currency, toJSON(o.Price), o.Price.Total, o.Price.Tax,
		toJSON(o.Contact), toJSON(o.Delivery), o.Note, o.Message, reasonsText(o), o.TermsVersion, o.TermsAt, o.Promised, o.KeepFiles, nullText(o.Replaces), o.Created, o.Updated)
	return err
}

func reasonsText(o *shop.Order) string {
	if o.ReviewReasons == nil {
		return "[]"
	}
	return toJSON(o.ReviewReasons)
}

// SaveOrder keeps everything about an order that can change, but for its invoice, as a new version; by is the name of whoever
// works here and changed it, "" for the shop itself and for customers.
func (tx *Tx) SaveOrder(ctx context.Context, o *shop.Order, by string) error {
	o.Updated = tx.Now
	o.Version++
	o.ChangedBy = by
	return tx.change(ctx, `UPDATE orders SET state = ?, review = ?, payment = ?, price = ?, total = ?, tax = ?, note = ?, message = ?, review_reasons = ?,
		promised = ?, hold = ?, held_models = ?, money_hold = ?, released = ?, completed = ?, closed = ?, close_reason = ?, keep_files = ?, files_warned = ?, version = version + 1, updated = ?, changed_by = ? WHERE id = ?`,
		o.State, o.Review, o.Payment, toJSON(o.Price), o.Price.Total, o.Price.Tax, o.Note, o.Message, reasonsText(o),
		o.Promised, o.Hold, heldText(o), o.MoneyHold, nullTime(o.Released), nullTime(o.Completed), nullTime(o.Closed), o.CloseReason, o.KeepFiles, nullTime(o.FilesWarned), o.Updated, o.ChangedBy, o.ID)
}

// DeleteOrder removes an order's rows, its drafts of an invoice among them; NotFound when one was issued. Its blobs go to
// the delete queue in the same transaction.
func (tx *Tx) DeleteOrder(ctx context.Context, id string) error {
	if err := tx.unindexJobs(ctx, id); err != nil {
		return err
	}
	return tx.change(ctx, "DELETE FROM orders WHERE id = ? AND NOT EXISTS (SELECT 1 FROM invoices WHERE order_id = orders.id AND issued IS NOT NULL)", id)
}

var _ = mustHold("an order's rows sum to its total", `
	SELECT o.number || ': rows ' || s.sum || ', total ' || o.total FROM orders o, (
		SELECT o2.id, (SELECT coalesce(sum(r.value ->> 'amount'), 0) FROM json_each(o2.price, '$.rows') r WHERE coalesce(r.value ->> 'included', 0) = 0) AS sum FROM orders o2) s
	WHERE s.id = o.id AND s.sum <> o.total`)

var _ = mustHold("a released order has a job for each of its plates", `
	SELECT o.number FROM orders o JOIN plates p ON p.order_id = o.id WHERE o.released IS NOT NULL AND o.closed IS NULL AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.plate_id = p.id)
		AND NOT EXISTS (SELECT 1 FROM plate_items pi WHERE pi.plate_id = p.id AND `+leftOut("o.id", "pi.item_id")+`)`)

var _ = mustHold("what was left out of an order is not made", `
	SELECT o.number || ': ' || j.title FROM orders o JOIN plates p ON p.order_id = o.id JOIN plate_items pi ON pi.plate_id = p.id JOIN jobs j ON j.plate_id = p.id
	WHERE o.price LIKE '%"left_out"%' AND j.state <> 'CANCELLED' AND `+leftOut("o.id", "pi.item_id"))

var _ = mustHold("an order is completed when copies have left and none is to go", `
	SELECT o.number || ' is ' || o.state FROM orders o WHERE o.closed IS NULL AND (o.state = 'COMPLETED') <> (
		EXISTS (SELECT 1 FROM handovers h WHERE h.order_id = o.id AND h.undone IS NULL)
		AND NOT EXISTS (SELECT 1 FROM plates p JOIN jobs j ON j.plate_id = p.id WHERE p.order_id = o.id AND j.state NOT IN ('COMPLETED', 'CANCELLED')))`)
