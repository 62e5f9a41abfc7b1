package db

import (
	"context"
	"encoding/json"
	"slices"

	"buildplate/app/shop"
)

// orderTabs are the staff list's tabs, each a condition on o that an index answers. The plus keeps SQLite from reading all
// open and completed orders where it is to begin with unpaid invoices.
var orderTabs = map[string]string{
	"open":   "o.state = 'OPEN'",
	"review": "o.state = 'OPEN' AND o.review = 'REQUESTED'",
	"unpaid": "o.id IN (SELECT order_id FROM invoices WHERE state IN ('DRAFT', 'PENDING')) AND +o.state IN ('OPEN', 'COMPLETED')",
	"held":   "o.state = 'OPEN' AND (" + stands + ")",
	"paid":   "EXISTS (SELECT 1 FROM invoices v WHERE v.order_id = o.id AND v.state = 'PAID')",
	"done":   "o.state <> 'OPEN'",
	"all":    everything,
}

// stands is true of an open order that does not go on: it is on hold, whatever for, as its badge says, or all of its jobs were
// cancelled.
const stands = `o.hold <> ''
	OR EXISTS (SELECT 1 FROM plates p JOIN jobs j ON j.plate_id = p.id WHERE p.order_id = o.id)
	AND NOT EXISTS (SELECT 1 FROM plates p JOIN jobs j ON j.plate_id = p.id WHERE p.order_id = o.id AND j.state <> 'CANCELLED')`

// orderRows reads what a list shows of an order, and no more.
const orderRows = `SELECT o.id, o.number, o.state, o.review, o.payment, o.currency, o.total, o.contact ->> 'name', coalesce(o.contact ->> '$.business.company', ''), o.delivery ->> 'method', o.promised, o.hold,
	o.created, coalesce(o.released, 0), coalesce(o.closed, 0), o.version,
	(SELECT json_array(count(*), coalesce(sum(copies), 0)) FROM order_items WHERE order_id = o.id), ` + jobTally + ", " + leftTally + ", " + invoiceColumns + " FROM orders o " + itsInvoice

func scanOrderRow(row scanner) (*shop.Order, error) {
	var o shop.Order
	var v shop.Invoice
	var items, jobs, left string
	err := row.Scan(append([]any{
		&o.ID, &o.Number, &o.State, &o.Review, &o.Payment, &o.Currency, &o.Price.Total, &o.Contact.Name, &o.Contact.Business.Company, &o.Delivery.Method, &o.Promised, &o.Hold,
		&o.Created, &o.Released, &o.Closed, &o.Version, &items, &jobs, &left,
	}, invoiceFields(&v)...)...)
	if err != nil {
		return nil, err
	}
	var tally [2]int
	if err := json.Unmarshal([]byte(items), &tally); err != nil {
		return nil, err
	}
	o.Items = shop.ItemTally{Items: tally[0], Copies: tally[1]}
	if err := tallies(&o, jobs, left); err != nil {
		return nil, err
	}
	if v.ID != "" {
		o.Invoice = &v
	}
	return &o, nil
}

// OrderPage lists a page of a tab's orders, newest first, that a text finds, with what a list shows of each; next is
// where the page after it begins, "" on the last one. The tabs are open, review, unpaid, held, paid, done and all; another one is
// open.
func (tx *Tx) OrderPage(ctx context.Context, f ListFilter) (orders []*shop.Order, next string, err error) {
	ids, next, err := tx.pageIDs(ctx, searchedOrders, "o.created", "open", f)
	if err != nil || len(ids) == 0 {
		return nil, "", err
	}
	orders, err = list(ctx, tx, scanOrderRow, orderRows+"WHERE o.id IN (SELECT value FROM json_each(?))", toJSON(ids))
	// They come in the order that the pages go by, or a list would jump where one ends.
	slices.SortFunc(orders, func(a, b *shop.Order) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return orders, next, err
}

// CountOrders counts the orders of every tab that a text finds, each up to one more than MostCounted.
func (tx *Tx) CountOrders(ctx context.Context, text string) (map[string]int, error) {
	return tx.counts(ctx, searchedOrders, text)
}
