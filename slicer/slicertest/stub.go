package slicertest

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"buildplate/slicer"
)

// Stub is an engine that answers at once. Its time, filament and layers follow from the model's volume, surface and
// height and from the settings a shop changes; its G-code passes every check of [slicer.Slicer.Slice]. The same job
// gives the same bytes. What it prints are boxes, one for each body: the figures are a model's, its shape is not.
type Stub struct {
	Err error // what every slice ends with, if set
}

// Name is "stub".
func (Stub) Name() string { return "stub" }

// Version is "1".
func (Stub) Version() string { return "1" }

// Slice writes the G-code of a job. Its error is the stub's own, the context's cause, or a *[slicer.Error]: of reading
// the model, or with [slicer.CodeNothingToPrint] for one without volume or lower than half a layer.
func (s Stub) Slice(ctx context.Context, j slicer.Job) (slicer.Report, error) {
	progress := j.Progress
	if progress == nil {
		progress = func(float64) {}
	}
	progress(0)
	if s.Err != nil {
		return slicer.Report{}, s.Err
	}
	m, err := read(ctx, j.Model)
	if ctx.Err() != nil {
		return slicer.Report{}, context.Cause(ctx)
	}
	if err != nil {
		return slicer.Report{}, err
	}
	p := newPrintout(slicer.Inspect(m), bodies(m), settingsOf(j))
	report := slicer.Report{Engine: s.Name(), Version: s.Version(), Seconds: p.seconds(), FilamentMM3: math.Floor(p.model + p.support)}
	if p.layers == 0 || report.FilamentMM3 == 0 {
		return slicer.Report{}, &slicer.Error{Code: slicer.CodeNothingToPrint, Message: "Nothing of this part would be printed. It may lie off the bed, or be thinner than a line."}
	}
	if err := os.WriteFile(j.Out, p.gcode(report.Seconds), 0o600); err != nil {
		return slicer.Report{}, err
	}
	progress(1)
	return report, nil
}

// read reads a job's model.
func read(ctx context.Context, path string) (*slicer.Mesh, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	parts, err := slicer.Parts(ctx, filepath.Base(path), f, info.Size())
	if err != nil {
		return nil, err
	}
	return parts[0].Read(ctx)
}

// settings are a job's, the extruder's over the global ones.
type settings map[string]string

func settingsOf(j slicer.Job) settings {
	all := settings{}
	for _, list := range [][]slicer.Setting{j.Global, j.Extruder} {
		for _, s := range list {
			all[s.Key] = s.Value
		}
	}
	return all
}

// float is a number, or the fallback where a setting is none above zero.
func (s settings) float(key string, fallback float64) float64 {
	if v, err := strconv.ParseFloat(s[key], 64); err == nil && v > 0 {
		return v
	}
	return fallback
}

func (s settings) on(key string) bool { return s[key] == "True" || s[key] == "true" }
