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

// ahead queues what nobody waits for. Each is slow to end once it is broken off, as a process may be.
func (b *recordedQueue) ahead(key string, takes time.Duration) {
	b.Add(slicer.Work{Key: key, Owner: key, Lane: slicer.LaneAhead, Run: func(ctx context.Context, _ func(float64)) {
		b.mu.Lock()
		b.ran = append(b.ran, key)
		b.mu.Unlock()
		select {
		case <-ctx.Done():
			<-time.After(5 * time.Second)
		case <-time.After(takes):
		}
	}})
}

// What is made ahead runs on idle workers only, and makes way at once for whatever else comes, without that waiting for its end.
func TestQueueAheadDelaysNobody(t *testing.T) {
	for _, workers := range []int{1, 2, 3} {
		t.Run(fmt.Sprint(workers), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := longQueue(workers, 1)
				defer b.Close()
				for i := range 4 {
					b.ahead(fmt.Sprint("ahead ", i), time.Hour)
				}
				synctest.Wait()
				if got := len(b.order()); got != workers {
					t.Fatalf("%d workers make %d ahead", workers, got)
				}
				if waiting, active := b.Len(); waiting+active != 0 {
					t.Errorf("%d wait and %d run for somebody", waiting, active)
				}
				for i := range workers {
					b.work(slicer.LaneCustomer, fmt.Sprint("part ", i), time.Minute)
					b.runs(t, fmt.Sprint("part ", i), true)
					if waiting, active := b.Len(); waiting != 0 || active != i+1 {
						t.Errorf("%d wait and %d run", waiting, active)
					}
				}
				b.work(slicer.LaneCustomer, "next", time.Second)
				time.Sleep(30 * time.Second)
				if begun := b.order()[workers:]; len(begun) != workers {
					t.Errorf("while parts wait, %q were begun", begun)
				}
				b.work(slicer.LaneStaff, "staff", time.Second)
				if p := b.Place("ahead 0"); p.Running || p.Waiting <= 2 {
					t.Errorf("made ahead: %+v", p)
				}
				time.Sleep(33 * time.Second)
				synctest.Wait()
				// As many begin at the same moment as there are workers.
				got := b.order()[2*workers : 2*workers+max(2, workers)]
				if workers == 1 && got[0] != "staff" || !slices.Contains(got, "staff") || !slices.Contains(got, "next") {
					t.Errorf("served next were %q", got)
				}
				if got := b.order()[2*workers+2:]; len(got) != workers {
					t.Errorf("all is done, and %q are made ahead", got)
				}
			})
		})
	}
}

// On one worker long work that was stopped goes on before anything is made ahead, and what was broken off is begun anew first.
func TestQueueAheadComesAfterLongWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := longQueue(1, 1)
		defer b.Close()
		b.ahead("ahead", time.Hour)
		b.runs(t, "ahead", true)
		b.work(slicer.LaneCustomer, "long", 10*time.Minute)
		b.runs(t, "long", true)
		b.runs(t, "ahead", false)
		time.Sleep(2 * time.Minute)
		b.work(slicer.LaneCustomer, "cube", 10*time.Second)
		b.runs(t, "cube", true)
		time.Sleep(11 * time.Second)
		b.runs(t, "long", true)
		b.runs(t, "ahead", false)
		time.Sleep(10 * time.Minute)
		b.runs(t, "ahead", true)
	})
}

// Whoever comes to wait for what is being made ahead has it as it is: it is not begun anew, and makes way no more than theirs does.
func TestQueueAheadIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := longQueue(1, 1)
		defer b.Close()
		b.ahead("pose", 30*time.Second)
		time.Sleep(20 * time.Second)
		b.work(slicer.LaneCustomer, "pose", 30*time.Second)
		b.work(slicer.LaneCustomer, "other", time.Second)
		b.runs(t, "pose", true)
		if waiting, active := b.Len(); waiting != 1 || active != 1 {
			t.Errorf("%d wait and %d run", waiting, active)
		}
		time.Sleep(10 * time.Second)
		b.runs(t, "other", true)
		if got := b.order(); !slices.Equal(got, []string{"pose", "other"}) {
			t.Errorf("%q", got)
		}
	})
}

// What was broken off a moment ago is begun anew for whoever comes to wait for it, in their turn.
func TestQueueAheadIsBegunAnewForWhoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := longQueue(1, 1)
		defer b.Close()
		b.ahead("pose", time.Hour)
		synctest.Wait()
		b.work(slicer.LaneCustomer, "part", 10*time.Second)
		b.work(slicer.LaneCustomer, "pose", time.Second)
		b.work(slicer.LaneStaff, "pose", time.Second)
		time.Sleep(6 * time.Second)
		if p := b.Place("pose"); p.Waiting != 1 {
			t.Errorf("%+v", p)
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if got := b.order(); !slices.Equal(got, []string{"pose", "part", "pose"}) {
			t.Errorf("%q", got)
		}
		time.Sleep(time.Minute)
		if keys := b.Keys(); len(keys) != 0 {
			t.Errorf("left are %q", keys)
		}
	})
}

// What is dropped is not begun anew, running, broken off or waiting.
func TestQueueAheadIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := longQueue(1, 1)
		defer b.Close()
		for _, key := range []string{"off", "waits"} {
			b.ahead(key, time.Hour)
			synctest.Wait()
		}
		b.work(slicer.LaneCustomer, "part", time.Second)
		synctest.Wait()
		b.Drop("off")
		b.Drop("waits")
		time.Sleep(time.Minute)
		if keys, got := b.Keys(), b.order(); len(keys) != 0 || len(got) != 2 {
			t.Errorf("left are %q, run were %q", keys, got)
		}
	})
}

// However much is made ahead, everybody's work is done as soon as it is without: the same work is queued at the same moments.
func TestQueueAheadChangesNobodysTurn(t *testing.T) {
	done := func(t *testing.T, ahead bool) (all map[string]time.Duration) {
		all = map[string]time.Duration{}
		var mu sync.Mutex
		synctest.Test(t, func(t *testing.T) {
			b := longQueue(2, 2)
			defer b.Close()
			began := time.Now()
			for i := range 60 {
				if ahead && i%3 == 0 {
					b.ahead(fmt.Sprint("ahead ", i), 20*time.Second)
				}
				key := fmt.Sprint(i)
				takes := time.Duration(1+i*7%23)*time.Second + time.Duration(i*i)*time.Millisecond // no two things at one moment
				b.Add(slicer.Work{Key: key, Owner: fmt.Sprint(i % 5), Lane: slicer.Lane(i % 4 / 3), Run: func(ctx context.Context, _ func(float64)) {
					select {
					case <-ctx.Done():
						return
					case <-time.After(takes):
					}
					mu.Lock()
					all[key] = time.Since(began)
					mu.Unlock()
				}})
				time.Sleep(time.Duration(i*5%13)*time.Second + time.Duration(i)*time.Microsecond)
			}
			time.Sleep(time.Hour)
		})
		return all
	}
	without, with := done(t, false), done(t, true)
	for key, at := range without {
		if with[key] != at {
			t.Errorf("%s is done after %s, and without anything ahead after %s", key, with[key], at)
		}
	}
}
