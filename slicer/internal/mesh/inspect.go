package mesh

import (
	"math"
	"slices"
)

// OverhangAngle is the steepest slope, in degrees from vertical, that prints
// without support: Cura's support_angle.
const OverhangAngle = 50.0

// What counts as what, in millimetres and square millimetres.
const (
	bedContact     = 0.05 // a face this near to the lowest point rests on the bed
	thinWall       = 0.45 // thinner than a line of a usual 0.4 mm nozzle
	flatThickness  = 0.02 // not even a layer
	supportMinArea = 5.0  // overhang of less than this prints well enough in the air
	seamTolerance  = 0.01 // corners this near to each other are one to the engine, which merges within 0.03
)

// Inspection is what a mesh is, as measured from its triangles. It depends on
// how the mesh lies: inspect it oriented as it will be printed.
type Inspection struct {
	SizeMM [3]float64 `json:"size_mm"` // the box, x y z
	MinMM  [3]float64 `json:"min_mm"`  // the box's lowest corner

	// VolumeMM3 is the material enclosed, cavities taken off, never negative.
	// Without Watertight it is an estimate. Bodies that overlap count twice.
	VolumeMM3 float64 `json:"volume_mm3"`
	AreaMM2   float64 `json:"area_mm2"`
	Triangles int     `json:"triangles"`
	Bodies    int     `json:"bodies"`   // separate pieces
	Cavities  int     `json:"cavities"` // closed hollows inside them

	Watertight       bool `json:"watertight"`
	Holes            int  `json:"holes"`      // loops of open edges
	OpenEdges        int  `json:"open_edges"` // edges with one triangle
	NonManifoldEdges int  `json:"non_manifold_edges"`
	InvertedFaces    int  `json:"inverted_faces"` // triangles turned against their neighbours
	Inverted         bool `json:"inverted"`       // the whole model, or a body of it, is inside out
	Degenerate       int  `json:"degenerate"`     // triangles without area
	SeamsClosed      bool `json:"seams_closed"`   // edges met only within seamTolerance

	// ThicknessMM is twice volume over area: the wall thickness of a plate or
	// shell, a rough figure for anything else.
	ThicknessMM float64 `json:"thickness_mm"`
	Thin        bool    `json:"thin"`
	Flat        bool    `json:"flat"` // a sheet without thickness

	// SupportAngle is the steepest slope that was taken to print without
	// support, in degrees from vertical. Inspections of before leave it at 0,
	// and went by OverhangAngle.
	SupportAngle float64 `json:"support_angle"`

	// OverhangMM2 is the area that leans out more than that and does
	// not rest on the bed; SupportMM3 the space straight below it, which an
	// estimate of support material can start from.
	OverhangMM2 float64 `json:"overhang_mm2"`
	SupportMM3  float64 `json:"support_mm3"`
	ContactMM2  float64 `json:"contact_mm2"` // area that rests on the bed

	// Reach is how far the mesh reaches from the middle of its box in the
	// directions i × 360°/len, seen from above: a tight polygon for round beds.
	Reach [reachDirections]float64 `json:"reach"`

	Units    UnitQuestion `json:"units"`
	Findings []Finding    `json:"findings"`
}

const reachDirections = 32

// NeedsSupport says whether the model, as it lies, has overhangs worth supports.
func (i Inspection) NeedsSupport() bool { return i.OverhangMM2 >= supportMinArea }

// OverhangLimit is the slope, in degrees from vertical, from which on overhangs
// were counted.
func (i Inspection) OverhangLimit() float64 {
	if i.SupportAngle == 0 {
		return OverhangAngle
	}
	return i.SupportAngle
}

// lying are the findings that depend on how a mesh lies and how large it is.
var lying = []string{"flat", "thin", "overhang"}

