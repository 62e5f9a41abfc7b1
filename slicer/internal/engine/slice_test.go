package engine_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"buildplate/app/apptest/need"
	"buildplate/slicer/internal/engine"
	"buildplate/slicer/internal/fault"
	"buildplate/slicer/internal/gcode"
	"buildplate/slicer/internal/profile"
	"buildplate/slicer/slicertest/meshtest"
)

func embedded(t *testing.T) engine.Engine {
	t.Helper()
	e, err := engine.Embedded()
	if err != nil {
		need.Without(t, "cura", err.Error())
	}
	return e
}

func native(t *testing.T) engine.Engine {
	t.Helper()
	e, err := engine.Native(t.Context(), "")
	if err != nil {
		need.Without(t, "cura", err.Error())
	}
	return e
}

// both runs a test with either engine.
func both(t *testing.T, test func(t *testing.T, e engine.Engine)) {
	t.Run("embedded", func(t *testing.T) { test(t, embedded(t)) })
	t.Run("native", func(t *testing.T) { test(t, native(t)) })
}

// settings resolves an Ender-3 as a shop would have it, and overrides on top.
func settings(t *testing.T, overrides map[string]string) *profile.Settings {
	t.Helper()
	return resolve(t, profile.Stack{
		Printer: "creality_ender3", Quality: "0.20", Material: "PLA",
		Overrides: []profile.Layer{{Name: "the test's", Set: overrides}},
	})
}

func resolve(t *testing.T, stack profile.Stack) *profile.Settings {
	t.Helper()
	if !profile.Built() {
		need.Without(t, "cura", "the machine definitions are not packed: run `make build`")
	}
	s, err := profile.Resolve(stack)
	if err == nil {
		s, err = s.Expanded()
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func pairs(from []profile.Pair) []engine.Setting {
	to := make([]engine.Setting, len(from))
	for i, p := range from {
		to[i] = engine.Setting{Key: p.Key, Value: p.Value}
	}
	return to
}

// centred moves a solid to the middle of the bed, where the engine counts from.
func centred(s meshtest.Solid) meshtest.Solid {
	low, high := s[0][0], s[0][0]
	for _, triangle := range s {
		for _, p := range triangle {
			for i := range 3 {
				low[i], high[i] = min(low[i], p[i]), max(high[i], p[i])
			}
		}
	}
	return s.Moved(-(low[0]+high[0])/2, -(low[1]+high[1])/2, -low[2])
}

// job writes the model and makes the job for it.
func job(t *testing.T, model []byte, s *profile.Settings) engine.Job {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "some part.stl")
	if err := os.WriteFile(path, model, 0o600); err != nil {
		t.Fatal(err)
	}
	scratch := filepath.Join(dir, "scratch")
	if err := os.Mkdir(scratch, 0o700); err != nil {
		t.Fatal(err)
	}
	return engine.Job{
		Model: path, Out: filepath.Join(dir, "raw.gcode"), Dir: scratch,
		Global: pairs(s.Global()), Extruder: pairs(s.Extruder()),
	}
}

func finish(t *testing.T, j engine.Job, r engine.Report, s *profile.Settings) (gcode.Print, []byte) {
	t.Helper()
	raw, err := os.Open(j.Out)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	var out bytes.Buffer
	facts := gcode.Facts{
		Version: r.Version, Seconds: r.Seconds, FilamentMM3: r.FilamentMM3,
		DiameterMM: s.Float("material_diameter"),
	}
	p, err := gcode.Measure(raw, facts)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	digest, err := gcode.Finish(&out, raw, p, facts)
	if err != nil {
		t.Fatal(err)
	}
	if digest.SHA256 != sha256.Sum256(out.Bytes()) || digest.Size != int64(out.Len()) {
		t.Error("the digest is not that of the file")
	}
	return p, out.Bytes()
}

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
