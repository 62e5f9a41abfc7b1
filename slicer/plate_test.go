package slicer_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"os"
	"reflect"
	"testing"

	"buildplate/app/apptest/need"
	"buildplate/slicer"
	"buildplate/slicer/internal/mesh"
	"buildplate/slicer/slicertest"
	"buildplate/slicer/slicertest/meshtest"
)

// corner is an L-shaped corner piece of 40 mm, arms of 8 mm: 8 × (40 + 32) × 6 mm³.
func corner() meshtest.Solid {
	l := []meshtest.Point{{0, 0}, {40, 0}, {40, 8}, {8, 8}, {8, 40}, {0, 40}}
	return meshtest.Prism(l, [][3]int{{0, 1, 2}, {0, 2, 3}, {0, 3, 5}, {3, 4, 5}}, 6)
}

// copies is the request for several copies of a mesh on an Ender-3.
func copies(m *mesh.Mesh, count int) slicer.Copies {
	return slicer.Copies{Request: ender(m), Count: count}
}

func plates(t testing.TB, s *slicer.Slicer, m *mesh.Mesh, c slicer.Copies) []slicer.Plate {
	t.Helper()
	out, err := s.Plates(m.Outward().Stored(), c)
	if err != nil {
		t.Fatal(err)
	}
	made := 0
	for _, p := range out {
		made += p.Runs * len(p.Placements)
	}
	if made != c.Count {
		t.Errorf("%d copies on plates, want %d", made, c.Count)
	}
	return out
}

