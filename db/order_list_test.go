package db

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"buildplate/app/shop"
)

// shelf is a shop of orders that a test puts there.
type shelf struct {
	*DB
	t *testing.T
}

func newShelf(t *testing.T) shelf {
	t.Helper()
	return shelf{openAt(t, filepath.Join(t.TempDir(), "shop.db"), readFile(t, "../schema.sql"), Options{}), t}
}

func (s shelf) write(fn func(tx *Tx) error) {
	s.t.Helper()
	if err := s.Write(s.t.Context(), fn); err != nil {
		s.t.Fatal(err)
	}
}

// row is an order as a test wants it; its invoices are their states.
type row struct {
	id, number, name string
	email, phone     string
	state, review    string
	hold             string
	stopped          bool // its only job was cancelled
	created          int
	invoices         []string
}

// put places an order with its invoices, and lets it be found.
func (s shelf) put(r row) {
	s.t.Helper()
	contact := toJSON(map[string]string{"name": r.name, "email": r.email, "phone": r.phone})
	s.write(func(tx *Tx) error {
		ctx := s.t.Context()
		_, err := tx.exec(ctx, `
			INSERT INTO clients (id, name, email, phone, created) VALUES ('c' || ?1, ?3, '', '', ?7);
			INSERT INTO orders (id, number, client_id, source, state, review, payment, currency, price, total, tax, contact, delivery, terms_version, terms_at, hold, created, completed, closed, updated)
				VALUES (?1, ?2, 'c' || ?1, 'web', ?5, ?6, 'card', 'AUD', '{}', 1500, 0, ?4, '{"method":"pickup"}', '1', 1, ?8, ?7, iif(?5 = 'COMPLETED', ?7, NULL), iif(?5 = 'CANCELLED', ?7, NULL), ?7)`,
			r.id, r.number, r.name, contact, cmp.Or(r.state, "OPEN"), cmp.Or(r.review, "NONE"), r.created, r.hold)
		if err != nil {
			return err
		}
		if r.stopped {
			_, err := tx.exec(ctx, `
				INSERT INTO order_items (id, order_id, position, name, kind, copies, choices, total) VALUES ('i' || ?1, ?1, 1, 'clip.stl', 'model', 1, '{}', 1500);
				INSERT INTO plates (id, order_id, origin, position, runs, created) VALUES ('p' || ?1, ?1, 'priced', 1, 1, 1);
				INSERT INTO plate_items (plate_id, item_id, copies) VALUES ('p' || ?1, 'i' || ?1, 1);
				INSERT INTO jobs (id, plate_id, title, state, position, created, updated) VALUES ('j' || ?1, 'p' || ?1, 'clip', 'CANCELLED', (SELECT count(*) FROM jobs), 1, 1)`, r.id)
			if err != nil {
				return err
			}
		}
		for i, state := range r.invoices {
			_, err := tx.exec(ctx, `INSERT INTO invoices (id, order_id, client_id, number, state, currency, tax_mode, total, tax, created, issued, voided, updated)
				VALUES (?1 || '-' || ?2, ?1, 'c' || ?1, iif(?3 = 'DRAFT', NULL, printf('INV-%s-%d', ?1, ?2)), ?3, 'AUD', 'NONE', 1500, 0, ?4, iif(?3 = 'DRAFT', NULL, ?4), iif(?3 = 'VOID', ?4, NULL), ?4)`,
				r.id, i, state, r.created)
			if err != nil {
				return err
			}
		}
		if err := tx.IndexOrder(ctx, r.id); err != nil {
			return err
		}
		if err := tx.IndexInvoicesOf(ctx, r.id); err != nil {
			return err
		}
		return tx.IndexClient(ctx, "c"+r.id)
	})
}

// pages reads a list page by page to its end, each at most limit long and none but the last shorter.
func (s shelf) pages(f ListFilter, between func(page int)) (ids []string) {
	s.t.Helper()
	for page := 1; ; page++ {
		var orders []*shop.Order
		var next string
		err := s.Read(s.t.Context(), func(tx *Tx) (err error) {
			orders, next, err = tx.OrderPage(s.t.Context(), f)
			return err
		})
		if err != nil || page > 100 {
			s.t.Fatalf("page %d: %v", page, err)
		}
		for _, o := range orders {
			ids = append(ids, o.ID)
		}
		if len(orders) > f.Limit || next != "" && len(orders) < f.Limit || page > 1 && len(orders) == 0 {
			s.t.Fatalf("page %d of %+v has %d orders, the next begins at %q", page, f, len(orders), next)
		}
		if f.After = next; next == "" {
			return ids
		}
		between(page)
	}
}

