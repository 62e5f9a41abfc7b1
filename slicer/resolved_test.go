package slicer_test

import (
	"errors"
	"slices"
	"testing"

	"buildplate/app/apptest/need"
	"buildplate/slicer"
	"buildplate/slicer/slicertest"
	"buildplate/slicer/slicertest/meshtest"
)

// planner is a slicer that only plans: it needs no CuraEngine.
func planner(t *testing.T) *slicer.Slicer {
	t.Helper()
	if !slicer.Built() {
		need.Without(t, "cura", "the machine definitions are not built in: run `make build`")
	}
	s, err := slicer.With(slicertest.Stub{}, slicer.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// Some 600 formulas are worked out once for each stack, and their faults too; another stack is not taken for it.
func TestAStackIsResolvedOnce(t *testing.T) {
	s := planner(t)
	cube, tall := ender(part(t, meshtest.Cube())), ender(part(t, meshtest.Box(20, 20, 90)))
	first := prepare(t, s, cube)
	if again := prepare(t, s, tall); again.Settings != first.Settings {
		t.Error("another model with the same stack was resolved again")
	}
	for name, change := range map[string]func(*slicer.Request){
		"quality":  func(r *slicer.Request) { r.Quality = "0.12" },
		"material": func(r *slicer.Request) { r.Material = "PETG" },
		"infill":   func(r *slicer.Request) { more := *r.Infill + 1; r.Infill = &more },
		"supports": func(r *slicer.Request) { r.Supports = slicer.SupportsOn },
		"machine":  func(r *slicer.Request) { r.Machine = map[string]string{"machine_height": "240"} },
		"set":      func(r *slicer.Request) { r.Set = map[string]string{"machine_height": "240"} },
	} {
		r := cube
		change(&r)
		if other := prepare(t, s, r); other.Settings == first.Settings || other.Key == first.Key {
			t.Errorf("another %s was taken for the same stack", name)
		}
	}

	wrong := cube
	wrong.Set = map[string]string{"layer_height": "thick"}
	var before, after *slicer.Error
	_, err := s.Prepare(wrong)
	_, later := s.Prepare(wrong)
	if !errors.As(err, &before) || !errors.As(later, &after) || before != after {
		t.Errorf("a stack that cannot be: %v, and then %v", err, later)
	}
}

// What is said of one part stays out of the settings that others with the same stack share.
func TestAPartThatFillsTheBedKeepsItsWarning(t *testing.T) {
	s := planner(t)
	plain := prepare(t, s, ender(part(t, meshtest.Box(20, 20, 1))))
	usual := slices.Clone(plain.Settings.Warnings)
	for i := range 3 {
		full := prepare(t, s, ender(part(t, meshtest.Box(214-float64(i)/10, 206, 1))))
		if got := full.Settings.Warnings; full.Settings.String("adhesion_type") != "none" || len(got) != len(usual)+1 {
			t.Errorf("plate %d, with adhesion %s, says %q", i+1, full.Settings.String("adhesion_type"), got)
		}
	}
	if again := prepare(t, s, ender(part(t, meshtest.Box(20, 20, 2)))); !slices.Equal(again.Settings.Warnings, usual) || !slices.Equal(plain.Settings.Warnings, usual) {
		t.Errorf("a small part says %q", again.Settings.Warnings)
	}
}
