package task

import (
	"context"
	"testing"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
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
