package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path"
	"time"

	"buildplate/storage/failpoint"
)

// SweepPlan says what a sweep may do. The rows it asks about are the caller's.
//
// A sweep trusts the clock and the database; when either is wrong (a clock that
// woke up in another year, an old backup put back) everything looks forgotten.
// So it collects first, and refuses with [ErrTooMany] to move more than MaxFiles
// files or more than MaxShare of a bucket unless a person has Confirmed it.
type SweepPlan struct {
	// HasRow reports whether a row, live or waiting for its removal, names the blob.
	HasRow func(ctx context.Context, b Bucket, id string) (bool, error)
	// HasUpload reports whether an upload is still open.
	HasUpload func(ctx context.Context, id string) (bool, error)

	Now   time.Time
	Grace time.Duration // younger files are left alone: their row may be on its way
	Hold  time.Duration // how long a file stays in quarantine

	MaxFiles  int     // 0 means 500
	MaxShare  float64 // 0 means 0.1; counted only from 20 files on
	Excused   int     // of a bucket, whatever its share: a crash leaves what was being written
	Confirmed bool
}

// Swept is what a sweep has done, or, beside ErrTooMany, would do.
type Swept struct {
	Checked     int    // blobs checked
	Quarantined []Info // blobs without a row
	Purged      int    // files whose time in quarantine was up
	Uploads     int    // uploads nobody continues
}

// smallBucket is the number of blobs below which a share says nothing.
const smallBucket = 20

// Sweep looks for files no row speaks of. Blobs go to quarantine and, after the
// hold, away; uploads without a row go at once after the grace. What it has done
// before an error stays done, and it can be repeated at any time. The other
// direction, rows without files, is the caller's: [Store.Stat].
// Errors: [ErrTooMany], [ErrDegraded], those of the plan's functions.
func (s *Store) Sweep(ctx context.Context, plan SweepPlan) (Swept, error) {
	var done Swept
	orphans, err := s.orphans(ctx, plan, &done)
	if err != nil {
		return done, err
	}
	for i, o := range orphans {
		if err := s.Quarantine(o.Bucket, o.ID, plan.Now); err != nil && !errors.Is(err, fs.ErrNotExist) {
			done.Quarantined = orphans[:i]
			return done, err
		}
	}
	done.Quarantined = orphans
	if err := s.dropUploads(ctx, plan, &done); err != nil {
		return done, err
	}
	done.Purged, err = s.PurgeQuarantine(plan.Now.Add(-plan.Hold))
	return done, err
}

// orphans lists the blobs to move and applies the breaker to all of them
// together, before any is moved.
func (s *Store) orphans(ctx context.Context, plan SweepPlan, done *Swept) ([]Info, error) {
	maxFiles, maxShare := plan.MaxFiles, plan.MaxShare
	if maxFiles == 0 {
		maxFiles = 500
	}
	if maxShare == 0 {
		maxShare = 0.1
	}
	var orphans []Info
	var tooMany error
	for _, b := range Buckets() {
		before, seen := len(orphans), 0
		for info, err := range s.List(b) {
			if err != nil {
				return nil, err
			}
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			seen++
			if plan.Now.Sub(info.ModTime) < plan.Grace {
				continue // a time in the future counts as young, too
			}
			known, err := plan.HasRow(ctx, b, info.ID)
			if err != nil {
				return nil, err
			}
			if !known {
				orphans = append(orphans, info)
			}
		}
		done.Checked += seen
		if found := len(orphans) - before; seen >= smallBucket && found > plan.Excused && float64(found) > maxShare*float64(seen) {
			tooMany = fmt.Errorf("%w: %d of %d in %s", ErrTooMany, found, seen, b)
		}
	}
	if len(orphans) > maxFiles {
		tooMany = fmt.Errorf("%w: %d", ErrTooMany, len(orphans))
	}
	if tooMany != nil && !plan.Confirmed {
		done.Quarantined = orphans
		return nil, tooMany
	}
	return orphans, nil
}

