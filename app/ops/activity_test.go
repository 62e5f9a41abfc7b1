package ops_test

import (
	"context"
	"testing"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
)

// A night after ninety days no address is left of what was done before, however much it was; what was done since keeps
// its own.
func TestAddressesAreForgottenAfterNinetyDays(t *testing.T) {
	s := newTrouble(t)
	const many = 450 // more than one transaction takes
	write := func(n int) {
		s.Write(func(ctx context.Context, tx *db.Tx) error {
			for range n {
				if err := tx.Log(ctx, grace.From("203.0.113.9").Activity(shop.VerbSettingsChanged, "", shop.ActivityParams{})); err != nil {
					return err
				}
			}
			return nil
		})
	}
	kept := func() (n int) {
		s.Read(func(ctx context.Context, tx *db.Tx) error {
			log, next, err := tx.ActivityPage(ctx, "", 2*many)
			for _, a := range log {
				if a.Address != "" {
					n++
				}
			}
			if next != "" || len(log) < many {
				t.Errorf("%d rows are left", len(log))
			}
			return err
		})
		return n
	}
	write(many)
	s.Pass(89 * 24 * time.Hour)
	s.Write(func(ctx context.Context, tx *db.Tx) error { return s.Tasks.AcceptClock(ctx, tx) })
	s.chore("clean.addresses")
	if n := kept(); n != many {
		t.Fatalf("%d addresses are left after 89 days", n)
	}
	write(1)
	s.Pass(25 * time.Hour)
	s.Write(func(ctx context.Context, tx *db.Tx) error { return s.Tasks.AcceptClock(ctx, tx) })
	s.chore("clean.addresses")
	if n := kept(); n != 1 {
		t.Errorf("%d addresses are left after 90 days, want one of the day before", n)
	}
}
