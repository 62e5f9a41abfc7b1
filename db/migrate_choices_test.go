package db

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// What an upgrade finds was chosen where it is not what is usual then, and where its part was not looked into; that stays so
// whatever becomes usual.
func TestWhatWasChosenBeforeTheUpgradeStaysChosen(t *testing.T) {
	all, err := loadMigrations(migrationFiles())
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(all, func(m migration) bool { return strings.HasSuffix(m.name, "_searches_that_read_few_rows.sql") })
	path := aShopOfRelease1(t)
	old := atVersion(t, path, all[at].version-1)
	err = old.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(t.Context(), `UPDATE settings SET doc = json_set(doc, '$.defaults', json('{"material_id":"m","colour_id":"c","quality":"0.20","infill":20,"supports":"auto","copies":1}'));
			UPDATE order_items SET choices = json('{"material_id":"m","colour_id":"c","quality":"0.20","infill":20,"supports":"auto","copies":3}'), inspection = '{}';
			UPDATE order_items SET choices = json_set(choices, '$.infill', 40) WHERE id = (SELECT min(id) FROM order_items);
			UPDATE order_items SET choices = json_set(choices, '$.infill', 40), inspection = '{"mesh":{}}' WHERE id = (SELECT max(id) FROM order_items)`)
		return err
	})
	if err := errors.Join(err, old.Close()); err != nil {
		t.Fatal(err)
	}
	if got := rowsOf(t, openAt(t, path, "", Options{}), "SELECT id = (SELECT min(id) FROM order_items) FROM order_items WHERE choices ->> '$.chosen'"); !slices.Equal(got, []string{"[1]"}) {
		t.Errorf("chosen: %q", got)
	}
}
