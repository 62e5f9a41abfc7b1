package shop

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what sort of thing went wrong, so that one table can turn it into an
// HTTP status and callers can decide without reading messages.
type Kind uint8

// The kinds. Internal is the zero value: an error nobody has judged is ours to
// mend, and its cause is not shown to people.
const (
	Internal        Kind = iota // a fault of the shop's software or machine
	Invalid                     // what was entered cannot be accepted as it is
	Unauthenticated             // nobody is logged in, or the link has expired
	Forbidden                   // logged in, but not allowed to do this
	NotFound                    // not there, or not theirs: people are not told which
	Conflict                    // it has changed meanwhile, or its state rules this out
	TooLarge                    // more than the shop takes
	TooMany                     // too often; later it may work
	PaymentRequired             // something has to be paid first
	Unavailable                 // the shop cannot do it now; nothing was changed, trying again may help
	NoSpace                     // the shop's disk is full
)

var kindNames = [...]string{
	Internal: "internal", Invalid: "invalid", Unauthenticated: "unauthenticated", Forbidden: "forbidden",
	NotFound: "not found", Conflict: "conflict", TooLarge: "too large", TooMany: "too many",
	PaymentRequired: "payment required", Unavailable: "unavailable", NoSpace: "no space",
}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// Error is an error with a sentence for the person at the counter.
//
// Message is a whole sentence: it says what is wrong and, where there is
// something, what to do; it begins with a capital and ends with a full stop; it
// names things as the pages do, never a table, a file or a number of ours. Err
// is the cause for the log and never leaves the shop. Field is the input the
// sentence belongs to, by its JSON name ("email", "parts.2.copies"), or empty.
type Error struct {
	Kind    Kind
	Field   string
	Message string
	Err     error
	After   time.Duration // when trying again makes sense, where that is known
}

// Error is for the log: kind, field, sentence and cause.
func (e *Error) Error() string {
	text := KindOf(e).String()
	if e.Field != "" {
		text += " " + e.Field
	}
	if e.Message != "" {
		text += ": " + e.Message
	}
	if e.Err != nil {
		text += " [" + e.Err.Error() + "]"
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the outermost Error in err's chain that has one, so
// that a step may add a sentence without judging anew. A plain error is Internal.
func KindOf(err error) Kind {
	for err != nil {
		var e *Error
		if !errors.As(err, &e) {
			return Internal
		}
		if e.Kind != Internal {
			return e.Kind
		}
		err = e.Err
	}
	return Internal
}

// IsKind reports whether err is of the kind. A nil error is of none.
func IsKind(err error, k Kind) bool { return err != nil && KindOf(err) == k }

// unknownMessage is what people read when there is no sentence for them.
const unknownMessage = "Something went wrong on our side. Please try again, and tell us if it happens twice."

// noSpaceMessage is for errors of the database, which know no use case: any of
// them can meet a full disk.
const noSpaceMessage = "Our disk is full, so we cannot do this now. What you sent before is safe. Please try again later."

// MessageOf returns the outermost sentence in err's chain, or a general one.
// The cause of an internal error is never in it.
func MessageOf(err error) string {
	if e := outermost(err, func(e *Error) bool { return e.Message != "" }); e != nil {
		return e.Message
	}
	if IsKind(err, NoSpace) {
		return noSpaceMessage
	}
	return unknownMessage
}

// FieldOf returns the input an error belongs to, or "".
func FieldOf(err error) string {
	if e := outermost(err, func(e *Error) bool { return e.Field != "" }); e != nil {
		return e.Field
	}
	return ""
}

// AfterOf returns how long to wait before trying again, or 0 where nobody knows.
func AfterOf(err error) time.Duration {
	if e := outermost(err, func(e *Error) bool { return e.After > 0 }); e != nil {
		return e.After
	}
	return 0
}

func outermost(err error, wanted func(*Error) bool) *Error {
	for err != nil {
		var e *Error
		if !errors.As(err, &e) {
			return nil
		}
		if wanted(e) {
			return e
		}
		err = e.Err
	}
	return nil
}

// Errorf makes an Error of a kind with a sentence.
func Errorf(k Kind, format string, args ...any) *Error {
	return &Error{Kind: k, Message: fmt.Sprintf(format, args...)}
}

// Invalidf says that one input cannot be accepted; field is its JSON name.
func Invalidf(field, format string, args ...any) *Error {
	return &Error{Kind: Invalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

// NotFoundf says that something is not there for this person.
func NotFoundf(format string, args ...any) *Error { return Errorf(NotFound, format, args...) }

// Conflictf says that the state of things rules something out.
func Conflictf(format string, args ...any) *Error { return Errorf(Conflict, format, args...) }

// Forbiddenf says that this person may not do something.
func Forbiddenf(format string, args ...any) *Error { return Errorf(Forbidden, format, args...) }

// Explain adds a sentence to an error and keeps its kind. A nil error stays nil.
func Explain(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return &Error{Kind: KindOf(err), Message: fmt.Sprintf(format, args...), Err: err}
}

// Because attaches a cause for the log and returns e.
func (e *Error) Because(err error) *Error {
	e.Err = err
	return e
}
