package db

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	"modernc.org/sqlite"

	"buildplate/app/shop"
)

// pragmas are the settings in force on a connection.
func pragmas(t *testing.T, c *sql.Conn) map[string]string {
	t.Helper()
	got := map[string]string{}
	for _, name := range []string{"journal_mode", "synchronous", "foreign_keys", "busy_timeout", "query_only", "journal_size_limit"} {
		var v string
		if err := c.QueryRowContext(t.Context(), "PRAGMA "+name).Scan(&v); err != nil {
			t.Fatal(err)
		}
		got[name] = v
	}
	// Defensive mode and the double-quote rule cannot be asked for; they show.
	if _, err := c.ExecContext(t.Context(), "PRAGMA writable_schema = 1"); err != nil {
		t.Fatal(err)
	}
	var writable string
	if err := c.QueryRowContext(t.Context(), "PRAGMA writable_schema").Scan(&writable); err != nil {
		t.Fatal(err)
	}
	got["writable_schema"] = writable
	var text string
	got["dqs"] = "off"
	if c.QueryRowContext(t.Context(), `SELECT "not a column"`).Scan(&text) == nil {
		got["dqs"] = "on"
	}
	return got
}

func TestSettingsReachEveryConnection(t *testing.T) {
	d := openLedger(t, Options{Busy: 4321 * time.Millisecond})
	common := map[string]string{"journal_mode": "wal", "foreign_keys": "1", "busy_timeout": "4321", "writable_schema": "0", "dqs": "off"}
	for _, pool := range []struct {
		name string
		pool *sql.DB
		size int
		want map[string]string
	}{
		{"writer", d.writer, 1, map[string]string{"synchronous": "2", "query_only": "0", "journal_size_limit": "67108864"}},
		{"readers", d.readers, 4, map[string]string{"query_only": "1"}},
	} {
		var held []*sql.Conn
		for i := range pool.size { // all at once, so that each is another connection
			c, err := pool.pool.Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			held = append(held, c)
			got := pragmas(t, c)
			for _, want := range []map[string]string{common, pool.want} {
				for name, value := range want {
					if got[name] != value {
						t.Errorf("%s %d: %s = %s, want %s", pool.name, i, name, got[name], value)
					}
				}
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		if c, err := pool.pool.Conn(ctx); err == nil {
			c.Close()
			t.Errorf("%s: there are more than %d connections", pool.name, pool.size)
		}
		cancel()
		for _, c := range held {
			c.Close()
		}
	}
	if !sqlite.OFDLockingEnabled() && len(Weaknesses()) == 0 {
		t.Error("the weaker locks are not reported")
	}
}

// A reader is held back twice: even without query_only its file is read-only.
func TestReadersCannotWrite(t *testing.T) {
	d := openLedger(t, Options{})
	err := d.Read(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(t.Context(), "UPDATE account SET balance = 5")
		return err
	})
	if err == nil || shop.KindOf(err) != shop.Internal {
		t.Errorf("write in Read: %v", err)
	}
	c, err := d.readers.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.ExecContext(t.Context(), "PRAGMA query_only = 0"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.ExecContext(t.Context(), "UPDATE account SET balance = 5"); err == nil {
		t.Error("mode=ro does not hold")
	}
}

func TestPathsNeedNotBeTame(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a b%20c?mode=memory#d")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	d := openAt(t, filepath.Join(dir, "shop.db"), ledger, Options{})
	info, err := os.Stat(filepath.Join(dir, "shop.db"))
	if err != nil || info.Size() == 0 || info.Mode().Perm() != 0o600 {
		t.Errorf("the database is not where it was asked for, or open to others: %v, %v", info, err)
	}
	if findings, err := foreignKeyFaults(t.Context(), d.readers); err != nil || len(findings) > 0 {
		t.Error(findings, err)
	}
}
