package db

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"buildplate/app/shop"
)

// An invoice that was written off before says since when, and over how much, as it is counted since; what staff had noted as sent back has its note.
func TestWriteOffsAndNotesOfBefore(t *testing.T) {
	all, err := loadMigrations(migrationFiles())
	if err != nil {
		t.Fatal(err)
	}
	known := fstest.MapFS{}
	for _, m := range all[:25] {
		known[m.name] = &fstest.MapFile{Data: []byte(m.sql)}
	}
	path := filepath.Join(t.TempDir(), "shop.db")
	d := openAt(t, path, readFile(t, "testdata/schema/0026.sql"), Options{Migrations: known})
	const client, lowered, invoice, half = "aaaaaaaa-0000-7000-8000-000000000001", "aaaaaaaa-0000-7000-8000-000000000002", "aaaaaaaa-0000-7000-8000-000000000003", "aaaaaaaa-0000-7000-8000-000000000004"
	err = d.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(t.Context(), `
			INSERT INTO clients (id, name, email, phone, created) VALUES ('`+client+`', 'Ada', 'ada@example.com', '', 1);
			INSERT INTO orders (id, number, client_id, source, state, review, payment, currency, price, total, tax, contact, delivery, terms_version, terms_at, created, completed, updated)
				VALUES ('o', 'ORD-1001', '`+client+`', 'web', 'COMPLETED', 'NONE', 'pickup', 'AUD', '{}', 2000, 0, '{}', '{}', 'v', 1, 1, 8, 9);
			INSERT INTO invoices (id, client_id, number, state, currency, tax_mode, tax_name, tax_rate, total, tax, created, issued, updated) VALUES
				('`+invoice+`', '`+client+`', 'INV-0001', 'WRITTEN_OFF', 'AUD', 'NONE', '', '0', 2000, 0, 1, 2, 9), ('`+half+`', '`+client+`', 'INV-0002', 'PENDING', 'AUD', 'NONE', '', '0', 2000, 0, 1, 2, 9);
			UPDATE invoices SET order_id = 'o' WHERE number = 'INV-0001';
			INSERT INTO invoice_adjustments (id, invoice_id, order_id, amount, reason, created) VALUES ('`+lowered+`', '`+invoice+`', 'o', 100, 'a part was cancelled', 6);
			INSERT INTO payments (id, invoice_id, amount, currency, method, state, created) VALUES ('p', '`+invoice+`', 800, 'AUD', 'cash', 'settled', 7), ('x', '`+invoice+`', 50, 'AUD', 'cash', 'reversed', 7);
			INSERT INTO cash_roundings (id, invoice_id, payment_id, amount, created) VALUES ('r', '`+invoice+`', 'p', 2, 7), ('s', '`+invoice+`', 'x', -1, 7);
			INSERT INTO refunds (id, payment_id, invoice_id, processor, processor_id, amount, owed, reason, created, updated) VALUES ('h', 'p', '`+invoice+`', 'hand', 'p', 30, 30, 'in cash', 9, 90), ('g', 'p', '`+invoice+`', 'stripe', 'ch', 5, 0, '', 9, 90)`)
		return err
	})
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	d = openAt(t, path, "", Options{})
	if got := rowsOf(t, d, "SELECT invoice_id, amount, reason, created FROM write_offs"); !slices.Equal(got, []string{"[" + invoice + " 1132 before the upgrade 9]"}) {
		t.Errorf("%q", got)
	}
	if got := rowsOf(t, d, "SELECT payment_id, amount, reference, created FROM refund_notes"); !slices.Equal(got, []string{"[p 30 in cash 9]"}) {
		t.Errorf("%q", got)
	}
	err = d.Read(t.Context(), func(tx *Tx) error {
		v, err := tx.Invoice(t.Context(), invoice)
		if err == nil && (v.Balance() != 0 || v.GivenUp() != 11_32) {
			t.Errorf("%s of it is owed, %s was given up", v.Balance(), v.GivenUp())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	for name, statement := range map[string]string{
		"twice":                         `INSERT INTO write_offs (id, invoice_id, amount, reason, created) VALUES ('` + shop.NewID() + `', '` + invoice + `', 1, 'again', 1)`,
		"without a reason":              `INSERT INTO write_offs (id, invoice_id, amount, reason, created) VALUES ('` + shop.NewID() + `', '` + half + `', 1, '', 1)`,
		"undone without one":            `UPDATE write_offs SET undone = 10`,
		"a note of nothing":             `INSERT INTO refund_notes (id, payment_id, amount, reference, created) VALUES ('n', 'p', 0, 'in cash', 1)`,
		"a note of no payment that was": `INSERT INTO refund_notes (id, payment_id, amount, reference, created) VALUES ('n', 'q', 1, 'in cash', 1)`,
	} {
		if err := d.Write(t.Context(), func(tx *Tx) error { _, err := tx.exec(t.Context(), statement); return err }); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
