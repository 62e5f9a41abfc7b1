package db

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"buildplate/app/shop"
)

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
