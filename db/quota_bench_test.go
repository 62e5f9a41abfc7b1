package db

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
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
	q := Quota{OwnerParallel: 4, VisitorFiles: shop.MaxVisitorFiles, VisitorBytes: 1 << 30, VisitorParallel: 16, AllBytes: 1 << 40, Growing: time.Minute, Allowance: 1 << 20}
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
		must(d.Read(ctx, func(tx *Tx) error { return tx.RoomFor(ctx, cart, "", 0, 5, q) }))
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
			if _, err := tx.filesOfCrowd(t.Context(), c, 10); err != nil {
				return err
			}
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
			byIndex := strings.Contains(line, "carts_of_") || strings.Contains(line, "carts_took_back") || strings.Contains(line, "c USING INDEX sqlite_autoindex_carts_1 (id=?)")
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

// fillCarts puts a file of a few bytes, with its part, into each cart that there is.
func fillCarts(tb testing.TB, d *DB) {
	tb.Helper()
	err := d.Write(tb.Context(), func(tx *Tx) error {
		_, err := tx.exec(tb.Context(), `INSERT INTO blobs (id, bucket, cart_id, size, sha256, created) SELECT printf('raw%033d', rowid), 'tmp', id, 5, printf('%064d', rowid), created FROM carts;
			INSERT INTO parts (id, cart_id, position, name, kind, state, raw_blob, choices, created) SELECT 'part' || rowid, id, 1, 'a.jpg', 'review_file', 'review', printf('raw%033d', rowid), '{"copies":1}', created FROM carts;
			INSERT INTO plates (id, cart_id, origin, position, runs, created) SELECT 'plate' || rowid, id, 'priced', 1, 1, created FROM carts;
			INSERT INTO plate_items (plate_id, part_id, copies) SELECT 'plate' || rowid, 'part' || rowid, 1 FROM carts;
			UPDATE carts SET holds = 1`)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
}

// BenchmarkVisitorBesideFullCarts is what a visitor's upload, piece and order cost where somebody left a small file in each of many
// carts of one /48, as a ratio to what they cost where nobody did: a stranger's, and one who is refused in that network.
func BenchmarkVisitorBesideFullCarts(b *testing.B) {
	crowds := []int{0, 8_000, 65_000}
	doing := map[string][]func(){}
	for _, n := range crowds {
		d := manyCarts(b, n)
		fillCarts(b, d)
		upload, piece, order := asked(b, d, "2001:db8:8::")
		doing["upload"], doing["piece"], doing["order"] = append(doing["upload"], upload), append(doing["piece"], piece), append(doing["order"], order)
		doing["refused"] = append(doing["refused"], func() { refused(b, d, "2001:db8:7:ffff::", n > 0) })
	}
	for _, what := range slices.Sorted(maps.Keys(doing)) {
		b.Run(what, func(b *testing.B) {
			took := make([][]time.Duration, len(crowds))
			for b.Loop() {
				for i, do := range doing[what] { // side by side, so that a busy machine is busy for each
					began := time.Now()
					do()
					took[i] = append(took[i], time.Since(began))
				}
			}
			for i, n := range crowds {
				slices.Sort(took[i])
				times := float64(took[i][len(took[i])/2]) / float64(took[0][len(took[0])/2])
				b.ReportMetric(times, fmt.Sprintf("times-beside-%d", n))
				if times > 3 {
					b.Errorf("beside %d carts it costs %.1f times as much", n, times)
				}
			}
		})
	}
}

// refused asks for the room of a file from an address, whose network has more than it may or not.
func refused(tb testing.TB, d *DB, address string, full bool) {
	tb.Helper()
	ctx := tb.Context()
	err := d.Read(ctx, func(tx *Tx) error {
		growing, err := tx.roomFor(ctx, address, 1, 5, Quota{VisitorFiles: shop.MaxVisitorFiles, VisitorBytes: shop.MaxVisitorBytes, AllBytes: 1 << 40})
		if err == nil && growing > 0 {
			err = errors.New("it grows")
		}
		return err
	})
	if shop.IsCode(err, "visitor_files_full") != full || !full && err != nil {
		tb.Fatal(err)
	}
}
