package storage

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// Weaknesses lists, as messages for the status page, what this system cannot
// promise about files.
func Weaknesses() []string {
	return []string{
		"Windows cannot force a folder to disk: after a power cut the newest files may be missing although they were acknowledged.",
		"A file that is being downloaded cannot be deleted on Windows until the download ends; the shop tries again later.",
	}
}

// syncFolder has nothing to call here; see Weaknesses.
func syncFolder(*os.File) error { return nil }

// lockFile locks one byte far beyond the end, because a lock on Windows also
// keeps others from reading what it covers.
func lockFile(f *os.File) (held bool, err error) {
	far := &windows.Overlapped{Offset: 0, OffsetHigh: 1 << 30}
	err = windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, far)
	return errors.Is(err, windows.ERROR_LOCK_VIOLATION), err
}

func diskSpace(dir *os.File) (free, total int64, err error) {
	path, err := windows.UTF16PtrFromString(dir.Name())
	if err != nil {
		return 0, 0, err
	}
	var available, size, unused uint64
	if err := windows.GetDiskFreeSpaceEx(path, &available, &size, &unused); err != nil {
		return 0, 0, err
	}
	return int64(available), int64(size), nil
}

func reserve(*os.File, int64) (ok bool, err error) { return false, nil }

func isNoSpace(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL) ||
		errors.Is(err, windows.ERROR_DISK_QUOTA_EXCEEDED)
}

func isDiskFailure(err error) bool {
	return errors.Is(err, windows.ERROR_IO_DEVICE) || errors.Is(err, windows.ERROR_CRC) || errors.Is(err, windows.ERROR_WRITE_PROTECT)
}
