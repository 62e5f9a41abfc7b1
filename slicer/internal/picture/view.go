package picture

import (
	"math"

	"buildplate/slicer/internal/mesh"
)

// fine is how many points the picture is drawn with each way: two to a pixel, which smooths its edges.
const fine = 2 * Size

// margin is what stays free at each side of what is drawn.
const margin = 0.06 * fine

type vector [3]float64

func (a vector) dot(b vector) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

func (a vector) cross(b vector) vector {
	return vector{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}

func (a vector) unit() vector {
	l := math.Sqrt(a.dot(a))
	return vector{a[0] / l, a[1] / l, a[2] / l}
}

// Where it is seen from, as the pages' viewer begins, and what is right and up there.
var (
	toward = vector{-0.62, -1, 0.72}.unit()
	right  = vector{0, 0, 1}.cross(toward).unit()
	up     = toward.cross(right)
)

// point is a vertex in the picture: points from its left and from its top, and how near it is, all in the same unit.
type point struct{ x, y, near float32 }

// viewOf places the vertices in the picture. It is not ok where they make none.
func viewOf(m *mesh.Mesh) (points []point, ok bool) {
	inf := math.Inf(1)
	low, high := vector{inf, inf, inf}, vector{-inf, -inf, -inf}
	for _, p := range m.Vertices {
		for k, at := range seen(p) {
			if !(math.Abs(at) <= math.MaxFloat32) {
				return nil, false
			}
			low[k], high[k] = min(low[k], at), max(high[k], at)
		}
	}
	span := max(high[0]-low[0], high[1]-low[1])
	scale := (fine - 2*margin) / span
	if len(m.Vertices) == 0 || !(span > 0) || math.IsInf(scale, 0) {
		return nil, false
	}
	points = make([]point, len(m.Vertices))
	for i, p := range m.Vertices {
		at := seen(p)
		points[i] = point{
			x:    float32(fine/2 + scale*(at[0]-(low[0]+high[0])/2)),
			y:    float32(fine/2 - scale*(at[1]-(low[1]+high[1])/2)),
			near: float32(scale * (at[2] - (low[2]+high[2])/2)),
		}
	}
	return points, true
}

func seen(p [3]float32) vector {
	v := vector{float64(p[0]), float64(p[1]), float64(p[2])}
	return vector{v.dot(right), v.dot(up), v.dot(toward)}
}
