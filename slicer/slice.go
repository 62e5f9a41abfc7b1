package slicer

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"buildplate/slicer/internal/gcode"
)

// nudge is how much larger a part is made whose layers came out with a gap: 3 µm in 100 mm, less than any machine's
// step, and enough for the engine to work with other numbers.
const nudge = 1 + 3e-5

// Slice slices a raw mesh, facing outward, by a plan and writes the finished G-code to out. Progress is called from 0
// to 1; it may be nil.
//
// An installed CuraEngine may be one of those that leave pieces out of sound parts. Where a layer looks like it (see
// [gcode.Print]), the part is sliced again, a hair larger; if the gap stays, it is the part's own.
//
// Errors: *Error, the context's, or a fault of the disk.
func (s *Slicer) Slice(ctx context.Context, m StoredMesh, p Plan, out io.Writer, progress func(float64)) (Result, error) {
	dir, err := s.scratch.Folder()
	if err != nil {
		return Result{}, err
	}
	defer os.RemoveAll(dir)
	made, err := s.extrude(ctx, m, p, filepath.Join(dir, "first"), progress)
	if err != nil {
		return Result{}, err
	}
	if made.print.Gap > 0 && s.Engine.Name() == "native" {
		larger := p
		larger.Scale *= nudge
		again, err := s.extrude(ctx, m, larger, filepath.Join(dir, "again"), nil)
		if ctx.Err() != nil {
			return Result{}, context.Cause(ctx)
		}
		if err == nil && again.print.Gap == 0 {
			made = again
		}
	}
	return made.finish(p, out)
}

// extruded is raw G-code that is fit to print.
type extruded struct {
	path   string
	report Report
	facts  gcode.Facts
	print  gcode.Print
}

// extrude runs the engine in a new folder and measures what it made.
func (s *Slicer) extrude(ctx context.Context, m StoredMesh, p Plan, dir string, progress func(float64)) (extruded, error) {
	run := filepath.Join(dir, "run")
	if err := os.MkdirAll(run, 0o700); err != nil {
		return extruded{}, err
	}
	model, raw := filepath.Join(dir, "model.stl"), filepath.Join(dir, "raw.gcode")
	if err := writeModel(model, m, p); err != nil {
		return extruded{}, err
	}
	report, err := s.Engine.Slice(ctx, Job{
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
	f, err := os.Open(raw)
	if err != nil {
		return extruded{}, err
	}
	defer f.Close()
	print, err := gcode.Measure(f, facts)
	return extruded{path: raw, report: report, facts: facts, print: print}, err
}

// writeModel writes the STL the engine gets: scaled, posed, in the middle of the bed and on it. The engine counts
// from the bed's middle whatever the machine's origin is.
func writeModel(path string, m StoredMesh, p Plan) (err error) {
	bed := p.Bed
	bed.CenterIsZero = true
	box, err := m.Box(p.Scale, p.Pose)
	if err != nil {
		return err
	}
	stl := m.StandingTo(p.Height, box, p.Scale, p.Pose, bed)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.CopyBuffer(struct{ io.Writer }{f}, stl, make([]byte, 256<<10))
	return errors.Join(err, f.Close())
}
