package slicer

import (
	"context"
	"slices"
	"time"

	"buildplate/slicer/internal/engine"
)

// dispatch gives every free worker what is next, and frees one that makes something ahead while anything else waits, or where long
// work holds them all while others wait, or has had its while.
func (q *Queue) dispatch() {
	for !q.closed {
		switch {
		case q.active < q.o.Workers:
			if !q.begin() {
				return
			}
		case q.anyWait() && q.breakAhead():
		case q.othersWait() || q.longOverdue():
			if !q.makeWay() {
				return
			}
		case !q.takeTurns():
			return
		}
	}
}

// othersWait says whether work waits that is not known to be long.
func (q *Queue) othersWait() bool {
	return q.lanes[LaneStaff].waiting+q.lanes[LaneCustomer].waiting > 0
}

// begin gives a free worker its work: what was broken off too long ago; what was stopped or broken off, as long as another
// worker is left for those who wait; then those in their turns; then what was stopped, or broken off, before; at last what is made
// ahead.
func (q *Queue) begin() bool {
	held, share, overdue := q.longestHeld(), q.longActive() < q.o.Workers-1, q.longOverdue()
	if held != nil && !overdue && (share || !q.othersWait() || q.waitedLong(held)) {
		q.goOn(held)
		return true
	}
	inTurn := [lanes]Lane{LaneStaff, LaneCustomer, laneLong, LaneAhead}
	switch {
	case overdue:
		inTurn = [lanes]Lane{laneLong, LaneStaff, LaneCustomer, LaneAhead}
	case share:
		inTurn = [lanes]Lane{LaneStaff, laneLong, LaneCustomer, LaneAhead}
	}
	for _, i := range inTurn {
		l := q.lanes[i]
		if w, ok := l.next(); ok {
			q.forget(w.Key)
			r := q.start(w, i == laneLong)
			if i == laneLong {
				q.serveLongBy()
			}
			if overdue {
				q.spare(r)
			}
			return true
		}
	}
	return false
}

// longOverdue says whether what was broken off has waited for so long that others wait for it now.
func (q *Queue) longOverdue() bool {
	return q.lanes[laneLong].waiting > 0 && time.Since(q.longServed) >= heldPatience*q.o.Long
}

// serveLongBy begins the time in which what was broken off has to have its next turn.
func (q *Queue) serveLongBy() {
	q.longServed = time.Now()
	time.AfterFunc(heldPatience*q.o.Long, func() {
		q.mu.Lock()
		if q.closed {
			q.mu.Unlock()
			return
		}
		q.moved()
	})
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
		case r.held && r.again || r.left: // it is about to be gone
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
	if stopped >= q.o.Held {
		off := q.cheapest(last)
		off.breakOff()
		if off == last {
			return false
		}
	}
	q.hold(last)
	return true
}

// cheapest is which of the long ones is broken off where one more cannot be stopped: not one of staff where a customer's can
// be, then of those who want most at once, so that somebody with a hundred long slices breaks off none but their own; then
// whichever was broken off least often, and of those the one that is to make way.
func (q *Queue) cheapest(last *running) *running {
	cost := func(r *running) []int { return []int{int(r.Lane), q.wanted(r), -r.broken} }
	off := last
	for _, r := range q.running {
		if !r.held || r.again {
			continue
		}
		if c := slices.Compare(cost(r), cost(off)); c > 0 || c == 0 && off != last && r.began.After(off.began) {
			off = r
		}
	}
	return off
}

// wanted is how much runs and waits for the visitor that work is of, as far as addresses tell.
func (q *Queue) wanted(r *running) (n int) {
	of := r.path()[:1]
	for _, l := range q.lanes[:LaneAhead] {
		n += l.wanted(of)
	}
	for _, other := range q.running {
		if other.path()[0] == of[0] {
			n++
		}
	}
	return n
}

// breakOff ends work that is begun anew when its turn comes.
func (r *running) breakOff() {
	r.again = true
	r.broken++
	r.cancel()
}

// takeTurns stops a long one that has run for a while for one that was stopped for a while, where nothing else waits: what
// never ends does not keep the others.
func (q *Queue) takeTurns() bool {
	held := q.longestHeld()
	if held == nil || time.Since(held.since) < q.o.Long {
		return false
	}
	var first *running
	for _, r := range q.running {
		if r.long && !r.held && !r.again && time.Now().After(r.spared) && time.Since(r.wentOn) >= q.o.Long && (first == nil || r.wentOn.Before(first.wentOn)) {
			first = r
		}
	}
	if first == nil {
		return false
	}
	q.hold(first)
	q.goOn(held)
	return true
}

func (q *Queue) hold(r *running) {
	r.held, r.since = true, time.Now()
	r.brake.Hold()
	q.active--
	q.review(r, q.o.Long)
}

// goOn lets work run that was stopped.
func (q *Queue) goOn(r *running) {
	r.stopped += time.Since(r.since)
	r.held, r.wentOn = false, time.Now()
	q.active++
	q.review(r, q.o.Long)
	if q.othersWait() && q.waitedLong(r) {
		q.spare(r)
	}
	r.brake.Release()
}

// waitedLong says whether work has made way for so long that others wait for it now.
func (q *Queue) waitedLong(r *running) bool {
	stopped := r.stopped
	if r.held {
		stopped += time.Since(r.since)
	}
	return stopped >= heldPatience*q.o.Long
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

func (q *Queue) start(w Work, long bool) *running {
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{Work: w, cancel: cancel, began: time.Now(), wentOn: time.Now(), long: long}
	q.running[w.Key] = r
	q.active++
	if q.o.Long > 0 && r.Lane != LaneAhead {
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
	return r
}

// end takes work that has ended from its worker, and puts what was broken off to make way behind all others.
func (q *Queue) end(r *running, broken bool) {
	if r.timer != nil {
		r.timer.Stop()
	}
	q.lanes[r.Lane].charge(r.path(), q.overtime(r))
	delete(q.running, r.Key)
	if !r.held && !r.left {
		q.active--
	}
	if q.closed {
		return
	}
	switch {
	case r.instead != nil:
		q.lanes[r.instead.Lane].add(r.instead.path(), *r.instead)
	case r.left && r.again:
		q.lanes[LaneAhead].add(r.path(), r.Work)
	case r.again && broken:
		if q.lanes[laneLong].waiting == 0 {
			q.serveLongBy()
		}
		q.lanes[laneLong].add(r.path(), r.Work)
	}
}
