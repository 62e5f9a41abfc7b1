package slicer

import (
	"math"

	"buildplate/slicer/internal/mesh"
	"buildplate/slicer/internal/plate"
)

// DefaultSpacing is how far copies on a plate stay away from each other, with what is printed around each, in mm.
const DefaultSpacing = 5.0

// mostTriangles bounds a plate of several copies: the engine holds all of them in its memory.
const mostTriangles = 3_000_000

// Copies is a request for several copies of one model.
type Copies struct {
	Request
	Count   int
	Spacing float64 // mm between copies; 0 for DefaultSpacing
	// Most is how many copies a plate may hold; 0 for as many as fit. It is half of those on a plate that could not be
	// sliced, see [FewerCopies].
	Most int
}

// Placement is where one copy stands on a plate: the middle of its box in the machine's millimetres, and how far it is
// turned about z from the pose that was asked for, counter-clockwise in steps of 90 degrees.
type Placement struct {
	X    float64 `json:"x_mm"`
	Y    float64 `json:"y_mm"`
	Turn int     `json:"turn_deg"`
}

// Plate is copies of one model that are made in one run: sliced together by its plan, whose key is that of the whole plate.
type Plate struct {
	Plan       Plan
	Runs       int         // how often it is to be made
	Placements []Placement // of each copy
}

// Plates lays copies out: as many as fit on a full plate, which is made in so many runs, and the rest on another, around
// the middle of the bed. The same request always gives the same plates. It reads the mesh, and slices nothing: each plate
// is sliced by [Slicer.Slice].
//
// Errors: those of [Slicer.Prepare] for one copy, or of reading the mesh.
func (s *Slicer) Plates(m StoredMesh, c Copies) ([]Plate, error) {
	one, err := s.Prepare(c.Request)
	if err != nil {
		return nil, err
	}
	most := max(c.Count, 1)
	if c.Most > 0 {
		most = min(most, c.Most)
	}
	most = max(1, min(most, mostTriangles/int(max(m.Count(), 1))))
	alone := Plate{Plan: one, Placements: []Placement{one.alone(c.Pose)}}
	if most == 1 {
		alone.Runs = max(c.Count, 1)
		return []Plate{alone}, nil
	}
	together := one
	together.Pose = c.Pose.Then(mesh.NoRotation)
	layout, err := together.layout(m, c.Spacing)
	if err != nil {
		return nil, err
	}
	var out []Plate
	for left := c.Count; left > 0; {
		next := alone
		if layout.Copies = min(left, most); layout.Copies > 1 {
			if places := plate.Layout(layout); len(places) > 1 {
				next = s.plateOf(together, c.Request, places)
			}
		}
		most = len(next.Placements)
		next.Runs = left / most
		left %= most
		out = append(out, next)
	}
	return out, nil
}

// PlateAt is what a plate of a request's copies is sliced with that stand where [Slicer.Plates] put them. Errors: those of
// [Slicer.Prepare].
func (s *Slicer) PlateAt(r Request, at []Placement) (Plan, error) {
	p, err := s.Prepare(r)
	if err != nil || len(at) < 2 {
		return p, err
	}
	p.Pose = r.Pose.Then(mesh.NoRotation)
	x, y := p.origin()
	places := make([]plate.Place, len(at))
	for i, a := range at {
		places[i] = plate.Place{X: microns(a.X - x), Y: microns(a.Y - y), Turns: a.Turn / 90}
	}
	return s.plateOf(p, r, places).Plan, nil
}

// plateOf is the plate of copies that stand at places.
func (s *Slicer) plateOf(p Plan, r Request, places []plate.Place) Plate {
	p.places = places
	p.setKey(r.MeshHash, s.Engine)
	out := Plate{Plan: p}
	x, y := p.origin()
	for _, at := range places {
		out.Placements = append(out.Placements, Placement{X: mm(at.X) + x, Y: mm(at.Y) + y, Turn: 90 * at.Turns})
	}
	return out
}

