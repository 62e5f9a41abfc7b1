package storage

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"buildplate/storage/failpoint"
)

// Space is the state of the disk, in bytes.
type Space struct {
	Free    int64 // what the shop may still write
	Total   int64
	Reserve int64 // what uploads must leave free
}

// Low reports whether uploads are refused.
func (sp Space) Low() bool { return sp.Free < sp.Reserve }

// Space asks the disk.
func (s *Store) Space() (Space, error) {
	dir, err := s.vol.root.Open(".")
	if err != nil {
		return Space{}, err
	}
	free, total, err := spaceOf(dir)
	if err != nil {
		return Space{}, err
	}
	return Space{Free: free, Total: total, Reserve: s.reserveOf(total)}, nil
}

// Free is what may still be written in a folder, in bytes, whoever has its lock.
func Free(folder string) (int64, error) {
	dir, err := os.Open(folder)
	if err != nil {
		return 0, err
	}
	free, _, err := spaceOf(dir)
	return free, err
}

// spaceOf asks the disk of a folder, and closes that.
func spaceOf(dir *os.File) (free, total int64, err error) {
	defer dir.Close()
	if free, total, err = diskSpace(dir); err != nil {
		return 0, 0, fmt.Errorf("storage: ask the disk for its free space: %w", err)
	}
	return free, total, nil
}

// reserveOf keeps the larger of 1 GiB and 5 %: SQLite can neither delete nor
// checkpoint on a full disk, so a full disk cannot be cleaned up from within.
func (s *Store) reserveOf(total int64) int64 {
	switch {
	case s.reserve < 0:
		return 0
	case s.reserve > 0:
		return s.reserve
	}
	return max(1<<30, total/20)
}

// checkSpace returns [ErrNoSpace] when need more bytes would eat into the reserve.
func (s *Store) checkSpace(need int64) error {
	sp, err := s.Space()
	if err != nil {
		return err
	}
	if sp.Free-need < sp.Reserve {
		return fmt.Errorf("%w: %d MiB are free, %d MiB must stay free", ErrNoSpace, sp.Free>>20, sp.Reserve>>20)
	}
	return nil
}

// spaceWatch is written beside a file of unknown size and stops it before the
// reserve is gone.
type spaceWatch struct {
	s      *Store
	unseen int64
}

// spaceStep is how many bytes pass between two checks of the disk.
const spaceStep = 16 << 20

func (w *spaceWatch) Write(p []byte) (int, error) {
	if w.unseen += int64(len(p)); w.unseen >= spaceStep {
		w.unseen = 0
		if err := w.s.checkSpace(0); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

const (
	ballastName = "ballast"
	// BallastSize is what FillBallast keeps back: enough for SQLite's log and
	// the deletions that follow.
	BallastSize = 64 << 20
)

// NearlyFull is the free space, in bytes, under which the ballast is given up: a database that has none cannot even delete.
const NearlyFull = 16 << 20

// TendBallast gives the ballast up when the disk is nearly full, and fills it again when there is so much room that it will
// not be given up at once. It says how many bytes were given. Call it now and then.
func (s *Store) TendBallast(ctx context.Context) (given int64, err error) {
	sp, err := s.Space()
	if err != nil {
		return 0, err
	}
	switch {
	case sp.Free < NearlyFull:
		return s.DropBallast()
	case s.reserve >= 0 && sp.Free >= sp.Reserve+2*BallastSize: // a store without a reserve keeps nothing back
		err = s.FillBallast(ctx)
	}
	return 0, err
}

// FillBallast writes the ballast file if it is missing or short. It is refused with [ErrNoSpace] while the disk is
// low, since it would make things worse.
func (s *Store) FillBallast(ctx context.Context) error {
	if info, err := s.vol.root.Lstat(ballastName); err == nil && info.Size() == BallastSize {
		return nil
	}
	release, err := s.claim(ballastName)
	if err != nil {
		return err
	}
	defer release()
	if err := s.checkSpace(BallastSize); err != nil {
		return err
	}
	f, err := s.vol.create(ballastName, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return err
	}
	err = s.weigh(ctx, f)
	if err == nil {
		err = f.sync()
	}
	if err != nil {
		f.abandon()
		s.discard(ballastName)
		return err
	}
	failpoint.Reach("storage.ballast.synced")
	return f.close()
}

// weigh gives the ballast real blocks. Where they cannot be reserved it writes
// random bytes, which no file system compresses away.
func (s *Store) weigh(ctx context.Context, f *file) error {
	var reserved bool
	err := s.vol.run(OpWrite, ballastName, func() (err error) {
		reserved, err = reserve(f.f, BallastSize)
		return err
	})
	if reserved || err != nil {
		return err
	}
	_, readErr, err := pour(ctx, f, io.LimitReader(rand.Reader, BallastSize), -1)
	return errors.Join(err, readErr)
}

// DropBallast gives the ballast back in an emergency and returns the bytes
// freed. It works on a degraded store too: giving up a file of no content
// cannot lose anything.
func (s *Store) DropBallast() (freed int64, err error) {
	info, err := s.vol.root.Lstat(ballastName)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if err := s.vol.remove(ballastName); err != nil {
		return 0, err
	}
	return info.Size(), nil
}