// stub is a slicer whose engine answers at once.
func stub(t *testing.T, e slicer.Engine) *slicer.Slicer {
	t.Helper()
	if !slicer.Built() {
		need.Without(t, "cura", slicer.ErrNotBuilt.Error())
	}
	s, err := slicer.With(e, slicer.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// TestPlatesOfManyCopies: full plates once with their runs, the rest on another; the same each time, and other plates have
// other keys.
func TestPlatesOfManyCopies(t *testing.T) {
	s := stub(t, slicertest.Stub{})
	m := part(t, meshtest.Box(60, 60, 5))
	got := plates(t, s, m, copies(m, 20))
	if len(got) != 2 || got[0].Runs != 2 || len(got[0].Placements) != 9 || got[1].Runs != 1 || len(got[1].Placements) != 2 {
		t.Fatalf("%+v", got)
	}
	if again := plates(t, s, m, copies(m, 20)); again[0].Plan.Key != got[0].Plan.Key || !reflect.DeepEqual(again[1].Placements, got[1].Placements) {
		t.Error("the same copies lie differently the next time")
	}
	wider := copies(m, 20)
	wider.Spacing = 20
	keys := map[string]bool{got[0].Plan.Key: true, got[1].Plan.Key: true, prepare(t, s, ender(m)).Key: true, plates(t, s, m, wider)[0].Plan.Key: true}
	if len(keys) != 4 {
		t.Errorf("%d keys of four plates", len(keys))
	}
	if exactly := plates(t, s, m, copies(m, 18)); len(exactly) != 1 || exactly[0].Runs != 2 {
		t.Errorf("two full plates are %+v", exactly)
	}
	most := copies(m, 20)
	most.Most = 4
	if fewer := plates(t, s, m, most); len(fewer) != 1 || fewer[0].Runs != 5 || len(fewer[0].Placements) != 4 {
		t.Errorf("four at most: %+v", fewer)
	}
}

// TestPlateOfOneCopy is what one copy is without plates, turned where it must be.
func TestPlateOfOneCopy(t *testing.T) {
	s := stub(t, slicertest.Stub{})
	for solid, turn := range map[[3]float64]int{{20, 20, 20}: 0, {150, 40, 4}: 90} {
		m := part(t, meshtest.Box(solid[0], solid[1], solid[2]))
		c := copies(m, 1)
		c.Machine = map[string]string{"machine_width": "100", "machine_depth": "200"}
		got := plates(t, s, m, c)
		want := prepare(t, s, c.Request)
		if len(got) != 1 || got[0].Runs != 1 || got[0].Plan.Key != want.Key || !reflect.DeepEqual(got[0].Placements, []slicer.Placement{{X: 50, Y: 100, Turn: turn}}) {
			t.Errorf("%v: %+v", solid, got)
		}
	}
	large := part(t, meshtest.Box(150, 150, 4))
	if got := plates(t, s, large, copies(large, 3)); len(got) != 1 || got[0].Runs != 3 || got[0].Plan.Key != prepare(t, s, ender(large)).Key {
		t.Errorf("what fits once is made three times: %+v", got)
	}
	_, err := s.Plates(part(t, meshtest.Box(400, 20, 4)).Stored(), copies(part(t, meshtest.Box(400, 20, 4)), 3))
	if code, _ := failure(err); code != slicer.CodeDoesNotFit {
		t.Errorf("what does not fit: %v", err)
	}
}

// TestPlatesCountFromTheMachinesOrigin: a delta's is its bed's middle.
func TestPlatesCountFromTheMachinesOrigin(t *testing.T) {
	s := stub(t, slicertest.Stub{})
	m := part(t, meshtest.Cube())
	c := copies(m, 4)
	c.Printer = "anycubic_kossel"
	for _, p := range plates(t, s, m, c) {
		for _, at := range p.Placements {
			if math.Hypot(at.X, at.Y) > 30 {
				t.Errorf("one of four copies stands at %v", at)
			}
		}
	}
}

// TestThePlatesSTL is copies of the mesh at their places, and nothing else.
func TestThePlatesSTL(t *testing.T) {
	s := stub(t, slicertest.Stub{})
	for name, solid := range map[string]meshtest.Solid{"corner": corner(), "clip": meshtest.Clip(), "T": meshtest.TBracket(), "moved": meshtest.Cylinder(9, 12, 32).Moved(300, -70, 8)} {
		m := part(t, solid)
		one := mesh.Inspect(m)
		for _, p := range plates(t, s, m, copies(m, 11)) {
			data, err := p.Plan.Model(t.TempDir(), m.Outward().Stored())
			if err != nil {
				t.Fatal(err)
			}
			all, err := mesh.Read(t.Context(), "plate.stl", bytes.NewReader(data), int64(len(data)), mesh.DefaultLimits())
			if err != nil {
				t.Fatal(err)
			}
			in, n := mesh.Inspect(all), len(p.Placements)
			if apart(in.VolumeMM3, float64(n)*one.VolumeMM3) > 1e-4 || in.Bodies != n || in.Triangles != n*one.Triangles || !in.Watertight || in.MinMM[2] != 0 {
				t.Errorf("%s: %d copies of %.1f mm³ are %d bodies of %.1f in all", name, n, one.VolumeMM3, in.Bodies, in.VolumeMM3)
			}
			low, high := [2]float64{999, 999}, [2]float64{-999, -999}
			for _, at := range p.Placements {
				size := [2]float64{one.SizeMM[0], one.SizeMM[1]}
				if at.Turn%180 != 0 {
					size[0], size[1] = size[1], size[0]
				}
				for k, middle := range [2]float64{at.X - 117.5, at.Y - 117.5} {
					low[k], high[k] = min(low[k], middle-size[k]/2), max(high[k], middle+size[k]/2)
				}
			}
			for k := range low {
				if math.Abs(in.MinMM[k]-low[k]) > 0.002 || math.Abs(in.MinMM[k]+in.SizeMM[k]-high[k]) > 0.002 {
					t.Errorf("%s: the plate reaches from %v over %v, its copies from %v to %v", name, in.MinMM, in.SizeMM, low, high)
				}
			}
		}
	}
}

// TestEnginesAgreeOnPlates, and no copy is said to lack something.
func TestEnginesAgreeOnPlates(t *testing.T) {
	e := bothEngines(t)
	for name, c := range map[string]struct {
		solid  meshtest.Solid
		copies int
	}{"corners": {corner(), 6}, "cubes": {meshtest.Cube(), 4}, "brackets": {meshtest.Bracket(), 3}, "T brackets, supported": {meshtest.TBracket(), 3}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := part(t, c.solid)
			var results []slicer.Result
			for _, s := range []*slicer.Slicer{e.embedded, e.native} {
				got, spread, err := s.SlicePlates(t.Context(), m.Outward().Stored(), copies(m, c.copies), nil)
				if err != nil || spread || len(got) != 1 || len(got[0].Placements) != c.copies || len(got[0].Result.Warnings) > 0 {
					t.Fatalf("%+v, %v", got, err)
				}
				results = append(results, got[0].Result)
			}
			a, b := results[0], results[1]
			if apart(a.Seconds, b.Seconds) > 0.015 || apart(a.FilamentMM, b.FilamentMM) > 0.015 || a.Layers != b.Layers {
				t.Errorf("embedded %+v, native %+v", a, b)
			}
			one, err := e.native.Slice(t.Context(), m.Outward().Stored(), prepare(t, e.native, ender(m)), io.Discard, nil)
			if err != nil {
				t.Fatal(err)
			}
			if n := float64(c.copies); b.Grams > n*one.Grams || b.Grams < 0.85*n*one.Grams || b.Seconds > 1.05*n*one.Seconds {
				t.Errorf("%d copies take %.2f g and %.0f s, one takes %.2f g and %.0f s", c.copies, b.Grams, b.Seconds, one.Grams, one.Seconds)
			}
		})
	}
}

