package mesh

import (
	"cmp"
	"math"
	"slices"
)

// surface is what the edges of a mesh say: which triangles hang together, which
// way round they lie, and where the surface is open.
type surface struct {
	groups groups

	openEdges   int // edges with one triangle
	crowded     int // edges with more than two triangles
	unbalanced  int // crowded edges whose triangles do not pair up
	flipped     int // edges whose two triangles disagree about which side is out
	holes       int // closed loops of open edges
	openCorners [][2]uint32
}

// side is one triangle's side along an edge: at is 2*(3*face+corner), plus 1
// where the triangle runs from the higher vertex to the lower one.
type side struct {
	far uint32 // the edge's higher vertex
	at  uint32
}

func (s side) face() uint32  { return s.at / 6 }
func (s side) back() uint32  { return s.at & 1 }
func (s side) corner() uint8 { return uint8(s.at / 2 % 3) }

// connect matches the sides of all triangles. Sides are first dealt into one
// bucket per lower vertex by counting, so that no hash and no sort over all of
// them is needed: a bucket holds about six.
func connect(vertices [][3]float32, faces [][3]uint32) *surface {
	s := &surface{groups: newGroups(len(faces))}
	first := make([]uint32, len(vertices)+1)
	for i := range faces {
		t := &faces[i]
		first[min(t[0], t[1])]++
		first[min(t[1], t[2])]++
		first[min(t[2], t[0])]++
	}
	sum := uint32(0)
	for i, n := range first {
		sum += n
		first[i] = sum // the bucket's end; filling counts it down to its start
	}
	dealt := make([]uint32, 3*len(faces))
	for i := range faces {
		t := &faces[i]
		for k := range uint32(3) {
			a, b := t[k], t[(k+1)%3]
			at := 2 * (3*uint32(i) + k)
			if a > b {
				a, at = b, at|1
			}
			first[a]--
			dealt[first[a]] = at
		}
	}
	var bucket []side
	for v := range vertices {
		bucket = bucket[:0]
		for _, at := range dealt[first[v]:first[v+1]] {
			t := &faces[at/6]
			k := at / 2 % 3
			bucket = append(bucket, side{far: max(t[k], t[(k+1)%3]), at: at})
		}
		sortSides(bucket)
		for i := 0; i < len(bucket); {
			j := i + 1
			for j < len(bucket) && bucket[j].far == bucket[i].far {
				j++
			}
			s.edge(vertices, faces, uint32(v), bucket[i:j])
			i = j
		}
	}
	s.holes = countLoops(s.openCorners, s.flipped > 0 || s.unbalanced > 0)
	return s
}

func sortSides(b []side) {
	if len(b) > 24 {
		slices.SortFunc(b, func(x, y side) int {
			return cmp.Or(cmp.Compare(x.far, y.far), cmp.Compare(x.at, y.at))
		})
		return
	}
	for i := 1; i < len(b); i++ {
		for j := i; j > 0 && (b[j].far < b[j-1].far || b[j].far == b[j-1].far && b[j].at < b[j-1].at); j-- {
			b[j], b[j-1] = b[j-1], b[j]
		}
	}
}

// edge records one edge, from vertex near to all of sides' far.
func (s *surface) edge(vertices [][3]float32, faces [][3]uint32, near uint32, sides []side) {
	switch len(sides) {
	case 1:
		s.openEdges++
		// The rim runs against its triangle.
		if rim := [2]uint32{sides[0].far, near}; sides[0].back() == 0 {
			s.openCorners = append(s.openCorners, rim)
		} else {
			s.openCorners = append(s.openCorners, [2]uint32{near, sides[0].far})
		}
	case 2:
		same := sides[0].back() ^ sides[1].back() ^ 1
		s.flipped += int(same)
		s.groups.join(sides[0].face(), sides[1].face(), same)
	default:
		s.crowded++
		back := 0
		for _, x := range sides {
			back += int(x.back())
		}
		if 2*back == len(sides) {
			s.pair(vertices, faces, near, sides)
			return
		}
		s.unbalanced++
		// A wall too many agrees with one of its neighbours whichever way it
		// lies, so only walls that all run the same way contradict each other.
		turned := uint32(0)
		if back == 0 || back == len(sides) {
			turned = 1
		}
		for _, x := range sides[1:] {
			s.groups.join(sides[0].face(), x.face(), turned)
		}
	}
}

