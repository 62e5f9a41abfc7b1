package cart

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"buildplate/db"
)

// unused is how long a cart stays that nobody uses.
const unused = 30 * 24 * time.Hour

// batch is how many rows are worked on in one transaction.
const batch = 200

// clean deletes carts that nobody used for 30 days, with their files.
func (s *Service) clean(ctx context.Context) error {
	if ok, err := s.files.ClockTrusted(ctx); !ok || err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		before := tx.Now.Add(-unused)
		carts, err := tx.StaleCarts(ctx, before, batch)
		if err != nil {
			return err
		}
		for _, c := range carts {
			if err := s.Empty(ctx, tx, c.ID); err != nil {
				return err
			}
			if err := tx.DeleteCart(ctx, c.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// cleanUploads gives up uploads that nobody continues.
func (s *Service) cleanUploads(ctx context.Context) error {
	if ok, err := s.files.ClockTrusted(ctx); !ok || err != nil {
		return err
	}
	var expired []db.Upload
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		if expired, err = tx.ExpiredUploads(ctx, batch); err != nil {
			return err
		}
		for _, u := range expired {
			if err := tx.DeleteUpload(ctx, u.ID); err != nil {
				return err
			}
		}
		return nil
	})
	for _, u := range expired {
		if e := s.store.RemoveStaging(u.ID); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}
