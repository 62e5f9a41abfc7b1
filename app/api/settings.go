package api

import (
	"context"

	"buildplate/app"
	"buildplate/app/setting"
	"buildplate/app/task"

	"github.com/gofiber/fiber/v2"
)

func (s *Server) getSettings(ctx context.Context, _ *nothing) (*reply[setting.View], error) {
	return answer(s.deps.App.ShopSettings(ctx))
}

type settingsRequest struct{ Body setting.View }

func (s *Server) putSettings(ctx context.Context, in *settingsRequest) (*reply[setting.View], error) {
	return answer(s.deps.App.SaveSettings(ctx, callerOf(ctx).Actor, in.Body))
}

func (s *Server) listTasks(ctx context.Context, _ *nothing) (*reply[task.ListView], error) {
	return answer(s.deps.App.Tasks(ctx))
}

func (s *Server) retryTask(ctx context.Context, in *ByID) (*nothing, error) {
	return done(s.deps.App.RetryTask(ctx, callerOf(ctx).Actor, in.ID))
}

func (s *Server) getStatus(ctx context.Context, _ *nothing) (*reply[app.StatusView], error) {
	return answer(s.deps.App.Status(ctx))
}

func (s *Server) acceptClock(ctx context.Context, _ *nothing) (*reply[app.StatusView], error) {
	return answer(s.deps.App.AcceptClock(ctx, callerOf(ctx).Actor))
}

// health says that the shop answers, and nothing else: anybody may ask.
func health(_ *door, c *fiber.Ctx) error { return c.SendString("ok\n") }
