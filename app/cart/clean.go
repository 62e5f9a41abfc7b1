package cart

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
)

// Rows that are worked on in one transaction, so that it stays short. A cart brings its parts and files along.
const (
	cartBatch   = 20
	uploadBatch = 100
	emptyBatch  = 500
)

// emptyCartAge is how long a cart in which nothing is stays after it was last used. A page that still has its cookie begins another.
const emptyCartAge = 24 * time.Hour

// clean deletes carts that nobody used for as long as the settings say, with their files, until none is left.
func (s *Service) clean(ctx context.Context) error {
	if err := s.emptyOrdered(ctx); err != nil {
		return err
	}
	for {
		var stale []shop.Cart
		err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
			if err := s.tasks.TrustClock(ctx, tx); err != nil {
				return err
			}
			kept, err := tx.Settings(ctx)
			if err != nil {
				return err
			}
			if stale, err = tx.StaleCarts(ctx, tx.Now.Add(-kept.Retention.Age(shop.RetainTmp)), cartBatch); err != nil {
				return err
			}
			for _, c := range stale {
				if err := s.Empty(ctx, tx, c.ID); err != nil {
					return err
				}
				if err := tx.DeleteCart(ctx, c.ID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(stale) == 0 {
			return err
		}
	}
}

// cleanUploads gives up uploads that nobody continues, and the carts that they and others left empty, until none is left.
func (s *Service) cleanUploads(ctx context.Context) error {
	failed := s.cleanEmpty(ctx)
	for {
		var expired []db.Upload
		err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
			if err := s.tasks.TrustClock(ctx, tx); err != nil {
				return err
			}
			if expired, err = tx.ExpiredUploads(ctx, uploadBatch); err != nil {
				return err
			}
			for _, u := range expired {
				if err := tx.DeleteUpload(ctx, u.ID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(expired) == 0 {
			return errors.Join(failed, err)
		}
		for _, u := range expired {
			if err := s.store.RemoveStaging(u.ID); err != nil && !errors.Is(err, fs.ErrNotExist) {
				failed = errors.Join(failed, err) // the row is gone: the sweep finds the file
			}
		}
	}
}

// cleanEmpty deletes carts in which nothing is and that nobody used for a day, until none is left.
func (s *Service) cleanEmpty(ctx context.Context) error {
	for {
		var n int64
		err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
			if err := s.tasks.TrustClock(ctx, tx); err != nil {
				return err
			}
			n, err = tx.DeleteEmptyCarts(ctx, tx.Now.Add(-emptyCartAge), emptyBatch)
			return err
		})
		if err != nil || n < emptyBatch {
			return err
		}
	}
}

// emptyOrdered empties carts that became orders in older versions, which left them as they were, until none is left.
func (s *Service) emptyOrdered(ctx context.Context) error {
	for {
		var left []string
		err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
			if left, err = tx.OrderedCartsWithParts(ctx, cartBatch); err != nil {
				return err
			}
			for _, id := range left {
				if err := s.Empty(ctx, tx, id); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(left) == 0 {
			return err
		}
	}
}
