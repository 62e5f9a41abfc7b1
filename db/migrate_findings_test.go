package db

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// What was found in a model is kept as JSON: its messages are found under their new name, in their order.
func TestFindingsSurviveTheirNewName(t *testing.T) {
	third, err := os.ReadFile("testdata/schema/0003.sql")
	if err != nil {
		t.Fatal(err)
	}
	all, err := loadMigrations(migrationFiles())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "shop.db")
	d := openAt(t, path, string(third), Options{Migrations: fstest.MapFS{all[0].name: {Data: []byte(all[0].sql)}, all[1].name: {Data: []byte(all[1].sql)}}})
	const found = `{"units":{"text":"as it was"},"mesh":{"triangles":12,"findings":[{"code":"flat","severity":"problem","sentence":"First."},{"code":"thin","severity":"warning","sentence":"Second."}]}}`
	err = d.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(t.Context(), `
			INSERT INTO blobs (id, bucket, size, sha256, state, created) VALUES ('01a20510-e7ae-7a14-9fac-c560e2c4f495', 'tmp', 5, '`+strings.Repeat("0f", 32)+`', 'live', 1);
			INSERT INTO carts (id, token_hash, created, seen) VALUES ('k', 'h', 1, 1);
			INSERT INTO parts (id, cart_id, position, name, kind, state, raw_blob, inspection, choices, created)
				VALUES ('a', 'k', 1, 'a', 'model', 'review', '01a20510-e7ae-7a14-9fac-c560e2c4f495', '`+found+`', '{}', 1),
					('b', 'k', 2, 'b', 'model', 'inspecting', '01a20510-e7ae-7a14-9fac-c560e2c4f495', '{}', '{}', 1),
					('c', 'k', 3, 'c', 'model', 'queued', '01a20510-e7ae-7a14-9fac-c560e2c4f495', '{"mesh":{"findings":[]}}', '{}', 1);
			INSERT INTO clients (id, name, email, phone, created) VALUES ('c', 'Ada', 'ada@example.com', '1', 1);
			INSERT INTO invoices (id, order_number, client_id, source, state, review, payment, currency, price, total, tax, contact, delivery, terms_version, terms_at, created, updated)
				VALUES ('v', 'ORD-1', 'c', 'web', 'DRAFT', 'REQUESTED', 'review', 'AUD', '{}', 0, 0, '{}', '{}', '1', 1, 1, 1);
			INSERT INTO invoice_items (id, invoice_id, position, name, kind, copies, choices, inspection, total)
				VALUES ('i', 'v', 1, 'a', 'model', 1, '{}', '`+found+`', 0)`)
		return err
	})
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	d = openAt(t, path, "", Options{})
	want := strings.ReplaceAll(found, `"sentence"`, `"message"`)
	err = d.Read(t.Context(), func(tx *Tx) error {
		for query, want := range map[string]string{
			"SELECT inspection FROM parts WHERE id = 'a'":       want,
			"SELECT inspection FROM parts WHERE id = 'b'":       "{}",
			"SELECT inspection FROM parts WHERE id = 'c'":       `{"mesh":{"findings":[]}}`,
			"SELECT inspection FROM order_items WHERE id = 'i'": want,
		} {
			var got string
			if err := tx.one(t.Context(), query, nil, &got); err != nil || got != want {
				t.Errorf("%s: %s, want %s, %v", query, got, want, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
