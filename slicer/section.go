package slicer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"buildplate/slicer/internal/mesh"
)

// A layer is taken to lack a piece of its model where its outer walls enclose less than the model's cross-section at the
// layer's middle, made smaller by half a line all round: by more than both of these. Walls thinner than a line vanish, and
// bodies that overlap count twice; so what it finds is a reason to slice again and to compare, not to refuse.
const (
	lackingShare = 0.02 // of the cross-section
	lackingMM2   = 5.0
)

// longestTip is how many layers are thought to be left out at a model's lowest point.
const longestTip = 10

// lack is how much of a model the layers of a print lack.
type lack struct {
	layers int     // how many lack something
	first  int     // the lowest of them, from 1 on
	mm2    float64 // of all of them together
}

// inWords is what staff should know of it; "" where nothing lacks.
func (l lack) inWords() string {
	if l.layers == 0 {
		return ""
	}
	which := fmt.Sprintf("Layer %d encloses", l.first)
	if l.layers > 1 {
		which = fmt.Sprintf("From layer %d on, %d of the layers enclose", l.first, l.layers)
	}
	return which + " less than the model does there. Bodies that overlap can look like that. Check the G-code before you print it."
}

// lacks compares what the layers' outer walls enclose with the model as the engine got it. CuraEngine 4.9 to 5.0 lose
// outlines of sound parts (Ultimaker/CuraEngine#1473). What cannot be compared lacks nothing: a model with holes, a raft,
// whose layers are elsewhere, the modes of printing that follow other outlines, and what would take too long.
func (e extruded) lacks(ctx context.Context, m StoredMesh, p Plan) (lack, error) {
	set := p.Settings
	if !p.Watertight || e.print.Raft || set.Bool("magic_spiralize") || set.Bool("mold_enabled") || set.String("magic_mesh_surface_mode") != "normal" ||
		set.String("slicing_tolerance") != "middle" || set.Float("wall_line_count") < 1 {
		return lack{}, nil
	}
	solid, err := p.solid(m)
	if err != nil {
		return lack{}, err
	}
	solid.cuts = mostCuts
	out, narrow, err := e.lacksAbove(ctx, &solid, set, 0)
	for tip := 1; err == nil && out.layers > 0 && tip <= min(narrow, longestTip); tip++ {
		var raised lack
		if raised, _, err = e.lacksAbove(ctx, &solid, set, tip); err == nil && raised.mm2 < out.mm2 {
			out = raised
		}
	}
	if errors.Is(err, mesh.ErrManyCuts) {
		err = nil // what was found until then counts
	}
	return out, err
}

// mostCuts bounds a comparison to some seconds: a part of a million triangles with layers of 0.1 mm takes a tenth of it.
const mostCuts = 40_000_000

// solid is a model, or one copy of it, as the engine gets it.
type solid struct {
	stl    func() *io.SectionReader
	height float64 // in mm
	cuts   int     // that may still be made of it
}

func (p Plan) solid(m StoredMesh) (solid, error) {
	box, err := m.Box(p.Scale, p.Pose)
	if err != nil {
		return solid{}, err
	}
	bed := p.Bed
	bed.CenterIsZero = true
	s := solid{stl: func() *io.SectionReader { return m.StandingTo(p.Height, box, p.Scale, p.Pose, bed) }, height: box.High[2] - box.Low[2]}
	if p.Height > 0 {
		s.height = p.Height
	}
	return s, nil
}

// lacksAbove compares the layers with a model that stands on its tip: the engine leaves out layers at the very bottom on
// which it could draw nothing, and lowers the rest by as many. It says how many of the lowest planes have no room for a line.
func (e extruded) lacksAbove(ctx context.Context, model *solid, set *Settings, tip int) (out lack, narrow int, err error) {
	planes := e.planes(set, model.height, tip)
	sections, err := model.sections(ctx, planes)
	if err != nil {
		return lack{}, 0, err
	}
	for i, l := range planes {
		s := sections[i]
		want := s.AreaMM2 - s.LengthMM*l.inset
		if narrow == i && want <= 0 {
			narrow++
		}
		if missing := l.missing(want, s.AreaMM2); missing > 0 {
			if out.layers++; out.first == 0 {
				out.first = i + 1
			}
			out.mm2 += missing
		}
	}
	return out, narrow, nil
}

