package task

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

type letter struct {
	To    string `json:"to"`
	Lines []int  `json:"lines"`
}

// What is promised is what is done; another payload than the kind's is refused, and one that cannot be read is a failure.
func TestAPayloadKeepsItsType(t *testing.T) {
	r := newRig(t)
	var got []letter
	r.Register(Typed(Kind{Name: "mail.send"}, func(_ context.Context, l letter) error { got = append(got, l); return nil }))
	var wrong error
	err := r.db.Write(t.Context(), func(tx *db.Tx) error {
		_, wrong = r.Enqueue(t.Context(), tx, "mail.send", "", map[string]string{"to": "ada"}, 0)
		if _, err := tx.Enqueue(t.Context(), "mail.send", "bad", json.RawMessage(`"x"`), 0); err != nil {
			return err
		}
		_, err := r.Enqueue(t.Context(), tx, "mail.send", "", letter{To: "ada", Lines: []int{1, 2}}, 0)
		return err
	})
	if err != nil || wrong == nil {
		t.Fatalf("%v; another payload: %v", err, wrong)
	}
	r.all(t)
	if len(got) != 1 || got[0].To != "ada" || len(got[0].Lines) != 2 {
		t.Errorf("%+v", got)
	}
	for range backoff.Tries {
		r.pass(backoff.Most)
		r.all(t)
	}
	if dead := r.dead(t); len(dead) != 1 {
		t.Errorf("gave up: %+v", dead)
	}
}

// A kind of its own pauses gives up by them.
func TestAKindHasItsOwnPauses(t *testing.T) {
	r := newRig(t)
	r.Register(Kind{Name: "once.only", Backoff: db.Backoff{First: time.Second, Most: time.Second, Tries: 1}, Run: func(context.Context) error { return errors.New("no") }})
	r.enqueue(t, "once.only", "")
	r.all(t)
	if dead := r.dead(t); len(dead) != 1 || dead[0].Attempts != 1 {
		t.Errorf("%+v", dead)
	}
}

// A group that hangs holds up no other: its worker waits, and theirs go on.
func TestAGroupThatHangsDelaysNoOther(t *testing.T) {
	r := newRig(t)
	hangs, mailed, deleted := make(chan struct{}), make(chan struct{}), make(chan struct{})
	r.Register(Kind{Name: "stripe.sessions", Run: func(ctx context.Context) error {
		close(hangs)
		<-ctx.Done()
		return ctx.Err()
	}})
	r.Register(Kind{Name: "stripe.events", Run: func(context.Context) error { t.Error("a hanging group goes on"); return nil }})
	r.Register(Kind{Name: "mail.send", Workers: 2, Run: func(context.Context) error { mailed <- struct{}{}; return nil }})
	r.Register(Kind{Name: "clean.carts", Run: func(context.Context) error { close(deleted); return nil }})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); r.Run(ctx) }()
	r.enqueue(t, "stripe.sessions", "")
	<-hangs
	r.enqueue(t, "stripe.events", "")
	r.enqueue(t, "mail.send", "")
	r.enqueue(t, "mail.send", "")
	r.enqueue(t, "clean.carts", "")
	<-mailed
	<-mailed
	<-deleted
	stop()
	<-ended
}

// Pages show that a chore is being done, not that it waits; they hear nothing of a task that they do not show.
func TestPagesHearThatAChoreBegins(t *testing.T) {
	r := newRig(t)
	pages, cancel := r.events.Listen(event.Staff)
	defer cancel()
	r.Register(Kind{Name: "clean.attic", Schedule: "0 3 * * *", Period: Day, Run: func(context.Context) error {
		if len(pages) != 1 {
			t.Errorf("pages heard %d events before it was done", len(pages))
		}
		if v := r.chore(t, "clean.attic"); v.State != ChoreRunning {
			t.Errorf("it is shown as %+v", v)
		}
		return nil
	}})
	r.Register(Kind{Name: "mail.send", Run: func(context.Context) error {
		if len(pages) != 0 {
			t.Errorf("pages heard of a task: %#v", <-pages)
		}
		return nil
	}})
	r.enqueue(t, "clean.attic", "")
	r.all(t)
	if len(pages) != 2 {
		t.Errorf("pages heard %d events", len(pages))
	}
	for len(pages) > 0 {
		<-pages
	}
	r.enqueue(t, "mail.send", "")
	r.all(t)
}

