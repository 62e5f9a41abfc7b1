package db

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// release1 is the schema's version of the first release. testdata/release1.sql is a shop of it.
const release1 = 3

// aShopOfRelease1 is a database as release 1 left it, with a row in every table and every state.
func aShopOfRelease1(t *testing.T) string {
	t.Helper()
	migrations, err := loadMigrations(migrationFiles())
	if err != nil {
		t.Fatal(err)
	}
	known := fstest.MapFS{}
	for _, m := range migrations[:release1-1] {
		known[m.name] = &fstest.MapFile{Data: []byte(m.sql)}
	}
	path := filepath.Join(t.TempDir(), "shop.db")
	d := openAt(t, path, readFile(t, "testdata/schema/0003.sql"), Options{Migrations: known})
	err = d.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(t.Context(), "PRAGMA defer_foreign_keys = 1;"+readFile(t, "testdata/release1.sql"))
		return err
	})
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func readFile(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// rowsOf are what a query finds, each row as one text.
func rowsOf(t *testing.T, d *DB, query string) (all []string) {
	t.Helper()
	rows, err := d.readers.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%v: %s", err, query)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values := make([]any, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprint(values))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// atVersion opens a database without migrating it.
func atVersion(t *testing.T, path string, version int) *DB {
	t.Helper()
	migrations, err := loadMigrations(migrationFiles())
	if err != nil {
		t.Fatal(err)
	}
	known := fstest.MapFS{}
	for _, m := range migrations[:version-1] {
		known[m.name] = &fstest.MapFile{Data: []byte(m.sql)}
	}
	return openAt(t, path, "", Options{Migrations: known})
}

var (
	stateColumn = regexp.MustCompile(`(?m)^\s+(\w+) [^\n]*CHECK \(\w+ IN \(([^)]*)\)\)`)
	createTable = regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n\) STRICT;`)
)

// What the snapshot does not hold would not be tried: each table has rows, and each state of each table is one's.
func TestTheSnapshotHasEveryState(t *testing.T) {
	d := atVersion(t, aShopOfRelease1(t), release1)
	for _, table := range createTable.FindAllStringSubmatch(readFile(t, "testdata/schema/0003.sql"), -1) {
		name := table[1]
		if n := rowsOf(t, d, "SELECT count(*) FROM "+name); n[0] == "[0]" {
			t.Errorf("the snapshot has no row of %s", name)
		}
		for _, column := range stateColumn.FindAllStringSubmatch(table[2], -1) {
			seen := rowsOf(t, d, fmt.Sprintf("SELECT DISTINCT %s FROM %s", column[1], name))
			for _, state := range strings.Split(column[2], ",") {
				state = strings.Trim(strings.TrimSpace(state), "'")
				if only := map[string]string{"settings.answered 0": "", "clock.held ": "", "clock.held ahead": ""}; !slices.Contains(seen, "["+state+"]") {
					if _, ok := only[name+"."+column[1]+" "+state]; !ok { // tables of one row
						t.Errorf("the snapshot has no %s whose %s is %q", name, column[1], state)
					}
				}
			}
		}
	}
	broken := 0
	for _, query := range strings.Split(readFile(t, "testdata/release1_invariants.sql"), ";\n") {
		if strings.TrimSpace(query) == "" {
			continue
		}
		broken++
		if found := rowsOf(t, d, query); len(found) > 0 {
			t.Errorf("in the snapshot it does not hold: %s\n%q", strings.TrimSpace(query), found)
		}
	}
	if broken < 10 {
		t.Errorf("only %d invariants were asked", broken)
	}
}
