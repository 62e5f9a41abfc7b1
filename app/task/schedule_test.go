package task

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/db/dbtest"
)

// A restart within the same hour adds nothing twice; the next hour does.
func TestTheScheduleAddsATaskOnceAPeriod(t *testing.T) {
	r := newRig(t)
	runs := 0
	r.Register(Kind{Name: "hourly", Run: func(context.Context) error { runs++; return nil }, Schedule: "5 * * * *", Period: Hour})
	r.Register(Kind{Name: "never", Run: func(context.Context) error { t.Error("ran by itself"); return nil }})
	start := func() { r.start(t) }
	start()
	start()
	r.all(t)
	if runs != 1 {
		t.Errorf("ran %d times within an hour", runs)
	}
	r.pass(time.Hour)
	start()
	r.all(t)
	if runs != 2 {
		t.Errorf("ran %d times in two hours", runs)
	}
	r.Register(Kind{Name: "wrong", Schedule: "whenever"})
	if _, err := r.StartSchedule(t.Context()); err == nil {
		t.Error("a schedule that cannot be read is accepted")
	}
}

// A chore that was done at the start is next done in the next hour or on the next day, not when the schedule comes by.
func TestTheNextRunIsTheOneThatIsDone(t *testing.T) {
	r := newRig(t)
	idle := func(context.Context) error { return nil }
	r.Register(Kind{Name: "hourly", Run: idle, Schedule: "5 * * * *", Period: Hour})
	r.Register(Kind{Name: "daily", Run: idle, Schedule: "30 16 * * *", Period: Day})
	next := func() string {
		form := func(kind string) string { return r.chore(t, kind).NextRun.Time().Format("02 15:04") }
		return form("hourly") + ", " + form("daily")
	}
	if got := next(); got != "24 12:05, 24 16:30" {
		t.Errorf("before the start: %s", got)
	}
	r.start(t) // at noon
	r.all(t)
	if got := next(); got != "24 13:05, 25 16:30" {
		t.Errorf("after it: %s", got)
	}
	r.pass(90 * time.Minute) // the shop was off meanwhile
	if got := next(); got != "24 14:05, 25 16:30" {
		t.Errorf("at half past one: %s", got)
	}
	r.start(t)
	if v := r.chore(t, "hourly"); v.State != ChoreWaiting {
		t.Errorf("what was missed is %s", v.State)
	}
}

// Night is the shop's night, on every one of its days and once: also when its clock changes.
func TestTheScheduleGoesByTheShopsZone(t *testing.T) {
	r := newRig(t)
	sydney, err := time.LoadLocation("Australia/Sydney")
	if err != nil {
		t.Fatal(err)
	}
	err = r.db.Write(t.Context(), func(tx *db.Tx) error {
		return tx.SaveSettings(t.Context(), shop.DefaultSettings("Australia/Sydney"), false, "")
	})
	if err != nil {
		t.Fatal(err)
	}
	nightly := Kind{Name: "nightly", Run: func(context.Context) error { return nil }, Schedule: "30 1 * * *", Period: Day}
	hourly := Kind{Name: "hourly", Run: nightly.Run, Schedule: "5 * * * *", Period: Hour}
	r.Register(nightly)
	r.Register(hourly)
	r.start(t)
	r.all(t)
	if got := r.chore(t, "nightly").NextRun.Time().In(sydney).Format("02 15:04"); got != "25 01:30" {
		t.Errorf("next run at %s", got) // it is 23:00 on the 24th
	}
	for _, from := range []time.Time{
		time.Date(2026, 10, 2, 12, 0, 0, 0, sydney), // clocks are put forward on the 4th
		time.Date(2027, 4, 2, 12, 0, 0, 0, sydney),  // and back on the 4th
	} {
		for _, k := range []Kind{nightly, hourly} {
			keys := map[string]bool{}
			at, runs := shop.TimeOf(from), 0
			for end := shop.TimeOf(from.AddDate(0, 0, 4)); ; runs++ {
				if at, err = k.next(at, sydney); err != nil || at > end {
					break
				}
				keys[k.key(at, sydney)] = true
			}
			hours := int(from.AddDate(0, 0, 4).Sub(from).Hours())
			if want := map[Period]int{Day: 4, Hour: hours}[k.Period]; runs != want || len(keys) != want || err != nil {
				t.Errorf("from %s %s comes %d times under %d keys, want %d; %v", from, k.Name, runs, len(keys), want, err)
			}
		}
	}
}

