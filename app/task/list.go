package task

import (
	"context"

	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

// ListView is the background work that staff see: what gave up, and what comes by itself.
type ListView struct {
	Tasks  []View      `json:"tasks" doc:"What gave up, a page of it, the latest first"`
	Next   string      `json:"next,omitempty" doc:"Where the page of tasks after this one begins; absent on the last one"`
	Count  int         `json:"count,omitempty" doc:"How many tasks gave up, on the first page; 1001 stands for more than a thousand"`
	Chores []ChoreView `json:"chores" doc:"All of them, on the first page"`
}

// View is one piece of background work.
type View struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind"`
	Title    string    `json:"title"`
	State    string    `json:"state" enum:"ready,running,dead,done"`
	Attempts int       `json:"attempts"`
	Error    string    `json:"error"`
	RunAt    shop.Time `json:"run_at"`
}

// ViewOf shows a task.
func ViewOf(t db.Task) View {
	return View{ID: t.ID, Kind: t.Kind, Title: shop.TaskTitle(t.Kind), State: string(t.State), Attempts: t.Attempts, Error: t.LastError, RunAt: t.RunAt}
}

// Retry has a task that gave up done again. Errors: NotFound; Conflict when this version does not know it.
func (s *Service) Retry(ctx context.Context, who shop.Actor, id string) error {
	if err := who.Must(shop.RetryTasks, shop.TheShop); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		t, err := tx.Task(ctx, id)
		if _, known := s.kinds[t.Kind]; err == nil && !known {
			return shop.Conflictf("task_unknown", "This version of the shop no longer knows this work.")
		}
		if err := tx.RetryTask(ctx, id); err != nil {
			return shop.IfNotFound(err, "task_not_dead", "This task is not waiting to be tried again.")
		}
		tx.AfterCommit(s.groups[s.kinds[t.Kind].group()].ready.Wake)
		if err := tx.Log(ctx, who.Activity(shop.VerbTaskRetried, id, shop.ActivityParams{Task: t.Kind})); err != nil {
			return err
		}
		return s.events.Emit(ctx, tx, event.TaskChanged{ID: id})
	})
}
