package mesh

import (
	"container/heap"
	"math"
	"slices"
)

// hull is the convex hull of points, to within a tolerance: what sticks out by
// less is left inside. It grows by the point that is farthest outside (as
// quickhull does), so that it is nearly right early, and points deep inside are
// looked at a few times only.
type hull struct {
	points    [][3]float32
	tolerance float64
	facets    []facet
	open      openFacets
	visible   []int32
	horizon   []ridge
}

// facet is a triangle of the hull, counter-clockwise seen from outside.
type facet struct {
	corners [3]int32
	across  [3]int32 // the facet on the other side of the edge from corner i to i+1
	normal  [3]float64
	offset  float64 // of its plane along the normal
	outside []int32 // points beyond the plane that no other facet has
	far     int32   // the farthest of them
	reach   float64 // how far that is
	gone    bool
}

// ridge is an edge between what an eye sees of the hull and what it does not.
type ridge struct {
	from, to int32
	behind   int32 // the facet that stays
	side     int   // whose edge it is
}

// openFacets are facets with points outside them, the one with the farthest
// first. A facet is in it anew each time its farthest point changes.
type openFacets []openFacet

type openFacet struct {
	facet int32
	reach float64
}

func (o openFacets) Len() int           { return len(o) }
func (o openFacets) Less(i, j int) bool { return o[i].reach > o[j].reach }
func (o openFacets) Swap(i, j int)      { o[i], o[j] = o[j], o[i] }
func (o *openFacets) Push(f any)        { *o = append(*o, f.(openFacet)) }
func (o *openFacets) Pop() any {
	last := (*o)[len(*o)-1]
	*o = (*o)[:len(*o)-1]
	return last
}

// hullFacets bounds the work on round models, whose hull has a facet for every
// triangle: so many are made, those that give way to others among them. What is
// still outside then is nearer than all that was taken in.
const hullFacets = 40_000

// newHull finds the hull. It is nil for points that all lie in one plane.
func newHull(points [][3]float32, tolerance float64) *hull {
	h := &hull{points: points, tolerance: tolerance}
	if !h.begin() {
		return nil
	}
	for len(h.open) > 0 && len(h.facets) < hullFacets {
		next := heap.Pop(&h.open).(openFacet)
		if f := &h.facets[next.facet]; !f.gone && len(f.outside) > 0 && f.reach == next.reach {
			h.grow(next.facet)
		}
	}
	return h
}

func (h *hull) at(i int32) [3]float64 {
	p := h.points[i]
	return [3]float64{float64(p[0]), float64(p[1]), float64(p[2])}
}

func (h *hull) above(f int32, p [3]float64) float64 {
	return dot(h.facets[f].normal, p) - h.facets[f].offset
}

// begin makes the first four facets, of points far apart.
func (h *hull) begin() bool {
	if len(h.points) < 4 {
		return false
	}
	var ends [6]int32
	for i, p := range h.points {
		for k := range p {
			if p[k] < h.points[ends[2*k]][k] {
				ends[2*k] = int32(i)
			}
			if p[k] > h.points[ends[2*k+1]][k] {
				ends[2*k+1] = int32(i)
			}
		}
	}
	a, b, longest := int32(0), int32(0), -1.0
	for _, i := range ends {
		for _, j := range ends {
			if d := minus(h.at(i), h.at(j)); dot(d, d) > longest {
				a, b, longest = i, j, dot(d, d)
			}
		}
	}
	line := minus(h.at(b), h.at(a))
	c := h.farthest(func(p [3]float64) float64 { n := cross(line, minus(p, h.at(a))); return dot(n, n) })
	normal := cross(line, minus(h.at(c), h.at(a)))
	length := math.Sqrt(dot(normal, normal))
	if length == 0 {
		return false
	}
	height := func(p [3]float64) float64 { return dot(normal, minus(p, h.at(a))) / length }
	d := h.farthest(func(p [3]float64) float64 { return math.Abs(height(p)) })
	if math.Abs(height(h.at(d))) <= h.tolerance {
		return false
	}
	if height(h.at(d)) > 0 {
		b, c = c, b
	}
	for _, t := range [4][3]int32{{a, b, c}, {a, d, b}, {b, d, c}, {c, d, a}} {
		h.add(t)
	}
	h.facets[0].across, h.facets[1].across = [3]int32{1, 2, 3}, [3]int32{3, 2, 0}
	h.facets[2].across, h.facets[3].across = [3]int32{1, 3, 0}, [3]int32{2, 1, 0}
	all := make([]int32, len(h.points))
	for i := range all {
		all[i] = int32(i)
	}
	h.deal(all, []int32{0, 1, 2, 3})
	return true
}

