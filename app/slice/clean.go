package slice

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

// Drop removes a result from the cache, unless a cart uses it, and says whether it did.
func (s *Service) Drop(ctx context.Context, tx *db.Tx, key string) (dropped bool, err error) {
	found, err := tx.Slice(ctx, key)
	if shop.IsKind(err, shop.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	users, err := tx.PartsBySlice(ctx, key)
	if err != nil || len(users) > 0 {
		return false, err
	}
	if err := tx.DeleteSlice(ctx, key); err != nil || found.GCodeBlob == "" {
		return err == nil, err
	}
	return true, s.files.Trash(ctx, tx, found.GCodeBlob)
}

// batch is how many results go in one transaction, so that it stays short.
const batch = 50

// clean deletes the results of slicing that nobody used for as long as the settings say, with their G-code, until none is left.
func (s *Service) clean(ctx context.Context) error {
	for {
		var stale []shop.Slice
		err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
			if err := s.tasks.TrustClock(ctx, tx); err != nil {
				return err
			}
			kept, err := tx.Settings(ctx)
			if err != nil {
				return err
			}
			if stale, err = tx.StaleSlices(ctx, tx.Now.Add(-kept.Retention.Age(shop.RetainTmp)), batch); err != nil {
				return err
			}
			for _, old := range stale {
				if err := tx.DeleteSlice(ctx, old.Key); err != nil {
					return err
				}
				if old.GCodeBlob == "" {
					continue
				}
				if err := s.files.Trash(ctx, tx, old.GCodeBlob); err != nil {
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
