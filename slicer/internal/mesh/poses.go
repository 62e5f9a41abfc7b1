package mesh

import (
	"cmp"
	"math"
	"slices"
)

// Pose is one way for a model to lie, and what there is to say about printing
// it like that.
type Pose struct {
	Quaternion  Quaternion `json:"quaternion"`   // of the mesh as drawn, Z up: x, y, z, w
	OverhangMM2 float64    `json:"overhang_mm2"` // as Inspection has it
	ContactMM2  float64    `json:"contact_mm2"`
	HeightMM    float64    `json:"height_mm"`
	Score       float64    `json:"score"` // see score; less is better

	footprint float64 // of the overhangs, seen from above, in mm²
	below     float64 // the space under them, in mm³
}

// What a pose is scored by: a usual 0.4 mm nozzle with layers of 0.2 mm.
const (
	scoreFlow    = 5.0  // mm³ that are printed in a second
	scoreSupport = 0.15 // how much of the space under an overhang its support fills
	scoreRoof    = 2    // mm of plastic that the dense layers under an overhang, and its spoilt surface, are worth
	scoreLayer   = 1.5  // seconds that a layer takes beside what it prints
	scoreHeight  = 0.2  // mm of a layer
	scoreLoose   = 3600 // seconds that a brim and its removal are worth, or a print that came loose
)

// score says what printing a model in this pose costs beside the model itself,
// in seconds: the supports under its overhangs, by the space below them and by
// their area as seen from above, where they also spoil the surface; its layers,
// each of which takes time whatever is on it; and the risk that it comes loose
// where it stands on less than a square whose side is an eighth of its height,
// or 5 mm. Less is better. It compares poses of one model; only a slice tells
// what they take.
func (p Pose) score() float64 {
	s := p.HeightMM / scoreHeight * scoreLayer
	if p.OverhangMM2 >= supportMinArea {
		s += (p.below*scoreSupport + p.footprint*scoreRoof) / scoreFlow
	}
	side := max(5, p.HeightMM/8)
	return s + scoreLoose*max(0, 1-p.ContactMM2/(side*side))
}

const (
	poseCandidates = 32   // sides of the hull that are tried
	posesProposed  = 3    // of the best
	poseHullShare  = 1e-4 // of the model's diagonal: how exact the hull is
	alike          = 0.02 // poses whose figures differ by less are one choice
)

// Poses proposes the best ways for a mesh that faces outward to lie, at most
// three, the best first. Each lies on a large side of its convex hull, turned
// about z so that its box is smallest; the pose of the file stands among them
// as it is, where it is one of the best. Of poses with the same figures, as a
// cube has six, one is kept, the file's before others.
//
// It takes about 30 bytes of memory for each triangle, and time in proportion to
// them but for the hull, which takes the longer the more of them are on it.
func (m *Mesh) Poses() []Pose {
	own, all := m.tried()
	return best(own, all, posesProposed)
}

// Proposals are the file's own pose and the best others, at most three, the
// best first.
func (m *Mesh) Proposals() (own Pose, others []Pose) {
	own, all := m.tried()
	for _, p := range best(own, all, posesProposed+1) {
		if p.Quaternion != NoRotation && len(others) < posesProposed {
			others = append(others, p)
		}
	}
	return own, others
}

// tried are the poses in which a mesh may lie, the file's own first.
func (m *Mesh) tried() (own Pose, all []Pose) {
	t := newTrial(m)
	own = t.pose([3]float64{0, 0, -1})
	own.Quaternion = NoRotation
	all = []Pose{own}
	h := newHull(m.Vertices, max(poseHullShare*t.diagonal, 1e-6))
	if h == nil {
		return own, all // a sheet: it lies as it is, or stands
	}
	sides, corners := h.sides(), h.corners()
	for _, side := range sides[:min(len(sides), poseCandidates)] {
		down := t.flush(side.normal)
		if math.Abs(down[2]+1) < 1e-9 {
			continue // the file's own
		}
		p := t.pose(down)
		p.Quaternion = squared(laying(down), corners)
		all = append(all, p)
	}
	return own, all
}

// best are so many of the poses, the best first; of those that are alike one,
// the file's own before others.
func best(own Pose, all []Pose, most int) (found []Pose) {
	slices.SortStableFunc(all, func(a, b Pose) int { return cmp.Compare(a.Score, b.Score) })
	for _, p := range all {
		if p.alike(own) {
			p = own
		}
		if !slices.ContainsFunc(found, p.alike) {
			found = append(found, p)
		}
		if len(found) == most {
			break
		}
	}
	return found
}

// Pose is one way to lie, measured: the mesh faces outward.
func (m *Mesh) Pose(q Quaternion) Pose {
	r := q.matrix()
	p := newTrial(m).pose([3]float64{-r[2][0], -r[2][1], -r[2][2]})
	p.Quaternion = q.Then(NoRotation)
	return p
}

func (p Pose) alike(o Pose) bool {
	near := func(a, b float64) bool { return math.Abs(a-b) <= alike*max(a, b)+1e-6 }
	return near(p.OverhangMM2, o.OverhangMM2) && near(p.ContactMM2, o.ContactMM2) && near(p.HeightMM, o.HeightMM) && near(p.below, o.below)
}

// trial measures poses of one mesh.
type trial struct {
	m        *Mesh
	normals  [][3]float32 // of the triangles, each as long as twice its area
	heights  []float32    // of the vertices, in the pose that is measured
	diagonal float64      // of the box
}

