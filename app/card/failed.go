package card

import (
	"context"
	"strings"

	"buildplate/app/shop"
	"buildplate/app/task"
	"buildplate/db"
)

// NeedsPerson says whether an event could not be applied, and not only because its payment is still to come.
func NeedsPerson(e db.StripeEvent) bool { return e.State == "failed" && e.Error != db.EventWaits }

// EventTask shows a Stripe event beside the tasks: waiting for its next try, or given up.
func EventTask(e db.StripeEvent) task.View {
	v := task.View{ID: e.ID, Kind: "Stripe: " + e.Type, Title: shop.TaskTitle("Stripe: " + e.Type), State: string(db.TaskReady), Attempts: e.Attempts, Error: e.Error, RunAt: e.Received.Add(retryAfter(e.Attempts))}
	if retryAfter(e.Attempts) == 0 {
		v.State = string(db.TaskDead)
	}
	return v
}

// IsEvent tells Stripe's ids of events from the ids of tasks, which are UUIDs.
func IsEvent(id string) bool { return strings.HasPrefix(id, "evt_") }

// RetryEvent applies a stored Stripe event once more, however often it was tried.
func (c *Service) RetryEvent(ctx context.Context, who shop.Actor, id string) error {
	if err := who.Must(shop.RetryTasks, shop.TheShop); err != nil {
		return err
	}
	var failed bool
	err := c.withRecorder(ctx, func(ctx context.Context, k *recorder) error {
		stored, err := k.tx.Event(ctx, id)
		if shop.IsKind(err, shop.NotFound) || (err == nil && stored.State != "failed") {
			return shop.NotFoundf("event_not_failed", "This Stripe event is not waiting to be tried again.")
		}
		if err != nil {
			return err
		}
		if err := k.retry(ctx, stored); err != nil {
			return err
		}
		if stored, err = k.tx.Event(ctx, id); err != nil {
			return err
		}
		failed = stored.State == "failed"
		return k.tx.Log(ctx, who.Activity(shop.VerbEventRetried, id, shop.ActivityParams{Reference: id}))
	})
	if err == nil && failed {
		err = shop.Conflictf("event_not_applied", "This Stripe event still cannot be applied. The reason is shown beside it.")
	}
	return err
}
