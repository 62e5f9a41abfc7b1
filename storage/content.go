package storage

import (
	"errors"
	"fmt"
	"io"
	"os"

	"buildplate/storage/packed"
)

// Content is an open blob, read as it was put, from the beginning or from any
// place. Whoever gets it closes it; a blob removed meanwhile can be read to its
// end. Reading gives [ErrCorrupt] where it is not what was stored.
type Content struct {
	content
	Size   int64    // in bytes, as it was put
	File   *os.File // as it lies on the disk
	Packed bool     // which is compressed, as package packed does
}

type content interface {
	io.ReadSeeker
	io.ReaderAt
}

// Close closes the file.
func (c *Content) Close() error { return c.File.Close() }

// Content opens a blob of which it is known whether it is kept compressed; its
// Size and SHA256 are not looked at. Errors: as of [Store.Open]; [ErrCorrupt].
func (s *Store) Content(o Object) (*Content, error) {
	f, err := s.Open(o.Bucket, o.ID)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if o.Packed == 0 {
		return &Content{content: f, Size: info.Size(), File: f}, nil
	}
	if info.Size() != o.Packed {
		return nil, errors.Join(fmt.Errorf("%w: %s in %s has %d bytes on the disk, not %d", ErrCorrupt, o.ID, o.Bucket, info.Size(), o.Packed), f.Close())
	}
	r, err := packed.NewReader(f, info.Size())
	if err != nil {
		return nil, errors.Join(corrupt(err), f.Close())
	}
	return &Content{content: unpacked{r}, Size: r.Size(), File: f, Packed: true}, nil
}

// unpacked says of damage what the store says of it.
type unpacked struct{ *packed.Reader }

func (u unpacked) Read(p []byte) (int, error) {
	n, err := u.Reader.Read(p)
	return n, corrupt(err)
}

func (u unpacked) ReadAt(p []byte, off int64) (int, error) {
	n, err := u.Reader.ReadAt(p, off)
	return n, corrupt(err)
}

func corrupt(err error) error {
	if errors.Is(err, packed.ErrDamaged) {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return err
}

// counter counts what is written.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
