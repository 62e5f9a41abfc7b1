package slicer_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"buildplate/slicer"
)

// TestQueueNobodyIsStarved is a visitor who sends long slices at once and then short ones without end, to a shop of so many
// workers: somebody else's that takes a while is done in an hour or two.
func TestQueueNobodyIsStarved(t *testing.T) {
	for _, c := range []struct {
		workers, burst     int
		long, short, every time.Duration
	}{
		{1, 4, 15 * time.Minute, 55 * time.Second, 50 * time.Second},
		{2, 2, 15 * time.Minute, 55 * time.Second, 50 * time.Second},
		{2, 3, 15 * time.Minute, 55 * time.Second, 50 * time.Second},
		{2, 4, 12 * time.Minute, 55 * time.Second, 50 * time.Second},
		{2, 4, 15 * time.Minute, 55 * time.Second, 50 * time.Second},
		{2, 4, 15 * time.Minute, 3 * time.Second, 2500 * time.Millisecond},
		{2, 4, 15 * time.Minute, 15 * time.Second, 10 * time.Second},
		{2, 8, 5 * time.Minute, 55 * time.Second, 50 * time.Second},
		{3, 6, 15 * time.Minute, 55 * time.Second, 20 * time.Second},
		{4, 16, 15 * time.Minute, 55 * time.Second, 12 * time.Second},
	} {
		t.Run(fmt.Sprintf("%d workers, %d of %s, then %s each %s", c.workers, c.burst, c.long, c.short, c.every), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := longQueue(c.workers, c.workers)
				defer b.Close()
				sent := 0
				sends := func(takes time.Duration) {
					sent++
					b.runsFor(slicer.Work{Key: fmt.Sprint("evil ", sent), Owner: fmt.Sprint("cart ", sent/50), Address: "192.0.2.1", Lane: slicer.LaneCustomer}, takes)
				}
				for range c.burst {
					sends(c.long)
				}
				time.Sleep(10 * time.Second)
				b.runsFor(slicer.Work{Key: "vase", Owner: "ann", Address: "198.51.100.7", Lane: slicer.LaneCustomer}, 100*time.Second)
				began := time.Now()
				for b.Place("vase") != (slicer.Place{}) && time.Since(began) < 2*time.Hour {
					if waiting, _ := b.Len(); waiting < 10+c.burst {
						sends(c.short)
					}
					time.Sleep(c.every)
					synctest.Wait()
				}
				if p := b.Place("vase"); p != (slicer.Place{}) {
					t.Errorf("it is at %+v after two hours, stopped %v", p, b.Stopped("vase"))
				}
				t.Logf("done after %s", time.Since(began))
			})
		})
	}
}
