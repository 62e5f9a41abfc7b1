package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"buildplate/db"
)

// A Finder looks for what must not be in a database after a test, such as a row
// whose file is missing; it returns one line for each finding.
type Finder func(ctx context.Context, d *db.DB) ([]string, error)

// Open makes a new database from the module's schema.sql in the test's own
// folder. When the test ends it is held against [Check] with the given finders,
// and closed.
func Open(tb testing.TB, finders ...Finder) *db.DB {
	tb.Helper()
	return OpenAt(tb, filepath.Join(tb.TempDir(), "shop.db"), finders...)
}

// OpenAt is Open for a database at a path, new or not.
func OpenAt(tb testing.TB, path string, finders ...Finder) *db.DB {
	tb.Helper()
	d := OpenUnchecked(tb, path)
	tb.Cleanup(func() { Check(tb, d, finders...) })
	return d
}

// OpenUnchecked is OpenAt without the check at the end, for tests that damage
// the database on purpose.
func OpenUnchecked(tb testing.TB, path string) *db.DB {
	tb.Helper()
	d, err := db.Open(context.Background(), path, Schema(tb), db.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := d.Close(); err != nil {
			tb.Errorf("close the database: %v", err)
		}
	})
	return d
}

// Reindex brings the search in line with rows that a test wrote by itself, of which nobody told it.
func Reindex(tb testing.TB, d *db.DB) {
	tb.Helper()
	ctx := context.Background()
	var at db.SearchPlace
	for more := true; more; {
		err := d.Write(ctx, func(tx *db.Tx) (err error) {
			at, more, err = tx.ReindexSome(ctx, at, 100)
			return err
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
}

// Check fails the test for everything that is wrong with the database: pages,
// indexes, foreign keys, what the rows promise each other, and the finders'.
func Check(tb testing.TB, d *db.DB, finders ...Finder) {
	tb.Helper()
	ctx := context.Background()
	for _, find := range append([]Finder{func(ctx context.Context, d *db.DB) ([]string, error) { return d.Check(ctx) }}, finders...) {
		findings, err := find(ctx, d)
		if err != nil {
			tb.Errorf("check the database: %v", err)
		}
		for _, f := range findings {
			tb.Errorf("the database after the test: %s", f)
		}
	}
}

// Schema is the text of schema.sql.
func Schema(tb testing.TB) string {
	tb.Helper()
	root := Root(tb)
	text, err := os.ReadFile(filepath.Join(root, "schema.sql"))
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

// Root is the folder of the module.
func Root(tb testing.TB) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			tb.Fatal("no go.mod in any folder above the test")
		}
		dir = parent
	}
}

// Texts are what a query of one column finds in a database, beside whoever has it open: for rows that no page lists yet.
func Texts(tb testing.TB, path, query string) (all []string) {
	tb.Helper()
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		tb.Fatal(err)
	}
	defer raw.Close()
	rows, err := raw.QueryContext(context.Background(), query)
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			tb.Fatal(err)
		}
		all = append(all, text)
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	return all
}

// Released makes a database at a path as the program of an earlier version left it, with the given rows.
func Released(tb testing.TB, path string, version int, rows string) {
	tb.Helper()
	schema, err := os.ReadFile(filepath.Join(Root(tb), "db", "testdata", "schema", fmt.Sprintf("%04d.sql", version)))
	if err != nil {
		tb.Fatal(err)
	}
	today := filepath.Join(tb.TempDir(), "today.db")
	OpenUnchecked(tb, today)
	id := Texts(tb, today, "SELECT application_id FROM pragma_application_id")[0]
	raw, err := sql.Open("sqlite", path)
	if err == nil {
		_, err = raw.ExecContext(context.Background(), fmt.Sprintf("%s; PRAGMA application_id = %s; PRAGMA user_version = %d; %s", schema, id, version, rows))
	}
	if err := errors.Join(err, raw.Close()); err != nil {
		tb.Fatal(err)
	}
}
