package api

import (
	"context"

	"buildplate/app/job"
	"buildplate/app/shop"
)

// jobHandlers are the board.
type jobHandlers struct{ jobs *job.Service }

type jobListRequest struct {
	View    string `query:"view" enum:"active,done,all" default:"active"`
	State   string `query:"state" enum:",QUEUED,PRE_PROCESSING,IN_QUEUE,PRINTING,PAUSED,PRINTING_COMPLETE,POST_PROCESSING,PACKAGING,READY_TO_COLLECT,COMPLETED,CANCELLED" doc:"Only jobs in this state of the view"`
	Printer string `query:"printer" maxLength:"40" doc:"Only jobs on the printer with this id"`
	Query   string `query:"q" maxLength:"200" doc:"Part of an order's number, the customer's name, e-mail or phone, a file's name or a tracking number, or a shelf"`
	After   string `query:"after" maxLength:"100" doc:"The next of the page before"`
}

func (h jobHandlers) listJobs(ctx context.Context, in *jobListRequest) (*reply[job.ListView], error) {
	return answer(h.jobs.List(ctx, actorOf(ctx), job.ListFilter{View: in.View, State: shop.JobState(in.State), PrinterID: in.Printer, Query: in.Query, After: in.After}))
}

type moveRequest struct {
	ByID
	Body job.MoveRequest
}

func (h jobHandlers) moveJob(ctx context.Context, in *moveRequest) (*reply[shop.Job], error) {
	return answer(h.jobs.Move(ctx, actorOf(ctx), in.ID, in.Body))
}

type correctRunRequest struct {
	ByID
	Body job.CorrectRequest
}

func (h jobHandlers) correctRun(ctx context.Context, in *correctRunRequest) (*reply[shop.Job], error) {
	return answer(h.jobs.Correct(ctx, actorOf(ctx), in.ID, in.Body))
}

type moveAllRequest struct{ Body job.MoveAllRequest }

func (h jobHandlers) moveJobs(ctx context.Context, in *moveAllRequest) (*reply[job.MovedView], error) {
	return answer(h.jobs.MoveAll(ctx, actorOf(ctx), in.Body))
}

type undoRequest struct{ Body job.UndoRequest }

func (h jobHandlers) undoMoves(ctx context.Context, in *undoRequest) (*reply[job.MovedView], error) {
	return answer(h.jobs.Undo(ctx, actorOf(ctx), in.Body))
}
