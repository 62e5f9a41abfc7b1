package engine_test

import (
	"bytes"
	"crypto/sha256"
	"io"
	"os"
	"path/filepath"
	"testing"

	"buildplate/app/apptest/need"
	"buildplate/slicer/internal/engine"
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
