package app

import (
	"context"
	"sync"
	"time"

	"buildplate/app/shop"
	"buildplate/app/task"
)

// sliceBook remembers, for slices under way, which carts wait for them and what was guessed meanwhile.
type sliceBook struct {
	mu      sync.Mutex
	waiting map[string]map[string]bool // key -> carts
	guesses map[string]shop.SliceFacts // key -> an estimate
	cached  map[string]bool            // keys that were there before they were asked for
	stirred task.Signal
}

func newSliceBook() *sliceBook {
	return &sliceBook{waiting: map[string]map[string]bool{}, guesses: map[string]shop.SliceFacts{}, cached: map[string]bool{}, stirred: task.NewSignal()}
}

// stir is told by the queue that a place or a progress changed.
func (b *sliceBook) stir() { b.stirred.Wake() }

const mostGuesses = 10_000

func (b *sliceBook) await(key, cartID string, guess shop.SliceFacts) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waiting[key] == nil {
		b.waiting[key] = map[string]bool{}
	}
	b.waiting[key][cartID] = true
	if len(b.guesses) > mostGuesses {
		clear(b.guesses)
	}
	b.guesses[key] = guess
}

func (b *sliceBook) guess(key string) (shop.SliceFacts, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f, ok := b.guesses[key]
	return f, ok
}

func (b *sliceBook) finish(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.waiting, key)
}

func (b *sliceBook) keys() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make([]string, 0, len(b.waiting))
	for k := range b.waiting {
		out = append(out, k)
	}
	return out
}

func (b *sliceBook) carts() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	seen := map[string]bool{}
	var out []string
	for _, carts := range b.waiting {
		for c := range carts {
			if !seen[c] {
				seen[c] = true
				out = append(out, c)
			}
		}
	}
	return out
}

// tellCarts passes progress on to the pages that wait, a few times a second at most.
func (a *App) tellCarts(ctx context.Context) {
	for a.slices.stirred.Wait(ctx, time.Minute) {
		for _, c := range a.slices.carts() {
			a.tellCart(c)
		}
		select {
		case <-ctx.Done():
		case <-time.After(400 * time.Millisecond):
		}
	}
}

func (b *sliceBook) mark(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.cached) > mostGuesses {
		clear(b.cached)
	}
	b.cached[key] = true
}

func (b *sliceBook) fromCache(key string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.cached[key]
}
