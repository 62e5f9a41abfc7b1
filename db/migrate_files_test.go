package db

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// What staff put in the place of what came with an order is told by its row, and no more by its time.
func TestWhatStaffMadeIsTold(t *testing.T) {
	all, err := loadMigrations(migrationFiles())
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(all, func(m migration) bool { return strings.HasSuffix(m.name, "_remade_files.sql") })
	path := aShopOfRelease1(t)
	old := atVersion(t, path, all[at].version-1)
	var files []string
	err = old.Write(t.Context(), func(tx *Tx) (err error) {
		files, err = list(t.Context(), tx, scanText, "SELECT id FROM order_files ORDER BY id LIMIT 2")
		if err != nil || len(files) < 2 {
			return err
		}
		_, err = tx.exec(t.Context(), "UPDATE order_files SET created = (SELECT created FROM orders o WHERE o.id = order_id) + (id = ?)", files[1])
		return err
	})
	if err := errors.Join(err, old.Close()); err != nil {
		t.Fatal(err)
	}
	if got := rowsOf(t, openAt(t, path, "", Options{}), "SELECT id FROM order_files WHERE remade = 1"); !slices.Equal(got, []string{"[" + files[1] + "]"}) {
		t.Errorf("%q were remade, not %q", got, files[1])
	}
}
