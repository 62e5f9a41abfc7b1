package demo

import (
	"testing"
	"time"
)

// The orders stand by the time at which they came, and nothing of them lies ahead, at whatever time of day and year the shop is made.
func TestOrdersAreInSequence(t *testing.T) {
	zone, err := time.LoadLocation("Australia/Sydney")
	if err != nil {
		t.Fatal(err)
	}
	for day := range 366 {
		for _, hour := range []int{0, 2, 3, 9, 15, 23} {
			now := time.Date(2028, 1, 1+day, hour, 1, 0, 0, zone)
			last := now.Add(-past)
			for i, s := range sampleOrders() {
				at := s.at.before(now)
				if !at.After(last) || !at.Before(now) {
					t.Fatalf("at %s order %d begins at %s, after %s", now, i+1, at, last)
				}
				last = at
				for _, step := range s.then {
					if to := step.at.before(now); to.Before(at) || !to.Before(now) {
						t.Fatalf("at %s order %d has a step at %s, after %s", now, i+1, to, at)
					}
					at = step.at.before(now)
				}
			}
		}
	}
}

// Every file that is ordered is there, and every file that is there is ordered.
func TestFilesAreOrdered(t *testing.T) {
	ordered := map[string]bool{}
	for _, s := range sampleOrders() {
		for _, p := range s.parts {
			ordered[p.file] = true
			if len(sampleFiles()[p.file]) == 0 {
				t.Errorf("%s is ordered and not there", p.file)
			}
		}
	}
	if len(ordered) != len(sampleFiles()) {
		t.Errorf("%d files are there, %d ordered", len(sampleFiles()), len(ordered))
	}
}

func TestClock(t *testing.T) {
	var c Clock
	if d := time.Since(c.Now()); d > time.Minute || d < 0 {
		t.Errorf("it is %s late", d)
	}
	past := time.Now().Add(-past)
	c.begin(past)
	c.forward(past.Add(2 * time.Hour))
	c.forward(past.Add(time.Hour)) // which is over
	if d := c.Now().Sub(past); d < 2*time.Hour || d > 3*time.Hour {
		t.Errorf("put forward by two hours, it shows %s", d)
	}
	c.present()
	if d := time.Since(c.Now()); d > time.Minute {
		t.Errorf("in the present it is %s late", d)
	}
	ahead := Clock{Ahead: 48 * time.Hour}
	if d := time.Until(ahead.Now()); d < 47*time.Hour || d > 48*time.Hour {
		t.Errorf("two days ahead, it is %s ahead", d)
	}
}
