package api

import (
	"context"

	"buildplate/app/job"
	"buildplate/app/shop"
)

// jobHandlers are the board.
type jobHandlers struct{ jobs *job.Service }

type jobListRequest struct {
	View string `query:"view" enum:"active,done,all" default:"active"`
}

func (h jobHandlers) listJobs(ctx context.Context, in *jobListRequest) (*reply[job.ListView], error) {
	return answer(h.jobs.List(ctx, actorOf(ctx), in.View))
}

type moveRequest struct {
	ByID
	Body job.MoveRequest
}

func (h jobHandlers) moveJob(ctx context.Context, in *moveRequest) (*reply[shop.Job], error) {
	return answer(h.jobs.Move(ctx, actorOf(ctx), in.ID, in.Body))
}
