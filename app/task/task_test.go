package task

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/db/dbtest"
)

var grace = shop.Actor{Role: shop.RoleAdmin, Name: "Grace"}

// rig is a service on a database whose clock the test sets.
type rig struct {
	*Service
	db     *db.DB
	events *event.Bus
	mu     sync.Mutex
	now    time.Time
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{db: dbtest.Open(t), events: &event.Bus{}, now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)}
	r.db.SetNow(func() time.Time {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.now
	})
	r.Service = New(r.db, r.events, slog.New(slog.DiscardHandler))
	event.Subscribe(r.events, r.ClockChanged)
	return r
}

func (r *rig) pass(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

// enqueue promises a task without a payload.
func (r *rig) enqueue(t *testing.T, kind, key string) {
	t.Helper()
	err := r.db.Write(t.Context(), func(tx *db.Tx) error {
		_, err := r.Enqueue(t.Context(), tx, kind, key, struct{}{}, 0)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// chore is how a chore is shown.
func (r *rig) chore(t *testing.T, kind string) (v ChoreView) {
	t.Helper()
	err := r.db.Read(t.Context(), func(tx *db.Tx) error {
		all, err := r.Chores(t.Context(), tx)
		v = all[slices.IndexFunc(all, func(v ChoreView) bool { return v.Kind == kind })]
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// start adds what is due by the schedule, as the start of the program does.
func (r *rig) start(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	wait, err := r.StartSchedule(ctx)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	wait()
}

func (r *rig) dead(t *testing.T) (views []View) {
	t.Helper()
	err := r.db.Read(t.Context(), func(tx *db.Tx) error {
		failed, _, err := tx.FailedPage(t.Context(), "", 200)
		for _, f := range failed {
			views = append(views, ViewOf(*f.Task))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return views
}

// all runs whatever is due.
func (r *rig) all(t *testing.T) (ran int) {
	t.Helper()
	for {
		before := ran
		for _, g := range r.groups {
			more, err := r.runNext(t.Context(), g)
			if err != nil {
				t.Fatal(err)
			}
			if more {
				ran++
			}
		}
		if ran == before {
			return ran
		}
	}
}

func TestATaskIsTriedAgainUntilItIsGivenUp(t *testing.T) {
	r := newRig(t)
	pages, cancel := r.events.Listen(event.Staff)
	defer cancel()
	broken := errors.New("the printer is on fire")
	var runs int
	fails := true
	r.Register(Kind{Name: "print", Run: func(context.Context) error {
		runs++
		if fails {
			return broken
		}
		return nil
	}})
	r.Register(Kind{Name: "panic", Run: func(context.Context) error { panic("oh") }})
	r.enqueue(t, "print", "print")
	r.enqueue(t, "panic", "panic")
	err := r.db.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Enqueue(t.Context(), "nobody knows", "", struct{}{}, 0)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := r.all(t); n != 2 || r.all(t) != 0 {
		t.Errorf("%d tasks ran at first", n)
	}
	if e := <-pages; e.Name() != "task_changed" {
		t.Errorf("pages heard %#v", e)
	}
	for range backoff.Tries {
		r.pass(backoff.Most)
		r.all(t)
	}
	if runs != backoff.Tries {
		t.Errorf("tried %d times, want %d", runs, backoff.Tries)
	}
	if err := r.Recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	dead := r.dead(t)
	if len(dead) != 3 {
		t.Fatalf("%d tasks gave up: %+v", len(dead), dead)
	}
	fails = false
	for _, v := range dead {
		if v.Kind == "nobody knows" {
			if err := r.Retry(t.Context(), grace, v.ID); v.State != "dead" || v.Error == "" || !shop.IsCode(err, "task_unknown") {
				t.Errorf("%+v, tried again: %v", v, err)
			}
			continue
		}
		if v.State != "dead" || v.Error == "" || v.Attempts != backoff.Tries {
			t.Errorf("%+v", v)
		}
		if v.Kind != "print" {
			continue
		}
		if err := r.Retry(t.Context(), shop.Guest("o"), v.ID); !shop.IsKind(err, shop.Unauthenticated) {
			t.Errorf("a customer tries it again: %v", err)
		}
		if err := r.Retry(t.Context(), grace, v.ID); err != nil {
			t.Error(err)
		}
		if err := r.Retry(t.Context(), grace, v.ID); !shop.IsKind(err, shop.NotFound) {
			t.Errorf("what is not dead is tried again: %v", err)
		}
	}
	if r.all(t) != 1 || len(r.dead(t)) != 2 {
		t.Errorf("after another try %+v gave up", r.dead(t))
	}
}

// What goes by what another task left runs after it, whichever was registered first; a failure of the first holds it back.
func TestATaskComesAfterAnother(t *testing.T) {
	r := newRig(t)
	var ran []string
	fails := true
	r.Register(Kind{Name: "second", After: "first", Run: func(context.Context) error { ran = append(ran, "second"); return nil }})
	r.Register(Kind{Name: "first", Schedule: "30 2 * * *", Period: Day, Run: func(context.Context) error {
		if fails {
			return errors.New("not yet")
		}
		ran = append(ran, "first")
		return nil
	}})
	start := func() { r.start(t) }
	start() // long after half past two
	r.all(t)
	if len(ran) != 0 {
		t.Errorf("%v ran, though the first had failed", ran)
	}
	fails = false
	r.pass(backoff.Most)
	r.all(t)
	start()
	r.all(t)
	if !slices.Equal(ran, []string{"first", "second"}) {
		t.Errorf("ran %v", ran)
	}
	r.pass(24 * time.Hour)
	start()
	r.all(t)
	if !slices.Equal(ran, []string{"first", "second", "first", "second"}) {
		t.Errorf("ran %v within two days", ran)
	}
}

func TestWhatRanWhenTheProgramStoppedRunsAgain(t *testing.T) {
	r := newRig(t)
	runs := 0
	r.Register(Kind{Name: "work", Run: func(context.Context) error { runs++; return nil }})
	r.enqueue(t, "work", "")
	err := r.db.Write(t.Context(), func(tx *db.Tx) error {
		_, ok, err := tx.ClaimTask(t.Context())
		if !ok {
			t.Error("there is nothing to claim")
		}
		return err
	})
	if err != nil || r.all(t) != 0 {
		t.Fatalf("a task that runs was run again, %v", err)
	}
	if err := r.Recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.pass(backoff.Most)
	if r.all(t) != 1 || runs != 1 {
		t.Errorf("ran %d times after the restart", runs)
	}
}

func TestOneNameIsOneKind(t *testing.T) {
	r := newRig(t)
	defer func() {
		if recover() == nil {
			t.Error("a name was registered twice")
		}
	}()
	r.Register(Kind{Name: "tasks.prune"})
}

func TestASignalWakesOnce(t *testing.T) {
	s := NewSignal()
	s.Wake()
	s.Wake()
	if !s.Wait(t.Context(), time.Hour) {
		t.Fatal("it did not wake")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if s.Wait(ctx, time.Hour) {
		t.Error("it went on when it should end")
	}
	if !s.Wait(t.Context(), time.Nanosecond) {
		t.Error("a time that is over ends the wait")
	}
}
