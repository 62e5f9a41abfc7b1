package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

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

// Every released schema must become today's. testdata/schema/0001.sql is the
// schema.sql of the first release, and so on.
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

// Rows written by the first release are all there after it, under the new names, and what the columns promise still
// holds.
func TestTheFirstReleasesRowsSurvive(t *testing.T) {
	first, err := os.ReadFile("testdata/schema/0001.sql")
	if err != nil {
		t.Fatal(err)
	}
	const blob, upload, task = "01a20510-e7ae-7a14-9fac-c560e2c4f495", "01a20510-e7ae-7a14-9fac-c560e2c4f496", "01a20510-e7ae-7a14-9fac-c560e2c4f497"
	path := filepath.Join(t.TempDir(), "shop.db")
	d := openAt(t, path, string(first), Options{Migrations: none})
	err = d.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(t.Context(), `
			INSERT INTO blobs (id, bucket, size, sha256, state, created_ms, expires_ms, trash_ms, checked_ms) VALUES ('`+blob+`', 'tmp', 5, '`+strings.Repeat("0f", 32)+`', 'trash', 1, 2, 3, 4);
			INSERT INTO delete_queue (blob_id, not_before_ms, attempts) VALUES ('`+blob+`', 5, 1);
			INSERT INTO uploads (id, name, expected, durable, created_ms, expires_ms) VALUES ('`+upload+`', 'clip.stl', 9, 8, 6, 7);
			INSERT INTO backup_pins (id, at_ms) VALUES ('`+upload+`', 8);
			INSERT INTO outbox (id, kind, payload, state, run_at_ms, attempts, created_ms, started_ms, finished_ms) VALUES ('`+task+`', 'sweep', '{}', 'dead', 9, 3, 10, 11, 12);
			INSERT INTO outbox_failures (task_id, at_ms, attempt, error) VALUES ('`+task+`', 13, 1, 'no');
			INSERT INTO clock (id, highwater_ms, held, since_ms) VALUES (1, 14, 'ahead', 15)`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	d = openAt(t, path, "", Options{})
	if found, err := d.Check(t.Context()); err != nil || len(found) > 0 {
		t.Errorf("after the migration: %v, %v", found, err)
	}
	d.SetNow(func() time.Time { return time.UnixMilli(6) })
	err = d.Read(t.Context(), func(tx *Tx) error {
		ctx := t.Context()
		b, err := tx.Blob(ctx, blob)
		if at := []int64{int64(b.Created), int64(b.Expires), int64(b.Trashed), int64(b.Checked)}; err != nil || !slices.Equal(at, []int64{1, 2, 3, 4}) {
			t.Errorf("blob: %v, %v", at, err)
		}
		var notBefore, pinned int64
		err = errors.Join(tx.one(ctx, "SELECT not_before FROM delete_queue", nil, &notBefore), tx.one(ctx, "SELECT at FROM backup_pins", nil, &pinned))
		if err != nil || notBefore != 5 || pinned != 8 {
			t.Errorf("deletion at %d, pin at %d, %v", notBefore, pinned, err)
		}
		u, err := tx.Upload(ctx, upload)
		if err != nil || u.Durable != 8 || int64(u.Created) != 6 || int64(u.Expires) != 7 {
			t.Errorf("upload: %+v, %v", u, err)
		}
		k, err := tx.Task(ctx, task)
		if at := []int64{int64(k.RunAt), int64(k.Created), int64(k.Started), int64(k.Finished)}; err != nil || !slices.Equal(at, []int64{9, 10, 11, 12}) {
			t.Errorf("task: %v, %v", at, err)
		}
		var failed int64
		if err := tx.one(ctx, "SELECT at FROM outbox_failures WHERE task_id = ?", []any{task}, &failed); err != nil || failed != 13 {
			t.Errorf("failed at %d, %v", failed, err)
		}
		c, err := tx.Clock(ctx)
		if err != nil || int64(c.HighWater) != 14 || int64(c.Since) != 15 {
			t.Errorf("clock: %+v, %v", c, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = d.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(t.Context(), "UPDATE blobs SET trashed = NULL")
		return err
	})
	if err == nil {
		t.Error("a blob in the trash without its time was accepted: the CHECK was lost")
	}
}

// The table of payments is made anew: what points at it still does, and a shop that takes Australian dollars begins to
// round cash.
func TestPaymentsSurviveTheirNewTable(t *testing.T) {
	second, err := os.ReadFile("testdata/schema/0002.sql")
	if err != nil {
		t.Fatal(err)
	}
	all, err := loadMigrations(migrationFiles())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "shop.db")
	d := openAt(t, path, string(second), Options{Migrations: fstest.MapFS{all[0].name: {Data: []byte(all[0].sql)}}})
	err = d.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(t.Context(), `
			INSERT INTO settings (id, doc, answered, updated) VALUES (1, '{"currency":"AUD","show_rates":true}', 1, 1);
			INSERT INTO clients (id, name, email, phone, created) VALUES ('c', 'Ada', 'ada@example.com', '1', 1);
			INSERT INTO invoices (id, order_number, client_id, source, state, review, payment, currency, price, total, tax, contact, delivery, terms_version, terms_at, created, updated)
				VALUES ('v', 'ORD-1', 'c', 'web', 'DRAFT', 'NONE', 'card', 'AUD', '{"rows":[{"amount":2430}]}', 2430, 0, '{}', '{}', '1', 1, 1, 1);
			INSERT INTO checkout_sessions (id, invoice_id, attempt, idem_key, params, amount, currency, expires, state, created) VALUES ('s', 'v', 1, 'k', '{}', 2430, 'AUD', 1, 'paid', 1);
			INSERT INTO payments (id, invoice_id, amount, currency, method, processor, processor_id, session_id, reference, state, created)
				VALUES ('p', 'v', 2430, 'AUD', 'card', 'stripe', 'pi_1', 's', 'pi_1', 'settled', 7);
			INSERT INTO refunds (id, payment_id, invoice_id, processor, processor_id, amount, created, updated) VALUES ('r', 'p', 'v', 'stripe', 'ch_1', 30, 8, 8);
			INSERT INTO disputes (id, payment_id, invoice_id, amount, state, seen, created) VALUES ('d', 'p', 'v', 2430, 'open', 9, 9)`)
		return err
	})
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	d = openAt(t, path, "", Options{})
	if found, err := d.Check(t.Context()); err != nil || len(found) > 0 {
		t.Errorf("after the migration: %v, %v", found, err)
	}
	ctx := t.Context()
	err = d.Read(ctx, func(tx *Tx) error {
		p, err := tx.PaymentOf(ctx, "v", "p")
		if err != nil || p.Amount != 2430 || p.SessionID != "s" || p.ProcessorID != "pi_1" || p.State != shop.PaymentSettled || p.Created != 7 || p.Decision != "" {
			t.Errorf("%+v, %v", p, err)
		}
		refunds, err := tx.RefundsOf(ctx, "v")
		if err != nil || len(refunds) != 1 || refunds[0].PaymentID != "p" {
			t.Errorf("%+v, %v", refunds, err)
		}
		disputes, err := tx.Disputes(ctx, "v")
		if err != nil || len(disputes) != 1 {
			t.Errorf("%+v, %v", disputes, err)
		}
		s, err := tx.Settings(ctx)
		if err != nil || !s.RoundCash || !s.ShowRates {
			t.Errorf("settings: %+v, %v", s, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, statement := range map[string]string{
		"a payment that a refund is of": `DELETE FROM payments`,
		"one sent back by nobody":       `UPDATE payments SET state = 'returned'`,
		"the same payment again":        `INSERT INTO payments (id, invoice_id, amount, currency, method, processor, processor_id, state, created) VALUES ('q', 'v', 1, 'AUD', 'card', 'stripe', 'pi_1', 'settled', 1)`,
	} {
		if err := d.Write(ctx, func(tx *Tx) error { _, err := tx.exec(ctx, statement); return err }); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// What was found in a model is kept as JSON: its messages are found under their new name, in their order.
func TestFindingsSurviveTheirNewName(t *testing.T) {
	third, err := os.ReadFile("testdata/schema/0003.sql")
	if err != nil {
		t.Fatal(err)
	}
	all, err := loadMigrations(migrationFiles())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "shop.db")
	d := openAt(t, path, string(third), Options{Migrations: fstest.MapFS{all[0].name: {Data: []byte(all[0].sql)}, all[1].name: {Data: []byte(all[1].sql)}}})
	const found = `{"units":{"text":"as it was"},"mesh":{"triangles":12,"findings":[{"code":"flat","severity":"problem","sentence":"First."},{"code":"thin","severity":"warning","sentence":"Second."}]}}`
	err = d.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(t.Context(), `
			INSERT INTO blobs (id, bucket, size, sha256, state, created) VALUES ('01a20510-e7ae-7a14-9fac-c560e2c4f495', 'tmp', 5, '`+strings.Repeat("0f", 32)+`', 'live', 1);
			INSERT INTO carts (id, token_hash, created, seen) VALUES ('k', 'h', 1, 1);
			INSERT INTO parts (id, cart_id, position, name, kind, state, raw_blob, inspection, choices, created)
				VALUES ('a', 'k', 1, 'a', 'model', 'review', '01a20510-e7ae-7a14-9fac-c560e2c4f495', '`+found+`', '{}', 1),
					('b', 'k', 2, 'b', 'model', 'inspecting', '01a20510-e7ae-7a14-9fac-c560e2c4f495', '{}', '{}', 1),
					('c', 'k', 3, 'c', 'model', 'queued', '01a20510-e7ae-7a14-9fac-c560e2c4f495', '{"mesh":{"findings":[]}}', '{}', 1);
			INSERT INTO clients (id, name, email, phone, created) VALUES ('c', 'Ada', 'ada@example.com', '1', 1);
			INSERT INTO invoices (id, order_number, client_id, source, state, review, payment, currency, price, total, tax, contact, delivery, terms_version, terms_at, created, updated)
				VALUES ('v', 'ORD-1', 'c', 'web', 'DRAFT', 'REQUESTED', 'review', 'AUD', '{}', 0, 0, '{}', '{}', '1', 1, 1, 1);
			INSERT INTO invoice_items (id, invoice_id, position, name, kind, copies, choices, inspection, total)
				VALUES ('i', 'v', 1, 'a', 'model', 1, '{}', '`+found+`', 0)`)
		return err
	})
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	d = openAt(t, path, "", Options{})
	want := strings.ReplaceAll(found, `"sentence"`, `"message"`)
	err = d.Read(t.Context(), func(tx *Tx) error {
		for query, want := range map[string]string{
			"SELECT inspection FROM parts WHERE id = 'a'":       want,
			"SELECT inspection FROM parts WHERE id = 'b'":       "{}",
			"SELECT inspection FROM parts WHERE id = 'c'":       `{"mesh":{"findings":[]}}`,
			"SELECT inspection FROM order_items WHERE id = 'i'": want,
		} {
			var got string
			if err := tx.one(t.Context(), query, nil, &got); err != nil || got != want {
				t.Errorf("%s: %s, want %s, %v", query, got, want, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
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
