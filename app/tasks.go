package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
)

// chores are what the outbox can be asked to do; cron only asks.
func (a *App) chores() map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"clean.carts":     a.CleanCarts,
		"clean.uploads":   a.CleanUploads,
		"clean.orphans":   a.Sweep,
		"clean.slicing":   func(context.Context) error { return a.slicer.Sweep() },
		"check.bytes":     a.CheckBytes,
		"stripe.sessions": a.ReconcileSessions,
		"stripe.events":   a.ReconcileEvents,
		"stripe.retry":    a.RetryFailedEvents,
		"stripe.stale":    a.ExpireStaleSessions,
		"tasks.prune":     a.pruneTasks,
	}
}

// choreBackoff is for chores that come again by themselves: they give up before the next one is due.
var choreBackoff = db.Backoff{First: time.Minute, Most: 10 * time.Minute, Tries: 4}

const taskAge = 30 * 24 * time.Hour

// runTasks works the outbox off, one task after another.
func (a *App) runTasks(ctx context.Context) {
	for waitKick(ctx, a.taskReady, 5*time.Second) {
		for ctx.Err() == nil {
			more, err := a.runTask(ctx)
			if err != nil && ctx.Err() == nil {
				a.log.Error("the outbox cannot be read", "err", err)
			}
			if !more || err != nil {
				break
			}
		}
	}
}

func (a *App) runTask(ctx context.Context) (ran bool, err error) {
	var t db.Task
	err = a.db.Write(ctx, func(tx *db.Tx) error {
		t, ran, err = tx.ClaimTask(ctx)
		return err
	})
	if err != nil || !ran {
		return false, err
	}
	failed := a.do(ctx, t)
	err = a.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		if failed == nil {
			return tx.FinishTask(ctx, t.ID)
		}
		dead, err := tx.FailTask(ctx, t.ID, failed, choreBackoff)
		a.log.Warn("a task failed", "kind", t.Kind, "dead", dead, "err", failed)
		return err
	})
	if failed != nil {
		a.notify("task", t.ID)
	}
	return true, err
}

// do runs one task; a panic ends the task, not the shop.
func (a *App) do(ctx context.Context, t db.Task) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	chore, ok := a.chores()[t.Kind]
	if !ok {
		return fmt.Errorf("nobody knows how to do %q", t.Kind)
	}
	return chore(ctx)
}

func (a *App) pruneTasks(ctx context.Context) error {
	return a.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.PruneTasks(ctx, tx.Now.Add(-taskAge))
		return err
	})
}

// ask enqueues a chore, once for each key.
func (a *App) ask(ctx context.Context, kind, key string) error {
	err := a.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Enqueue(ctx, kind, key, struct{}{}, tx.Now)
		return err
	})
	kick(a.taskReady)
	return err
}

// Tasks lists the work that gave up and the messages of Stripe that could not be entered in the books, for staff to look
// at. Messages that only wait for their payment are not among them: it will bring them along.
func (a *App) Tasks(ctx context.Context) (TaskListView, error) {
	v := TaskListView{Tasks: []TaskView{}}
	err := a.db.Read(ctx, func(tx *db.Tx) error {
		dead, err := tx.DeadTasks(ctx, 200)
		if err != nil {
			return err
		}
		for _, t := range dead {
			v.Tasks = append(v.Tasks, TaskView{ID: t.ID, Kind: t.Kind, State: string(t.State), Attempts: t.Attempts, Error: t.LastError, RunAt: t.RunAt})
		}
		events, err := tx.FailedEvents(ctx)
		for _, e := range events {
			if e.Error != errWaiting.Error() {
				v.Tasks = append(v.Tasks, eventTask(e))
			}
		}
		return err
	})
	return v, err
}

// eventTask shows a message of Stripe beside the tasks: waiting for its next try, or given up.
func eventTask(e db.StripeEvent) TaskView {
	v := TaskView{ID: e.ID, Kind: "Stripe: " + e.Type, State: string(db.TaskReady), Attempts: e.Attempts, Error: e.Error, RunAt: e.Received.Add(retryAfter(e.Attempts))}
	if retryAfter(e.Attempts) == 0 {
		v.State = string(db.TaskDead)
	}
	return v
}

// RetryTask tries a task that gave up again, or at once a message of Stripe that could not be entered in the books.
// Errors: NotFound; Conflict when the message still cannot be entered.
func (a *App) RetryTask(ctx context.Context, p Principal, id string) error {
	if isEvent(id) {
		return a.retryEvent(ctx, p, id)
	}
	err := a.db.Write(ctx, func(tx *db.Tx) error {
		if err := tx.RetryTask(ctx, id); err != nil {
			return shop.IfNotFound(err, "task_not_dead", "This task is not waiting to be tried again.")
		}
		return tx.Log(ctx, p.activity("", "Tried a task again."))
	})
	kick(a.taskReady)
	return err
}

// isEvent tells Stripe's ids of messages from the ids of tasks, which are UUIDs.
func isEvent(id string) bool { return strings.HasPrefix(id, "evt_") }

// retryEvent applies a stored message of Stripe once more, however often it was tried.
func (a *App) retryEvent(ctx context.Context, p Principal, id string) error {
	var failed bool
	err := a.enter(ctx, func(ctx context.Context, k *bookkeeper) error {
		stored, err := k.tx.Event(ctx, id)
		if shop.IsKind(err, shop.NotFound) || (err == nil && stored.State != "failed") {
			return shop.NotFoundf("event_not_failed", "This message of Stripe is not waiting to be tried again.")
		}
		if err != nil {
			return err
		}
		if err := k.again(ctx, stored); err != nil {
			return err
		}
		if stored, err = k.tx.Event(ctx, id); err != nil {
			return err
		}
		failed = stored.State == "failed"
		return k.tx.Log(ctx, p.activity("", "Tried the message "+id+" of Stripe again."))
	})
	a.notify("task", id)
	if err == nil && failed {
		err = shop.Conflictf("event_not_entered", "This message of Stripe still cannot be entered in the books. The reason stands beside it.")
	}
	return err
}
