package db

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
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
	"done":   "o.state <> 'OPEN'",
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
	(SELECT json_array(count(*), coalesce(sum(copies), 0)) FROM order_items WHERE order_id = o.id), ` + jobTally + ", " + leftTally + ", " + invoiceColumns + " FROM orders o " + itsInvoice

func scanOrderRow(row scanner) (*shop.Order, error) {
	var o shop.Order
	var v shop.Invoice
	var items, jobs, left string
	err := row.Scan(append([]any{
		&o.ID, &o.Number, &o.State, &o.Review, &o.Payment, &o.Currency, &o.Price.Total, &o.Contact.Name, &o.Delivery.Method, &o.Promised, &o.Hold,
		&o.Created, &o.Released, &o.Closed, &items, &jobs, &left,
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
// where the page after it begins, "" on the last one.
func (tx *Tx) OrderPage(ctx context.Context, f OrderFilter) (orders []*shop.Order, next string, err error) {
	ids, next, err := tx.orderIDs(ctx, f)
	if err != nil || len(ids) == 0 {
		return nil, "", err
	}
	orders, err = list(ctx, tx, scanOrderRow, orderRows+"WHERE o.id IN (SELECT value FROM json_each(?))", toJSON(ids))
	// They come in the order that the pages go by, or a list would jump where one ends.
	slices.SortFunc(orders, func(a, b *shop.Order) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return orders, next, err
}

// orderIDs finds which orders are on a page: first these, so that nothing is read of what is not shown.
func (tx *Tx) orderIDs(ctx context.Context, f OrderFilter) (ids []string, next string, err error) {
	query, args, err := f.page()
	if err != nil {
		return nil, "", err
	}
	type at struct {
		id  string
		pos int64
	}
	rows, err := list(ctx, tx, func(row scanner) (a at, err error) {
		err = row.Scan(&a.id, &a.pos)
		return a, err
	}, query, args...)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > f.Limit {
		rows = rows[:f.Limit]
		last := rows[len(rows)-1]
		next = fmt.Sprintf("%d.%s", last.pos, last.id)
	}
	for _, a := range rows {
		ids = append(ids, a.id)
	}
	return ids, next, nil
}

func (f OrderFilter) tab() string {
	if tab, ok := orderTabs[f.Tab]; ok {
		return tab
	}
	return orderTabs["open"]
}

// page is the query of a page's ids and places: by when they were placed or, of what a text finds, by when they came
// into the index, which is the same order and the one in which the index is read.
func (f OrderFilter) page() (query string, args []any, err error) {
	pos, id := int64(math.MaxInt64), ""
	if f.After != "" {
		if pos, id, err = cursorOf(f.After); err != nil {
			return "", nil, err
		}
	}
	if strings.TrimSpace(f.Text) == "" {
		return "SELECT o.id, o.created FROM orders o WHERE (" + f.tab() + ") AND (o.created, o.id) < (?, ?) ORDER BY o.created DESC, o.id DESC LIMIT ?", []any{pos, id, f.Limit + 1}, nil
	}
	hits, args := found("order", f.Text)
	return "SELECT f.id, f.doc FROM (" + hits + ") f JOIN orders o ON o.id = f.id WHERE (" + f.tab() + ") AND f.doc < ? ORDER BY f.doc DESC LIMIT ?", append(args, pos, f.Limit+1), nil
}

// cursorOf reads where a page ended. Errors: Invalid.
func cursorOf(after string) (pos int64, id string, err error) {
	at, id, ok := strings.Cut(after, ".")
	pos, err = strconv.ParseInt(at, 10, 64)
	if !ok || err != nil {
		return 0, "", shop.Invalidf("cursor_malformed", "after", "This page of the list is not there any more. Start from the beginning.")
	}
	return pos, id, nil
}

// MostCounted is up to where rows of a list are counted.
const MostCounted = 1000

// CountOrders counts the orders of every tab that a text finds, each up to one more than MostCounted.
func (tx *Tx) CountOrders(ctx context.Context, text string) (map[string]int, error) {
	counts := map[string]int{}
	if strings.TrimSpace(text) == "" {
		for tab, where := range orderTabs {
			var n int
			if err := tx.one(ctx, "SELECT count(*) FROM (SELECT 1 FROM orders o WHERE "+where+" LIMIT ?)", []any{MostCounted + 1}, &n); err != nil {
				return nil, err
			}
			counts[tab] = n
		}
		return counts, nil
	}
	query, args, tabs := countFound(text)
	into := make([]any, len(tabs))
	n := make([]int, len(tabs))
	for i := range n {
		into[i] = &n[i]
	}
	if err := tx.one(ctx, query, args, into...); err != nil {
		return nil, err
	}
	for i, tab := range tabs {
		counts[tab] = min(n[i], MostCounted+1)
	}
	return counts, nil
}

// countFound counts every tab in one reading of what a text finds.
func countFound(text string) (query string, args []any, tabs []string) {
	var sums []string
	for tab, where := range orderTabs {
		tabs = append(tabs, tab)
		sums = append(sums, "count(*) FILTER (WHERE "+where+")")
	}
	hits, args := found("order", text)
	return "SELECT " + strings.Join(sums, ", ") + " FROM (" + hits + ") f JOIN orders o ON o.id = f.id", args, tabs
}