// alone is where the copy stands of a plan for one.
func (p Plan) alone(pose Quaternion) Placement {
	x, y := p.origin()
	at := Placement{X: x, Y: y}
	if p.Pose != pose.Then(mesh.NoRotation) {
		at.Turn = 90
	}
	return at
}

// origin is where the bed's middle is in the machine's millimetres.
func (p Plan) origin() (x, y float64) {
	if p.Bed.CenterIsZero {
		return 0, 0
	}
	return p.Bed.Width / 2, p.Bed.Depth / 2
}

// layout is what is laid out of a model: its outline, what is printed around it, and the bed.
func (p Plan) layout(m StoredMesh, spacing float64) (plate.Request, error) {
	foot, err := p.footprint(m)
	if err != nil {
		return plate.Request{}, err
	}
	if spacing <= 0 {
		spacing = DefaultSpacing
	}
	name, around := adhesion(p.Settings)
	supports := p.supportMargin()
	if name != skirt && name != "" {
		spacing += 2 * around // each copy has its own
	}
	return plate.Request{
		Bed: p.surface(), Part: foot, Spacing: microns(spacing + 2*supports), Margin: microns(around + supports), Around: name == skirt,
	}, nil
}

// supportMargin is how far supports may reach past what they hold up, in mm.
func (p Plan) supportMargin() float64 {
	if !p.SupportsUsed {
		return 0
	}
	set := p.Settings
	margin := 0.0
	if wider := set.Float("support_offset"); wider > 0 {
		margin += wider
	}
	tree := set.Bool("support_tree_enable") || set.String("support_structure") == "tree"
	if branch := set.Float("support_tree_branch_diameter"); tree && branch > 0 {
		margin += branch
	}
	return margin
}

// surface is the bed as plates are laid out on it: from its middle, y to the back.
func (p Plan) surface() plate.Bed {
	b := plate.Bed{Width: microns(p.Bed.Width), Depth: microns(p.Bed.Depth), Elliptic: p.Bed.Elliptic}
	for _, area := range p.Bed.Disallowed {
		var polygon [][2]int
		for _, xy := range area {
			polygon = append(polygon, [2]int{microns(xy[0]), -microns(xy[1])})
		}
		b.Disallowed = append(b.Disallowed, polygon)
	}
	return b
}

// footprint is what a model covers of the bed, in the plan's pose.
func (p Plan) footprint(m StoredMesh) (*plate.Footprint, error) {
	box, err := m.Box(p.Scale, p.Pose)
	if err != nil {
		return nil, err
	}
	foot := plate.NewFootprint(microns(box.High[0]-box.Low[0]), microns(box.High[1]-box.Low[1]))
	at := func(v [3]float64) [2]int { return [2]int{microns(v[0] - box.Low[0]), microns(v[1] - box.Low[1])} }
	err = m.Triangles(p.Scale, p.Pose, func(t *[3][3]float64) { foot.Add(at(t[0]), at(t[1]), at(t[2])) })
	return foot, err
}

func microns(mm float64) int { return int(math.Round(mm * 1000)) }

func mm(microns int) float64 { return float64(microns) / 1000 }

// copyAt tells whose outer wall begins at a point of the machine's, in mm: the copy's that covers it, or else the nearest.
func (p Plan) copyAt(foot *plate.Footprint) func(x, y float64) int {
	ox, oy := p.origin()
	return func(x, y float64) int {
		px, py := microns(x-ox), microns(y-oy)
		nearest, least := 0, math.MaxInt
		for i, at := range p.places {
			if foot.Covers(at.Local(px, py)) {
				return i
			}
			dx, dy := at.X-px, at.Y-py
			if d := dx*dx + dy*dy; d < least {
				nearest, least = i, d
			}
		}
		return nearest
	}
}

// stands are the places of a plate's copies as its STL is written.
func (p Plan) stands() []mesh.Place {
	out := make([]mesh.Place, len(p.places))
	for i, at := range p.places {
		out[i] = mesh.Place{X: mm(at.X), Y: mm(at.Y), Turns: at.Turns}
	}
	return out
}
