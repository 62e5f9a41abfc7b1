package ops_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/ops"
	"buildplate/app/shop"
	"buildplate/app/task"
	"buildplate/db"
)

// An alarm is open exactly while its cause is there, after whatever happens and in whatever order; and when all is well
// again none is left.
func TestAnAlarmIsOpenWhileItsCauseIsThere(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	s := newTrouble(t)
	for range 5 {
		s.store()
	}
	steps := []func(){
		func() { s.broken.Store(r.IntN(3) > 0); s.work() },
		func() { s.broken.Store(r.IntN(2) > 0); s.retry() },
		func() {
			s.spoil(r)
			for range 4 { // nights, each with its share
				s.chore("check.bytes")
			}
		},
		func() { s.spoil(r); s.chore("clean.orphans") },
		func() { s.restore(); s.chore("check.bytes") },
		s.giveUp, s.payTwice, s.stray,
		func() { s.decide(r) },
		func() { s.message(r) }, func() { s.message(r) },
		func() { s.dispute(r) }, func() { s.refund(r) }, s.surplus, s.jump, s.store,
	}
	count := 30
	if testing.Short() {
		count = 15
	}
	for i := range count {
		step := r.IntN(len(steps))
		if step == 3 && len(s.causes(shop.AlarmClock)) > 0 {
			step = 2 // the sweep waits for the clock
		}
		steps[step]()
		s.AlarmsAgree()
		if t.Failed() {
			t.Fatalf("after step %d, of kind %d", i, step)
		}
	}

	for len(s.causes(shop.AlarmClock)) > 0 {
		s.jump()
	}
	s.broken.Store(false)
	for len(s.causes(shop.AlarmTask)) > 0 {
		s.retry()
	}
	for len(s.aside) > 0 {
		s.restore()
	}
	s.chore("check.bytes")
	for len(s.causes(shop.AlarmPayment)) > 0 {
		s.decide(r)
	}
	for len(s.causes(shop.AlarmDispute)) > 0 {
		s.dispute(r)
	}
	for len(s.causes(shop.AlarmRefund)) > 0 {
		s.refund(r)
	}
	for _, id := range s.causes(shop.AlarmDisputeLost) {
		s.must(s.Billing.AnswerDispute(t.Context(), grace, id, 0, shop.BearsLoss, "our mistake"))
	}
	for len(s.causes(shop.AlarmRefundDue)) > 0 {
		s.surplus()
	}
	for len(s.causes(shop.AlarmEvent)) > 0 {
		s.message(r)
	}
	s.Read(func(ctx context.Context, tx *db.Tx) error {
		open, _, err := tx.AlarmPage(ctx, "", 10)
		if len(open) > 0 {
			t.Errorf("all is well, and yet: %+v", open)
		}
		return err
	})
}

// A dispute, and money beyond what is owed, are alarms that name the order until they are over.
func TestDisputesAndSurplusesAreAlarms(t *testing.T) {
	s := newTrouble(t)
	told := func(kind shop.AlarmKind) (found []ops.AlarmView) {
		t.Helper()
		v, err := s.Ops.Status(t.Context(), grace)
		s.must(err)
		for _, a := range v.Alarms {
			if a.Kind == kind {
				found = append(found, a)
			}
		}
		s.AlarmsAgree()
		return found
	}
	s.payTwice()
	r := rand.New(rand.NewPCG(1, 1))
	s.dispute(r)
	if a := told(shop.AlarmDispute); len(a) != 1 || a[0].OrderID == "" || !strings.Contains(a[0].Message, "ORD-") {
		t.Errorf("of the dispute: %+v", a)
	}
	s.dispute(r)
	if a := told(shop.AlarmDispute); len(a) != 0 {
		t.Errorf("of the dispute after its verdict: %+v", a)
	}
	s.surplus()
	if a := told(shop.AlarmRefundDue); len(a) != 1 || a[0].OrderID == "" || !strings.Contains(a[0].Message, "ORD-") {
		t.Errorf("of the surplus: %+v", a)
	}
	s.surplus()
	if a := told(shop.AlarmRefundDue); len(a) != 0 {
		t.Errorf("of the surplus after it went back: %+v", a)
	}
}

