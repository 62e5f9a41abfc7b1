package slicer

import (
	"errors"

	"buildplate/slicer/internal/fault"
)

// Error is every failure of reading, preparing and slicing that has words for people:
//
//	Code    what kind of failure, stable, for programs and tests
//	Message a sentence or two for the person who sent the file or typed the setting
//	Err     the cause, for the log; may be nil
//	Key     the setting at fault; "" when it is not one setting
//
// Its method AboutPart tells a verdict about the part from a failure of ours. What this package returns beside it is
// the end of a context or a fault of the disk; [ErrorOf] finds words for those too.
type Error = fault.Error

// Code says in a word what kind of failure an [Error] is. Codes are stored: they never change. Its method AboutPart is
// false for failures of ours and of the machine's, which say nothing about the next part that is like it.
type Code = fault.Code

// The codes an [Error] may have.
const (
	CodeEmpty       = fault.CodeEmpty       // the file has no bytes, or the print no filament
	CodeUnknown     = fault.CodeUnknown     // the content is no format we know
	CodeUnsupported = fault.CodeUnsupported // a known format that needs a person, or a machine whose G-code cannot be measured
	CodeDamaged     = fault.CodeDamaged     // the content breaks its format's rules
	CodeTruncated   = fault.CodeTruncated   // the file ends too early
	CodeTooLarge    = fault.CodeTooLarge    // more bytes, triangles or entries than is read
	CodeUnsafe      = fault.CodeUnsafe      // built to hurt a reader
	CodeEncrypted   = fault.CodeEncrypted   // behind a password
	CodeNoModel     = fault.CodeNoModel     // readable, but nothing to print in it
	CodeSeveral     = fault.CodeSeveral     // one model was asked for of an archive of several
	CodeCancelled   = fault.CodeCancelled   // the context ended
	CodeRead        = fault.CodeRead        // the storage below failed

	CodeSettings   = fault.CodeSettings   // a setting that cannot be
	CodeDoesNotFit = fault.CodeDoesNotFit // larger than the machine, with what is printed around it

	CodeTimeout        = fault.CodeTimeout        // wall clock or processor time ran out
	CodeMemory         = fault.CodeMemory         // more memory than a slice may use
	CodeTooDetailed    = fault.CodeTooDetailed    // more G-code than a slice may write
	CodeNothingToPrint = fault.CodeNothingToPrint // no layer, or no filament
	CodeCrashed        = fault.CodeCrashed        // the engine ended in any other way than well
	CodeMissing        = fault.CodeMissing        // the engine or the machine definitions are not here

	CodeToken    = fault.CodeToken    // a template's {token} is left in a line of G-code
	CodeMismatch = fault.CodeMismatch // the G-code's filament is not what the engine reported
	CodeOffBed   = fault.CodeOffBed   // the print leaves the machine's space
	CodeCorrupt  = fault.CodeCorrupt  // the G-code is not what CuraEngine writes

	CodeNoRoom   = fault.CodeNoRoom   // no room to keep what was made
	CodeInternal = fault.CodeInternal // of ours or the machine's
)

// ErrorOf is the Error in err's chain, or one with [CodeInternal] and a plain message around any other failure; nil
// for nil.
func ErrorOf(err error) *Error {
	if err == nil {
		return nil
	}
	if own, ok := errors.AsType[*Error](err); ok {
		return own
	}
	return &Error{Code: CodeInternal, Message: "Something went wrong on our side while slicing this part. Try again.", Err: err}
}
