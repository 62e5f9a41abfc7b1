package mesh

import (
	"archive/zip"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"

	"buildplate/slicer/internal/fault"
)

func fail(code fault.Code, format string, args ...any) *fault.Error {
	return &fault.Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// readFailure names the cause of a failed Read: a context that ended, a stream
// that was cut, one of our own errors passing through, or the storage.
func readFailure(err error) *fault.Error {
	var e *fault.Error
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &fault.Error{Code: fault.CodeCancelled, Message: "Reading the model was stopped before it was finished.", Err: err}
	case errors.Is(err, zip.ErrChecksum), errors.Is(err, zip.ErrFormat), errors.Is(err, zip.ErrAlgorithm), errors.As(err, new(flate.CorruptInputError)):
		return &fault.Error{Code: fault.CodeDamaged, Message: "The archive is damaged: its content does not unpack. Make it or upload it again.", Err: err}
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return &fault.Error{Code: fault.CodeTruncated, Message: "The file ends in the middle of the model. Export or upload it again.", Err: err}
	}
	return &fault.Error{Code: fault.CodeRead, Message: "The file could not be read. Upload it again.", Err: err}
}

// contextReader ends a stream when its context does; every reader here asks
// for at most a buffer at a time, so a cancelled upload stops within one.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
