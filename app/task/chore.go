package task

import (
	"context"
	"time"

	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

// ChoreState is how a chore stands.
type ChoreState string

// A chore is failed when its latest run gave up or waits to be tried again, and held while the clock is not trusted.
const (
	ChoreNever   ChoreState = "never"
	ChoreWaiting ChoreState = "waiting"
	ChoreHeld    ChoreState = "held"
	ChoreRunning ChoreState = "running"
	ChoreDone    ChoreState = "done"
	ChoreFailed  ChoreState = "failed"
)

// ChoreView is background work that comes by itself.
type ChoreView struct {
	Kind    string     `json:"kind"`
	Title   string     `json:"title"`
	Every   int64      `json:"every_seconds,omitempty" doc:"Absent where it follows another chore"`
	After   string     `json:"after,omitempty" doc:"The title of the chore it follows"`
	State   ChoreState `json:"state" enum:"never,waiting,held,running,done,failed"`
	LastRun shop.Time  `json:"last_run,omitempty" doc:"When it was begun last; absent before the first time"`
	NextRun shop.Time  `json:"next_run,omitempty" doc:"Absent where it follows another chore"`
	Error   string     `json:"error,omitempty" doc:"Why the latest run failed"`
}

// Chores lists the work that comes by itself, in the order of registration.
func (s *Service) Chores(ctx context.Context, tx *db.Tx) ([]ChoreView, error) {
	held, err := heldClock(ctx, tx)
	if err != nil {
		return nil, err
	}
	zone, err := shopZone(ctx, tx)
	if err != nil {
		return nil, err
	}
	views := []ChoreView{}
	for _, name := range s.order {
		k := s.kinds[name]
		if !k.chore() {
			continue
		}
		v, err := s.chore(ctx, tx, k, zone, held)
		if err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	return views, nil
}

func (s *Service) chore(ctx context.Context, tx *db.Tx, k Kind, zone *time.Location, held bool) (ChoreView, error) {
	v := ChoreView{Kind: k.Name, Title: shop.TaskTitle(k.Name), State: ChoreNever}
	if k.After != "" {
		v.After = shop.TaskTitle(k.After)
	}
	if k.Schedule != "" {
		next, err := s.nextRun(ctx, tx, k, zone)
		if err != nil {
			return v, err
		}
		then, err := k.next(next, zone)
		if err != nil {
			return v, err
		}
		v.NextRun, v.Every = next, int64(then.Time().Sub(next.Time()).Seconds())
	}
	last, err := tx.LatestTask(ctx, k.Name)
	switch {
	case shop.IsKind(err, shop.NotFound):
	case err != nil:
		return v, err
	case last.State == db.TaskDone:
		v.State, v.LastRun = ChoreDone, last.Started
	default:
		v.State, v.LastRun, v.Error = ChoreFailed, last.Started, last.LastError
	}
	next, err := tx.NextTask(ctx, k.Name)
	if shop.IsKind(err, shop.NotFound) {
		return v, nil
	}
	switch {
	case err != nil:
		return v, err
	case next.State == db.TaskRunning:
		v.State, v.LastRun, v.Error = ChoreRunning, next.Started, ""
	case k.ByAge && held && next.RunAt <= tx.Now:
		v.State, v.NextRun, v.Error = ChoreHeld, next.RunAt, ""
	case next.RunAt <= tx.Now:
		v.State, v.NextRun = ChoreWaiting, next.RunAt
	default:
		v.NextRun = next.RunAt
	}
	return v, nil
}

// heldClock says whether the clock was held when it was last looked at.
func heldClock(ctx context.Context, tx *db.Tx) (bool, error) {
	c, err := tx.Clock(ctx)
	if shop.IsKind(err, shop.NotFound) {
		return false, nil
	}
	return c.Held != db.ClockTrusted, err
}

// RunChore has a chore done now, whenever it was done last and however that went. One that waits to be tried again is
// brought forward. Errors: Forbidden for anyone but an admin; NotFound; Conflict while it is being done.
func (s *Service) RunChore(ctx context.Context, who shop.Actor, kind string) error {
	if err := who.Must(shop.RunChores, shop.TheShop); err != nil {
		return err
	}
	k, known := s.kinds[kind]
	if !known || !k.chore() {
		return shop.NotFoundf("chore_not_found", "There is no such background work.")
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		next, err := tx.NextTask(ctx, kind)
		id := next.ID
		switch {
		case shop.IsKind(err, shop.NotFound):
			id, err = s.addChore(ctx, tx, kind, kind+":now:"+shop.NewID())
		case err == nil && next.State == db.TaskRunning:
			err = shop.Conflictf("chore_running", "This is already running.")
		case err == nil:
			tx.AfterCommit(s.groups[k.group()].ready.Wake)
			err = tx.HastenTask(ctx, id)
		}
		if err != nil {
			return err
		}
		if err := tx.Log(ctx, who.Activity(shop.VerbChoreStarted, id, shop.ActivityParams{Task: kind})); err != nil {
			return err
		}
		return s.events.Emit(ctx, tx, event.TaskChanged{ID: id})
	})
}
