package engine_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"strings"
	"testing"

	"buildplate/slicer/internal/engine"
	"buildplate/slicer/internal/fault"
	"buildplate/slicer/slicertest/meshtest"
)

func TestSliceParts(t *testing.T) {
	both(t, func(t *testing.T, e engine.Engine) {
		s := settings(t, map[string]string{"adhesion_type": "skirt"})
		for name, part := range map[string]struct {
			solid  meshtest.Solid
			volume float64 // mm³
			size   [3]float64
		}{
			"cube":     {meshtest.Cube(), 8000, [3]float64{20, 20, 20}},
			"cylinder": {meshtest.Cylinder(8, 30, 64), 6022, [3]float64{16, 16, 30}},
			"flat box": {meshtest.Box(60, 40, 3), 7200, [3]float64{60, 40, 3}},
		} {
			t.Run(name, func(t *testing.T) {
				j := job(t, meshtest.BinarySTL(centred(part.solid)), s)
				fractions := []float64{}
				j.Progress = func(f float64) { fractions = append(fractions, f) }
				r, err := e.Slice(t.Context(), j)
				if err != nil {
					t.Fatal(err)
				}
				if r.Engine != e.Name() || r.Version != e.Version() || r.Version == "" {
					t.Errorf("the report is signed %q %q", r.Engine, r.Version)
				}
				p, text := finish(t, j, r, s)
				skirt := p.ByType["SKIRT"]
				if v := p.ModelMM3 - skirt; v < 0.25*part.volume || v > 1.05*part.volume {
					t.Errorf("a part of %.0f mm³ takes %.0f mm³ of filament", part.volume, v)
				}
				if p.SupportMM3 != 0 {
					t.Errorf("%.0f mm³ of support for a part without overhang", p.SupportMM3)
				}
				if want := int(part.size[2]/0.2 + 0.5); p.Layers != want {
					t.Errorf("%d layers, want %d", p.Layers, want)
				}
				width := s.Float("machine_width")
				if middle := (p.Min[0] + p.Max[0]) / 2; math.Abs(middle-width/2) > 0.5 {
					t.Errorf("the print's middle is at X %.2f of a bed of %g mm", middle, width)
				}
				if p.Min[2] <= 0 || p.Max[2] > part.size[2]+0.01 {
					t.Errorf("Z goes from %.2f to %.2f", p.Min[2], p.Max[2])
				}
				if len(fractions) < 5 || fractions[len(fractions)-1] < 0.99 {
					t.Errorf("progress: %v", fractions)
				}
				for _, end := range []string{"M104 S0\n", ";End of Gcode\n"} {
					if !bytes.Contains(text, []byte(end)) {
						t.Errorf("the G-code lacks %q", end)
					}
				}
				if bytes.Contains(text, []byte("some part")) || bytes.Contains(text, []byte(j.Dir)) {
					t.Error("the model's name or folder is in the G-code")
				}
			})
		}
	})
}

// TestSameBytes is what lets a slice be cached and its hash be printed on an
// order: nothing of the folder, the clock or chance is in the G-code.
func TestSameBytes(t *testing.T) {
	both(t, func(t *testing.T, e engine.Engine) {
		s := settings(t, nil)
		var first []byte
		for range 3 {
			j := job(t, meshtest.BinarySTL(centred(meshtest.Bracket())), s)
			r, err := e.Slice(t.Context(), j)
			if err != nil {
				t.Fatal(err)
			}
			if _, text := finish(t, j, r, s); first == nil {
				first = text
			} else if !bytes.Equal(first, text) {
				t.Fatal("the same part gave other G-code")
			}
		}
	})
}

// TestSameBytesUnconfined wants an engine to work, and to make the same, where the machine can hold it to nothing.
func TestSameBytesUnconfined(t *testing.T) {
	both(t, func(t *testing.T, e engine.Engine) {
		s := settings(t, map[string]string{"support_enable": "true"})
		var made [][]byte
		for _, e := range []engine.Engine{e, engine.Unconfined(e)} {
			j := job(t, meshtest.BinarySTL(centred(meshtest.Bracket())), s)
			r, err := e.Slice(t.Context(), j)
			if err != nil {
				t.Fatal(err)
			}
			_, text := finish(t, j, r, s)
			made = append(made, text)
		}
		if !bytes.Equal(made[0], made[1]) {
			t.Error("confinement changes the G-code")
		}
	})
}