// A nearly full disk is an alarm while it is, and staff read all of them in the status.
func TestALowDiskIsAnAlarm(t *testing.T) {
	dir := t.TempDir()
	s := apptest.NewScenario(t, apptest.Setup{Dir: dir, NoDoors: true, Reserve: 1 << 62})
	apptest.Await(t, "the alarm is raised", func() bool {
		v, err := s.Ops.Status(t.Context(), grace)
		return err == nil && len(v.Alarms) == 1 && v.Alarms[0].Kind == shop.AlarmDisk && v.Alarms[0].Message != ""
	})
}

var grace = shop.Actor{Role: shop.RoleAdmin, Name: "Grace"}

// trouble is a shop whose work runs, and what is done to it.
type trouble struct {
	*apptest.Scenario
	t      *testing.T
	broken atomic.Bool // the task of the test fails
	took   []string    // payments of Stripe's that count and were never disputed
	aside  map[string]string
}

func newTrouble(t *testing.T) *trouble {
	s := &trouble{t: t, aside: map[string]string{}}
	s.Scenario = apptest.NewScenario(t, apptest.Setup{Tasks: func(tasks *task.Service) {
		tasks.Register(task.Kind{Name: "test.work", Backoff: db.Backoff{First: time.Millisecond, Most: time.Millisecond, Tries: 1}, Run: func(context.Context) error {
			if s.broken.Load() {
				return errors.New("it cannot be done")
			}
			return nil
		}})
	}})
	grace.ID = s.Employ("Grace", "grace@example.com", shop.RoleAdmin).ID
	return s
}

func (s *trouble) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// causes are the objects of a kind of alarm that there is a cause for.
func (s *trouble) causes(kinds ...shop.AlarmKind) (ids []string) {
	s.Read(func(ctx context.Context, tx *db.Tx) error {
		all, err := tx.AlarmCauses(ctx)
		for _, a := range all {
			if slices.Contains(kinds, a.Kind) {
				ids = append(ids, a.ObjectID)
			}
		}
		slices.Sort(ids)
		return err
	})
	return ids
}

// chore runs one now and waits for its end.
func (s *trouble) chore(kind string) {
	s.t.Helper()
	begun := shop.TimeOf(s.Now())
	apptest.Await(s.t, kind+" can be run", func() bool {
		err := s.Tasks.RunChore(s.t.Context(), grace, kind)
		if err != nil && !shop.IsCode(err, "chore_running") {
			s.t.Fatal(err)
		}
		return err == nil
	})
	apptest.Await(s.t, kind+" is done", func() (done bool) {
		s.Read(func(ctx context.Context, tx *db.Tx) error {
			all, err := s.Tasks.Chores(ctx, tx)
			for _, c := range all {
				done = done || c.Kind == kind && c.State == task.ChoreDone && c.LastRun >= begun
			}
			return err
		})
		return done
	})
}

// work promises a task and waits until it was tried.
func (s *trouble) work() {
	s.t.Helper()
	var id string
	s.Write(func(ctx context.Context, tx *db.Tx) (err error) {
		id, err = s.Tasks.Enqueue(ctx, tx, "test.work", "", struct{}{}, 0)
		return err
	})
	s.tried(id)
}

func (s *trouble) tried(id string) {
	s.t.Helper()
	apptest.Await(s.t, "a task was tried", func() (tried bool) {
		s.Read(func(ctx context.Context, tx *db.Tx) error {
			k, err := tx.Task(ctx, id)
			tried = k.State == db.TaskDead || k.State == db.TaskDone
			return err
		})
		return tried
	})
}
