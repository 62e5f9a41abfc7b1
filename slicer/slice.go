package slicer

import (
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"time"

	"buildplate/slicer/internal/gcode"
)

// nudge is how much larger a part is made whose layers came out with a gap: 3 µm in 100 mm, less than any machine's
// step, and enough for the engine to work with other numbers.
const nudge = 1 + 3e-5

// Slice slices a raw mesh, facing outward, by a plan, one copy or a plate of several, and writes the finished G-code to
// out. Progress is called from 0
// to 1; it may be nil.
//
// An engine may leave pieces out of sound parts. A part whose layers lack something of it (see lacks) is sliced again, a
// hair larger, and then with the other engine where there is one; what is still lacking is the part's own, and noted. That
// is left out where the first time took long, and the other engine where bodies that may overlap lack the same twice.
//
// Errors: *Error, the context's, or a fault of the disk.
func (s *Slicer) Slice(ctx context.Context, m StoredMesh, p Plan, out io.Writer, progress func(float64)) (Result, error) {
	dir, err := s.scratch.Folder()
	if err != nil {
		return Result{}, err
	}
	defer os.RemoveAll(dir)
	began := time.Now()
	made, err := s.extrude(ctx, s.Engine, m, p, filepath.Join(dir, "first"), progress)
	if err != nil {
		return Result{}, err
	}
	if made.lack.layers > 0 && time.Since(began) < againWithin {
		made = s.again(ctx, made, m, p, dir, progress)
	}
	if ctx.Err() != nil {
		return Result{}, context.Cause(ctx)
	}
	return made.finish(p, out)
}

// againWithin is how long a slice may have taken for it to be done again: others wait for their turn.
const againWithin = 2 * time.Minute

// again slices what lacks something in other ways, and gives what lacks least.
func (s *Slicer) again(ctx context.Context, made extruded, m StoredMesh, p Plan, dir string, progress func(float64)) extruded {
	larger := p
	larger.Scale *= nudge
	next, err := s.extrude(ctx, s.Engine, m, larger, filepath.Join(dir, "again"), progress)
	if err == nil && next.lack.mm2 < made.lack.mm2/2 { // a little less is another rounding, not the piece
		made = next
	}
	same := err == nil && made.lack.mm2 > 0 && math.Abs(next.lack.mm2/made.lack.mm2-1) < 0.05
	if made.lack.layers == 0 || p.Bodies > 1 && same {
		return made
	}
	other := s.other(ctx)
	if other == nil {
		return made
	}
	next, err = s.extrude(ctx, other, m, p.with(other), filepath.Join(dir, "other"), progress)
	if err == nil && next.lack.mm2 < made.lack.mm2/2 {
		made = next
	}
	return made
}

// extruded is raw G-code that is fit to print.
type extruded struct {
	path   string
	report Report
	facts  gcode.Facts
	print  gcode.Print
	lack   lack
}

// extrude runs an engine in a new folder and measures what it made.
func (s *Slicer) extrude(ctx context.Context, e Engine, m StoredMesh, p Plan, dir string, progress func(float64)) (extruded, error) {
	run := filepath.Join(dir, "run")
	if err := os.MkdirAll(run, 0o700); err != nil {
		return extruded{}, err
	}
	model, raw := filepath.Join(dir, "model.stl"), filepath.Join(dir, "raw.gcode")
	if err := writeModel(model, m, p); err != nil {
		return extruded{}, err
	}
	report, err := e.Slice(ctx, Job{
		Model: model, Out: raw, Dir: run,
		Global: pairs(p.Settings.Global()), Extruder: pairs(p.Settings.Extruder()),
		Limits: s.limits, Progress: progress,
	})
	if err != nil {
		return extruded{}, err
	}
	low, high := p.volume()
	facts := gcode.Facts{
		Version: report.Version, Seconds: report.Seconds, FilamentMM3: report.FilamentMM3,
		DiameterMM: p.Settings.Diameter(), Low: low, High: high,
	}
	if len(p.places) > 0 {
		foot, err := p.footprint(m)
		if err != nil {
			return extruded{}, err
		}
		facts.Copies, facts.CopyAt = len(p.places), p.copyAt(foot)
	}
	f, err := os.Open(raw)
	if err != nil {
		return extruded{}, err
	}
	defer f.Close()
	made := extruded{path: raw, report: report, facts: facts}
	if made.print, err = gcode.Measure(f, facts); err == nil {
		made.lack, err = made.lacks(ctx, m, p)
	}
	return made, err
}

// writeModel writes the STL the engine gets: scaled, posed, in the middle of the bed and on it, or each copy of a plate at
// its place. The engine counts from the bed's middle whatever the machine's origin is.
func writeModel(path string, m StoredMesh, p Plan) (err error) {
	bed := p.Bed
	bed.CenterIsZero = true
	box, err := m.Box(p.Scale, p.Pose)
	if err != nil {
		return err
	}
	var stl io.Reader = m.StandingTo(p.Height, box, p.Scale, p.Pose, bed)
	if len(p.places) > 0 {
		stl = m.CopiesTo(p.Height, box, p.Scale, p.Pose, p.stands())
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.CopyBuffer(struct{ io.Writer }{f}, stl, make([]byte, 256<<10))
	return errors.Join(err, f.Close())
}