// TestClosingLines compares the lines we append for the embedded engine with
// those an installed one writes, in every flavour.
func TestClosingLines(t *testing.T) {
	inside, installed := embedded(t), native(t)
	closing := func(e engine.Engine, overrides map[string]string) string {
		s := settings(t, overrides)
		j := job(t, meshtest.BinarySTL(centred(meshtest.Box(10, 10, 2))), s)
		if _, err := e.Slice(t.Context(), j); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(j.Out)
		if err != nil {
			t.Fatal(err)
		}
		_, after, ok := strings.Cut(string(text), ";THE-END\n")
		if !ok {
			t.Fatal("no end code")
		}
		return after
	}
	for _, flavor := range []string{
		"RepRap (Marlin/Sprinter)", "RepRap (Volumetric)", "RepRap (RepRap)", "UltiGCode", "Griffin", "Makerbot", "MACH3", "Repetier",
	} {
		for _, heated := range []string{"true", "false"} {
			o := map[string]string{
				"machine_gcode_flavor": flavor, "machine_nozzle_temp_enabled": heated, "machine_end_gcode": ";THE-END",
			}
			if got, want := closing(inside, o), closing(installed, o); got != want {
				t.Errorf("%s, heated %s: %q, want %q", flavor, heated, got, want)
			}
		}
	}
}

func TestNothingToPrint(t *testing.T) {
	both(t, func(t *testing.T, e engine.Engine) {
		s := settings(t, nil)
		for name, model := range map[string][]byte{
			"below the bed": meshtest.BinarySTL(meshtest.Cube().Moved(-10, -10, -40)),
			"thin sheet":    meshtest.BinarySTL(centred(meshtest.Box(20, 0.01, 20))),
			"no triangles":  meshtest.BinarySTL(nil),
			"no STL":        []byte("a letter to the shop"),
		} {
			t.Run(name, func(t *testing.T) {
				j := job(t, model, s)
				r, err := e.Slice(t.Context(), j)
				var failed *fault.Error
				if !errors.As(err, &failed) {
					t.Fatalf("got %+v, %v", r, err)
				}
				if failed.Code != fault.CodeNothingToPrint && failed.Code != fault.CodeCrashed {
					t.Errorf("code %q: %v", failed.Code, err)
				}
				if _, err := os.Stat(j.Out); !os.IsNotExist(err) {
					t.Error("G-code was left behind")
				}
			})
		}
	})
}

func TestMissingSetting(t *testing.T) {
	both(t, func(t *testing.T, e engine.Engine) {
		j := job(t, meshtest.BinarySTL(centred(meshtest.Cube())), settings(t, nil))
		j.Global = remove(j.Global, "infill_line_distance")
		j.Extruder = remove(j.Extruder, "infill_line_distance")
		_, err := e.Slice(t.Context(), j)
		var failed *fault.Error
		if !errors.As(err, &failed) || failed.Code != fault.CodeSettings || !strings.Contains(err.Error(), "infill_line_distance") {
			t.Errorf("got %v", err)
		}
	})
}

func remove(settings []engine.Setting, key string) []engine.Setting {
	var rest []engine.Setting
	for _, s := range settings {
		if s.Key != key {
			rest = append(rest, s)
		}
	}
	return rest
}

func TestLimitsOfRealEngines(t *testing.T) {
	both(t, func(t *testing.T, e engine.Engine) {
		s := settings(t, map[string]string{"layer_height": "0.1", "infill_sparse_density": "80"})
		for name, c := range map[string]struct {
			limits engine.Limits
			want   fault.Code
		}{
			"wall":   {engine.Limits{Wall: 300e6}, fault.CodeTimeout},
			"cpu":    {engine.Limits{CPU: 1e9}, fault.CodeTimeout},
			"output": {engine.Limits{Output: 1 << 18}, fault.CodeTooDetailed},
			"memory": {engine.Limits{Memory: 32 << 20}, fault.CodeMemory},
		} {
			t.Run(name, func(t *testing.T) {
				rings := 100
				if name == "memory" {
					rings = 500 // 500,000 triangles
				}
				j := job(t, meshtest.BinarySTL(centred(meshtest.Sphere(30, rings))), s)
				j.Limits = c.limits
				_, err := e.Slice(t.Context(), j)
				var failed *fault.Error
				if !errors.As(err, &failed) || failed.Code != c.want {
					t.Errorf("got %v, want %s", err, c.want)
				}
			})
		}
	})
}

func TestCancelled(t *testing.T) {
	both(t, func(t *testing.T, e engine.Engine) {
		ctx, cancel := context.WithCancelCause(t.Context())
		reason := errors.New("the customer left")
		j := job(t, meshtest.BinarySTL(centred(meshtest.Sphere(40, 200))), settings(t, nil))
		j.Progress = func(f float64) {
			if f > 0.05 {
				cancel(reason)
			}
		}
		if _, err := e.Slice(ctx, j); !errors.Is(err, reason) {
			t.Errorf("got %v", err)
		}
	})
}
