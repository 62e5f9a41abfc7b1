package slicer

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"buildplate/slicer/internal/engine"
)

// Lane is who is served first.
type Lane int

// Lanes, in the order they are served. Work that is known to be long, since it was broken off to make way, comes after what
// people wait for. Last is what is made ahead: nobody waits for it, it runs where a worker has nothing else to do, and is broken off as
// soon as anything else waits.
const (
	LaneStaff Lane = iota
	LaneCustomer
	laneLong
	LaneAhead
	lanes
)

// Work is one piece of work that waits its turn. Address and Owner say whose it is, for fairness: those at one address
// take turns as one, and so do those in one of the address's networks; whose address is not known are on their own. The same
// Key is done once, at the best of its places.
type Work struct {
	Key      string   // of its [Plan]
	Networks []string // that the address is in and counts as one with, widest first
	Address  string   // where its owner comes from; "" where that is not known
	Owner    string
	Lane     Lane
	Cost     float64 // in turns; 0 for one
	// Run does it; it may be begun anew when its context ended. What it runs as a process can be stopped for a while.
	Run    func(ctx context.Context, progress func(float64))
	broken int // how often it was broken off
}

// Place is how far a piece of work is.
type Place struct {
	Waiting  int     // 1 is next; 0 when it runs
	Progress float64 // 0 to 1 while it runs
	Running  bool
}

// QueueOptions say how a [Queue] works.
type QueueOptions struct {
	Workers int
	Changed func() // called without the lock when someone's place may have changed; it must not block
	// Long is how long work may run before it is long: then it makes way while others wait. 0: never.
	Long time.Duration
	// Held is how many pieces of work may be stopped at once, each with its memory; 0 for one. Beyond that, long work
	// that has to make way is broken off and begun anew when nobody waits.
	Held int
	// Turn is how long a turn is: work that ran for longer counts for as many more of its owner's, up to what makes it long. 0: all
	// work counts for its cost.
	Turn time.Duration
}

// heldPatience is how many times as long as work runs before it is long it may be stopped in all, or be broken off: then it runs
// once as long again, though others wait.
const heldPatience = 10

// Queue runs work on a fixed number of workers: staff before customers, among them the addresses in turn and at each
// the owners in turn, so that nobody's hundred parts, or sixty carts, keep another waiting for more than one. Long work
// never holds all workers while others wait: one is stopped, and goes on when a worker is free. What is made ahead delays nobody.
type Queue struct {
	o QueueOptions

	mu      sync.Mutex
	lanes   [lanes]*line
	running map[string]*running
	active  int            // of those that run: not stopped
	places  map[string]int // of what waits; nil when it must be worked out again
	awaited int            // of those places, without what is made ahead
	// longServed is when work was last begun anew that had been broken off, or when the first of it was.
	longServed time.Time
	closed     bool
	done       sync.WaitGroup
}

type running struct {
	Work
	brake    engine.Brake
	cancel   context.CancelFunc
	timer    *time.Timer
	progress float64
	began    time.Time
	wentOn   time.Time // the last time that it began, or went on
	long     bool
	spared   time.Time // it does not make way before this
	held     bool
	since    time.Time     // that it is held
	stopped  time.Duration // before that, in all, since it was spared
	again    bool          // it was broken off, to be begun anew
	left     bool          // made ahead, it was broken off and has its worker no more
	instead  *Work         // somebody came to wait for what was broken off: this is begun anew
}

// NewQueue makes a queue; its workers start with the work.
func NewQueue(o QueueOptions) *Queue {
	if o.Changed == nil {
		o.Changed = func() {}
	}
	if o.Held == 0 {
		o.Held = 1
	}
	q := &Queue{o: o, running: map[string]*running{}}
	for i := range q.lanes {
		q.lanes[i] = &line{}
	}
	return q
}

// Add queues work, unless its key runs already or its owner waits for it. What is being made ahead is the work of whoever waits for it.
func (q *Queue) Add(w Work) {
	q.mu.Lock()
	r, busy := q.running[w.Key]
	switch {
	case busy && r.Lane == LaneAhead && w.Lane < LaneAhead && !q.closed:
		q.take(r, w)
	case busy || q.closed || q.lanes[w.Lane].has(w.path(), w.Key) || q.lanes[laneLong].has(w.path(), w.Key):
		q.mu.Unlock()
		return
	default:
		q.lanes[w.Lane].add(w.path(), w)
	}
	q.moved()
}

// moved gives work to whoever has none, and tells of it. It unlocks the queue.
func (q *Queue) moved() {
	q.places = nil
	q.dispatch()
	q.mu.Unlock()
	q.o.Changed()
}

// Drop takes work out of the queue, or stops it while it runs.
func (q *Queue) Drop(key string) {
	q.mu.Lock()
	q.forget(key)
	if r, ok := q.running[key]; ok {
		r.again, r.instead = false, nil
		r.cancel()
	}
	q.moved()
}

func (q *Queue) forget(key string) {
	for _, l := range q.lanes {
		if l.waiting > 0 {
			l.drop(key)
		}
	}
}

// Charge adds to what the owner of running work has had: it turned out to cost so many turns more, or fewer, than said.
func (q *Queue) Charge(key string, turns float64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if r, ok := q.running[key]; ok {
		q.lanes[r.Lane].charge(r.path(), turns)
		q.places = nil
	}
}

// overtime is how many turns work ran for beyond its own, without what it was stopped for.
func (q *Queue) overtime(r *running) float64 {
	if q.o.Turn == 0 {
		return 0
	}
	ran := time.Since(r.began) - r.stopped
	if r.held {
		ran -= time.Since(r.since)
	}
	if q.o.Long > 0 {
		ran = min(ran, q.o.Long)
	}
	return max(float64(ran)/float64(q.o.Turn)-1, 0)
}

// Place tells how far the work of a key is; the zero Place when it is not here.
func (q *Queue) Place(key string) Place {
	q.mu.Lock()
	defer q.mu.Unlock()
	if r, ok := q.running[key]; ok {
		switch {
		case r.instead != nil:
			return Place{Waiting: 1}
		case !r.left:
			return Place{Running: true, Progress: r.progress}
		}
	}
	q.place()
	return Place{Waiting: q.places[key]}
}

// place plays the turns forward until nothing waits.
func (q *Queue) place() {
	if q.places != nil {
		return
	}
	q.places = map[string]int{}
	var forward [lanes]*line
	often := map[string]int{}
	for i, l := range q.lanes {
		forward[i] = l.copy()
		l.count(often)
	}
	for i, l := range forward {
		if Lane(i) == LaneAhead {
			q.awaited = len(q.places)
		}
		for w, ok := l.next(); ok; w, ok = l.next() {
			q.places[w.Key] = len(q.places) + 1
			if often[w.Key] > 1 { // it is done once, and leaves the others' lists
				for _, other := range forward {
					other.drop(w.Key)
				}
			}
		}
	}
}

// Keys lists what waits and what runs, in no order.
func (q *Queue) Keys() []string {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.place()
	return slices.Concat(slices.Collect(maps.Keys(q.places)), slices.Collect(maps.Keys(q.running)))
}

// Len is how much waits and how much runs, without what is made ahead.
func (q *Queue) Len() (waiting, active int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.place()
	for _, r := range q.running {
		if r.Lane != LaneAhead {
			active++
		}
	}
	return q.awaited, active
}

// Close stops what runs and waits for it; what waited is left out.
func (q *Queue) Close() {
	q.mu.Lock()
	q.closed = true
	for _, r := range q.running {
		r.cancel()
	}
	q.mu.Unlock()
	q.done.Wait()
}
