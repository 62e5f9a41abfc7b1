package slicer

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"buildplate/slicer/internal/gcode"
)

// Compared is one layer of a print beside the model's cross-section there.
type Compared struct{ Middle, Want, Enclosed, Section float64 }

// Compare slices once, whatever the result lacks, and compares each layer with its model. It gives the number of layers
// that lack something.
func (s *Slicer) Compare(ctx context.Context, m StoredMesh, p Plan) (layers []Compared, lacking int, err error) {
	dir, err := s.scratch.Folder()
	if err != nil {
		return nil, 0, err
	}
	defer os.RemoveAll(dir)
	made, err := s.extrude(ctx, s.Engine, m, p, filepath.Join(dir, "first"), nil)
	if err != nil {
		return nil, 0, err
	}
	solid, err := p.solid(m)
	if err != nil {
		return nil, 0, err
	}
	solid.cuts = mostCuts
	planes := made.planes(p.Settings, solid.height, 0)
	sections, err := solid.sections(ctx, planes)
	if err != nil {
		return nil, 0, err
	}
	for i, l := range planes {
		c := Compared{Middle: l.middle, Enclosed: l.enclosed, Section: sections[i].AreaMM2, Want: sections[i].AreaMM2 - sections[i].LengthMM*l.inset}
		if sections[i].Edge {
			c.Want = l.enclosed // either side counts
		}
		layers = append(layers, c)
	}
	return layers, made.lack.layers, nil
}

// Timed slices once and says how long the comparison with the model took of it.
func (s *Slicer) Timed(ctx context.Context, m StoredMesh, p Plan) (time.Duration, error) {
	dir, err := s.scratch.Folder()
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	made, err := s.extrude(ctx, s.Engine, m, p, filepath.Join(dir, "first"), nil)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	_, err = made.lacks(ctx, m, p)
	return time.Since(began), err
}

// Model is the STL that an engine gets.
func (p Plan) Model(dir string, m StoredMesh) ([]byte, error) {
	path := filepath.Join(dir, "model.stl")
	if err := writeModel(path, m, p); err != nil {
		return nil, err
	}
	defer os.Remove(path)
	return os.ReadFile(path)
}

// LacksWithout slices a plate whose last copies are left out, and says how many layers are found to lack something.
func (s *Slicer) LacksWithout(ctx context.Context, m StoredMesh, p Plan, copies int) (lacking int, err error) {
	dir, err := s.scratch.Folder()
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	fewer := p
	fewer.places = p.places[:len(p.places)-copies]
	made, err := s.extrude(ctx, s.Engine, m, fewer, filepath.Join(dir, "first"), nil)
	if err != nil {
		return 0, err
	}
	foot, err := p.footprint(m)
	if err != nil {
		return 0, err
	}
	made.facts.Copies, made.facts.CopyAt = len(p.places), p.copyAt(foot)
	f, err := os.Open(made.path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	if made.print, err = gcode.Measure(f, made.facts); err != nil {
		return 0, err
	}
	l, err := made.lacks(ctx, m, p)
	return l.layers, err
}

// Stopped says whether the work of a key makes way.
func (q *Queue) Stopped(key string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	r, ok := q.running[key]
	return ok && r.held
}
