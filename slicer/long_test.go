package slicer_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"buildplate/slicer"
)

// longQueue is a queue in which work is long after a minute.
func longQueue(workers, held int) *recordedQueue {
	return &recordedQueue{Queue: slicer.NewQueue(slicer.QueueOptions{Workers: workers, Held: held, Long: time.Minute})}
}

// work queues what takes so long; stopping reaches processes only, so here it runs on while it makes way.
func (b *recordedQueue) work(lane slicer.Lane, key string, takes time.Duration) {
	b.Add(slicer.Work{Key: key, Owner: key, Lane: lane, Run: func(ctx context.Context, _ func(float64)) {
		b.mu.Lock()
		b.ran = append(b.ran, key)
		b.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-time.After(takes):
		}
	}})
}

// runsFor queues what takes so many seconds in which it is not stopped.
func (b *recordedQueue) runsFor(w slicer.Work, takes time.Duration) {
	w.Run = func(ctx context.Context, _ func(float64)) {
		for took := time.Duration(0); took < takes; {
			select {
			case <-ctx.Done():
				return
			case <-time.After(time.Second):
			}
			if !b.Stopped(w.Key) {
				took += time.Second
			}
		}
	}
	b.Add(w)
}

func (b *recordedQueue) runs(t *testing.T, key string, want bool) {
	t.Helper()
	synctest.Wait()
	if p := b.Place(key); p.Running != want {
		t.Errorf("%s is at %+v", key, p)
	}
}

// TestQueueLongWorkLeavesAWorker is two long slices on two workers: another's is begun as soon as both are known to be
// long, and not before.
func TestQueueLongWorkLeavesAWorker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := longQueue(2, 2)
		defer b.Close()
		b.work(slicer.LaneCustomer, "long 1", time.Hour)
		b.work(slicer.LaneCustomer, "long 2", time.Hour)
		time.Sleep(30 * time.Second)
		b.work(slicer.LaneCustomer, "cube", time.Second)
		b.runs(t, "cube", false)
		time.Sleep(30 * time.Second)
		b.runs(t, "cube", true)
		time.Sleep(10 * time.Minute)
		b.work(slicer.LaneCustomer, "at once", time.Second) // long work is known: nobody waits for it any more
		b.runs(t, "at once", true)
		if got := len(b.order()); got != 4 {
			t.Errorf("%d were begun, want 4: long work is stopped, not begun anew", got)
		}
	})
}

// TestQueueOneWorkerServesShortOnes is one worker with a long slice: short ones run at once, one after another.
func TestQueueOneWorkerServesShortOnes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := longQueue(1, 1)
		defer b.Close()
		b.work(slicer.LaneCustomer, "long", 3*time.Hour)
		time.Sleep(2 * time.Minute)
		for i := range 3 {
			b.work(slicer.LaneCustomer, fmt.Sprint("cube ", i), 10*time.Second)
		}
		for i := range 3 {
			b.runs(t, fmt.Sprint("cube ", i), true)
			time.Sleep(10 * time.Second)
		}
		b.runs(t, "long", true)
		if waiting, running := b.Len(); waiting != 0 || running != 1 {
			t.Errorf("%d wait and %d run", waiting, running)
		}
	})
}

// TestQueueStoppedWorkGetsOn wants long work to get a minute now and then although short ones never end.
func TestQueueStoppedWorkGetsOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := longQueue(1, 1)
		defer b.Close()
		b.work(slicer.LaneCustomer, "long", time.Hour*24)
		time.Sleep(2 * time.Minute)
		quiet := 0 // seconds in which a short one waited and none ran
		for i := range 30 * 60 {
			if i%10 == 0 {
				b.work(slicer.LaneCustomer, fmt.Sprint("cube ", i/10), 10*time.Second)
			}
			time.Sleep(time.Second)
			synctest.Wait()
			if waiting, running := b.Len(); waiting > 0 && running == 1 {
				quiet++
			}
		}
		if quiet < 60 {
			t.Errorf("in half an hour the stopped one ran for %d s", quiet)
		}
	})
}

