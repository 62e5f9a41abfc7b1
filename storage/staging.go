package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"time"

	"buildplate/storage/failpoint"
)

// Staged describes an upload that is still growing.
type Staged struct {
	ID      string
	Size    int64 // bytes on the disk; the durable length is what AppendAt returned
	ModTime time.Time
}

// CreateStaging begins an upload of about size bytes: an empty file whose name
// survives a crash. Errors: [ErrNoSpace], [ErrExists], [ErrDegraded].
func (s *Store) CreateStaging(id string, size int64) error {
	name, err := stagingName(id)
	if err != nil {
		return err
	}
	release, err := s.claim(name)
	if err != nil {
		return err
	}
	defer release()
	if err := s.checkSpace(size); err != nil {
		return err
	}
	f, err := s.vol.create(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w: upload %s", ErrExists, id)
	}
	if err != nil {
		return err
	}
	if err := f.close(); err != nil {
		return err
	}
	failpoint.Reach("storage.staging.created")
	return s.vol.syncDir(stagingDir)
}

// AppendAt adds a part at exactly offset and returns the length of the upload
// that is now durable: after a crash at least that much is there.
//
// A file longer than offset holds bytes that were never acknowledged (the
// process died before it could say so); they are cut off first. When r ends in
// an error, what came before it is kept, so that a dropped connection costs only
// the part's tail; the error is returned beside the new length. More than limit
// bytes are refused whole with [ErrTooLarge].
//
// Errors: [ErrOffset] when the file is shorter than offset, [ErrBusy],
// [ErrNoSpace], [ErrDegraded], the error of r or of ctx.
func (s *Store) AppendAt(ctx context.Context, id string, offset int64, r io.Reader, limit int64) (durable int64, err error) {
	name, err := stagingName(id)
	if err != nil {
		return 0, err
	}
	release, err := s.claim(name)
	if err != nil {
		return 0, err
	}
	defer release()
	if err := s.checkSpace(max(limit, 0)); err != nil {
		return 0, err
	}
	f, err := s.vol.create(name, os.O_RDWR)
	if err != nil {
		return 0, err
	}
	defer f.abandon()
	if err := f.seekTo(offset); err != nil {
		return 0, err
	}
	n, readErr, err := pour(ctx, f, r, limit)
	switch {
	case errors.Is(err, ErrTooLarge):
		if err := f.truncate(offset); err != nil {
			return offset, err
		}
		return offset, err
	case err != nil:
		return offset, err
	}
	failpoint.Reach("storage.append.written")
	if err := f.sync(); err != nil {
		return offset, err
	}
	failpoint.Reach("storage.append.synced")
	return offset + n, readErr
}

// seekTo cuts the file to offset and stands at its end.
func (f *file) seekTo(offset int64) error {
	info, err := f.f.Stat()
	if err != nil {
		return err
	}
	switch size := info.Size(); {
	case offset < 0 || offset > size:
		return fmt.Errorf("%w: %d of %d bytes are here, not %d", ErrOffset, size, size, offset)
	case offset < size:
		if err := f.truncate(offset); err != nil {
			return err
		}
	}
	_, err = f.f.Seek(offset, io.SeekStart)
	return err
}

// pourBuffer is the memory one write needs, whatever the size of the file.
const pourBuffer = 256 << 10

// pour copies r to w, at most limit bytes (no limit if negative). It keeps a
// failing reader apart from a failing disk: only the disk makes what was
// written worthless.
func pour(ctx context.Context, w io.Writer, r io.Reader, limit int64) (n int64, readErr, err error) {
	buf := make([]byte, pourBuffer)
	for {
		if err := ctx.Err(); err != nil {
			return n, err, nil
		}
		m, readErr := r.Read(buf)
		if limit >= 0 && n+int64(m) > limit {
			return n, nil, fmt.Errorf("%w: over %d bytes", ErrTooLarge, limit)
		}
		if m > 0 {
			if _, err := w.Write(buf[:m]); err != nil {
				return n, nil, err
			}
			n += int64(m)
		}
		if readErr == io.EOF {
			return n, nil, nil
		}
		if readErr != nil {
			return n, readErr, nil
		}
	}
}

// StatStaging returns what is on the disk of an upload.
func (s *Store) StatStaging(id string) (Staged, error) {
	name, err := stagingName(id)
	if err != nil {
		return Staged{}, err
	}
	info, err := s.vol.root.Lstat(name)
	if err != nil {
		return Staged{}, err
	}
	return Staged{ID: id, Size: info.Size(), ModTime: info.ModTime()}, nil
}

// RemoveStaging drops an upload; one that is gone already is a success.
func (s *Store) RemoveStaging(id string) error {
	name, err := stagingName(id)
	if err != nil {
		return err
	}
	release, err := s.claim(name)
	if err != nil {
		return err
	}
	defer release()
	if err := s.vol.remove(name); err != nil {
		return err
	}
	failpoint.Reach("storage.staging.removed")
	return s.vol.syncDir(stagingDir)
}

// Uploads yields every upload on the disk, in order of id. Names that are not
// ids are skipped.
func (s *Store) Uploads() iter.Seq2[Staged, error] {
	return func(yield func(Staged, error) bool) {
		entries, err := s.readDir(stagingDir)
		if err != nil {
			yield(Staged{}, err)
			return
		}
		for _, entry := range entries {
			if !validID(entry.Name()) {
				continue
			}
			staged, err := s.StatStaging(path.Base(entry.Name()))
			if errors.Is(err, fs.ErrNotExist) {
				continue // finished or dropped since the folder was read
			}
			if !yield(staged, err) {
				return
			}
		}
	}
}
