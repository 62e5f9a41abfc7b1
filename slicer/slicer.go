package slicer

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"time"

	"buildplate/slicer/internal/engine"
	"buildplate/slicer/internal/gcode"
	"buildplate/slicer/internal/profile"
)

// Options say which engine to use and where it may work.
type Options struct {
	Engine string // auto, embedded or native
	Native string // path or name of an installed CuraEngine; "" for the usual one
	Dir    string // for the private folders of runs; "" for the system's temporary folder
	Limits Limits
}

// Slicer slices with one engine.
type Slicer struct {
	Engine Engine
	// Reason is why auto did not take an installed CuraEngine, for the log.
	Reason error

	scratch *engine.Scratch
	limits  Limits
}

// Result is what one slice found, for one copy.
type Result struct {
	Seconds       float64
	Grams         float64 // of the model, skirt and brim included
	SupportGrams  float64
	FilamentMM    float64 // length of all filament
	Layers        int
	GCodeSHA256   string
	GCodeBytes    int64
	Engine        string
	EngineVersion string
	SupportsUsed  bool
	Generic       bool
	Warnings      []string
}

// New chooses the engine. It removes what dead processes left in the work folder.
func New(ctx context.Context, o Options) (*Slicer, error) {
	if !Built() {
		return nil, ErrNotBuilt
	}
	s, err := With(nil, o)
	if err != nil {
		return nil, err
	}
	switch o.Engine {
	case "embedded":
		s.Engine, err = engine.Embedded()
	case "native":
		s.Engine, err = engine.Native(ctx, o.Native)
	case "auto", "":
		s.Engine, s.Reason, err = s.auto(ctx, o.Native)
	default:
		err = fmt.Errorf("slicer: the engine is auto, embedded or native, not %q", o.Engine)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// With is a slicer with an engine of the caller's, whatever the options say.
func With(e Engine, o Options) (*Slicer, error) {
	dir := o.Dir
	if dir == "" {
		dir = os.TempDir()
	}
	scratch, err := engine.OpenScratch(dir)
	if err != nil {
		return nil, fmt.Errorf("slicer: %w", err)
	}
	return &Slicer{Engine: e, scratch: scratch, limits: o.Limits}, nil
}

// forgotten is how old a slice's folder gets before it counts as left behind: no slice takes so long.
const forgotten = 24 * time.Hour

// Sweep removes what dead slices left in the work folder.
func (s *Slicer) Sweep() error { return s.scratch.Sweep(forgotten) }

// Close removes the work folder.
func (s *Slicer) Close() error { return s.scratch.Close() }

func (s *Slicer) auto(ctx context.Context, native string) (Engine, error, error) {
	settings, err := ResolveSettings(Stack{Printer: "creality_ender3", Quality: "0.20", Material: "PLA"})
	if err == nil {
		err = settings.Expand()
	}
	if err != nil {
		return nil, nil, err
	}
	dir, err := s.scratch.Folder()
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(dir)
	return engine.Auto(ctx, engine.Choice{Native: native, Global: pairs(settings.Global()), Extruder: pairs(settings.Extruder()), Dir: dir})
}

func pairs(in []profile.Pair) []Setting {
	out := make([]Setting, len(in))
	for i, p := range in {
		out[i] = Setting(p)
	}
	return out
}

// fallbackDensity is of PLA, for a stack without a material.
const fallbackDensity = 1.24

// nudge is how much larger a part is made whose layers came out with a gap: 3 µm in 100 mm, less than any machine's
// step, and enough for the engine to work with other numbers.
const nudge = 1 + 3e-5

// Slice slices a raw mesh, facing outward, by a plan and writes the finished G-code to out. Progress is called from 0 to 1; it may be nil.
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

// finish writes the G-code with its true header and says what it holds.
func (e extruded) finish(p Plan, out io.Writer) (Result, error) {
	f, err := os.Open(e.path)
	if err != nil {
		return Result{}, err
	}
	defer f.Close()
	digest, err := gcode.Finish(out, f, e.print, e.facts)
	if err != nil {
		return Result{}, err
	}
	grams, warnings := p.weigh()
	radius := e.facts.DiameterMM / 2
	return Result{
		Seconds: e.report.Seconds, Grams: grams(e.print.ModelMM3), SupportGrams: grams(e.print.SupportMM3),
		FilamentMM: e.print.FilamentMM3() / (math.Pi * radius * radius), Layers: e.print.Layers,
		GCodeSHA256: hex.EncodeToString(digest.SHA256[:]), GCodeBytes: digest.Size,
		Engine: e.report.Engine, EngineVersion: e.report.Version,
		SupportsUsed: p.SupportsUsed, Generic: p.Settings.Generic, Warnings: warnings,
	}, nil
}

// volume is the corners of what the machine can reach, in its own millimetres.
func (p Plan) volume() (low, high [3]float64) {
	high = [3]float64{p.Bed.Width, p.Bed.Depth, p.Bed.Height}
	if p.Bed.CenterIsZero {
		low = [3]float64{-p.Bed.Width / 2, -p.Bed.Depth / 2, 0}
		high[0], high[1] = p.Bed.Width/2, p.Bed.Depth/2
	}
	return low, high
}

// weigh gives the way from mm³ of filament to grams, and what people should know about the figures.
func (p Plan) weigh() (grams func(mm3 float64) float64, warnings []string) {
	warnings = append(warnings, p.Settings.Warnings...)
	if _, known := p.Settings.Density(); known {
		return p.Settings.Grams, warnings
	}
	warnings = append(warnings, "No material was chosen: the weight is worked out as for PLA.")
	return func(mm3 float64) float64 { return mm3 * fallbackDensity / 1000 }, warnings
}

// writeModel writes the STL the engine gets: scaled, posed, in the middle of the bed and on it. The engine counts
// from the bed's middle whatever the machine's origin is.
func writeModel(path string, m StoredMesh, p Plan) (err error) {
	bed := p.Bed
	bed.CenterIsZero = true
	stl, err := m.Standing(p.Scale, p.Pose, bed)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.CopyBuffer(struct{ io.Writer }{f}, stl, make([]byte, 256<<10))
	return errors.Join(err, f.Close())
}
