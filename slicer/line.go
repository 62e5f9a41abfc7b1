package slicer

// line is who waits in one lane, as a tree: addresses, then the owners at each, then their work. Whoever was served
// least comes next, at each level; among equals, whoever was served, or came, longest ago. Who comes new, or comes back,
// has had as much as whoever was served last: time spent away is no credit.
type line struct {
	had     float64 // turns' worth of service, with what everybody has had at least
	since   int     // when it was last served, or came
	floor   float64 // what those below have had at least
	clock   int
	below   map[string]*line
	work    []Work // of an owner
	waiting int    // pieces of work in all
}

// mostRemembered is how many may be known below one level before those who wait for nothing are forgotten.
const mostRemembered = 1000

// path leads from a lane to an owner. Whose address is not known is on their own.
func (w Work) path() []string {
	address := "address " + w.Address
	if w.Address == "" {
		address = "owner " + w.Owner
	}
	return []string{address, w.Owner}
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
		if len(l.below) >= mostRemembered {
			l.forget()
		}
		next = &line{}
		l.below[path[0]] = next
	}
	if next.waiting == 0 {
		next.had = max(next.had, l.floor)
		l.clock++
		next.since = l.clock
	}
	next.add(path[1:], w)
}

// forget drops those who wait for nothing and would come back as if they were new.
func (l *line) forget() {
	for name, next := range l.below {
		if next.waiting == 0 && next.had <= l.floor {
			delete(l.below, name)
		}
	}
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
	if len(l.work) > 0 {
		w := l.work[0]
		l.work = l.work[1:]
		return w, true
	}
	var first *line
	for _, next := range l.below {
		if next.waiting > 0 && (first == nil || next.had < first.had || next.had == first.had && next.since < first.since) {
			first = next
		}
	}
	w, ok := first.next()
	l.floor = max(l.floor, first.had)
	l.clock++
	first.since = l.clock
	first.had += w.turns()
	return w, ok
}

// charge adds to what an owner has had, with their address.
func (l *line) charge(path []string, turns float64) {
	for _, name := range path {
		if l = l.below[name]; l == nil {
			return
		}
		l.had += turns
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
	for _, next := range l.below {
		if next.waiting > 0 {
			next.drop(key)
		}
		l.waiting += next.waiting
	}
}

// copy is a line to play forward, without those who wait for nothing.
func (l *line) copy() *line {
	c := *l
	c.below = make(map[string]*line, len(l.below))
	for name, next := range l.below {
		if next.waiting > 0 {
			c.below[name] = next.copy()
		}
	}
	return &c
}

// count adds up how many wait for each key.
func (l *line) count(often map[string]int) {
	for _, w := range l.work {
		often[w.Key]++
	}
	for _, next := range l.below {
		next.count(often)
	}
}
