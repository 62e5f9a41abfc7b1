package hostile_test

import (
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/apptest/need"
)

// At the real program's public door no request hides another either. Row 18: the list and a thousand mutants, ten thousand in
// the long form.
func TestNothingIsSmuggledThroughTheRealDoor(t *testing.T) {
	beside(t)
	mutants := 1000
	if need.Soak() {
		mutants = 10_000
	}
	f := open(t, "none")
	door := strings.TrimPrefix(f.Public, "http://")
	for _, c := range apptest.Ambiguous() {
		answers := apptest.Raw(t, door, c.Request)
		if !strings.HasPrefix(answers, c.Answer) || strings.Contains(answers, "HTTP/1.1 200") {
			t.Errorf("%s: answers %.200q", c.Name, answers)
		}
	}
	apptest.Smuggle(t, door, mutants)
}
