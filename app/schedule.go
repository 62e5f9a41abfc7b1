package app

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/robfig/cron/v3"
)

// timetable says when a chore is asked for, in UTC so that no clock change skips or doubles one, and how often it may
// be asked: the key of an hourly chore names the hour.
var timetable = []struct{ spec, kind, stamp string }{
	{"*/10 * * * *", "stripe.sessions", "2006-01-02T15:04"},
	{"5 * * * *", "stripe.events", "2006-01-02T15"},
	{"*/5 * * * *", "stripe.retry", "2006-01-02T15:04"},
	{"15 * * * *", "stripe.stale", "2006-01-02T15"},
	{"20 * * * *", "clean.uploads", "2006-01-02T15"},
	{"30 2 * * *", "clean.carts", "2006-01-02"},
	{"40 * * * *", "clean.slicing", "2006-01-02T15"},
	{"0 3 * * *", "clean.orphans", "2006-01-02"},
	{"30 3 * * *", "check.bytes", "2006-01-02"},
	{"0 4 * * *", "tasks.prune", "2006-01-02"},
}

// startSchedule starts cron, which only ever enqueues. What was missed while the shop was off is asked for at once:
// the keys keep it from being asked twice.
func (a *App) startSchedule(ctx context.Context) error {
	logger := cronLog{a.log}
	// In this order: the other way round a job that panics once is skipped for ever.
	c := cron.New(cron.WithLocation(time.UTC), cron.WithChain(cron.SkipIfStillRunning(logger), cron.Recover(logger)), cron.WithLogger(logger))
	for _, t := range timetable {
		enqueue := func() {
			if err := a.ask(ctx, t.kind, t.kind+":"+a.db.Now().UTC().Format(t.stamp)); err != nil && ctx.Err() == nil {
				a.log.Error("a chore could not be asked for", "kind", t.kind, "err", err)
			}
		}
		if _, err := c.AddFunc(t.spec, enqueue); err != nil {
			return fmt.Errorf("timetable of %s: %w", t.kind, err)
		}
		enqueue()
	}
	c.Start()
	a.running.Go(func() {
		<-ctx.Done()
		<-c.Stop().Done()
	})
	return nil
}

type cronLog struct{ log *slog.Logger }

func (l cronLog) Info(string, ...any) {}

func (l cronLog) Error(err error, msg string, kv ...any) {
	l.log.Error(msg, append([]any{"err", err}, kv...)...)
}
