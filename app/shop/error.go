package shop

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what sort of thing went wrong, so that one table can turn it into an
// HTTP status and callers can decide without reading messages.
type Kind uint8

// The kinds. Internal is the zero value: an error that nobody classified is ours to
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
	Gone                        // it was here and is theirs, but it cannot be had any more
)

var kindNames = [...]string{
	Internal: "internal", Invalid: "invalid", Unauthenticated: "unauthenticated", Forbidden: "forbidden",
	NotFound: "not_found", Conflict: "conflict", TooLarge: "too_large", TooMany: "throttled",
	PaymentRequired: "payment_required", Unavailable: "unavailable", NoSpace: "no_space", Gone: "gone",
}

// String is the kind's name; it is also the code of errors that name no other.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// Code names one thing that went wrong, for programs and tests: "cart_ordered", "email_malformed". A code is
// lower-case words joined by underscores, keeps its meaning for ever, and belongs to one Kind. Codes are written
// where the error is made; a test lists them all in testdata/codes.txt.
type Code string

// Error is an error with a message for the person at the page.
//
// Message is a whole sentence: it says what is wrong and, where there is
// something, what to do; it begins with a capital and ends with a full stop; it
// names things as the pages do, never a table, a file or a number of ours. Err
// is the cause for the log and never leaves the shop. Field is the input the
// sentence belongs to, by its JSON name ("email", "parts.2.copies"), or empty.
type Error struct {
	Kind    Kind
	Code    Code
	Field   string
	Message string
	Err     error
	After   time.Duration // when trying again makes sense, where that is known
	Price   *Price        // the price that holds now, where it is another than was agreed to
	Edit    *Edit         // the change that came first, where a save was made from an older version
	More    []*Error      // what is wrong with other fields of the same request, each with its Field
}

// Error is for the log: code, field, message and cause.
func (e *Error) Error() string {
	text := string(CodeOf(e))
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

// At names the field of an error by its place in a larger request: "settings.email" for the e-mail of its settings. An error
// that is about no field stays as it is.
func At(place string, err error) error {
	var e *Error
	if !errors.As(err, &e) || e.Field == "" {
		return err
	}
	moved := *e
	moved.Field = place + "." + e.Field
	moved.More = nil
	for _, other := range e.More {
		there := *other
		there.Field = place + "." + other.Field
		moved.More = append(moved.More, &there)
	}
	return &moved
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the outermost Error in err's chain that has one, so
// that a step may add a message and keep the kind. A plain error is Internal.
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

// CodeOf returns the outermost code in err's chain, or its kind's name where nobody named one.
func CodeOf(err error) Code {
	if e := outermost(err, func(e *Error) bool { return e.Code != "" }); e != nil {
		return e.Code
	}
	return Code(KindOf(err).String())
}

// IsCode reports whether err has the code. A nil error has none.
func IsCode(err error, c Code) bool { return err != nil && CodeOf(err) == c }

// unknownMessage is what people read when there is no message for them.
const unknownMessage = "Something went wrong on our side. Try again, and tell us if it happens twice."

// busyMessage is for errors of the database, too, which any use case can meet when the shop has more to do than it gets done in time.
const busyMessage = "The shop is busy, and this took too long. Wait a moment and try again."

// noSpaceMessage is for errors of the database, which know no use case: any of
// them can meet a full disk.
const noSpaceMessage = "Our disk is full, so we cannot do this now. What you sent before is safe. Try again later."

// MessageOf returns the outermost message in err's chain, or a general one.
// The cause of an internal error is never in it.
func MessageOf(err error) string {
	if e := outermost(err, func(e *Error) bool { return e.Message != "" }); e != nil {
		return e.Message
	}
	switch KindOf(err) {
	case NoSpace:
		return noSpaceMessage
	case Unavailable:
		return busyMessage
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

// EditOf returns the change that came first, or nil where the error is about something else.
func EditOf(err error) *Edit {
	if e := outermost(err, func(e *Error) bool { return e.Edit != nil }); e != nil {
		return e.Edit
	}
	return nil
}

// PriceOf returns the price that holds now, or nil where the error is about something else.
func PriceOf(err error) *Price {
	if e := outermost(err, func(e *Error) bool { return e.Price != nil }); e != nil {
		return e.Price
	}
	return nil
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

func newError(k Kind, c Code, field, format string, args []any) *Error {
	return &Error{Kind: k, Code: c, Field: field, Message: fmt.Sprintf(format, args...)}
}

// Invalidf says that what was entered cannot be accepted; field is the input's JSON name, or empty.
func Invalidf(c Code, field, format string, args ...any) *Error {
	return newError(Invalid, c, field, format, args)
}

// Unauthenticatedf says that nobody is logged in, or that a link has expired.
func Unauthenticatedf(c Code, format string, args ...any) *Error {
	return newError(Unauthenticated, c, "", format, args)
}

// Forbiddenf says that this person may not do something.
func Forbiddenf(c Code, format string, args ...any) *Error {
	return newError(Forbidden, c, "", format, args)
}

// NotFoundf says that something is not there for this person.
func NotFoundf(c Code, format string, args ...any) *Error {
	return newError(NotFound, c, "", format, args)
}

// Conflictf says that the state of things rules something out.
func Conflictf(c Code, format string, args ...any) *Error {
	return newError(Conflict, c, "", format, args)
}

// TooLargef says that this is more than the shop takes.
func TooLargef(c Code, format string, args ...any) *Error {
	return newError(TooLarge, c, "", format, args)
}

// TooManyf says that this was too often; set After where the wait is known.
func TooManyf(c Code, format string, args ...any) *Error {
	return newError(TooMany, c, "", format, args)
}

// Unavailablef says that the shop cannot do it now.
func Unavailablef(c Code, format string, args ...any) *Error {
	return newError(Unavailable, c, "", format, args)
}

// NoSpacef says that the shop's disk is full.
func NoSpacef(c Code, format string, args ...any) *Error {
	return newError(NoSpace, c, "", format, args)
}

// Gonef says that something was here and cannot be had any more.
func Gonef(c Code, format string, args ...any) *Error {
	return newError(Gone, c, "", format, args)
}

// IfNotFound says what it is that was not found. Any other error stays as it is: a database that does not answer must
// not be told as an order that does not exist.
func IfNotFound(err error, c Code, format string, args ...any) error {
	if !IsKind(err, NotFound) {
		return err
	}
	return newError(NotFound, c, "", format, args).Because(err)
}

// Because attaches a cause for the log and returns e.
func (e *Error) Because(err error) *Error {
	e.Err = err
	return e
}
