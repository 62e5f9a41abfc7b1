package apptest_test

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/app/task"
	"buildplate/db"
	"buildplate/db/dbtest"
)

// Row 23: the clock goes back a day, ahead a day and ahead ten years; clocks change in four zones; what comes by itself panics.
// Nothing is deleted that is not old, and each chore still runs, at its hour.

const day = 24 * time.Hour

// zones change their clocks in different months, at different hours, and one of them by half an hour.
var zones = []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago"}

// deletesByAge are the chores that a wrong clock would have delete too early: all that are ByAge and come by themselves.
var deletesByAge = []string{"clean.carts", "clean.uploads", "clean.sessions", "clean.addresses", "clean.models", "clean.orphans", "tasks.prune", "alarms.prune"}

// chores are what comes by itself, by kind.
func chores(s *apptest.Scenario) map[string]task.ChoreView {
	views := map[string]task.ChoreView{}
	s.Read(func(ctx context.Context, tx *db.Tx) error {
		all, err := s.Tasks.Chores(ctx, tx)
		for _, v := range all {
			views[v.Kind] = v
		}
		return err
	})
	return views
}

// begins starts the schedule as a start of the program does, and ends it at once.
func begins(t *testing.T, s *apptest.Scenario) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	wait, err := s.Tasks.StartSchedule(ctx)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	wait()
}

// settles waits until no chore is to be done any more but those that wait for the clock.
func settles(t *testing.T, s *apptest.Scenario) map[string]task.ChoreView {
	t.Helper()
	apptest.Await(t, "the chores to be done", func() bool {
		for _, v := range chores(s) {
			if v.State == task.ChoreWaiting || v.State == task.ChoreRunning {
				return false
			}
		}
		return true
	})
	return chores(s)
}

func TestAClockThatJumpsDeletesNothing(t *testing.T) {
	s := apptest.NewScenario(t, apptest.Setup{})
	admin := apptest.SetUp(t, s)
	v := apptest.NewVisitor(t, s)
	v.Drop("block.stl", apptest.Block(20, 20, 10))
	v.Sliced()
	half, err := v.CreateUpload(t.Context(), "half.stl", 1000)
	if err == nil {
		err = v.Append(t.Context(), half, 0, make([]byte, 400))
	}
	if err != nil {
		t.Fatal(err)
	}
	// An order that was cancelled: its models are what is old first.
	other := apptest.NewVisitor(t, s)
	other.Drop("lid.stl", apptest.Block(20, 20, 5))
	other.Sliced()
	placed := other.Checkout(apptest.Order(shop.ByTransfer, other.Price().Price.Total))
	cancelled := admin.Act(admin.Find(placed.OrderNumber).ID, "cancel", map[string]string{"reason": "Changed their mind."}).ID
	stays := func(when string) {
		t.Helper()
		o, err := s.Orders.StaffOrder(t.Context(), shop.Actor{Role: shop.RoleAdmin}, cancelled)
		if err != nil || len(o.Files) == 0 || len(o.DeletedFiles) > 0 {
			t.Errorf("%s the order has %d files, and %d are deleted: %v", when, len(o.Files), len(o.DeletedFiles), err)
		}
		s.Read(func(ctx context.Context, tx *db.Tx) error {
			kept, err := tx.Order(ctx, o.ID)
			if err == nil && kept.FilesWarned != 0 {
				t.Errorf("%s its customer was told at %s that they go", when, kept.FilesWarned.Time())
			}
			return err
		})
	}
	begins(t, s)
	settles(t, s)
	for _, jump := range []time.Duration{-day, day + time.Minute, 3652 * day} {
		s.Pass(jump)
		begins(t, s)
		for kind, v := range settles(t, s) {
			if v.State == task.ChoreFailed {
				t.Errorf("after %s %s failed: %s", jump, kind, v.Error)
			}
		}
		now := chores(s)
		for _, kind := range deletesByAge {
			if v := now[kind]; v.State == task.ChoreDone && v.LastRun.Sub(shop.TimeOf(s.Now())).Abs() < time.Hour {
				t.Errorf("after %s %s deleted by age", jump, kind)
			}
		}
		if v := now["check.bytes"]; v.State != task.ChoreDone {
			t.Errorf("after %s what deletes nothing is %s", jump, v.State)
		}
		s.Pass(-jump)
		begins(t, s)
		settles(t, s)
		if at, err := v.Resume(t.Context(), half); err != nil || at != 400 {
			t.Errorf("after %s the upload is at %d: %v", jump, at, err)
		}
		if c := v.Cart(); len(c.Parts) != 1 || !c.CanPay {
			t.Errorf("after %s the cart is %+v", jump, c)
		}
		stays("after " + jump.String())
		if a, err := admin.Send(t.Context(), "GET", "/api/status", nil); err != nil || a.Status != 200 {
			t.Errorf("after %s the admin's session gets %d: %v", jump, a.Status, err)
		}
	}
	// Whatever was promised in those times holds up nothing: on the next day everything is done.
	s.Pass(23 * time.Hour)
	s.Write(s.Tasks.TrustClock)
	s.Pass(2 * time.Hour)
	begins(t, s)
	now := settles(t, s)
	for _, kind := range append(deletesByAge, "check.bytes") {
		v, ok := now[kind]
		if !ok || (v.State != task.ChoreDone || shop.TimeOf(s.Now()).Sub(v.LastRun) > time.Hour) {
			t.Errorf("on the next day %s is %s, last begun %s ago", kind, v.State, shop.TimeOf(s.Now()).Sub(v.LastRun))
		}
	}
	stays("on the next day")
	if c := v.Cart(); len(c.Parts) != 1 || !c.CanPay {
		t.Errorf("on the next day the cart is %+v", c)
	}
}

