package storage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"buildplate/storage/failpoint"
	"buildplate/storage/packed"
)

// Object is what a write has put into a bucket: the figures its row needs.
type Object struct {
	Bucket Bucket
	ID     string
	Size   int64  // in bytes, as it was put
	SHA256 string // of those, 64 lower-case hex digits
	Packed int64  // bytes on the disk where it is kept compressed; 0 where it is kept as it is
}

// Put stores what r yields as a new blob. When it returns without an error the
// blob survives a power cut; commit its row only then. Memory use does not
// depend on the size. Errors: [ErrExists], [ErrNoSpace], [ErrDegraded], [ErrBusy],
// the error of r or of ctx.
func (s *Store) Put(ctx context.Context, b Bucket, id string, r io.Reader) (Object, error) {
	return s.put(ctx, b, id, r, s.fill)
}

// PutPacked is Put for what is worth being kept compressed, as meshes and G-code
// are. Read it with [Store.Content].
func (s *Store) PutPacked(ctx context.Context, b Bucket, id string, r io.Reader) (Object, error) {
	return s.put(ctx, b, id, r, s.fillPacked)
}

func (s *Store) put(ctx context.Context, b Bucket, id string, r io.Reader, fill func(context.Context, *file, io.Reader) (Object, error)) (Object, error) {
	target, err := blobName(b, id)
	if err != nil {
		return Object{}, err
	}
	temp := path.Join(stagingDir, id+putSuffix)
	release, err := s.claim(temp, target)
	if err != nil {
		return Object{}, err
	}
	defer release()
	if err := s.absent(target); err != nil {
		return Object{}, err
	}
	if err := s.checkSpace(0); err != nil {
		return Object{}, err
	}
	f, err := s.vol.create(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return Object{}, err
	}
	failpoint.Reach("storage.put.created")
	obj, err := fill(ctx, f, r)
	if err == nil {
		obj.Bucket, obj.ID = b, id
		err = s.settle(temp, b, id)
	}
	if err != nil {
		s.discard(temp)
		return Object{}, err
	}
	return obj, nil
}

// fill writes, hashes, syncs and closes f.
func (s *Store) fill(ctx context.Context, f *file, r io.Reader) (Object, error) {
	hash := sha256.New()
	n, readErr, err := pour(ctx, io.MultiWriter(f, hash, &spaceWatch{s: s}), r, -1)
	if err := keep(f, errors.Join(err, readErr)); err != nil {
		return Object{}, err
	}
	return Object{Size: n, SHA256: hex.EncodeToString(hash.Sum(nil))}, nil
}

// fillPacked is fill that compresses, and hashes what was not yet.
func (s *Store) fillPacked(ctx context.Context, f *file, r io.Reader) (Object, error) {
	hash, size := sha256.New(), counter(0)
	w, err := packed.NewWriter(io.MultiWriter(f, &size, &spaceWatch{s: s}))
	if err != nil {
		return Object{}, keep(f, err)
	}
	n, readErr, err := pour(ctx, io.MultiWriter(w, hash), r, -1)
	if err = errors.Join(err, readErr); err == nil {
		err = w.Close()
	}
	if err := keep(f, err); err != nil {
		return Object{}, err
	}
	return Object{Size: n, SHA256: hex.EncodeToString(hash.Sum(nil)), Packed: int64(size)}, nil
}

// keep syncs and closes a file that was written, or gives it up for the error
// of that.
func keep(f *file, err error) error {
	if err != nil {
		f.abandon()
		return err
	}
	failpoint.Reach("storage.put.written")
	if err := f.sync(); err != nil {
		f.abandon()
		return err
	}
	if err := f.close(); err != nil {
		return err
	}
	failpoint.Reach("storage.put.synced")
	return nil
}

// Finish turns a complete upload into a blob. It may be repeated after a crash:
// an upload that has already become this blob gives the same Object again.
// Errors as for [Store.Put], and [io/fs.ErrNotExist] for an unknown upload.
func (s *Store) Finish(ctx context.Context, upload string, b Bucket, id string) (Object, error) {
	staged, err := stagingName(upload)
	if err != nil {
		return Object{}, err
	}
	target, err := blobName(b, id)
	if err != nil {
		return Object{}, err
	}
	release, err := s.claim(staged, target)
	if err != nil {
		return Object{}, err
	}
	defer release()

	from, err := s.vol.root.Lstat(staged)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return s.finished(ctx, b, id)
	case err != nil:
		return Object{}, err
	}
	if to, err := s.vol.root.Lstat(target); err == nil {
		// A power cut between the two folders' syncs can leave both names of the one file.
		if !os.SameFile(from, to) {
			return Object{}, fmt.Errorf("%w: %s", ErrExists, id)
		}
	}
	f, err := s.vol.create(staged, os.O_RDWR)
	if err != nil {
		return Object{}, err
	}
	obj, err := hashOf(ctx, f.f)
	if err == nil {
		err = f.sync()
	}
	if err != nil {
		f.abandon()
		return Object{}, err
	}
	if err := f.close(); err != nil {
		return Object{}, err
	}
	failpoint.Reach("storage.finish.hashed")
	if err := s.settle(staged, b, id); err != nil {
		return Object{}, err
	}
	obj.Bucket, obj.ID = b, id
	return obj, nil
}

