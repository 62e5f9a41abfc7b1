package db

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"buildplate/app/shop"
)

// manyCarts is a shop in which n carts were begun in the /64s of one /48, all empty.
func manyCarts(tb testing.TB, n int) *DB {
	tb.Helper()
	d := openAt(tb, filepath.Join(tb.TempDir(), "shop.db"), readFile(tb, "../schema.sql"), Options{})
	err := d.Write(tb.Context(), func(tx *Tx) error {
		for i := range n {
			id := shop.NewID()
			if err := tx.InsertCart(tb.Context(), id, id, fmt.Sprintf("2001:db8:7:%x::", i+1)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// asked is what a visitor's file and order are asked before they are taken, from an address.
func asked(tb testing.TB, d *DB, address string) (upload func(), piece func(), order func()) {
	tb.Helper()
	ctx, cart := tb.Context(), shop.NewID()
	q := Quota{OwnerParallel: 4, VisitorBytes: 1 << 30, VisitorParallel: 16, AllBytes: 1 << 40, Growing: time.Minute, Allowance: 1 << 20}
	must := func(err error) {
		if err != nil {
			tb.Fatal(err)
		}
	}
	must(d.Write(ctx, func(tx *Tx) error { return tx.InsertCart(ctx, cart, cart, address) }))
	upload = func() {
		must(d.Write(ctx, func(tx *Tx) error {
			u := Upload{ID: shop.NewID(), CartID: cart, Expected: 5, Expires: tx.Now.Add(time.Hour)}
			if err := tx.ReserveUpload(ctx, u, q); err != nil {
				return err
			}
			return tx.DeleteUpload(ctx, u.ID)
		}))
	}
	piece = func() {
		must(d.Read(ctx, func(tx *Tx) error { return tx.RoomFor(ctx, cart, "", 5, q) }))
	}
	order = func() {
		must(d.Read(ctx, func(tx *Tx) error {
			_, _, err := tx.WaitingOrders(ctx, address, shop.MaxWaitingOrders)
			return err
		}))
	}
	return upload, piece, order
}

// What a visitor's share is asked goes by the indexes of carts in which something is, and of orders that wait: no cart that is empty
// is read, however many there are.
func TestSharesReadNoEmptyCarts(t *testing.T) {
	d := manyCarts(t, 5)
	const address = "2001:db8:7:1::"
	all := statementsOf(t, d, func(tx *Tx) error {
		for _, c := range crowdsOf(address) {
			if _, err := tx.useOfCrowd(t.Context(), Quota{}, c); err != nil {
				return err
			}
		}
		_, _, err := tx.WaitingOrders(t.Context(), address, shop.MaxWaitingOrders)
		return err
	})
	if len(all) < 10 {
		t.Fatalf("only %d statements were asked", len(all))
	}
	for _, s := range all {
		var plan []string
		err := d.Read(t.Context(), func(tx *Tx) (err error) {
			plan, err = list(t.Context(), tx, func(row scanner) (text string, err error) {
				var ignored int
				return text, row.Scan(&ignored, &ignored, &ignored, &text)
			}, "EXPLAIN QUERY PLAN "+s.query, s.args...)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range plan {
			byIndex := strings.Contains(line, "carts_of_") || strings.Contains(line, "c USING INDEX sqlite_autoindex_carts_1 (id=?)")
			if (strings.Contains(line, " carts ") || strings.Contains(line, " c ")) && !byIndex {
				t.Errorf("%s\nis read by: %s", s.query, strings.Join(plan, "\n"))
			}
		}
	}
}

// BenchmarkVisitorBesideEmptyCarts is what a visitor's upload, piece and order cost where somebody began 65,000 carts in one
// /48: in it, and in another network that begins alike.
func BenchmarkVisitorBesideEmptyCarts(b *testing.B) {
	d := manyCarts(b, 65_000)
	for name, address := range map[string]string{"same network": "2001:db8:7:ffff::", "stranger": "2001:db8:8::"} {
		upload, piece, order := asked(b, d, address)
		for what, do := range map[string]func(){"upload": upload, "piece": piece, "order": order} {
			b.Run(name+"/"+what, func(b *testing.B) {
				for b.Loop() {
					do()
				}
			})
		}
	}
}
