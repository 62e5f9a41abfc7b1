package ops

import (
	"context"
	"time"

	"buildplate/db"
)

// Addresses of who did something are kept so long, and go so many in one transaction.
const (
	addressesKept  = 90 * 24 * time.Hour
	addressesBatch = 200
)

// forgetAddresses clears old addresses in the activity log, until none is left. What was done stays.
func (s *Service) forgetAddresses(ctx context.Context) error {
	for {
		var gone int64
		err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
			if err := s.tasks.TrustClock(ctx, tx); err != nil {
				return err
			}
			gone, err = tx.ForgetAddresses(ctx, tx.Now.Add(-addressesKept), addressesBatch)
			return err
		})
		if err != nil || gone == 0 {
			return err
		}
	}
}