// finished answers a repeated Finish from the blob. The rename may have been
// the last thing an earlier process did, so its folders are synced again.
func (s *Store) finished(ctx context.Context, b Bucket, id string) (Object, error) {
	f, err := s.Open(b, id)
	if err != nil {
		return Object{}, err
	}
	defer f.Close()
	obj, err := hashOf(ctx, f)
	if err != nil {
		return Object{}, err
	}
	obj.Bucket, obj.ID = b, id
	return obj, errors.Join(s.vol.syncDir(blobDir(b, id)), s.vol.syncDir(stagingDir))
}

// settle renames a synced file to its place and makes both names durable. Its
// time is set to now: a sweep measures the grace of a file without a row from
// here, not from the day an upload began.
func (s *Store) settle(temp string, b Bucket, id string) error {
	dir := blobDir(b, id)
	if err := s.vol.ensureDir(path.Dir(dir), dir); err != nil {
		return err
	}
	if err := s.vol.touch(temp, s.now()); err != nil {
		return err
	}
	if err := s.vol.rename(temp, path.Join(dir, id)); err != nil {
		return err
	}
	failpoint.Reach("storage.settle.renamed")
	if err := s.vol.syncDir(dir); err != nil {
		return err
	}
	failpoint.Reach("storage.settle.synced")
	return s.vol.syncDir(stagingDir)
}

// Copy gives a blob a second place, such as a customer's upload that becomes
// part of an order. Where the file system can, both are one file on the disk
// (blobs never change); removing one leaves the other. Many may copy from one
// source at once. Errors as for [Store.Put],
// and [io/fs.ErrNotExist] for an unknown source.
func (s *Store) Copy(ctx context.Context, from Bucket, fromID string, to Bucket, toID string) error {
	source, err := blobName(from, fromID)
	if err != nil {
		return err
	}
	target, err := blobName(to, toID)
	if err != nil {
		return err
	}
	linked, err := s.hardLink(source, target, to, toID)
	if linked || err != nil {
		return err
	}
	f, err := s.Open(from, fromID)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = s.Put(ctx, to, toID, f)
	return err
}

// hardLink reports false without an error where the file system has no links.
func (s *Store) hardLink(source, target string, to Bucket, toID string) (bool, error) {
	release, err := s.claimBeside(source, target)
	if err != nil {
		return false, err
	}
	defer release()
	if err := s.absent(target); err != nil {
		return false, err
	}
	dir := blobDir(to, toID)
	if err := s.vol.ensureDir(path.Dir(dir), dir); err != nil {
		return false, err
	}
	// Before the link, or a sweep could take the new name for an old file
	// whose row never came.
	if err := s.vol.touch(source, s.now()); err != nil {
		return false, err
	}
	if err := s.vol.link(source, target); err != nil {
		var disk *DiskError
		if errors.As(err, &disk) && disk.kind != nil || errors.Is(err, fs.ErrNotExist) {
			return false, err
		}
		return false, nil
	}
	failpoint.Reach("storage.copy.linked")
	return true, s.vol.syncDir(dir)
}

func (s *Store) absent(name string) error {
	_, err := s.vol.root.Lstat(name)
	if err == nil {
		return fmt.Errorf("%w: %s", ErrExists, path.Base(name))
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// discard removes a half-written file; if that fails too, the next start does it.
func (s *Store) discard(name string) { _ = s.vol.remove(name) }

// hashOf reads a file from its present position to the end.
func hashOf(ctx context.Context, r io.Reader) (Object, error) {
	hash := sha256.New()
	n, readErr, err := pour(ctx, hash, r, -1)
	if err = errors.Join(err, readErr); err != nil {
		return Object{}, err
	}
	return Object{Size: n, SHA256: hex.EncodeToString(hash.Sum(nil))}, nil
}
