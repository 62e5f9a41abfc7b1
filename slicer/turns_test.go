package slicer_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"buildplate/slicer"
)

// addFrom queues a minute's work of somebody at an address.
func (b *recordedQueue) addFrom(w slicer.Work) {
	w.Run = func(ctx context.Context, _ func(float64)) {
		b.mu.Lock()
		b.ran = append(b.ran, w.Key)
		b.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-time.After(time.Minute):
		}
	}
	b.Add(w)
}

// TestQueueManyCartsAreOneAddress is the promise to somebody who comes after sixty carts of one visitor.
func TestQueueManyCartsAreOneAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newRecordedQueue(1)
		defer b.Close()
		for i := range 60 {
			b.addFrom(slicer.Work{Key: fmt.Sprint("many ", i), Owner: fmt.Sprint("cart ", i), Address: "192.0.2.1", Lane: slicer.LaneCustomer})
		}
		synctest.Wait()
		b.addFrom(slicer.Work{Key: "late", Owner: "late", Address: "192.0.2.2", Lane: slicer.LaneCustomer})
		if p := b.Place("late"); p.Waiting != 1 {
			t.Errorf("place %+v, want 1", p)
		}
	})
}

// TestQueueTurnsAtAnAddress lets the carts of one address take the turns of that address.
func TestQueueTurnsAtAnAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newRecordedQueue(1)
		defer b.Close()
		b.addFrom(slicer.Work{Key: "running", Owner: "x", Lane: slicer.LaneStaff})
		synctest.Wait()
		add := func(key, owner, address string) {
			b.addFrom(slicer.Work{Key: key, Owner: owner, Address: address, Lane: slicer.LaneCustomer})
		}
		for i := range 3 {
			add(fmt.Sprint("ann ", i), "ann", "school")
		}
		add("bob 0", "bob", "school")
		add("cat 0", "cat", "") // whose address is not known has turns of their own
		add("dan 0", "dan", "")
		add("dan 1", "dan", "")
		b.addFrom(slicer.Work{Key: "counter", Owner: "counter", Lane: slicer.LaneStaff})
		want := []string{"counter", "ann 0", "cat 0", "dan 0", "bob 0", "dan 1", "ann 1", "ann 2"}
		for i, key := range want {
			if p := b.Place(key); p.Waiting != i+1 {
				t.Errorf("%s is at %+v, want %d", key, p, i+1)
			}
		}
		time.Sleep(time.Hour)
		if got := b.order()[1:]; !slices.Equal(got, want) {
			t.Errorf("served %q, want %q", got, want)
		}
	})
}

// TestQueueCostlyOwnerWaits serves somebody with a costly piece of work again when the others had as much; what it costs
// may show only while it runs.
func TestQueueCostlyOwnerWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newRecordedQueue(1)
		defer b.Close()
		b.addFrom(slicer.Work{Key: "big 0", Owner: "big", Lane: slicer.LaneCustomer, Cost: 2})
		synctest.Wait()
		b.Charge("big 0", 3)
		b.addFrom(slicer.Work{Key: "big 1", Owner: "big", Lane: slicer.LaneCustomer})
		for i := range 7 {
			b.addFrom(slicer.Work{Key: fmt.Sprint("small ", i), Owner: "small", Lane: slicer.LaneCustomer})
		}
		want := []string{"big 0", "small 0", "small 1", "small 2", "small 3", "small 4", "big 1", "small 5", "small 6"}
		if p := b.Place("big 1"); p.Waiting != 6 {
			t.Errorf("the costly one's next is at %+v, want 6", p)
		}
		time.Sleep(time.Hour)
		if got := b.order(); !slices.Equal(got, want) {
			t.Errorf("served %q, want %q", got, want)
		}
	})
}

// TestQueueLargeWorkCountsForMore keeps nobody's small pieces behind another's hundred large ones, though each is done before it is
// long: they wait for those that run, and for hardly more.
func TestQueueLargeWorkCountsForMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &recordedQueue{Queue: slicer.NewQueue(slicer.QueueOptions{Workers: 2, Long: time.Minute, Turn: 5 * time.Second})}
		defer b.Close()
		for i := range 100 {
			b.runsFor(slicer.Work{Key: fmt.Sprint("large ", i), Owner: "large", Address: "192.0.2.1", Lane: slicer.LaneCustomer}, 59*time.Second)
		}
		time.Sleep(5 * time.Second)
		began := time.Now()
		for i := range 30 {
			b.runsFor(slicer.Work{Key: fmt.Sprint("small ", i), Owner: "small", Address: "192.0.2.2", Lane: slicer.LaneCustomer}, time.Second)
		}
		for b.Place("small 29") != (slicer.Place{}) {
			time.Sleep(time.Second)
		}
		if took := time.Since(began); took > 4*time.Minute {
			t.Errorf("30 small pieces took %s beside another's large ones", took)
		}
	})
}

// TestQueueSharedKeyHasTheBestPlace wants the same part of two owners done once, when the first of them has their turn.
func TestQueueSharedKeyHasTheBestPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newRecordedQueue(1)
		defer b.Close()
		b.addFrom(slicer.Work{Key: "running", Owner: "x", Lane: slicer.LaneCustomer})
		synctest.Wait()
		for _, key := range []string{"a", "b", "c", "shared", "d"} {
			b.addFrom(slicer.Work{Key: key, Owner: "many", Lane: slicer.LaneCustomer})
		}
		b.addFrom(slicer.Work{Key: "shared", Owner: "late", Lane: slicer.LaneCustomer})
		if p := b.Place("shared"); p.Waiting != 2 {
			t.Errorf("the shared part is at %+v, want 2", p)
		}
		b.addFrom(slicer.Work{Key: "shared", Owner: "counter", Lane: slicer.LaneStaff})
		if p := b.Place("shared"); p.Waiting != 1 {
			t.Errorf("the shared part is at %+v for staff, want 1", p)
		}
		if waiting, _ := b.Len(); waiting != 5 {
			t.Errorf("%d wait, want 5", waiting)
		}
		time.Sleep(time.Hour)
		if got, want := b.order(), []string{"running", "shared", "a", "b", "c", "d"}; !slices.Equal(got, want) {
			t.Errorf("served %q, want %q", got, want)
		}
	})
}

// TestQueuePlacesAreTheOrderServed draws queues by lot: the places that were told are the order in which work runs.
func TestQueuePlacesAreTheOrderServed(t *testing.T) {
	for seed := range uint64(50) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			b := newRecordedQueue(1)
			defer b.Close()
			var keys []string
			for i := range 60 {
				if r.IntN(6) == 0 {
					time.Sleep(time.Duration(r.IntN(120)) * time.Second)
				}
				key := fmt.Sprint(i - r.IntN(2)*r.IntN(4)) // some are wanted by several
				keys = append(keys, key)
				b.addFrom(slicer.Work{
					Key: key, Owner: fmt.Sprint(r.IntN(8)), Address: []string{"", "one", "two"}[r.IntN(3)],
					Lane: slicer.Lane(min(r.IntN(8), 1)), Cost: float64(r.IntN(4)),
				})
			}
			synctest.Wait()
			told := map[string]int{}
			for _, key := range keys {
				if p := b.Place(key); p.Waiting > 0 {
					told[key] = p.Waiting
				}
			}
			before := len(b.order())
			time.Sleep(2 * time.Hour)
			for i, key := range b.order()[before:] {
				if told[key] != i+1 {
					t.Errorf("seed %d: %s was told place %d and came as number %d", seed, key, told[key], i+1)
				}
			}
		})
	}
}
