package db

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"buildplate/app/shop"
)

const alarmColumns = `id, kind, object_kind, object_id, params, raised, coalesce(cleared, 0)`

func scanAlarm(row scanner) (a shop.Alarm, err error) {
	var params string
	if err := row.Scan(&a.ID, &a.Kind, &a.ObjectKind, &a.ObjectID, &params, &a.Raised, &a.Cleared); err != nil {
		return a, err
	}
	return a, json.Unmarshal([]byte(params), &a.Params)
}

// RaiseAlarm opens an alarm, or keeps what is now known of the open one about the same object. It says whether that is
// news. The id and the times are set here.
func (tx *Tx) RaiseAlarm(ctx context.Context, a shop.Alarm) (news bool, err error) {
	params, err := json.Marshal(a.Params)
	if err != nil {
		return false, fmt.Errorf("db: params of an alarm: %w", err)
	}
	n, err := tx.exec(ctx, `
		INSERT INTO alarms (id, kind, object_kind, object_id, params, raised) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (kind, object_kind, object_id) WHERE cleared IS NULL DO UPDATE SET params = excluded.params WHERE params <> excluded.params`,
		shop.NewID(), a.Kind, a.ObjectKind, a.ObjectID, string(params), tx.Now)
	return n == 1, err
}

// ClearAlarm closes the open alarm of a kind about an object. It says whether there was one.
func (tx *Tx) ClearAlarm(ctx context.Context, a shop.Alarm) (news bool, err error) {
	n, err := tx.exec(ctx, `UPDATE alarms SET cleared = ? WHERE kind = ? AND object_kind = ? AND object_id = ? AND cleared IS NULL`,
		tx.Now, a.Kind, a.ObjectKind, a.ObjectID)
	return n == 1, err
}

