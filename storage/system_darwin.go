package storage

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// Weaknesses lists, as messages for the status page, what this system cannot
// promise about files.
func Weaknesses() []string {
	return []string{"The 64 MB kept back for a full disk may not be real on a Mac: its file system shares blocks and keeps snapshots."}
}

// syncFolder goes through Go's Sync, which asks for F_FULLFSYNC here.
func syncFolder(dir *os.File) error { return dir.Sync() }

func lockFile(f *os.File) (held bool, err error) {
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	return errors.Is(err, unix.EWOULDBLOCK), err
}

func diskSpace(dir *os.File) (free, total int64, err error) {
	var st unix.Statfs_t
	if err := unix.Fstatfs(int(dir.Fd()), &st); err != nil {
		return 0, 0, err
	}
	return int64(st.Bavail) * int64(st.Bsize), int64(st.Blocks) * int64(st.Bsize), nil
}

func reserve(*os.File, int64) (ok bool, err error) { return false, nil }

func isNoSpace(err error) bool {
	return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) || errors.Is(err, unix.EFBIG)
}

func isDiskFailure(err error) bool {
	return errors.Is(err, unix.EIO) || errors.Is(err, unix.EROFS)
}
