package app

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/storage"
)

// How long things stay that nobody ordered.
const (
	tmpAge      = 30 * 24 * time.Hour
	orphanGrace = 24 * time.Hour
	quarantine  = 7 * 24 * time.Hour
	batch       = 200
)

// deleteFiles unlinks what the delete queue holds, when kicked and every minute.
func (a *App) deleteFiles(ctx context.Context) {
	for waitKick(ctx, a.deleteKick, time.Minute) {
		if err := a.drainDeletions(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("files could not be deleted", "err", err)
		}
	}
}

// drainDeletions unlinks due files, file before row. It may be repeated.
func (a *App) drainDeletions(ctx context.Context) error {
	for {
		var due []db.Deletion
		err := a.db.Read(ctx, func(tx *db.Tx) (err error) {
			due, err = tx.DueDeletions(ctx, batch)
			return err
		})
		if err != nil || len(due) == 0 {
			return err
		}
		for _, d := range due {
			gone := a.files.Remove(storage.Bucket(d.Bucket), d.BlobID)
			err := a.db.Write(ctx, func(tx *db.Tx) error {
				if gone != nil {
					return tx.PostponeDeletion(ctx, d.BlobID, gone, tx.Now.Add(time.Duration(d.Attempts+1)*time.Minute))
				}
				return tx.ForgetBlob(ctx, d.BlobID)
			})
			if err != nil {
				return err
			}
		}
	}
}

// clockTrusted holds deletions by age while the machine's clock shows a time that cannot be.
func (a *App) clockTrusted(ctx context.Context) (ok bool, err error) {
	err = a.db.Write(ctx, func(tx *db.Tx) error {
		c, err := tx.TickClock(ctx)
		ok = c.Held == ""
		return err
	})
	if err == nil && !ok {
		a.log.Warn("the clock jumped: nothing is deleted by age until it is right again")
	}
	return ok, err
}

// CleanCarts deletes carts and results of slicing that nobody used for 30 days, with their files.
func (a *App) CleanCarts(ctx context.Context) error {
	if ok, err := a.clockTrusted(ctx); !ok || err != nil {
		return err
	}
	err := a.db.Write(ctx, func(tx *db.Tx) error {
		before := shop.TimeOf(tx.Now.Add(-tmpAge))
		carts, err := tx.StaleCarts(ctx, before, batch)
		if err != nil {
			return err
		}
		for _, c := range carts {
			if err := emptyCart(ctx, tx, c.ID); err != nil {
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
				if err := tx.TrashBlob(ctx, s.GCodeBlob, tx.Now); err != nil {
					return err
				}
			}
		}
		return tx.DeleteOldLogins(ctx, shop.TimeOf(tx.Now.Add(-loginIdle)))
	})
	kick(a.deleteKick)
	return err
}

// emptyCart removes a cart's parts and queues their files; what an order took from it are copies of its own.
func emptyCart(ctx context.Context, tx *db.Tx, cartID string) error {
	parts, err := tx.Parts(ctx, cartID)
	if err != nil {
		return err
	}
	for _, p := range parts {
		if err := dropPart(ctx, tx, p); err != nil {
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
		if err := tx.TrashBlob(ctx, b.ID, tx.Now); err != nil {
			return err
		}
	}
	return nil
}

// CleanUploads gives up uploads that nobody continues.
func (a *App) CleanUploads(ctx context.Context) error {
	if ok, err := a.clockTrusted(ctx); !ok || err != nil {
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
		if e := a.files.RemoveStaging(u.ID); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// Sweep looks both ways: files that no row names go to quarantine and then away, and rows whose file is gone are
// marked missing and shown to staff.
func (a *App) Sweep(ctx context.Context) error { return a.sweep(ctx, orphanGrace, false) }

func (a *App) sweep(ctx context.Context, grace time.Duration, confirmed bool) error {
	if ok, err := a.clockTrusted(ctx); !ok || err != nil {
		return err
	}
	if err := a.drainDeletions(ctx); err != nil {
		return err
	}
	done, err := a.files.Sweep(ctx, storage.SweepPlan{
		HasRow: func(ctx context.Context, b storage.Bucket, id string) (known bool, err error) {
			err = a.db.Read(ctx, func(tx *db.Tx) error {
				known, err = tx.BlobKnown(ctx, string(b), id)
				return err
			})
			return known, err
		},
		HasUpload: func(ctx context.Context, id string) (known bool, err error) {
			err = a.db.Read(ctx, func(tx *db.Tx) error {
				known, err = tx.UploadKnown(ctx, id)
				return err
			})
			return known, err
		},
		Now: a.db.Now(), Grace: grace, Hold: quarantine, Confirmed: confirmed,
	})
	if err != nil {
		return err
	}
	a.log.Info("swept", "checked", done.Checked, "quarantined", len(done.Quarantined), "purged", done.Purged, "uploads", done.Uploads)
	return a.findMissing(ctx)
}

func (a *App) findMissing(ctx context.Context) error {
	after := ""
	for {
		var blobs []db.Blob
		err := a.db.Read(ctx, func(tx *db.Tx) (err error) {
			blobs, err = tx.BlobsAfter(ctx, after, batch)
			return err
		})
		if err != nil || len(blobs) == 0 {
			return err
		}
		for _, b := range blobs {
			after = b.ID
			_, err := a.files.Stat(storage.Bucket(b.Bucket), b.ID)
			lost := errors.Is(err, fs.ErrNotExist)
			if err != nil && !lost {
				return err
			}
			if lost == (b.State == db.BlobMissing) || b.State == db.BlobTrash {
				continue
			}
			err = a.db.Write(ctx, func(tx *db.Tx) error {
				if lost {
					a.log.Error("a file is missing", "blob", b.ID, "bucket", b.Bucket, "name", b.Name)
					return tx.MarkMissing(ctx, b.ID)
				}
				return tx.MarkFound(ctx, b.ID)
			})
			if err != nil && !shop.IsKind(err, shop.NotFound) {
				return err
			}
		}
	}
}

// CheckBytes reads a share of all files again and compares them with their hashes, so that each is read once a month.
func (a *App) CheckBytes(ctx context.Context) error {
	var blobs []db.Blob
	err := a.db.Read(ctx, func(tx *db.Tx) (err error) {
		blobs, err = tx.BlobsToCheck(ctx, batch)
		return err
	})
	for _, b := range blobs {
		if err != nil {
			return err
		}
		bad := a.files.Verify(ctx, storage.Object{Bucket: storage.Bucket(b.Bucket), ID: b.ID, Size: b.Size, SHA256: b.SHA256})
		if bad != nil {
			a.log.Error("a file is not what was stored", "blob", b.ID, "name", b.Name, "err", bad)
			continue
		}
		err = a.db.Write(ctx, func(tx *db.Tx) error { return tx.MarkChecked(ctx, b.ID) })
	}
	return err
}
