package api

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"buildplate/app/ops"
	"buildplate/app/task"
)

// opsHandlers say how the machine and its background work are doing.
type opsHandlers struct{ ops *ops.Service }

func (h opsHandlers) listTasks(ctx context.Context, in *pageRequest) (*reply[task.ListView], error) {
	return answer(h.ops.Tasks(ctx, actorOf(ctx), in.After))
}

func (h opsHandlers) retryTask(ctx context.Context, in *ByID) (*nothing, error) {
	return done(h.ops.RetryTask(ctx, actorOf(ctx), in.ID))
}

// choreRequest names a chore.
type choreRequest struct {
	Kind string `path:"kind" maxLength:"60"`
}

func (h opsHandlers) runChore(ctx context.Context, in *choreRequest) (*nothing, error) {
	return done(h.ops.RunChore(ctx, actorOf(ctx), in.Kind))
}

func (h opsHandlers) listActivity(ctx context.Context, in *pageRequest) (*reply[ops.ActivityListView], error) {
	return answer(h.ops.Activities(ctx, actorOf(ctx), in.After))
}

func (h opsHandlers) getStatus(ctx context.Context, _ *nothing) (*reply[ops.StatusView], error) {
	return answer(h.ops.Status(ctx, actorOf(ctx)))
}

func (h opsHandlers) listAlarms(ctx context.Context, in *pageRequest) (*reply[ops.AlarmListView], error) {
	return answer(h.ops.Alarms(ctx, actorOf(ctx), in.After))
}

func (h opsHandlers) acceptClock(ctx context.Context, _ *nothing) (*reply[ops.StatusView], error) {
	return answer(h.ops.AcceptClock(ctx, actorOf(ctx)))
}

// confirmSweepRequest says how many files may go.
type confirmSweepRequest struct {
	Body struct {
		Files int `json:"files" minimum:"1"`
	}
}

func (h opsHandlers) confirmDeletion(ctx context.Context, in *confirmSweepRequest) (*reply[ops.StatusView], error) {
	return answer(h.ops.ConfirmDeletion(ctx, actorOf(ctx), in.Body.Files))
}

func (h opsHandlers) confirmSweep(ctx context.Context, in *confirmSweepRequest) (*reply[ops.StatusView], error) {
	return answer(h.ops.ConfirmSweep(ctx, actorOf(ctx), in.Body.Files))
}

// health says that the shop answers, and nothing else: anybody may ask.
func health(_ *door, c *fiber.Ctx) error { return c.SendString("ok\n") }
