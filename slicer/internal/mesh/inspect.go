package mesh

import (
	"math"
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

	// OverhangMM2 is the area that leans out more than OverhangAngle and does
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

// minThickness is six times the mean thickness, in mm, below which a shell is a
// sheet, and the sign of its volume says nothing.
const minThickness = 1e-3

// maxBodies bounds the bodies that are measured one by one. A file of more is
// loose triangles, and is measured as a whole.
const maxBodies = 1 << 16

// body is one piece of connected surface. Figures that depend on which side is
// out are kept for both, since that is only known at the end.
type body struct {
	volume    float64 // six times, signed
	area      float64
	low, high [3]float32
	turned    uint32 // faces against the body's first one; after settle, against most
	faces     uint32
	overhang  [2]float64 // as wound, and inside out
	below     [2]float64
	contact   [2]float64

	// Set by settle.
	rootTurned uint32 // 1 if most faces lie the other way round than the first
	insideOut  bool
	cavity     bool
}

// flip is 1 if the faces that lie as the body's first one face the wrong way.
func (b *body) flip() uint32 {
	if b.insideOut {
		return b.rootTurned ^ 1
	}
	return b.rootTurned
}

// Inspect measures a mesh. It takes time in proportion to the triangles, and
// about 20 bytes of memory for each.
func Inspect(m *Mesh) Inspection {
	var r Inspection
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
	bodies, degenerate := measure(m.Vertices, faces, s.groups, shells, center, low[2])
	r.Degenerate += degenerate
	settle(bodies)
	r.sumBodies(bodies, shells)
	r.Watertight = s.openEdges == 0 && s.unbalanced == 0 && s.flipped == 0
	r.measureThickness()
	r.Units = askUnits(m.Unit, r.SizeMM)
	r.Findings = r.findings(m)
	return r
}

// measure walks all triangles once. Coordinates are taken from the middle of
// the box, where the sums lose least.
func measure(vertices [][3]float32, faces [][3]uint32, g groups, shells int, center [3]float64, floor float64) (bodies []body, degenerate int) {
	bodies = make([]body, min(max(shells, 1), maxBodies))
	if shells > maxBodies {
		bodies = bodies[:1]
	}
	for i := range bodies {
		inf := float32(math.Inf(1))
		bodies[i].low, bodies[i].high = [3]float32{inf, inf, inf}, [3]float32{-inf, -inf, -inf}
	}
	steep := math.Sin(OverhangAngle * math.Pi / 180)
	floor -= center[2]
	for i := range faces {
		t := &faces[i]
		va, vb, vc := &vertices[t[0]], &vertices[t[1]], &vertices[t[2]]
		ax, ay, az := float64(va[0])-center[0], float64(va[1])-center[1], float64(va[2])-center[2]
		bx, by, bz := float64(vb[0])-center[0], float64(vb[1])-center[1], float64(vb[2])-center[2]
		cx, cy, cz := float64(vc[0])-center[0], float64(vc[1])-center[1], float64(vc[2])-center[2]
		ux, uy, uz := bx-ax, by-ay, bz-az
		wx, wy, wz := cx-ax, cy-ay, cz-az
		nx, ny, nz := uy*wz-uz*wy, uz*wx-ux*wz, ux*wy-uy*wx

		b := &bodies[0]
		if len(bodies) > 1 {
			b = &bodies[g[i]>>1]
		}
		turned := g[i] & 1
		double := math.Sqrt(nx*nx + ny*ny + nz*nz)
		volume := ax*nx + ay*ny + az*nz
		if turned == 1 {
			volume, nz = -volume, -nz
		}
		b.volume += volume
		b.area += double / 2
		b.turned += turned
		b.faces++
		for _, v := range [3]*[3]float32{va, vb, vc} {
			for k, x := range v {
				b.low[k] = min(b.low[k], x)
				b.high[k] = max(b.high[k], x)
			}
		}
		if double < 1e-12 {
			degenerate++
			continue
		}
		down := 0 // the side on which this face looks down
		if nz > 0 {
			down, nz = 1, -nz
		}
		if -nz <= steep*double {
			continue
		}
		if max(az, bz, cz) <= floor+bedContact {
			b.contact[down] += double / 2
		} else {
			b.overhang[down] += double / 2
			b.below[down] += -nz / 2 * ((az+bz+cz)/3 - floor)
		}
	}
	return bodies, degenerate
}

// settle decides for each shell of surface what it is. The larger part of a
// shell is taken to be the right way round. A shell wound inward is the wall of
// a cavity if it lies in the box of a larger one wound outward, else it is a
// piece turned inside out; where the sum is negative, everything is.
func settle(bodies []body) {
	total, area := 0.0, 0.0
	for i := range bodies {
		b := &bodies[i]
		if 2*b.turned > b.faces {
			b.rootTurned = 1
			b.turned = b.faces - b.turned
			b.volume = -b.volume
		}
		total += b.volume
		area += b.area
	}
	outward := 1.0
	if -total > area*minThickness {
		outward = -1
	}
	hosts := largestBodies(bodies, outward)
	for i := range bodies {
		b := &bodies[i]
		inward := b.volume*outward < -b.area*minThickness
		b.cavity = inward && insideAny(b, hosts)
		b.insideOut = (outward < 0) != (inward && !b.cavity)
	}
}

// sumBodies adds the settled shells up.
func (r *Inspection) sumBodies(bodies []body, shells int) {
	for i := range bodies {
		b := &bodies[i]
		r.AreaMM2 += b.area
		r.InvertedFaces += int(b.turned)
		r.Inverted = r.Inverted || b.insideOut
		volume := math.Abs(b.volume) / 6
		if b.cavity {
			r.VolumeMM3 -= volume
			r.Cavities++
		} else {
			r.VolumeMM3 += volume
			r.Bodies++
		}
		side := b.flip()
		r.OverhangMM2 += b.overhang[side]
		r.SupportMM3 += b.below[side]
		r.ContactMM2 += b.contact[side]
	}
	r.VolumeMM3 = max(0, r.VolumeMM3)
	if shells > maxBodies {
		r.Bodies = shells
	}
}

// largestBodies returns the outward bodies that may hold cavities, at most 256.
func largestBodies(bodies []body, outward float64) []*body {
	const enough = 256
	var hosts []*body
	least := 0
	for i := range bodies {
		b := &bodies[i]
		if b.volume*outward <= 0 {
			continue
		}
		if len(hosts) < enough {
			hosts = append(hosts, b)
		} else if b.volume*outward > hosts[least].volume*outward {
			hosts[least] = b
		} else {
			continue
		}
		if len(hosts) == enough {
			least = 0
			for k := range hosts {
				if hosts[k].volume*outward < hosts[least].volume*outward {
					least = k
				}
			}
		}
	}
	return hosts
}

func insideAny(b *body, hosts []*body) bool {
	for _, h := range hosts {
		inside := math.Abs(h.volume) > math.Abs(b.volume)
		for k := range b.low {
			inside = inside && b.low[k] >= h.low[k] && b.high[k] <= h.high[k]
		}
		if inside {
			return true
		}
	}
	return false
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
