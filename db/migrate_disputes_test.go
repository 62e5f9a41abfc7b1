package db

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"buildplate/app/shop"
)

// A lost dispute of an order that went on is the shop's loss since; one of an order on hold waits for an admin, who is told so. By
// when Stripe wants the evidence is read from its events.
func TestLostDisputesOfBefore(t *testing.T) {
	all, err := loadMigrations(migrationFiles())
	if err != nil {
		t.Fatal(err)
	}
	known := fstest.MapFS{}
	for _, m := range all[:30] {
		known[m.name] = &fstest.MapFile{Data: []byte(m.sql)}
	}
	path := filepath.Join(t.TempDir(), "shop.db")
	d := openAt(t, path, readFile(t, "testdata/schema/0031.sql"), Options{Migrations: known})
	const client = "aaaaaaaa-0000-7000-8000-000000000001"
	order := func(id, state, hold string) string {
		closed, invoice, voided := "NULL", "PAID", "NULL"
		if state == "CANCELLED" {
			closed, invoice, voided = "8", "VOID", "8"
		}
		return `
			INSERT INTO orders (id, number, client_id, source, state, review, payment, currency, price, total, tax, contact, delivery, terms_version, terms_at, created, released, closed, hold, updated)
				VALUES ('o` + id + `', 'ORD-` + id + `', '` + client + `', 'web', '` + state + `', 'NONE', 'card', 'AUD', '{}', 2000, 0, '{}', '{}', 'v', 1, 1, 2, ` + closed + `, '` + hold + `', 9);
			INSERT INTO invoices (id, order_id, client_id, number, state, currency, tax_mode, tax_name, tax_rate, total, tax, created, issued, paid_at, voided, updated)
				VALUES ('v` + id + `', 'o` + id + `', '` + client + `', 'INV-` + id + `', '` + invoice + `', 'AUD', 'NONE', '', '0', 2000, 0, 1, 2, 3, ` + voided + `, 9);
			INSERT INTO payments (id, invoice_id, amount, currency, method, processor, processor_id, state, created) VALUES ('p` + id + `', 'v` + id + `', 2000, 'AUD', 'card', 'stripe', 'pi_` + id + `', 'settled', 7);
			INSERT INTO disputes (id, payment_id, invoice_id, amount, state, funds_withdrawn, seen, created) VALUES ('dp_` + id + `', 'p` + id + `', 'v` + id + `', 2000, 'lost', 1, 460, 455);`
	}
	err = d.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(t.Context(), `
			INSERT INTO clients (id, name, email, phone, created) VALUES ('`+client+`', 'Ada', 'ada@example.com', '', 1);`+
			order("1", "OPEN", "")+order("2", "OPEN", "A dispute over $20.00 was lost.")+order("3", "CANCELLED", "A dispute over $20.00 was lost.")+order("4", "OPEN", "")+`
			UPDATE disputes SET state = 'open' WHERE id = 'dp_4';
			INSERT INTO refunds (id, payment_id, invoice_id, processor, processor_id, amount, created, updated) VALUES ('r', 'p1', 'v1', 'stripe', 'ch_1', 500, 5, 5);
			INSERT INTO webhook_events (id, type, created, livemode, api_version, payload, state, received) VALUES
				('e1', 'charge.dispute.created', 1, 0, 'v', '{"data":{"object":{"id":"dp_4","evidence_details":{"due_by":1000}}}}', 'applied', 1),
				('e2', 'charge.dispute.funds_withdrawn', 2, 0, 'v', '{"data":{"object":{"id":"dp_4","evidence_details":{"due_by":null}}}}', 'applied', 1),
				('e3', 'charge.dispute.created', 3, 0, 'v', 'no json', 'ignored', 1)`)
		return err
	})
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	d = openAt(t, path, "", Options{})
	for query, want := range map[string][]string{
		"SELECT dispute_id, answer, amount, reason, created FROM dispute_answers":                            {"[dp_1 borne 1500 before the upgrade 460]"},
		"SELECT kind, object_id, params ->> 'order', params ->> 'order_id', params ->> 'amount' FROM alarms": {"[dispute_lost p2 ORD-2 o2 2000]"},
		"SELECT id, evidence_due FROM disputes WHERE evidence_due IS NOT NULL":                               {"[dp_4 1000000]"},
	} {
		if got := rowsOf(t, d, query); !slices.Equal(got, want) {
			t.Errorf("%s: %q", query, got)
		}
	}
	err = d.Read(t.Context(), func(tx *Tx) error {
		for id, want := range map[string][2]shop.Cents{"v1": {0, 15_00}, "v2": {20_00, 0}, "v4": {0, 0}} {
			v, err := tx.Invoice(t.Context(), id)
			if err != nil {
				return err
			}
			if got := [2]shop.Cents{v.Undecided, v.Borne}; got != want || v.Balance() != 0 {
				t.Errorf("%s: %v, %s is owed", id, got, v.Balance())
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	for name, statement := range map[string]string{
		"twice":             `INSERT INTO dispute_answers (id, dispute_id, answer, amount, reason, created) VALUES ('` + shop.NewID() + `', 'dp_1', 'owed', 1, 'again', 1)`,
		"another answer":    `INSERT INTO dispute_answers (id, dispute_id, answer, amount, reason, created) VALUES ('` + shop.NewID() + `', 'dp_2', 'perhaps', 1, 'again', 1)`,
		"without a reason":  `INSERT INTO dispute_answers (id, dispute_id, answer, amount, reason, created) VALUES ('` + shop.NewID() + `', 'dp_2', 'owed', 1, '', 1)`,
		"undone without it": `UPDATE dispute_answers SET undone = 10`,
	} {
		if err := d.Write(t.Context(), func(tx *Tx) error { _, err := tx.exec(t.Context(), statement); return err }); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
