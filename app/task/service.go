package task

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"time"

	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

// kept is how long finished tasks stay.
const kept = 30 * 24 * time.Hour

// pruneBatch is how many of them go in one transaction, so that it stays short.
const pruneBatch = 200

// Service runs tasks. Kinds are registered before Run.
type Service struct {
	db     *db.DB
	log    *slog.Logger
	events *event.Bus
	kinds  map[string]Kind
	order  []string // of registration
	groups map[string]*group
}

// New is a service that knows how to forget old tasks, and nothing else yet.
func New(d *db.DB, events *event.Bus, log *slog.Logger) *Service {
	s := &Service{db: d, log: log, events: events, kinds: map[string]Kind{}, groups: map[string]*group{}}
	s.Register(Kind{Name: "tasks.prune", Run: s.prune, Schedule: "0 4 * * *", Period: Day, ByAge: true})
	return s
}

// Register makes a kind of task known. It panics when the name is taken, since that is a mistake in the program.
func (s *Service) Register(k Kind) {
	if _, taken := s.kinds[k.Name]; taken {
		panic("task: " + k.Name + " is registered twice")
	}
	k = k.withRun()
	s.kinds[k.Name] = k
	s.order = append(s.order, k.Name)
	g := s.groups[k.group()]
	if g == nil {
		g = &group{ready: NewSignal(), workers: 1}
		s.groups[k.group()] = g
	}
	g.add(k)
}

// Enqueue promises a task within a transaction: its payload, of the type its kind was registered with, an optional key
// under which the kind is promised once for ever, and when to do it (the zero time for at once). The id is "" when the key
// was promised before. A kind that is not known, or another payload, is a mistake in the program.
func (s *Service) Enqueue(ctx context.Context, tx *db.Tx, kind, key string, payload any, at shop.Time) (id string, err error) {
	k, known := s.kinds[kind]
	if !known || reflect.TypeOf(payload) != k.payload {
		return "", fmt.Errorf("task: %q cannot be promised with a %T", kind, payload)
	}
	tx.AfterCommit(s.groups[k.group()].ready.Wake)
	return tx.Enqueue(ctx, kind, key, payload, at)
}

// addChore promises a task that comes by itself, with the zero payload.
func (s *Service) addChore(ctx context.Context, tx *db.Tx, kind, key string) (id string, err error) {
	return s.Enqueue(ctx, tx, kind, key, reflect.Zero(s.kinds[kind].payload).Interface(), tx.Now)
}

// Recover puts back what was running when the program stopped, and gives up what an older program promised and this one
// cannot do. It belongs before Run.
func (s *Service) Recover(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		released, err := tx.ReleaseTasks(ctx, func(kind string) db.Backoff { return s.kinds[kind].Backoff })
		if err != nil {
			return err
		}
		unknown, err := tx.BuryOtherTasks(ctx, s.order)
		if err != nil {
			return err
		}
		for _, id := range append(released, unknown...) {
			if err := s.events.Emit(ctx, tx, event.TaskChanged{ID: id}); err != nil {
				return err
			}
		}
		return nil
	})
}

// prune forgets finished tasks after a while, until none is left.
func (s *Service) prune(ctx context.Context) error {
	for {
		var gone int64
		err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
			if err := s.TrustClock(ctx, tx); err != nil {
				return err
			}
			gone, err = tx.PruneTasks(ctx, tx.Now.Add(-kept), pruneBatch)
			return err
		})
		if err != nil || gone == 0 {
			return err
		}
	}
}
