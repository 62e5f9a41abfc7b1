package task

import (
	"errors"
	"testing"
	"time"

	"buildplate/db"
)

// A night after their time no finished task is left, however many there are; what was finished since stays.
func TestOldTasksAreForgottenInBatchesUntilNoneIsLeft(t *testing.T) {
	r := newRig(t)
	const many = 2*pruneBatch + 50
	finish := func(n int) {
		t.Helper()
		err := r.db.Write(t.Context(), func(tx *db.Tx) error {
			for range n {
				if _, err := tx.Enqueue(t.Context(), "mail.send", "", struct{}{}, 0); err != nil {
					return err
				}
				k, ok, err := tx.ClaimTask(t.Context(), "mail.send")
				if err != nil || !ok {
					return errors.Join(err, errors.New("nothing was claimed"))
				}
				if err := tx.FinishTask(t.Context(), k.ID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	// old says how many of at most limit are older than an age; it takes back what it did to find out.
	old := func(age time.Duration, limit int) (n int64) {
		t.Helper()
		back := errors.New("taken back")
		err := r.db.Write(t.Context(), func(tx *db.Tx) (err error) {
			n, err = tx.PruneTasks(t.Context(), tx.Now.Add(-age), limit)
			return errors.Join(err, back)
		})
		if !errors.Is(err, back) {
			t.Fatal(err)
		}
		return n
	}
	prune := func() {
		t.Helper()
		err := r.db.Write(t.Context(), func(tx *db.Tx) error { return r.AcceptClock(t.Context(), tx) })
		if err := errors.Join(err, r.prune(t.Context())); err != nil {
			t.Fatal(err)
		}
	}
	finish(many)
	r.pass(kept - time.Hour)
	prune()
	if n := old(24*time.Hour, 2*many); n != many {
		t.Errorf("%d tasks are left before their time is over, want %d", n, many)
	}
	if n := old(24*time.Hour, 7); n != 7 {
		t.Errorf("a batch of 7 takes %d", n)
	}
	finish(3)
	r.pass(2 * time.Hour)
	prune()
	if n := old(kept, 2*many); n != 0 {
		t.Errorf("%d old tasks are left", n)
	}
	if n := old(time.Hour, 2*many); n != 3 {
		t.Errorf("%d tasks are left, want the 3 of an hour ago", n)
	}
}
