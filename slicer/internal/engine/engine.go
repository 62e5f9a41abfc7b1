package engine

import (
	"context"
	"time"
)

// Engine is a CuraEngine that can slice.
type Engine interface {
	// Name is "embedded" or "native".
	Name() string
	// Version tells builds of the engine apart: the same settings give other
	// G-code in another version.
	Version() string
	// Slice writes the job's G-code and returns the engine's report. Its
	// error is a [*fault.Error], or the cause of ctx's end. Whatever happens, no
	// process is left when it returns; after an error there is no Out.
	Slice(ctx context.Context, j Job) (Report, error)
}

// Setting is one setting as the engine reads it, a string of its own syntax:
// "true", "0.4", "[0, 10]".
type Setting struct{ Key, Value string }

// Job is one model to slice.
type Job struct {
	// Model is the path of a binary STL in millimetres, with the middle of the
	// bed at (0, 0) on every machine: where a machine counts from a corner, the
	// engine moves the model by half the bed itself (so mesh.Placed with a
	// bed whose CenterIsZero is true).
	Model string
	Out   string // path for the raw G-code, on the disk of Dir
	Dir   string // an empty folder for this run alone: all that the engine may write to

	// Global and Extruder hold every setting the engine may ask for: it
	// evaluates no formula, and has no default of its own.
	Global, Extruder []Setting

	Limits   Limits
	Progress func(fraction float64) // called from 0 to 1, never twice at once; may be nil
}

// Limits bounds one run. A zero field stands for the default.
type Limits struct {
	Wall   time.Duration // by the clock; default 15 min
	CPU    time.Duration // processor time; default is Wall
	Memory int64         // bytes the engine may hold; default 1 GiB
	Output int64         // bytes of G-code; default 512 MiB
}

func (l Limits) withDefaults() Limits {
	if l.Wall <= 0 {
		l.Wall = 15 * time.Minute
	}
	if l.CPU <= 0 {
		l.CPU = l.Wall
	}
	if l.Memory <= 0 {
		l.Memory = 1 << 30
	}
	if l.Output <= 0 {
		l.Output = 512 << 20
	}
	return l
}

// Report is what the engine itself says about a slice, in its last report.
type Report struct {
	Engine, Version string
	Seconds         float64 // printing time
	FilamentMM3     float64 // all filament, rounded down to a cubic millimetre by the engine
}
