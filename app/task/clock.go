package task

import (
	"context"
	"errors"

	"buildplate/app/event"
	"buildplate/db"
)

// ErrClockHeld is what a task that deletes by age ends with when the machine's clock is not trusted. It is not a failure:
// the task waits, and is done once an admin accepts the clock or it is right again.
var ErrClockHeld = errors.New("the clock jumped: nothing is deleted by age until it is right again")

// TrustClock holds the machine's clock against the latest time it has shown; call it in each transaction that deletes by
// age. Errors: ErrClockHeld.
func (s *Service) TrustClock(ctx context.Context, tx *db.Tx) error {
	held, err := s.tick(ctx, tx)
	if err == nil && held {
		err = ErrClockHeld
	}
	return err
}

// tick looks at the clock, tells of it when it is held or trusted again, and says whether it is held.
func (s *Service) tick(ctx context.Context, tx *db.Tx) (held bool, err error) {
	before, err := heldClock(ctx, tx)
	if err != nil {
		return false, err
	}
	now, err := tx.TickClock(ctx)
	if err != nil {
		return false, err
	}
	held = now.Held != db.ClockTrusted
	if held == before {
		return held, nil
	}
	if held {
		s.log.WarnContext(ctx, ErrClockHeld.Error())
	}
	return held, s.events.Emit(ctx, tx, event.ClockChanged{Held: held})
}

// AcceptClock takes the time as it is for right, in the transaction of the use case that asked for the right to it. What
// waited is done.
func (s *Service) AcceptClock(ctx context.Context, tx *db.Tx) error {
	if err := tx.AcceptClock(ctx); err != nil {
		return err
	}
	return s.events.Emit(ctx, tx, event.ClockChanged{})
}

// ClockChanged wakes the workers whose tasks waited for the clock.
func (s *Service) ClockChanged(_ context.Context, tx *db.Tx, e event.ClockChanged) error {
	for _, g := range s.groups {
		if len(g.byAge) > 0 && !e.Held {
			tx.AfterCommit(g.ready.Wake)
		}
	}
	return nil
}
