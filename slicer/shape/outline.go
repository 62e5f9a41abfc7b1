package shape

import (
	"math"
	"slices"
)

// Circle is an outline of n corners, counter-clockwise.
func Circle(x, y, radius float64, n int) []Point {
	out := make([]Point, n)
	for i := range out {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		out[i] = Point{x + radius*cos, y + radius*sin}
	}
	return out
}

// Rounded is a rectangle from the origin to (x, y) with rounded corners, counter-clockwise.
func Rounded(x, y, radius float64) []Point {
	const steps = 6 // of each corner
	var out []Point
	for i, c := range [4]Point{{x - radius, y - radius}, {radius, y - radius}, {radius, radius}, {x - radius, radius}} {
		for j := range steps + 1 {
			sin, cos := math.Sincos(math.Pi / 2 * (float64(i) + float64(j)/steps))
			out = append(out, Point{c[0] + radius*cos, c[1] + radius*sin})
		}
	}
	return out
}

// Outline is the corners x, y, x, y, ... of an outline.
func Outline(xy ...float64) []Point {
	out := make([]Point, len(xy)/2)
	for i := range out {
		out[i] = Point{xy[2*i], xy[2*i+1]}
	}
	return out
}

// Shifted is an outline moved.
func Shifted(outline []Point, x, y float64) []Point {
	out := make([]Point, len(outline))
	for i, p := range outline {
		out[i] = Point{p[0] + x, p[1] + y}
	}
	return out
}

func turned(outline []Point) []Point {
	out := slices.Clone(outline)
	slices.Reverse(out)
	return out
}

// cut fills an outline with holes by triangles: each hole is joined to the outline by a bridge that is walked both ways,
// and then one ear after another is clipped.
func cut(outline []Point, holes [][]Point) (corners []Point, cuts [][3]int) {
	corners = slices.Clone(outline)
	ring := make([]int, len(outline))
	for i := range ring {
		ring[i] = i
	}
	var left [][]int // holes that are not joined yet, turned so that the solid is on their left
	for _, hole := range holes {
		var at []int
		for _, p := range turned(hole) {
			at = append(at, len(corners))
			corners = append(corners, p)
		}
		left = append(left, at)
	}
	for len(left) > 0 {
		hole := left[0]
		left = left[1:]
		i, j := bridge(corners, ring, hole, left)
		joined := append(slices.Clone(ring[:i+1]), hole[j:]...)
		joined = append(joined, hole[:j+1]...)
		ring = append(joined, ring[i:]...)
	}
	for len(ring) > 3 {
		i := ear(corners, ring)
		n := len(ring)
		cuts = append(cuts, [3]int{ring[(i+n-1)%n], ring[i], ring[(i+1)%n]})
		ring = slices.Delete(ring, i, i+1)
	}
	return corners, append(cuts, [3]int{ring[0], ring[1], ring[2]})
}

// bridge finds the shortest way between a ring and a hole that crosses nothing, as places in both.
func bridge(corners []Point, ring, hole []int, others [][]int) (i, j int) {
	best := math.Inf(1)
	for a, ra := range ring {
		for b, hb := range hole {
			p, q := corners[ra], corners[hb]
			length := math.Hypot(p[0]-q[0], p[1]-q[1])
			if length >= best || crosses(corners, ring, p, q) || crosses(corners, hole, p, q) {
				continue
			}
			if slices.ContainsFunc(others, func(o []int) bool { return crosses(corners, o, p, q) }) {
				continue
			}
			i, j, best = a, b, length
		}
	}
	return i, j
}

// crosses says whether a line between two corners meets a side of a ring other than in a corner of its own.
func crosses(corners []Point, ring []int, p, q Point) bool {
	for i, r := range ring {
		a, b := corners[r], corners[ring[(i+1)%len(ring)]]
		if a == p || a == q || b == p || b == q {
			continue
		}
		if side(p, q, a)*side(p, q, b) <= 0 && side(a, b, p)*side(a, b, q) <= 0 {
			return true
		}
	}
	return false
}

// ear finds a corner that can be cut off.
func ear(corners []Point, ring []int) int {
	n := len(ring)
	for i := range ring {
		a, b, c := corners[ring[(i+n-1)%n]], corners[ring[i]], corners[ring[(i+1)%n]]
		if side(a, b, c) <= 0 {
			continue // bent inwards, or straight
		}
		free := !slices.ContainsFunc(ring, func(r int) bool {
			p := corners[r]
			return p != a && p != b && p != c && side(a, b, p) >= 0 && side(b, c, p) >= 0 && side(c, a, p) >= 0
		})
		if free {
			return i
		}
	}
	return 0 // straight all along: what is cut off has no area
}

// side is above zero when p is on the left of the way from a to b.
func side(a, b, p Point) float64 {
	return (b[0]-a[0])*(p[1]-a[1]) - (b[1]-a[1])*(p[0]-a[0])
}
