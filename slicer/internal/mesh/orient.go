package mesh

import "math"

// Quaternion is a rotation as (x, y, z, w), the order three.js and glTF use.
type Quaternion [4]float64

// NoRotation leaves a model as it was sent.
var NoRotation = Quaternion{0, 0, 0, 1}

// unit returns the quaternion with length one. What is no rotation at all (all
// zero, NaN or infinite, as a broken page might send) counts as NoRotation.
func (q Quaternion) unit() Quaternion {
	n := math.Sqrt(q[0]*q[0] + q[1]*q[1] + q[2]*q[2] + q[3]*q[3])
	if n == 0 || !finite(n) {
		return NoRotation
	}
	return Quaternion{q[0] / n, q[1] / n, q[2] / n, q[3] / n}
}

// matrix returns the rotation's rows.
func (q Quaternion) matrix() [3][3]float64 {
	q = q.unit()
	x, y, z, w := q[0], q[1], q[2], q[3]
	m := [3][3]float64{
		{1 - 2*(y*y+z*z), 2 * (x*y - z*w), 2 * (x*z + y*w)},
		{2 * (x*y + z*w), 1 - 2*(x*x+z*z), 2 * (y*z - x*w)},
		{2 * (x*z - y*w), 2 * (y*z + x*w), 1 - 2*(x*x+y*y)},
	}
	// Quarter turns give entries like 2e-16, which would leave a face that
	// should lie on the bed a hair off it.
	for i := range m {
		for k, v := range m[i] {
			if r := math.Round(v); math.Abs(v-r) < 1e-14 {
				m[i][k] = r
			}
		}
	}
	return m
}

// Then is the rotation that turns by q first and by next after it, of length
// one. A rotation and its negative are the same: w is never negative.
func (q Quaternion) Then(next Quaternion) Quaternion {
	a, b := next.unit(), q.unit()
	out := Quaternion{
		a[3]*b[0] + a[0]*b[3] + a[1]*b[2] - a[2]*b[1],
		a[3]*b[1] - a[0]*b[2] + a[1]*b[3] + a[2]*b[0],
		a[3]*b[2] + a[0]*b[1] - a[1]*b[0] + a[2]*b[3],
		a[3]*b[3] - a[0]*b[0] - a[1]*b[1] - a[2]*b[2],
	}.unit()
	first := out[3]
	for k := 0; first == 0 && k < 3; k++ {
		first = out[k]
	}
	for k := range out {
		if first < 0 {
			out[k] = -out[k]
		}
		out[k] += 0 // -0 has other bits and is the same
	}
	return out
}

// Rounded is the rotation in steps of a thousand-millionth, as a shop keeps it.
func (q Quaternion) Rounded() Quaternion {
	q = q.Then(NoRotation)
	sign := 0.0
	for _, k := range [...]int{3, 0, 1, 2} {
		q[k] = math.Round(q[k]*1e9) / 1e9
		if sign == 0 && q[k] != 0 {
			sign = math.Copysign(1, q[k])
		}
	}
	for k := range q {
		q[k] = sign*q[k] + 0
	}
	return q
}

// laying is the shortest rotation after which what looks along the unit vector
// n looks straight down.
func laying(n [3]float64) Quaternion {
	// The axis is n × (0, 0, -1); w and its length are those of the half angle.
	q := Quaternion{-n[1], n[0], 0, 1 - n[2]}
	if q[3] < 1e-12 {
		return Quaternion{1, 0, 0, 0} // it looked up: half a turn about x
	}
	return q.unit()
}

// aboutZ is the rotation by so many radians seen from above, counter-clockwise.
func aboutZ(angle float64) Quaternion {
	sin, cos := math.Sincos(angle / 2)
	return Quaternion{0, 0, sin, cos}
}

// Oriented returns the mesh turned by q about the origin. A q that is not a
// rotation, as one of no length, turns nothing.
func (m *Mesh) Oriented(q Quaternion) *Mesh {
	r := q.matrix()
	return m.map32(false, func(x, y, z float64) (float64, float64, float64) {
		return r[0][0]*x + r[0][1]*y + r[0][2]*z,
			r[1][0]*x + r[1][1]*y + r[1][2]*z,
			r[2][0]*x + r[2][1]*y + r[2][2]*z
	})
}

// Scaled returns the mesh f times as large, as after an answer to the question
// of units. A negative f mirrors through the origin; zero, NaN and infinite
// factors leave the size alone.
func (m *Mesh) Scaled(f float64) *Mesh {
	if f == 0 || !finite(f) {
		f = 1
	}
	return m.map32(f < 0, func(x, y, z float64) (float64, float64, float64) { return f * x, f * y, f * z })
}

// Placed returns the mesh with the middle of its box over the middle of the
// bed and its lowest point at z = 0. Anywhere else the engine may silently
// slice nothing.
func (m *Mesh) Placed(b Bed) *Mesh {
	low, high := m.Bounds()
	cx, cy := b.center()
	dx, dy, dz := cx-(low[0]+high[0])/2, cy-(low[1]+high[1])/2, -low[2]
	return m.map32(false, func(x, y, z float64) (float64, float64, float64) { return x + dx, y + dy, z + dz })
}
