package engine

// Code says in a word why a slice failed.
type Code string

// The codes of [Error].
const (
	CodeTimeout        Code = "timeout"          // wall clock or processor time ran out
	CodeMemory         Code = "memory"           // more memory than a slice may use
	CodeTooDetailed    Code = "too_detailed"     // more G-code than a slice may write
	CodeNothingToPrint Code = "nothing_to_print" // the engine found no layer, or no filament
	CodeSettings       Code = "settings"         // the engine asked for a setting it was not given
	CodeCrashed        Code = "crashed"          // the engine ended in any other way than well
	CodeMissing        Code = "missing"          // there is no such engine here
)

// Error is a slice that failed. Message is a sentence for the person who asked
// for it, Err is for the log.
type Error struct {
	Code    Code
	Message string
	Err     error
}

func (e *Error) Error() string {
	if e.Err == nil {
		return e.Message
	}
	return e.Message + " (" + e.Err.Error() + ")"
}

func (e *Error) Unwrap() error { return e.Err }

// sentences says each code in words for people. They do not know what an
// engine is, and there is nothing they can do but simplify or ask.
var sentences = map[Code]string{
	CodeTimeout:        "Slicing this part took too long.",
	CodeMemory:         "This part is too detailed to slice here: it needs too much memory.",
	CodeTooDetailed:    "This part is too detailed to slice here: its print file grows too large.",
	CodeNothingToPrint: "Nothing of this part would be printed. It may lie off the bed, or be thinner than a line.",
	CodeSettings:       "The slicer lacks a setting for this machine.",
	CodeCrashed:        "The slicer could not cope with this part.",
	CodeMissing:        "There is no slicer on this machine.",
}

func fail(code Code, err error) *Error {
	return &Error{Code: code, Message: sentences[code], Err: err}
}
