package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"buildplate/app/shop"
)

// The small history of these tests: version 2 adds a column, version 3 rebuilds
// a table that another one points at.
var (
	addNote     = `ALTER TABLE entry ADD COLUMN note TEXT NOT NULL DEFAULT '';`
	rebuildTill = `
-- SQLite cannot change a CHECK: make the table anew.
CREATE TABLE account_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, balance INTEGER NOT NULL CHECK (balance >= -100)) STRICT;
INSERT INTO account_new SELECT * FROM account;
DROP TABLE account;
ALTER TABLE account_new RENAME TO account;`
	none     = fstest.MapFS{} // what the first release knew
	history  = fstest.MapFS{"0002_note.sql": {Data: []byte(addNote)}, "0003_overdraft.sql": {Data: []byte(rebuildTill)}}
	ledgerV3 = strings.NewReplacer("balance >= 0", "balance >= -100", "at INTEGER NOT NULL)", "at INTEGER NOT NULL, note TEXT NOT NULL DEFAULT '')").Replace(ledger)
)

func oldLedger(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop.db")
	d := openAt(t, path, ledger, Options{Migrations: none})
	if err := d.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(t.Context(), "UPDATE account SET balance = 7; INSERT INTO entry VALUES (1, 1, 7, 0)")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMigrationsKeepRowsAndReachTheNewSchema(t *testing.T) {
	path := oldLedger(t)
	var asked []int
	d := openAt(t, path, "not used for an old database", Options{Migrations: history, BeforeMigrate: func(ctx context.Context, d *DB, from, to int) error {
		asked = append(asked, from, to)
		return d.Backup(ctx, path+".before")
	}})
	if fmt.Sprint(asked) != "[1 3]" {
		t.Errorf("asked for a backup with %v", asked)
	}
	fresh := openAt(t, filepath.Join(t.TempDir(), "new.db"), ledgerV3, Options{Migrations: history})
	for _, diff := range schemaDifferences(schemaOf(t, d), schemaOf(t, fresh)) {
		t.Error(diff)
	}
	for _, d := range []*DB{d, fresh} {
		if v, err := d.version(t.Context()); v != 3 || err != nil {
			t.Errorf("version %d, %v", v, err)
		}
	}
	var balance, amount int
	if err := d.Read(t.Context(), func(tx *Tx) error {
		return tx.one(t.Context(), "SELECT a.balance, e.amount FROM entry e JOIN account a ON a.id = e.account_id", nil, &balance, &amount)
	}); err != nil || balance != 7 || amount != 7 {
		t.Errorf("%d, %d, %v", balance, amount, err)
	}
	err := d.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(t.Context(), "INSERT INTO entry (account_id, amount, at) VALUES (99, 1, 1)")
		return err
	})
	if err == nil {
		t.Error("after a migration foreign keys stay off")
	}
	old := openAt(t, path+".before", "", Options{Migrations: none})
	if v, err := old.version(t.Context()); v != 1 || err != nil {
		t.Errorf("the backup has version %d, %v", v, err)
	}
}

func TestAFailedMigrationLeavesTheDatabaseAsItWas(t *testing.T) {
	for name, bad := range map[string]string{
		"an error halfway": addNote + "UPDATE nothing SET x = 1;",
		"a broken key":     addNote + "DELETE FROM account;",
	} {
		path := oldLedger(t)
		_, err := Open(t.Context(), path, "", Options{Migrations: fstest.MapFS{"0002_bad.sql": {Data: []byte(bad)}}})
		if err == nil || !strings.Contains(err.Error(), "0002_bad.sql") {
			t.Errorf("%s: %v", name, err)
		}
		d := openAt(t, path, "", Options{Migrations: none})
		fresh := openLedger(t, Options{Migrations: none})
		for _, diff := range schemaDifferences(schemaOf(t, d), schemaOf(t, fresh)) {
			t.Errorf("%s: %s", name, diff)
		}
	}
	path := oldLedger(t)
	refused := errors.New("no room for a backup")
	if _, err := Open(t.Context(), path, "", Options{Migrations: history, BeforeMigrate: func(context.Context, *DB, int, int) error { return refused }}); !errors.Is(err, refused) {
		t.Errorf("without a backup: %v", err)
	}
	if v, err := openAt(t, path, "", Options{Migrations: none}).version(t.Context()); v != 1 || err != nil {
		t.Errorf("version %d, %v", v, err)
	}
}

