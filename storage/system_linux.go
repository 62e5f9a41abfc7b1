package storage

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// Weaknesses lists, as messages for the status page, what this system cannot
// promise about files. Linux is the reference: nothing.
func Weaknesses() []string { return nil }

func syncFolder(dir *os.File) error { return dir.Sync() }

// lockFile takes the lock that the kernel drops when the process ends, however
// it ends. held is true when another process has it.
func lockFile(f *os.File) (held bool, err error) {
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	return errors.Is(err, unix.EWOULDBLOCK), err
}

// diskSpace returns the bytes an ordinary user may still write, and the size of
// the file system.
func diskSpace(dir *os.File) (free, total int64, err error) {
	var st unix.Statfs_t
	if err := unix.Fstatfs(int(dir.Fd()), &st); err != nil {
		return 0, 0, err
	}
	return int64(st.Bavail) * st.Bsize, int64(st.Blocks) * st.Bsize, nil
}

// reserve gives a file real blocks without writing them. ok is false where the
// file system has no such call.
func reserve(f *os.File, size int64) (ok bool, err error) {
	err = unix.Fallocate(int(f.Fd()), 0, 0, size)
	if errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, unix.ENOSYS) {
		return false, nil
	}
	return true, err
}

func isNoSpace(err error) bool {
	return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) || errors.Is(err, unix.EFBIG)
}

func isDiskFailure(err error) bool {
	return errors.Is(err, unix.EIO) || errors.Is(err, unix.EROFS)
}
