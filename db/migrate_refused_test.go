package db

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// What was refused before is refused by each order that was refused with it, under its name there, also where only the first of them
// was noted. What nobody can tell any more is one for each order, and a deletion that was still to refuse files has done so.
func TestRefusedModelsOfBefore(t *testing.T) {
	all, err := loadMigrations(migrationFiles())
	if err != nil {
		t.Fatal(err)
	}
	known := fstest.MapFS{}
	for _, m := range all[:31] {
		known[m.name] = &fstest.MapFile{Data: []byte(m.sql)}
	}
	path := filepath.Join(t.TempDir(), "shop.db")
	d := openAt(t, path, readFile(t, "testdata/schema/0032.sql"), Options{Migrations: known})
	hash := func(name string) string { return strings.Repeat(name, 64) }
	order := func(n, state string) string {
		closed := map[string]string{"REFUSED": "5", "OPEN": "NULL"}[state]
		review := map[string]string{"REFUSED": "REFUSED", "OPEN": "NONE"}[state]
		return `
			INSERT INTO orders (id, number, client_id, source, state, review, payment, currency, price, total, tax, contact, delivery, terms_version, terms_at, created, closed, close_reason, updated)
				VALUES ('o` + n + `', 'ORD-` + n + `', 'c', 'web', '` + state + `', '` + review + `', 'review', 'AUD', '{}', 0, 0, '{}', '{}', 'v', 1, 1, ` + closed + `, 'Reason ` + n + `', 9);
			INSERT INTO order_items (id, order_id, position, name, kind, copies, choices, total) VALUES ('i` + n + `', 'o` + n + `', 1, 'model of ` + n + `', 'model', 1, '{}', 0);`
	}
	deleted := func(n, kind, name, sum, reason string) string {
		return `INSERT INTO deleted_files (id, order_id, item_id, kind, name, sha256, size, deleted, reason) VALUES ('` + n + kind + `', 'o` + n + `', 'i` + n + `', '` + kind + `', '` + name + `', '` + sum + `', 9, 6, '` + reason + `');`
	}
	refused := func(n, sum string) string {
		return `INSERT INTO banned_files (sha256, order_number, reason, created) VALUES ('` + sum + `', 'ORD-` + n + `', 'Reason ` + n + `', 5);`
	}
	const blob, task = "aaaaaaaa-0000-7000-8000-000000000001", "aaaaaaaa-0000-7000-8000-000000000002"
	err = d.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(t.Context(), `INSERT INTO clients (id, name, email, phone, created) VALUES ('c', 'Ada', 'ada@example.com', '', 1);`+
			order("1", "REFUSED")+deleted("1", "model", "vase.stl", hash("1"), "refused")+deleted("1", "mesh", "vase_mesh.stl", hash("a"), "refused")+refused("1", hash("1"))+refused("1", hash("a"))+
			`INSERT INTO activity (id, at, who, verb, object_kind, object_id, order_id) VALUES ('x', 5, 'Flo Helper', 'order_refused', 'order', 'o1', 'o1');`+
			order("2", "REFUSED")+deleted("2", "model", "disguised.stl", hash("2"), "refused")+deleted("2", "mesh", "disguised_mesh.stl", hash("a"), "refused")+refused("2", hash("2"))+ // the mesh was noted before
			order("3", "REFUSED")+deleted("3", "model", "accepted.stl", hash("3"), "refused")+ // again, by an admin
			order("4", "OPEN")+deleted("4", "model", "vase.stl", hash("1"), "staff")+ // by staff, who refused nothing
			refused("5", hash("d"))+refused("5", hash("c"))+ // its order is deleted
			order("6", "REFUSED")+`
			INSERT INTO blobs (id, bucket, client_id, size, sha256, created) VALUES ('`+blob+`', 'order-files', 'c', 1, '`+hash("6")+`', 1);
			INSERT INTO order_files (id, client_id, order_id, item_id, kind, name, blob_id, created) VALUES ('f', 'c', 'o6', 'i6', 'model', 'many.stl', '`+blob+`', 1);
			INSERT INTO outbox (id, kind, key, payload, run_at, created) VALUES ('`+task+`', 'delete.refused', 'o6', '{"order":"o6","ban":"Reason 6"}', 1, 1);`)
		return err
	})
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	d = openAt(t, path, "", Options{})
	row := func(n, file, sum, name, by string) string {
		return "[ORD-" + n + " " + hash(file) + " " + hash(sum) + " " + name + " Reason " + n + " " + by + " 5]"
	}
	want := []string{
		row("1", "1", "1", "vase.stl", "Flo Helper"), row("1", "1", "a", "model of 1", "Flo Helper"),
		row("2", "2", "2", "disguised.stl", ""), row("2", "2", "a", "model of 2", ""),
		row("5", "c", "c", "", ""), row("5", "c", "d", "", ""),
		row("6", "6", "6", "many.stl", ""),
	}
	if got := rowsOf(t, d, "SELECT order_number, file_sha256, sha256, name, reason, refused_by, created FROM refused_models ORDER BY order_number, sha256"); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if got := rowsOf(t, d, "SELECT payload FROM outbox"); !slices.Equal(got, []string{`[{"order":"o6"}]`}) {
		t.Errorf("%q", got)
	}
	err = d.Read(t.Context(), func(tx *Tx) error {
		refused, count, err := tx.RefusedWith(t.Context(), hash("2"), 9) // with the mesh that both have
		if err == nil && (count != 2 || len(refused) != 2 || refused[0].Name != "disguised.stl" || refused[1].Name != "vase.stl") {
			t.Errorf("%d: %+v", count, refused)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
