package slicer

import (
	"context"
	"time"

	"buildplate/slicer/internal/engine"
)

// dispatch gives every free worker what is next, and frees one where long work holds them all while others wait.
func (q *Queue) dispatch() {
	for !q.closed {
		if q.active < q.o.Workers {
			if !q.begin() {
				return
			}
			continue
		}
		if !q.othersWait() || !q.makeWay() {
			return
		}
	}
}

// othersWait says whether work waits that is not known to be long.
func (q *Queue) othersWait() bool {
	return q.lanes[LaneStaff].waiting+q.lanes[LaneCustomer].waiting > 0
}

// begin gives a free worker its work: what was stopped or broken off, as long as another worker is left for those who
// wait; then those in their turns; then what was stopped, or broken off, before.
func (q *Queue) begin() bool {
	held, share := q.longestHeld(), q.longActive() < q.o.Workers-1
	if held != nil && (share || !q.othersWait() || q.waitedLong(held)) {
		q.goOn(held)
		return true
	}
	inTurn := [lanes]Lane{LaneStaff, LaneCustomer, laneLong}
	if share {
		inTurn = [lanes]Lane{LaneStaff, laneLong, LaneCustomer}
	}
	for _, i := range inTurn {
		l := q.lanes[i]
		if w, ok := l.next(); ok {
			q.forget(w.Key)
			q.start(w, i == laneLong)
			return true
		}
	}
	return false
}

func (q *Queue) longestHeld() (first *running) {
	for _, r := range q.running {
		if r.held && (first == nil || r.since.Before(first.since)) {
			first = r
		}
	}
	return first
}

func (q *Queue) longActive() (n int) {
	for _, r := range q.running {
		if r.long && !r.held {
			n++
		}
	}
	return n
}

// makeWay stops one of the long ones where they hold all workers: a customer's before one of staff, and of those the one
// that began last. It says whether a worker is free now; one whose work is broken off is so a moment later.
func (q *Queue) makeWay() bool {
	if !engine.CanHold || q.longActive() < q.active {
		return false
	}
	var last *running
	stopped := 0
	for _, r := range q.running {
		switch {
		case r.held:
			stopped++
		case r.again:
			return false // it is making way already
		case time.Now().Before(r.spared):
		case q.waitedLong(r):
			q.spare(r)
		case last == nil || r.Lane > last.Lane || r.Lane == last.Lane && r.began.After(last.began):
			last = r
		}
	}
	if last == nil {
		return false
	}
	if stopped < q.o.Held {
		last.held, last.since = true, time.Now()
		last.brake.Hold()
		q.active--
		return true
	}
	last.again = true
	last.cancel()
	return false
}

// goOn lets work run that was stopped.
func (q *Queue) goOn(r *running) {
	r.stopped += time.Since(r.since)
	r.held = false
	q.active++
	if q.othersWait() && q.waitedLong(r) {
		q.spare(r)
	}
	r.brake.Release()
}

// waitedLong says whether work has made way for so long that others wait for it now. Where more than one runs at a time,
// it has its turn when another long one ends.
func (q *Queue) waitedLong(r *running) bool {
	stopped := r.stopped
	if r.held {
		stopped += time.Since(r.since)
	}
	return q.o.Workers == 1 && stopped >= heldPatience*q.o.Long
}

// spare lets work run for a while without making way.
func (q *Queue) spare(r *running) {
	r.stopped, r.spared = 0, time.Now().Add(q.o.Long)
	q.review(r, q.o.Long)
}

// review looks after some time whether work has to make way.
func (q *Queue) review(r *running, after time.Duration) {
	if r.timer != nil {
		r.timer.Stop()
	}
	r.timer = time.AfterFunc(after, func() {
		q.mu.Lock()
		if q.running[r.Key] == r && !r.held {
			r.long, r.spared = true, time.Time{}
		}
		q.moved()
	})
}

func (q *Queue) start(w Work, long bool) {
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{Work: w, cancel: cancel, began: time.Now(), long: long}
	q.running[w.Key] = r
	q.active++
	if q.o.Long > 0 && !long {
		q.review(r, q.o.Long)
	}
	q.done.Add(1)
	go func() {
		defer q.done.Done()
		q.o.Changed()
		w.Run(engine.WithBrake(ctx, &r.brake), func(f float64) {
			q.mu.Lock()
			r.progress = f
			q.mu.Unlock()
			q.o.Changed()
		})
		broken := ctx.Err() != nil
		cancel()
		q.mu.Lock()
		q.end(r, broken)
		q.moved()
	}()
}

// end takes work that has ended from its worker, and puts what was broken off to make way behind all others.
func (q *Queue) end(r *running, broken bool) {
	if r.timer != nil {
		r.timer.Stop()
	}
	delete(q.running, r.Key)
	if !r.held {
		q.active--
	}
	if r.again && broken && !q.closed {
		q.lanes[laneLong].add(r.path(), r.Work)
	}
}
