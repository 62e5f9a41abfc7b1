package storage

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Op names a file-system call, for errors and for fault injection.
type Op string

// The calls a store makes to change the disk.
const (
	OpCreate   Op = "create"
	OpWrite    Op = "write"
	OpTruncate Op = "truncate"
	OpSync     Op = "sync"
	OpClose    Op = "close"
	OpMkdir    Op = "mkdir"
	OpRename   Op = "rename"
	OpLink     Op = "link"
	OpTouch    Op = "touch"
	OpRemove   Op = "remove"
	OpOpenDir  Op = "open folder"
	OpSyncDir  Op = "sync folder"
)

// Fault is asked before every call that changes the disk; an error it returns
// takes the place of the call. A faulted write still writes the first half of
// its bytes, as a full disk does. Only tests set one.
type Fault func(op Op, name string) error

// change is a call that has changed the disk or made earlier changes durable:
// what a power cut may leave of a sequence of them can be worked out.
type change struct {
	op   Op
	name string
	from string // the other name of a rename or link
	flag int    // of a create
	at   int64  // offset of a write, size of a truncate
	data []byte // of a write
}

// volume is the data folder: every call is confined to it, asks the fault hook
// first, and reports what it did to the health of the disk.
type volume struct {
	root     *os.Root
	fault    Fault
	record   func(change) // of calls that succeeded; only tests set it
	log      *slog.Logger
	degraded atomic.Pointer[DiskError]
	dirs     sync.Mutex
}

// writable returns ErrDegraded once the disk has lost a write.
func (v *volume) writable() error {
	if cause := v.degraded.Load(); cause != nil {
		// The cause is told, not wrapped: a disk that was full then says nothing about this write.
		return fmt.Errorf("%w (first seen: %s %s: %s)", ErrDegraded, cause.Op, cause.Name, cause.Err.Error())
	}
	return nil
}

// run makes one call and classifies its result.
func (v *volume) run(op Op, name string, call func() error) error {
	return v.do(change{op: op, name: name}, call)
}

func (v *volume) do(c change, call func() error) error {
	var err error
	if v.fault != nil {
		err = v.fault(c.op, c.name)
	}
	if err == nil {
		err = call()
	}
	if err == nil && v.record != nil {
		v.record(c)
	}
	return v.classify(c.op, c.name, err)
}

// classify wraps an error and degrades the volume where the error means that an
// earlier write may be gone: a failed fsync or close whatever the cause (a disk
// with delayed allocation reports "full" there), and any I/O error.
func (v *volume) classify(op Op, name string, err error) error {
	if err == nil {
		return nil
	}
	failed := &DiskError{Op: op, Name: name, Err: err}
	switch {
	case op == OpSync, op == OpSyncDir, op == OpClose, isDiskFailure(err):
		failed.kind = ErrDegraded
		if v.degraded.CompareAndSwap(nil, failed) {
			// Of the whole store, once; the request that met it logs the error under its own id.
			v.log.Error("storage is read-only until restart", "op", string(op), "file", name, "err", err)
		}
	case isNoSpace(err):
		failed.kind = ErrNoSpace
	}
	return failed
}

func (v *volume) mkdir(name string) error {
	return v.run(OpMkdir, name, func() error { return v.root.Mkdir(name, 0o700) })
}

func (v *volume) rename(from, to string) error {
	return v.do(change{op: OpRename, name: to, from: from}, func() error { return v.root.Rename(from, to) })
}

func (v *volume) link(from, to string) error {
	return v.do(change{op: OpLink, name: to, from: from}, func() error { return v.root.Link(from, to) })
}

func (v *volume) touch(name string, at time.Time) error {
	return v.run(OpTouch, name, func() error { return v.root.Chtimes(name, at, at) })
}

// remove unlinks a file; one that is already gone is a success.
func (v *volume) remove(name string) error {
	return v.run(OpRemove, name, func() error {
		if err := v.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	})
}

// syncDir makes the names in a folder durable, where the system can. That the
// folder could not be opened says nothing about earlier writes, so it does not
// degrade the volume; the closing of a handle that was only read does not either.
func (v *volume) syncDir(name string) error {
	dir, err := v.root.Open(name)
	if err != nil {
		return v.classify(OpOpenDir, name, err)
	}
	defer func() { _ = dir.Close() }()
	return v.run(OpSyncDir, name, func() error { return syncFolder(dir) })
}

// ensureDir makes a folder below parent and its name in the parent durable. The
// lock keeps a second caller from using a folder whose name is not durable yet.
func (v *volume) ensureDir(parent, name string) error {
	v.dirs.Lock()
	defer v.dirs.Unlock()
	err := v.mkdir(name)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return v.syncDir(parent)
}

// file is an open file of the volume.
type file struct {
	f    *os.File
	v    *volume
	name string
}

func (v *volume) create(name string, flag int) (*file, error) {
	var f *os.File
	err := v.do(change{op: OpCreate, name: name, flag: flag}, func() (err error) {
		f, err = v.root.OpenFile(name, flag, 0o600)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &file{f: f, v: v, name: name}, nil
}

// Write writes all of p or fails.
func (f *file) Write(p []byte) (int, error) {
	if f.v.fault != nil {
		if err := f.v.fault(OpWrite, f.name); err != nil {
			n, _ := f.f.Write(p[:len(p)/2])
			return n, f.v.classify(OpWrite, f.name, err)
		}
	}
	n, err := f.f.Write(p)
	if n > 0 && f.v.record != nil {
		end, _ := f.f.Seek(0, io.SeekCurrent)
		f.v.record(change{op: OpWrite, name: f.name, at: end - int64(n), data: bytes.Clone(p[:n])})
	}
	return n, f.v.classify(OpWrite, f.name, err)
}

func (f *file) truncate(size int64) error {
	return f.v.do(change{op: OpTruncate, name: f.name, at: size}, func() error { return f.f.Truncate(size) })
}

func (f *file) sync() error {
	return f.v.run(OpSync, f.name, f.f.Sync)
}

// close ends a file that was written; its error counts as a lost write.
func (f *file) close() error {
	return f.v.run(OpClose, f.name, f.f.Close)
}

// abandon closes a file whose content no longer matters.
func (f *file) abandon() { _ = f.f.Close() }
