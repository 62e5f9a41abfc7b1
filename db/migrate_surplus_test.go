package db

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// What had been paid too much for an order that goes on is due back since, of its latest payments first, and staff are told so; of
// what was lowered or closed it was all along.
func TestSurplusesOfBefore(t *testing.T) {
	all, err := loadMigrations(migrationFiles())
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(all, func(m migration) bool { return strings.HasSuffix(m.name, "_surpluses_due_back.sql") })
	known := fstest.MapFS{}
	for _, m := range all[:at] {
		known[m.name] = &fstest.MapFile{Data: []byte(m.sql)}
	}
	path := filepath.Join(t.TempDir(), "shop.db")
	d := openAt(t, path, readFile(t, "testdata/schema/0033.sql"), Options{Migrations: known})
	const client = "aaaaaaaa-0000-7000-8000-000000000001"
	// An order for $20.00, with payments of so many dollars, the oldest first.
	order := func(id, state string, paid ...string) string {
		closed, invoice, voided := "NULL", "PAID", "NULL"
		if state == "CANCELLED" {
			closed, invoice, voided = "8", "VOID", "8"
		}
		made := `
			INSERT INTO orders (id, number, client_id, source, state, review, payment, currency, price, total, tax, contact, delivery, terms_version, terms_at, created, released, closed, hold, updated)
				VALUES ('o` + id + `', 'ORD-` + id + `', '` + client + `', 'web', '` + state + `', 'NONE', 'card', 'AUD', '{}', 2000, 0, '{}', '{}', 'v', 1, 1, 2, ` + closed + `, '', 9);
			INSERT INTO invoices (id, order_id, client_id, number, state, currency, tax_mode, tax_name, tax_rate, total, tax, created, issued, paid_at, voided, updated)
				VALUES ('v` + id + `', 'o` + id + `', '` + client + `', 'INV-` + id + `', '` + invoice + `', 'AUD', 'NONE', '', '0', 2000, 0, 1, 2, 3, ` + voided + `, 9);`
		for i, dollars := range paid {
			n := string(rune('a' + i))
			made += `INSERT INTO payments (id, invoice_id, amount, currency, method, processor, processor_id, state, created)
				VALUES ('p` + id + n + `', 'v` + id + `', ` + dollars + `00, 'AUD', 'card', 'stripe', 'pi_` + id + n + `', 'settled', ` + string(rune('1'+i)) + `0);`
		}
		return made
	}
	err = d.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(t.Context(), `
			INSERT INTO clients (id, name, email, phone, created) VALUES ('`+client+`', 'Ada', 'ada@example.com', '', 1);`+
			order("1", "OPEN", "15", "20", "4")+order("2", "OPEN", "20")+order("3", "CANCELLED", "25")+order("4", "OPEN", "20", "20")+order("5", "OPEN", "20", "20")+order("6", "OPEN", "30")+`
			INSERT INTO refunds (id, payment_id, invoice_id, processor, processor_id, amount, created, updated) VALUES ('r4', 'p4a', 'v4', 'stripe', 'ch_4', 1500, 5, 5), ('r6', 'p6a', 'v6', 'stripe', 'ch_6', 1000, 5, 5);
			INSERT INTO disputes (id, payment_id, invoice_id, amount, state, funds_withdrawn, seen, created) VALUES ('dp_5', 'p5a', 'v5', 2000, 'open', 1, 460, 455);
			INSERT INTO refunds_due (payment_id, order_id, amount, state, reference, created, done) VALUES ('p4b', 'o4', 700, 'done', 'once', 3, 4);
			INSERT INTO refunds_due (payment_id, order_id, amount, state, created) VALUES ('p3a', 'o3', 2500, 'open', 8);
			INSERT INTO alarms (id, kind, object_kind, object_id, params, raised) VALUES ('a1', 'overpaid', 'payment', 'p1c', '{}', 5), ('a3', 'refund_due', 'payment', 'p3a', '{}', 8), ('a4', 'overpaid', 'payment', 'p4b', '{}', 5), ('a5', 'overpaid', 'payment', 'p5b', '{}', 5)`)
		return err
	})
	before := rowsOf(t, d, "SELECT id, undone FROM payments WHERE id NOT IN ('p1b', 'p1c', 'p4b') ORDER BY id")
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	d = openAt(t, path, "", Options{})
	for query, want := range map[string][]string{
		"SELECT payment_id, order_id, amount, keeps, state, reference, done FROM refunds_due ORDER BY payment_id": {
			"[p1b o1 1500 500 open  <nil>]", "[p1c o1 400 0 open  <nil>]", "[p3a o3 2500 0 open  <nil>]", "[p4b o4 500 1500 open  <nil>]",
		},
		"SELECT kind, object_id, params ->> 'amount', params ->> 'order', params ->> 'order_id', cleared FROM alarms ORDER BY object_id": {
			"[refund_due p1b 1500 ORD-1 o1 <nil>]", "[refund_due p1c 400 ORD-1 o1 <nil>]", "[refund_due p3a <nil> <nil> <nil> <nil>]", "[refund_due p4b 500 ORD-4 o4 <nil>]",
		},
		"SELECT id, undone FROM payments WHERE id NOT IN ('p1b', 'p1c', 'p4b') ORDER BY id": before,
		"SELECT id FROM payments WHERE undone > 0 ORDER BY id":                              {"[p1b]", "[p1c]", "[p4b]"},
	} {
		if got := rowsOf(t, d, query); !slices.Equal(got, want) {
			t.Errorf("%s: %q", query, got)
		}
	}
}
