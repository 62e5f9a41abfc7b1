package job

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// MoveAll moves several jobs to a state, each by the rules and from its own version, and says which moved and why the
// others did not. Each is a transaction of its own: one that may not move holds up no other. What must be asked of each,
// a printer or failed copies, is not asked here: a run is recorded with all its copies good. What is packed lies on one shelf, and
// what is cancelled is for one reason.
func (s *Service) MoveAll(ctx context.Context, who shop.Actor, req MoveAllRequest) (MovedView, error) {
	if err := who.Must(shop.MoveJobs, shop.TheShop); err != nil {
		return MovedView{}, err
	}
	if req.State == shop.JobReadyToCollect { // asked once for all of them
		if _, err := shop.ShelfCode(req.Shelf); err != nil {
			return MovedView{}, err
		}
	}
	return all(req.Jobs, func(ref Ref) (shop.Job, error) {
		return s.Move(ctx, who, ref.ID, MoveRequest{State: req.State, Shelf: req.Shelf, Reason: req.Reason, Version: ref.Version})
	})
}

// Undo takes jobs that went to the queue back to where they were, and says which could not and why: one that was changed since,
// for which its order costs more again, or whose printer has something else to do. Jobs on hold go back, too: nothing is begun by that.
func (s *Service) Undo(ctx context.Context, who shop.Actor, req UndoRequest) (MovedView, error) {
	if err := who.Must(shop.MoveJobs, shop.TheShop); err != nil {
		return MovedView{}, err
	}
	return all(req.Jobs, func(ref Ref) (shop.Job, error) {
		return s.change(ctx, who, ref.ID, ref.Version, func(ctx context.Context, tx *db.Tx, job *shop.Job) (did shop.Activity, err error) {
			last, err := tx.LastMove(ctx, job.OrderID, job.ID)
			if err != nil && !shop.IsKind(err, shop.NotFound) {
				return did, err
			}
			p := last.Params
			if p.From == shop.JobCancelled {
				if err := who.Must(job.CancelNeeds(), shop.OrderOf(job.OrderID)); err != nil {
					return did, err
				}
			}
			if last.Verb != shop.VerbJobMoved || p.To != shop.JobInQueue {
				return did, shop.Conflictf("nothing_to_undo", "There is nothing to undo: the job is %s.", job.State.Label())
			}
			if p.Of > 0 || len(p.LeftOut) > 0 { // cancelled again by this, its order would go on costing the whole
				return did, shop.Conflictf("order_costs_again", "Order %s costs again what it did before. To go without %s after all, leave it out or cancel it on the order’s page.", job.OrderNumber, job.Title)
			}
			stopped, err := tx.StoppedAttempt(ctx, job.ID)
			if err != nil {
				return did, err
			}
			if err := job.Unmove(p.From, p.Was, stopped); err != nil {
				return did, err
			}
			if job.State == shop.JobPrinting {
				if err := mayPrintOn(ctx, tx, *job); err != nil {
					return did, err
				}
			}
			return who.Activity(shop.VerbJobMoveUndone, job.ID, shop.ActivityParams{Name: job.Title, From: shop.JobInQueue, To: job.State, Shelf: job.Shelf}), nil
		})
	})
}

// all does one thing to each of several jobs. What is wrong with one is told of that one; what is wrong with the shop
// itself ends it.
func all(refs []Ref, do func(Ref) (shop.Job, error)) (MovedView, error) {
	v := MovedView{Moved: []shop.Job{}, Refused: []RefusedView{}}
	for _, ref := range refs {
		job, err := do(ref)
		switch {
		case err == nil:
			v.Moved = append(v.Moved, job)
		case shop.IsKind(err, shop.Internal):
			return v, err
		default:
			v.Refused = append(v.Refused, RefusedView{ID: ref.ID, Code: shop.CodeOf(err), Message: shop.MessageOf(err)})
		}
	}
	return v, nil
}