func (s shelf) counts(text string) (counts map[string]int) {
	s.t.Helper()
	err := s.Read(s.t.Context(), func(tx *Tx) (err error) {
		counts, err = tx.CountOrders(s.t.Context(), text)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return counts
}

// Page by page, whatever the tab, the text and the length of a page, every order comes once, the newest first; those of
// one moment too, and those that change meanwhile.
func TestPagesReachEachOrderOnce(t *testing.T) {
	s := newShelf(t)
	kinds := []struct {
		row
		tabs string
	}{
		{row{state: "OPEN", invoices: []string{"VOID", "DRAFT"}}, "open unpaid"},
		{row{state: "OPEN", review: "REQUESTED"}, "open review"},
		{row{state: "COMPLETED", invoices: []string{"PAID"}}, "done paid"},
		{row{state: "COMPLETED", invoices: []string{"PENDING"}}, "done unpaid"},
		{row{state: "CANCELLED", invoices: []string{"VOID"}}, "done"},
		{row{state: "CANCELLED", review: "REQUESTED", invoices: []string{"VOID", "DRAFT"}}, "done"},
		{row{state: "OPEN", invoices: []string{"VOID", "PAID"}}, "open paid"},
		{row{state: "OPEN", hold: "A cardholder disputes a payment.", invoices: []string{"PAID"}}, "open paid held"},
		{row{state: "OPEN", hold: shop.HoldUnpaid, invoices: []string{"PENDING"}}, "open unpaid held"},
		{row{state: "OPEN", stopped: true, invoices: []string{"PAID"}}, "open paid held"},
	}
	type placed struct {
		id      string
		created int
	}
	tabs, placedLast := map[string][]placed{}, map[string][]string{}
	for i := range 30 {
		k := kinds[i%len(kinds)]
		r := k.row
		r.id, r.number, r.name = fmt.Sprintf("o%02d", i*7%30), fmt.Sprintf("ORD-%d", 1000+i), "Ada Lovelace"
		r.created = 1000 + i // the middle ones at one moment
		if i >= 8 && i < 20 {
			r.created = 1008 + i/15
		}
		s.put(r)
		for _, tab := range append(strings.Fields(k.tabs), "all") {
			tabs[tab] = append(tabs[tab], placed{r.id, r.created})
			placedLast[tab] = append([]string{r.id}, placedLast[tab]...)
		}
	}
	reindex := func(page int) {
		s.write(func(tx *Tx) error { return tx.IndexOrder(t.Context(), fmt.Sprintf("o%02d", page*11%30)) })
	}
	for tab, all := range tabs {
		slices.SortFunc(all, func(a, b placed) int { return cmp.Or(cmp.Compare(b.created, a.created), cmp.Compare(b.id, a.id)) })
		byTime := []string{}
		for _, p := range all {
			byTime = append(byTime, p.id)
		}
		for _, limit := range []int{1, 2, 3, 5, len(all), 30, 50} {
			if got := s.pages(ListFilter{Tab: tab, Limit: limit}, reindex); !slices.Equal(got, byTime) {
				t.Errorf("%s by %d:\n%q, want\n%q", tab, limit, got, byTime)
			}
			for _, text := range []string{"lovelace", "ad", "ORD-1", "or"} {
				if got := s.pages(ListFilter{Tab: tab, Text: text, Limit: limit}, reindex); !slices.Equal(got, placedLast[tab]) {
					t.Errorf("%s by %d that %q finds:\n%q, want\n%q", tab, limit, text, got, placedLast[tab])
				}
			}
		}
		for _, text := range []string{"", "lovelace", "ad"} {
			if n := s.counts(text); n[tab] != len(all) || len(n) != len(orderTabs) {
				t.Errorf("%q counts %v, of %s there are %d", text, n, tab, len(all))
			}
		}
	}
	if len(tabs) != len(orderTabs) {
		t.Errorf("of %d tabs %d were tried", len(orderTabs), len(tabs))
	}
	for _, after := range []string{"x", "12", "x.o01", "."} {
		err := s.Read(t.Context(), func(tx *Tx) error {
			_, _, err := tx.OrderPage(t.Context(), ListFilter{Tab: "all", After: after, Limit: 5})
			return err
		})
		if !shop.IsCode(err, "cursor_malformed") {
			t.Errorf("after %q: %v", after, err)
		}
	}
}

// Counting ends at one more than a thousand, with a text and without.
func TestCountsEndAtOneMoreThanAThousand(t *testing.T) {
	for _, n := range []int{MostCounted, MostCounted + 100} {
		s := shelf{manyOrders(t, n), t}
		open := n / 50
		want := min(n, MostCounted+1)
		for _, text := range []string{"", "example.com", "cl", "1"} {
			if c := s.counts(text); c["all"] != want || c["done"] != min(n-open, MostCounted+1) || c["open"] != open || c["paid"] != min(n-open, MostCounted+1) {
				t.Errorf("of %d orders %q counts %v", n, text, c)
			}
		}
	}
}
