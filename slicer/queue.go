package slicer

import (
	"context"
	"sync"
)

// Lane is who is served first.
type Lane int

// Lanes, in the order they are served.
const (
	LaneStaff Lane = iota
	LaneCustomer
	lanes
)

// Work is one slice that waits its turn. Owner is whose it is, for fairness; the same Key is queued once.
type Work struct {
	Key   string // of its [Plan]
	Owner string
	Lane  Lane
	Run   func(ctx context.Context, progress func(float64))
}

// Place is how far a piece of work is.
type Place struct {
	Waiting  int     // 1 is next; 0 when it runs
	Progress float64 // 0 to 1 while it runs
	Running  bool
}

// Queue runs work on a fixed number of workers: staff before customers, and among customers the owners in turn, so
// that nobody's hundred parts keep another waiting for more than one.
type Queue struct {
	changed func() // called without the lock when places change

	mu      sync.Mutex
	wake    *sync.Cond
	lanes   [lanes]lane
	running map[string]*running
	closed  bool
	done    sync.WaitGroup
}

type lane struct {
	owners []string // in the order of their turns
	work   map[string][]Work
}

type running struct {
	cancel   context.CancelFunc
	progress float64
}

// NewQueue starts so many workers. changed is told when someone's place may have changed; it must not block.
func NewQueue(workers int, changed func()) *Queue {
	q := &Queue{changed: changed, running: map[string]*running{}}
	q.wake = sync.NewCond(&q.mu)
	for i := range q.lanes {
		q.lanes[i].work = map[string][]Work{}
	}
	for range workers {
		q.done.Add(1)
		go q.worker()
	}
	return q
}

// Add queues work, unless the same key waits or runs already.
func (q *Queue) Add(w Work) {
	q.mu.Lock()
	if _, busy := q.running[w.Key]; busy || q.closed || q.waiting(w.Key) != 0 {
		q.mu.Unlock()
		return
	}
	l := &q.lanes[w.Lane]
	if len(l.work[w.Owner]) == 0 {
		l.owners = append(l.owners, w.Owner)
	}
	l.work[w.Owner] = append(l.work[w.Owner], w)
	q.wake.Signal()
	q.mu.Unlock()
	q.changed()
}

// Drop takes work out of the queue, or stops it while it runs.
func (q *Queue) Drop(key string) {
	q.mu.Lock()
	for i := range q.lanes {
		l := &q.lanes[i]
		for owner, ws := range l.work {
			for j, w := range ws {
				if w.Key == key {
					l.work[owner] = append(ws[:j:j], ws[j+1:]...)
					if len(l.work[owner]) == 0 {
						l.forget(owner)
					}
					break
				}
			}
		}
	}
	if r, ok := q.running[key]; ok {
		r.cancel()
	}
	q.mu.Unlock()
	q.changed()
}

func (l *lane) forget(owner string) {
	delete(l.work, owner)
	for i, o := range l.owners {
		if o == owner {
			l.owners = append(l.owners[:i:i], l.owners[i+1:]...)
			return
		}
	}
}

// next takes the work whose turn it is; its owner goes to the end of the line.
func (l *lane) next() (Work, bool) {
	if len(l.owners) == 0 {
		return Work{}, false
	}
	owner := l.owners[0]
	w := l.work[owner][0]
	if rest := l.work[owner][1:]; len(rest) > 0 {
		l.work[owner] = rest
		l.owners = append(l.owners[1:len(l.owners):len(l.owners)], owner)
	} else {
		l.forget(owner)
	}
	return w, true
}

// Place tells how far the work of a key is; the zero Place when it is not here.
func (q *Queue) Place(key string) Place {
	q.mu.Lock()
	defer q.mu.Unlock()
	if r, ok := q.running[key]; ok {
		return Place{Running: true, Progress: r.progress}
	}
	return Place{Waiting: q.waiting(key)}
}

// waiting plays the turns forward until the key's comes.
func (q *Queue) waiting(key string) int {
	place := 0
	for i := range q.lanes {
		l := &q.lanes[i]
		longest := 0
		for _, ws := range l.work {
			longest = max(longest, len(ws))
		}
		for round := range longest {
			for _, owner := range l.owners {
				if ws := l.work[owner]; round < len(ws) {
					place++
					if ws[round].Key == key {
						return place
					}
				}
			}
		}
	}
	return 0
}

// Len is how much waits and how much runs.
func (q *Queue) Len() (waiting, active int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i := range q.lanes {
		for _, ws := range q.lanes[i].work {
			waiting += len(ws)
		}
	}
	return waiting, len(q.running)
}

// Close stops what runs and waits for it; what waited is left out.
func (q *Queue) Close() {
	q.mu.Lock()
	q.closed = true
	for _, r := range q.running {
		r.cancel()
	}
	q.wake.Broadcast()
	q.mu.Unlock()
	q.done.Wait()
}

func (q *Queue) worker() {
	defer q.done.Done()
	for {
		w, ctx, r, ok := q.take()
		if !ok {
			return
		}
		q.changed()
		w.Run(ctx, func(f float64) {
			q.mu.Lock()
			r.progress = f
			q.mu.Unlock()
			q.changed()
		})
		r.cancel()
		q.mu.Lock()
		delete(q.running, w.Key)
		q.mu.Unlock()
		q.changed()
	}
}

func (q *Queue) take() (Work, context.Context, *running, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for {
		if q.closed {
			return Work{}, nil, nil, false
		}
		for i := range q.lanes {
			if w, ok := q.lanes[i].next(); ok {
				ctx, cancel := context.WithCancel(context.Background())
				r := &running{cancel: cancel}
				q.running[w.Key] = r
				return w, ctx, r, true
			}
		}
		q.wake.Wait()
	}
}
