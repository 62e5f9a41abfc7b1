package lock

import (
	"context"
	"sync"
)

// ByKey locks by name. The zero value is ready.
type ByKey struct {
	// Waits hears of a key whose holder somebody begins to wait for. It is set before the first lock, or nil.
	Waits func(key string)

	mu    sync.Mutex
	locks map[string]*entry
}

type entry struct {
	held  chan struct{} // holds one token while the lock is taken
	users int           // holders and those who wait
}

// Lock waits for the key until the context ends, and returns what frees it. Errors: the context's.
func (m *ByKey) Lock(ctx context.Context, key string) (unlock func(), err error) {
	m.mu.Lock()
	if m.locks == nil {
		m.locks = map[string]*entry{}
	}
	l := m.locks[key]
	if l == nil {
		l = &entry{held: make(chan struct{}, 1)}
		m.locks[key] = l
	}
	l.users++
	m.mu.Unlock()
	unlock = func() {
		<-l.held
		m.leave(key, l)
	}
	select {
	case l.held <- struct{}{}:
		return unlock, nil
	default:
	}
	if m.Waits != nil {
		m.Waits(key)
	}
	select {
	case l.held <- struct{}{}:
		return unlock, nil
	case <-ctx.Done():
		m.leave(key, l)
		return nil, ctx.Err()
	}
}

func (m *ByKey) leave(key string, l *entry) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if l.users--; l.users == 0 {
		delete(m.locks, key)
	}
}
