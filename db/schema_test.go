package db

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

var (
	sqlComment = regexp.MustCompile(`--[^\n]*`)
	sqlSpace   = regexp.MustCompile(`\s+`)
	sqlPunct   = regexp.MustCompile(`\s*([(),])\s*`)
	sqlQuoted  = regexp.MustCompile(`^(CREATE TABLE) "(\w+)"`) // RENAME writes the name in quotes
)

// schemaOf is every table, index, trigger and view, comments and blanks aside.
func schemaOf(t *testing.T, d *DB) map[string]string {
	t.Helper()
	rows, err := d.readers.QueryContext(t.Context(), "SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_schema")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	all := map[string]string{}
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			t.Fatal(err)
		}
		text = sqlSpace.ReplaceAllString(sqlComment.ReplaceAllString(text, " "), " ")
		text = sqlPunct.ReplaceAllString(text, "$1")
		all[name] = sqlQuoted.ReplaceAllString(strings.TrimSpace(text), "$1 $2")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func schemaDifferences(got, want map[string]string) (diff []string) {
	for name, text := range want {
		if got[name] != text {
			diff = append(diff, fmt.Sprintf("%s\n migrated: %s\n new:      %s", name, got[name], text))
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			diff = append(diff, name+" is only in the migrated database")
		}
	}
	return diff
}

// A comparison that cannot see a difference would prove nothing.
func TestSchemaComparisonSeesDifferences(t *testing.T) {
	base := schemaOf(t, openLedger(t, Options{}))
	for name, other := range map[string]string{
		"a check":  strings.Replace(ledger, "balance >= 0", "balance >= -1", 1),
		"an index": strings.Replace(ledger, "CREATE INDEX", "CREATE UNIQUE INDEX", 1),
		"a table":  ledger + "CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT;",
		"strict":   strings.Replace(ledger, "STRICT", "", 1),
	} {
		if len(schemaDifferences(schemaOf(t, openAt(t, filepath.Join(t.TempDir(), "o.db"), other, Options{})), base)) == 0 {
			t.Errorf("%s: no difference is seen", name)
		}
	}
	spaced := "-- note\n" + strings.ReplaceAll(ledger, ", ", " ,\n\t-- why\n ")
	if diff := schemaDifferences(schemaOf(t, openAt(t, filepath.Join(t.TempDir(), "s.db"), spaced, Options{})), base); len(diff) != 0 {
		t.Errorf("blanks and comments count: %v", diff)
	}
}

// Every schema there was must become today's. testdata/schema/0001.sql is the
// schema.sql of version 1, and so on.
func TestMigrationsLeadToSchema(t *testing.T) {
	today, err := os.ReadFile("../schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	migrations, err := loadMigrations(migrationFiles())
	if err != nil {
		t.Fatal(err)
	}
	fresh := openAt(t, filepath.Join(t.TempDir(), "new.db"), string(today), Options{})
	for _, m := range migrations {
		if _, err := os.Stat(fmt.Sprintf("testdata/schema/%04d.sql", m.version-1)); err != nil {
			t.Errorf("%s has no snapshot of the release before it: %v", m.name, err)
		}
	}
	snapshots, err := filepath.Glob("testdata/schema/[0-9]*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range snapshots {
		version, err := strconv.Atoi(strings.TrimSuffix(filepath.Base(name), ".sql"))
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		// Made as the release of that version made it: with the migrations it knew.
		known := fstest.MapFS{}
		for _, m := range migrations[:version-1] {
			known[m.name] = &fstest.MapFile{Data: []byte(m.sql)}
		}
		path := filepath.Join(t.TempDir(), "old.db")
		if err := openAt(t, path, string(text), Options{Migrations: known}).Close(); err != nil {
			t.Fatal(err)
		}
		for _, diff := range schemaDifferences(schemaOf(t, openAt(t, path, "", Options{})), schemaOf(t, fresh)) {
			t.Errorf("from version %d: %s", version, diff)
		}
	}
}
