package file

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"time"

	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/storage"
)

// sweepOrder is what a sweep is asked for.
type sweepOrder struct {
	// Confirmed is how many files an admin has agreed to have removed; 0 for as many as is plausible.
	Confirmed int `json:"confirmed,omitempty"`
	// Start is when the shop was started: files of before it have no row on its way any more; 0 for the nightly sweep.
	Start shop.Time `json:"start,omitempty"`
}

// sweepKind is the name of the sweep among the tasks.
const sweepKind = "clean.orphans"

// ConfirmSweep promises a sweep, in the transaction of the use case that asked for the right to it, that removes up to so
// many files at once.
func (s *Service) ConfirmSweep(ctx context.Context, tx *db.Tx, files int) error {
	_, err := s.tasks.Enqueue(ctx, tx, sweepKind, "", sweepOrder{Confirmed: files}, tx.Now)
	return err
}

// sweep compares both ways: files that no row names go to quarantine and then away, and rows whose file is gone are
// marked missing and shown to staff.
func (s *Service) sweep(ctx context.Context, o sweepOrder) error {
	grace, excused := orphanGrace, 0
	if o.Start > 0 {
		grace = min(grace, s.db.Now().Sub(o.Start)+startMargin)
		excused = shop.MaxCartFiles * runtime.GOMAXPROCS(0) // as many archives are read at once as there are cores
	}
	return s.SweepOlder(ctx, grace, o.Confirmed, excused)
}

// startMargin is for disks that keep times in seconds.
const startMargin = 2 * time.Second

// SweepAtStart promises a sweep of what a crash has left: whoever was writing it is no more, since only one process has the
// data folder. Files of this process are left alone, and nothing waits for it.
func (s *Service) SweepAtStart(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		key := fmt.Sprintf("%s:start:%d", sweepKind, s.started)
		_, err := s.tasks.Enqueue(ctx, tx, sweepKind, key, sweepOrder{Start: s.started}, tx.Now)
		return err
	})
}

// SweepOlder is sweep for files older than grace. It moves nothing when that would be suspiciously many files, and tells
// of it, unless so many were confirmed, or are excused in a bucket. Errors: task.ErrClockHeld.
func (s *Service) SweepOlder(ctx context.Context, grace time.Duration, confirmed, excused int) error {
	var now shop.Time // what is old is so by the time that was trusted, even if the clock jumps before the end
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		now = tx.Now
		return s.tasks.TrustClock(ctx, tx)
	})
	if err != nil {
		return err
	}
	if err := s.Drain(ctx); err != nil {
		return err
	}
	plan := storage.SweepPlan{
		HasRow: s.hasRow, HasUpload: s.hasUpload, Now: now.Time(), Grace: grace, Hold: quarantine, Excused: excused,
	}
	if confirmed > 0 {
		plan.MaxFiles, plan.MaxShare = confirmed, 1
	}
	done, err := s.store.Sweep(ctx, plan)
	held := event.SweepHeld{}
	switch {
	case errors.Is(err, storage.ErrTooMany):
		s.log.WarnContext(ctx, "the sweep waits for an admin", "err", err)
		held = event.SweepHeld{Files: len(done.Quarantined), Of: done.Checked}
	case err != nil:
		return err
	default:
		s.log.InfoContext(ctx, "swept", "checked", done.Checked, "quarantined", len(done.Quarantined), "purged", done.Purged, "uploads", done.Uploads)
	}
	if err := s.db.Write(ctx, func(tx *db.Tx) error { return s.events.Emit(ctx, tx, held) }); err != nil {
		return err
	}
	return s.findMissing(ctx)
}

func (s *Service) hasRow(ctx context.Context, b storage.Bucket, id string) (known bool, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		known, err = tx.BlobKnown(ctx, string(b), id)
		return err
	})
	return known, err
}

func (s *Service) hasUpload(ctx context.Context, id string) (known bool, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		known, err = tx.UploadKnown(ctx, id)
		return err
	})
	return known, err
}

// findMissing looks for every blob's file. One that is there again is live when its bytes are; one that a sweep took, with
// other rows than today's, comes back from quarantine.
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
			if errors.Is(err, fs.ErrNotExist) && b.State != db.BlobTrash {
				err = s.store.Restore(storage.Bucket(b.Bucket), b.ID)
			}
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
