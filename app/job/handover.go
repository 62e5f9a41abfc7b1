package job

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// HandOver completes an order's jobs that are ready to collect, and says which. It is a step of use cases that have asked for
// the right to it. Errors: Conflict when the order is not paid, or on hold.
func HandOver(ctx context.Context, tx *db.Tx, who shop.Actor, orderID string) (handed []shop.Job, err error) {
	jobs, err := tx.JobsOf(ctx, orderID)
	if err != nil {
		return nil, err
	}
	for _, j := range jobs {
		if j.State != shop.JobReadyToCollect {
			continue
		}
		if err := j.Move(shop.JobCompleted, 0, tx.Now); err != nil {
			return nil, err
		}
		if err := tx.SaveJob(ctx, j, who.Name); err != nil {
			return nil, err
		}
		handed = append(handed, j)
	}
	return handed, progress(ctx, tx, orderID, who.Name)
}
