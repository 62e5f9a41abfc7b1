package slicer_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"strings"
	"testing"

	"buildplate/app/apptest/need"
	"buildplate/slicer"
	"buildplate/slicer/internal/mesh"
	"buildplate/slicer/slicertest/meshtest"
)

// mm3 is the volume of a length of 1.75 mm filament.
func mm3(length float64) float64 { return length * math.Pi * 1.75 * 1.75 / 4 }

// TestSettingsChangeTheResult changes one setting at a time of a cube of 20 mm and compares with what geometry says.
// Each is a setting at the root of Cura's formulas: the engine itself reads other ones, which follow from it.
func TestSettingsChangeTheResult(t *testing.T) {
	each(t, func(t *testing.T, s *slicer.Slicer) {
		cube := part(t, meshtest.Cube())
		with := func(change func(*slicer.Request)) slicer.Result {
			t.Helper()
			r := ender(cube)
			r.Set = map[string]string{"adhesion_type": "none"}
			change(&r)
			res, _ := slice(t, s, cube, prepare(t, s, r))
			return res
		}
		infill := func(percent int) slicer.Result {
			return with(func(r *slicer.Request) { r.Infill = &percent })
		}
		set := func(key, value string) slicer.Result {
			return with(func(r *slicer.Request) { r.Set[key] = value })
		}
		near := func(what string, got, want, tolerance float64) {
			t.Helper()
			if math.Abs(got-want) > tolerance*math.Abs(want) {
				t.Errorf("%s: %.1f, want %.1f within %.0f %%", what, got, want, 100*tolerance)
			}
		}
		standard := infill(20)

		// Two walls of 0.4 mm, four layers of skin below and above: what is left is filled.
		const inside = 18.4 * 18.4 * 18.4
		near("30 % more infill", mm3(infill(50).FilamentMM-standard.FilamentMM), 0.30*inside, 0.06)
		near("20 % less infill", mm3(standard.FilamentMM-infill(0).FilamentMM), 0.20*inside, 0.06)
		near("a solid cube", mm3(infill(100).FilamentMM), 8000, 0.03)

		for quality, want := range map[string]int{"0.28": 71, "0.20": 100, "0.12": 167} {
			res := with(func(r *slicer.Request) { r.Quality = quality })
			if res.Layers < want-1 || res.Layers > want+1 {
				t.Errorf("%d layers of %s mm, want %d", res.Layers, quality, want)
			}
			if (res.Seconds < standard.Seconds) != (quality == "0.28") && quality != "0.20" {
				t.Errorf("%.0f s in layers of %s mm, %.0f s in 0.20 mm", res.Seconds, quality, standard.Seconds)
			}
		}
		near("layers of 0.1 mm", float64(set("layer_height", "0.1").Layers), 200, 0.02)

		// Walls three and four, where infill was: 0.8 mm by the mean rim of the ring, on the 92 layers between the skins.
		const ring = (18.4*18.4 - 16.8*16.8) * 18.4
		near("two more walls", mm3(set("wall_line_count", "4").FilamentMM-standard.FilamentMM), 0.8*ring, 0.1)
		near("more walls by thickness", set("wall_thickness", "1.6").FilamentMM, set("wall_line_count", "4").FilamentMM, 0.001)

		slow := set("speed_print", "25")
		near("filament at half the speed", slow.FilamentMM, standard.FilamentMM, 0.005)
		if slow.Seconds < 1.3*standard.Seconds {
			t.Errorf("%.0f s at half the speed, %.0f s before", slow.Seconds, standard.Seconds)
		}
		near("hotter is not slower", set("material_print_temperature", "215").Seconds, standard.Seconds, 0.02)
	})
}

