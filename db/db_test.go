package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"buildplate/app/shop"
)

// ledger is a small schema for tests of what is common to all tables.
const ledger = `
-- accounts and what moved between them
CREATE TABLE account (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, balance INTEGER NOT NULL CHECK (balance >= 0)) STRICT;
CREATE TABLE entry (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES account (id), amount INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX entry_by_account ON entry (account_id);
INSERT INTO account VALUES (1, 'till', 0), (2, 'bank', 0);
`

func openLedger(t *testing.T, opts Options) *DB {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "shop.db"), ledger, opts)
}

func openAt(t testing.TB, path, schema string, opts Options) *DB {
	t.Helper()
	opts.Log = slog.New(slog.DiscardHandler)
	d, err := Open(t.Context(), path, schema, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func TestWriteCommitsOrLeavesNothing(t *testing.T) {
	d := openLedger(t, Options{})
	pay := func(tx *Tx) error {
		_, err := tx.exec(t.Context(), "UPDATE account SET balance = balance + 100 WHERE id = 1")
		return err
	}
	balance := func() (n int) {
		t.Helper()
		if err := d.Read(t.Context(), func(tx *Tx) error {
			return tx.one(t.Context(), "SELECT balance FROM account WHERE id = 1", nil, &n)
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if err := d.Write(t.Context(), pay); err != nil || balance() != 100 {
		t.Fatal(err, balance())
	}
	refused := errors.New("refused")
	if err := d.Write(t.Context(), func(tx *Tx) error { return errors.Join(pay(tx), refused) }); !errors.Is(err, refused) || balance() != 100 {
		t.Errorf("%v, balance %d", err, balance())
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_ = d.Write(t.Context(), func(tx *Tx) error { _ = pay(tx); panic("bug") })
	}()
	if balance() != 100 {
		t.Errorf("after a panic the balance is %d", balance())
	}
	ctx, cancel := context.WithCancel(t.Context())
	err := d.Write(ctx, func(tx *Tx) error {
		cancel()
		for { // until the driver has heard of it
			if err := pay(tx); err != nil {
				return err
			}
		}
	})
	if shop.KindOf(err) != shop.Unavailable || balance() != 100 {
		t.Errorf("cancelled: %v (%v), balance %d", err, shop.KindOf(err), balance())
	}
	ctx, cancel = context.WithCancel(t.Context())
	err = d.WriteDetached(ctx, func(ctx context.Context, tx *Tx) error {
		cancel()
		_, err := tx.exec(ctx, "UPDATE account SET balance = balance + 1 WHERE id = 1")
		return err
	})
	if err != nil || balance() != 101 {
		t.Errorf("detached: %v, balance %d", err, balance())
	}
}

func TestOneTimePerTransaction(t *testing.T) {
	d := openLedger(t, Options{})
	at := time.Date(2026, 11, 22, 9, 30, 0, 123_456_789, time.FixedZone("AEDT", 11*3600))
	d.SetNow(func() time.Time { at = at.Add(time.Hour); return at })
	err := d.Write(t.Context(), func(tx *Tx) error {
		if want := shop.TimeOf(at); tx.Now != want {
			t.Errorf("Now is %s, want %s", tx.Now, want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestErrorsHaveKinds(t *testing.T) {
	d := openLedger(t, Options{})
	for _, c := range []struct {
		name, query string
		want        shop.Kind
	}{
		{"unique", "INSERT INTO account VALUES (3, 'till', 0)", shop.Conflict},
		{"primary key", "INSERT INTO account VALUES (1, 'other', 0)", shop.Conflict},
		{"check", "UPDATE account SET balance = -1", shop.Invalid},
		{"not null", "UPDATE account SET name = NULL", shop.Invalid},
		{"strict type", "UPDATE account SET balance = 'much'", shop.Invalid},
		{"foreign key", "INSERT INTO entry VALUES (1, 99, 1, 1)", shop.Internal},
		{"syntax", "UPDATE nothing", shop.Internal},
	} {
		err := d.Write(t.Context(), func(tx *Tx) error { _, err := tx.exec(t.Context(), c.query); return err })
		if err == nil || shop.KindOf(err) != c.want {
			t.Errorf("%s: %v is %v, want %v", c.name, err, shop.KindOf(err), c.want)
		}
	}
	err := d.Read(t.Context(), func(tx *Tx) error {
		var n int
		return tx.one(t.Context(), "SELECT balance FROM account WHERE id = 77", nil, &n)
	})
	if shop.KindOf(err) != shop.NotFound {
		t.Errorf("no row: %v", err)
	}
}

// Another process that holds the lock, such as the sqlite3 shell, is waited for
// and then named as what it is: not now.
func TestBusyBecomesUnavailable(t *testing.T) {
	d := openLedger(t, Options{Busy: 50 * time.Millisecond})
	other, err := sql.Open("sqlite", fileURI(d.path, url.Values{"_txlock": {"immediate"}}))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	tx, err := other.Begin()
	if err != nil {
		t.Fatal(err)
	}
	err = d.Write(t.Context(), func(*Tx) error { return nil })
	if shop.KindOf(err) != shop.Unavailable {
		t.Errorf("%v, want Unavailable", err)
	}
	tx.Rollback()
	if err := d.Write(t.Context(), func(*Tx) error { return nil }); err != nil {
		t.Errorf("after the other has gone: %v", err)
	}
}

// 32 writers that read before they write, beside 16 readers: nobody is told
// "busy", no update is lost, and every reader sees accounts that balance.
func TestWritersBesideReaders(t *testing.T) {
	const writers, readers, rounds = 32, 16, 25
	d := openLedger(t, Options{})
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for range rounds {
				err := d.Write(t.Context(), func(tx *Tx) error {
					var balance int
					if err := tx.one(t.Context(), "SELECT balance FROM account WHERE id = 1", nil, &balance); err != nil {
						return err
					}
					if _, err := tx.exec(t.Context(), "UPDATE account SET balance = ? WHERE id = 1", balance+1); err != nil {
						return err
					}
					_, err := tx.exec(t.Context(), "INSERT INTO entry (account_id, amount, at) VALUES (1, 1, ?)", tx.Now)
					return err
				})
				if err != nil {
					t.Errorf("writer %d: %v", w, err)
					return
				}
			}
		})
	}
	for r := range readers {
		wg.Go(func() {
			for range rounds {
				err := d.Read(t.Context(), func(tx *Tx) error {
					var balance, sum int
					if err := tx.one(t.Context(), "SELECT balance FROM account WHERE id = 1", nil, &balance); err != nil {
						return err
					}
					if err := tx.one(t.Context(), "SELECT coalesce(sum(amount), 0) FROM entry", nil, &sum); err != nil {
						return err
					}
					if balance != sum {
						return fmt.Errorf("balance %d, entries %d", balance, sum)
					}
					return nil
				})
				if err != nil {
					t.Errorf("reader %d: %v", r, err)
					return
				}
			}
		})
	}
	wg.Wait()
	var balance int
	if err := d.Read(t.Context(), func(tx *Tx) error {
		return tx.one(t.Context(), "SELECT balance FROM account WHERE id = 1", nil, &balance)
	}); err != nil || balance != writers*rounds {
		t.Errorf("balance %d, %v; want %d", balance, err, writers*rounds)
	}
}

// A full database refuses the write, keeps what it had, and takes writes again
// when there is room.
func TestFullDatabase(t *testing.T) {
	d := openLedger(t, Options{})
	limit := func(pages int) {
		t.Helper()
		if _, err := d.writer.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
			t.Fatal(err)
		}
	}
	note := func() error {
		return d.Write(t.Context(), func(tx *Tx) error {
			_, err := tx.exec(t.Context(), "INSERT INTO account (name, balance) VALUES (?, 0)", strings.Repeat("x", 3000)+fmt.Sprint(time.Now().UnixNano()))
			return err
		})
	}
	limit(20)
	kept := 0
	var err error
	for err = note(); err == nil; err = note() {
		kept++
	}
	if shop.KindOf(err) != shop.NoSpace {
		t.Fatalf("%v, want NoSpace", err)
	}
	var rows int
	if err := d.Read(t.Context(), func(tx *Tx) error {
		return tx.one(t.Context(), "SELECT count(*) FROM account", nil, &rows)
	}); err != nil || rows != kept+2 {
		t.Errorf("%d rows, %v; want %d", rows, err, kept+2)
	}
	limit(1000)
	if err := note(); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

func TestBackupIsWholeWhileWritesGoOn(t *testing.T) {
	d := openLedger(t, Options{})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		for ctx.Err() == nil {
			if err := d.Write(context.Background(), func(tx *Tx) error {
				_, err := tx.exec(context.Background(), "UPDATE account SET balance = balance + 1; INSERT INTO entry (account_id, amount, at) VALUES (1, 1, 0)")
				return err
			}); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for i := range 5 {
		path := filepath.Join(t.TempDir(), fmt.Sprintf("backup %d?.db", i)) // names need not be tame
		if err := d.Backup(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		if err := d.Backup(t.Context(), path); !errors.Is(err, fs.ErrExist) {
			t.Errorf("over a backup: %v", err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the backup's mode is %v, %v", info.Mode(), err)
		}
		b := openAt(t, path, "", Options{})
		if findings, err := foreignKeyFaults(t.Context(), b.writer); err != nil || len(findings) > 0 {
			t.Error(findings, err)
		}
		var balance, sum int
		if err := b.Read(t.Context(), func(tx *Tx) error {
			return tx.one(t.Context(), "SELECT balance, (SELECT count(*) FROM entry) FROM account WHERE id = 1", nil, &balance, &sum)
		}); err != nil || balance != sum {
			t.Errorf("balance %d, entries %d, %v", balance, sum, err)
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Errorf("the writer beside the backups: %v", err)
	}
}
