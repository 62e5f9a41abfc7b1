package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"buildplate/app/shop"

	"modernc.org/sqlite"
)

const countTo = `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i+1 FROM n WHERE i < ?) SELECT i FROM n`

func numbers(ctx context.Context, tx *Tx, to int) ([]int, error) {
	return list(ctx, tx, func(s scanner) (i int, err error) { return i, s.Scan(&i) }, countTo, to)
}

func oneReader(t *testing.T) *DB {
	return openAt(t, filepath.Join(t.TempDir(), "shop.db"), readFile(t, "../schema.sql"), Options{Readers: 1})
}

// A statement whose rows are still read is not started anew by whoever asks the same meanwhile.
func TestAStatementAskedWhileItIsRead(t *testing.T) {
	d := oneReader(t)
	err := d.Read(t.Context(), func(tx *Tx) error {
		for range 3 {
			got, err := list(t.Context(), tx, func(s scanner) (int, error) {
				var i int
				if err := s.Scan(&i); err != nil {
					return 0, err
				}
				within, err := numbers(t.Context(), tx, i)
				return len(within), err
			}, countTo, 4)
			if err != nil {
				return err
			}
			if fmt.Sprint(got) != "[1 2 3 4]" {
				t.Errorf("the rows are %v", got)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What was broken off does not come back with the next one who asks.
func TestAStatementThatWasBrokenOff(t *testing.T) {
	d := oneReader(t)
	for range 5 {
		ctx, cancel := context.WithCancel(t.Context())
		err := d.Read(ctx, func(tx *Tx) error {
			rows, err := tx.tx.QueryContext(ctx, countTo, 1_000_000_000)
			if err != nil {
				return err
			}
			defer rows.Close()
			rows.Next()
			cancel()
			for rows.Next() { //until it ends
			}
			return rows.Err()
		})
		if err == nil {
			t.Fatal("it counted to the end")
		}
		err = d.Read(t.Context(), func(tx *Tx) error {
			got, err := numbers(t.Context(), tx, 3)
			if len(got) != 3 {
				t.Errorf("%v", got)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A table that changed is seen by statements that were prepared before.
func TestAStatementOlderThanItsTable(t *testing.T) {
	d := oneReader(t)
	write := func(statement string) {
		t.Helper()
		if err := d.Write(t.Context(), func(tx *Tx) error { _, err := tx.exec(t.Context(), statement); return err }); err != nil {
			t.Fatal(err)
		}
	}
	columns := func() (n int) {
		t.Helper()
		err := d.Read(t.Context(), func(tx *Tx) error {
			rows, err := tx.tx.QueryContext(t.Context(), `SELECT * FROM tried`)
			if err != nil {
				return err
			}
			defer rows.Close()
			all, err := rows.Columns()
			n = len(all)
			return errors.Join(err, rows.Err())
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	write(`CREATE TABLE tried (a INTEGER)`)
	write(`INSERT INTO tried VALUES (1)`)
	if n := columns(); n != 1 {
		t.Errorf("%d columns", n)
	}
	write(`ALTER TABLE tried ADD COLUMN b INTEGER`)
	if n := columns(); n != 2 {
		t.Errorf("%d columns after one was added", n)
	}
	write(`DROP TABLE tried`)
}

// No more than so many statements are kept, and those that go are closed.
func TestStatementsAreForgotten(t *testing.T) {
	connector, err := sqlite.NewConnector(filepath.Join(t.TempDir(), "any.db"))
	if err != nil {
		t.Fatal(err)
	}
	made, err := keeping{connector}.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := made.(*keepingConn)
	for i := range 3 * keptStatements {
		rows, err := c.QueryContext(t.Context(), fmt.Sprintf(`SELECT %d`, i), nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
		if i == 7 { // what is used again stays
			continue
		}
		if rows, err = c.QueryContext(t.Context(), `SELECT 7`, nil); err != nil {
			t.Fatal(err)
		} else if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(c.kept) != keptStatements || c.kept[`SELECT 7`] == nil || c.kept[`SELECT 100`] != nil {
		t.Errorf("%d are kept", len(c.kept))
	}
	for _, once := range []string{`PRAGMA user_version`, `CREATE TABLE a (b)`, `SAVEPOINT x`, `WITHOUT`} {
		if worthKeeping(once) {
			t.Errorf("%s is kept", once)
		}
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// BenchmarkKeptStatements asks for a thing of the shop's as one page does, on a connection that keeps its statements and on
// one that does not.
func BenchmarkKeptStatements(b *testing.B) {
	d := openAt(b, filepath.Join(b.TempDir(), "shop.db"), readFile(b, "../schema.sql"), Options{})
	connector, err := sqlite.NewConnector(readerDSN(d.path, d.busy))
	if err != nil {
		b.Fatal(err)
	}
	plain := sql.OpenDB(connector)
	b.Cleanup(func() { _ = plain.Close() })
	for name, pool := range map[string]*sql.DB{"kept": d.readers, "anew": plain} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				err := run(b.Context(), d, pool, &sql.TxOptions{ReadOnly: true}, func(tx *Tx) error {
					_, err := tx.Order(b.Context(), "none")
					if err = notFoundIsFine(err); err != nil {
						return err
					}
					_, err = tx.Invoice(b.Context(), "none")
					return notFoundIsFine(err)
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func notFoundIsFine(err error) error {
	if shop.IsKind(err, shop.NotFound) {
		return nil
	}
	return err
}