// pair joins the triangles round a crowded edge two by two, each pair being the
// walls of one wedge of material: two cubes that touch along an edge stay two.
func (s *surface) pair(vertices [][3]float32, faces [][3]uint32, near uint32, sides []side) {
	type wall struct {
		angle float64
		side  side
	}
	walls := make([]wall, len(sides))
	axis := direction(vertices[near], vertices[sides[0].far])
	var x, y [3]float64
	for i, d := range sides {
		third := faces[d.face()][(d.corner()+2)%3]
		p := direction(vertices[near], vertices[third])
		along := dot(p, axis) / dot(axis, axis)
		for k := range p {
			p[k] -= along * axis[k]
		}
		if i == 0 {
			x, y = p, cross(axis, p)
			scale := math.Sqrt(dot(axis, axis))
			for k := range y {
				y[k] /= scale
			}
		}
		// Rounded, so that coplanar walls compare equal.
		walls[i] = wall{math.Round(math.Atan2(dot(p, y), dot(p, x)) * 1e6), d}
	}
	slices.SortFunc(walls, func(a, b wall) int {
		// At one angle the wedge that ends comes before the one that begins.
		return cmp.Or(cmp.Compare(a.angle, b.angle), cmp.Compare(a.side.back(), b.side.back()), cmp.Compare(a.side.at, b.side.at))
	})
	// A wedge begins at a wall that runs backward and ends at one that runs
	// forward. Begin where the running count of open wedges is lowest.
	start, depth, lowest := 0, 0, 0
	for i, w := range walls {
		depth += 2*int(w.side.back()) - 1
		if depth < lowest {
			start, lowest = i+1, depth
		}
	}
	var open []uint32
	for i := range walls {
		w := walls[(start+i)%len(walls)]
		if w.side.back() == 1 {
			open = append(open, w.side.face())
		} else if n := len(open); n > 0 {
			s.groups.join(open[n-1], w.side.face(), 0)
			open = open[:n-1]
		}
	}
}

func direction(from, to [3]float32) [3]float64 {
	return [3]float64{float64(to[0]) - float64(from[0]), float64(to[1]) - float64(from[1]), float64(to[2]) - float64(from[2])}
}

func dot(a, b [3]float64) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

func cross(a, b [3]float64) [3]float64 {
	return [3]float64{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}

// countLoops counts the closed loops that rim edges form. Where triangles lie
// both ways round, the directions of the rim mean nothing, and what hangs
// together counts as one.
func countLoops(rim [][2]uint32, undirected bool) int {
	if len(rim) == 0 {
		return 0
	}
	// Number the rim's vertices from zero.
	ids := make([]uint32, 0, 2*len(rim))
	for _, e := range rim {
		ids = append(ids, e[0], e[1])
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	number := func(v uint32) uint32 {
		i, _ := slices.BinarySearch(ids, v)
		return uint32(i)
	}
	edges := make([][2]uint32, len(rim))
	for i, e := range rim {
		edges[i] = [2]uint32{number(e[0]), number(e[1])}
	}
	if undirected {
		g := newGroups(len(ids))
		for _, e := range edges {
			g.join(e[0], e[1], 0)
		}
		return g.count()
	}
	slices.SortFunc(edges, func(a, b [2]uint32) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	})
	next := make([]int, len(ids)+1) // the first unwalked edge that leaves a vertex
	for i := len(edges) - 1; i >= 0; i-- {
		next[edges[i][0]] = i
	}
	walked := make([]bool, len(edges))
	place := make([]int, len(ids)) // on the path: position + 1
	var path []uint32
	loops := 0
	for i := range edges {
		if walked[i] {
			continue
		}
		v := edges[i][0]
		path = append(path[:0], v)
		place[v] = 1
		for {
			e := next[v]
			if e >= len(edges) || edges[e][0] != v {
				break // an end in the open: where edges are crowded
			}
			next[v]++
			walked[e] = true
			v = edges[e][1]
			if at := place[v]; at > 0 {
				loops++
				for _, u := range path[at:] {
					place[u] = 0
				}
				path = path[:at]
				continue
			}
			path = append(path, v)
			place[v] = len(path)
		}
		if len(path) > 1 {
			loops++
		}
		for _, u := range path {
			place[u] = 0
		}
	}
	return loops
}
