package slicer

import (
	"container/heap"
	"container/list"
	"slices"
)

// line is who waits in one lane, as a tree: networks, addresses, then the owners at each, then their work. Whoever was served
// least comes next, at each level; among equals, whoever was served, or came, longest ago. Who comes new, or comes back,
// has had as much as whoever was served last: time spent away is no credit. So that those who come new all the time leave a
// turn to those who had one, every second turn goes to whoever waits longest once that is out of patience.
type line struct {
	had     float64 // turns' worth of service, with what everybody has had at least
	since   int     // when it was last served, or came
	floor   float64 // what those below have had at least
	clock   int
	below   map[string]*line
	inTurn  turns         // of those below, who wait
	at      int           // its place in the turns above
	queue   list.List     // of those in inTurn, whoever waits longest first
	place   *list.Element // in the queue above
	spared  bool          // the last turn went to whoever waits longest
	work    []Work        // of an owner
	waiting int           // pieces of work in all
}

// turns is a heap of those who wait, whoever comes next first.
type turns []*line

func (t turns) Len() int { return len(t) }

func (t turns) Less(i, j int) bool {
	return t[i].had < t[j].had || t[i].had == t[j].had && t[i].since < t[j].since
}

func (t turns) Swap(i, j int) {
	t[i], t[j] = t[j], t[i]
	t[i].at, t[j].at = i, j
}

// Push adds a line at the end.
func (t *turns) Push(x any) {
	l := x.(*line)
	l.at = len(*t)
	*t = append(*t, l)
}

// Pop takes the last line out.
func (t *turns) Pop() any {
	all := *t
	l := all[len(all)-1]
	*t = all[:len(all)-1]
	return l
}

// mostRemembered is how many may be known below one level who wait for nothing, before those of them who were served longest
// ago are forgotten.
const mostRemembered = 1000

// patience is how many turns and arrivals pass before it counts that somebody waits longest.
const patience = 100

// path leads from a lane to an owner. Whose address is not known is on their own.
func (w Work) path() (all []string) {
	if w.Address == "" {
		return []string{"owner " + w.Owner, w.Owner}
	}
	for _, n := range w.Networks {
		all = append(all, "network "+n)
	}
	return append(all, "address "+w.Address, w.Owner)
}

// turns is how many turns the work counts for when it is served.
func (w Work) turns() float64 {
	if w.Cost > 0 {
		return w.Cost
	}
	return 1
}

func (l *line) add(path []string, w Work) {
	l.waiting++
	if len(path) == 0 {
		l.work = append(l.work, w)
		return
	}
	if l.below == nil {
		l.below = map[string]*line{}
	}
	next := l.below[path[0]]
	if next == nil {
		if len(l.below)-len(l.inTurn) >= mostRemembered {
			l.forget()
		}
		next = &line{}
		l.below[path[0]] = next
	}
	if next.waiting == 0 {
		next.had = max(next.had, l.floor)
		l.clock++
		next.since = l.clock
		heap.Push(&l.inTurn, next)
		next.place = l.queue.PushBack(next)
	}
	next.add(path[1:], w)
}

// forget drops half of those who wait for nothing, so that the next have room for a while.
func (l *line) forget() {
	type idle struct {
		name  string
		since int
	}
	var known []idle
	for name, next := range l.below {
		if next.waiting == 0 {
			known = append(known, idle{name, next.since})
		}
	}
	slices.SortFunc(known, func(a, b idle) int { return a.since - b.since })
	for _, gone := range known[:len(known)-mostRemembered/2] {
		delete(l.below, gone.name)
	}
}

// wanted is how much waits at the end of a path.
func (l *line) wanted(path []string) int {
	for _, name := range path {
		if l = l.below[name]; l == nil {
			return 0
		}
	}
	return l.waiting
}

// has says whether an owner waits for a key.
func (l *line) has(path []string, key string) bool {
	for _, name := range path {
		if l = l.below[name]; l == nil {
			return false
		}
	}
	for _, w := range l.work {
		if w.Key == key {
			return true
		}
	}
	return false
}

// next takes the work whose turn it is, if any waits.
func (l *line) next() (Work, bool) {
	if l.waiting == 0 {
		return Work{}, false
	}
	l.waiting--
	if len(l.work) > 0 { // an owner's: nobody is below
		w := l.work[0]
		l.work = l.work[1:]
		return w, true
	}
	first := l.inTurn[0]
	if oldest := l.queue.Front().Value.(*line); oldest != first && !l.spared && l.clock-oldest.since > patience {
		first, l.spared = oldest, true
	} else {
		l.floor, l.spared = max(l.floor, first.had), false
	}
	w, ok := first.next()
	l.clock++
	first.since = l.clock
	first.had += w.turns()
	if first.waiting == 0 {
		heap.Remove(&l.inTurn, first.at)
		l.queue.Remove(first.place)
	} else {
		heap.Fix(&l.inTurn, first.at)
		l.queue.MoveToBack(first.place)
	}
	return w, ok
}

// charge adds to what an owner has had, with their address.
func (l *line) charge(path []string, turns float64) {
	for _, name := range path {
		next := l.below[name]
		if next == nil {
			return
		}
		next.had += turns
		if next.waiting > 0 {
			heap.Fix(&l.inTurn, next.at)
		}
		l = next
	}
}

// drop takes the work of a key out, whoever waits for it.
func (l *line) drop(key string) {
	kept := l.work[:0:0]
	for _, w := range l.work {
		if w.Key != key {
			kept = append(kept, w)
		}
	}
	l.waiting, l.work = len(kept), kept
	still := l.inTurn[:0:0]
	for _, next := range l.inTurn {
		if next.drop(key); next.waiting > 0 {
			next.at = len(still)
			still = append(still, next)
			l.waiting += next.waiting
		} else {
			l.queue.Remove(next.place)
		}
	}
	if len(still) < len(l.inTurn) {
		heap.Init(&still)
	}
	l.inTurn = still
}

// copy is a line to play forward, without those who wait for nothing.
func (l *line) copy() *line {
	c := *l
	c.below, c.inTurn, c.queue = nil, make(turns, len(l.inTurn)), list.List{}
	for e := l.queue.Front(); e != nil; e = e.Next() {
		next := e.Value.(*line).copy()
		next.place = c.queue.PushBack(next)
		c.inTurn[next.at] = next
	}
	return &c
}

// count adds up how many wait for each key.
func (l *line) count(often map[string]int) {
	for _, w := range l.work {
		often[w.Key]++
	}
	for _, next := range l.inTurn {
		next.count(often)
	}
}
