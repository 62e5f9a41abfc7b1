package apptest

import (
	"sync"
	"time"
)

// Longest keeps the time of the longest write: the one that all others waited for.
type Longest struct {
	mu   sync.Mutex
	took time.Duration
}

// LongestWrite takes the time of every write of the shop from now on.
func (s *Scenario) LongestWrite() *Longest {
	l := &Longest{}
	s.DB.OnWrite(func(took time.Duration) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.took = max(l.took, took)
	})
	return l
}

// Reset forgets what was so far.
func (l *Longest) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.took = 0
}

// Milliseconds is how long the longest took.
func (l *Longest) Milliseconds() float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return float64(l.took) / 1e6
}
