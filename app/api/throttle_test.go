package api

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

func TestThrottlePerVisitorAndForAll(t *testing.T) {
	now := time.Unix(1000, 0)
	th := newThrottle(func() time.Time { return now })
	addr := func(i int) string { return fmt.Sprintf("198.51.100.%d", i) }
	b := budgets[limitOneTime]
	for i := range int(b.eachBurst) {
		if err := th.allow(limitOneTime, addr(1)); err != nil {
			t.Fatalf("attempt %d: %v", i, err)
		}
	}
	err := th.allow(limitOneTime, addr(1))
	var p *Problem
	if !errors.As(err, &p) || p.Status != 429 || p.Kind != "throttled" || p.retryAfter != 3*time.Second {
		t.Fatalf("one more: %+v", p)
	}
	if err := th.allow(limitOneTime, addr(2)); err != nil {
		t.Errorf("another visitor waits too: %v", err)
	}
	if err := th.allow(limitUpload, addr(1)); err != nil {
		t.Errorf("another thing waits too: %v", err)
	}
	// Rotating addresses come up against the limit for all; what one visitor was refused did not count.
	passed := 0
	for i := range 200 {
		if th.allow(limitOneTime, addr(3+i)) == nil {
			passed++
		}
	}
	if want := int(b.allBurst) - int(b.eachBurst) - 1; passed != want {
		t.Errorf("%d passed, want %d", passed, want)
	}
	// Over an hour nobody gets more than the rate.
	passed = 0
	for range 3600 {
		now = now.Add(time.Second)
		for range 3 {
			if th.allow(limitOneTime, "") == nil {
				passed++
			}
		}
	}
	if most := int(b.all)*60 + int(b.allBurst); passed > most {
		t.Errorf("%d passed in an hour, want at most %d", passed, most)
	}
	for i := range maxVisitors + 1000 {
		_ = th.allow(limitPart, fmt.Sprint("visitor ", i))
	}
	if len(th.each) > maxVisitors {
		t.Errorf("%d visitors remembered", len(th.each))
	}
}

// crowd lets so many addresses visit once a second each for a minute, and says how many visits passed.
func crowd(th *throttle, now *time.Time, name limitName, addr func(i int) string, n int) (passed int) {
	for range 60 {
		*now = now.Add(time.Second)
		for i := range n {
			if th.allow(name, addr(i)) == nil {
				passed++
			}
		}
	}
	return passed
}

// The /64s of one home, of one company, or a handful of addresses take all they may: others still get in, at each limit.
func TestAFewVisitorsAreNotAll(t *testing.T) {
	for crowdName, addr := range map[string]func(i int) string{
		"a /59":          func(i int) string { return fmt.Sprintf("2001:db8:0:%x::", i%32) },
		"a /48":          func(i int) string { return fmt.Sprintf("2001:db8:0:%x::", i*257) },
		"a handful":      func(i int) string { return fmt.Sprintf("203.0.113.%d", i%12) },
		"a few networks": func(i int) string { return fmt.Sprintf("2001:db8:%x:%x::", i%6, i*257) },
	} {
		for name, b := range budgets {
			now := time.Unix(1000, 0)
			th := newThrottle(func() time.Time { return now })
			passed := crowd(th, &now, name, addr, 64)
			if crowdName == "a /48" || crowdName == "a /59" {
				if most := (b.all + b.allBurst) / 4; float64(passed) > max(most, b.each+b.eachBurst)+1 {
					t.Errorf("%s: %s got %d in a minute, more than a quarter", name, crowdName, passed)
				}
			}
			for i := range 20 {
				if err := th.allow(name, fmt.Sprintf("198.51.100.%d", i)); err != nil {
					t.Errorf("%s: beside %s another visitor waits: %v", name, crowdName, err)
				}
			}
			if err := th.allow(name, "2001:db8:ffff:1::"); err != nil {
				t.Errorf("%s: beside %s another network waits: %v", name, crowdName, err)
			}
		}
	}
}

// Whoever waits has lost nothing: what a refused visit took is there again.
func TestARefusedVisitTakesNothing(t *testing.T) {
	now := time.Unix(1000, 0)
	th := newThrottle(func() time.Time { return now })
	name, b := limitCheckout, budgets[limitCheckout]
	for range int(b.allBurst) {
		_ = th.allow(name, "") // until the open half is gone
	}
	const mine = "198.51.100.1"
	little := int(b.eachBurst / 2)
	for i := range little {
		if err := th.allow(name, mine); err != nil {
			t.Fatalf("%d of what is kept: %v", i, err)
		}
	}
	for range 100 {
		if th.allow(name, mine) == nil {
			t.Fatal("more than little was taken of what is kept")
		}
	}
	now = now.Add(time.Second) // for the open half to have some again
	passed := 0
	for range 100 {
		if th.allow(name, mine) == nil {
			passed++
		}
	}
	if want := int(b.all / 2 / 60); passed != want {
		t.Errorf("%d passed, want %d", passed, want)
	}
}
