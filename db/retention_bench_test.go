package db

import (
	"context"
	"strings"
	"testing"
	"time"

	"buildplate/app/shop"
)

// oldOrders is a shop of n orders, most of them done over the last years, with three files each; one client in ten has an account.
func oldOrders(tb testing.TB, n int, now shop.Time) *DB {
	tb.Helper()
	d := manyOrders(tb, n)
	d.SetNow(now.Time)
	err := d.Write(tb.Context(), func(tx *Tx) error {
		_, err := tx.exec(tb.Context(), `
			UPDATE orders SET created = ?1 - rowid * 1000 * 600, completed = iif(completed IS NULL, NULL, ?1 - rowid * 1000 * 600), released = iif(released IS NULL, NULL, ?1 - rowid * 1000 * 600);
			UPDATE clients SET verified = rowid % 10 = 0;
			WITH f (k) AS (VALUES ('model'), ('mesh'), ('gcode'))
				INSERT INTO blobs (id, bucket, client_id, size, sha256, created) SELECT substr('00000000-0000-4000-' || k || '-' || o.id || '000000000000000000', 1, 36), 'order-files', o.client_id, 1, ?2, 1 FROM orders o, f;
			WITH f (k) AS (VALUES ('model'), ('mesh'), ('gcode'))
				INSERT INTO order_files (id, client_id, order_id, item_id, kind, name, blob_id, created) SELECT k || o.id, o.client_id, o.id, 'i' || o.id, k, k, substr('00000000-0000-4000-' || k || '-' || o.id || '000000000000000000', 1, 36), 1 FROM orders o, f`,
			now, strings.Repeat("a", 64))
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// cuts are the times before which a night looks at orders, by whose they are.
func cuts(now shop.Time, table shop.Retention) map[shop.RetentionKind]shop.Time {
	return map[shop.RetentionKind]shop.Time{
		shop.RetainGuest: now.Add(shop.Warning - table.Age(shop.RetainGuest)), shop.RetainAccount: now.Add(shop.Warning - table.Age(shop.RetainAccount)),
	}
}

// A night goes by the indexes made for it: it neither scans all orders nor sorts them.
func TestANightGoesByIndexes(t *testing.T) {
	now := shop.TimeOf(time.Now())
	d := oldOrders(t, 50, now)
	for name, query := range map[string]string{
		"orders_files_due": `SELECT coalesce(o.completed, o.closed), o.id FROM orders o WHERE o.state <> 'OPEN' AND o.files_gone IS NULL AND o.keep_files = 0
			AND coalesce(o.completed, o.closed) BETWEEN 1 AND 2 AND (coalesce(o.completed, o.closed) > 1 OR o.id > 'x') ORDER BY coalesce(o.completed, o.closed), o.id LIMIT 9`,
		"orders_files_warned": `SELECT o.files_warned, o.id FROM orders o WHERE o.files_warned IS NOT NULL AND o.files_gone IS NULL AND o.files_warned BETWEEN 1 AND 2
			AND (o.files_warned > 1 OR o.id > 'x') ORDER BY o.files_warned, o.id LIMIT 9`,
	} {
		plan := strings.Join(rowsOf(t, d, "EXPLAIN QUERY PLAN "+query), "\n")
		if !strings.Contains(plan, "SEARCH o USING") || !strings.Contains(plan, name) || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s is not used:\n%s", name, plan)
		}
	}
}

// BenchmarkNightOfRetention is what a night's look at 100,000 orders costs where nearly all of them are old, and none is
// due: those of guests are gone, those of accounts are kept.
func BenchmarkNightOfRetention(b *testing.B) {
	now := shop.TimeOf(time.Now())
	d := oldOrders(b, 100_000, now)
	ctx := b.Context()
	table := shop.DefaultRetention()
	all := func(before map[shop.RetentionKind]shop.Time) (n int) {
		var after OrderAt
		for {
			var page []OrderAt
			err := d.Read(ctx, func(tx *Tx) (err error) {
				page, err = tx.OrdersDone(ctx, before, after, 200)
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
			if len(page) == 0 {
				return n
			}
			n, after = n+len(page), page[len(page)-1]
		}
	}
	b.Run("first night", func(b *testing.B) { // all of them are old
		for b.Loop() {
			b.ReportMetric(float64(all(cuts(now, table))), "orders")
		}
	})
	err := d.Write(ctx, func(tx *Tx) error {
		_, err := tx.exec(context.WithoutCancel(ctx), `DELETE FROM order_files WHERE order_id IN (SELECT o.id FROM orders o JOIN clients c ON c.id = o.client_id WHERE c.verified = 0);
			UPDATE orders SET files_gone = 1 WHERE id IN (SELECT o.id FROM orders o JOIN clients c ON c.id = o.client_id WHERE c.verified = 0 AND o.state <> 'OPEN' AND o.completed < ?)`, now.Add(-90*24*time.Hour))
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("every other", func(b *testing.B) {
		for b.Loop() {
			b.ReportMetric(float64(all(cuts(now, table))), "orders")
		}
	})
}
