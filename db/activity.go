package db

import (
	"context"
	"encoding/json"
	"fmt"

	"buildplate/app/shop"
)

const activityColumns = `a.id, a.at, coalesce(a.user_id, ''), a.who, a.verb, a.object_kind, a.object_id, coalesce(a.order_id, ''), coalesce(o.number, ''), a.params, a.address
	FROM activity a LEFT JOIN orders o ON o.id = a.order_id `

func scanActivity(row scanner) (a shop.Activity, err error) {
	var params string
	if err := row.Scan(&a.ID, &a.At, &a.UserID, &a.Who, &a.Verb, &a.ObjectKind, &a.ObjectID, &a.OrderID, &a.Order, &params, &a.Address); err != nil {
		return a, err
	}
	return a, json.Unmarshal([]byte(params), &a.Params)
}

// Log keeps what was done. The id and the time are set here.
func (tx *Tx) Log(ctx context.Context, a shop.Activity) error {
	params, err := json.Marshal(a.Params)
	if err != nil {
		return fmt.Errorf("db: params of an activity: %w", err)
	}
	_, err = tx.exec(ctx, `INSERT INTO activity (id, at, user_id, who, verb, object_kind, object_id, order_id, params, address) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		shop.NewID(), tx.Now, nullText(a.UserID), a.Who, a.Verb, a.ObjectKind, a.ObjectID, nullText(a.OrderID), string(params), a.Address)
	return err
}

// CountGuestActivities counts how often one of some things was done to an order since a time by nobody with an account.
func (tx *Tx) CountGuestActivities(ctx context.Context, orderID string, since shop.Time, verbs ...shop.Verb) (n int, err error) {
	err = tx.one(ctx, "SELECT count(*) FROM activity WHERE order_id = ? AND at > ? AND user_id IS NULL AND verb IN (SELECT value FROM json_each(?))", []any{orderID, since, toJSON(verbs)}, &n)
	return n, err
}

// LastMove is the last thing that was done to a job of an order. Errors: NotFound.
func (tx *Tx) LastMove(ctx context.Context, orderID, jobID string) (shop.Activity, error) {
	return get(ctx, tx, scanActivity, "SELECT "+activityColumns+"WHERE a.order_id = ? AND a.object_kind = 'job' AND a.object_id = ? ORDER BY a.at DESC, a.id DESC LIMIT 1", orderID, jobID)
}

// ActivityPage lists a page of all that was done, to an order or with "" in the shop, newest first; next is where the page after
// it begins, "" on the last one. Errors: Invalid for an after that is no next.
func (tx *Tx) ActivityPage(ctx context.Context, orderID, after string, limit int) (log []shop.Activity, next string, err error) {
	at, id, err := cursorOr(after, latestPlace)
	if err != nil {
		return nil, "", err
	}
	where, args := "", []any{at, id, limit + 1}
	if orderID != "" {
		where, args = "a.order_id = ? AND ", append([]any{orderID}, args...)
	}
	log, err = list(ctx, tx, scanActivity, "SELECT "+activityColumns+"WHERE "+where+"(a.at, a.id) < (?, ?) ORDER BY a.at DESC, a.id DESC LIMIT ?", args...)
	if err != nil || len(log) <= limit {
		return log, "", err
	}
	last := log[limit-1]
	return log[:limit], fmt.Sprintf("%d.%s", last.At, last.ID), nil
}

// ForgetAddresses clears the addresses of some of what was done before a time, at most limit, and says of how many.
func (tx *Tx) ForgetAddresses(ctx context.Context, before shop.Time, limit int) (int64, error) {
	return tx.exec(ctx, `UPDATE activity SET address = '' WHERE id IN (SELECT id FROM activity WHERE address <> '' AND at < ? ORDER BY at LIMIT ?)`, before, limit)
}

// Files, tasks and events of Stripe go after a while; an order may be deleted with all that was its own.
var _ = mustHold("what was done was done to something", `
	SELECT a.verb || ' ' || a.object_kind || ' ' || a.object_id FROM activity a
	WHERE a.verb <> 'noted' AND a.object_kind NOT IN ('file', 'task', 'event')
	AND (a.object_kind, a.object_id) NOT IN (SELECT 'shop', '' UNION ALL SELECT 'order', id FROM orders UNION ALL SELECT 'invoice', id FROM invoices
		UNION ALL SELECT 'payment', id FROM payments UNION ALL SELECT 'job', id FROM jobs UNION ALL SELECT 'user', id FROM users)
	AND coalesce(a.order_id, '') NOT IN (SELECT object_id FROM activity WHERE verb = 'order_deleted')
	AND a.object_id NOT IN (SELECT object_id FROM activity WHERE verb = 'invoice_deleted')`)
