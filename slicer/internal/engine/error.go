package engine

import "buildplate/slicer/internal/fault"

// messages says each code in words for people. They do not know what an
// engine is, and there is nothing they can do but simplify or ask.
var messages = map[fault.Code]string{
	fault.CodeTimeout:        "Slicing this part took too long.",
	fault.CodeMemory:         "This part is too detailed to slice here: it needs too much memory.",
	fault.CodeTooDetailed:    "This part is too detailed to slice here: its print file grows too large.",
	fault.CodeNothingToPrint: "Nothing of this part would be printed. It may lie off the bed, or be thinner than a line.",
	fault.CodeSettings:       "The slicer lacks a setting for this machine.",
	fault.CodeCrashed:        "The slicer could not cope with this part.",
	fault.CodeMissing:        "There is no slicer on this machine.",
}

func fail(code fault.Code, err error) *fault.Error {
	return &fault.Error{Code: code, Message: messages[code], Err: err}
}
