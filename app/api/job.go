package api

import (
	"context"

	"buildplate/app"
	"buildplate/app/shop"
)

type jobListRequest struct {
	View string `query:"view" enum:"active,done,all" default:"active"`
}

func (s *Server) listJobs(ctx context.Context, in *jobListRequest) (*reply[app.JobListView], error) {
	return answer(s.deps.App.Jobs(ctx, in.View))
}

type moveRequest struct {
	ByID
	Body app.MoveRequest
}

func (s *Server) moveJob(ctx context.Context, in *moveRequest) (*reply[shop.Job], error) {
	return answer(s.deps.App.MoveJob(ctx, callerOf(ctx).Actor, in.ID, in.Body))
}
