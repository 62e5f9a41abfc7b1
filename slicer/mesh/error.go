package mesh

import (
	"archive/zip"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"
)

// Code is the kind of a reading failure, stable for programs and logs.
type Code string

// The kinds of failure.
const (
	CodeEmpty       Code = "empty"       // the file has no bytes
	CodeUnknown     Code = "unknown"     // the content is no format we know
	CodeUnsupported Code = "unsupported" // a known format that needs a person, such as STEP
	CodeDamaged     Code = "damaged"     // the content breaks its format's rules
	CodeTruncated   Code = "truncated"   // the file ends too early
	CodeTooLarge    Code = "too_large"   // more bytes, triangles or entries than Limits allows
	CodeUnsafe      Code = "unsafe"      // built to hurt: bombs, cycles, climbing names, DOCTYPE
	CodeEncrypted   Code = "encrypted"   // behind a password
	CodeNoModel     Code = "no_model"    // readable, but nothing to print in it
	CodeSeveral     Code = "several"     // Read was given an archive of several models
	CodeCancelled   Code = "cancelled"   // the context ended
	CodeRead        Code = "read"        // the storage below failed
)

// Error is every failure of this package.
type Error struct {
	Code    Code
	Message string // a sentence or two for the person who sent the file
	Err     error  // the cause, for the log; may be nil
}

func (e *Error) Error() string {
	if e.Err != nil {
		return string(e.Code) + ": " + e.Message + " (" + e.Err.Error() + ")"
	}
	return string(e.Code) + ": " + e.Message
}

func (e *Error) Unwrap() error { return e.Err }

func fail(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// readFailure names the cause of a failed Read: a context that ended, a stream
// that was cut, one of our own errors passing through, or the storage.
func readFailure(err error) *Error {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &Error{Code: CodeCancelled, Message: "Reading the model was stopped before it was finished.", Err: err}
	case errors.Is(err, zip.ErrChecksum), errors.Is(err, zip.ErrFormat), errors.Is(err, zip.ErrAlgorithm), errors.As(err, new(flate.CorruptInputError)):
		return &Error{Code: CodeDamaged, Message: "The archive is damaged: its content does not unpack. Please make it or upload it again.", Err: err}
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return &Error{Code: CodeTruncated, Message: "The file ends in the middle of the model. Please export or upload it again.", Err: err}
	}
	return &Error{Code: CodeRead, Message: "The file could not be read. Please upload it again.", Err: err}
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