// Each daily chore of the shop comes on each day once, at the same hour of the shop's own clock.
func TestTheNightIsTheShopsNightInFourZones(t *testing.T) {
	for _, zone := range zones {
		t.Run(zone, func(t *testing.T) {
			s := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
			where, err := time.LoadLocation(zone)
			if err != nil {
				t.Fatal(err)
			}
			s.Write(func(ctx context.Context, tx *db.Tx) error {
				return tx.SaveSettings(ctx, shop.DefaultSettings(zone), false, "")
			})
			s.Pass(time.Minute)
			begins(t, s) // it takes the zone, and what is owed for today
			settles(t, s)
			for _, change := range changes(s.Now(), where) {
				hours, seen := map[string]string{}, map[string]int{}
				s.Pass(change.AddDate(0, 0, -3).Sub(s.Now()))
				for end := change.AddDate(0, 0, 3); s.Now().Before(end); s.Pass(2 * time.Hour) {
					for kind, v := range chores(s) {
						if v.Every < int64((23*time.Hour).Seconds()) || v.Every > int64((25*time.Hour).Seconds()) {
							continue
						}
						next := v.NextRun.Time().In(where)
						if at := next.Format("15:04"); hours[kind] == "" {
							hours[kind] = at
						} else if hours[kind] != at {
							t.Errorf("around %s %s comes at %s and at %s", change, kind, hours[kind], at)
						}
						seen[kind+next.Format(" 01-02")]++
					}
				}
				if hours["clean.carts"] != "01:30" {
					t.Errorf("carts are cleaned at %q", hours["clean.carts"])
				}
				for kind := range hours {
					for d := change.AddDate(0, 0, -2); d.Before(change.AddDate(0, 0, 3)); d = d.AddDate(0, 0, 1) {
						if seen[kind+d.Format(" 01-02")] == 0 {
							t.Errorf("%s does not come on %s", kind, d.Format(time.DateOnly))
						}
					}
				}
			}
		})
	}
}

// changes are the noons of the next two days on which a zone's clock is changed.
func changes(from time.Time, zone *time.Location) (days []time.Time) {
	at := time.Date(from.Year(), from.Month(), from.Day(), 12, 0, 0, 0, zone).AddDate(0, 0, 5)
	for ; len(days) < 2; at = at.AddDate(0, 0, 1) {
		_, before := at.AddDate(0, 0, -1).Zone()
		if _, after := at.Zone(); before != after {
			days = append(days, at)
		}
	}
	return days
}