// AlarmPage lists a page of the alarms that are open: those about the shop itself, and behind them the others, the latest first.
// Next is where the page after it begins, "" on the last one. Errors: Invalid for an after that is no next.
func (tx *Tx) AlarmPage(ctx context.Context, after string, limit int) (alarms []shop.Alarm, next string, err error) {
	pos, id, err := cursorOr(after, latestPlace)
	if err != nil {
		return nil, "", err
	}
	ids, next, err := tx.placed(ctx, limit, `SELECT id, place FROM (
		SELECT * FROM (SELECT id, raised + ?4 AS place FROM alarms WHERE cleared IS NULL AND object_kind = 'shop' AND (raised + ?4, id) < (?1, ?2) ORDER BY raised DESC, id DESC LIMIT ?3)
		UNION ALL SELECT * FROM (SELECT id, raised FROM alarms WHERE cleared IS NULL AND object_kind <> 'shop' AND (raised, id) < (?1, ?2) ORDER BY raised DESC, id DESC LIMIT ?3))
		ORDER BY place DESC, id DESC LIMIT ?3`, pos, id, limit+1, ahead)
	if err != nil || len(ids) == 0 {
		return nil, "", err
	}
	alarms, err = list(ctx, tx, scanAlarm, `SELECT `+alarmColumns+` FROM alarms WHERE id IN (SELECT value FROM json_each(?))`, toJSON(ids))
	slices.SortFunc(alarms, func(a, b shop.Alarm) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return alarms, next, err
}

// CountAlarms counts the alarms that are open, up to one more than MostCounted.
func (tx *Tx) CountAlarms(ctx context.Context) (n int, err error) {
	err = tx.one(ctx, `SELECT count(*) FROM (SELECT 1 FROM alarms WHERE cleared IS NULL LIMIT ?)`, []any{MostCounted + 1}, &n)
	return n, err
}

// OpenAlarm returns the open alarm of a kind about the shop itself. NotFound: there is none.
func (tx *Tx) OpenAlarm(ctx context.Context, kind shop.AlarmKind) (shop.Alarm, error) {
	return get(ctx, tx, scanAlarm, `SELECT `+alarmColumns+` FROM alarms WHERE kind = ? AND object_kind = 'shop' AND cleared IS NULL`, kind)
}

// PruneAlarms forgets some of the alarms that were cleared before a time, at most limit, and says how many.
func (tx *Tx) PruneAlarms(ctx context.Context, before shop.Time, limit int) (int64, error) {
	return tx.exec(ctx, `DELETE FROM alarms WHERE id IN (SELECT id FROM alarms WHERE cleared < ? ORDER BY cleared LIMIT ?)`, before, limit)
}

// refundedOrders are the orders of which something was refunded, beyond a surplus, and nobody said what that means.
const refundedOrders = `SELECT o.id FROM invoices v JOIN orders o ON o.id = v.order_id WHERE o.closed IS NULL AND v.state NOT IN ('VOID', 'WRITTEN_OFF')
	AND v.id IN (SELECT invoice_id FROM refunds WHERE amount > lowered + owed)
	AND (SELECT coalesce(sum(r.amount - r.lowered - r.owed), 0) FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.invoice_id = v.id AND p.state = 'settled') > max(-` + unpaid + `, 0)`

// alarmCauses is what alarms are about, where rows say it: the disk and the sweep say it only when they are asked.
var alarmCauses = `
	SELECT 'file_' || state AS kind, 'file' AS object_kind, id AS object_id FROM blobs WHERE state IN ('missing', 'damaged')
	UNION ALL SELECT 'task_failed', 'task', id FROM outbox WHERE state = 'dead'
	UNION ALL SELECT 'payment_unapplied', 'payment', p.id FROM payments p WHERE ` + toReturn + `
	UNION ALL SELECT 'refund_due', 'payment', payment_id FROM refunds_due WHERE state = 'open'
	UNION ALL SELECT 'refund_unanswered', 'order', id FROM (` + refundedOrders + `)
	UNION ALL SELECT DISTINCT 'dispute_open', 'payment', payment_id FROM disputes WHERE state = 'open' AND payment_id IS NOT NULL
	UNION ALL SELECT 'dispute_lost', 'payment', p.id FROM payments p JOIN invoices v ON v.id = p.invoice_id WHERE v.state <> 'VOID' AND p.id IN (SELECT payment_id FROM disputes WHERE state = 'lost') AND ` + undecided + ` > 0
	UNION ALL SELECT 'overpaid', 'payment', (SELECT id FROM payments WHERE invoice_id = v.id AND state = 'settled' ORDER BY created DESC, id DESC LIMIT 1)
		FROM invoices v WHERE v.state <> 'VOID' AND v.id IN (SELECT invoice_id FROM payments WHERE state = 'settled') AND v.order_id IS NULL AND v.total - ` + adjusted + `
			+ (SELECT coalesce(sum(r.amount), 0) FROM cash_roundings r JOIN payments p ON p.id = r.payment_id WHERE r.invoice_id = v.id AND p.state = 'settled')
			+ (SELECT coalesce(sum(r.amount), 0) FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.invoice_id = v.id AND p.state = 'settled')
			< ` + paidFor + `
	UNION ALL SELECT 'stripe_event_failed', 'event', id FROM webhook_events WHERE state = 'failed' AND error <> '` + EventWaits + `'
	UNION ALL SELECT 'clock_held', 'shop', '' FROM clock WHERE held <> ''
	UNION ALL SELECT 'orders_waiting', 'shop', '' WHERE (SELECT count(*) FROM orders o WHERE ` + waitingOrder + `) >= ` + manyWaiting

var manyWaiting = strconv.Itoa(shop.ManyWaitingOrders)

// RefundsUnanswered lists the orders of which something was refunded that waits for an answer, and no alarm says so.
func (tx *Tx) RefundsUnanswered(ctx context.Context) ([]string, error) {
	return list(ctx, tx, scanText, `SELECT id FROM (`+refundedOrders+`) WHERE id NOT IN (SELECT object_id FROM alarms WHERE kind = ? AND cleared IS NULL)`, shop.AlarmRefund)
}

// AlarmCauses lists what there is to raise an alarm about, without ids and params.
func (tx *Tx) AlarmCauses(ctx context.Context) ([]shop.Alarm, error) {
	return list(ctx, tx, func(row scanner) (a shop.Alarm, err error) {
		err = row.Scan(&a.Kind, &a.ObjectKind, &a.ObjectID)
		return a, err
	}, alarmCauses)
}

var _ = mustHold("an open alarm has its cause", `SELECT a.kind || ' of ' || a.object_kind || ' ' || a.object_id FROM alarms a
	WHERE a.cleared IS NULL AND a.kind NOT IN ('disk_low', 'sweep_held', 'deletion_held') AND (a.kind, a.object_kind, a.object_id) NOT IN (SELECT * FROM (`+alarmCauses+`))`)
