package plate

import (
	"cmp"
	"math"
	"slices"
)

// crosses says whether what is drawn around all copies, at a distance from what
// they cover together, comes over an area that must stay free: a skirt runs
// straight from one copy to the next.
func crosses(b Bed, foot *Footprint, places []Place, margin int) bool {
	if len(b.Disallowed) == 0 {
		return false
	}
	part := foot.corners()
	var points [][2]int
	for _, p := range places {
		for _, c := range part {
			x, y := c[0], c[1]
			for range p.Turns {
				x, y = -y, x
			}
			points = append(points, [2]int{p.X + x, p.Y + y})
		}
	}
	all := hull(points)
	for _, area := range b.Disallowed {
		if len(area) >= 3 && apart(all, area) < float64(margin-slack) {
			return true
		}
	}
	return false
}

// corners are those of the convex outline of what the part covers, from the middle
// of its box.
func (f *Footprint) corners() [][2]int {
	var points [][2]int
	for y := range f.cells.h {
		first, last := f.cells.w, -1
		for x, n := range runs(f.cells.row(y), f.cells.w) {
			first, last = min(first, x), max(last, x+n)
		}
		if last < 0 {
			continue
		}
		// What reaches past the box is not the part's.
		x0, x1 := first*Cell-f.width/2, min(last*Cell, f.width)-f.width/2
		y0, y1 := y*Cell-f.depth/2, min((y+1)*Cell, f.depth)-f.depth/2
		points = append(points, [2]int{x0, y0}, [2]int{x1, y0}, [2]int{x0, y1}, [2]int{x1, y1})
	}
	return hull(points)
}

// hull is the convex outline of points, counter-clockwise.
func hull(points [][2]int) [][2]int {
	slices.SortFunc(points, func(a, b [2]int) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	points = slices.Compact(points)
	if len(points) < 3 {
		return points
	}
	half := func() (out [][2]int) {
		for _, p := range points {
			for len(out) >= 2 && side(out[len(out)-2], out[len(out)-1], p) <= 0 {
				out = out[:len(out)-1]
			}
			out = append(out, p)
		}
		return out[:len(out)-1]
	}
	lower := half()
	slices.Reverse(points)
	return append(lower, half()...)
}

// side is above zero where p lies left of the line from a to b.
func side(a, b, p [2]int) int { return (b[0]-a[0])*(p[1]-a[1]) - (b[1]-a[1])*(p[0]-a[0]) }

// apart is how far two polygons are from each other; 0 where they meet.
func apart(a, b [][2]int) float64 {
	if inside(a[0], b) || inside(b[0], a) {
		return 0
	}
	least := math.Inf(1)
	for i := range a {
		for k := range b {
			p, q, r, s := a[i], a[(i+1)%len(a)], b[k], b[(k+1)%len(b)]
			if (side(p, q, r) > 0) != (side(p, q, s) > 0) && (side(r, s, p) > 0) != (side(r, s, q) > 0) {
				return 0
			}
			least = min(least, toLine(p, r, s), toLine(q, r, s), toLine(r, p, q), toLine(s, p, q))
		}
	}
	return least
}

// toLine is how far a point is from a line between two.
func toLine(p, a, b [2]int) float64 {
	dx, dy := float64(b[0]-a[0]), float64(b[1]-a[1])
	x, y := float64(p[0]-a[0]), float64(p[1]-a[1])
	if l := dx*dx + dy*dy; l > 0 {
		f := min(max((x*dx+y*dy)/l, 0), 1)
		x, y = x-f*dx, y-f*dy
	}
	return math.Hypot(x, y)
}

// inside says whether a point lies in a polygon, by the even-odd rule.
func inside(p [2]int, polygon [][2]int) bool {
	in := false
	for i, a := range polygon {
		b := polygon[(i+1)%len(polygon)]
		if a[1] > b[1] {
			a, b = b, a
		}
		if a[1] <= p[1] && p[1] < b[1] && side(a, b, p) > 0 {
			in = !in
		}
	}
	return in
}
