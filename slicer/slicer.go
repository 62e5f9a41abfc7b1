package slicer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"buildplate/slicer/internal/engine"
	"buildplate/slicer/internal/profile"
)

// Options say which engine to use and where it may work.
type Options struct {
	Engine string // auto, embedded or native
	Native string // path or name of an installed CuraEngine; "" for the usual one
	Dir    string // for the private folders of runs; "" for the system's temporary folder
	Limits Limits // of each slice
}

// Slicer slices with one engine. Its methods may be called from several goroutines.
type Slicer struct {
	Engine Engine // the one chosen
	// Reason is why auto did not take an installed CuraEngine, for the log.
	Reason error

	scratch *engine.Scratch
	limits  Limits
	native  string // as in Options
	others  bool   // another engine may take over where the chosen one leaves something out
}

// New chooses the engine: auto takes an installed CuraEngine where it agrees with the one inside. It removes what dead
// processes left in the work folder. Close the slicer in the end.
//
// Errors: [ErrNotBuilt]; *Error with [CodeMissing] where there is no such engine; a fault of the disk.
func New(ctx context.Context, o Options) (*Slicer, error) {
	if !Built() {
		return nil, ErrNotBuilt
	}
	s, err := With(nil, o)
	if err != nil {
		return nil, err
	}
	s.others = true
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

// With is a slicer with an engine of the caller's, whatever the options say about it, as tests have. Its error is a
// fault of the disk.
func With(e Engine, o Options) (*Slicer, error) {
	dir := o.Dir
	if dir == "" {
		dir = os.TempDir()
	}
	scratch, err := engine.OpenScratch(dir)
	if err != nil {
		return nil, fmt.Errorf("slicer: %w", err)
	}
	return &Slicer{Engine: e, scratch: scratch, limits: o.Limits, native: o.Native}, nil
}

// other is the engine that was not chosen; nil where there is none.
func (s *Slicer) other(ctx context.Context) Engine {
	if !s.others {
		return nil
	}
	var e Engine
	var err error
	if s.Engine.Name() == "native" {
		e, err = engine.Embedded()
	} else {
		e, err = engine.Native(ctx, s.native)
	}
	if err != nil {
		return nil
	}
	return e
}

// forgotten is how old a slice's folder gets before it counts as left behind: no slice takes so long.
const forgotten = 24 * time.Hour

// Sweep removes what dead slices left in the work folder. Its error is a fault of the disk.
func (s *Slicer) Sweep() error { return s.scratch.Sweep(forgotten) }

// Close removes the work folder; what still runs in it fails.
func (s *Slicer) Close() error { return s.scratch.Close() }

func (s *Slicer) auto(ctx context.Context, native string) (Engine, error, error) {
	known := resolve(Stack{Printer: "creality_ender3", Quality: "0.20", Material: "PLA"})
	settings, err := known.expanded()
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
