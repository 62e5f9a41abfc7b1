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
// by the shop's time zone as it is now, so that the night's work is done at night. What was missed while the shop was off
// is added at once. Errors: a schedule that cannot be read.
func (s *Service) StartSchedule(ctx context.Context) (wait func(), err error) {
	zone := time.UTC
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		kept, err := tx.Settings(ctx)
		if err == nil {
			zone = kept.Location()
		} else if shop.IsKind(err, shop.NotFound) {
			return nil
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	s.zone.Store(zone)
	logger := cronLog{s.log}
	// In this order: the other way round a job that panics once is skipped for ever.
	c := cron.New(cron.WithLocation(zone), cron.WithChain(cron.SkipIfStillRunning(logger), cron.Recover(logger)), cron.WithLogger(logger))
	for _, name := range s.order {
		kind := s.kinds[name]
		if kind.Schedule == "" {
			continue
		}
		add := func() {
			err := s.db.Write(ctx, func(tx *db.Tx) error {
				_, err := s.addChore(ctx, tx, name, kind.key(tx.Now, zone))
				return err
			})
			if err != nil && ctx.Err() == nil {
				s.log.ErrorContext(ctx, "a task could not be added", "kind", name, "err", err)
			}
		}
		times, err := kind.timetable(zone)
		if err != nil {
			return nil, err
		}
		c.Schedule(times, cron.FuncJob(add))
		add()
	}
	c.Start()
	return func() {
		<-ctx.Done()
		<-c.Stop().Done()
	}, nil
}

// key is the name of the period a time is in, under which the kind's task is added once. Days and months are the shop's own; an
// hour is one in UTC, since that of a zone comes twice when its clock is put back.
func (k Kind) key(at shop.Time, zone *time.Location) string {
	return k.Name + ":" + at.Time().In(k.zone(zone)).Format(string(k.Period))
}

// zone is by whose clock the kind's periods begin, where the shop's is in a zone.
func (k Kind) zone(shops *time.Location) *time.Location {
	if k.Period == Day || k.Period == Month {
		return shops
	}
	return time.UTC
}

// timetable is a schedule by the clock on the wall of a zone. Cron's own skips the night in which a clock is put back by half an
// hour.
type timetable struct {
	cron.Schedule
	zone *time.Location
}

func (k Kind) timetable(zone *time.Location) (timetable, error) {
	times, err := cron.ParseStandard(k.Schedule)
	if err != nil {
		return timetable{}, fmt.Errorf("schedule of %s: %w", k.Name, err)
	}
	return timetable{times, k.zone(zone)}, nil
}

// Next is the first time after another. A time that the zone's clock shows twice comes once.
func (t timetable) Next(after time.Time) time.Time {
	for at := onWall(after.In(t.zone), time.UTC); ; {
		if at = t.Schedule.Next(at); at.IsZero() {
			return at
		}
		if next := onWall(at, t.zone); next.After(after) {
			return next
		}
	}
}

// onWall is the time at which a zone's clock shows what a time is in its own.
func onWall(t time.Time, zone *time.Location) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
}

// next is when the schedule comes to the kind after a time.
func (k Kind) next(after shop.Time, zone *time.Location) (shop.Time, error) {
	times, err := k.timetable(zone)
	if err != nil {
		return 0, err
	}
	return shop.TimeOf(times.Next(after.Time())), nil
}

// nextRun is when the schedule adds the kind's task: the first time whose period is not one in which it was added already.
func (s *Service) nextRun(ctx context.Context, tx *db.Tx, k Kind) (shop.Time, error) {
	zone := s.zone.Load()
	at, err := k.next(tx.Now, zone)
	for err == nil {
		var added bool
		if added, err = tx.TaskPromised(ctx, k.Name, k.key(at, zone)); err != nil || !added {
			break
		}
		at, err = k.next(at, zone)
	}
	return at, err
}

type cronLog struct{ log *slog.Logger }

func (l cronLog) Info(string, ...any) {}

func (l cronLog) Error(err error, msg string, kv ...any) {
	l.log.Error(msg, append([]any{"err", err}, kv...)...)
}
