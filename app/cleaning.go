package app

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"buildplate/db"
)

// How long things stay that nobody ordered.
const (
	tmpAge = 30 * 24 * time.Hour
	batch  = 200
)

// CleanCarts deletes carts and results of slicing that nobody used for 30 days, with their files.
func (a *App) CleanCarts(ctx context.Context) error {
	if ok, err := a.files.ClockTrusted(ctx); !ok || err != nil {
		return err
	}
	err := a.db.Write(ctx, func(tx *db.Tx) error {
		before := tx.Now.Add(-tmpAge).UnixMilli()
		carts, err := tx.StaleCarts(ctx, before, batch)
		if err != nil {
			return err
		}
		for _, c := range carts {
			if err := a.emptyCart(ctx, tx, c.ID); err != nil {
				return err
			}
			if err := tx.DeleteCart(ctx, c.ID); err != nil {
				return err
			}
		}
		slices, err := tx.StaleSlices(ctx, before, batch)
		if err != nil {
			return err
		}
		for _, s := range slices {
			if err := tx.DeleteSlice(ctx, s.Key); err != nil {
				return err
			}
			if s.GCodeBlob != "" {
				if err := a.files.Trash(ctx, tx, s.GCodeBlob); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return err
}

// emptyCart removes a cart's parts and queues their files; what an order took from it are copies of its own.
func (a *App) emptyCart(ctx context.Context, tx *db.Tx, cartID string) error {
	parts, err := tx.Parts(ctx, cartID)
	if err != nil {
		return err
	}
	for _, p := range parts {
		if err := a.dropPart(ctx, tx, p); err != nil {
			return err
		}
	}
	blobs, err := tx.BlobsOfCart(ctx, cartID)
	if err != nil {
		return err
	}
	for _, b := range blobs {
		if b.State == db.BlobTrash {
			continue
		}
		if err := a.files.Trash(ctx, tx, b.ID); err != nil {
			return err
		}
	}
	return nil
}

// CleanUploads gives up uploads that nobody continues.
func (a *App) CleanUploads(ctx context.Context) error {
	if ok, err := a.files.ClockTrusted(ctx); !ok || err != nil {
		return err
	}
	var expired []db.Upload
	err := a.db.Write(ctx, func(tx *db.Tx) (err error) {
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
		if e := a.store.RemoveStaging(u.ID); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}
