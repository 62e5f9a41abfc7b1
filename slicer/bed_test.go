package slicer_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"buildplate/slicer"
	"buildplate/slicer/internal/mesh"
	"buildplate/slicer/slicertest/meshtest"
)

// TestTurnedToFit has a bed of 100 × 200 mm and a bar that lies across it.
func TestTurnedToFit(t *testing.T) {
	each(t, func(t *testing.T, s *slicer.Slicer) {
		m := part(t, meshtest.Box(150, 40, 4))
		r := ender(m)
		r.Machine = map[string]string{"machine_width": "100", "machine_depth": "200"}
		r.Set = map[string]string{"adhesion_type": "none", "infill_sparse_density": "0"}
		p := prepare(t, s, r)
		_, text := slice(t, s, m, p)
		got := read(t, text)
		if x, y := got.high[0]-got.low[0], got.high[1]-got.low[1]; math.Abs(x-39.6) > 0.5 || math.Abs(y-149.6) > 0.5 {
			t.Errorf("the bar is printed as %.1f × %.1f mm", x, y)
		}
		r.Machine = nil
		if q := prepare(t, s, r); q.Pose == p.Pose {
			t.Error("it is turned where it need not be")
		}
	})
}

// TestDoesNotFit wants messages that name the model's size and the machine's.
func TestDoesNotFit(t *testing.T) {
	s := open(t, "native")
	for want, solid := range map[string]meshtest.Solid{
		"The model is 300 mm high; this printer reaches 250 mm.":                                   meshtest.Box(20, 20, 300),
		"The model (260 × 20 × 5 mm) reaches over the edge of this printer’s bed of 235 × 235 mm.": meshtest.Box(260, 20, 5),
	} {
		_, err := s.Prepare(ender(part(t, solid)))
		code, message := failure(err)
		if code != slicer.CodeDoesNotFit || message != want {
			t.Errorf("%q: %q", code, message)
		}
	}
	for adhesion, want := range map[string]string{"brim": "with its brim of 8 mm", "raft": "with its raft of 15 mm"} {
		r := ender(part(t, meshtest.Box(228, 100, 1)))
		r.Set = map[string]string{"adhesion_type": adhesion}
		_, err := s.Prepare(r)
		if code, message := failure(err); code != slicer.CodeDoesNotFit || !strings.Contains(message, want) {
			t.Errorf("%q: %q", code, message)
		}
	}
}

// TestNoRoomForASkirt slices a plate that fills the bed's width, and lets a skirt that was asked for be refused.
func TestNoRoomForASkirt(t *testing.T) {
	s := open(t, "native")
	turned := part(t, meshtest.Box(100, 211, 1)) // its skirt of 11 mm would reach the clips
	if p := prepare(t, s, ender(turned)); p.Pose == mesh.NoRotation || p.Settings.String("adhesion_type") != "skirt" {
		t.Errorf("pose %v, adhesion %s", p.Pose, p.Settings.String("adhesion_type"))
	}
	wide := part(t, meshtest.Box(230, 215, 1))
	res, text := slice(t, s, wide, prepare(t, s, ender(wide)))
	if !strings.Contains(strings.Join(res.Warnings, " "), "without a skirt") || bytes.Contains(text, []byte(";TYPE:SKIRT")) {
		t.Errorf("warnings %q", res.Warnings)
	}
	r := ender(wide)
	r.Set = map[string]string{"adhesion_type": "skirt"}
	if code, message := failure(second(s.Prepare(r))); code != slicer.CodeDoesNotFit || !strings.Contains(message, "skirt") {
		t.Errorf("%q: %q", code, message)
	}
}

func second[T any](_ T, err error) error { return err }

// TestBed reads beds out of definitions: the Ender-3's clips are strips of 9.5 mm along the front and the back.
func TestBed(t *testing.T) {
	s := open(t, "native")
	bed := prepare(t, s, ender(part(t, meshtest.Cube()))).Bed
	if bed.Width != 235 || bed.Depth != 235 || bed.Height != 250 || bed.Elliptic || bed.CenterIsZero || len(bed.Disallowed) != 2 {
		t.Errorf("the Ender-3's bed is %+v", bed)
	}
	for long, fits := range map[float64]bool{215: true, 225: false} {
		r := ender(part(t, meshtest.Box(225, long, 1)))
		if _, err := s.Prepare(r); (err == nil) != fits {
			t.Errorf("a plate of 225 × %g mm: %v", long, err)
		}
	}
	r := ender(part(t, meshtest.Cube()))
	r.Printer = "anycubic_kossel"
	if delta := prepare(t, s, r).Bed; !delta.Elliptic || !delta.CenterIsZero {
		t.Errorf("a delta's bed is %+v", delta)
	}
}

// TestScaleIsOfTheRawMesh slices a block drawn in inches.
func TestScaleIsOfTheRawMesh(t *testing.T) {
	s := open(t, "native")
	raw := part(t, meshtest.InchPart())
	r := ender(raw)
	r.Scale, r.Inspection = 25.4, mesh.Inspect(raw.Scaled(25.4))
	_, text := slice(t, s, raw, prepare(t, s, r))
	if got := read(t, text); got.high[2] < 12.4 || got.high[2] > 12.8 {
		t.Errorf("half an inch is printed to Z %.2f", got.high[2])
	}
}

// TestInsideOut prices a model whose triangles face inward as the model it is meant to be.
func TestInsideOut(t *testing.T) {
	s := open(t, "native")
	var results []slicer.Result
	for _, solid := range []meshtest.Solid{meshtest.Cube(), meshtest.Cube().InsideOut()} {
		m := part(t, solid)
		res, _ := slice(t, s, m, prepare(t, s, ender(m)))
		results = append(results, res)
	}
	if apart(results[0].FilamentMM, results[1].FilamentMM) > 0.002 {
		t.Errorf("%+v, inside out %+v", results[0], results[1])
	}
}
