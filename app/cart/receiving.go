package cart

import "sync"

// receiving knows of which uploads a piece is arriving right now. The zero value is ready.
type receiving struct {
	mu     sync.Mutex
	pieces map[string]int
}

// begin notes a piece and returns what ends it.
func (r *receiving) begin(uploadID string) (end func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pieces == nil {
		r.pieces = map[string]int{}
	}
	r.pieces[uploadID]++
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.pieces[uploadID]--; r.pieces[uploadID] == 0 {
			delete(r.pieces, uploadID)
		}
	}
}

func (r *receiving) has(uploadID string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.pieces[uploadID] > 0
}
