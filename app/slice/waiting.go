package slice

import (
	"sync"

	"buildplate/app/shop"
	"buildplate/app/task"
)

// waiting remembers, for slices under way, which carts wait for them and what was estimated meanwhile.
type waiting struct {
	mu        sync.Mutex
	byKey     map[string]map[string]bool // key -> the carts that wait for it
	estimates map[string]shop.SliceFacts // key -> what it may come to
	cached    map[string]bool            // keys that were there before they were asked for
	changed   task.Signal
}

func newWaiting() *waiting {
	return &waiting{byKey: map[string]map[string]bool{}, estimates: map[string]shop.SliceFacts{}, cached: map[string]bool{}, changed: task.NewSignal()}
}

// change is told by the queue that a place or a progress changed.
func (b *waiting) change() { b.changed.Wake() }

const mostEstimates = 10_000

func (b *waiting) await(key, cartID string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.byKey[key] == nil {
		b.byKey[key] = map[string]bool{}
	}
	b.byKey[key][cartID] = true
}

func (b *waiting) expect(key string, estimate shop.SliceFacts) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.estimates) > mostEstimates {
		clear(b.estimates)
	}
	b.estimates[key] = estimate
}

func (b *waiting) estimate(key string) (shop.SliceFacts, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f, ok := b.estimates[key]
	return f, ok
}

func (b *waiting) finish(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.byKey, key)
}

func (b *waiting) carts() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	seen := map[string]bool{}
	var out []string
	for _, carts := range b.byKey {
		for c := range carts {
			if !seen[c] {
				seen[c] = true
				out = append(out, c)
			}
		}
	}
	return out
}

func (b *waiting) mark(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.cached) > mostEstimates {
		clear(b.cached)
	}
	b.cached[key] = true
}

func (b *waiting) fromCache(key string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.cached[key]
}
