package db

import (
	"context"
	"time"
)

// waitingOrder holds for an order o that a visitor placed and that nobody paid, released or approved yet.
const waitingOrder = unanswered + ` AND ` + nothingPaid

const (
	unanswered  = `o.state = 'OPEN' AND o.source = 'web' AND o.released IS NULL AND o.review <> 'APPROVED'` // as their index has it
	nothingPaid = `NOT EXISTS (SELECT 1 FROM payments p JOIN invoices v ON v.id = p.invoice_id WHERE v.order_id = o.id AND p.state = 'settled')`
)

// waiting are the orders of a crowd that were not answered, as "mine": of all of those, which are only so many, whose cart was
// begun there.
func (c crowd) waiting() string {
	return `WITH mine AS MATERIALIZED (SELECT o.id FROM orders o INDEXED BY orders_waiting CROSS JOIN carts c ON c.id = o.cart_id WHERE ` + unanswered + ` AND c.` + c.column + ` = ?)`
}

// countsFor is how long an order that its customer took back counts as one that waits.
const countsFor = 24 * time.Hour

// takenBack counts the orders of a crowd that came back into carts since a time.
func (c crowd) takenBack() string {
	return `SELECT count(*) FROM carts c INDEXED BY carts_took_back WHERE c.took_back > ? AND c.` + c.column + ` = ?`
}

// WaitingOrders counts the orders of visitors that wait for the shop: those from one address, or of its networks by their share,
// with what was taken back from there in a day, whichever is more, 0 where it is not known; and all, up to most.
func (tx *Tx) WaitingOrders(ctx context.Context, address string, most int) (own, all int, err error) {
	for _, c := range crowdsOf(address) {
		var n, back int
		if err == nil {
			err = tx.one(ctx, c.waiting()+` SELECT count(*) FROM mine m CROSS JOIN orders o ON o.id = m.id WHERE `+nothingPaid, []any{c.name}, &n)
		}
		if err == nil {
			err = tx.one(ctx, c.takenBack(), []any{tx.Now.Add(-countsFor), c.name}, &back)
		}
		own = max(own, (n+back)/c.times)
	}
	if err == nil {
		err = tx.one(ctx, `SELECT count(*) FROM (SELECT 1 FROM orders o INDEXED BY orders_waiting WHERE `+waitingOrder+` LIMIT ?)`, []any{most}, &all)
	}
	return own, all, err
}