// plane is where a layer is compared with its model.
type plane struct {
	middle   float64 // of the layer, in mm
	enclosed float64 // by its outer walls, in mm²
	inset    float64 // how far the middle of the outer wall lies inside the model, in mm

	shares []float64 // of each copy of what is enclosed; nil for one
}

// missing is what the copies lack of what each should enclose, where its cross-section has so much area.
func (l plane) missing(want, area float64) (mm2 float64) {
	shares := l.shares
	if shares == nil {
		shares = []float64{l.enclosed}
	}
	for _, enclosed := range shares {
		if missing := want - enclosed; missing > lackingShare*area && missing > lackingMM2 {
			mm2 += missing
		}
	}
	return mm2
}

// planes are those of the layers there are, and of those there should be: where two layers are too far apart, and below
// the model's top. So many layers were left out at its tip.
func (e extruded) planes(set *Settings, height float64, tip int) []plane {
	layer, width := set.Float("layer_height"), set.Float("wall_line_width_0")
	inset := width/2 + set.Float("wall_0_inset") - set.Float("xy_offset")
	most := layer
	if set.Bool("adaptive_layer_height_enabled") {
		most += set.Float("adaptive_layer_height_variation")
	}
	var out []plane
	below, raised := 0.0, float64(tip)*layer
	var nothing []float64
	if e.facts.Copies > 1 {
		nothing = make([]float64, e.facts.Copies)
	}
	between := func(top float64) {
		for below > 0 && layer > 0 && top-below > most*1.5 {
			out = append(out, plane{middle: below + raised + layer/2, inset: inset, shares: nothing})
			below += layer
		}
	}
	for i, o := range e.print.Outlines {
		if o.Z <= below { // it holds no line of its own
			continue
		}
		between(o.Z)
		l := plane{middle: (below+o.Z)/2 + raised, enclosed: o.Enclosed, inset: inset}
		if e.print.Shares != nil {
			l.shares = e.print.Shares[i]
		}
		switch {
		case len(out) > 0:
		case tip > 0:
			l.middle = o.Z + raised - layer/2
		default:
			l.inset += width/2*(set.Float("initial_layer_line_width_factor")/100-1) + set.Float("xy_offset") - set.Float("xy_offset_layer_0")
		}
		out, below = append(out, l), o.Z
	}
	// What is left above the last layer is less than half of one, or it should have been another. Layers of different
	// heights may leave a whole one.
	if most == layer {
		between(height - raised + layer - mesh.Coplanar)
	}
	return out
}

// sections cuts a model at the planes. Where a face lies in one, the smaller of the sections just below and just above it
// counts.
func (m *solid) sections(ctx context.Context, planes []plane) ([]mesh.Section, error) {
	heights := make([]float64, len(planes))
	for i, l := range planes {
		heights[i] = l.middle
	}
	sections, err := mesh.Sections(ctx, m.stl(), heights, &m.cuts)
	if err != nil {
		return nil, err
	}
	var around []float64
	for i, s := range sections {
		if s.Edge {
			around = append(around, heights[i]-2*mesh.Coplanar, heights[i]+2*mesh.Coplanar)
		}
	}
	if len(around) == 0 {
		return sections, nil
	}
	beside, err := mesh.Sections(ctx, m.stl(), around, &m.cuts)
	if err != nil {
		return nil, err
	}
	for i := range sections {
		if !sections[i].Edge {
			continue
		}
		for _, s := range beside[:2] {
			if s.AreaMM2 < sections[i].AreaMM2 {
				sections[i].AreaMM2, sections[i].LengthMM = math.Max(s.AreaMM2, 0), s.LengthMM
			}
		}
		beside = beside[2:]
	}
	return sections, nil
}
