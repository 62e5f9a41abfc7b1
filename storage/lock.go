package storage

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// lockName is the file whose lock stands for the whole data folder.
const lockName = "lock"

// Lock keeps other processes out of a data folder. The system releases it when
// the process ends, so a crash leaves nothing to clean up.
type Lock struct{ f *os.File }

// LockDir makes the data folder if it is missing and takes its lock. [Open] does
// so itself; commands that work on a stopped shop without a store (restore, for
// one) call it directly. When another process has the lock the error is
// [ErrLocked] and names the process where it can.
func LockDir(dir string) (*Lock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("storage: make the data folder: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("storage: open the lock of the data folder: %w", err)
	}
	held, err := lockFile(f)
	if held {
		owner := make([]byte, 32)
		n, _ := f.ReadAt(owner, 0)
		_ = f.Close()
		if pid, err := strconv.Atoi(strings.TrimSpace(string(owner[:n]))); err == nil {
			return nil, fmt.Errorf("%s: %w (process %d)", dir, ErrLocked, pid)
		}
		return nil, fmt.Errorf("%s: %w", dir, ErrLocked)
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("storage: lock the data folder: %w", err)
	}
	// The number is a courtesy to the person who is refused; the lock does not need it.
	if f.Truncate(0) == nil {
		_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return &Lock{f: f}, nil
}

// Close gives the folder free.
func (l *Lock) Close() error { return l.f.Close() }
