package event

import (
	"context"
	"fmt"
	"reflect"

	"buildplate/db"
)

// Bus brings events to those who act on them and to open pages. The zero value is ready. Subscribers are registered
// before the first event.
type Bus struct {
	subscribers map[reflect.Type][]func(context.Context, *db.Tx, Event) error
	pages       hub
}

// Subscribe has act run inside the transaction of every event of its kind, in the order of registration. It writes rows
// and never commits; its error undoes the transaction.
func Subscribe[E Event](b *Bus, act func(context.Context, *db.Tx, E) error) {
	if b.subscribers == nil {
		b.subscribers = map[reflect.Type][]func(context.Context, *db.Tx, Event) error{}
	}
	kind := reflect.TypeFor[E]()
	b.subscribers[kind] = append(b.subscribers[kind], func(ctx context.Context, tx *db.Tx, e Event) error { return act(ctx, tx, e.(E)) })
}

// Emit runs the event's subscribers in the transaction and, once that is kept, tells the pages.
// Errors: a subscriber's.
func (b *Bus) Emit(ctx context.Context, tx *db.Tx, e Event) error {
	for _, act := range b.subscribers[reflect.TypeOf(e)] {
		if err := act(ctx, tx, e); err != nil {
			return fmt.Errorf("on %s: %w", e.Name(), err)
		}
	}
	tx.AfterCommit(func() { b.Publish(e) })
	return nil
}

// Publish tells pages of what no transaction wrote, such as a place in a queue.
func (b *Bus) Publish(e Event) { b.pages.publish(e) }

// Listen hears the events of the topics until cancel is called, which closes the channel. It is safe to cancel twice. A
// listener that is behind loses its oldest events.
func (b *Bus) Listen(topics ...string) (events <-chan Event, cancel func()) {
	return b.pages.listen(topics...)
}
