package db

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"buildplate/app/shop"
)

// orderTabs are the staff list's tabs, each a condition on o that an index answers.
var orderTabs = map[string]string{
	"open":   "o.state = 'OPEN'",
	"review": "o.state = 'OPEN' AND o.review = 'REQUESTED'",
	"unpaid": "o.id IN (SELECT order_id FROM invoices WHERE state IN ('DRAFT', 'PENDING')) AND o.state IN ('OPEN', 'COMPLETED')",
	"paid":   "EXISTS (SELECT 1 FROM invoices v WHERE v.order_id = o.id AND v.state = 'PAID')",
	"done":   "o.state IN ('COMPLETED', 'CANCELLED', 'REFUSED')",
	"all":    "1",
}

// OrderFilter narrows the list of orders. After is where the page before it ended, "" for the first one.
type OrderFilter struct {
	Tab   string // open, review, unpaid, paid, done or all; another one is open
	Text  string
	After string
	Limit int
}

// orderRows reads what a list shows of an order, and no more.
const orderRows = `SELECT o.id, o.number, o.state, o.review, o.payment, o.currency, o.total, o.contact ->> 'name', o.delivery ->> 'method', o.promised, o.hold,
	o.created, coalesce(o.released, 0), coalesce(o.closed, 0),
	(SELECT json_array(count(*), coalesce(sum(copies), 0)) FROM order_items WHERE order_id = o.id), ` + jobTally + ", " + invoiceColumns + " FROM orders o " + itsInvoice

func scanOrderRow(row scanner) (*shop.Order, error) {
	var o shop.Order
	var v shop.Invoice
	var items, jobs string
	err := row.Scan(append([]any{
		&o.ID, &o.Number, &o.State, &o.Review, &o.Payment, &o.Currency, &o.Price.Total, &o.Contact.Name, &o.Delivery.Method, &o.Promised, &o.Hold,
		&o.Created, &o.Released, &o.Closed, &items, &jobs,
	}, invoiceFields(&v)...)...)
	if err != nil {
		return nil, err
	}
	var tally [2]int
	if err := json.Unmarshal([]byte(items), &tally); err != nil {
		return nil, err
	}
	o.Items = shop.ItemTally{Items: tally[0], Copies: tally[1]}
	if o.Jobs, err = jobsOf(jobs); err != nil {
		return nil, err
	}
	if v.ID != "" {
		o.Invoice = &v
	}
	return &o, nil
}

// OrderPage lists a page of a tab's orders, newest first, that a text finds, with what a list shows of each; next is
// where the page after it begins, "" on the last one.
func (tx *Tx) OrderPage(ctx context.Context, f OrderFilter) (orders []*shop.Order, next string, err error) {
	where, args := f.where()
	if f.After != "" {
		created, id, err := cursorOf(f.After)
		if err != nil {
			return nil, "", err
		}
		where += " AND (o.created, o.id) < (?, ?)"
		args = append(args, created, id)
	}
	orders, err = list(ctx, tx, scanOrderRow, orderRows+"WHERE "+where+" ORDER BY o.created DESC, o.id DESC LIMIT ?", append(args, f.Limit+1)...)
	if err != nil || len(orders) <= f.Limit {
		return orders, "", err
	}
	orders = orders[:f.Limit]
	last := orders[len(orders)-1]
	return orders, fmt.Sprintf("%d.%s", last.Created, last.ID), nil
}

func (f OrderFilter) where() (string, []any) {
	tab, ok := orderTabs[f.Tab]
	if !ok {
		tab = orderTabs["open"]
	}
	found, args := found("order", "o.id", f.Text)
	return "(" + tab + ") AND " + found, args
}

// cursorOf reads where a page ended. Errors: Invalid.
func cursorOf(after string) (created int64, id string, err error) {
	at, id, ok := strings.Cut(after, ".")
	created, err = strconv.ParseInt(at, 10, 64)
	if !ok || err != nil {
		return 0, "", shop.Invalidf("cursor_malformed", "after", "This page of the list is not there any more. Start from the beginning.")
	}
	return created, id, nil
}

// MostCounted is up to where rows of a list are counted.
const MostCounted = 1000

// CountOrders counts the orders of every tab that a text finds, each up to one more than MostCounted.
func (tx *Tx) CountOrders(ctx context.Context, text string) (map[string]int, error) {
	counts := map[string]int{}
	for tab := range orderTabs {
		where, args := OrderFilter{Tab: tab, Text: text}.where()
		var n int
		if err := tx.one(ctx, "SELECT count(*) FROM (SELECT 1 FROM orders o WHERE "+where+" LIMIT ?)", append(args, MostCounted+1), &n); err != nil {
			return nil, err
		}
		counts[tab] = n
	}
	return counts, nil
}