func (h *hull) farthest(from func([3]float64) float64) (best int32) {
	most := math.Inf(-1)
	for i := range h.points {
		if d := from(h.at(int32(i))); d > most {
			best, most = int32(i), d
		}
	}
	return best
}

func (h *hull) add(corners [3]int32) int32 {
	a, b, c := h.at(corners[0]), h.at(corners[1]), h.at(corners[2])
	f := facet{corners: corners, normal: cross(minus(b, a), minus(c, a))}
	if l := math.Sqrt(dot(f.normal, f.normal)); l > 0 {
		for k := range f.normal {
			f.normal[k] /= l
		}
	}
	f.offset = dot(f.normal, a)
	h.facets = append(h.facets, f)
	return int32(len(h.facets) - 1)
}

// deal gives each point to the first facet it lies beyond; those inside all of
// them are done with.
func (h *hull) deal(points, facets []int32) {
	for _, p := range points {
		at := h.at(p)
		for _, f := range facets {
			d := h.above(f, at)
			if d <= h.tolerance {
				continue
			}
			t := &h.facets[f]
			if t.outside = append(t.outside, p); d > t.reach {
				t.far, t.reach = p, d
			}
			break
		}
	}
	for _, f := range facets {
		if t := &h.facets[f]; len(t.outside) > 0 {
			heap.Push(&h.open, openFacet{f, t.reach})
		}
	}
}

// grow takes the facet's farthest point into the hull: the facets it sees give
// way to a fan from it to their horizon.
func (h *hull) grow(f int32) {
	eye := h.facets[f].far
	h.visible, h.horizon = h.visible[:0], h.horizon[:0]
	h.see(f, h.at(eye))
	// The horizon is a loop, unless rounding made it none: then the point stays outside.
	next := map[int32]int{}
	for i, r := range h.horizon {
		next[r.from] = i
	}
	whole := len(next) == len(h.horizon)
	for _, r := range h.horizon {
		_, follows := next[r.to]
		whole = whole && follows
	}
	if !whole {
		for _, v := range h.visible {
			h.facets[v].gone = false
		}
		h.leaveOut(f, eye)
		return
	}
	fan := make([]int32, len(h.horizon))
	for i, r := range h.horizon {
		fan[i] = h.add([3]int32{r.from, r.to, eye})
		h.facets[fan[i]].across[0] = r.behind
		h.facets[r.behind].across[r.side] = fan[i]
	}
	for i, r := range h.horizon {
		after := fan[next[r.to]]
		h.facets[fan[i]].across[1] = after
		h.facets[after].across[2] = fan[i]
	}
	for _, v := range h.visible {
		points := h.facets[v].outside
		h.facets[v].outside = nil
		h.deal(points, fan)
	}
}

// see marks the facets that a point lies beyond, from one of them on, and notes where they end.
func (h *hull) see(f int32, eye [3]float64) {
	h.facets[f].gone = true
	h.visible = append(h.visible, f)
	for i := 0; i < len(h.visible); i++ {
		v := h.visible[i]
		for k, g := range h.facets[v].across {
			if h.facets[g].gone {
				continue
			}
			if h.above(g, eye) > h.tolerance/8 {
				h.facets[g].gone = true
				h.visible = append(h.visible, g)
				continue
			}
			from, to := h.facets[v].corners[k], h.facets[v].corners[(k+1)%3]
			side := 0
			for h.facets[g].corners[side] != to || h.facets[g].corners[(side+1)%3] != from {
				if side++; side == 3 {
					break
				}
			}
			h.horizon = append(h.horizon, ridge{from: from, to: to, behind: g, side: side % 3})
		}
	}
}

// leaveOut takes a point from those outside a facet.
func (h *hull) leaveOut(f, point int32) {
	t := &h.facets[f]
	t.outside = slices.DeleteFunc(t.outside, func(p int32) bool { return p == point })
	t.reach = 0
	for _, p := range t.outside {
		if d := h.above(f, h.at(p)); d > t.reach {
			t.far, t.reach = p, d
		}
	}
	if len(t.outside) > 0 {
		heap.Push(&h.open, openFacet{f, t.reach})
	}
}

func minus(a, b [3]float64) [3]float64 { return [3]float64{a[0] - b[0], a[1] - b[1], a[2] - b[2]} }

// unit is the vector with length one; one of no length stays.
func unit(v [3]float64) [3]float64 {
	l := math.Sqrt(dot(v, v))
	if l == 0 {
		return v
	}
	return [3]float64{v[0] / l, v[1] / l, v[2] / l}
}
