package db

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"buildplate/app/shop"
)

// What was open in an older shop is an alarm after the upgrade, with what its message needs; what was not is none.
func TestWhatIsOpenAtTheUpgradeIsAnAlarm(t *testing.T) {
	seventh, err := os.ReadFile("testdata/schema/0007.sql")
	if err != nil {
		t.Fatal(err)
	}
	all, err := loadMigrations(migrationFiles())
	if err != nil {
		t.Fatal(err)
	}
	known := fstest.MapFS{}
	for _, m := range all[:6] {
		known[m.name] = &fstest.MapFile{Data: []byte(m.sql)}
	}
	path := filepath.Join(t.TempDir(), "shop.db")
	d := openAt(t, path, string(seventh), Options{Migrations: known})
	const lost, stray, fine = "01a20510-e7ae-7a14-9fac-c560e2c4f401", "01a20510-e7ae-7a14-9fac-c560e2c4f402", "01a20510-e7ae-7a14-9fac-c560e2c4f403"
	const dead, done = "01a20510-e7ae-7a14-9fac-c560e2c4f404", "01a20510-e7ae-7a14-9fac-c560e2c4f405"
	hash := strings.Repeat("0f", 32)
	err = d.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(t.Context(), `
			INSERT INTO blobs (id, bucket, client_id, name, size, sha256, state, created) VALUES ('`+lost+`', 'order-files', 'c', 'raw', 5, '`+hash+`', 'missing', 1);
			INSERT INTO blobs (id, bucket, name, size, sha256, state, created) VALUES ('`+stray+`', 'tmp', 'part.stl', 5, '`+hash+`', 'missing', 1), ('`+fine+`', 'tmp', 'x', 5, '`+hash+`', 'live', 1);
			INSERT INTO clients (id, name, email, phone, created) VALUES ('c', 'Ada', 'ada@example.com', '1', 1);
			INSERT INTO orders (id, number, client_id, source, state, review, payment, currency, price, total, tax, contact, delivery, terms_version, terms_at, created, updated)
				VALUES ('o', 'ORD-7', 'c', 'web', 'OPEN', 'NONE', 'card', 'AUD', '{"rows":[{"amount":2430}]}', 2430, 0, '{}', '{}', '1', 1, 1, 1);
			INSERT INTO search_docs (doc, kind, id, number) VALUES (1, 'order', 'o', 'ORD-7');
			INSERT INTO search (rowid, text) VALUES (1, 'ORD-7');
			INSERT INTO order_files (id, client_id, order_id, kind, name, blob_id, created) VALUES ('f', 'c', 'o', 'model', 'clip.stl', '`+lost+`', 1);
			INSERT INTO invoices (id, order_id, client_id, state, currency, tax_mode, total, tax, created, updated) VALUES ('v', 'o', 'c', 'DRAFT', 'AUD', 'NONE', 2430, 0, 1, 1);
			INSERT INTO invoice_lines (id, invoice_id, position, kind, name, unit_price, amount) VALUES ('l', 'v', 1, 'OTHER', 'clip', '24.30', 2430);
			INSERT INTO payments (id, invoice_id, amount, currency, method, processor, processor_id, state, created)
				VALUES ('twice', 'v', 2430, 'AUD', 'card', 'stripe', 'pi_1', 'duplicate', 7), ('back', 'v', 2430, 'AUD', 'card', 'stripe', 'pi_2', 'duplicate', 7), ('odd', NULL, 100, 'AUD', 'card', 'stripe', 'pi_3', 'needs_review', 7);
			INSERT INTO refunds (id, payment_id, invoice_id, processor, processor_id, amount, created, updated) VALUES ('r', 'back', 'v', 'stripe', 'ch_1', 2430, 8, 8);
			INSERT INTO outbox (id, kind, payload, state, run_at, created, finished) VALUES ('`+dead+`', 'clean.carts', '{}', 'dead', 9, 9, 12), ('`+done+`', 'clean.carts', '{}', 'done', 9, 9, 12);
			INSERT INTO webhook_events (id, type, created, livemode, api_version, payload, state, error, received)
				VALUES ('evt_1', 'charge.refunded', 1, 0, '', '{}', 'failed', 'no', 3), ('evt_2', 'charge.refunded', 1, 0, '', '{}', 'failed', '`+EventWaits+`', 3), ('evt_3', 'x', 1, 0, '', '{}', 'applied', '', 3);
			INSERT INTO clock (id, highwater, held, since) VALUES (1, 14, 'ahead', 15)`)
		return err
	})
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	d = openAt(t, path, "", Options{})
	if found, err := d.Check(t.Context()); err != nil || len(found) > 0 {
		t.Errorf("after the migration: %v, %v", found, err)
	}
	var open []shop.Alarm
	err = d.Read(t.Context(), func(tx *Tx) error {
		var causes []shop.Alarm
		var err1, err2 error
		open, _, err1 = tx.AlarmPage(t.Context(), "", 100)
		causes, err2 = tx.AlarmCauses(t.Context())
		if len(open) != len(causes) || len(open) != 7 {
			t.Errorf("%d alarms of %d causes", len(open), len(causes))
		}
		return errors.Join(err1, err2)
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(open, func(a, b shop.Alarm) int { return cmp.Compare(a.ObjectID, b.ObjectID) })
	for _, a := range open {
		want := map[string]shop.Alarm{
			lost:    {Kind: shop.AlarmFileMissing, Raised: 1, Params: shop.AlarmParams{Name: "clip.stl", OrderID: "o", Order: "ORD-7"}},
			stray:   {Kind: shop.AlarmFileMissing, Raised: 1, Params: shop.AlarmParams{Name: "part.stl"}},
			dead:    {Kind: shop.AlarmTask, Raised: 12, Params: shop.AlarmParams{Task: "clean.carts"}},
			"twice": {Kind: shop.AlarmPayment, Raised: 7, Params: shop.AlarmParams{Amount: 2430, Currency: "AUD", Twice: true, OrderID: "o", Order: "ORD-7"}},
			"odd":   {Kind: shop.AlarmPayment, Raised: 7, Params: shop.AlarmParams{Amount: 100, Currency: "AUD"}},
			"evt_1": {Kind: shop.AlarmEvent, Raised: 3, Params: shop.AlarmParams{Task: "charge.refunded"}},
			"":      {Kind: shop.AlarmClock, Raised: 15},
		}[a.ObjectID]
		if a.Kind != want.Kind || a.Raised != want.Raised || a.Params != want.Params || a.Cleared != 0 {
			t.Errorf("%+v, want %+v", a, want)
		}
	}
}
