package ops

import (
	"context"

	"buildplate/app/card"
	"buildplate/app/shop"
	"buildplate/app/task"
	"buildplate/db"
)

const tasksPerPage = 50

// Tasks lists a page of the work that gave up and of the events of Stripe that could not be applied, the latest first, for staff to
// look at, and with the first page the work that comes by itself. Messages that only wait for their payment are not among them: it
// will bring them along. After is the next of the page before, "" for the first one. Errors: Forbidden; Invalid for an after that
// is no next.
func (s *Service) Tasks(ctx context.Context, who shop.Actor, after string) (task.ListView, error) {
	v := task.ListView{Tasks: []task.View{}, Chores: []task.ChoreView{}}
	if err := who.Must(shop.SeeTasks, shop.TheShop); err != nil {
		return v, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		failed, next, err := tx.FailedPage(ctx, after, tasksPerPage)
		if err != nil {
			return err
		}
		for _, f := range failed {
			if f.Task != nil {
				v.Tasks = append(v.Tasks, task.ViewOf(*f.Task))
			} else {
				v.Tasks = append(v.Tasks, card.EventTask(*f.Event))
			}
		}
		v.Next = next
		if after != "" { // they stand on the first page
			return nil
		}
		if v.Count, err = tx.CountFailed(ctx); err != nil {
			return err
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