func TestSupports(t *testing.T) {
	each(t, func(t *testing.T, s *slicer.Slicer) {
		overhung, cube := part(t, meshtest.TBracket()), part(t, meshtest.Cube())
		supported := func(m *mesh.Mesh, choice slicer.Supports, set map[string]string) slicer.Result {
			r := ender(m)
			r.Supports, r.Set = choice, set
			p := prepare(t, s, r)
			res, _ := slice(t, s, m, p)
			if res.SupportsUsed != p.SupportsUsed {
				t.Errorf("the plan says supports %v, the result %v", p.SupportsUsed, res.SupportsUsed)
			}
			return res
		}
		auto, on, off := supported(overhung, slicer.SupportsAuto, nil), supported(overhung, slicer.SupportsOn, nil), supported(overhung, slicer.SupportsOff, nil)
		if auto.GCodeSHA256 != on.GCodeSHA256 || !auto.SupportsUsed {
			t.Errorf("an overhang of 15 mm is not supported by itself: %+v", auto)
		}
		if off.SupportsUsed || off.SupportGrams != 0 || on.SupportGrams <= 0 {
			t.Errorf("supports on %+v, off %+v", on, off)
		}
		if on.Seconds <= off.Seconds || on.FilamentMM <= off.FilamentMM || apart(on.Grams, off.Grams) > 0.1 {
			t.Errorf("supports must cost time and filament, and leave the model's own be: on %+v, off %+v", on, off)
		}
		dense := supported(overhung, slicer.SupportsOn, map[string]string{"support_infill_rate": "40"})
		if dense.SupportGrams < 1.3*on.SupportGrams {
			t.Errorf("denser supports weigh %.2f g, %.2f g before", dense.SupportGrams, on.SupportGrams)
		}
		if tree := supported(overhung, slicer.SupportsOn, map[string]string{"support_structure": "tree"}); tree.SupportGrams <= 0 || apart(tree.SupportGrams, on.SupportGrams) < 0.05 {
			t.Errorf("supports as trees weigh %.2f g, %.2f g straight up", tree.SupportGrams, on.SupportGrams)
		}
		if never := supported(overhung, slicer.SupportsOn, map[string]string{"support_angle": "90"}); never.SupportGrams != 0 {
			t.Errorf("supported from 90 degrees on, %.2f g hold what hangs", never.SupportGrams)
		}
		if res := supported(cube, slicer.SupportsAuto, nil); res.SupportsUsed || res.SupportGrams != 0 {
			t.Errorf("a cube is supported: %+v", res)
		}
		defined := supported(cube, slicer.SupportsAsDefined, map[string]string{"support_enable": "true"})
		if !defined.SupportsUsed {
			t.Error("what is set on top is not what the plan says")
		}
	})
}

// TestSameSlice holds that a key stands for one file: the hash on the order line is that of the G-code printed, and
// slicing again, elsewhere, gives it again.
func TestSameSlice(t *testing.T) {
	each(t, func(t *testing.T, s *slicer.Slicer) {
		again := open(t, s.Engine.Name())
		m := part(t, meshtest.TBracket())
		r := ender(m)
		p, q := prepare(t, s, r), prepare(t, again, r)
		if p.Key != q.Key || len(p.Key) != 64 {
			t.Errorf("keys %q and %q", p.Key, q.Key)
		}
		a, _ := slice(t, s, m, p)
		b, _ := slice(t, again, m, q)
		if a.GCodeSHA256 != b.GCodeSHA256 || a.Seconds != b.Seconds || a.Grams != b.Grams {
			t.Errorf("%+v, and again %+v", a, b)
		}
	})
}

// TestKeyTellsSlicesApart holds that whatever changes the G-code changes the key, and what does not change it, does not.
func TestKeyTellsSlicesApart(t *testing.T) {
	s := open(t, "native")
	m := part(t, meshtest.Cube())
	fifty := 50
	keys := map[string]string{}
	for name, change := range map[string]func(*slicer.Request){
		"as it is":  func(*slicer.Request) {},
		"infill":    func(r *slicer.Request) { r.Infill = &fifty },
		"quality":   func(r *slicer.Request) { r.Quality = "0.12" },
		"material":  func(r *slicer.Request) { r.Material = "PETG" },
		"printer":   func(r *slicer.Request) { r.Printer = "creality_cr10s" },
		"machine":   func(r *slicer.Request) { r.Machine = map[string]string{"machine_height": "200"} },
		"supports":  func(r *slicer.Request) { r.Supports = slicer.SupportsOn },
		"a setting": func(r *slicer.Request) { r.Set = map[string]string{"speed_print": "40"} },
		"the mesh":  func(r *slicer.Request) { r.MeshHash[0] ^= 1 },
		"scale":     func(r *slicer.Request) { r.Scale = 1.5 },
		"the pose":  func(r *slicer.Request) { r.Pose = slicer.Quaternion{0.6, 0, 0, 0.8} },
	} {
		r := ender(m)
		change(&r)
		key := prepare(t, s, r).Key
		for other, k := range keys {
			if k == key {
				t.Errorf("%s and %s have one key", name, other)
			}
		}
		keys[name] = key
	}
	for name, change := range map[string]func(*slicer.Request){
		"auto is off on a cube":     func(r *slicer.Request) { r.Supports = slicer.SupportsOff },
		"a scale of one":            func(r *slicer.Request) { r.Scale = 1 },
		"a pose that is no turn":    func(r *slicer.Request) { r.Pose = slicer.NoRotation },
		"its other quaternion":      func(r *slicer.Request) { r.Pose = slicer.Quaternion{0, 0, 0, -1} },
		"a value it has already":    func(r *slicer.Request) { r.Set = map[string]string{"layer_height": "0.20"} },
		"another spelling of it":    func(r *slicer.Request) { r.Quality = "0.2" },
		"the machine's own, listed": func(r *slicer.Request) { r.Machine = map[string]string{} },
	} {
		r := ender(m)
		change(&r)
		if prepare(t, s, r).Key != keys["as it is"] {
			t.Errorf("%s changes the key", name)
		}
	}
}