func (s *Store) dropUploads(ctx context.Context, plan SweepPlan, done *Swept) error {
	for staged, err := range s.Uploads() {
		if err != nil {
			return err
		}
		if plan.Now.Sub(staged.ModTime) < plan.Grace {
			continue
		}
		open, err := plan.HasUpload(ctx, staged.ID)
		if err != nil {
			return err
		}
		if open {
			continue
		}
		switch err := s.RemoveStaging(staged.ID); {
		case errors.Is(err, ErrBusy): // somebody is writing to it after all
		case err != nil:
			return err
		default:
			done.Uploads++
		}
	}
	return nil
}

func quarantineName(b Bucket, id string) string {
	return path.Join(quarantineDir, string(b), id)
}

// Quarantine takes a blob out of its bucket and keeps it aside from now on.
// Errors: [io/fs.ErrNotExist], [ErrBusy], [ErrDegraded].
func (s *Store) Quarantine(b Bucket, id string, now time.Time) error {
	name, err := blobName(b, id)
	if err != nil {
		return err
	}
	aside := quarantineName(b, id)
	release, err := s.claim(name)
	if err != nil {
		return err
	}
	defer release()
	// The file's time becomes the start of its hold. Set after the move, a
	// crash between the two would have the next purge take the file at once.
	if err := s.vol.touch(name, now); err != nil {
		return err
	}
	failpoint.Reach("storage.quarantine.touched")
	if err := s.vol.rename(name, aside); err != nil {
		return err
	}
	failpoint.Reach("storage.quarantine.renamed")
	// The new name first: a power cut may then leave both, never neither.
	return errors.Join(s.vol.syncDir(path.Dir(aside)), s.vol.syncDir(path.Dir(name)))
}

// Restore puts a quarantined blob back, because its row has turned up after all.
// Errors: [io/fs.ErrNotExist], [ErrExists], [ErrDegraded].
func (s *Store) Restore(b Bucket, id string) error {
	name, err := blobName(b, id)
	if err != nil {
		return err
	}
	aside := quarantineName(b, id)
	release, err := s.claim(name)
	if err != nil {
		return err
	}
	defer release()
	if err := s.absent(name); err != nil {
		return err
	}
	if err := s.vol.ensureDir(path.Dir(path.Dir(name)), path.Dir(name)); err != nil {
		return err
	}
	if err := s.vol.rename(aside, name); err != nil {
		return err
	}
	failpoint.Reach("storage.restore.renamed")
	return errors.Join(s.vol.syncDir(path.Dir(name)), s.vol.syncDir(path.Dir(aside)))
}

// Quarantined yields the files of a bucket that are kept aside; ModTime is when
// that began.
func (s *Store) Quarantined(b Bucket) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		if !b.Valid() {
			yield(Info{}, fmt.Errorf("%w: no bucket %q", ErrBadName, string(b)))
			return
		}
		entries, err := s.readDir(path.Join(quarantineDir, string(b)))
		if err != nil {
			yield(Info{}, err)
			return
		}
		for _, entry := range entries {
			if !validID(entry.Name()) {
				continue
			}
			info, err := entry.Info()
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				yield(Info{}, err)
				return
			}
			if !yield(Info{Bucket: b, ID: entry.Name(), Size: info.Size(), ModTime: info.ModTime()}, nil) {
				return
			}
		}
	}
}

// PurgeQuarantine deletes for good what has been kept aside since before a time
// and returns how many files that were.
func (s *Store) PurgeQuarantine(before time.Time) (purged int, err error) {
	for _, b := range Buckets() {
		in := purged
		for info, err := range s.Quarantined(b) {
			if err != nil {
				return purged, err
			}
			if !info.ModTime.Before(before) {
				continue
			}
			name := quarantineName(b, info.ID)
			release, err := s.claim(name)
			if err != nil {
				return purged, err
			}
			err = s.vol.remove(name)
			release()
			if err != nil {
				return purged, err
			}
			failpoint.Reach("storage.purge.unlinked")
			purged++
		}
		if purged > in {
			if err := s.vol.syncDir(path.Join(quarantineDir, string(b))); err != nil {
				return purged, err
			}
		}
	}
	return purged, nil
}
