package db

import (
	"slices"
	"strings"
	"testing"

	"buildplate/app/shop"
)

// What was due back of closed orders is due as it was, all of each payment; and no invoice asks for another amount.
func TestWhatIsDueBackStaysWhole(t *testing.T) {
	all, err := loadMigrations(migrationFiles())
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(all, func(m migration) bool { return strings.HasSuffix(m.name, "_invoice_adjustments.sql") })
	path := aShopOfRelease1(t)
	old := atVersion(t, path, all[at].version-1)
	err = old.Write(t.Context(), func(tx *Tx) error { // of two payments one was sent back
		_, err := tx.exec(t.Context(), `
			INSERT INTO refunds_due (payment_id, order_id, amount, state, created) SELECT p.id, v.order_id, p.amount, 'open', 800 FROM payments p JOIN invoices v ON v.id = p.invoice_id WHERE p.state = 'settled' ORDER BY p.id LIMIT 2;
			UPDATE refunds_due SET state = 'done', done = 900, reference = 'in cash' WHERE payment_id = (SELECT min(payment_id) FROM refunds_due)`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	const dues = `SELECT payment_id, order_id, amount, state, reference, user_id, created, done FROM refunds_due ORDER BY 1`
	const left = `SELECT d.payment_id, max(p.amount - ` + sentBack + ` - ` + lost + `, 0) FROM refunds_due d JOIN payments p ON p.id = d.payment_id ORDER BY 1`
	const asked = `SELECT id, total, tax, state, paid_at FROM invoices ORDER BY 1`
	before := map[string][]string{}
	for _, query := range []string{dues, left, asked} {
		before[query] = rowsOf(t, old, query)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	d := openAt(t, path, "", Options{})
	after := map[string]string{dues: dues, left: `SELECT d.payment_id, ` + dueLeft + ` FROM refunds_due d JOIN payments p ON p.id = d.payment_id WHERE d.keeps = 0 ORDER BY 1`, asked: asked}
	for query, now := range after {
		if got := rowsOf(t, d, now); !slices.Equal(got, before[query]) || len(got) < 2 {
			t.Errorf("%q became %q", before[query], got)
		}
	}
	err = d.Read(t.Context(), func(tx *Tx) error {
		invoices, _, err := tx.InvoicePage(t.Context(), ListFilter{Tab: "all", Limit: 100})
		for _, v := range invoices {
			if v.Adjusted != 0 || v.Asked() != v.Total {
				t.Errorf("%s asks for %s of %s", v.Number, v.Asked(), v.Total)
			}
		}
		return err
	})
	if err != nil || rowsOf(t, d, "SELECT count(*) FROM invoice_adjustments")[0] != "[0]" {
		t.Error(err)
	}
	for name, statement := range map[string]string{
		"by nothing":        `INSERT INTO invoice_adjustments (id, invoice_id, order_id, amount, reason, created) SELECT '` + shop.NewID() + `', id, order_id, 0, 'a reason', 1 FROM invoices WHERE state = 'PAID' LIMIT 1`,
		"without a reason":  `INSERT INTO invoice_adjustments (id, invoice_id, order_id, amount, reason, created) SELECT '` + shop.NewID() + `', id, order_id, 1, '', 1 FROM invoices WHERE state = 'PAID' LIMIT 1`,
		"less than nothing": `UPDATE refunds_due SET keeps = -1`,
	} {
		if err := d.Write(t.Context(), func(tx *Tx) error { _, err := tx.exec(t.Context(), statement); return err }); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// The check finds an invoice that is lowered by more than it asks for, another order's, and a surplus that nobody is told to
// send back.
func TestTheCheckFindsWrongAdjustments(t *testing.T) {
	const lowered = `INSERT INTO invoice_adjustments (id, invoice_id, order_id, amount, reason, created) SELECT 'aaaaaaaa-0000-7000-8000-000000000001', v.id, o.id, `
	for name, c := range map[string]struct{ statement, finding string }{
		"by more than its total": {lowered + `v.total + 1, 'wrong', 1 FROM invoices v JOIN orders o ON o.id = v.order_id WHERE v.state = 'PENDING' LIMIT 1`, "by no more than its total"},
		"of another order":       {lowered + `1, 'wrong', 1 FROM invoices v JOIN orders o ON o.id <> v.order_id WHERE v.state = 'PENDING' LIMIT 1`, "of its order"},
		"a draft":                {lowered + `1, 'wrong', 1 FROM invoices v JOIN orders o ON o.id = v.order_id WHERE v.state = 'DRAFT' LIMIT 1`, "only an issued invoice"},
		"a surplus":              {lowered + `1, 'wrong', 1 FROM invoices v JOIN orders o ON o.id = v.order_id WHERE v.state = 'PAID' AND v.id IN (SELECT invoice_id FROM payments WHERE state = 'settled') AND v.id NOT IN (SELECT invoice_id FROM refunds) AND v.id NOT IN (SELECT invoice_id FROM disputes) LIMIT 1`, "is due back"},
	} {
		d := openAt(t, aShopOfRelease1(t), "", Options{})
		err := d.Write(t.Context(), func(tx *Tx) error { _, err := tx.exec(t.Context(), c.statement); return err })
		if err != nil {
			t.Fatal(err)
		}
		if found, err := d.Check(t.Context()); err != nil || !slices.ContainsFunc(found, func(line string) bool { return strings.Contains(line, c.finding) }) {
			t.Errorf("%s: %q, %v", name, found, err)
		}
	}
}
