package host

import (
	"bufio"
	"errors"
	"io"
	"os"
	"slices"
)

// Error numbers, as WASI counts them: Emscripten's C library does the same.
const (
	errnoBadFile = 8  // EBADF
	errnoInvalid = 28 // EINVAL
	errnoIO      = 29 // EIO
	errnoNoEntry = 44 // ENOENT
	errnoNotTTY  = 59 // ENOTTY
	errnoSeek    = 70 // ESPIPE
)

// Flags of open, as on Linux.
const (
	openAccess = 3 // mask of the access mode, 0 is reading
)

// file is an open file of the engine.
type file interface {
	io.Reader
	io.Writer
	io.Seeker
	io.Closer
}

// X__sys_open opens one of the handed files, and knows no other.
func (h *Host) X__sys_open(path, flags, _ int32) int32 {
	name := h.memory.string(path)
	var f file
	var err error
	switch {
	case flags&openAccess == 0 && slices.Contains(h.config.Reads, name):
		f, err = os.Open(name)
	case flags&openAccess != 0 && slices.Contains(h.config.Writes, name):
		f, err = h.create(name)
	default:
		return -errnoNoEntry
	}
	if err != nil {
		if !errors.Is(err, os.ErrNotExist) {
			h.cause = err
		}
		return -errnoNoEntry
	}
	h.nextFD++
	h.files[h.nextFD] = f
	return h.nextFD
}

func (h *Host) X__sys_fcntl64(fd, _, _ int32) int32 {
	if h.files[fd] == nil {
		return -errnoBadFile
	}
	return 0
}

// X__sys_ioctl is asked whether a file is a terminal. None is.
func (h *Host) X__sys_ioctl(_, _, _ int32) int32 { return -errnoNotTTY }

// transfer moves the data between fd and the n buffers listed at vectors,
// stores how much was moved, and returns an error number or 0.
func (h *Host) transfer(vectors, n, moved int32, move func([]byte) (int, error)) int32 {
	total := int32(0)
	for i := range n {
		at, size := h.memory.int32(vectors+8*i), h.memory.int32(vectors+8*i+4)
		if size == 0 {
			continue
		}
		k, err := move(h.memory.span(at, size))
		total += int32(k)
		if errors.Is(err, io.EOF) || err == nil && int32(k) < size {
			break
		}
		if err != nil {
			// The engine does not look at the result of a write: end it here.
			h.cause = err
			h.Xexit(1)
		}
	}
	h.memory.putInt32(moved, total)
	return 0
}

// Xfd_read reads a file to the end of each buffer, or to its own end.
func (h *Host) Xfd_read(fd, vectors, n, moved int32) int32 {
	f := h.files[fd]
	if f == nil {
		return errnoBadFile
	}
	return h.transfer(vectors, n, moved, func(p []byte) (int, error) {
		k, err := io.ReadFull(f, p)
		if err == io.ErrUnexpectedEOF {
			err = io.EOF
		}
		return k, err
	})
}

func (h *Host) Xfd_write(fd, vectors, n, moved int32) int32 {
	var w io.Writer = h.files[fd]
	switch fd {
	case 1:
		w = h.config.Stdout
	case 2:
		w = h.config.Stderr
	}
	if w == nil {
		return errnoBadFile
	}
	return h.transfer(vectors, n, moved, w.Write)
}

// Xfd_seek takes the offset in two halves and stores the new one in 64 bits.
func (h *Host) Xfd_seek(fd, low, high, whence, result int32) int32 {
	f := h.files[fd]
	switch {
	case fd == 1 || fd == 2:
		return errnoSeek
	case f == nil:
		return errnoBadFile
	case whence < 0 || whence > 2:
		return errnoInvalid
	}
	at, err := f.Seek(int64(high)<<32|int64(uint32(low)), int(whence))
	if err != nil {
		return errnoInvalid
	}
	h.memory.putInt64(result, at)
	return 0
}

func (h *Host) Xfd_close(fd int32) int32 {
	f := h.files[fd]
	if f == nil {
		return errnoBadFile
	}
	delete(h.files, fd)
	if err := f.Close(); err != nil {
		h.cause = err
		return errnoIO
	}
	return 0
}

// closeFiles closes what the engine left open. It never closes its output
// before it ends, so this is where the last of the G-code reaches the disk.
func (h *Host) closeFiles() error {
	var errs []error
	for fd, f := range h.files {
		errs = append(errs, f.Close())
		delete(h.files, fd)
	}
	return errors.Join(errs...)
}

// output is a file the engine writes: buffered, because the engine writes
// line by line, and limited over all such files together.
type output struct {
	f      *os.File
	buffer *bufio.Writer
	host   *Host
}

func (h *Host) create(name string) (file, error) {
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	return &output{f: f, buffer: bufio.NewWriterSize(f, 256<<10), host: h}, nil
}

func (o *output) Write(p []byte) (int, error) {
	o.host.written += int64(len(p))
	if limit := o.host.config.OutputLimit; limit > 0 && o.host.written > limit {
		return 0, ErrOutput
	}
	return o.buffer.Write(p)
}

func (o *output) Seek(offset int64, whence int) (int64, error) {
	if err := o.buffer.Flush(); err != nil {
		return 0, err
	}
	return o.f.Seek(offset, whence)
}

func (o *output) Read([]byte) (int, error) { return 0, errors.ErrUnsupported }

func (o *output) Close() error {
	return errors.Join(o.buffer.Flush(), o.f.Close())
}
