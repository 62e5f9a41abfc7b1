package job

import (
	"context"
	"slices"

	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

// followOthers brings the other plates of an item in line when one is cancelled, or put back, of which copies have left: what is to
// leave is less, or more. Errors: Conflict where nothing would be put back, since as many copies as it makes have left.
func (s *Service) followOthers(ctx context.Context, tx *db.Tx, of shop.Job, by string) error {
	copies, err := tx.ItemCopies(ctx, of.OrderID)
	at := slices.IndexFunc(copies, func(it shop.ItemCopies) bool { return it.ItemID == of.ItemID && it.Left > 0 })
	if err != nil || at < 0 {
		return err
	}
	moved, err := Follow(ctx, tx, of.OrderID, by)
	for _, j := range moved {
		if err == nil && j.ID == of.ID {
			err = shop.Conflictf("job_has_left", "As many copies of %s as this job makes have left the shop already. Put another job of it back, or undo the handover.", of.Title)
		}
		if err == nil {
			err = s.events.Emit(ctx, tx, event.JobChanged{ID: j.ID, OrderID: of.OrderID})
		}
	}
	return err
}

// Follow brings an order's jobs, and the order, in line with the copies of it that have left the shop, and says which jobs it
// moved: a job whose copies have all left is completed, and one of which they had not after all is where it was before. So is
// one that was cancelled after copies of its item had left that came back: back are the items of such copies, and
// what the order costs again with that is its caller's to say. The order is a
// new version, whatever came of it; by is the name of whoever did it.
func Follow(ctx context.Context, tx *db.Tx, orderID, by string, back ...shop.HandoverItem) (moved []shop.Job, err error) {
	copies, err := tx.ItemCopies(ctx, orderID)
	if err != nil {
		return nil, err
	}
	left := map[string]bool{}
	for _, it := range copies {
		left[it.ItemID] = it.Left >= it.Wanted
	}
	jobs, err := tx.JobsOf(ctx, orderID)
	if err != nil {
		return nil, err
	}
	for _, j := range jobs {
		switch {
		case j.State != shop.JobCompleted && j.State != shop.JobCancelled && left[j.ItemID]:
			j.Leave(tx.Now)
		case j.State == shop.JobCompleted && !left[j.ItemID], j.RevivedBy(back):
			j.ComeBack()
		default:
			continue
		}
		if err := tx.SaveJob(ctx, j, by); err != nil {
			return nil, err
		}
		moved = append(moved, j)
	}
	o, err := tx.Order(ctx, orderID)
	if err != nil {
		return nil, err
	}
	o.Progress(tx.Now)
	return moved, tx.SaveOrder(ctx, o, by)
}
