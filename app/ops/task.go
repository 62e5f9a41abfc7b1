package ops

import (
	"context"

	"buildplate/app/card"
	"buildplate/app/shop"
	"buildplate/app/task"
	"buildplate/db"
)

// Tasks lists the work that comes by itself, the work that gave up and the events of Stripe that could not be applied, for staff to look
// at. Messages that only wait for their payment are not among them: it will bring them along.
func (s *Service) Tasks(ctx context.Context, who shop.Actor) (task.ListView, error) {
	v := task.ListView{Tasks: []task.View{}, Chores: []task.ChoreView{}}
	if err := who.Must(shop.SeeTasks, shop.TheShop); err != nil {
		return v, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		dead, err := task.Dead(ctx, tx)
		if err != nil {
			return err
		}
		v.Tasks = append(v.Tasks, dead...)
		failed, err := card.FailedEvents(ctx, tx)
		if err != nil {
			return err
		}
		for _, f := range failed {
			f.Title = shop.TaskTitle(f.Kind)
			v.Tasks = append(v.Tasks, f)
		}
		v.Chores, err = s.tasks.Chores(ctx, tx)
		return err
	})
	return v, err
}

// RetryTask tries a task that gave up again, or at once a Stripe event that could not be applied.
// Errors: NotFound; Conflict when the event still cannot be applied.
func (s *Service) RetryTask(ctx context.Context, who shop.Actor, id string) error {
	if card.IsEvent(id) {
		return s.cards.RetryEvent(ctx, who, id)
	}
	return s.tasks.Retry(ctx, who, id)
}

// RunChore has work that comes by itself done now. Errors: Forbidden for anyone but an admin; NotFound; Conflict while it
// is being done.
func (s *Service) RunChore(ctx context.Context, who shop.Actor, kind string) error {
	return s.tasks.RunChore(ctx, who, kind)
}
