package slicer

// anyWait says whether anything waits but what is made ahead.
func (q *Queue) anyWait() bool {
	return q.othersWait() || q.lanes[laneLong].waiting > 0 || q.longestHeld() != nil
}

// breakAhead breaks off what is made ahead, of several what began last, and says whether there was any. Its worker is free at once: to
// kill a process takes a moment, for which nobody waits.
func (q *Queue) breakAhead() bool {
	var last *running
	for _, r := range q.running {
		if r.Lane == LaneAhead && !r.left && (last == nil || r.began.After(last.began)) {
			last = r
		}
	}
	if last == nil {
		return false
	}
	last.left, last.again = true, true
	last.cancel()
	q.active--
	return true
}

// take makes what is being made ahead the work of somebody who waits for it: it runs on under their name. What was broken off is begun
// anew in their turn.
func (q *Queue) take(r *running, w Work) {
	if r.left {
		if r.instead == nil || w.Lane < r.instead.Lane {
			r.instead = &w
		}
		return
	}
	r.Work = w
	q.lanes[w.Lane].charge(w.path(), w.turns())
	if q.o.Long > 0 {
		q.review(r, q.o.Long)
	}
}
