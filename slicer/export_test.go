package slicer

import (
	"context"
	"os"
	"path/filepath"
	"time"
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