// TestSupportAngle is by the settings that a request would be sliced with.
func TestSupportAngle(t *testing.T) {
	if !slicer.Built() {
		need.Without(t, "cura", "the machine definitions are not built in: run `make build`")
	}
	for _, c := range []struct {
		set  string
		want float64
	}{{"", 45}, {"35", 35}, {"=20+25", 45}, {"0", 0.01}, {"90", 90}, {"nonsense", 50}} {
		r := ender(part(t, meshtest.Cube()))
		if c.set != "" {
			r.Machine = map[string]string{"support_angle": c.set}
		}
		if got := r.SupportAngle(); got != c.want {
			t.Errorf("%q: %v degrees, want %v", c.set, got, c.want)
		}
	}
}

// TestEstimateIsOfTheRightSize: it is shown until the slice is done, so it must not mislead.
func TestEstimateIsOfTheRightSize(t *testing.T) {
	s := open(t, "native")
	for name, solid := range map[string]meshtest.Solid{
		"cube": meshtest.Cube(), "bracket": meshtest.Bracket(), "clip": meshtest.Clip(), "T": meshtest.TBracket(),
		"cylinder": meshtest.Cylinder(15, 30, 96), "hollow": meshtest.HollowBox(), "plate": meshtest.Box(80, 60, 3), "block": meshtest.Box(60, 50, 40),
	} {
		m := part(t, solid)
		r := ender(m)
		p := prepare(t, s, r)
		grams, support, seconds := slicer.Estimate(p, r.Inspection)
		res, _ := slice(t, s, m, p)
		t.Logf("%s: %.0f s estimated, %.0f s sliced; %.1f g and %.1f g; supports %.1f g and %.1f g", name, seconds, res.Seconds, grams, res.Grams, support, res.SupportGrams)
		if apart(seconds, res.Seconds) > 0.4 || apart(grams, res.Grams) > 0.35 {
			t.Errorf("%s: the estimate is %.0f s and %.1f g, the slice %.0f s and %.1f g", name, seconds, grams, res.Seconds, res.Grams)
		}
		if (support > 0) != (res.SupportGrams > 0) {
			t.Errorf("%s: the estimate has %.1f g of supports, the slice %.1f g", name, support, res.SupportGrams)
		}
	}
}

// TestWithoutMaterial leaves both layers out, as a bare definition is sliced.
func TestWithoutMaterial(t *testing.T) {
	s := open(t, "native")
	m := part(t, meshtest.Box(10, 10, 4))
	r := ender(m)
	r.Quality, r.Material, r.Infill, r.Supports = "", "", nil, slicer.SupportsAsDefined
	res, _ := slice(t, s, m, prepare(t, s, r))
	if want := mm3(res.FilamentMM) * 1.24 / 1000; math.Abs(res.Grams-want) > 0.01*want {
		t.Errorf("%.3f g, want %.3f", res.Grams, want)
	}
	if !strings.Contains(strings.Join(res.Warnings, " "), "as for PLA") {
		t.Errorf("nobody is told that the weight is an estimate: %q", res.Warnings)
	}
}

// TestNothingIsLeftBehind looks into the work folder after slices that went well, failed and were given up.
func TestNothingIsLeftBehind(t *testing.T) {
	each(t, func(t *testing.T, s *slicer.Slicer) {
		dir := t.TempDir()
		s, err := slicer.New(t.Context(), slicer.Options{Engine: s.Engine.Name(), Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		cube, sheet := part(t, meshtest.Cube()), part(t, meshtest.Box(20, 0.01, 20))
		slice(t, s, cube, prepare(t, s, ender(cube)))
		if _, err := s.Slice(t.Context(), sheet.Stored(), prepare(t, s, ender(sheet)), &bytes.Buffer{}, nil); err == nil {
			t.Error("a sheet thinner than a line is sliced")
		}
		gone, cancel := context.WithCancel(t.Context())
		_, err = s.Slice(gone, cube.Stored(), prepare(t, s, ender(cube)), &bytes.Buffer{}, func(float64) { cancel() })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("given up: %v", err)
		}
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 1 {
			t.Fatalf("%v, %v", entries, err)
		}
		inner, _ := os.ReadDir(dir + "/" + entries[0].Name())
		if len(inner) != 1 { // the lock
			t.Errorf("left %v", inner)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if entries, _ = os.ReadDir(dir); len(entries) != 0 {
			t.Errorf("left %v", entries)
		}
	})
}

// TestProgress goes from nothing to all, and never back.
func TestProgress(t *testing.T) {
	each(t, func(t *testing.T, s *slicer.Slicer) {
		m := part(t, meshtest.Cylinder(12, 20, 64))
		var seen []float64
		if _, err := s.Slice(t.Context(), m.Stored(), prepare(t, s, ender(m)), &bytes.Buffer{}, func(f float64) { seen = append(seen, f) }); err != nil {
			t.Fatal(err)
		}
		for i := 1; i < len(seen); i++ {
			if seen[i] < seen[i-1] {
				t.Fatalf("progress goes back: %v", seen)
			}
		}
		if len(seen) < 3 || seen[0] > 0.5 || seen[len(seen)-1] < 0.99 {
			t.Errorf("progress: %v", seen)
		}
	})
}
