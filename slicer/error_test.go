package slicer_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"buildplate/slicer"
	"buildplate/slicer/slicertest/meshtest"
)

// failure is the code and the message of an error; empty for nil.
func failure(err error) (code slicer.Code, message string) {
	if err == nil {
		return "", ""
	}
	e := slicer.ErrorOf(err)
	return e.Code, e.Message
}

func TestSettingsThatCannotBe(t *testing.T) {
	s := open(t, "native")
	m := part(t, meshtest.Cube())
	for key, value := range map[string]string{"layer_hight": "0.2", "layer_height": "thick", "infill_sparse_density": "=1/0", "wall_line_count": "-3"} {
		r := ender(m)
		r.Set = map[string]string{key: value}
		_, err := s.Prepare(r)
		var own *slicer.Error
		if !errors.As(err, &own) || own.Key != key {
			t.Errorf("%s=%s: %v", key, value, err)
		} else if own.Code != slicer.CodeSettings || !isSentence(own.Message) {
			t.Errorf("%s=%s: %q, %q", key, value, own.Code, own.Message)
		}
	}
}

// TestMessages: whatever goes wrong, people read a message, and nothing of our insides; and only what is about the
// part counts against it.
func TestMessages(t *testing.T) {
	cause := errors.New("pipe /tmp/x: broken")
	for _, c := range []struct {
		err       error
		aboutPart bool
	}{
		{&slicer.Error{Code: slicer.CodeDoesNotFit, Message: "The model is too large for this printer.", Err: cause}, true},
		{&slicer.Error{Code: slicer.CodeTimeout, Message: "Slicing this part took too long.", Err: cause}, true},
		{fmt.Errorf("reading: %w", &slicer.Error{Code: slicer.CodeEmpty, Message: "There is nothing in this file."}), true},
		{&slicer.Error{Code: slicer.CodeCrashed, Message: "The slicer could not cope with this part.", Err: cause}, false},
		{&slicer.Error{Code: slicer.CodeMissing, Message: "There is no slicer on this machine.", Err: cause}, false},
		{&slicer.Error{Code: slicer.CodeRead, Message: "The file could not be read. Please upload it again.", Err: cause}, false},
		{cause, false}, {context.DeadlineExceeded, false},
	} {
		e := slicer.ErrorOf(c.err)
		if e.Code == "" || !isSentence(e.Message) || strings.Contains(e.Message, "/tmp") || e.AboutPart() != c.aboutPart {
			t.Errorf("%v: %q, %q, about the part: %v", c.err, e.Code, e.Message, e.AboutPart())
		}
	}
	if slicer.ErrorOf(nil) != nil {
		t.Error("no failure is an error")
	}
	if e := slicer.ErrorOf(cause); !errors.Is(e, cause) {
		t.Error("the cause is lost")
	}
}
