package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path"
	"time"
)

// Info describes a blob on the disk.
type Info struct {
	Bucket  Bucket
	ID      string
	Size    int64     // in bytes
	ModTime time.Time // when it came into the bucket
}

// Open opens a blob for reading as it lies on the disk, which for one that is
// kept compressed is not as it was put: see [Store.Content]. The caller closes it. A blob removed meanwhile
// can be read to its end. Errors: [io/fs.ErrNotExist], [ErrBadName].
func (s *Store) Open(b Bucket, id string) (*os.File, error) {
	name, err := blobName(b, id)
	if err != nil {
		return nil, err
	}
	return s.vol.root.Open(name)
}

// Stat describes a blob. Errors: [io/fs.ErrNotExist], [ErrBadName].
func (s *Store) Stat(b Bucket, id string) (Info, error) {
	name, err := blobName(b, id)
	if err != nil {
		return Info{}, err
	}
	info, err := s.vol.root.Lstat(name)
	if err != nil {
		return Info{}, err
	}
	if !info.Mode().IsRegular() {
		return Info{}, fmt.Errorf("%w: %s is not a file", ErrCorrupt, name)
	}
	return Info{Bucket: b, ID: id, Size: info.Size(), ModTime: info.ModTime()}, nil
}

// List yields the blobs of a bucket, folder by folder. Blobs that come or go
// meanwhile may or may not be among them. Anything else that lies in the bucket
// is skipped: nobody but a person with a file manager can have put it there.
func (s *Store) List(b Bucket) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		for name, err := range s.walk(b) {
			if err != nil {
				yield(Info{}, err)
				return
			}
			id := path.Base(name)
			if own, err := blobName(b, id); err != nil || own != name {
				continue
			}
			info, err := s.Stat(b, id)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if !yield(info, err) {
				return
			}
		}
	}
}

// walk yields every entry of a bucket two levels down.
func (s *Store) walk(b Bucket) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		if !b.Valid() {
			yield("", fmt.Errorf("%w: no bucket %q", ErrBadName, string(b)))
			return
		}
		top := path.Join(bucketsDir, string(b))
		shards, err := s.readDir(top)
		if err != nil {
			yield("", err)
			return
		}
		for _, dir := range shards {
			name := path.Join(top, dir.Name())
			if !dir.IsDir() {
				if !yield(name, nil) {
					return
				}
				continue
			}
			entries, err := s.readDir(name)
			if err != nil {
				yield("", err)
				return
			}
			for _, entry := range entries {
				if !yield(path.Join(name, entry.Name()), nil) {
					return
				}
			}
		}
	}
}

// Verify reads a blob again and compares it with what its row says, to find
// what the disk has lost. Errors: [ErrCorrupt], [io/fs.ErrNotExist].
func (s *Store) Verify(ctx context.Context, want Object) error {
	f, err := s.Content(want)
	if err != nil {
		return err
	}
	defer f.Close()
	got, err := hashOf(ctx, f)
	if errors.Is(err, ErrCorrupt) {
		return err
	}
	if err != nil {
		return fmt.Errorf("storage: read %s in %s: %w", want.ID, want.Bucket, err)
	}
	if got.Size != want.Size {
		return fmt.Errorf("%w: %s in %s has %d bytes, not %d", ErrCorrupt, want.ID, want.Bucket, got.Size, want.Size)
	}
	if got.SHA256 != want.SHA256 {
		return fmt.Errorf("%w: %s in %s has SHA-256 %s, not %s", ErrCorrupt, want.ID, want.Bucket, got.SHA256, want.SHA256)
	}
	return nil
}
