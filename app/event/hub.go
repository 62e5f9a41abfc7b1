package event

import (
	"slices"
	"sync"
)

// backlog is how many events wait for a slow listener before the oldest is dropped.
const backlog = 32

// hub passes events to open pages.
type hub struct {
	mu        sync.Mutex
	listeners map[*listener]struct{}
}

type listener struct {
	topics []string
	events chan Event
}

func (h *hub) listen(topics ...string) (<-chan Event, func()) {
	l := &listener{topics: slices.Clone(topics), events: make(chan Event, backlog)}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.listeners == nil {
		h.listeners = map[*listener]struct{}{}
	}
	h.listeners[l] = struct{}{}
	return l.events, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if _, ok := h.listeners[l]; ok {
			delete(h.listeners, l)
			close(l.events)
		}
	}
}

// publish never waits.
func (h *hub) publish(e Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.listeners {
		if !slices.ContainsFunc(e.Topics(), func(t string) bool { return slices.Contains(l.topics, t) }) {
			continue
		}
		for {
			select {
			case l.events <- e:
			default:
				select {
				case <-l.events:
				default:
				}
				continue
			}
			break
		}
	}
}
