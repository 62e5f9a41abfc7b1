package order_test

import (
	"testing"

	"buildplate/app/shop"
)

// A customer changes their mind a few times a day, which refuses staff nothing; each time that changes something is noted.
func TestACustomersWishesAreFew(t *testing.T) {
	s := newNights(t)
	a := newCounter(t, s.Scenario)
	o := a.requested(map[string][]byte{"vase.jpg": photo})
	wish := func(keep bool) error {
		_, err := s.Orders.KeepOwnFiles(t.Context(), shop.Guest(o.ID), "/x", keep)
		return err
	}
	for i := range 10 {
		err := wish(i%2 == 0)
		if limited := i == 6 || i == 8; limited && shop.CodeOf(err) != "wishes_limited" || !limited && err != nil { // 7 and 9 change nothing
			t.Errorf("wish %d: %v", i, err)
		}
		if i == 0 {
			for range 3 {
				if err := wish(true); err != nil {
					t.Error(err)
				}
			}
		}
	}
	now := s.see(o.ID)
	if now.Version != o.Version || len(now.Activity) != len(o.Activity)+6 || now.Keeping.Keep {
		t.Errorf("wishes made version %d of %d, and %d lines of %d", now.Version, o.Version, len(now.Activity), len(o.Activity))
	}
	if _, err := s.Orders.KeepFiles(t.Context(), helper, o.ID, o.Version, true); err != nil {
		t.Errorf("staff: %v", err)
	}
	s.pass(2 * day)
	if err := wish(false); err != nil || s.see(o.ID).Keeping.Keep {
		t.Errorf("the other day: %v", err)
	}
}