// TestQueueBreaksOffBeyondItsMemory begins anew what cannot be stopped too, when nobody waits any more.
func TestQueueBreaksOffBeyondItsMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := longQueue(1, 1)
		defer b.Close()
		b.work(slicer.LaneCustomer, "long 1", 20*time.Minute)
		b.work(slicer.LaneCustomer, "long 2", 20*time.Minute)
		b.work(slicer.LaneCustomer, "cube", time.Second)
		time.Sleep(2*time.Minute + time.Second)
		b.runs(t, "long 2", false) // broken off, and last
		if p := b.Place("long 2"); p.Waiting != 1 {
			t.Errorf("the one that was broken off is at %+v, want 1", p)
		}
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if waiting, running := b.Len(); waiting+running != 0 {
			t.Errorf("%d wait and %d run", waiting, running)
		}
		if got := fmt.Sprint(b.order()); got != "[long 1 long 2 cube long 2]" {
			t.Errorf("began %s", got)
		}
	})
}

// TestQueueLongOnesOfOneVisitor is one worker, and a visitor who sends one endless model after another from new carts: somebody
// else's that takes a while is done, whether addresses are known or not.
func TestQueueLongOnesOfOneVisitor(t *testing.T) {
	for name, address := range map[string]string{"known": "192.0.2.1", "unknown": ""} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := longQueue(1, 1)
				defer b.Close()
				sends := func(i int) {
					b.runsFor(slicer.Work{Key: fmt.Sprint("endless ", i), Owner: fmt.Sprint("cart ", i), Address: address, Lane: slicer.LaneCustomer}, time.Hour)
				}
				sends(0)
				time.Sleep(30 * time.Second)
				b.runsFor(slicer.Work{Key: "vase", Owner: "ann", Lane: slicer.LaneCustomer}, 100*time.Second)
				done := false
				for i := 1; i < 60 && !done; i++ {
					sends(i)
					time.Sleep(50 * time.Second)
					synctest.Wait()
					done = b.Place("vase") == slicer.Place{}
				}
				if !done {
					t.Errorf("it is at %+v after 50 minutes", b.Place("vase"))
				}
			})
		})
	}
}

// TestQueueLongOnesTakeTurns is one worker whose queue is empty but for long ones, two of which never end: the third is done,
// whichever of them was broken off.
func TestQueueLongOnesTakeTurns(t *testing.T) {
	for at := range 3 {
		t.Run(fmt.Sprint("it came ", at), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := longQueue(1, 1)
				defer b.Close()
				for i := range 3 {
					key, takes := fmt.Sprint("endless ", i), 1000*time.Hour
					if i == at {
						key, takes = "vase", 100*time.Second
					}
					b.runsFor(slicer.Work{Key: key, Owner: key, Lane: slicer.LaneCustomer}, takes)
				}
				time.Sleep(time.Hour)
				synctest.Wait()
				if p := b.Place("vase"); p != (slicer.Place{}) {
					t.Errorf("it is at %+v after an hour", p)
				}
			})
		})
	}
}

// TestQueueStaffIsStoppedLast stops a customer's long slice before one of staff.
func TestQueueStaffIsStoppedLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := longQueue(2, 1)
		b.work(slicer.LaneCustomer, "customer", time.Hour)
		time.Sleep(time.Second)
		b.work(slicer.LaneStaff, "counter", time.Hour)
		time.Sleep(2 * time.Minute)
		for i := range 20 { // the one stopped does not go on while these come: one long one and they hold both workers
			b.work(slicer.LaneCustomer, fmt.Sprint("cube ", i), 10*time.Second)
		}
		synctest.Wait()
		if waiting, running := b.Len(); waiting != 19 || running != 3 {
			t.Errorf("%d wait and %d run", waiting, running)
		}
		b.Close() // ends what is stopped too, or synctest finds the deadlock
	})
}

// TestQueueLongWorkHasItsShare wants what was broken off to be done although short work never ends: all workers but one
// are for long work, if there is any.
func TestQueueLongWorkHasItsShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := longQueue(2, 1)
		defer b.Close()
		for i := range 4 {
			b.work(slicer.LaneCustomer, fmt.Sprint("long ", i), 5*time.Minute)
		}
		for i := range 6 * 60 { // for an hour
			if i%2 == 0 {
				b.work(slicer.LaneCustomer, fmt.Sprint("cube ", i), 15*time.Second)
			}
			time.Sleep(10 * time.Second)
		}
		synctest.Wait()
		for i := range 4 {
			if p := b.Place(fmt.Sprint("long ", i)); p != (slicer.Place{}) {
				t.Errorf("long %d is at %+v after an hour", i, p)
			}
		}
	})
}
