package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

const (
	scratchPrefix = "slicer-"
	lockName      = "lock"
)

// Scratch is where one run of the shop's program keeps the folders of its
// slices. It lives below a folder that several programs may share and that
// outlives them all:
//
//	base/slicer-1234567/lock    held locked as long as the program lives
//	base/slicer-1234567/1234/   one slice
type Scratch struct {
	dir  string
	lock *os.File
}

// OpenScratch makes a scratch folder below base, after it has removed those of
// programs that died, with the processes they left behind.
func OpenScratch(base string) (*Scratch, error) {
	base, err := filepath.Abs(base)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(base, 0o700); err != nil {
		return nil, err
	}
	if err := reap(base); err != nil {
		return nil, fmt.Errorf("remove folders of dead slicers: %w", err)
	}
	for {
		s, err := makeScratch(base)
		if s != nil || err != nil {
			return s, err
		}
	}
}

// makeScratch makes a scratch folder; none where another program took it for
// that of a dead one before it was locked.
func makeScratch(base string) (*Scratch, error) {
	dir, err := os.MkdirTemp(base, scratchPrefix)
	if err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err = tryLock(lock); err == nil {
		mine, err := lock.Stat()
		there, gone := os.Stat(lock.Name())
		if err == nil && gone == nil && os.SameFile(mine, there) {
			return &Scratch{dir: dir, lock: lock}, nil
		}
	} else if isLocked(err) {
		err = nil
	}
	return nil, errors.Join(err, lock.Close(), os.RemoveAll(dir))
}

// question makes a folder for a process that is only asked something, as an
// engine its version. Call done in the end.
func question() (dir string, done func(), err error) {
	s, err := OpenScratch(os.TempDir())
	if err != nil {
		return "", nil, err
	}
	done = func() { _ = s.Close() }
	if dir, err = s.Folder(); err != nil {
		done()
	}
	return dir, done, err
}

// Folder makes a private folder for one slice. Remove it when the slice is done.
func (s *Scratch) Folder() (string, error) { return os.MkdirTemp(s.dir, "") }

// Sweep removes the folders of programs that died while this one runs, and
// those of its own that nobody removed although they are older than a slice
// can get.
func (s *Scratch) Sweep(older time.Duration) error {
	errs := []error{reap(filepath.Dir(s.dir))}
	entries, err := os.ReadDir(s.dir)
	errs = append(errs, err)
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || !entry.IsDir() || time.Since(info.ModTime()) < older {
			continue // gone meanwhile, or in use
		}
		dir := filepath.Join(s.dir, entry.Name())
		killWorkersIn(dir)
		errs = append(errs, os.RemoveAll(dir))
	}
	return errors.Join(errs...)
}

// reclaim makes a folder that a child worked in the shop's own again, with all
// in it, and removes what is neither file nor folder: a link would lead
// whoever opens it elsewhere.
func reclaim(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !d.IsDir() && !d.Type().IsRegular() {
			return os.Remove(path)
		}
		if !thisMachine().OwnUser {
			return nil
		}
		return os.Lchown(path, os.Geteuid(), os.Getegid())
	})
}

// Close removes the scratch folder and everything in it.
func (s *Scratch) Close() error {
	return errors.Join(s.lock.Close(), os.RemoveAll(s.dir))
}

// reap removes the scratch folders whose lock nobody holds.
func reap(base string) error {
	entries, err := os.ReadDir(base)
	if err != nil {
		return err
	}
	var errs []error
	for _, entry := range entries {
		if !entry.IsDir() || !strings.HasPrefix(entry.Name(), scratchPrefix) {
			continue
		}
		dir := filepath.Join(base, entry.Name())
		if lock := dead(dir); lock != nil {
			killWorkersIn(dir)
			if runtime.GOOS == "windows" { // no open file can be removed there
				_ = lock.Close()
			}
			errs = append(errs, os.RemoveAll(dir))
			_ = lock.Close()
		}
	}
	return errors.Join(errs...)
}

// dead gives the lock of a scratch folder whose program is gone, so that nobody
// takes the folder while it is removed; nil where the program lives. A folder
// without a lock file is being made or removed at this moment, or its maker
// died in between: it holds no slice yet, and an empty one can be removed
// without asking.
func dead(dir string) *os.File {
	lock, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		_ = os.Remove(dir)
		return nil
	}
	if err != nil {
		return nil
	}
	if tryLock(lock) != nil {
		_ = lock.Close()
		return nil
	}
	return lock
}
