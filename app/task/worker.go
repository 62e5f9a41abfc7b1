package task

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

// group is kinds whose tasks are done by the same workers.
type group struct {
	kinds   []string
	byAge   []string // those of them that wait while the clock is held
	workers int
	ready   Signal
}

func (g *group) add(k Kind) {
	g.kinds = append(g.kinds, k.Name)
	if k.ByAge {
		g.byAge = append(g.byAge, k.Name)
	}
	g.workers = max(g.workers, k.Workers)
}

// Run works the outbox off until the context ends: the tasks of each group by its own workers.
func (s *Service) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, g := range s.groups {
		for range g.workers {
			all.Go(func() { s.work(ctx, g) })
		}
	}
	all.Wait()
}

func (s *Service) work(ctx context.Context, g *group) {
	for g.ready.Wait(ctx, 5*time.Second) {
		for ctx.Err() == nil {
			more, err := s.runNext(ctx, g)
			if err != nil && ctx.Err() == nil {
				s.log.ErrorContext(ctx, "the outbox cannot be read", "err", err)
			}
			if !more || err != nil {
				break
			}
		}
	}
}

// RunDue does what is due now, and what becomes due meanwhile. Errors: of the database; a task's own stays with the task.
func (s *Service) RunDue(ctx context.Context) error {
	for _, g := range s.groups {
		for ran := true; ran; {
			var err error
			if ran, err = s.runNext(ctx, g); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// runNext does the group's task that has been due longest, if there is one.
func (s *Service) runNext(ctx context.Context, g *group) (ran bool, err error) {
	t, ok, err := s.claim(ctx, g)
	if err != nil || !ok {
		return false, err
	}
	if g.workers > 1 {
		g.ready.Wake() // there may be more for the others
	}
	failed := s.do(ctx, t)
	for {
		err := s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error { return s.settle(ctx, tx, t, failed) })
		if err == nil {
			return true, nil
		}
		if shop.IsKind(err, shop.NotFound) {
			s.log.WarnContext(ctx, "a task was ended while it was being done", "kind", t.Kind, "id", t.ID)
			return true, nil
		}
		// A task that nobody ends would run for ever, and hold up its chore until the next start.
		s.log.ErrorContext(ctx, "what became of a task could not be kept", "kind", t.Kind, "err", err)
		select {
		case <-ctx.Done():
			return true, err
		case <-time.After(time.Second):
		}
	}
}

// settle keeps what became of a task: done, held, or failed.
func (s *Service) settle(ctx context.Context, tx *db.Tx, t db.Task, failed error) error {
	switch {
	case failed == nil:
		return s.finish(ctx, tx, t)
	case errors.Is(failed, ErrClockHeld):
		if err := tx.HoldTask(ctx, t.ID); err != nil {
			return err
		}
		return s.events.Emit(ctx, tx, event.TaskChanged{ID: t.ID})
	}
	dead, err := tx.FailTask(ctx, t.ID, failed, s.kinds[t.Kind].Backoff)
	if err != nil {
		return err
	}
	s.log.WarnContext(ctx, "a task failed", "kind", t.Kind, "dead", dead, "err", failed)
	return s.events.Emit(ctx, tx, event.TaskChanged{ID: t.ID})
}

// claim takes the group's next task. While the clock is held, those that delete by age stay where they are. Pages show
// that a chore is being done, and are told; of other tasks they show only those that gave up.
func (s *Service) claim(ctx context.Context, g *group) (t db.Task, ok bool, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		kinds := g.kinds
		waits := false
		if len(g.byAge) > 0 {
			if waits, err = tx.TaskDue(ctx, g.byAge...); err != nil {
				return err
			}
		}
		if waits {
			held, err := s.tick(ctx, tx)
			if err != nil {
				return err
			}
			if held {
				kinds = slices.DeleteFunc(slices.Clone(kinds), func(kind string) bool { return s.kinds[kind].ByAge })
			}
		}
		if len(kinds) == 0 {
			return nil
		}
		if t, ok, err = tx.ClaimTask(ctx, kinds...); err != nil || !ok || !s.kinds[t.Kind].chore() {
			return err
		}
		return s.events.Emit(ctx, tx, event.TaskChanged{ID: t.ID})
	})
	return t, ok, err
}

// finish marks a task as done, and adds those that come after it. They are keyed by it, so that they are added once. What
// gave up of a chore before is settled by it: it went over all there was to do.
func (s *Service) finish(ctx context.Context, tx *db.Tx, t db.Task) error {
	if err := tx.FinishTask(ctx, t.ID); err != nil {
		return err
	}
	changed := []string{t.ID}
	if s.kinds[t.Kind].chore() {
		settled, err := tx.SettleDeadTasks(ctx, t.Kind)
		if err != nil {
			return err
		}
		changed = append(changed, settled...)
	}
	for _, name := range s.order {
		if s.kinds[name].After != t.Kind {
			continue
		}
		if _, err := s.addChore(ctx, tx, name, name+":"+t.ID); err != nil {
			return err
		}
	}
	for _, id := range changed {
		if err := s.events.Emit(ctx, tx, event.TaskChanged{ID: id}); err != nil {
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
	return s.kinds[t.Kind].run(ctx, t.Payload)
}
