package db

import (
	"fmt"
	"testing"
	"time"

	"buildplate/app/shop"
)

// Links to an order end by themselves, and are forgotten; what still works stays.
func TestOrderLinksEnd(t *testing.T) {
	age := shop.DefaultRetention().Age(shop.RetainDocuments)
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
		for i, old := range []time.Duration{0, time.Hour, age - time.Minute, age} {
			if err := tx.InsertOrderLink(t.Context(), fmt.Sprint("old ", i), order, tx.Now.Add(age-old)); err != nil {
				return err
			}
		}
		if err := tx.InsertOrderLink(t.Context(), "new", order, tx.Now.Add(time.Hour)); err != nil {
			return err
		}
		if err := tx.InsertOrderLink(t.Context(), "revoked", order, tx.Now.Add(time.Hour)); err != nil {
			return err
		}
		return tx.RevokeOrderLink(t.Context(), order, "revoked", "Grace")
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
	at = at.Add(age)
	want("after years", 0, 0)
}

// A link goes on while the papers of its order are kept: from when the order is done, and while it is not.
func TestOrderLinksGoOnWithThePapers(t *testing.T) {
	d := openAt(t, aShopOfRelease1(t), "", Options{})
	const day = 24 * time.Hour
	papers, margin := 3000*day, 100*day
	err := d.Write(t.Context(), func(tx *Tx) error {
		if _, err := tx.exec(t.Context(), `DELETE FROM order_links; UPDATE orders SET completed = ? WHERE completed IS NOT NULL`, tx.Now.Add(-1000*day)); err != nil {
			return err
		}
		order := func(where string) (id string) {
			if err := tx.one(t.Context(), "SELECT id FROM orders WHERE "+where+" ORDER BY id LIMIT 1", nil, &id); err != nil {
				t.Fatal(err)
			}
			return id
		}
		done, open := order("state = 'COMPLETED'"), order("state = 'OPEN'")
		for hash, l := range map[string]struct {
			order   string
			expires time.Duration
		}{"of one done": {done, 50 * day}, "that ended": {done, -day}, "with time": {done, 150 * day}, "as long": {done, 2000 * day}, "of an open one": {open, day}} {
			if err := tx.InsertOrderLink(t.Context(), hash, l.order, tx.Now.Add(l.expires)); err != nil {
				return err
			}
		}
		if err := tx.InsertOrderLink(t.Context(), "revoked", open, tx.Now.Add(day)); err != nil {
			return err
		}
		if err := tx.RevokeOrderLink(t.Context(), open, "revoked", "Grace"); err != nil {
			return err
		}
		for want := range 4 {
			n, err := tx.ExtendOrderLinks(t.Context(), margin, papers, 1)
			if err != nil || n != map[bool]int64{true: 1}[want < 3] {
				t.Errorf("%d links go on, %v", n, err)
			}
		}
		for hash, want := range map[string]time.Duration{"of one done": 2000 * day, "that ended": 2000 * day, "with time": 150 * day, "as long": 2000 * day, "of an open one": papers, "revoked": day} {
			var expires shop.Time
			if err := tx.one(t.Context(), "SELECT expires FROM order_links WHERE token_hash = ?", []any{hash}, &expires); err != nil || expires != tx.Now.Add(want) {
				t.Errorf("the link %s works for %s, %v", hash, expires.Sub(tx.Now), err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
