package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"buildplate/app/shop"
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

func readFile(t *testing.T, name string) string {
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

// kept are the fields that release 1 had, as it called them, and where they are now.
var kept = map[string][2]string{
	"orders": {
		`SELECT id, order_number, cart_id, client_id, replace(source, 'counter', 'staff'), review, payment, currency, price, total, tax, contact, delivery, note, message,
			review_reasons, terms_version, terms_at, ready_date, hold, created, released, (SELECT max(completed) FROM jobs WHERE invoice_id = v.id), closed, close_reason, updated
			FROM invoices v ORDER BY id`,
		`SELECT id, number, cart_id, client_id, source, review, payment, currency, price, total, tax, contact, delivery, note, message,
			review_reasons, terms_version, terms_at, promised, hold, created, released, completed, closed, close_reason, updated FROM orders
			WHERE keep_files = 0 AND files_warned IS NULL AND files_gone IS NULL ORDER BY id`,
	},
	"invoices": {
		`SELECT id, client_id, invoice_number, currency, total, tax, created, issued, paid_at, iif(review = 'REQUESTED', updated, closed), updated, close_reason FROM invoices v
			WHERE review IN ('NONE', 'APPROVED') OR id IN (SELECT invoice_id FROM payments UNION SELECT invoice_id FROM checkout_sessions) ORDER BY id`,
		`SELECT id, client_id, number, currency, total, tax, created, issued, paid_at, voided, updated, void_reason FROM invoices ORDER BY id`,
	},
	"items": {
		`SELECT id, invoice_id, position, name, kind, copies, choices, inspection, slice_key, result, gcode_sha256, price, total FROM invoice_items ORDER BY id`,
		`SELECT id, order_id, position, name, kind, copies, choices, inspection, slice_key, result, gcode_sha256, price, total FROM order_items ORDER BY id`,
	},
	"files": {
		`SELECT id, client_id, invoice_id, item_id, kind, name, blob_id, created FROM order_files ORDER BY id`,
		`SELECT id, client_id, order_id, item_id, kind, name, blob_id, created FROM order_files ORDER BY id`,
	},
	"links": {`SELECT token_hash, invoice_id, created FROM order_links ORDER BY 1`, `SELECT token_hash, order_id, created FROM order_links WHERE revoked IS NULL AND expires = created + 7 * 366 * 86400000 ORDER BY 1`},
	"payments": {
		`SELECT id, invoice_id, (SELECT client_id FROM invoices WHERE id = invoice_id), amount, currency, method, processor, processor_id, session_id, reference, state, staff_id, created, decided, decided_by, decision, '', '' FROM payments ORDER BY id`,
		`SELECT id, invoice_id, client_id, amount, currency, method, processor, processor_id, session_id, reference, state, user_id, created, decided, decided_by, decision, payer, meant_for FROM payments WHERE undone = 0 ORDER BY id`,
	},
	"refunds": {
		`SELECT * FROM refunds ORDER BY id`,
		`SELECT id, payment_id, invoice_id, processor, processor_id, amount, reason, created, updated FROM refunds WHERE lowered = 0 AND owed = 0 AND seen = created ORDER BY id`,
	},
	"activity": {
		`SELECT id, at, staff_id, who, invoice_id, job_id, sentence FROM activity ORDER BY id`,
		`SELECT id, at, user_id, who, order_id, iif(object_kind = 'job', object_id, NULL), params ->> 'message' FROM activity WHERE verb = 'noted' AND address = '' ORDER BY id`,
	},
	"jobs": { // what was shipped has left, as what is completed now; what is owed is in the queue
		`SELECT id, invoice_id, item_id, title, CASE WHEN state = 'SHIPPED' THEN 'COMPLETED' WHEN state IN ('PRINTING_COMPLETE', 'POST_PROCESSING', 'PACKAGING') AND min(done, copies - failed) < copies THEN 'IN_QUEUE' ELSE state END,
			priority, printer_id, position, copies, notes, created, started, iif(state = 'SHIPPED', updated, completed), updated,
			CASE WHEN state = 'PRINTING' THEN run_started END, worked_ms FROM jobs ORDER BY id`,
		`SELECT j.id, p.order_id, pi.item_id, title, state, priority, printer_id, j.position, p.runs * pi.copies, notes, j.created, started, completed, updated,
			(SELECT resumed FROM attempts WHERE job_id = j.id AND ended IS NULL), (SELECT coalesce(sum(worked_ms), 0) FROM attempts WHERE job_id = j.id)
			FROM jobs j JOIN plates p ON p.id = j.plate_id JOIN plate_items pi ON pi.plate_id = p.id WHERE j.id NOT LIKE '00000004%' ORDER BY j.id`,
	},
	"copies that left": {
		`SELECT invoice_id, invoice_id, iif((SELECT delivery ->> 'method' FROM invoices WHERE id = invoice_id) = 'ship', 'SENT', 'COLLECTED'), max(coalesce(completed, updated)) OVER (PARTITION BY invoice_id), item_id, copies
			FROM jobs WHERE state IN ('SHIPPED', 'COMPLETED') ORDER BY item_id`,
		`SELECT h.id, order_id, kind, at, item_id, copies FROM handovers h JOIN handover_items ON handover_id = h.id
			WHERE note = 'before the upgrade' AND collected_by || carrier || tracking_number || unpaid_reason || handed_by = '' AND undone IS NULL ORDER BY item_id`,
	},
	"attempts": { // each job that was begun had one
		`SELECT id, printer_id, started, worked_ms, iif(state IN ('PRINTING', 'PAUSED'), NULL, coalesce(completed, updated)), iif(state IN ('PRINTING', 'PAUSED'), '', 'before the upgrade')
			FROM jobs WHERE started IS NOT NULL ORDER BY id`,
		`SELECT job_id, printer_id, started, worked_ms, ended, reason FROM attempts WHERE job_id NOT LIKE '00000004%' ORDER BY job_id`,
	},
	"plates": {
		`SELECT id, invoice_id, position, iif(gcode_sha256 = '', '', slice_key), copies, 'priced',
			iif(gcode_sha256 = '', NULL, (SELECT id FROM machine_classes WHERE active ORDER BY created LIMIT 1)), (SELECT created FROM invoices WHERE id = invoice_id) FROM invoice_items ORDER BY id`,
		`SELECT pi.item_id, order_id, position, slice_key, runs * copies, origin, class_id, created FROM plates p JOIN plate_items pi ON pi.plate_id = p.id WHERE order_id IS NOT NULL ORDER BY 1`,
	},
	"files of plates": {
		`SELECT id, item_id FROM order_files WHERE kind IN ('gcode', 'settings') ORDER BY id`,
		`SELECT id, plate_id FROM order_files WHERE plate_id IS NOT NULL ORDER BY id`,
	},
	"settings": {`SELECT id, doc, answered, updated FROM settings`, `SELECT id, doc, answered, updated FROM settings WHERE version = 1`},
	"machine classes": {
		`SELECT id, name, definition, overrides, active, created FROM machine_classes ORDER BY id`,
		`SELECT id, name, definition, overrides, active, created FROM machine_classes WHERE version = 1 AND updated = 0 AND changed_by = '' ORDER BY id`,
	},
	"printers": {
		`SELECT id, class_id, name, status, created FROM printers ORDER BY id`,
		`SELECT id, class_id, name, status, created FROM printers WHERE version = 1 AND updated = 0 AND changed_by = '' ORDER BY id`,
	},
	"materials": {
		`SELECT id, name, profile, note, sell_per_gram, cost_per_gram, position, active FROM materials ORDER BY id`,
		`SELECT id, name, profile, note, sell_per_gram, cost_per_gram, position, active FROM materials WHERE version = 1 AND updated = 0 AND changed_by = '' ORDER BY id`,
	},
	"colours": {
		`SELECT id, material_id, name, hex, position, active FROM colours ORDER BY id`,
		`SELECT id, material_id, name, hex, position, active FROM colours WHERE version = 1 AND updated = 0 AND changed_by = '' ORDER BY id`,
	},
	"clients": {
		`SELECT id, name, email, phone, verified, created FROM clients ORDER BY id`,
		`SELECT id, name, email, phone, verified, created FROM clients WHERE version = 1 AND updated = 0 AND changed_by = '' ORDER BY id`,
	},
	"users": {
		`SELECT id, email, name, role, password, created FROM staff ORDER BY id`,
		`SELECT id, email, name, role, password, created FROM users WHERE state = 'ACTIVE' AND client_id IS NULL ORDER BY id`,
	},
	"sessions": {
		`SELECT token_hash, staff_id, created, seen, expires FROM sessions ORDER BY 1`,
		`SELECT token_hash, user_id, created, seen, expires FROM sessions WHERE door = 'shop' ORDER BY 1`,
	},
	"set-up links": {
		`SELECT token_hash, created, used FROM setup_links ORDER BY 1`,
		`SELECT token_hash, created, used FROM one_time_links WHERE purpose = 'set_up' ORDER BY 1`,
	},
	"parts": {
		`SELECT id, cart_id, upload_id, position, name, kind, iif(state = 'slicing', 'queued', state), sentence, raw_blob, mesh_blob, mesh_hash, inspection, choices, unit_answered, slice_key, created,
			created, max(coalesce(choices ->> 'copies', 1), 1), iif(slice_key = '', NULL, (SELECT id FROM machine_classes WHERE active ORDER BY created LIMIT 1)) FROM parts ORDER BY id`,
		`SELECT p.id, p.cart_id, upload_id, p.position, name, kind, state, message, raw_blob, mesh_blob, mesh_hash, inspection, choices, unit_answered, l.slice_key, p.created, l.created, l.runs * pi.copies, l.class_id
			FROM parts p JOIN plate_items pi ON pi.part_id = p.id JOIN plates l ON l.id = pi.plate_id AND l.cart_id = p.cart_id AND l.position = p.position ORDER BY p.id`,
	},
	"carts": {
		`SELECT id, token_hash, version, created, seen FROM carts ORDER BY id`,
		`SELECT id, token_hash, version, created, seen FROM carts WHERE address = '' AND user_id IS NULL ORDER BY id`,
	},
	"blobs": {
		`SELECT id, bucket, cart_id, client_id, name, mime, size, sha256, state, created, expires, trashed, checked FROM blobs ORDER BY id`,
		`SELECT id, bucket, cart_id, client_id, name, mime, size, sha256, state, created, expires, trashed, checked FROM blobs WHERE packed IS NULL ORDER BY id`,
	},
	"uploads": {
		`SELECT id, cart_id, client_id, name, mime, expected, durable, created, expires, max(created, expires - 86400000) FROM uploads ORDER BY id`,
		`SELECT id, cart_id, client_id, name, mime, expected, durable, created, expires, heard FROM uploads WHERE user_id IS NULL ORDER BY id`,
	},
	"slices": {
		`SELECT key, state, json(replace(result, '"sentence"', '"message"')), gcode_blob, created, used FROM slices WHERE state = 'done' ORDER BY key`,
		`SELECT key, state, json(result), gcode_blob, created, used FROM slices WHERE state = 'done' ORDER BY key`,
	},
	"failed slices": {
		`SELECT key, result ->> 'code', result ->> 'sentence' FROM slices WHERE state = 'failed'`,
		`SELECT key, result ->> 'code', result ->> 'message' FROM slices WHERE state = 'failed' AND result ->> 'sentence' IS NULL`,
	},
}

// untouched tables are the same before and after, all of them.
var untouched = []string{
	"delete_queue", "backup_pins", "outbox", "outbox_failures", "clock", "secrets", "numbers", "checkout_sessions", "webhook_events", "cash_roundings", "disputes", "cursors", "banned_files",
}

func TestAShopOfRelease1IsCarriedOver(t *testing.T) {
	path := aShopOfRelease1(t)
	pairs := maps.Clone(kept)
	for _, table := range untouched {
		query := "SELECT * FROM " + table + " ORDER BY 1"
		pairs[table] = [2]string{query, query}
	}
	before := map[string][]string{}
	old := atVersion(t, path, release1)
	for name, pair := range pairs {
		before[name] = rowsOf(t, old, pair[0])
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	d := openAt(t, path, "", Options{})
	for name, pair := range pairs {
		if after := rowsOf(t, d, pair[1]); !slices.Equal(before[name], after) || len(after) == 0 {
			t.Errorf("%s were %d rows and are %d:\n%q\n%q", name, len(before[name]), len(after), before[name], after)
		}
	}
	if found, err := d.Check(t.Context()); err != nil || len(found) > 0 {
		t.Errorf("afterwards it does not hold: %q, %v", found, err)
	}
	// What was one state is two.
	want := map[string]string{
		"ORD-1001": "OPEN DRAFT awaiting_payment", "ORD-1002": "OPEN PENDING awaiting_payment", "ORD-1003": "OPEN PAID in_production", "ORD-1004": "COMPLETED PAID completed",
		"ORD-1005": "OPEN PAID on_hold", "ORD-1006": "OPEN PAID on_hold", "ORD-1007": "OPEN PAID paid", "ORD-1008": "OPEN PAID on_hold", "ORD-1009": "OPEN none in_review",
		"ORD-1010": "OPEN VOID in_review", "ORD-1011": "REFUSED none refused", "ORD-1012": "REFUSED VOID refused", "ORD-1013": "CANCELLED VOID cancelled",
		"ORD-1014": "CANCELLED VOID cancelled", "ORD-1015": "OPEN DRAFT awaiting_payment", "ORD-1016": "OPEN WRITTEN_OFF cancelled", "ORD-1017": "OPEN PENDING in_production", "ORD-1018": "COMPLETED PAID completed",
	}
	err := d.Read(t.Context(), func(tx *Tx) error {
		orders, _, err := tx.OrderPage(t.Context(), ListFilter{Tab: "all", Limit: 100})
		if len(orders) != len(want) {
			t.Errorf("%d orders", len(orders))
		}
		for _, row := range orders {
			o, err := tx.Order(t.Context(), row.ID)
			if err != nil {
				return err
			}
			if row.Status() != o.Status() || row.Balance() != o.Balance() || row.Price.Total != o.Price.Total || row.Contact.Name != o.Contact.Name || row.Jobs != o.Jobs {
				t.Errorf("the list says of %s: %+v", o.Number, row)
			}
			if found, _, err := tx.OrderPage(t.Context(), ListFilter{Tab: "all", Text: strings.ReplaceAll(o.Contact.Phone, " ", ""), Limit: 2}); err != nil || len(found) != 1 || found[0].ID != o.ID {
				t.Errorf("%s is not found by its phone: %v", o.Number, err)
			}
			known := []string{o.Number, o.Contact.Name, o.Contact.Email, o.Contact.Phone, o.InvoiceNumber()}
			files, err := tx.OrderFiles(t.Context(), o.ID)
			if err != nil {
				return err
			}
			for _, f := range files {
				if f.Kind == "model" || f.Kind == "review_file" {
					known = append(known, f.Name)
				}
			}
			for _, text := range known {
				found, _, err := tx.OrderPage(t.Context(), ListFilter{Tab: "all", Text: text, Limit: 100})
				if err != nil || text != "" && !slices.ContainsFunc(found, func(f *shop.Order) bool { return f.ID == o.ID }) || text == o.InvoiceNumber() && text != "" && len(found) != 1 {
					t.Errorf("%s is not found by %q: %d, %v", o.Number, text, len(found), err)
				}
			}
			state := "none"
			if o.Invoice != nil {
				state = string(o.Invoice.State)
			}
			if got := fmt.Sprintf("%s %s %s", o.State, state, o.Status()); got != want[o.Number] {
				t.Errorf("%s: %s, want %s", o.Number, got, want[o.Number])
			}
			if o.Invoice == nil {
				continue
			}
			lines, err := tx.InvoiceLines(t.Context(), o.Invoice.ID)
			if err != nil {
				return err
			}
			var told []string
			for _, l := range lines {
				if !l.Quantity.Mul(l.UnitPrice).Equal(l.Amount.Decimal()) {
					t.Errorf("%s: %s x %s is not %s", o.Number, l.Quantity, l.UnitPrice, l.Amount)
				}
				told = append(told, fmt.Sprintf("%s %s %s", l.Kind, l.Name, l.Amount))
			}
			if want, ok := linesOfRelease1[o.Number]; ok && !slices.Equal(told, want) {
				t.Errorf("%s: %q", o.Number, told)
			}
			if tax := fmt.Sprintf("%s %s %s", o.Invoice.Tax.Mode, o.Invoice.Tax.Name, o.Invoice.Tax.Rate); tax != map[bool]string{true: "EXCLUSIVE Sales tax 12.5", false: "INCLUSIVE GST 10"}[o.Number == "ORD-1015"] {
				t.Errorf("%s: %s", o.Number, tax)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	progress := rowsOf(t, d, `SELECT o.number || ' ' || j.title || ' ' || j.state || ': ' || coalesce(sum(x.good), 0) || ' good, ' || coalesce(sum(x.failed), 0) || ' failed of ' || p.runs
		FROM jobs j JOIN plates p ON p.id = j.plate_id JOIN orders o ON o.id = p.order_id LEFT JOIN attempts a ON a.job_id = j.id LEFT JOIN attempt_items x ON x.attempt_id = a.id
		GROUP BY j.id HAVING p.runs > 1 OR sum(x.good) > 0 OR p.slice_key = '' ORDER BY o.number, p.position`)
	if want := []string{
		"[ORD-1003 clip.stl PRINTING: 0 good, 0 failed of 2]", "[ORD-1003 clip.stl IN_QUEUE: 1 good, 2 failed of 3]",
		"[ORD-1003 drawing.step QUEUED: 0 good, 0 failed of 1]", // what was forgotten has its job
		"[ORD-1004 clip.stl COMPLETED: 4 good, 0 failed of 4]", "[ORD-1008 clip.stl POST_PROCESSING: 1 good, 0 failed of 1]",
		"[ORD-1017 clip.stl IN_QUEUE: 4 good, 2 failed of 10]", "[ORD-1017 clip.stl IN_QUEUE: 0 good, 2 failed of 2]",
		"[ORD-1017 clip.stl READY_TO_COLLECT: 1 good, 0 failed of 1]", "[ORD-1017 clip.stl COMPLETED: 1 good, 0 failed of 1]", "[ORD-1018 clip.stl COMPLETED: 1 good, 0 failed of 1]",
	}; !slices.Equal(progress, want) {
		t.Errorf("the jobs are now:\n%s", strings.Join(progress, "\n"))
	}
}

var linesOfRelease1 = map[string][]string{
	"ORD-1001": {"PRINT clip.stl 11.00", "OTHER Up to the minimum order of $15.00 4.00"},
	"ORD-1003": {"PRINT a.stl × 2 15.00", "PRINT b.stl 9.00", "PRINT c.stl × 3 21.00", "PRINT drawing.step 0.00", "DELIVERY Post, up to 500 g 12.40"},
	"ORD-1015": {"PRINT f.stl × 3 40.00", "OTHER Order discount -1.00", "OTHER Adjusted by the shop -5.00", "DELIVERY Post, up to 1 kg 15.90"},
}

const release1Child = "BUILDPLATE_RELEASE1_CHILD" // path,step,nth

// migrateAndDie is what a child does: it opens a database and kills itself at the nth time a step is passed.
func migrateAndDie(spec string) {
	var path, step string
	var nth int
	fields := strings.Split(spec, ",")
	path, step = fields[0], fields[1]
	_, _ = fmt.Sscan(fields[2], &nth)
	_, err := Open(context.Background(), path, "", Options{Step: func(name string) {
		if name != step {
			return
		}
		if nth--; nth == 0 {
			self, _ := os.FindProcess(os.Getpid())
			_ = self.Kill()
			select {}
		}
	}})
	fmt.Print(err)
	os.Exit(3) // the step was never reached so often
}

// Killed at each step of each migration, the shop of release 1 is whole after the next start.
func TestCarryingOverSurvivesAKill(t *testing.T) {
	whole := map[string][]string{}
	d := openAt(t, aShopOfRelease1(t), "", Options{})
	latest, err := d.version(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range rowsOf(t, d, "SELECT name FROM sqlite_schema WHERE type = 'table'") {
		table = strings.Trim(table, "[]")
		whole[table] = rowsOf(t, d, "SELECT * FROM "+table+" ORDER BY 1")
	}
	for nth := 1; nth <= latest-release1; nth++ {
		for _, step := range []string{"db.migrate.begun", "db.migrate.changed", "db.migrate.versioned", "db.migrate.committed"} {
			path := aShopOfRelease1(t)
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s,%s,%d", release1Child, path, step, nth))
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() == 3 {
				t.Fatalf("%s, %d: the child was not killed: %v %s", step, nth, err, out)
			}
			d := openAt(t, path, "", Options{})
			for table, rows := range whole {
				if got := rowsOf(t, d, "SELECT * FROM "+table+" ORDER BY 1"); !slices.Equal(got, rows) {
					t.Errorf("%s, %d: %s is another than without a kill", step, nth, table)
				}
			}
			if found, err := d.Check(t.Context()); err != nil || len(found) > 0 {
				t.Errorf("%s, %d: %q, %v", step, nth, found, err)
			}
		}
	}
}

// The invoice of an order of release 1 has the order's id: what Stripe was told of it stands.
func TestPaymentPagesOfRelease1StillFindTheirInvoice(t *testing.T) {
	d := openAt(t, aShopOfRelease1(t), "", Options{})
	err := d.Read(t.Context(), func(tx *Tx) error {
		open, err := tx.ActiveCheckouts(t.Context(), shop.Time(1<<60))
		if len(open) != 3 {
			t.Errorf("%d payment pages are open", len(open))
		}
		for _, s := range open {
			inv, err := tx.Invoice(t.Context(), s.InvoiceID)
			if err != nil || inv.OrderID != inv.ID || !inv.Payable() || inv.Balance() != s.Amount {
				t.Errorf("%+v: %+v, %v", s, inv, err)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Who left the tax register and then set a price anew could be left with the tax of before under the label "No tax".
func TestTaxThatWasLeftOverIsNone(t *testing.T) {
	path := aShopOfRelease1(t)
	old, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = old.ExecContext(t.Context(), `UPDATE invoices SET tax = 136, price = json_set(price, '$.tax_label', 'No tax', '$.tax', 136) WHERE order_number = 'ORD-1003'`)
	if err := errors.Join(err, old.Close()); err != nil {
		t.Fatal(err)
	}
	d := openAt(t, path, "", Options{})
	if got := rowsOf(t, d, `SELECT v.tax_mode || ' ' || v.tax FROM invoices v JOIN orders o ON o.id = v.order_id WHERE o.number = 'ORD-1003'`); !slices.Equal(got, []string{"[NONE 0]"}) {
		t.Errorf("it is %q", got)
	}
	if found, err := d.Check(t.Context()); err != nil || len(found) > 0 {
		t.Errorf("afterwards it does not hold: %q, %v", found, err)
	}
}

// What the customers of before agreed to stays readable: the text that the settings had is the first version that is kept.
func TestTermsOfBeforeStayReadable(t *testing.T) {
	path := aShopOfRelease1(t)
	old, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = old.ExecContext(t.Context(), `UPDATE settings SET updated = 77, doc = json_set(doc, '$.terms', json('{"version":"1","title":"Terms of order","paragraphs":["The files are yours.","Models are deleted."]}'))`)
	if err := errors.Join(err, old.Close()); err != nil {
		t.Fatal(err)
	}
	d := openAt(t, path, "", Options{})
	err = d.Read(t.Context(), func(tx *Tx) error {
		terms, since, err := tx.Terms(t.Context(), "1")
		if terms.Title != "Terms of order" || !slices.Equal(terms.Paragraphs, []string{"The files are yours.", "Models are deleted."}) || since != 77 {
			t.Errorf("%+v of %d", terms, since)
		}
		if next, err := tx.NextTermsVersion(t.Context()); err != nil || next != "2" {
			t.Errorf("the next version is %q, %v", next, err)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if found, err := d.Check(t.Context()); err != nil || len(found) > 0 {
		t.Errorf("afterwards it does not hold: %q, %v", found, err)
	}
}
