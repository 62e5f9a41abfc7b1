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
	for i := range maxVisitors * 2 {
		_ = th.allow(limitPart, fmt.Sprint("visitor ", i))
	}
	if len(th.each) > maxVisitors {
		t.Errorf("%d visitors remembered", len(th.each))
	}
}
