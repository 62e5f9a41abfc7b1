package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer"
	"buildplate/slicer/internal/engine"
	"buildplate/slicer/internal/mesh"
	"buildplate/slicer/internal/profile"
	"buildplate/slicer/slicertest/meshtest"

	"github.com/google/uuid"
)

// rounds is how often each way of slicing is tried.
const rounds = 11

// overhead is the goal: our slicing takes at most so much of the bare engine's time.
const overhead = 1.05

// part is a model as the shop has it, and what it is asked to slice.
type part struct {
	mesh    *mesh.Mesh
	stored  mesh.Stored // as the shop keeps it
	request slicer.Request
}

// ordered is a solid on an Ender-3 in the shop's standard choices.
func ordered(ctx context.Context, solid meshtest.Solid) (part, error) {
	stl := meshtest.BinarySTL(solid)
	m, err := mesh.Read(ctx, "part.stl", bytes.NewReader(stl), int64(len(stl)), mesh.DefaultLimits())
	if err != nil {
		return part{}, err
	}
	infill := 20
	return part{mesh: m, stored: m.Outward().Stored(), request: slicer.Request{
		MeshHash: m.Hash(), Inspection: mesh.Inspect(m), Printer: "creality_ender3",
		Quality: "0.20", Material: "PLA", Infill: &infill, Supports: slicer.SupportsAuto,
	}}, nil
}

// slice is a fresh slice as the shop makes it: settings, key, STL, engine, checks, header, G-code on the disk.
func (p part) slice(s *slicer.Slicer, out string) way {
	return func(ctx context.Context) (err error) {
		plan, err := s.Prepare(p.request)
		if err != nil {
			return err
		}
		f, err := os.Create(out)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		_, err = s.Slice(ctx, p.stored, plan, f, nil)
		return err
	}
}

