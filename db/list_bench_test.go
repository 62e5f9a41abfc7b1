package db

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"buildplate/app/shop"
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
			`+fillSearch(), n)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return d
}

// fillSearch puts all that can be searched for into the search at once.
func fillSearch() string {
	var all []string
	for _, n := range allSearched {
		all = append(all, fmt.Sprintf("INSERT INTO search_docs (doc, kind, id, text) SELECT %d + row_number() OVER (ORDER BY id), '%s', id, text FROM (%s)", n.base, n.kind, n.indexed(everything)))
	}
	return strings.Join(append(all, "INSERT INTO search (rowid, text) SELECT doc, text FROM search_docs ORDER BY doc"), ";")
}

// manyRows is a shop of n orders that has as many of what the other lists show, too.
func manyRows(b testing.TB, n int) *DB {
	b.Helper()
	d := manyOrders(b, n)
	ctx := b.Context()
	err := d.Write(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, manyJobs+`;
			INSERT INTO search_docs (doc, kind, id, text) SELECT (SELECT max(doc) FROM search_docs) + row_number() OVER (ORDER BY id), 'job', id, text FROM (`+searchedJobs.indexed("j.id NOT IN (SELECT id FROM search_docs WHERE kind = 'job')")+`);
			INSERT INTO search (rowid, text) SELECT doc, text FROM search_docs WHERE kind = 'job' AND doc NOT IN (SELECT rowid FROM search);
			INSERT INTO activity (id, at, who, verb, object_kind, object_id, order_id, params) SELECT 'a' || id, created, 'Flo Helper', 'order_released', 'order', id, id, '{"reason":"A regular."}' FROM orders;
			INSERT INTO payments (id, invoice_id, client_id, amount, currency, method, processor, processor_id, state, created) SELECT 'paid' || id, id, client_id, 1500, 'AUD', 'card', 'stripe', 'pi_of_' || order_id, 'settled', created FROM invoices WHERE state = 'PAID';
			INSERT INTO payments (id, amount, currency, method, processor, processor_id, state, created, decided)
				SELECT 'odd' || id, 1500, 'AUD', 'card', 'stripe', 'pi_' || id, iif(rowid % 100 = 0, 'needs_review', 'returned'), created, iif(rowid % 100 = 0, NULL, created) FROM orders;
			INSERT INTO refunds_due (payment_id, order_id, amount, state, created, done)
				SELECT p.id, v.order_id, 1500, iif(v.rowid % 100 = 1, 'open', 'done'), v.created, iif(v.rowid % 100 = 1, NULL, v.created) FROM payments p JOIN invoices v ON v.id = p.invoice_id;
			INSERT INTO activity (id, at, who, verb, object_kind, object_id, order_id) SELECT 'of' || id, created, 'Flo Helper', 'noted', 'order', 'o0000001', 'o0000001' FROM orders;
			INSERT INTO alarms (id, kind, object_kind, object_id, raised) SELECT 'alarm' || id, 'payment_unapplied', 'payment', 'odd' || id, created FROM orders;
			INSERT INTO outbox (id, kind, payload, state, run_at, attempts, last_error, created, finished)
				SELECT printf('%036d', rowid), 'files.remove', '{}', iif(rowid % 2, 'dead', 'done'), created, 12, 'it cannot be done', created, created FROM orders;
			INSERT INTO webhook_events (id, type, created, livemode, api_version, payload, state, attempts, error, received)
				SELECT 'evt_' || id, 'charge.refunded', created, 0, '1', json_object('id', 'evt_' || id, 'data', json_object('object', json_object('id', 'ch_' || id, 'payment_intent', 'pi_of_' || id))), 'failed', 9,
					iif(rowid % 2, 'no such invoice', 'its payment is not known yet'), created FROM orders;
			INSERT INTO refused_models (order_number, file_sha256, sha256, name, reason, refused_by, created)
				SELECT number, printf('a%063d', rowid), printf('a%063d', rowid), 'bracket.stl', 'A weapon.', 'Flo Helper', created FROM orders
				UNION ALL SELECT number, printf('a%063d', rowid), printf('b%063d', rowid / 2), 'bracket.stl', 'A weapon.', 'Flo Helper', created FROM orders;
			INSERT INTO deleted_files (id, order_id, item_id, kind, name, sha256, size, deleted, reason)
				SELECT 'gone' || id, id, 'i' || id, 'model', 'bracket.stl', printf('a%063d', rowid), 9, created, 'refused' FROM orders WHERE rowid % 2
				UNION ALL SELECT 'mesh' || id, id, 'i' || id, 'mesh', 'mesh.stl', printf('b%063d', rowid), 9, created, 'refused' FROM orders WHERE rowid % 2;
			INSERT INTO write_offs (id, invoice_id, amount, reason, created, undone, undo_reason) SELECT printf('off%033d', rowid), id, 1500, 'They moved away.', created, iif(rowid % 3, created, NULL), iif(rowid % 3, 'They paid.', '') FROM invoices WHERE state = 'PAID';
			INSERT INTO refunds (id, payment_id, invoice_id, processor, processor_id, amount, created, updated, seen) SELECT 'back' || id, id, invoice_id, 'stripe', 'ch_' || id, 100, created, created, created FROM payments WHERE invoice_id IS NOT NULL;
			INSERT INTO refund_notes (id, payment_id, amount, reference, created) SELECT 'note' || id, id, 50, 'By bank.', created FROM payments WHERE invoice_id IS NOT NULL;
			INSERT INTO disputes (id, payment_id, invoice_id, amount, state, seen, created) SELECT 'dp_' || id, id, invoice_id, 100, iif(rowid % 2, 'won', 'lost'), created, created FROM payments WHERE invoice_id IS NOT NULL;
			INSERT INTO dispute_answers (id, dispute_id, answer, amount, reason, created) SELECT printf('loss%032d', rowid), id, 'borne', amount, 'the bank said so', created FROM disputes WHERE state = 'lost';
			INSERT INTO settings (id, doc, updated) VALUES (1, '{"country":"AU"}', 1);
			INSERT INTO carts (id, token_hash, created, seen, address, holds) SELECT 'cart' || id, 'hash' || id, created, created, printf('2001:db8:%x::/64', rowid % (?2 / 100)), 1 FROM orders;
			UPDATE orders SET cart_id = 'cart' || id WHERE state = 'OPEN';
			INSERT INTO blobs (id, bucket, cart_id, size, sha256, created) SELECT printf('raw%033d', rowid), 'tmp', id, 1000 + rowid % 777, printf('%064d', rowid), created FROM carts;
			INSERT INTO blobs (id, bucket, size, sha256, created) SELECT printf('mesh%032d', rowid), 'tmp', 2000 + rowid % 777, printf('%064d', rowid), created FROM carts;
			INSERT INTO parts (id, cart_id, position, name, kind, state, raw_blob, mesh_blob, choices, created)
				SELECT printf('%036d', rowid), id, 1, 'bracket.stl', 'model', 'queued', printf('raw%033d', rowid), printf('mesh%032d', rowid), '{"copies":1}', created FROM carts WHERE id NOT IN (SELECT cart_id FROM orders WHERE cart_id IS NOT NULL);
			INSERT INTO uploads (id, cart_id, name, expected, durable, created, expires, heard) SELECT printf('%036d', rowid), 'cart' || id, 'bracket.stl', 9, 5, created, ?1, created FROM orders`, tx.Now+1e10, n)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return d
}

// manyJobs gives each order a job: one in fifty is in work, in one of the states before a job is completed, and all but every
// tenth have had one of three printers.
const manyJobs = printersOfTests + `;
	INSERT INTO jobs (id, plate_id, title, state, position, created, updated) SELECT 'j' || id, 'p' || id, 'bracket', 'QUEUED', rowid, created, created FROM orders WHERE state = 'OPEN';
	UPDATE jobs SET printer_id = 'r' || (1 + position % 3) WHERE position % 10 <> 0;
	UPDATE jobs SET state = (SELECT value FROM json_each('["QUEUED", "IN_QUEUE", "PRINTING", "PAUSED", "PACKAGING", "READY_TO_COLLECT"]') WHERE key = jobs.position / 50 % 6),
		priority = iif(position % 500 = 0, 'URGENT', 'NORMAL'), printer_id = iif(position % 100 = 0, NULL, 'r' || (1 + position % 3)) WHERE state = 'QUEUED';`

// A list costs so many times what its statements cost by themselves, at most.
const mostTimesBareSQL = 1.5

// listed is the first page of a list, as staff open it.
type listed struct {
	name string
	read func(ctx context.Context, tx *Tx) error
}

// firstPages are the first pages of all lists, and of searches in them: for what one has, for what everybody has, for what
// nobody has.
func firstPages() (all []listed) {
	add := func(name string, read func(ctx context.Context, tx *Tx) error) { all = append(all, listed{name, read}) }
	orders := func(f ListFilter) func(ctx context.Context, tx *Tx) error {
		return func(ctx context.Context, tx *Tx) error {
			if _, _, err := tx.OrderPage(ctx, f); err != nil {
				return err
			}
			_, err := tx.CountOrders(ctx, f.Text)
			return err
		}
	}
	invoices := func(f ListFilter) func(ctx context.Context, tx *Tx) error {
		return func(ctx context.Context, tx *Tx) error {
			if _, _, err := tx.InvoicePage(ctx, f); err != nil {
				return err
			}
			_, err := tx.CountInvoices(ctx, f.Text)
			return err
		}
	}
	for _, tab := range slices.Sorted(maps.Keys(orderTabs)) {
		add("orders "+tab, orders(ListFilter{Tab: tab, Limit: 50}))
	}
	for _, tab := range slices.Sorted(maps.Keys(invoiceTabs)) {
		add("invoices "+tab, invoices(ListFilter{Tab: tab, Limit: 50}))
	}
	for name, text := range map[string]string{
		"order's number": "ORD-54321", "invoice's number": "INV-54321", "phone": "0477", "spaced phone": "0477 0", "name": "client 777", "two letters": "cl", "two digits": "12", "phone from abroad": "+61 477 000 0", "id of Stripe's": "ch_o0054321", "everybody": "example.com", "nobody": "zebra",
	} {
		add("orders by "+name, orders(ListFilter{Tab: "all", Text: text, Limit: 50}))
		add("invoices by "+name, invoices(ListFilter{Tab: "all", Text: text, Limit: 50}))
	}
	add("orders to review by everybody", orders(ListFilter{Tab: "review", Text: "example.com", Limit: 50}))
	add("invoices drafted by everybody", invoices(ListFilter{Tab: "draft", Text: "example.com", Limit: 50}))
	jobs := func(name string, f JobFilter) {
		f.Limit = 50
		add("jobs "+name, func(ctx context.Context, tx *Tx) error {
			if _, _, err := tx.JobPage(ctx, f); err != nil {
				return err
			}
			_, err := tx.CountJobs(ctx, f.Text)
			return err
		})
	}
	for _, tab := range []string{"active", "done", "all"} {
		jobs(tab, JobFilter{ListFilter: ListFilter{Tab: tab}})
		jobs(tab+" on a printer", JobFilter{ListFilter: ListFilter{Tab: tab}, PrinterID: "r2"})
		for name, text := range map[string]string{"number": "ORD-54321", "name": "client 777", "two letters": "cl", "everybody": "example.com", "part": "bracket", "one part": "bracket 54321.stl", "nobody": "zebra"} {
			jobs(tab+" by "+name, JobFilter{ListFilter: ListFilter{Tab: tab, Text: text}})
		}
	}
	jobs("printing", JobFilter{ListFilter: ListFilter{Tab: "active"}, State: shop.JobPrinting})
	jobs("completed", JobFilter{ListFilter: ListFilter{Tab: "done"}, State: shop.JobCompleted})
	jobs("cancelled", JobFilter{ListFilter: ListFilter{Tab: "done"}, State: shop.JobCancelled})
	add("activity", func(ctx context.Context, tx *Tx) error { _, _, err := tx.ActivityPage(ctx, "", "", 50); return err })
	add("activity of an order", func(ctx context.Context, tx *Tx) error {
		_, _, err := tx.ActivityPage(ctx, "o0000001", "", 20)
		return err
	})
	add("unapplied payments", func(ctx context.Context, tx *Tx) error { _, _, err := tx.UnappliedPage(ctx, "", 50); return err })
	add("refunds due", func(ctx context.Context, tx *Tx) error { _, _, err := tx.RefundsDuePage(ctx, "", 20); return err })
	add("alarms", func(ctx context.Context, tx *Tx) error {
		if _, _, err := tx.AlarmPage(ctx, "", 50); err != nil {
			return err
		}
		_, err := tx.CountAlarms(ctx)
		return err
	})
	add("failed", func(ctx context.Context, tx *Tx) error {
		if _, _, err := tx.FailedPage(ctx, "", 50); err != nil {
			return err
		}
		_, err := tx.CountFailed(ctx)
		return err
	})
	add("uploads", func(ctx context.Context, tx *Tx) error { _, _, _, err := tx.OpenUploads(ctx, "", 50); return err })
	add("addresses with carts", func(ctx context.Context, tx *Tx) error { _, _, _, err := tx.WaitingCarts(ctx, "", 50); return err })
	add("orders that wait", func(ctx context.Context, tx *Tx) error {
		_, _, err := tx.WaitingOrders(ctx, "2001:db8:32::/64", shop.MaxWaitingOrders)
		return err
	})
	add("refused models", func(ctx context.Context, tx *Tx) error { _, _, err := tx.RefusedModelPage(ctx, "", 50); return err })
	add("refused models on another page", func(ctx context.Context, tx *Tx) error {
		_, _, err := tx.RefusedModelPage(ctx, "50000."+strings.Repeat("f", 64), 50)
		return err
	})
	add("carts with models of a refused order", func(ctx context.Context, tx *Tx) error { _, err := tx.CartsWithRefused(ctx, "ORD-54321"); return err })
	add("a refused model, and the carts that hold it", func(ctx context.Context, tx *Tx) error {
		refusal, err := tx.RefusedModel(ctx, fmt.Sprintf("a%063d", 77))
		if err != nil {
			return err
		}
		if _, _, err := tx.RefusedWith(ctx, refusal.SHA256, 50); err != nil {
			return err
		}
		_, err = tx.PartsOfFiles(ctx, []string{refusal.SHA256, fmt.Sprintf("%064d", 777)})
		return err
	})
	add("money of an order", func(ctx context.Context, tx *Tx) error {
		const order, invoice = "o0000077", "vo0000077"
		if _, err := tx.PaymentsOf(ctx, order); err != nil {
			return err
		}
		if _, err := tx.RefundsOf(ctx, order); err != nil {
			return err
		}
		if _, err := tx.RefundNotesOf(ctx, order); err != nil {
			return err
		}
		if _, err := tx.Disputes(ctx, invoice); err != nil {
			return err
		}
		if _, err := tx.WriteOffOf(ctx, invoice); !shop.IsKind(err, shop.NotFound) {
			return err
		}
		return nil
	})
	add("orders of unapplied payments", func(ctx context.Context, tx *Tx) error {
		ids := make([]string, 50)
		for i := range ids {
			ids[i] = fmt.Sprintf("o%07d", 1+2*i)
		}
		_, err := tx.OrdersByID(ctx, ids)
		return err
	})
	slices.SortFunc(all, func(a, b listed) int { return strings.Compare(a.name, b.name) })
	return all
}

// BenchmarkLists is the first page of each list, and of searches, of 100,000 rows: what the shop takes against what SQLite
// takes for the same statements, in turn. It fails where that is too much.
func BenchmarkLists(b *testing.B) {
	d := manyRows(b, 100_000)
	for _, l := range firstPages() {
		b.Run(l.name, func(b *testing.B) {
			ctx := b.Context()
			statements := statementsOf(b, d, func(tx *Tx) error { return l.read(ctx, tx) })
			var ours, sqls []time.Duration
			for b.Loop() {
				began := time.Now()
				if err := d.Read(ctx, func(tx *Tx) error { return l.read(ctx, tx) }); err != nil {
					b.Fatal(err)
				}
				ours = append(ours, time.Since(began))
				began = time.Now()
				err := d.Read(ctx, func(tx *Tx) error {
					for _, s := range statements {
						if err := s.drain(ctx, tx); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
				sqls = append(sqls, time.Since(began))
			}
			// The fastest of each: whatever else the machine does only makes some of them slower.
			best, bare := slices.Min(ours), slices.Min(sqls)
			ratio := float64(best) / float64(bare)
			b.ReportMetric(ratio, "x-bare-sql")
			b.ReportMetric(float64(best.Microseconds())/1000, "ms/page")
			b.ReportMetric(0, "ns/op")
			if ratio > mostTimesBareSQL {
				b.Errorf("the first page of %s takes %v, and its %d statements by themselves %v: %.2f times as long, where %.1f times is the most that a list may take (what is done with its rows costs too much)",
					l.name, best, len(statements), bare, ratio, mostTimesBareSQL)
			}
		})
	}
}

// BenchmarkIndexOrder is what a change of an order costs the search.
func BenchmarkIndexOrder(b *testing.B) {
	d := manyOrders(b, 100_000)
	ctx := b.Context()
	for b.Loop() {
		id := fmt.Sprintf("o%07d", 1+rand.IntN(100_000))
		err := d.Write(ctx, func(tx *Tx) error {
			if _, err := tx.exec(ctx, "UPDATE orders SET contact = json_set(contact, '$.name', ?) WHERE id = ?", fmt.Sprintf("Client %d", rand.Uint64()), id); err != nil {
				return err
			}
			return errors.Join(tx.IndexOrder(ctx, id), tx.IndexInvoicesOf(ctx, id))
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
