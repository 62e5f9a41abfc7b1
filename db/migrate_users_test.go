package db

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"buildplate/app/shop"
)

// oldShop is a database as a release made it, with rows of that time.
func oldShop(t *testing.T, version int, rows string) (path string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "schema", "000"+string(rune('0'+version))+".sql"))
	if err != nil {
		t.Fatal(err)
	}
	all, err := loadMigrations(migrationFiles())
	if err != nil {
		t.Fatal(err)
	}
	known := fstest.MapFS{}
	for _, m := range all[:version-1] {
		known[m.name] = &fstest.MapFile{Data: []byte(m.sql)}
	}
	path = filepath.Join(t.TempDir(), "shop.db")
	d := openAt(t, path, string(text), Options{Migrations: known})
	err = d.Write(t.Context(), func(tx *Tx) error { _, err := tx.exec(t.Context(), rows); return err })
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// Those who worked here are users: they stay logged in, what they took and wrote is still theirs, the link of a first
// start that waits goes on waiting, and what the columns promise holds.
func TestStaffBecomeUsers(t *testing.T) {
	path := oldShop(t, 3, `
		INSERT INTO staff (id, email, name, role, password, failures, locked_until, created) VALUES
			('a', 'Ada@example.com', 'Ada', 'ADMIN', 'pbkdf2-sha256$1$c2FsdA$a2V5', 2, 9, 7), ('f', 'flo@example.com', 'Flo', 'STAFF', 'pbkdf2-sha256$1$c2FsdA$a2V5', 0, 0, 8);
		INSERT INTO sessions (token_hash, staff_id, created, seen, expires) VALUES ('one', 'a', 10, 30, 20), ('two', 'a', 11, 40, 21);
		INSERT INTO setup_links (token_hash, created, used) VALUES ('waits', 100, NULL), ('spent', 50, 60);
		INSERT INTO clients (id, name, email, phone, created) VALUES ('c', 'Cleo', 'cleo@example.com', '1', 1);
		INSERT INTO invoices (id, order_number, client_id, source, state, review, payment, currency, price, total, tax, contact, delivery, terms_version, terms_at, created, updated)
			VALUES ('v', 'ORD-1', 'c', 'web', 'DRAFT', 'NONE', 'cash', 'AUD', '{"rows":[{"amount":2430}]}', 2430, 0, '{}', '{}', '1', 1, 1, 1);
		INSERT INTO payments (id, invoice_id, amount, currency, method, state, staff_id, created, decided, decided_by, decision)
			VALUES ('p', 'v', 2430, 'AUD', 'cash', 'returned', 'f', 7, 8, 'a', 'Paid twice.');
		INSERT INTO refunds (id, payment_id, invoice_id, processor, processor_id, amount, created, updated) VALUES ('r', 'p', 'v', 'stripe', 'ch_1', 30, 8, 8);
		INSERT INTO activity (id, at, staff_id, who, invoice_id, sentence) VALUES
			('x', 1, 'f', 'Flo', 'v', 'Took cash.'), ('y', 2, 'gone', 'Gus', 'v', 'Wrote a note.'), ('z', 3, NULL, 'Customer', 'v', 'Ordered.')`)
	d := openAt(t, path, "", Options{})
	if found, err := d.Check(t.Context()); err != nil || len(found) > 0 {
		t.Errorf("after the migration: %v, %v", found, err)
	}
	ctx := t.Context()
	err := d.Read(ctx, func(tx *Tx) error {
		ada, err := tx.UserByEmail(ctx, "ada@EXAMPLE.com")
		want := shop.User{ID: "a", Role: shop.RoleAdmin, Name: "Ada", Email: "Ada@example.com", Password: "pbkdf2-sha256$1$c2FsdA$a2V5", State: shop.UserActive, Version: 1, Seen: 40, Created: 7, Updated: 7}
		if err != nil || ada != want {
			t.Errorf("%+v, %v", ada, err)
		}
		flo, err := tx.User(ctx, "f")
		if err != nil || flo.Role != shop.RoleStaff || flo.Seen != 0 || flo.Created != 8 {
			t.Errorf("%+v, %v", flo, err)
		}
		for hash, expires := range map[string]shop.Time{"one": 20, "two": 21} {
			s, err := tx.Session(ctx, hash, shop.ShopDoor)
			if err != nil || s.User.ID != "a" || s.Expires != expires {
				t.Errorf("session %s: %+v, %v", hash, s, err)
			}
			if _, err := tx.Session(ctx, hash, shop.PublicDoor); !shop.IsKind(err, shop.NotFound) {
				t.Errorf("session %s lets in at the public door: %v", hash, err)
			}
		}
		waits, err := tx.OneTimeLink(ctx, "waits")
		if err != nil || waits.Purpose != shop.LinkSetUp || waits.Expires != shop.Time(100).Add(24*time.Hour) || waits.Check(shop.User{}, 101) != nil {
			t.Errorf("%+v, %v", waits, err)
		}
		spent, err := tx.OneTimeLink(ctx, "spent")
		if err != nil || spent.Used != 60 || !shop.IsCode(spent.Check(shop.User{}, 61), "link_used") {
			t.Errorf("%+v, %v", spent, err)
		}
		p, err := tx.PaymentOf(ctx, "v", "p")
		if err != nil || p.UserID != "f" || p.By != "Flo" || p.State != shop.PaymentReturned || p.Decision != "Paid twice." {
			t.Errorf("%+v, %v", p, err)
		}
		var by string
		if err := tx.one(ctx, "SELECT decided_by FROM payments WHERE decided = 8", nil, &by); err != nil || by != "a" {
			t.Errorf("decided by %q, %v", by, err)
		}
		log, _, err := tx.ActivityPage(ctx, "v", "", 200)
		if err != nil || len(log) != 3 || log[2].UserID != "f" || log[1].UserID != "" || log[1].Who != "Gus" || log[0].Message() != "Ordered." {
			t.Errorf("%+v, %v", log, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		statement string
		fine      bool
	}{
		"a client who is nobody's":          {statement: `UPDATE users SET role = 'CLIENT' WHERE id = 'f'`},
		"staff who belong to a client":      {statement: `UPDATE users SET client_id = 'c' WHERE id = 'f'`},
		"a client's person":                 {statement: `UPDATE users SET role = 'CLIENT', client_id = 'c' WHERE id = 'f'`, fine: true},
		"the same address twice":            {statement: `UPDATE users SET email = 'ADA@example.com' WHERE id = 'f'`},
		"the address of who was removed":    {statement: `UPDATE users SET email = 'ADA@example.com', state = 'REMOVED' WHERE id = 'f'`, fine: true},
		"an invitation with a password":     {statement: `UPDATE users SET state = 'INVITED' WHERE id = 'f'`},
		"a session of nobody":               {statement: `INSERT INTO sessions VALUES ('x', 'nobody', 'shop', 1, 1, 1)`},
		"a session at the window":           {statement: `INSERT INTO sessions VALUES ('x', 'f', 'window', 1, 1, 1)`},
		"a reset of nobody's password":      {statement: `INSERT INTO one_time_links (token_hash, purpose, created, expires) VALUES ('x', 'reset', 1, 1)`},
		"a payment that nobody took":        {statement: `UPDATE payments SET user_id = 'nobody'`},
		"somebody whom a payment is of":     {statement: `DELETE FROM users WHERE id = 'a'`},
		"a payment that a refund is of":     {statement: `DELETE FROM payments`},
		"a payment sent back and undecided": {statement: `UPDATE payments SET decided = NULL`},
	} {
		undo := errors.New("undo")
		err := d.Write(ctx, func(tx *Tx) error {
			if _, err := tx.exec(ctx, c.statement); err != nil {
				return err
			}
			return undo
		})
		if errors.Is(err, undo) != c.fine {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A command beside a running shop opens today's database only: it makes none, and brings none up to date.
func TestExistingDatabases(t *testing.T) {
	nowhere := filepath.Join(t.TempDir(), "shop.db")
	if _, err := Open(t.Context(), nowhere, ledger, Options{Existing: true}); !shop.IsCode(err, "database_missing") {
		t.Errorf("none: %v", err)
	}
	if _, err := os.Stat(nowhere); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("one was made: %v", err)
	}
	old := oldShop(t, 3, "DELETE FROM staff")
	if _, err := Open(t.Context(), old, ledger, Options{Existing: true}); !shop.IsCode(err, "database_older") {
		t.Errorf("an old one: %v", err)
	}
	running := openAt(t, old, "", Options{})
	beside := openAt(t, old, "", Options{Existing: true})
	for i, d := range []*DB{running, beside, running} {
		err := d.Write(t.Context(), func(tx *Tx) error {
			return tx.InsertUser(t.Context(), shop.User{ID: string(rune('a' + i)), Email: string(rune('a'+i)) + "@example.com", Role: shop.RoleStaff, State: shop.UserActive})
		})
		if err != nil {
			t.Errorf("%d: %v", i, err)
		}
	}
}
