package picture

import "math"

// work is how many rows and points of triangles are looked at for one picture: a hundred times what any real part takes.
const work = 150_000_000

// raster keeps of each point what is nearest there.
type raster struct {
	near   []float32
	normal []uint32 // packed; 0 where nothing is
	left   int      // of work
	drawn  bool     // anything
}

func newRaster() *raster {
	r := &raster{near: make([]float32, fine*fine), normal: make([]uint32, fine*fine), left: work}
	for i := range r.near {
		r.near[i] = float32(math.Inf(-1))
	}
	return r
}

// draw draws all faces. It gives up where that is too much.
func (r *raster) draw(faces [][3]uint32, points []point) bool {
	for _, f := range faces {
		r.triangle(points[f[0]], points[f[1]], points[f[2]])
		if r.left < 0 {
			return false
		}
	}
	return true
}

// triangle draws a triangle, whichever side of it is seen.
func (r *raster) triangle(a, b, c point) {
	if b.y < a.y {
		a, b = b, a
	}
	if c.y < b.y {
		b, c = c, b
	}
	if b.y < a.y {
		a, b = b, a
	}
	first, last := max(0, firstAt(a.y)), min(fine, firstAt(c.y))
	if first >= last {
		return
	}
	n, ok := facing(a, b, c)
	if !ok {
		return
	}
	packed := pack(n)
	low, high := min(a.near, b.near, c.near), max(a.near, b.near, c.near)
	// The plane that it lies in, as how near its points are; y runs down.
	across, down := float32(-n[0]/n[2]), float32(n[1]/n[2])
	r.left -= last - first
	for y := first; y < last; y++ {
		at := float32(y) + 0.5
		from := between(a, c, at)
		to := between(a, b, at)
		if at >= b.y {
			to = between(b, c, at)
		}
		if to < from {
			from, to = to, from
		}
		x, end := max(0, firstAt(from)), min(fine, firstAt(to))
		r.left -= max(0, end-x)
		near := a.near + across*(float32(x)+0.5-a.x) + down*(at-a.y)
		for i := y*fine + x; x < end; i, x = i+1, x+1 {
			// A sliver's plane is steep: it stays within its corners.
			if z := min(max(near, low), high); z > r.near[i] {
				r.near[i], r.normal[i], r.drawn = z, packed, true
			}
			near += across
		}
	}
}

// firstAt is the first point whose middle is not before a place.
func firstAt(place float32) int { return int(math.Ceil(float64(place) - 0.5)) }

// between is where the side from a to b is on a row.
func between(a, b point, row float32) float32 {
	if b.y <= a.y {
		return a.x
	}
	return a.x + (b.x-a.x)*(row-a.y)/(b.y-a.y)
}

// facing is the triangle's normal, of length one, turned to whoever looks: x to the right, y up. A triangle that is seen from its
// edge has none.
func facing(a, b, c point) (vector, bool) {
	n := side(a, b).cross(side(a, c))
	l := math.Sqrt(n.dot(n))
	if n[2] < 0 {
		l = -l
	}
	n = vector{n[0] / l, n[1] / l, n[2] / l}
	return n, n[2] > 1e-6
}

func side(from, to point) vector {
	return vector{float64(to.x) - float64(from.x), float64(from.y) - float64(to.y), float64(to.near) - float64(from.near)}
}

// pack keeps a normal in 30 bits, which are not all 0.
func pack(n vector) (packed uint32) {
	for _, v := range n {
		packed = packed<<10 | uint32(math.Round(511.5+511*v))
	}
	return packed
}

func unpack(packed uint32) (n vector) {
	for k := 2; k >= 0; k-- {
		n[k] = (float64(packed&1023) - 511.5) / 511
		packed >>= 10
	}
	return n
}
