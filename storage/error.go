package storage

import (
	"errors"
	"fmt"
)

// The ways a call can fail that a caller tells apart with [errors.Is]. A blob
// or an upload that is not there is [io/fs.ErrNotExist].
var (
	// ErrBadName is returned for an unknown bucket or an id that is not a
	// UUID in its usual lower-case form.
	ErrBadName = errors.New("storage: not the name of a file in a bucket")
	// ErrExists is returned when another blob already has the id: blobs are
	// never overwritten.
	ErrExists = errors.New("storage: a file with this id is already there")
	// ErrBusy is returned while another call writes to the same upload or blob.
	ErrBusy = errors.New("storage: this file is being written right now")
	// ErrOffset is returned when a part does not begin where the upload ends.
	ErrOffset = errors.New("storage: the part does not begin where the upload ends")
	// ErrTooLarge is returned when more bytes arrive than the caller allowed.
	ErrTooLarge = errors.New("storage: more data than announced")
	// ErrNoSpace is returned when the disk, or the quota on it, is full or
	// would be left with less than the reserve.
	ErrNoSpace = errors.New("storage: not enough free space on the disk")
	// ErrDegraded is returned by every write after an fsync or a close has
	// failed, until the process starts anew. Reading goes on.
	ErrDegraded = errors.New("storage: read-only since the disk failed to keep a write; check the disk, then restart the shop")
	// ErrCorrupt is returned when a blob is not what was stored.
	ErrCorrupt = errors.New("storage: the file is not what was stored")
	// ErrTooMany is returned by a sweep that would move more files than is
	// plausible; see [SweepPlan].
	ErrTooMany = errors.New("storage: the sweep would move too many files at once")
	// ErrLocked is returned when another process uses the data folder.
	ErrLocked = errors.New("another process is using this data folder; stop it first, or choose another folder")
	// ErrClosed is returned by calls after Close.
	ErrClosed = errors.New("storage: closed")
)

// DiskError says which file-system call failed on which file. It unwraps to the
// system's error and, where one fits, to [ErrNoSpace] or [ErrDegraded].
type DiskError struct {
	Op   Op
	Name string // below the data folder
	Err  error
	kind error
}

func (e *DiskError) Error() string {
	if e.kind != nil {
		return fmt.Sprintf("%v (%s %s: %v)", e.kind, e.Op, e.Name, e.Err)
	}
	return fmt.Sprintf("storage: %s %s: %v", e.Op, e.Name, e.Err)
}

// Unwrap returns the system's error and the kind it stands for.
func (e *DiskError) Unwrap() []error {
	if e.kind != nil {
		return []error{e.kind, e.Err}
	}
	return []error{e.Err}
}
