package db_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/db/dbtest"
)

// A database whose process was killed has its rows in the log beside it. Looking into it finds them, and leaves both as
// they are.
func TestPeekReadsWhatAKilledProcessLeft(t *testing.T) {
	from, to := filepath.Join(t.TempDir(), "shop.db"), filepath.Join(t.TempDir(), "shop.db")
	if _, begun, err := db.Peek(t.Context(), to, "key"); begun || err != nil {
		t.Errorf("nothing: begun %v, %v", begun, err)
	}
	d := dbtest.OpenUnchecked(t, from)
	copied := func() {
		t.Helper()
		for _, ending := range []string{"", "-wal"} {
			bytes, err := os.ReadFile(from + ending)
			if err == nil {
				err = os.WriteFile(to+ending, bytes, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	copied()
	if _, begun, err := db.Peek(t.Context(), to, "key"); begun || err != nil {
		t.Errorf("without rows: begun %v, %v", begun, err)
	}
	write(t, d, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.SaveSettings(ctx, shop.DefaultSettings("Australia/Sydney"), false, ""); err != nil {
			return err
		}
		return tx.SetSecret(ctx, "key", "abc")
	})
	copied()
	before, err := os.ReadFile(to + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if value, begun, err := db.Peek(t.Context(), to, "key"); value != "abc" || !begun || err != nil {
			t.Errorf("%q, begun %v, %v", value, begun, err)
		}
	}
	if value, begun, err := db.Peek(t.Context(), to, "other"); value != "" || !begun || err != nil {
		t.Errorf("a secret that is not there: %q, begun %v, %v", value, begun, err)
	}
	if after, err := os.ReadFile(to + "-wal"); err != nil || string(after) != string(before) {
		t.Errorf("the log was changed: %v", err)
	}
	if err := os.WriteFile(to, []byte("something else, of a thousand words"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(to + "-wal"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := db.Peek(t.Context(), to, "key"); err == nil {
		t.Error("what is no database is taken for one")
	}
}
