package packed

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"

	seekable "github.com/SaveTheRbtz/zstd-seekable-format-go/pkg"
	"github.com/klauspost/compress/zstd"
)

// frame is how many bytes are packed at a time: what is unpacked to read a few of them.
const frame = 512 << 10

// One of each serves all: what they do in one call depends on nothing else.
var (
	encoder = sync.OnceValues(func() (*zstd.Encoder, error) {
		return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(frame), zstd.WithLowerEncoderMem(true))
	})
	decoder = sync.OnceValues(func() (*zstd.Decoder, error) {
		return zstd.NewReader(nil, zstd.WithDecoderMaxMemory(2*frame), zstd.WithDecoderLowmem(true))
	})
)

// Writer packs what is written to it.
type Writer struct {
	in  *bufio.Writer
	out *seekable.Writer
}

// NewWriter packs into w. What was written is whole after Close, which leaves w open.
func NewWriter(w io.Writer) (*Writer, error) {
	e, err := encoder()
	if err != nil {
		return nil, err
	}
	out, err := seekable.NewWriter(w, e)
	if err != nil {
		return nil, err
	}
	return &Writer{in: bufio.NewWriterSize(frames{out}, frame), out: out}, nil
}

// frames cuts what a buffer passes on unbuffered.
type frames struct{ w io.Writer }

func (f frames) Write(p []byte) (n int, err error) {
	for len(p) > 0 && err == nil {
		var m int
		m, err = f.w.Write(p[:min(len(p), frame)])
		n, p = n+m, p[m:]
	}
	return n, err
}

// Write packs p. Errors: those of the writer below.
func (w *Writer) Write(p []byte) (int, error) { return w.in.Write(p) }

// Close packs what is left and writes the index.
func (w *Writer) Close() error { return errors.Join(w.in.Flush(), w.out.Close()) }

// ErrDamaged means that a file is not as it was packed.
var ErrDamaged = errors.New("packed: damaged")

// Reader reads what was packed, as it was. Errors of its methods: [ErrDamaged]; those of the disk.
type Reader struct {
	in   *seekable.Reader
	size int64
}

// NewReader reads a packed file of so many bytes. It needs the memory of one frame, and does not close from.
func NewReader(from io.ReaderAt, size int64) (*Reader, error) {
	d, err := decoder()
	if err != nil {
		return nil, err
	}
	in, err := seekable.NewReader(io.NewSectionReader(from, 0, size), d)
	if err != nil {
		return nil, damaged(err)
	}
	table, err := in.SeekTable()
	return &Reader{in: in, size: int64(table.Size())}, err
}

// Size is that of what was packed, in bytes.
func (r *Reader) Size() int64 { return r.size }

// Read reads from where the last one ended.
func (r *Reader) Read(p []byte) (int, error) {
	n, err := r.in.Read(p)
	return n, damaged(err)
}

// ReadAt reads from any place; several may do so at once.
func (r *Reader) ReadAt(p []byte, off int64) (int, error) {
	n, err := r.in.ReadAt(p, off)
	return n, damaged(err)
}

// Seek moves to where the next Read begins.
func (r *Reader) Seek(off int64, whence int) (int64, error) { return r.in.Seek(off, whence) }

// damaged tells what was read and makes no sense from what could not be read.
func damaged(err error) error {
	var disk *fs.PathError
	if err == nil || errors.Is(err, io.EOF) || errors.As(err, &disk) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}
