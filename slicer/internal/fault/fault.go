package fault

// Code says in a word what kind of failure it is, for programs, tests and logs. Codes are stored with slices: they
// never change.
type Code string

// The kinds of failure.
const (
	// Reading a file.
	CodeEmpty       Code = "empty"       // the file has no bytes, or the print no filament
	CodeUnknown     Code = "unknown"     // the content is no format we know
	CodeUnsupported Code = "unsupported" // a known format that needs a person, such as STEP; G-code without amounts of filament
	CodeDamaged     Code = "damaged"     // the content breaks its format's rules
	CodeTruncated   Code = "truncated"   // the file ends too early
	CodeTooLarge    Code = "too_large"   // more bytes, triangles or entries than is read, or more than the reader may use
	CodeUnsafe      Code = "unsafe"      // built to hurt: bombs, cycles, climbing names, DOCTYPE
	CodeEncrypted   Code = "encrypted"   // behind a password
	CodeNoModel     Code = "no_model"    // readable, but nothing to print in it
	CodeSeveral     Code = "several"     // one model was asked for of an archive of several
	CodeCancelled   Code = "cancelled"   // the context ended
	CodeRead        Code = "read"        // the storage below failed

	// Preparing a slice.
	CodeSettings   Code = "settings"     // a setting that cannot be, or one that the engine lacks
	CodeDoesNotFit Code = "does_not_fit" // larger than the machine, with what is printed around it

	// Running the engine.
	CodeTimeout        Code = "timeout"          // wall clock or processor time ran out
	CodeMemory         Code = "memory"           // more memory than a slice may use
	CodeTooDetailed    Code = "too_detailed"     // more G-code than a slice may write
	CodeNothingToPrint Code = "nothing_to_print" // the engine found no layer, or no filament
	CodeCrashed        Code = "crashed"          // the engine ended in any other way than well
	CodeMissing        Code = "missing"          // the engine or the machine definitions are not here

	// Checking its G-code.
	CodeToken    Code = "token"    // a template's {token} is left in a line of code
	CodeMismatch Code = "mismatch" // the filament in the file is not what the engine reported
	CodeOffBed   Code = "off_bed"  // the print leaves the machine's space
	CodeCorrupt  Code = "corrupt"  // the file is not what CuraEngine writes

	CodeNoRoom   Code = "no_room"  // no room to keep what was made
	CodeInternal Code = "internal" // of ours or the machine's
)

// AboutPart says whether a failure is of the file, the part or its settings: the next part like it fails in the same
// way. One of ours or of the machine's, as a full disk is, says nothing about it and may be gone at the next try.
func (c Code) AboutPart() bool {
	switch c {
	case CodeInternal, CodeMissing, CodeCrashed, CodeRead, CodeCancelled, CodeNoRoom:
		return false
	}
	return true
}

// Error is a failure of slicing. Message is a sentence or two for the person who asked, Err the cause for the log.
type Error struct {
	Code    Code
	Message string
	Err     error  // may be nil
	Key     string // the setting at fault, for CodeSettings; "" when it is not one setting
}

func (e *Error) Error() string {
	if e.Err == nil {
		return e.Message
	}
	return e.Message + " (" + e.Err.Error() + ")"
}

func (e *Error) Unwrap() error { return e.Err }

// AboutPart is [Code.AboutPart] of the error's code.
func (e *Error) AboutPart() bool { return e.Code.AboutPart() }
