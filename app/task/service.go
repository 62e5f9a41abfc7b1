package task

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"buildplate/app/event"
	"buildplate/db"
)

// Kind is a sort of task and how it is done. It runs more than once for the same promise after a crash, so doing it twice
// must be harmless.
type Kind struct {
	Name string
	Run  func(context.Context) error
	// Schedule is when the task is added by itself, as cron writes it, in UTC; "" for never.
	Schedule string
	// Period is how often it is added at most: the hour's name is the key of an hourly task, so that a restart adds
	// nothing twice.
	Period Period
	// After is the kind of task that adds this one when it is done, for work that goes by what the other left; "" for none.
	After string
}

// Period is how a time is written as a task's key.
type Period string

// Periods.
const (
	Minute Period = "2006-01-02T15:04"
	Hour   Period = "2006-01-02T15"
	Day    Period = "2006-01-02"
)

// backoff is for scheduled tasks, which come again by themselves: they give up before the next one is due.
var backoff = db.Backoff{First: time.Minute, Most: 10 * time.Minute, Tries: 4}

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
	ready  Signal
}

// New is a service that knows how to forget old tasks, and nothing else yet.
func New(d *db.DB, events *event.Bus, log *slog.Logger) *Service {
	s := &Service{db: d, log: log, events: events, kinds: map[string]Kind{}, ready: NewSignal()}
	s.Register(Kind{Name: "tasks.prune", Run: s.prune, Schedule: "0 4 * * *", Period: Day})
	return s
}

// Register makes a kind of task known. It panics when the name is taken, since that is a mistake in the program.
func (s *Service) Register(k Kind) {
	if _, taken := s.kinds[k.Name]; taken {
		panic("task: " + k.Name + " is registered twice")
	}
	s.kinds[k.Name] = k
	s.order = append(s.order, k.Name)
}

// Recover puts back what was running when the program stopped. It belongs before Run.
func (s *Service) Recover(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		_, _, err := tx.ReleaseTasks(ctx, db.DefaultBackoff)
		return err
	})
}

// Run works the outbox off, one task after another, until the context ends.
func (s *Service) Run(ctx context.Context) {
	for s.ready.Wait(ctx, 5*time.Second) {
		for ctx.Err() == nil {
			more, err := s.runNext(ctx)
			if err != nil && ctx.Err() == nil {
				s.log.ErrorContext(ctx, "the outbox cannot be read", "err", err)
			}
			if !more || err != nil {
				break
			}
		}
	}
}

func (s *Service) runNext(ctx context.Context) (ran bool, err error) {
	var t db.Task
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		t, ran, err = tx.ClaimTask(ctx)
		return err
	})
	if err != nil || !ran {
		return false, err
	}
	failed := s.do(ctx, t)
	return true, s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		if failed == nil {
			return s.finish(ctx, tx, t)
		}
		dead, err := tx.FailTask(ctx, t.ID, failed, backoff)
		if err != nil {
			return err
		}
		s.log.WarnContext(ctx, "a task failed", "kind", t.Kind, "dead", dead, "err", failed)
		return s.events.Emit(ctx, tx, event.TaskChanged{ID: t.ID})
	})
}

// finish marks a task as done, and adds those that come after it. They are keyed by it, so that they are added once.
func (s *Service) finish(ctx context.Context, tx *db.Tx, t db.Task) error {
	if err := tx.FinishTask(ctx, t.ID); err != nil {
		return err
	}
	for _, name := range s.order {
		if s.kinds[name].After != t.Kind {
			continue
		}
		if _, err := tx.Enqueue(ctx, name, name+":"+t.ID, struct{}{}, tx.Now); err != nil {
			return err
		}
	}
	return nil
}

// do runs one task; a panic ends the task, not the shop.
func (s *Service) do(ctx context.Context, t db.Task) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	kind, ok := s.kinds[t.Kind]
	if !ok {
		return fmt.Errorf("no task of the kind %q is known", t.Kind)
	}
	return kind.Run(ctx)
}

// prune forgets finished tasks after a while, until none is left.
func (s *Service) prune(ctx context.Context) error {
	for {
		var gone int64
		err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
			gone, err = tx.PruneTasks(ctx, tx.Now.Add(-kept), pruneBatch)
			return err
		})
		if err != nil || gone == 0 {
			return err
		}
	}
}

// enqueue adds a task, once for each key.
func (s *Service) enqueue(ctx context.Context, kind, key string) error {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Enqueue(ctx, kind, key, struct{}{}, tx.Now)
		return err
	})
	s.ready.Wake()
	return err
}
