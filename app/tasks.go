package app

import (
	"context"
	"fmt"
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

// Tasks lists the work that gave up, for staff to look at.
func (a *App) Tasks(ctx context.Context) (TaskListView, error) {
	v := TaskListView{Tasks: []TaskView{}}
	err := a.db.Read(ctx, func(tx *db.Tx) error {
		dead, err := tx.DeadTasks(ctx, 200)
		for _, t := range dead {
			v.Tasks = append(v.Tasks, TaskView{ID: t.ID, Kind: t.Kind, State: string(t.State), Attempts: t.Attempts, Error: t.LastError, RunAt: t.RunAt.UnixMilli()})
		}
		return err
	})
	return v, err
}

// RetryTask tries a task that gave up again. Errors: NotFound.
func (a *App) RetryTask(ctx context.Context, p Principal, id string) error {
	err := a.db.Write(ctx, func(tx *db.Tx) error {
		if err := tx.RetryTask(ctx, id); err != nil {
			return shop.Explain(err, "This task is not waiting to be tried again.")
		}
		return tx.Log(ctx, p.activity("", "Tried a task again."))
	})
	kick(a.taskReady)
	return err
}
