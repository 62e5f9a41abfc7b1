package cart

import (
	"context"
	"errors"
	"io/fs"

	"buildplate/app/shop"
	"buildplate/db"
)

// Rows that are worked on in one transaction, so that it stays short. A cart brings its parts and files along.
const (
	cartBatch   = 20
	uploadBatch = 100
)

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

// cleanUploads gives up uploads that nobody continues, until none is left.
func (s *Service) cleanUploads(ctx context.Context) error {
	var failed error
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