// The schedule itself, on a clock that a bubble moves: the night's work begins at its hour of the shop's own clock on each day
// around each change, once, and the hour's work each hour; also after what adds them panicked.
func TestTheScheduleRunsThroughChangedClocksAndPanics(t *testing.T) {
	for _, zone := range zones {
		t.Run(zone, func(t *testing.T) {
			path := t.TempDir() + "/shop.db"
			synctest.Test(t, func(t *testing.T) {
				where, err := time.LoadLocation(zone)
				if err != nil {
					t.Fatal(err)
				}
				d := dbtest.OpenAt(t, path)
				d.SetNow(time.Now)
				if err := d.Write(t.Context(), func(tx *db.Tx) error {
					return tx.SaveSettings(t.Context(), shop.DefaultSettings(zone), false, "")
				}); err != nil {
					t.Fatal(err)
				}
				for _, change := range changes(time.Now(), where) {
					time.Sleep(time.Until(change.AddDate(0, 0, -3)))
					log := &panicky{}
					s := task.New(d, &event.Bus{}, slog.New(log))
					nothing := func(context.Context) error { return nil }
					s.Register(task.Kind{Name: "night", Schedule: "30 1 * * *", Period: task.Day, Run: nothing})
					s.Register(task.Kind{Name: "hour", Schedule: "5 * * * *", Period: task.Hour, Run: nothing})
					ctx, cancel := context.WithCancel(t.Context())
					wait, err := s.StartSchedule(ctx)
					if err != nil {
						t.Fatal(err)
					}
					// For an hour what adds tasks panics.
					time.Sleep(10 * time.Minute)
					d.SetNow(func() time.Time { panic("no time") })
					time.Sleep(time.Hour)
					d.SetNow(time.Now)
					time.Sleep(time.Until(change.AddDate(0, 0, 3)))
					cancel()
					wait()

					byDay, byHour := map[string]int{}, map[string]int{}
					for _, at := range added(t, path, "night", change.AddDate(0, 0, -2)) {
						if got := at.In(where).Format("15:04"); got != "01:30" {
							t.Errorf("the night's work was added at %s", at.In(where))
						}
						byDay[at.In(where).Format(time.DateOnly)]++
					}
					for _, at := range added(t, path, "hour", change.AddDate(0, 0, -2)) {
						byHour[at.UTC().Format("2006-01-02T15")]++
					}
					for i := -1; i <= 3; i++ {
						if on := change.AddDate(0, 0, i).Format(time.DateOnly); byDay[on] != 1 {
							t.Errorf("the night's work was added %d times on %s", byDay[on], on)
						}
					}
					for at := change.AddDate(0, 0, -1); at.Before(change.AddDate(0, 0, 2)); at = at.Add(time.Hour) {
						if n := byHour[at.UTC().Format("2006-01-02T15")]; n != 1 {
							t.Errorf("the hour's work was added %d times in the hour of %s", n, at)
						}
					}
					if log.panics() == 0 {
						t.Error("cron told of no panic: this proves nothing of one")
					}
				}
			})
		})
	}
}

// added are the times at which tasks of a kind were added, since one.
func added(t *testing.T, path, kind string, since time.Time) (times []time.Time) {
	for _, text := range dbtest.Texts(t, path, fmt.Sprintf("SELECT created FROM outbox WHERE kind = '%s' AND created > %d", kind, since.UnixMilli())) {
		ms, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		times = append(times, time.UnixMilli(ms))
	}
	return times
}

// A chore that panics is tried again, and holds up no other.
func TestAChoreThatPanicsIsDoneLater(t *testing.T) {
	var times atomic.Int64
	s := apptest.NewScenario(t, apptest.Setup{NoDoors: true, Tasks: func(tasks *task.Service) {
		tasks.Register(task.Kind{Name: "clean.panics", Schedule: "30 1 * * *", Period: task.Day, Run: func(context.Context) error {
			if times.Add(1) == 1 {
				panic("for the first time")
			}
			return nil
		}})
	}})
	apptest.Await(t, "it to panic", func() bool { return times.Load() == 1 })
	apptest.Await(t, "the others to be done", func() bool { return chores(s)["clean.carts"].State == task.ChoreDone })
	s.Pass(2 * time.Minute)
	apptest.Await(t, "it to be done", func() bool { return chores(s)["clean.panics"].State == task.ChoreDone })
	if n := times.Load(); n != 2 {
		t.Errorf("it was tried %d times", n)
	}
}

// panicky counts what cron says of panics that it has recovered from.
type panicky struct {
	mu sync.Mutex
	n  int
}

func (p *panicky) Enabled(context.Context, slog.Level) bool { return true }

func (p *panicky) Handle(_ context.Context, r slog.Record) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.Message == "panic" {
		p.n++
	}
	return nil
}

func (p *panicky) WithAttrs([]slog.Attr) slog.Handler { return p }

func (p *panicky) WithGroup(string) slog.Handler { return p }

func (p *panicky) panics() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.n
}
