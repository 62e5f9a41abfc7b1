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
// by the shop's time zone, so that the night's work is done at night, and follows when that changes. What was missed while
// the shop was off is added at once. Errors: a schedule that cannot be read.
func (s *Service) StartSchedule(ctx context.Context) (wait func(), err error) {
	logger := cronLog{s.log}
	// In this order: the other way round a job that panics once is skipped for ever.
	c := cron.New(cron.WithLocation(time.UTC), cron.WithChain(cron.SkipIfStillRunning(logger), cron.Recover(logger)), cron.WithLogger(logger))
	f := &follower{service: s, cron: c}
	if err := f.follow(ctx); err != nil {
		return nil, err
	}
	// Whoever changes the settings, a console beside this process too, says nothing to a clock: it looks by itself.
	c.Schedule(cron.Every(time.Minute), cron.FuncJob(func() {
		if err := f.follow(ctx); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "the schedule could not follow the shop's time zone", "err", err)
		}
	}))
	c.Start()
	return func() {
		<-ctx.Done()
		<-c.Stop().Done()
	}, nil
}

// follower keeps cron's entries by the shop's time zone.
type follower struct {
	service *Service
	cron    *cron.Cron
	zone    string // that they go by, "" before the first
	entries []cron.EntryID
}

// follow schedules everything by the zone as it is now, where it is another than before, and adds what that has made due.
func (f *follower) follow(ctx context.Context) error {
	s := f.service
	var zone *time.Location
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		zone, err = shopZone(ctx, tx)
		return err
	})
	if err != nil || zone.String() == f.zone {
		return err
	}
	times := map[string]schedule{}
	for _, name := range s.order {
		if kind := s.kinds[name]; kind.Schedule != "" {
			if times[name], err = kind.schedule(zone); err != nil {
				return err
			}
		}
	}
	for _, id := range f.entries {
		f.cron.Remove(id)
	}
	f.zone, f.entries = zone.String(), nil
	for _, name := range s.order {
		if at, scheduled := times[name]; scheduled {
			add := func() { s.addDue(ctx, name) }
			f.entries = append(f.entries, f.cron.Schedule(at, cron.FuncJob(add)))
			add()
		}
	}
	return nil
}

// addDue adds a kind's task of the period that it is now, unless it was added before.
func (s *Service) addDue(ctx context.Context, name string) {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		zone, err := shopZone(ctx, tx)
		if err == nil {
			_, err = s.addChore(ctx, tx, name, s.kinds[name].key(tx.Now, zone))
		}
		return err
	})
	if err != nil && ctx.Err() == nil {
		s.log.ErrorContext(ctx, "a task could not be added", "kind", name, "err", err)
	}
}

// shopZone is the shop's time zone, UTC before it has settings.
func shopZone(ctx context.Context, tx *db.Tx) (*time.Location, error) {
	kept, err := tx.Settings(ctx)
	if shop.IsKind(err, shop.NotFound) {
		return time.UTC, nil
	}
	if err != nil {
		return nil, err
	}
	return kept.Location(), nil
}

// key is the name of the period a time is in, under which the kind's task is added once. Days are the shop's own; an
// hour is one in UTC, since that of a zone comes twice when its clock is put back.
func (k Kind) key(at shop.Time, zone *time.Location) string {
	return k.Name + ":" + at.Time().In(k.zone(zone)).Format(string(k.Period))
}

// zone is by whose clock the kind's periods begin, where the shop's is in a zone.
func (k Kind) zone(shops *time.Location) *time.Location {
	if k.Period == Day {
		return shops
	}
	return time.UTC
}

// schedule is a kind's, by the clock on the wall of a zone. Cron's own skips the night in which a clock is put back by half an
// hour.
type schedule struct {
	cron.Schedule
	zone *time.Location
}

func (k Kind) schedule(zone *time.Location) (schedule, error) {
	times, err := cron.ParseStandard(k.Schedule)
	if err != nil {
		return schedule{}, fmt.Errorf("schedule of %s: %w", k.Name, err)
	}
	return schedule{times, k.zone(zone)}, nil
}

// Next is the first time after another. A time that the zone's clock shows twice comes once.
func (t schedule) Next(after time.Time) time.Time {
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
	times, err := k.schedule(zone)
	if err != nil {
		return 0, err
	}
	return shop.TimeOf(times.Next(after.Time())), nil
}

// nextRun is when the schedule adds the kind's task: the first time whose period is not one in which it was added already.
func (s *Service) nextRun(ctx context.Context, tx *db.Tx, k Kind, zone *time.Location) (shop.Time, error) {
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
