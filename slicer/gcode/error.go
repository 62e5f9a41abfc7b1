package gcode

// Code says in a word why G-code was refused.
type Code string

// The codes of [Error].
const (
	CodeToken       Code = "token"       // a template's {token} is left in a line of code
	CodeMismatch    Code = "mismatch"    // the filament in the file is not what the engine reported
	CodeEmpty       Code = "empty"       // nothing is extruded
	CodeOffBed      Code = "off_bed"     // the print leaves the machine's space
	CodeCorrupt     Code = "corrupt"     // the file is not what CuraEngine writes
	CodeUnsupported Code = "unsupported" // a flavour without amounts of filament
)

// Error is G-code that must not be printed or charged. Message is a sentence
// for people, Err is for the log.
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
