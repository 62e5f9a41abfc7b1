package cli

import (
	"log/slog"
	"path/filepath"
	"slices"
	"testing"

	"buildplate/db"
	"buildplate/db/dbtest"
)

// An upgrade leaves the database as it was beside it, whole.
func TestAnUpgradeKeepsACopy(t *testing.T) {
	data, log := t.TempDir(), slog.New(slog.DiscardHandler)
	path := filepath.Join(data, databaseName)
	dbtest.Released(t, path, 9, "INSERT INTO clients (id, name, email, phone, created) VALUES ('c1', 'Ada', 'ada@example.com', '', 1)")
	for range 2 { // the second finds nothing to do
		d, err := db.Open(t.Context(), path, dbtest.Schema(t), db.Options{Log: log, BeforeMigrate: copyBefore(data, log)})
		if err == nil {
			err = d.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	const known = "SELECT user_version || ' ' || name FROM pragma_user_version, clients"
	if got := dbtest.Texts(t, filepath.Join(data, "before-upgrade-from-9.db"), known); !slices.Equal(got, []string{"9 Ada"}) {
		t.Errorf("the copy holds %q", got)
	}
	if got := dbtest.Texts(t, path, known); len(got) != 1 || got[0] == "9 Ada" {
		t.Errorf("the database holds %q", got)
	}
}
