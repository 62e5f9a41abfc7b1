package file

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"buildplate/db"
	"buildplate/storage"
)

// sweep compares both ways: files that no row names go to quarantine and then away, and rows whose file is gone are
// marked missing and shown to staff.
func (s *Service) sweep(ctx context.Context) error { return s.SweepOlder(ctx, orphanGrace, false) }

// SweepOlder is sweep for files older than grace. Confirmed sweeps go on even when most files have no row.
func (s *Service) SweepOlder(ctx context.Context, grace time.Duration, confirmed bool) error {
	if err := s.db.Write(ctx, func(tx *db.Tx) error { return s.tasks.TrustClock(ctx, tx) }); err != nil {
		return err
	}
	if err := s.Drain(ctx); err != nil {
		return err
	}
	done, err := s.store.Sweep(ctx, storage.SweepPlan{
		HasRow: func(ctx context.Context, b storage.Bucket, id string) (known bool, err error) {
			err = s.db.Read(ctx, func(tx *db.Tx) error {
				known, err = tx.BlobKnown(ctx, string(b), id)
				return err
			})
			return known, err
		},
		HasUpload: func(ctx context.Context, id string) (known bool, err error) {
			err = s.db.Read(ctx, func(tx *db.Tx) error {
				known, err = tx.UploadKnown(ctx, id)
				return err
			})
			return known, err
		},
		Now: s.db.Now().Time(), Grace: grace, Hold: quarantine, Confirmed: confirmed,
	})
	if err != nil {
		return err
	}
	s.log.InfoContext(ctx, "swept", "checked", done.Checked, "quarantined", len(done.Quarantined), "purged", done.Purged, "uploads", done.Uploads)
	return s.findMissing(ctx)
}

// findMissing looks for every blob's file. One that is there again is live when its bytes are.
func (s *Service) findMissing(ctx context.Context) error {
	after := ""
	for {
		var blobs []db.Blob
		err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
			blobs, err = tx.BlobsAfter(ctx, after, batch)
			return err
		})
		if err != nil || len(blobs) == 0 {
			return err
		}
		for _, b := range blobs {
			after = b.ID
			_, err := s.store.Stat(storage.Bucket(b.Bucket), b.ID)
			lost := errors.Is(err, fs.ErrNotExist)
			if err != nil && !lost {
				return err
			}
			if lost == (b.State == db.BlobMissing) || b.State == db.BlobTrash {
				continue
			}
			state := db.BlobMissing
			if !lost {
				if state, err = s.read(ctx, b); err != nil {
					return err
				}
			}
			if err := s.db.Write(ctx, func(tx *db.Tx) error { return s.found(ctx, tx, b, state) }); err != nil {
				return err
			}
		}
	}
}
