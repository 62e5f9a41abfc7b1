package db

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"testing"
	"time"
)

// manyOrders is a shop of n orders, most of them done, each with an item, a plate, a job and an invoice.
func manyOrders(b testing.TB, n int) *DB {
	b.Helper()
	text, err := os.ReadFile("../schema.sql")
	if err != nil {
		b.Fatal(err)
	}
	ctx := b.Context()
	d, err := Open(ctx, filepath.Join(b.TempDir(), "shop.db"), string(text), Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = d.Close() })
	err = d.Write(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, `
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
			INSERT INTO clients (id, name, email, phone, created) SELECT 'c' || i, 'Client ' || i, 'client' || i || '@example.com', printf('04%08d', i * 7919 % 100000000), i FROM n;
			INSERT INTO orders (id, number, client_id, source, state, review, payment, currency, price, total, tax, contact, delivery, terms_version, terms_at, created, released, completed, updated)
				SELECT printf('o%07d', rowid), printf('ORD-%d', 1000 + rowid), id, 'web', iif(rowid % 50 = 0, 'OPEN', 'COMPLETED'), iif(rowid % 500 = 0, 'REQUESTED', 'NONE'), 'card', 'AUD',
					json_object('rows', json_array(json_object('kind', 'part', 'label', 'part', 'amount', 1500)), 'total', 1500), 1500, 0,
					json_object('name', name, 'email', email, 'phone', phone), '{"method":"pickup"}', '1', 1, created, iif(rowid % 50 = 0, NULL, created), iif(rowid % 50 = 0, NULL, created), created FROM clients;
			INSERT INTO order_items (id, order_id, position, name, kind, copies, choices, total) SELECT 'i' || id, id, 1, 'bracket ' || rowid || '.stl', 'model', 2, '{}', 1500 FROM orders;
			INSERT INTO plates (id, order_id, origin, position, runs, created) SELECT 'p' || id, id, 'priced', 1, 2, created FROM orders;
			INSERT INTO plate_items (plate_id, item_id, copies) SELECT 'p' || id, 'i' || id, 1 FROM orders;
			INSERT INTO jobs (id, plate_id, title, state, position, created, updated) SELECT 'j' || id, 'p' || id, 'bracket', 'COMPLETED', rowid, created, created FROM orders WHERE state = 'COMPLETED';
			INSERT INTO invoices (id, order_id, client_id, number, state, currency, tax_mode, total, tax, created, issued, updated)
				SELECT 'v' || id, id, client_id, iif(rowid % 50 = 0, NULL, printf('INV-%d', rowid)), iif(rowid % 50 = 0, 'DRAFT', 'PAID'), 'AUD', 'NONE', 1500, 0, created, iif(rowid % 50 = 0, NULL, created), created
				FROM orders WHERE review = 'NONE';
			INSERT INTO search_docs (kind, id, number, name) SELECT 'order', id, number, contact ->> 'name' FROM orders;
			INSERT INTO search (rowid, text) SELECT d.doc, `+searchText+` FROM search_docs d JOIN orders o ON o.id = d.id`, n)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return d
}

// drain runs a statement and reads every column of its rows.
func drain(ctx context.Context, tx *Tx, query string, args ...any) error {
	rows, err := tx.tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	row := make([]any, len(columns))
	for i := range row {
		row[i] = new(sql.RawBytes)
	}
	for rows.Next() {
		if err := rows.Scan(row...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// bare runs the statements of a page and its counts and reads every column, and nothing more: what SQLite itself takes.
func bare(ctx context.Context, tx *Tx, f OrderFilter, ids []string) error {
	query, args, err := f.page()
	if err != nil {
		return err
	}
	if err := drain(ctx, tx, query, args...); err != nil {
		return err
	}
	if err := drain(ctx, tx, orderRows+"WHERE o.id IN (SELECT value FROM json_each(?))", toJSON(ids)); err != nil {
		return err
	}
	if f.Text != "" {
		query, args, _ := countFound(f.Text)
		return drain(ctx, tx, query, args...)
	}
	for _, where := range orderTabs {
		if err := drain(ctx, tx, "SELECT count(*) FROM (SELECT 1 FROM orders o WHERE "+where+" LIMIT ?)", MostCounted+1); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkOrderList is the first page of each tab, and of searches, of 100,000 orders: what the shop takes against what
// SQLite takes for the same statements, in turn.
func BenchmarkOrderList(b *testing.B) {
	d := manyOrders(b, 100_000)
	for name, f := range map[string]OrderFilter{
		"open": {Tab: "open"}, "review": {Tab: "review"}, "unpaid": {Tab: "unpaid"}, "paid": {Tab: "paid"}, "done": {Tab: "done"}, "all": {Tab: "all"},
		"search number": {Tab: "all", Text: "ORD-54321"}, "search phone": {Tab: "all", Text: "0477"}, "search name": {Tab: "all", Text: "client 777"},
		"search two letters": {Tab: "all", Text: "cl"}, "search everybody": {Tab: "all", Text: "example.com"}, "search nobody": {Tab: "all", Text: "zebra"},
	} {
		f.Limit = 50
		b.Run(name, func(b *testing.B) {
			ctx := b.Context()
			var ours, sqls []time.Duration
			var ids []string
			if err := d.Read(ctx, func(tx *Tx) (err error) { ids, _, err = tx.orderIDs(ctx, f); return err }); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				began := time.Now()
				err := d.Read(ctx, func(tx *Tx) error {
					if _, _, err := tx.OrderPage(ctx, f); err != nil {
						return err
					}
					_, err := tx.CountOrders(ctx, f.Text)
					return err
				})
				ours = append(ours, time.Since(began))
				if err != nil {
					b.Fatal(err)
				}
				began = time.Now()
				if err := d.Read(ctx, func(tx *Tx) error { return bare(ctx, tx, f, ids) }); err != nil {
					b.Fatal(err)
				}
				sqls = append(sqls, time.Since(began))
			}
			b.ReportMetric(float64(median(ours))/float64(median(sqls)), "x-bare-sql")
			b.ReportMetric(float64(median(ours).Microseconds())/1000, "ms/page")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkIndexOrder is what a change of an order costs the search.
func BenchmarkIndexOrder(b *testing.B) {
	d := manyOrders(b, 100_000)
	ctx := b.Context()
	for b.Loop() {
		id := fmt.Sprintf("o%07d", 1+rand.IntN(100_000))
		if err := d.Write(ctx, func(tx *Tx) error { return tx.IndexOrder(ctx, id) }); err != nil {
			b.Fatal(err)
		}
	}
}

func median(all []time.Duration) time.Duration {
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	return all[len(all)/2]
}
