// Package live tells open pages that something changed. It carries news, not state: a page that hears of a change
// asks for the facts again, so news may be merged or dropped when a page is slow.
package live

import (
	"slices"
	"sync"
)

// Event is one piece of news. Topic says who may hear it ("cart:<id>", "staff"), Kind what changed ("cart", "order",
// "job", "task"), ID which one. Data, if any, is sent along as JSON.
type Event struct {
	Topic string
	Kind  string
	ID    string
	Data  any
}

// backlog is how much news waits for a slow listener before the oldest is dropped.
const backlog = 32

// Hub passes news to those who listen. The zero value is ready.
type Hub struct {
	mu        sync.Mutex
	listeners map[*listener]struct{}
}

type listener struct {
	topics []string
	events chan Event
}

// Subscribe listens to topics until cancel is called, which closes the channel. It is safe to cancel twice.
func (h *Hub) Subscribe(topics ...string) (<-chan Event, func()) {
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

// Publish passes news on and never waits: a listener that is behind loses its oldest news.
func (h *Hub) Publish(e Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.listeners {
		if !slices.Contains(l.topics, e.Topic) {
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
