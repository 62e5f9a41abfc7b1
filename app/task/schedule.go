package task

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/robfig/cron/v3"

	"buildplate/app/shop"
	"buildplate/db"
)

// StartSchedule starts cron, which only ever adds tasks, and returns what waits for its end after the context's. It goes
// by UTC, so that no clock change skips a task or doubles one. What was missed while the shop was off is added at once.
// Errors: a schedule that cannot be read.
func (s *Service) StartSchedule(ctx context.Context) (wait func(), err error) {
	logger := cronLog{s.log}
	// In this order: the other way round a job that panics once is skipped for ever.
	c := cron.New(cron.WithLocation(time.UTC), cron.WithChain(cron.SkipIfStillRunning(logger), cron.Recover(logger)), cron.WithLogger(logger))
	for _, name := range s.order {
		kind := s.kinds[name]
		if kind.Schedule == "" {
			continue
		}
		add := func() {
			err := s.db.Write(ctx, func(tx *db.Tx) error {
				_, err := s.addChore(ctx, tx, name, name+":"+tx.Now.Time().Format(string(kind.Period)))
				return err
			})
			if err != nil && ctx.Err() == nil {
				s.log.ErrorContext(ctx, "a task could not be added", "kind", name, "err", err)
			}
		}
		if _, err := c.AddFunc(kind.Schedule, add); err != nil {
			return nil, fmt.Errorf("schedule of %s: %w", name, err)
		}
		add()
	}
	c.Start()
	return func() {
		<-ctx.Done()
		<-c.Stop().Done()
	}, nil
}

// next is when the schedule adds the kind's task after a time.
func (k Kind) next(after shop.Time) (shop.Time, error) {
	at, err := cron.ParseStandard(k.Schedule)
	if err != nil {
		return 0, fmt.Errorf("schedule of %s: %w", k.Name, err)
	}
	return shop.TimeOf(at.Next(after.Time().In(time.UTC))), nil
}

type cronLog struct{ log *slog.Logger }

func (l cronLog) Info(string, ...any) {}

func (l cronLog) Error(err error, msg string, kv ...any) {
	l.log.Error(msg, append([]any{"err", err}, kv...)...)
}