// slicing compares our slices with the bare engine's, cached ones, and the two engines.
func slicing(ctx context.Context, dir string) ([]result, error) {
	p, err := ordered(ctx, meshtest.Sphere(16, 60))
	if err != nil {
		return nil, err
	}
	var out []result
	var names []string
	var ways []way // of each engine: ours, then the bare one
	for _, name := range []string{"native", "embedded"} {
		s, err := slicer.New(ctx, slicer.Options{Engine: name, Dir: dir})
		if err != nil {
			out = append(out, missing(bareLine(name), err))
			continue
		}
		defer s.Close()
		bare, err := byHand(s, p, filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		names = append(names, name)
		ways = append(ways, p.slice(s, filepath.Join(dir, name+".gcode")), bare)
	}
	took, err := inTurns(ctx, rounds, ways...)
	if err != nil {
		return nil, err
	}
	for i, name := range names {
		r := compare(bareLine(name), took[2*i], took[2*i+1], "ours", "bare")
		r.goal = overhead
		out = append(out, r)
	}
	const between, cache = "embedded engine / native engine", "a cached slice / a fresh one"
	switch len(names) {
	case 0:
		none := errors.New("there is no engine here")
		return append(out, missing(between, none), missing(cache, none)), nil
	case 1:
		out = append(out, missing(between, errors.New("only one of them is here")))
	default:
		out = append(out, compare(between, took[2], took[0], "embedded", "native"))
	}
	cached, err := fromCache(ctx, dir, p, cache, names[0], took[0])
	return append(out, cached), err
}

func bareLine(engine string) string { return "our slicing / the bare " + engine + " engine by hand" }

// byHand calls the engine alone, with the settings and the STL of our slice, in the priority ours have.
func byHand(s *slicer.Slicer, p part, dir string) (way, error) {
	plan, err := s.Prepare(p.request)
	if err != nil {
		return nil, err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	model, def := filepath.Join(dir, "model.stl"), filepath.Join(dir, "machine.def.json")
	var stl bytes.Buffer
	bed := plan.Bed
	bed.CenterIsZero = true
	if err := p.mesh.Placed(bed).WriteSTL(&stl); err != nil {
		return nil, err
	}
	if err := errors.Join(os.WriteFile(model, stl.Bytes(), 0o600), os.WriteFile(def, profile.EngineDefinition(), 0o600)); err != nil {
		return nil, err
	}
	program := []string{engine.DefaultNative}
	args := []string{"slice", "-v", "-p", "-m1", "-j", def}
	if s.Engine.Name() == "embedded" {
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		program = []string{self, engine.ChildCommand}
		args = []string{"slice", "-j", def}
	}
	for _, pair := range plan.Settings.Global() {
		args = append(args, "-s", pair.Key+"="+pair.Value)
	}
	args = append(args, "-e0")
	for _, pair := range plan.Settings.Extruder() {
		args = append(args, "-s", pair.Key+"="+pair.Value)
	}
	args = append(program, append(args, "-o", filepath.Join(dir, "out.gcode"), "-l", model)...)
	if nice, err := exec.LookPath("nice"); err == nil {
		args = append([]string{nice, "-n", "15"}, args...)
	}
	return func(ctx context.Context) error {
		cmd := exec.CommandContext(ctx, args[0], args[1:]...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "OMP_NUM_THREADS=1", "GOMAXPROCS=1")
		if said, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("the engine by hand: %w: %s", err, said[max(0, len(said)-1000):])
		}
		return nil
	}, nil
}

// fromCache compares a fresh slice with one that is in the database already: the key is worked out and looked up.
func fromCache(ctx context.Context, dir string, p part, what, name string, fresh times) (_ result, err error) {
	schema, err := os.ReadFile("schema.sql")
	if err != nil {
		return missing(what, errors.New("schema.sql is not in this folder: run it from the repository's root")), nil
	}
	s, err := slicer.New(ctx, slicer.Options{Engine: name, Dir: dir})
	if err != nil {
		return result{}, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	d, err := db.Open(ctx, filepath.Join(dir, "cache.db"), string(schema), db.Options{})
	if err != nil {
		return result{}, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	plan, err := s.Prepare(p.request)
	if err != nil {
		return result{}, err
	}
	gcode := db.Blob{ID: uuid.NewString(), Bucket: "tmp", Name: "part.gcode", MIME: "text/x.gcode", SHA256: plan.Key}
	err = d.Write(ctx, func(tx *db.Tx) error {
		if err := tx.InsertBlob(ctx, gcode); err != nil {
			return err
		}
		_, err := tx.SaveSlice(ctx, shop.Slice{Key: plan.Key, Facts: shop.SliceFacts{Seconds: 1}, GCodeBlob: gcode.ID})
		return err
	})
	if err != nil {
		return result{}, err
	}
	took, err := inTurns(ctx, 20, func(ctx context.Context) error {
		plan, err := s.Prepare(p.request)
		if err != nil {
			return err
		}
		return d.Read(ctx, func(tx *db.Tx) error {
			_, err := tx.Slice(ctx, plan.Key)
			return err
		})
	})
	if err != nil {
		return result{}, err
	}
	return compare(what, took[0], fresh, "cached", "fresh ("+name+")"), nil
}

// together compares four parts sliced by as many workers as there are cores with the same parts one after the other.
func together(ctx context.Context, dir string) ([]result, error) {
	const what = "four parts at once / one after the other"
	s, err := slicer.New(ctx, slicer.Options{Dir: dir})
	if err != nil {
		return []result{missing(what, err)}, nil
	}
	var parts []part
	for _, radius := range []float64{11, 11.5, 12, 12.5} {
		p, err := ordered(ctx, meshtest.Sphere(radius, 40))
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		parts = append(parts, p)
	}
	workers := runtime.NumCPU()
	queued := func(workers int) way {
		return func(ctx context.Context) error {
			q := slicer.NewQueue(slicer.QueueOptions{Workers: workers})
			defer q.Close()
			var wait sync.WaitGroup
			failed := make([]error, len(parts))
			for i, p := range parts {
				wait.Add(1)
				q.Add(slicer.Work{Key: fmt.Sprint(i), Owner: "bench", Lane: slicer.LaneCustomer, Run: func(own context.Context, _ func(float64)) {
					defer wait.Done()
					failed[i] = errors.Join(p.slice(s, filepath.Join(dir, fmt.Sprint(i, ".gcode")))(own), ctx.Err())
				}})
			}
			wait.Wait()
			return errors.Join(failed...)
		}
	}
	took, err := inTurns(ctx, 3, queued(workers), queued(1))
	if err = errors.Join(err, s.Close()); err != nil {
		return nil, err
	}
	r := compare(what, took[0], took[1], "at once", "in a row")
	r.figures += fmt.Sprintf(" (%s engine, %d workers: %.2f at best)", s.Engine.Name(), workers, best(len(parts), workers))
	return []result{r}, nil
}

// best is the ratio if parts of equal length were handed to workers that do not get in each other's way.
func best(parts, workers int) float64 {
	return float64((parts+workers-1)/workers) / float64(parts)
}
