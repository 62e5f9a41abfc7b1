package mesh

import (
	"math"

	"buildplate/slicer/internal/fault"
)

// clipper cuts polygons into triangles by clipping ears in the plane the
// polygon lies in. Its scratch space is reused from face to face.
type clipper struct {
	flat [][2]float64
	ring []int
	work int // corner tests done so far for this file
}

// clipperWork bounds the corner tests spent on one file. Ear clipping takes the
// cube of the corner count on shapes made for it; past this, the rest of a
// polygon is fanned out from one corner, which gives it its rim and its place.
const clipperWork = 100_000_000

func polygonTooLarge(lim Limits, line int) *fault.Error {
	return fail(fault.CodeTooLarge, "The face on line %s has more than %s corners. Export the model as triangles.", grouped(line), grouped(lim.Polygon))
}

// polygon adds a face of three or more corners, given as vertex indices in
// order. Convex faces become a fan, others are cut ear by ear, so that a notch
// stays a notch.
func (b *builder) polygon(corners []uint32) error {
	if len(corners) == 3 {
		return b.face(corners[0], corners[1], corners[2])
	}
	c := &b.clipper
	if c.flatten(b.vertices, corners) && !c.convex() {
		return c.clip(func(i, j, k int) error { return b.face(corners[i], corners[j], corners[k]) })
	}
	for i := 1; i+1 < len(corners); i++ {
		if err := b.face(corners[0], corners[i], corners[i+1]); err != nil {
			return err
		}
	}
	return nil
}

// flatten projects the corners along the axis nearest to the face's normal
// (Newell's, right also for concave and slightly warped faces), keeping the
// sense of rotation counter-clockwise. It reports false for a face without area.
func (c *clipper) flatten(vertices [][3]float32, corners []uint32) bool {
	var n [3]float64
	at := func(i int) (p [3]float64) {
		for k, x := range vertices[corners[i]] {
			p[k] = float64(x)
		}
		return p
	}
	p := at(len(corners) - 1)
	for i := range corners {
		q := at(i)
		n[0] += (p[1] - q[1]) * (p[2] + q[2])
		n[1] += (p[2] - q[2]) * (p[0] + q[0])
		n[2] += (p[0] - q[0]) * (p[1] + q[1])
		p = q
	}
	axis := 0
	for k := 1; k < 3; k++ {
		if math.Abs(n[k]) > math.Abs(n[axis]) {
			axis = k
		}
	}
	if n[axis] == 0 {
		return false
	}
	u, v := (axis+1)%3, (axis+2)%3
	if n[axis] < 0 {
		u, v = v, u
	}
	c.flat = c.flat[:0]
	for i := range corners {
		q := at(i)
		c.flat = append(c.flat, [2]float64{q[u], q[v]})
	}
	return true
}

func turn(a, b, c [2]float64) float64 {
	return (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0])
}

func (c *clipper) convex() bool {
	n := len(c.flat)
	for i := range c.flat {
		if turn(c.flat[i], c.flat[(i+1)%n], c.flat[(i+2)%n]) < 0 {
			return false
		}
	}
	return true
}

// clip emits n-2 triangles for the n corners in c.flat.
func (c *clipper) clip(emit func(i, j, k int) error) error {
	c.ring = c.ring[:0]
	for i := range c.flat {
		c.ring = append(c.ring, i)
	}
	at, missed := 0, 0
	for len(c.ring) > 3 {
		n := len(c.ring)
		at %= n
		i, j, k := c.ring[at], c.ring[(at+1)%n], c.ring[(at+2)%n]
		// After a whole round without an ear the outline crosses itself; any
		// cut is as good as another then.
		if missed < n && c.work < clipperWork && !c.ear(i, j, k) {
			at++
			missed++
			continue
		}
		missed = 0
		if err := emit(i, j, k); err != nil {
			return err
		}
		mid := (at + 1) % n
		c.ring = append(c.ring[:mid], c.ring[mid+1:]...)
		if mid < at {
			at--
		}
	}
	return emit(c.ring[0], c.ring[1], c.ring[2])
}

// ear says whether the triangle over corner j can be cut off: it turns left
// and holds no other corner of the ring.
func (c *clipper) ear(i, j, k int) bool {
	p, q, r := c.flat[i], c.flat[j], c.flat[k]
	if turn(p, q, r) <= 0 {
		return false
	}
	c.work += len(c.ring)
	for _, m := range c.ring {
		s := c.flat[m]
		if m == i || m == j || m == k || s == p || s == q || s == r {
			continue
		}
		if turn(p, q, s) >= 0 && turn(q, r, s) >= 0 && turn(r, p, s) >= 0 {
			return false
		}
	}
	return true
}
