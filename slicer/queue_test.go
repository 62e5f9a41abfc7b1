package slicer_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"buildplate/slicer"
)

// recordedQueue is a queue whose work takes a minute each and writes down the order it ran in.
type recordedQueue struct {
	*slicer.Queue
	mu  sync.Mutex
	ran []string
}

func newRecordedQueue(workers int) *recordedQueue {
	return &recordedQueue{Queue: slicer.NewQueue(slicer.QueueOptions{Workers: workers})}
}

func (b *recordedQueue) add(lane slicer.Lane, owner, key string) {
	b.Add(slicer.Work{Key: key, Owner: owner, Lane: lane, Run: func(ctx context.Context, progress func(float64)) {
		b.mu.Lock()
		b.ran = append(b.ran, key)
		b.mu.Unlock()
		for i := range 10 {
			progress(float64(i) / 10)
			select {
			case <-ctx.Done():
				return
			case <-time.After(6 * time.Second):
			}
		}
	}})
}

func (b *recordedQueue) order() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.ran)
}

func TestQueueServesStaffFirstAndOwnersInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newRecordedQueue(1)
		defer b.Close()
		b.add(slicer.LaneCustomer, "first", "running")
		synctest.Wait()
		for i := 1; i <= 3; i++ {
			b.add(slicer.LaneCustomer, "ann", fmt.Sprint("ann ", i))
		}
		b.add(slicer.LaneCustomer, "bob", "bob 1")
		b.add(slicer.LaneCustomer, "bob", "bob 2")
		b.add(slicer.LaneCustomer, "cat", "cat 1")
		b.add(slicer.LaneStaff, "counter", "staff 1")
		b.add(slicer.LaneStaff, "counter", "staff 2")

		want := []string{"staff 1", "staff 2", "ann 1", "bob 1", "cat 1", "ann 2", "bob 2", "ann 3"}
		// The places people are told are the order they are served in, at every moment.
		for turn := range len(want) + 1 {
			synctest.Wait()
			for i, key := range want {
				p := b.Place(key)
				if place := i + 1 - turn; place > 0 && (p.Waiting != place || p.Running) {
					t.Errorf("turn %d: %s is at %+v, want place %d", turn, key, p, place)
				} else if place == 0 && !p.Running {
					t.Errorf("turn %d: %s is at %+v, want it to run", turn, key, p)
				} else if place < 0 && p != (slicer.Place{}) {
					t.Errorf("turn %d: %s is done and at %+v", turn, key, p)
				}
			}
			if waiting, active := b.Len(); waiting != len(want)-turn || active != 1 {
				t.Errorf("turn %d: %d wait and %d run", turn, waiting, active)
			}
			time.Sleep(time.Minute)
		}
		synctest.Wait()
		if got := b.order()[1:]; !slices.Equal(got, want) {
			t.Errorf("served %q, want %q", got, want)
		}
		if waiting, active := b.Len(); waiting+active != 0 {
			t.Errorf("%d wait and %d run when all is done", waiting, active)
		}
	})
}

// TestQueueLateOwnerWaitsForOnePart is the promise to somebody who comes after another's hundred parts.
func TestQueueLateOwnerWaitsForOnePart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newRecordedQueue(1)
		defer b.Close()
		for i := range 100 {
			b.add(slicer.LaneCustomer, "many", fmt.Sprint("many ", i))
		}
		synctest.Wait()
		b.add(slicer.LaneCustomer, "late", "late")
		if p := b.Place("late"); p.Waiting != 1 {
			t.Errorf("place %+v, want 1", p)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if p := b.Place("late"); !p.Running {
			t.Errorf("after one part: %+v", p)
		}
	})
}

func TestQueueRunsAKeyOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newRecordedQueue(2)
		defer b.Close()
		for range 3 {
			b.add(slicer.LaneCustomer, "ann", "part")
			b.add(slicer.LaneStaff, "counter", "part")
			synctest.Wait()
		}
		b.add(slicer.LaneCustomer, "ann", "other")
		b.add(slicer.LaneCustomer, "bob", "waiting")
		b.add(slicer.LaneCustomer, "cat", "waiting")
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if got := b.order(); len(got) != 3 {
			t.Errorf("ran %q", got)
		}
		b.add(slicer.LaneCustomer, "ann", "part") // it may be asked for again once it is done
		synctest.Wait()
		if got := b.order(); len(got) != 4 {
			t.Errorf("ran %q", got)
		}
	})
}

func TestQueueUsesItsWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newRecordedQueue(3)
		defer b.Close()
		for i := range 7 {
			b.add(slicer.LaneCustomer, "ann", fmt.Sprint(i))
		}
		synctest.Wait()
		if waiting, active := b.Len(); waiting != 4 || active != 3 {
			t.Errorf("%d wait and %d run", waiting, active)
		}
		start := time.Now()
		for {
			if waiting, active := b.Len(); waiting+active == 0 {
				break
			}
			time.Sleep(time.Second)
		}
		if took := time.Since(start).Round(time.Minute); took != 3*time.Minute {
			t.Errorf("seven minutes of work took three workers %v", took)
		}
	})
}

func TestQueueProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newRecordedQueue(1)
		defer b.Close()
		b.add(slicer.LaneCustomer, "ann", "part")
		last := -1.0
		for range 9 {
			synctest.Wait()
			p := b.Place("part")
			if !p.Running || p.Progress <= last || p.Progress > 1 {
				t.Errorf("%+v after %.1f", p, last)
			}
			last = p.Progress
			time.Sleep(6 * time.Second)
		}
	})
}

func TestQueueDrop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newRecordedQueue(1)
		defer b.Close()
		for _, key := range []string{"running", "dropped", "kept"} {
			b.add(slicer.LaneCustomer, "ann", key)
		}
		b.add(slicer.LaneCustomer, "bob", "all of bob's")
		synctest.Wait()
		b.Drop("dropped")
		b.Drop("all of bob's")
		b.Drop("never heard of")
		if p := b.Place("kept"); p.Waiting != 1 {
			t.Errorf("kept is at %+v", p)
		}
		b.Drop("running")
		synctest.Wait()
		if p := b.Place("kept"); !p.Running {
			t.Errorf("a dropped slice holds its worker: kept is at %+v", p)
		}
		b.add(slicer.LaneCustomer, "bob", "bob again")
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if got, want := b.order(), []string{"running", "kept", "bob again"}; !slices.Equal(got, want) {
			t.Errorf("ran %q, want %q", got, want)
		}
	})
}

func TestQueueClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newRecordedQueue(2)
		for i := range 5 {
			b.add(slicer.LaneCustomer, "ann", fmt.Sprint(i))
		}
		synctest.Wait()
		start := time.Now()
		b.Close() // returns, or synctest finds the deadlock
		if took := time.Since(start); took > time.Second {
			t.Errorf("closing took %v", took)
		}
		if got := b.order(); len(got) != 2 {
			t.Errorf("ran %q, want only the two under way", got)
		}
		b.add(slicer.LaneStaff, "counter", "too late")
		time.Sleep(time.Hour)
		if got := b.order(); len(got) != 2 {
			t.Errorf("ran %q after it was closed", got)
		}
	})
}

// TestQueueTellsOfChanges holds that changed is called whenever a place moves, and never with the lock held.
func TestQueueTellsOfChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q *slicer.Queue
		var mu sync.Mutex
		seen := map[slicer.Place]bool{}
		ready := make(chan struct{})
		q = slicer.NewQueue(slicer.QueueOptions{Workers: 1, Changed: func() {
			<-ready
			p := q.Place("second") // deadlocks if the lock is held
			mu.Lock()
			seen[p] = true
			mu.Unlock()
		}})
		close(ready)
		defer q.Close()
		for _, key := range []string{"first", "second"} {
			q.Add(slicer.Work{Key: key, Owner: "ann", Lane: slicer.LaneCustomer, Run: func(_ context.Context, progress func(float64)) {
				time.Sleep(time.Second)
				progress(0.5)
				time.Sleep(time.Second)
			}})
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		for _, p := range []slicer.Place{{Waiting: 1}, {Running: true}, {Running: true, Progress: 0.5}, {}} {
			if !seen[p] {
				t.Errorf("nobody was told of %+v", p)
			}
		}
	})
}

// TestQueueUnderLoad lets the race detector look: many owners add, drop and ask at once, and each key that was not
// dropped runs.
func TestQueueUnderLoad(t *testing.T) {
	const owners, parts = 8, 50
	var mu sync.Mutex
	ran := map[string]int{}
	var added, done sync.WaitGroup
	q := slicer.NewQueue(slicer.QueueOptions{Workers: 4})
	for owner := range owners {
		added.Add(1)
		done.Add(parts)
		go func() {
			defer added.Done()
			for i := range parts {
				key := fmt.Sprint(owner, "/", i)
				q.Add(slicer.Work{Key: key, Owner: fmt.Sprint(owner), Lane: slicer.Lane(i % 2), Run: func(_ context.Context, progress func(float64)) {
					progress(1)
					mu.Lock()
					ran[key]++
					mu.Unlock()
					done.Done()
				}})
				q.Place(key)
				q.Len()
				q.Drop(key + " of nobody")
			}
		}()
	}
	added.Wait()
	done.Wait()
	q.Close()
	for key, n := range ran {
		if n != 1 {
			t.Errorf("%s ran %d times", key, n)
		}
	}
	if len(ran) != owners*parts {
		t.Errorf("%d of %d ran", len(ran), owners*parts)
	}
}
