package ops_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
)

// A night after ninety days no alarm that is over is left, however many there were; later ones stay.
func TestOldAlarmsAreForgottenUntilNoneIsLeft(t *testing.T) {
	s := newTrouble(t)
	const many, age = 450, 90 * 24 * time.Hour // more than two transactions take
	over := func(n int) {
		s.Write(func(ctx context.Context, tx *db.Tx) error {
			for range n {
				a := shop.Alarm{Kind: shop.AlarmDisk, ObjectKind: shop.ObjectFile, ObjectID: shop.NewID()}
				_, raised := tx.RaiseAlarm(ctx, a)
				_, cleared := tx.ClearAlarm(ctx, a)
				if err := errors.Join(raised, cleared); err != nil {
					return err
				}
			}
			return nil
		})
	}
	// old says how many of at most limit were over before an age; it takes back what it did to find out.
	old := func(age time.Duration, limit int) (n int64) {
		t.Helper()
		back := errors.New("taken back")
		err := s.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
			n, err = tx.PruneAlarms(t.Context(), tx.Now.Add(-age), limit)
			return errors.Join(err, back)
		})
		if !errors.Is(err, back) {
			t.Fatal(err)
		}
		return n
	}
	prune := func() {
		s.Write(func(ctx context.Context, tx *db.Tx) error { return s.Tasks.AcceptClock(ctx, tx) })
		s.chore("alarms.prune")
	}
	over(many)
	s.Pass(age - 25*time.Hour)
	prune()
	if n := old(24*time.Hour, 2*many); n != many {
		t.Errorf("%d alarms are left after 89 days, want %d", n, many)
	}
	if n := old(24*time.Hour, 7); n != 7 {
		t.Errorf("a batch of 7 takes %d", n)
	}
	over(3)
	s.Pass(26 * time.Hour)
	prune()
	if n := old(age, 2*many); n != 0 {
		t.Errorf("%d alarms are left after 90 days", n)
	}
	if n := old(25*time.Hour, 2*many); n < 3 { // and the shop's own of the clock
		t.Errorf("%d alarms are left, want the 3 of the day before", n)
	}
}