func newTrial(m *Mesh) *trial {
	size := m.Size()
	t := &trial{m: m, normals: make([][3]float32, len(m.Faces)), heights: make([]float32, len(m.Vertices)), diagonal: math.Sqrt(dot(size, size))}
	for i, f := range m.Faces {
		n := cross(direction(m.Vertices[f[0]], m.Vertices[f[1]]), direction(m.Vertices[f[0]], m.Vertices[f[2]]))
		t.normals[i] = [3]float32{float32(n[0]), float32(n[1]), float32(n[2])}
	}
	return t
}

// raise sets the heights of all vertices over the lowest, where down is the
// unit vector that becomes straight down, and returns the highest.
func (t *trial) raise(down [3]float64) float64 {
	lowest, highest := math.Inf(1), math.Inf(-1)
	for _, v := range t.m.Vertices {
		z := -(float64(v[0])*down[0] + float64(v[1])*down[1] + float64(v[2])*down[2])
		lowest, highest = min(lowest, z), max(highest, z)
	}
	for i, v := range t.m.Vertices {
		t.heights[i] = float32(-(float64(v[0])*down[0] + float64(v[1])*down[1] + float64(v[2])*down[2]) - lowest)
	}
	return highest - lowest
}

// pose measures how the mesh lies where down becomes straight down. What is
// overhang and what rests on the bed is decided as in measure.
func (t *trial) pose(down [3]float64) Pose {
	p := Pose{HeightMM: t.raise(down)}
	steep := math.Sin(OverhangAngle * math.Pi / 180)
	x, y, z := float32(down[0]), float32(down[1]), float32(down[2])
	for i := range t.normals {
		n := &t.normals[i]
		falls := n[0]*x + n[1]*y + n[2]*z
		if falls <= 0 {
			continue
		}
		double := math.Sqrt(float64(n[0]*n[0] + n[1]*n[1] + n[2]*n[2]))
		if float64(falls) <= steep*double || double < 1e-12 {
			continue
		}
		f := &t.m.Faces[i]
		a, b, c := t.heights[f[0]], t.heights[f[1]], t.heights[f[2]]
		if max(a, b, c) <= bedContact {
			p.ContactMM2 += double / 2
			continue
		}
		p.OverhangMM2 += double / 2
		p.footprint += float64(falls) / 2
		p.below += float64(falls) / 2 * float64(a+b+c) / 3
	}
	p.Score = p.score()
	return p
}

// flush turns a side of the hull, which is exact to within its tolerance, to
// where the triangles on it lie flat, if there are any.
func (t *trial) flush(normal [3]float64) [3]float64 {
	const together = 0.9986 // the cosine of three degrees
	t.raise(normal)
	near := float32(max(bedContact, 2*poseHullShare*t.diagonal))
	var sum [3]float64
	for i, f := range t.m.Faces {
		if max(t.heights[f[0]], t.heights[f[1]], t.heights[f[2]]) > near {
			continue
		}
		n := [3]float64{float64(t.normals[i][0]), float64(t.normals[i][1]), float64(t.normals[i][2])}
		if along := dot(n, normal); along > 0 && along*along >= together*together*dot(n, n) {
			for k := range sum {
				sum[k] += n[k]
			}
		}
	}
	if dot(sum, sum) == 0 {
		return normal
	}
	return unit(sum)
}

// squared turns a pose about z so that the box round the corners, seen from
// above, has the smallest area, if that saves more than a hundredth of it.
func squared(q Quaternion, corners [][3]float64) Quaternion {
	r := q.matrix()
	flat := make([][2]float64, len(corners))
	for i, c := range corners {
		flat[i] = [2]float64{dot(r[0], c), dot(r[1], c)}
	}
	outline := outlineOf(flat)
	least, turn := 0.99*boxArea(outline, 1, 0), 0.0
	for i, a := range outline {
		b := outline[(i+1)%len(outline)]
		x, y := b[0]-a[0], b[1]-a[1]
		l := math.Hypot(x, y)
		if l == 0 {
			continue
		}
		if area := boxArea(outline, x/l, y/l); area < least {
			least, turn = area, -math.Atan2(y, x)
		}
	}
	// A quarter turn more is the same box: the smallest turn is taken.
	turn -= math.Round(turn/(math.Pi/2)) * math.Pi / 2
	return q.Then(aboutZ(turn))
}

// boxArea is the area of the box round points whose side runs along (x, y).
func boxArea(points [][2]float64, x, y float64) float64 {
	inf := math.Inf(1)
	low, high := [2]float64{inf, inf}, [2]float64{-inf, -inf}
	for _, p := range points {
		for k, d := range [2]float64{p[0]*x + p[1]*y, p[1]*x - p[0]*y} {
			low[k], high[k] = min(low[k], d), max(high[k], d)
		}
	}
	return (high[0] - low[0]) * (high[1] - low[1])
}

// outlineOf is the convex polygon round points, counter-clockwise.
func outlineOf(points [][2]float64) [][2]float64 {
	slices.SortFunc(points, func(a, b [2]float64) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	points = slices.Compact(points)
	if len(points) < 3 {
		return points
	}
	half := func(out [][2]float64, points []([2]float64)) [][2]float64 {
		start := len(out)
		for _, p := range points {
			for len(out) >= start+2 && turn(out[len(out)-2], out[len(out)-1], p) <= 0 {
				out = out[:len(out)-1]
			}
			out = append(out, p)
		}
		return out[:len(out)-1]
	}
	out := half(nil, points)
	slices.Reverse(points)
	return half(out, points)
}