// Relaid is what is known of a mesh that was read and inspected before, and now
// again from how it was stored: in another pose or size. What only its file
// told stays.
func (i Inspection) Relaid(now Inspection) Inspection {
	now.Degenerate, now.InvertedFaces, now.Inverted, now.SeamsClosed = i.Degenerate, i.InvertedFaces, i.Inverted, i.SeamsClosed
	has := func(in []Finding, code string) bool {
		return slices.ContainsFunc(in, func(f Finding) bool { return f.Code == code })
	}
	var all []Finding
	for _, f := range now.Findings {
		if f.Code != "units" || has(i.Findings, f.Code) { // a stored mesh names no unit
			all = append(all, f)
		}
	}
	for _, f := range i.Findings {
		if f.Code != "units" && !slices.Contains(lying, f.Code) && !has(all, f.Code) {
			all = append(all, f)
		}
	}
	now.Findings = append([]Finding{}, all...)
	return now
}

// minThickness is six times the mean thickness, in mm, below which a shell is a
// sheet, and the sign of its volume says nothing.
const minThickness = 1e-3

// Inspect measures a mesh. It takes time in proportion to the triangles, and
// about 20 bytes of memory for each.
func Inspect(m *Mesh) Inspection { return InspectAt(m, OverhangAngle) }

// InspectAt is Inspect where slopes up to another angle print without support,
// in degrees from vertical: 0 supports all that leans out, 90 nothing.
func InspectAt(m *Mesh, angle float64) Inspection {
	r := Inspection{SupportAngle: angle}
	low, high := m.Bounds()
	for k := range low {
		r.SizeMM[k] = high[k] - low[k]
	}
	r.MinMM = low
	r.Triangles = len(m.Faces)
	r.Degenerate = m.Collapsed
	center := [3]float64{(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, (low[2] + high[2]) / 2}
	r.Reach = reach(m.Vertices, center)

	faces := m.Faces
	s := connect(m.Vertices, faces)
	if s.openEdges > 0 {
		if sewn := sew(m, s); sewn != nil {
			if better := connect(m.Vertices, sewn); better.openEdges < s.openEdges && better.unbalanced <= s.unbalanced {
				s, faces, r.SeamsClosed = better, sewn, true
			}
		}
	}
	r.Holes, r.OpenEdges, r.NonManifoldEdges = s.holes, s.openEdges, s.crowded
	shells := s.groups.number()
	bodies, degenerate := measure(m.Vertices, faces, s.groups, shells, center, low[2], angle)
	r.Degenerate += degenerate
	settle(bodies)
	r.sumBodies(bodies, shells)
	r.Watertight = s.openEdges == 0 && s.unbalanced == 0 && s.flipped == 0
	r.measureThickness()
	r.Units = askUnits(m.Unit, r.SizeMM)
	r.Findings = r.findings(m)
	return r
}

func (r *Inspection) measureThickness() {
	if r.AreaMM2 > 0 {
		r.ThicknessMM = 2 * r.VolumeMM3 / r.AreaMM2
	}
	smallest := min(r.SizeMM[0], r.SizeMM[1], r.SizeMM[2])
	r.Flat = smallest < flatThickness || r.ThicknessMM < flatThickness/2
	r.Thin = !r.Flat && (smallest < thinWall || r.ThicknessMM < thinWall)
}

// reach returns how far the vertices reach from the center in every direction
// of Inspection.Reach.
func reach(vertices [][3]float32, center [3]float64) (out [reachDirections]float64) {
	const half = reachDirections / 2
	var cos, sin, most, least [half]float32
	for i := range half {
		a := 2 * math.Pi * float64(i) / reachDirections
		cos[i], sin[i] = float32(math.Cos(a)), float32(math.Sin(a))
	}
	cx, cy := float32(center[0]), float32(center[1])
	for i := range vertices {
		x, y := vertices[i][0]-cx, vertices[i][1]-cy
		for k := range half {
			d := x*cos[k] + y*sin[k]
			if d > most[k] {
				most[k] = d
			}
			if d < least[k] {
				least[k] = d
			}
		}
	}
	for i := range half {
		out[i], out[i+half] = float64(most[i]), -float64(least[i])
	}
	return out
}
