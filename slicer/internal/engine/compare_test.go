package engine_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"buildplate/app/apptest/need"
	"buildplate/slicer/internal/engine"
	"buildplate/slicer/internal/mesh"
	"buildplate/slicer/internal/profile"
	"buildplate/slicer/slicertest/meshtest"
)

// apart is how far two figures are from each other, as a fraction.
func apart(a, b float64) float64 { return (max(a, b) - min(a, b)) / max(a, b) }

// compare slices with both engines and holds time, filament and support to
// the fraction of each other.
func compare(t *testing.T, model []byte, s *profile.Settings, fraction float64) {
	t.Helper()
	type figures struct{ seconds, filament, support float64 }
	measure := func(e engine.Engine) figures {
		j := job(t, model, s)
		r, err := e.Slice(t.Context(), j)
		if err != nil {
			t.Fatal(e.Name(), err)
		}
		p, _ := finish(t, j, r, s)
		return figures{r.Seconds, p.FilamentMM3(), p.SupportMM3}
	}
	a, b := measure(embedded(t)), measure(native(t))
	t.Logf("embedded %.0f s %.0f mm³, native %.0f s %.0f mm³: apart %.2f %% and %.2f %%",
		a.seconds, a.filament, b.seconds, b.filament, 100*apart(a.seconds, b.seconds), 100*apart(a.filament, b.filament))
	if apart(a.seconds, b.seconds) > fraction || apart(a.filament, b.filament) > fraction {
		t.Errorf("embedded %+v, native %+v", a, b)
	}
	if (a.support > 0) != (b.support > 0) || a.support > 0 && apart(a.support, b.support) > 0.1 {
		t.Errorf("support: embedded %.0f mm³, native %.0f mm³", a.support, b.support)
	}
}

func TestEnginesAgree(t *testing.T) {
	for _, c := range []struct {
		name  string
		solid meshtest.Solid
		stack profile.Stack
	}{
		{"cube", meshtest.Cube(), profile.Stack{Printer: "creality_ender3", Quality: "0.20", Material: "PLA"}},
		{"cylinder in PETG", meshtest.Cylinder(10, 25, 96), profile.Stack{Printer: "creality_ender3", Quality: "0.28", Material: "PETG"}},
		{"bracket", meshtest.Bracket(), profile.Stack{Printer: "creality_ender3", Quality: "0.20", Material: "ABS"}},
		{"plate, fine", meshtest.Box(40, 30, 4), profile.Stack{Printer: "creality_ender3", Quality: "0.12", Material: "PLA"}},
		{"T with support", meshtest.TBracket(), profile.Stack{
			Printer: "creality_ender3", Quality: "0.20", Material: "PLA",
			Overrides: []profile.Layer{{Name: "the test's", Set: map[string]string{"support_enable": "true"}}},
		}},
		{"bare Ultimaker 2 (UltiGCode)", meshtest.Cube(), profile.Stack{Printer: "ultimaker2"}},
		{"bare Ultimaker 3 (Griffin)", meshtest.Cube(), profile.Stack{Printer: "ultimaker3"}},
		{"delta with its origin in the middle", meshtest.Cube(), profile.Stack{Printer: "deltabot"}},
		{"relative extrusion", meshtest.Cube(), profile.Stack{
			Printer: "creality_ender3", Quality: "0.20", Material: "PLA",
			Overrides: []profile.Layer{{Name: "the test's", Set: map[string]string{"relative_extrusion": "true"}}},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			compare(t, meshtest.BinarySTL(centred(c.solid)), resolve(t, c.stack), 0.015)
		})
	}
}

// TestEnginesAgreeOnRealModels slices models that other people made.
func TestEnginesAgreeOnRealModels(t *testing.T) {
	folder := need.Models(t)
	s := settings(t, nil)
	bed := [3]float64{s.Float("machine_width"), s.Float("machine_depth"), s.Float("machine_height")}
	for name, fraction := range map[string]float64{
		"stl/multiple_solids.stl":        0.015,
		"3mf/3MF-samples/box.3mf":        0.015,
		"3mf/3MF-samples/cube_gears.3mf": 0.015,
		"3mf/3MF-samples/torus.3mf":      0.03, // seven minutes: a gap more or less counts
		"broken/subdivided_cube.stl":     0.015,
	} {
		t.Run(filepath.Base(name), func(t *testing.T) {
			f, err := os.Open(filepath.Join(folder, name))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			info, err := f.Stat()
			if err != nil {
				t.Fatal(err)
			}
			m, err := mesh.Read(t.Context(), name, f, info.Size(), mesh.DefaultLimits())
			if err != nil {
				t.Fatal(err)
			}
			if size := m.Size(); size[0] > bed[0] || size[1] > bed[1] || size[2] > bed[2] || size[2] < 1 {
				t.Skipf("size %v", size)
			}
			var stl bytes.Buffer
			if err := m.Placed(mesh.Bed{CenterIsZero: true}).WriteSTL(&stl); err != nil {
				t.Fatal(err)
			}
			compare(t, stl.Bytes(), s, fraction)
		})
	}
}
