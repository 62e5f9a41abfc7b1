package job

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

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
		left[it.ItemID] = it.Left >= it.Asked
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
