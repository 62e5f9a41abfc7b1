package db

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"buildplate/app/shop"
)

// The table of payments is made anew: what points at it still does, and a shop that takes Australian dollars begins to
// round cash.
func TestPaymentsSurviveTheirNewTable(t *testing.T) {
	second, err := os.ReadFile("testdata/schema/0002.sql")
	if err != nil {
		t.Fatal(err)
	}
	all, err := loadMigrations(migrationFiles())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "shop.db")
	d := openAt(t, path, string(second), Options{Migrations: fstest.MapFS{all[0].name: {Data: []byte(all[0].sql)}}})
	err = d.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(t.Context(), `
			INSERT INTO settings (id, doc, answered, updated) VALUES (1, '{"currency":"AUD","show_rates":true}', 1, 1);
			INSERT INTO clients (id, name, email, phone, created) VALUES ('c', 'Ada', 'ada@example.com', '1', 1);
			INSERT INTO invoices (id, order_number, client_id, source, state, review, payment, currency, price, total, tax, contact, delivery, terms_version, terms_at, created, updated)
				VALUES ('v', 'ORD-1', 'c', 'web', 'DRAFT', 'NONE', 'card', 'AUD', '{"rows":[{"amount":2430}]}', 2430, 0, '{}', '{}', '1', 1, 1, 1);
			INSERT INTO checkout_sessions (id, invoice_id, attempt, idem_key, params, amount, currency, expires, state, created) VALUES ('s', 'v', 1, 'k', '{}', 2430, 'AUD', 1, 'paid', 1);
			INSERT INTO payments (id, invoice_id, amount, currency, method, processor, processor_id, session_id, reference, state, created)
				VALUES ('p', 'v', 2430, 'AUD', 'card', 'stripe', 'pi_1', 's', 'pi_1', 'settled', 7);
			INSERT INTO refunds (id, payment_id, invoice_id, processor, processor_id, amount, created, updated) VALUES ('r', 'p', 'v', 'stripe', 'ch_1', 30, 8, 8);
			INSERT INTO disputes (id, payment_id, invoice_id, amount, state, seen, created) VALUES ('d', 'p', 'v', 2430, 'open', 9, 9)`)
		return err
	})
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	d = openAt(t, path, "", Options{})
	if found, err := d.Check(t.Context()); err != nil || len(found) > 0 {
		t.Errorf("after the migration: %v, %v", found, err)
	}
	ctx := t.Context()
	err = d.Read(ctx, func(tx *Tx) error {
		p, err := tx.PaymentOf(ctx, "v", "p")
		if err != nil || p.Amount != 2430 || p.SessionID != "s" || p.ProcessorID != "pi_1" || p.State != shop.PaymentSettled || p.Created != 7 || p.Decision != "" {
			t.Errorf("%+v, %v", p, err)
		}
		refunds, err := tx.RefundsOf(ctx, "v")
		if err != nil || len(refunds) != 1 || refunds[0].PaymentID != "p" {
			t.Errorf("%+v, %v", refunds, err)
		}
		disputes, err := tx.Disputes(ctx, "v")
		if err != nil || len(disputes) != 1 {
			t.Errorf("%+v, %v", disputes, err)
		}
		s, err := tx.Settings(ctx)
		if err != nil || !s.RoundCash || !s.ShowRates {
			t.Errorf("settings: %+v, %v", s, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, statement := range map[string]string{
		"a payment that a refund is of": `DELETE FROM payments`,
		"one sent back by nobody":       `UPDATE payments SET state = 'returned'`,
		"the same payment again":        `INSERT INTO payments (id, invoice_id, amount, currency, method, processor, processor_id, state, created) VALUES ('q', 'v', 1, 'AUD', 'card', 'stripe', 'pi_1', 'settled', 1)`,
	} {
		if err := d.Write(ctx, func(tx *Tx) error { _, err := tx.exec(ctx, statement); return err }); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
