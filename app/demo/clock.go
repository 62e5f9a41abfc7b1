package demo

import (
	"sync"
	"time"
)

// Clock is the shop's clock in a demonstration: it shows the past while that is filled in, and the machine's time before and
// after. It goes on meanwhile, and never back. The zero value shows the machine's time.
type Clock struct {
	Ahead time.Duration // of the machine's time, so that what comes with the weeks can be seen today

	mu  sync.Mutex
	at  time.Time // what it was put to; zero while it shows the machine's time
	set time.Time // when, by the machine
}

// Now is the time it shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Time {
	if c.at.IsZero() {
		return time.Now().Add(c.Ahead)
	}
	return c.at.Add(time.Since(c.set))
}

// begin puts it back to where the past begins.
func (c *Clock) begin(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.set = at, time.Now()
}

// forward puts it to a time, unless that is over.
func (c *Clock) forward(to time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if to.After(c.now()) {
		c.at, c.set = to, time.Now()
	}
}

// present has it show the machine's time again.
func (c *Clock) present() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = time.Time{}
}
