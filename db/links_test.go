package db

import (
	"fmt"
	"testing"
	"time"

	"buildplate/app/shop"
)

// Links to an order end by themselves, and are forgotten; what still works stays.
func TestOrderLinksEnd(t *testing.T) {
	const age = 7 * 366 * 24 * time.Hour
	if shop.OrderLinkAge != age {
		t.Fatal("those of before have another age than the migration gave them")
	}
	d := openAt(t, aShopOfRelease1(t), "", Options{})
	order := rowsOf(t, d, "SELECT id FROM orders ORDER BY id LIMIT 1")[0]
	order = order[1 : len(order)-1]
	at := time.Now()
	d.SetNow(func() time.Time { return at })
	write := func(fn func(tx *Tx) error) {
		t.Helper()
		if err := d.Write(t.Context(), fn); err != nil {
			t.Fatal(err)
		}
	}
	write(func(tx *Tx) error {
		if _, err := tx.exec(t.Context(), "DELETE FROM order_links"); err != nil {
			return err
		}
		for i, age := range []time.Duration{0, time.Hour, shop.OrderLinkAge - time.Minute, shop.OrderLinkAge} {
			if err := tx.InsertOrderLink(t.Context(), fmt.Sprint("old ", i), order, tx.Now.Add(shop.OrderLinkAge-age)); err != nil {
				return err
			}
		}
		if err := tx.InsertOrderLink(t.Context(), "new", order, tx.Now.Add(time.Hour)); err != nil {
			return err
		}
		if err := tx.InsertOrderLink(t.Context(), "revoked", order, tx.Now.Add(time.Hour)); err != nil {
			return err
		}
		return tx.RevokeOrderLink(t.Context(), order, "revoked")
	})
	want := func(when string, opening int, kept int64) {
		t.Helper()
		write(func(tx *Tx) error {
			links, err := tx.OrderLinks(t.Context(), order)
			if err != nil {
				return err
			}
			n := 0
			for _, hash := range []string{"old 0", "old 1", "old 2", "old 3", "new", "revoked"} {
				if o, err := tx.OrderByLink(t.Context(), hash); err == nil && o.ID == order {
					n++
				}
			}
			if len(links) != opening || n != opening {
				t.Errorf("%s %d links are listed and %d open, want %d", when, len(links), n, opening)
			}
			if _, err := tx.DeleteOldOrderLinks(t.Context(), tx.Now.Add(-24*time.Hour), 100); err != nil {
				return err
			}
			var left int64
			if err := tx.one(t.Context(), "SELECT count(*) FROM order_links", nil, &left); err != nil || left != kept {
				t.Errorf("%s %d are kept, want %d (%v)", when, left, kept, err)
			}
			return nil
		})
	}
	want("at first", 4, 5)
	at = at.Add(2 * time.Hour)
	want("after two hours", 2, 2)
	at = at.Add(shop.OrderLinkAge)
	want("after years", 0, 0)
	// Of many the newest stay.
	write(func(tx *Tx) error {
		for i := range 7 {
			if err := tx.InsertOrderLink(t.Context(), fmt.Sprint(i), order, tx.Now.Add(time.Hour)); err != nil {
				return err
			}
		}
		return tx.DropOldestOrderLinks(t.Context(), order, 3)
	})
	if got := fmt.Sprint(rowsOf(t, d, "SELECT token_hash FROM order_links ORDER BY rowid")); got != "[[4] [5] [6]]" {
		t.Error(got)
	}
}
