package db

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"buildplate/app/shop"
)

// An open order of a model that was refused before waits for it from then on, in words and by what it is, and what it waited for already
// is kept beneath. What is closed, of another model, or made of what staff put in its place does not wait.
func TestOrdersOfModelsRefusedBeforeAreHeld(t *testing.T) {
	all, err := loadMigrations(migrationFiles())
	if err != nil {
		t.Fatal(err)
	}
	known := fstest.MapFS{}
	for _, m := range all[:36] {
		known[m.name] = &fstest.MapFile{Data: []byte(m.sql)}
	}
	path := filepath.Join(t.TempDir(), "shop.db")
	d := openAt(t, path, readFile(t, "testdata/schema/0037.sql"), Options{Migrations: known})
	weapon, cup := strings.Repeat("a", 64), strings.Repeat("b", 64)
	order := func(n, state, hold, sum string, remade int) string {
		closed := map[string]string{"CANCELLED": "5", "OPEN": "NULL"}[state]
		blob := func(kind, sum string, remade string) string {
			id := map[string]string{"model": "1", "mesh": "2"}[kind] + n + "aaaaaa-0000-7000-8000-000000000001"
			return `INSERT INTO blobs (id, bucket, client_id, size, sha256, created) VALUES ('` + id + `', 'order-files', 'c', 1, '` + sum + `', 1);
				INSERT INTO order_files (id, client_id, order_id, item_id, kind, name, blob_id, created, remade) VALUES ('` + kind + n + `', 'c', 'o` + n + `', 'i` + n + `', '` + kind + `', 'sent.stl', '` + id + `', 1, ` + remade + `);`
		}
		text := `INSERT INTO orders (id, number, client_id, source, state, review, payment, currency, price, total, tax, contact, delivery, terms_version, terms_at, created, closed, hold, updated)
				VALUES ('o` + n + `', 'ORD-` + n + `', 'c', 'web', '` + state + `', 'NONE', 'card', 'AUD', '{}', 0, 0, '{"name":"Ada"}', '{"method":"pickup"}', 'v', 1, 1, ` + closed + `, '` + hold + `', 9);
			INSERT INTO order_items (id, order_id, position, name, kind, copies, choices, total) VALUES ('i` + n + `', 'o` + n + `', 1, 'part ` + n + `', 'model', 1, '{}', 0);` + blob("model", sum, "0")
		if remade > 0 {
			text += blob("mesh", cup, "1")
		}
		return text
	}
	err = d.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(t.Context(), `INSERT INTO clients (id, name, email, phone, created) VALUES ('c', 'Ada', 'ada@example.com', '', 1);
			INSERT INTO refused_models (order_number, file_sha256, sha256, name, reason, refused_by, created) VALUES
				('ORD-8', '`+weapon+`', '`+weapon+`', 'gun.stl', 'An older reason', '', 4), ('ORD-9', '`+weapon+`', '`+weapon+`', 'gun.stl', 'A weapon', '', 5);`+
			order("1", "OPEN", "", weapon, 0)+order("2", "OPEN", "It was paid, and is not any more.", weapon, 0)+
			order("3", "CANCELLED", "", weapon, 0)+order("4", "OPEN", "", cup, 0)+order("5", "OPEN", "", weapon, 1)+`
			INSERT INTO search_docs (doc, kind, id, text) SELECT rowid, 'order', id, number || char(2) || 'op' FROM orders;
			INSERT INTO search (rowid, text) SELECT doc, text FROM search_docs`)
		return err
	})
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	d = openAt(t, path, "", Options{})
	err = d.Read(t.Context(), func(tx *Tx) error {
		for id, money := range map[string]string{"1": "", "2": shop.HoldUnpaid} {
			o, err := tx.Order(t.Context(), "o"+id)
			if err != nil {
				return err
			}
			want := shop.HeldModel{ItemID: "i" + id, Name: "part " + id, Order: "ORD-9", Reason: "A weapon"}
			if len(o.Held) != 1 || o.Held[0] != want || o.HeldForMoneyBy() != money {
				t.Errorf("order %s waits for %+v, and of its money for %q", id, o.Held, o.MoneyHold)
			}
			hold := o.Hold
			if o.WaitFor(o.Held); o.Hold != hold {
				t.Errorf("an upgrade says\n%s\nand the shop\n%s", hold, o.Hold)
			}
			found, _, err := tx.OrderPage(t.Context(), ListFilter{Tab: "held", Text: o.Number, Limit: 9})
			if err != nil || len(found) != 1 {
				t.Errorf("the search finds %d orders on hold, %v", len(found), err)
			}
		}
		for _, id := range []string{"3", "4", "5"} {
			o, err := tx.Order(t.Context(), "o"+id)
			if err != nil || o.Hold != "" || len(o.Held) > 0 {
				t.Errorf("order %s waits for %+v, %q, %v", id, o.Held, o.Hold, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
