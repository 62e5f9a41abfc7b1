// Package storage keeps the shop's files on the local disk, so that an
// acknowledged file survives any crash and a deleted one leaves nothing behind.
//
// A file is a blob: immutable, named by a UUID, in one of four buckets. What
// the customer called it is data in a row of the database, never a path. The
// data folder looks like this:
//
//	lock                      held by the one process that may write here
//	ballast                   64 MiB to give back when the disk is full
//	staging/<upload>          an upload that is still growing
//	staging/<blob>.put        a file the shop itself is writing
//	buckets/<bucket>/xx/<id>  a blob; xx is the last two digits of its id
//	quarantine/<bucket>/<id>  a blob no row speaks of, kept for some days
//
// A write goes staging -> SHA-256 -> fsync -> rename -> fsync of the folders;
// only then may the caller commit the row that names it. A crash before the
// commit leaves a file without a row, which [Store.Sweep] finds, never a row
// without its file. A removal goes the other way round: the caller commits that
// the blob is to go, then calls [Store.Remove], which may be repeated.
//
// After a failed fsync or close nobody knows what the disk holds, and asking
// again would be answered with a lie (the kernel marks the pages clean). The
// store then turns read-only until the process starts anew; see [ErrDegraded].
//
//	store.go    Open, Close, buckets, names     lock.go     one process per data folder
//	staging.go  resumable uploads               put.go      write, finish, copy
//	blob.go     open, stat, list, verify        remove.go   remove for good
//	sweep.go    files without rows              space.go    free space, ballast
//	sign.go     links that expire               volume.go   file-system calls, faults
//	content.go  a blob read, as it was put      packed/     files that are kept compressed
//	error.go    what can go wrong               system_*.go what each system does its own way
//
// Every path is opened inside an [os.Root]. The package knows nothing of the
// database, of HTTP or of the shop.
package storage