// A task that somebody else ended meanwhile is no fault of the outbox: the worker goes on.
func TestATaskThatWasEndedMeanwhileStopsNoWorker(t *testing.T) {
	r := newRig(t)
	r.Register(Kind{Name: "mail.send", Run: func(ctx context.Context) error {
		return r.db.Write(ctx, func(tx *db.Tx) error {
			k, err := tx.LatestTask(ctx, "mail.send")
			return errors.Join(err, tx.FinishTask(ctx, k.ID))
		})
	}})
	r.enqueue(t, "mail.send", "")
	r.enqueue(t, "mail.send", "")
	if ran := r.all(t); ran != 2 {
		t.Errorf("%d tasks were done", ran)
	}
}

// What became of a task is kept even if the first time it cannot be: a task that runs for ever would hold up its chore.
func TestATaskDoesNotRunForEver(t *testing.T) {
	r := newRig(t)
	faults := 1
	event.Subscribe(r.events, func(context.Context, *db.Tx, event.TaskChanged) error {
		if faults--; faults >= 0 {
			return errors.New("the disk is slow")
		}
		return nil
	})
	r.Register(Kind{Name: "work.hard", Run: func(context.Context) error { return nil }})
	r.enqueue(t, "work.hard", "")
	r.all(t)
	err := r.db.Read(t.Context(), func(tx *db.Tx) error {
		k, err := tx.LatestTask(t.Context(), "work.hard")
		if k.State != db.TaskDone {
			t.Errorf("%+v", k)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What deletes by age waits while the clock is held, also when that is found out in the middle of it, and is not counted
// as tried, let alone as done. When an admin accepts the clock, it is done at once.
func TestAHeldClockHoldsWhatDeletesByAge(t *testing.T) {
	r := newRig(t)
	var cleaned, others int
	midway := false
	r.Register(Kind{Name: "clean.old", ByAge: true, Schedule: "30 2 * * *", Period: Day, Run: func(ctx context.Context) error {
		if midway { // the clock jumps while this runs
			midway = false
			r.pass(400 * 24 * time.Hour)
		}
		return r.db.Write(ctx, func(tx *db.Tx) error {
			if err := r.TrustClock(ctx, tx); err != nil {
				return err
			}
			cleaned++
			return nil
		})
	}})
	r.Register(Kind{Name: "clean.other", Schedule: "30 2 * * *", Period: Day, Run: func(context.Context) error { others++; return nil }})
	accept := func() {
		t.Helper()
		if err := r.db.Write(t.Context(), func(tx *db.Tx) error { return r.AcceptClock(t.Context(), tx) }); err != nil {
			t.Fatal(err)
		}
	}
	r.start(t)
	r.all(t)
	if cleaned != 1 || others != 1 {
		t.Fatalf("on a clock that is right: %d, %d", cleaned, others)
	}
	r.pass(400 * 24 * time.Hour)
	r.start(t)
	r.all(t)
	r.all(t)
	if v := r.chore(t, "clean.old"); cleaned != 1 || others != 2 || v.State != ChoreHeld {
		t.Errorf("while the clock is held: %d, %d, %+v", cleaned, others, v)
	}
	accept()
	r.all(t)
	if v := r.chore(t, "clean.old"); cleaned != 2 || v.State != ChoreDone {
		t.Errorf("after the clock was accepted: %d, %+v", cleaned, v)
	}

	midway = true
	if err := r.RunChore(t.Context(), grace, "clean.old"); err != nil {
		t.Fatal(err)
	}
	r.all(t)
	err := r.db.Read(t.Context(), func(tx *db.Tx) error {
		k, err := tx.NextTask(t.Context(), "clean.old")
		if k.State != db.TaskReady || k.Attempts != 0 || cleaned != 2 {
			t.Errorf("held midway: %+v, %d", k, cleaned)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	accept()
	r.all(t)
	if cleaned != 3 {
		t.Errorf("cleaned %d times", cleaned)
	}
}

// The workers need no poll to go on after the clock is accepted.
func TestAcceptingTheClockWakesTheWorkers(t *testing.T) {
	r := newRig(t)
	r.Register(Kind{Name: "clean.old", ByAge: true, Run: func(context.Context) error { return nil }})
	if err := r.db.Write(t.Context(), func(tx *db.Tx) error { return r.AcceptClock(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
	select {
	case <-r.groups["clean"].ready:
	default:
		t.Error("nobody was woken")
	}
}

// A chore can be run now whether it failed, was done or never ran; not twice at once, and only by an admin.
func TestAChoreIsRunNow(t *testing.T) {
	r := newRig(t)
	var runs int
	fails := true
	r.Register(Kind{Name: "clean.old", Schedule: "30 2 * * *", Period: Day, Run: func(context.Context) error {
		runs++
		if fails {
			return errors.New("not yet")
		}
		return nil
	}})
	r.Register(Kind{Name: "clean.next", After: "clean.old", Run: func(context.Context) error { return nil }})
	r.Register(Kind{Name: "mail.send", Run: func(context.Context) error { return nil }})
	now := func(kind string) error { return r.RunChore(t.Context(), grace, kind) }
	if v := r.chore(t, "clean.old"); v.State != ChoreNever || v.LastRun != 0 || v.NextRun.Time().UTC().Format("15:04") != "02:30" {
		t.Errorf("before the first run: %+v", v)
	}
	if err := r.RunChore(t.Context(), shop.Actor{Role: shop.RoleStaff}, "clean.old"); !shop.IsKind(err, shop.Forbidden) {
		t.Errorf("staff run it: %v", err)
	}
	for _, kind := range []string{"mail.send", "nobody knows"} {
		if err := now(kind); !shop.IsCode(err, "chore_not_found") {
			t.Errorf("%s is run now: %v", kind, err)
		}
	}

	if err := now("clean.old"); err != nil { // never ran
		t.Fatal(err)
	}
	r.all(t)
	if v := r.chore(t, "clean.old"); runs != 1 || v.State != ChoreFailed || v.Error != "not yet" || v.LastRun == 0 {
		t.Errorf("after the first failure: %d, %+v", runs, v)
	}
	if err := now("clean.old"); err != nil { // waits to be tried again
		t.Fatal(err)
	}
	r.all(t)
	for range backoff.Tries {
		r.pass(backoff.Most)
		r.all(t)
	}
	if v := r.chore(t, "clean.old"); runs != backoff.Tries || v.State != ChoreFailed || len(r.dead(t)) != 1 {
		t.Errorf("given up: %d, %+v", runs, v)
	}
	fails = false
	if err := now("clean.old"); err != nil { // failed
		t.Fatal(err)
	}
	r.all(t)
	if v := r.chore(t, "clean.old"); v.State != ChoreDone || v.Error != "" || len(r.dead(t)) != 0 {
		t.Errorf("done at last: %+v; still given up: %+v", v, r.dead(t))
	}
	if v := r.chore(t, "clean.next"); v.State != ChoreDone || v.NextRun != 0 || v.After == "" {
		t.Errorf("what comes after it: %+v", v)
	}
	done := runs
	if err := now("clean.old"); err != nil { // done
		t.Fatal(err)
	}
	r.all(t)
	if runs != done+1 {
		t.Errorf("ran %d times, want %d", runs, done+1)
	}

	if err := now("clean.next"); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := r.claim(t.Context(), r.groups["clean"]); err != nil || !ok {
		t.Fatal(err)
	}
	if err := now("clean.next"); !shop.IsCode(err, "chore_running") {
		t.Errorf("run while it runs: %v", err)
	}
}