// TestALostCopyIsFound, however many others there are.
func TestALostCopyIsFound(t *testing.T) {
	s := open(t, "native")
	m := part(t, corner())
	for _, n := range []int{2, 12} {
		p := plates(t, s, m, copies(m, n))[0]
		whole, err := s.LacksWithout(t.Context(), m.Outward().Stored(), p.Plan, 0)
		if err != nil || whole != 0 {
			t.Errorf("%d layers of a whole plate lack something: %v", whole, err)
		}
		lacking, err := s.LacksWithout(t.Context(), m.Outward().Stored(), p.Plan, 1)
		if err != nil || lacking != 30 {
			t.Errorf("one of %d copies is gone, and %d of 30 layers lack it: %v", n, lacking, err)
		}
	}
}

// weak is an engine that cannot do models of more than so many bytes.
type weak struct {
	slicertest.Stub
	most int64
	code slicer.Code
	runs *int
}

func (w weak) Slice(ctx context.Context, j slicer.Job) (slicer.Report, error) {
	*w.runs++
	info, err := os.Stat(j.Model)
	if err != nil {
		return slicer.Report{}, err
	}
	if info.Size() > w.most {
		return slicer.Report{}, &slicer.Error{Code: w.code, Message: "That was too much for this engine."}
	}
	return w.Stub.Slice(ctx, j)
}

// TestPlatesThatAreTooMuch are made with fewer copies, down to one; other failures are not tried again.
func TestPlatesThatAreTooMuch(t *testing.T) {
	m := part(t, meshtest.Box(60, 60, 5))
	bytes := func(copies int) int64 { return mesh.STLBytes(12 * copies) }
	for _, c := range []struct {
		code   slicer.Code
		most   int // copies the engine can do
		plates []int
	}{
		{slicer.CodeTimeout, 9, []int{9, 2}},
		{slicer.CodeTimeout, 4, []int{4}},
		{slicer.CodeMemory, 3, []int{2}},
		{slicer.CodeTooDetailed, 1, []int{1}},
	} {
		runs := 0
		s := stub(t, weak{most: bytes(c.most), code: c.code, runs: &runs})
		got, spread, err := s.SlicePlates(t.Context(), m.Stored(), copies(m, 20), nil)
		var sizes []int
		made := 0
		for _, p := range got {
			sizes = append(sizes, len(p.Placements))
			made += p.Runs * len(p.Placements)
		}
		if err != nil || !reflect.DeepEqual(sizes, c.plates) || made != 20 || spread != (c.most < 9) {
			t.Errorf("%s, %d copies: plates of %v, spread %v, %v", c.code, c.most, sizes, spread, err)
		}
	}
	runs := 0
	s := stub(t, weak{most: bytes(4), code: slicer.CodeCrashed, runs: &runs})
	if _, _, err := s.SlicePlates(t.Context(), m.Stored(), copies(m, 20), nil); runs != 1 || slicer.ErrorOf(err).Code != slicer.CodeCrashed {
		t.Errorf("%d runs, %v", runs, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := s.SlicePlates(ctx, m.Stored(), copies(m, 2), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody wants it: %v", err)
	}
}

// BenchmarkPlates lays out two copies of a part of a million triangles, which are read for it.
func BenchmarkPlates(b *testing.B) {
	s := open(b, "native")
	m := part(b, meshtest.Sphere(10, 500))
	c, stored := copies(m, 2), m.Stored()
	for b.Loop() {
		if _, err := s.Plates(stored, c); err != nil {
			b.Fatal(err)
		}
	}
}