// A daily chore comes once on each day of a zone, at its time, also where clocks change by half an hour.
func TestADailyScheduleHoldsByAnyWallClock(t *testing.T) {
	for name, nights := range map[string][]string{
		// Lord Howe's clocks go forward at 2:00 by half an hour, and back at 2:00, so that half past one comes twice.
		"Australia/Lord_Howe": {"2026-10-04", "2027-04-04"},
		"Europe/Berlin":       {"2026-10-25", "2027-03-28"},
		"America/New_York":    {"2026-11-01", "2027-03-14"},
	} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, night := range nights {
			changes, err := time.ParseInLocation(time.DateOnly, night, zone)
			if err != nil {
				t.Fatal(err)
			}
			if _, before := changes.Zone(); before == offset(changes.AddDate(0, 0, 1)) {
				t.Fatalf("%s: no clock changes on %s", name, night)
			}
			for schedule, clock := range map[string]string{"30 1 * * *": "01:30", "45 1 * * *": "01:45", "50 1 * * *": "01:50", "0 3 * * *": "03:00", "0 4 * * *": "04:00"} {
				k := Kind{Name: "nightly", Schedule: schedule, Period: Day}
				at := shop.TimeOf(changes.AddDate(0, 0, -2).Add(-time.Minute))
				for day := -2; day <= 2; day++ {
					if at, err = k.next(at, zone); err != nil {
						t.Fatal(err)
					}
					want := changes.AddDate(0, 0, day).Format(time.DateOnly) + " " + clock
					if got := at.Time().In(zone).Format(time.DateOnly + " 15:04"); got != want {
						t.Errorf("%s: it comes at %s, want %s", name, got, want)
					}
					if key := k.key(at, zone); key != "nightly:"+want[:len(time.DateOnly)] {
						t.Errorf("%s: at %s its key is %s", name, want, key)
					}
				}
			}
		}
	}
}

func offset(t time.Time) int {
	_, seconds := t.Zone()
	return seconds
}

// A zone that is changed in the settings moves the next runs at once, as they are shown and as they come.
func TestTheScheduleFollowsTheShopsZone(t *testing.T) {
	path := t.TempDir() + "/shop.db"
	synctest.Test(t, func(t *testing.T) {
		r := &rig{db: dbtest.OpenAt(t, path), events: &event.Bus{}}
		r.db.SetNow(time.Now)
		r.Service = New(r.db, r.events, slog.New(slog.DiscardHandler))
		r.Register(Kind{Name: "nightly", Run: func(context.Context) error { return nil }, Schedule: "30 1 * * *", Period: Day})
		keep := func(zone string) {
			t.Helper()
			if err := r.db.Write(t.Context(), func(tx *db.Tx) error {
				return tx.SaveSettings(t.Context(), shop.DefaultSettings(zone), false, "")
			}); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		wait, err := r.StartSchedule(ctx) // before the shop is set up: by UTC
		if err != nil {
			t.Fatal(err)
		}
		for _, zone := range []string{"Australia/Sydney", "America/New_York", "Australia/Lord_Howe"} {
			where, err := time.LoadLocation(zone)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(6*time.Hour + 17*time.Second)
			r.all(t) // one that waits would be shown
			keep(zone)
			if got := r.chore(t, "nightly").NextRun.Time().In(where).Format("15:04"); got != "01:30" {
				t.Errorf("in %s the next run is shown at %s", zone, got)
			}
			time.Sleep(2 * time.Minute) // what the other day made due is added
			since := time.Now()
			time.Sleep(72 * time.Hour)
			came := 0
			for _, text := range dbtest.Texts(t, path, fmt.Sprintf("SELECT created FROM outbox WHERE kind = 'nightly' AND created > %d", since.UnixMilli())) {
				ms, err := strconv.ParseInt(text, 10, 64)
				if err != nil {
					t.Fatal(err)
				}
				if got := time.UnixMilli(ms).In(where); got.Format("15:04") != "01:30" {
					t.Errorf("in %s it was added at %s", zone, got)
				}
				came++
			}
			if came < 2 || came > 3 { // the first of its days may be one that is done
				t.Errorf("in %s it came %d times in three days", zone, came)
			}
		}
		cancel()
		wait()
	})
}
