//go:build unix

package engine

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// tryLock locks the file until it is closed, or fails if another program has.
func tryLock(f *os.File) error {
	return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
}

// isLocked says that another program holds the lock, as tryLock's error tells.
func isLocked(err error) bool { return errors.Is(err, unix.EWOULDBLOCK) }
