package mesh

import (
	"bufio"
	"context"
	"errors"
	"io"
)

// source is a model file: all of an upload, or an entry of an archive, which
// can only be read from front to back.
type source struct {
	name string
	size int64
	at   io.ReaderAt                   // nil inside compressed entries
	open func() (io.ReadCloser, error) // a new stream from the start
}

func sourceAt(name string, r io.ReaderAt, size int64) source {
	return source{name: name, size: size, at: r, open: func() (io.ReadCloser, error) {
		return io.NopCloser(io.NewSectionReader(r, 0, size)), nil
	}}
}

// sniffBytes is how much of a file is read to tell its format.
const sniffBytes = 64 << 10

// stream opens the source and returns its first bytes along with all of it.
func (s source) stream(ctx context.Context) (head []byte, r io.Reader, closer io.Closer, err error) {
	file, err := s.open()
	if err != nil {
		return nil, nil, nil, readFailure(err)
	}
	buffered := bufio.NewReaderSize(contextReader{ctx, file}, sniffBytes)
	head, err = buffered.Peek(sniffBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		file.Close()
		return nil, nil, nil, readFailure(err)
	}
	return head, buffered, file, nil
}