func TestForeignDatabasesAreRefused(t *testing.T) {
	path := oldLedger(t)
	if err := openAt(t, path, "", Options{Migrations: history}).Close(); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), path, "", Options{Migrations: none})
	if !shop.IsCode(err, "database_newer") {
		t.Errorf("a newer database: %v", err)
	}
	for name, setup := range map[string]string{
		"another program's":      "CREATE TABLE bookmarks (url TEXT); PRAGMA user_version = 1",
		"a program without mark": "CREATE TABLE bookmarks (url TEXT)",
	} {
		path := filepath.Join(t.TempDir(), "other.db")
		other, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := other.Exec(setup); err != nil {
			t.Fatal(err)
		}
		other.Close()
		if _, err := Open(t.Context(), path, ledger, Options{}); !shop.IsKind(err, shop.Conflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	junk := filepath.Join(t.TempDir(), "junk.db")
	if err := os.WriteFile(junk, []byte(strings.Repeat("not a database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), junk, ledger, Options{}); err == nil {
		t.Error("a file of junk was opened")
	}
}

func TestMigrationNamesAreChecked(t *testing.T) {
	for _, names := range [][]string{{"0003_gap.sql"}, {"0002_a.sql", "0002_b.sql"}, {"2_short.sql"}, {"0002_a.txt"}, {"0001_first.sql"}} {
		files := fstest.MapFS{}
		for _, n := range names {
			files[n] = &fstest.MapFile{Data: []byte("SELECT 1")}
		}
		if _, err := loadMigrations(files); err == nil {
			t.Errorf("%v: accepted", names)
		}
	}
}

const migrateChild = "BUILDPLATE_MIGRATE_CHILD" // path,step

func TestMain(m *testing.M) {
	if spec := os.Getenv(release1Child); spec != "" {
		migrateAndDie(spec)
	}
	if spec := os.Getenv(migrateChild); spec != "" {
		path, step, _ := strings.Cut(spec, ",")
		_, err := Open(context.Background(), path, ledgerV3, Options{Migrations: history, Step: func(name string) {
			if name == step {
				self, _ := os.FindProcess(os.Getpid())
				_ = self.Kill()
				select {}
			}
		}})
		fmt.Print(err)
		os.Exit(3) // the step was never reached
	}
	os.Exit(m.Run())
}

// Killed at any step of making or migrating, the database is brought to the
// latest version by the next start.
func TestMigrationSurvivesAKill(t *testing.T) {
	want := schemaOf(t, openAt(t, filepath.Join(t.TempDir(), "n.db"), ledgerV3, Options{Migrations: history}))
	for _, step := range []string{"db.migrate.begun", "db.migrate.changed", "db.migrate.versioned", "db.migrate.committed"} {
		for name, path := range map[string]string{"old": oldLedger(t), "new": filepath.Join(t.TempDir(), "shop.db")} {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), migrateChild+"="+path+","+step)
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() == 3 {
				t.Fatalf("%s, %s: the child was not killed: %v %s", step, name, err, out)
			}
			d := openAt(t, path, ledgerV3, Options{Migrations: history})
			for _, diff := range schemaDifferences(schemaOf(t, d), want) {
				t.Errorf("%s, %s: %s", step, name, diff)
			}
			var n int
			if err := d.Read(t.Context(), func(tx *Tx) error {
				return tx.one(t.Context(), "SELECT count(*) FROM account", nil, &n)
			}); err != nil || n != 2 {
				t.Errorf("%s, %s: %d accounts, %v", step, name, n, err)
			}
		}
	}
}
