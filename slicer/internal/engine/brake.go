package engine

import (
	"context"
	"os"
	"sync"
	"time"
)

// Brake stops the processes of one piece of work, whichever run in their turn, and lets them go on. While it is held,
// their wall clock stands; a process that starts meanwhile is stopped at once. The zero value is ready.
type Brake struct {
	mu   sync.Mutex
	held bool
	on   map[*braked]struct{}
}

// braked is a process under supervision with its clock.
type braked struct {
	process *os.Process
	group   *group
	wall    *wallClock
}

type brakeKey struct{}

// WithBrake has what is run with the context obey a brake.
func WithBrake(ctx context.Context, b *Brake) context.Context {
	return context.WithValue(ctx, brakeKey{}, b)
}

// Hold stops the processes with their groups. It does nothing where the system cannot: see [CanHold].
func (b *Brake) Hold() { b.set(true) }

// Release lets them go on.
func (b *Brake) Release() { b.set(false) }

func (b *Brake) set(held bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !CanHold || b.held == held {
		return
	}
	b.held = held
	for p := range b.on {
		p.obey(held)
	}
}

func (p *braked) obey(held bool) {
	if held {
		suspend(p.process, p.group)
		p.wall.stop()
		return
	}
	p.wall.start()
	resume(p.process, p.group)
}

// brakeOn puts a process under the brake of its context, if there is one, until free is called.
func brakeOn(ctx context.Context, p *braked) (free func()) {
	b, ok := ctx.Value(brakeKey{}).(*Brake)
	if !ok {
		return func() {}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.on == nil {
		b.on = map[*braked]struct{}{}
	}
	b.on[p] = struct{}{}
	if b.held {
		p.obey(true)
	}
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.on, p)
	}
}

// wallClock ends a process after so much time in which it was not stopped.
type wallClock struct {
	mu    sync.Mutex
	left  time.Duration
	since time.Time   // when it was started last
	timer *time.Timer // nil while it stands
	up    func()
}

func newWallClock(left time.Duration, up func()) *wallClock {
	w := &wallClock{left: left, up: up}
	w.start()
	return w
}

func (w *wallClock) start() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer == nil {
		w.since, w.timer = time.Now(), time.AfterFunc(w.left, w.up)
	}
}

func (w *wallClock) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil && w.timer.Stop() {
		w.left -= time.Since(w.since)
		w.timer = nil
	}
}
