package app

import (
	"context"
	"strings"

	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/app/task"
	"buildplate/db"
)

// registerTasks makes known what the outbox can be asked to do.
func (a *App) registerTasks() {
	for _, k := range []task.Kind{
		{Name: "stripe.sessions", Run: a.ReconcileSessions, Schedule: "*/10 * * * *", Period: task.Minute},
		{Name: "stripe.events", Run: a.ReconcileEvents, Schedule: "5 * * * *", Period: task.Hour},
		{Name: "stripe.retry", Run: a.RetryFailedEvents, Schedule: "*/5 * * * *", Period: task.Minute},
		{Name: "stripe.stale", Run: a.ExpireStaleSessions, Schedule: "15 * * * *", Period: task.Hour},
		{Name: "clean.uploads", Run: a.CleanUploads, Schedule: "20 * * * *", Period: task.Hour},
		{Name: "clean.carts", Run: a.CleanCarts, Schedule: "30 2 * * *", Period: task.Day},
		{Name: "clean.slicing", Run: func(context.Context) error { return a.slicer.Sweep() }, Schedule: "40 * * * *", Period: task.Hour},
	} {
		a.tasks.Register(k)
	}
}

// Tasks lists the work that gave up and the messages of Stripe that could not be entered in the books, for staff to look
// at. Messages that only wait for their payment are not among them: it will bring them along.
func (a *App) Tasks(ctx context.Context) (task.ListView, error) {
	v := task.ListView{Tasks: []task.View{}}
	err := a.db.Read(ctx, func(tx *db.Tx) error {
		dead, err := task.Dead(ctx, tx)
		if err != nil {
			return err
		}
		v.Tasks = append(v.Tasks, dead...)
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
func eventTask(e db.StripeEvent) task.View {
	v := task.View{ID: e.ID, Kind: "Stripe: " + e.Type, State: string(db.TaskReady), Attempts: e.Attempts, Error: e.Error, RunAt: e.Received + retryAfter(e.Attempts).Milliseconds()}
	if retryAfter(e.Attempts) == 0 {
		v.State = string(db.TaskDead)
	}
	return v
}

// RetryTask tries a task that gave up again, or at once a message of Stripe that could not be entered in the books.
// Errors: NotFound; Conflict when the message still cannot be entered.
func (a *App) RetryTask(ctx context.Context, p shop.Actor, id string) error {
	if isEvent(id) {
		return a.retryEvent(ctx, p, id)
	}
	return a.tasks.Retry(ctx, p, id)
}

// isEvent tells Stripe's ids of messages from the ids of tasks, which are UUIDs.
func isEvent(id string) bool { return strings.HasPrefix(id, "evt_") }

// retryEvent applies a stored message of Stripe once more, however often it was tried.
func (a *App) retryEvent(ctx context.Context, p shop.Actor, id string) error {
	var failed bool
	err := a.enter(ctx, func(ctx context.Context, k *bookkeeper) error {
		stored, err := k.tx.Event(ctx, id)
		if shop.IsKind(err, shop.NotFound) || (err == nil && stored.State != "failed") {
			return shop.NotFoundf("This message of Stripe is not waiting to be tried again.")
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
		return k.tx.Log(ctx, p.Activity("", "Tried the message "+id+" of Stripe again."))
	})
	a.events.Publish(event.TaskChanged{ID: id})
	if err == nil && failed {
		err = shop.Conflictf("This message of Stripe still cannot be entered in the books. The reason stands beside it.")
	}
	return err
}
