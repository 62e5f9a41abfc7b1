package job

import (
	"context"
	"slices"

	"buildplate/app/shop"
	"buildplate/db"
)

// Correct counts the copies of a run of a job anew, which were counted before: one turned out bad once it was saved, or was mistyped. What
// is owed again goes back to the queue. Errors: NotFound; Forbidden; Conflict when somebody changed the job meanwhile, while it prints, and
// for copies that have left the shop; Invalid without a reason, and for more copies than were on the run.
func (s *Service) Correct(ctx context.Context, who shop.Actor, id string, req CorrectRequest) (shop.Job, error) {
	if err := who.Must(shop.MoveJobs, shop.TheShop); err != nil {
		return shop.Job{}, err
	}
	return s.change(ctx, who, id, req.Version, func(ctx context.Context, tx *db.Tx, job *shop.Job) (did shop.Activity, err error) {
		runs, err := tx.AttemptsOf(ctx, job.OrderID)
		if err != nil {
			return did, err
		}
		job.TakeRuns(runs)
		here, err := hereOf(ctx, tx, job)
		if err != nil {
			return did, err
		}
		to := shop.AttemptCorrection{Good: req.GoodCopies, Failed: req.FailedCopies, Reason: req.Reason, Here: here}
		if err := job.Correct(req.AttemptID, to); err != nil {
			return did, err
		}
		at := slices.IndexFunc(job.Attempts, func(a shop.Attempt) bool { return a.ID == req.AttemptID })
		before := job.Attempts[at]
		return who.Activity(shop.VerbAttemptCorrected, job.ID, shop.ActivityParams{
			Name: job.Title, Good: job.Attempt.Good, Failed: job.Attempt.Failed, WasGood: before.Good, WasFailed: before.Failed, Owed: job.Owed, Reason: shop.CleanLine(req.Reason),
		}), nil
	})
}

// hereOf counts the good copies of what a job makes that have not left the shop.
func hereOf(ctx context.Context, tx *db.Tx, job *shop.Job) (int, error) {
	copies, err := tx.ItemCopies(ctx, job.OrderID)
	for _, it := range copies {
		if it.ItemID == job.ItemID {
			return it.Here, err
		}
	}
	return 0, err
}
