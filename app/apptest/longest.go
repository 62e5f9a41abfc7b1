package apptest

import (
	"sync"
	"testing"
	"time"
)

// Everybody else who writes waits for the longest write, which is to take 20 ms at most. A machine that is busy with other
// things makes any write long now and then, but not the same one each time: of the turns of a benchmark the best counts, and
// what takes so many times that long in each is too long on any machine.
const (
	longestWrite = 20 * time.Millisecond
	tooLong      = 5 * longestWrite
)

// Longest keeps the time of the longest write of a turn, the one that all others waited for, and that of the best turn.
type Longest struct {
	mu         sync.Mutex
	took, best time.Duration
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

// Begin begins a turn: what was written before it does not count.
func (l *Longest) Begin() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.took = 0
}

// End ends a turn.
func (l *Longest) End() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.best == 0 || l.took < l.best {
		l.best = l.took
	}
}

// Report says in a benchmark how long the longest of its best turn took, and fails it where that is too long on any machine.
func (l *Longest) Report(b *testing.B) {
	b.Helper()
	b.ReportMetric(l.Milliseconds(), "longest-ms")
	if l.Milliseconds() > float64(tooLong.Milliseconds()) {
		b.Errorf("the longest write took %.0f ms, for which everybody else who writes had to wait; the goal is %v, and %v is too long on any machine: write less in one transaction", l.Milliseconds(), longestWrite, tooLong)
	}
}

// Milliseconds is how long the longest of the best turn took.
func (l *Longest) Milliseconds() float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return float64(l.best) / 1e6
}
