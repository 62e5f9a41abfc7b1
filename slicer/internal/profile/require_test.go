package profile

import (
	"errors"
	"strings"
	"testing"

	"buildplate/app/apptest/need"
	"buildplate/slicer/internal/fault"
)

// needDefinitions skips a test that reads the embedded definitions where they
// are not built in, and fails it where REQUIRE names cura.
func needDefinitions(t testing.TB) {
	t.Helper()
	if Built() {
		return
	}
	need.Without(t, "cura", "the machine definitions are not built in; run `make build`")
}

// resolve is Resolve for stacks that must resolve.
func resolve(t testing.TB, s Stack) *Settings {
	t.Helper()
	out, err := Resolve(s)
	if err != nil {
		t.Fatalf("Resolve(%s, %s, %s): %v", s.Printer, s.Quality, s.Material, err)
	}
	return out
}

// choices is one layer of overrides: key, value, key, value, ...
func choices(pairs ...string) []Layer {
	l := Layer{Name: "choices", Set: map[string]string{}}
	for i := 0; i < len(pairs); i += 2 {
		l.Set[pairs[i]] = pairs[i+1]
	}
	return []Layer{l}
}

// expect compares settings, in the engine's text form.
func expect(t testing.TB, s *Settings, pairs ...string) {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if got := s.String(pairs[i]); got != pairs[i+1] {
			t.Errorf("%s: %s is %s, want %s", s.Printer.ID, pairs[i], got, pairs[i+1])
		}
	}
}

// refusal fails the test unless a stack does not resolve because of a setting, and its message names what it is about: a
// setting, a choice, a limit. Its words are free.
func refusal(t testing.TB, s Stack, key, named string) {
	t.Helper()
	_, err := Resolve(s)
	checkRefusal(t, err, key, named)
}

func checkRefusal(t testing.TB, err error, key, named string) {
	t.Helper()
	own, ok := errors.AsType[*fault.Error](err)
	if !ok {
		t.Fatalf("got %v, want a *fault.Error about %q", err, key)
	}
	if own.Code != fault.CodeSettings || own.Key != key || !strings.Contains(own.Message, named) {
		t.Errorf("got %s (%q) %q, want (%q) … %q …", own.Code, own.Key, own.Message, key, named)
	}
}
