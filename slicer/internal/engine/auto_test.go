package engine_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"buildplate/slicer/internal/engine"
)

func TestAutoTakesTheInstalledEngine(t *testing.T) {
	embedded(t)
	installed := native(t)
	s := settings(t, nil)
	dir := t.TempDir()
	e, reason, err := engine.Auto(t.Context(), engine.Choice{
		Global: pairs(s.Global()), Extruder: pairs(s.Extruder()), Dir: dir,
	})
	if err != nil || reason != nil {
		t.Fatal(err, reason)
	}
	if e.Name() != "native" || e.Version() != installed.Version() {
		t.Errorf("took %s %s", e.Name(), e.Version())
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

func TestAutoRefusesAnEngineThatDisagrees(t *testing.T) {
	embedded(t)
	s := settings(t, nil)
	e, reason, err := engine.Auto(t.Context(), engine.Choice{
		Native: liar(t), Global: pairs(s.Global()), Extruder: pairs(s.Extruder()), Dir: t.TempDir(),
	})
	if err != nil {
		t.Fatal(err)
	}
	if e.Name() != "embedded" || reason == nil || !strings.Contains(reason.Error(), "does not agree") {
		t.Errorf("took %s, because %v", e.Name(), reason)
	}
}

// A shop starts although no engine can slice anything now, as on a full disk: the one inside is taken.
func TestAutoChoosesWhereNothingCanBeSliced(t *testing.T) {
	embedded(t)
	native(t)
	s := settings(t, nil)
	full := filepath.Join(t.TempDir(), "is not there")
	e, reason, err := engine.Auto(t.Context(), engine.Choice{Global: pairs(s.Global()), Extruder: pairs(s.Extruder()), Dir: full})
	if err != nil {
		t.Fatal(err)
	}
	if e.Name() != "embedded" || reason == nil {
		t.Errorf("took %s, because %v", e.Name(), reason)
	}
}

// liar is an installed engine with figures of its own: this test, where any user can start it.
func liar(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "CuraEngine")
	for _, err := range []error{os.Chmod(filepath.Dir(dir), 0o755), os.Chmod(dir, 0o755), os.WriteFile(path, program, 0o755)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return path
}
