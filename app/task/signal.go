package task

import (
	"context"
	"time"
)

// Signal wakes one worker that waits for work. Signals that come while it works are one. Make it with NewSignal.
type Signal chan struct{}

// NewSignal is a signal that was not given.
func NewSignal() Signal { return make(Signal, 1) }

// Wake says that there is work. It never waits.
func (s Signal) Wake() {
	select {
	case s <- struct{}{}:
	default:
	}
}

// Wait sleeps until there is work, or for the time given, or until the context ends; then it says false.
func (s Signal) Wait(ctx context.Context, most time.Duration) bool {
	t := time.NewTimer(most)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-s:
	case <-t.C:
	}
	return true
}
