package mesh

import "math"

// Unit is the unit of length a file declares.
type Unit string

// The units a 3MF can declare. STL and OBJ declare none.
const (
	UnitUnknown    Unit = ""
	UnitMicron     Unit = "micron"
	UnitMillimeter Unit = "millimeter"
	UnitCentimeter Unit = "centimeter"
	UnitInch       Unit = "inch"
	UnitFoot       Unit = "foot"
	UnitMeter      Unit = "meter"
)

// Millimetres returns how many millimetres one of the unit is. An unknown unit
// counts as a millimetre, as every slicer takes it; an unheard-of one is 0.
func (u Unit) Millimetres() float64 {
	switch u {
	case UnitUnknown, UnitMillimeter:
		return 1
	case UnitMicron:
		return 0.001
	case UnitCentimeter:
		return 10
	case UnitInch:
		return 25.4
	case UnitFoot:
		return 304.8
	case UnitMeter:
		return 1000
	}
	return 0
}

// Mesh is a surface of triangles in millimetres, Z up.
type Mesh struct {
	Vertices [][3]float32 // welded, finite, each used by a face
	Faces    [][3]uint32  // indices of Vertices, counter-clockwise seen from outside
	Unit     Unit         // what the file declared; the vertices are millimetres already
	Warnings []Finding    // what the reader left out or put right
	// Collapsed counts the triangles that were left out because two of their
	// corners are the same point.
	Collapsed int
}

// Bounds returns the corners of the box round the mesh, in millimetres.
func (m *Mesh) Bounds() (low, high [3]float64) {
	if len(m.Vertices) == 0 {
		return low, high
	}
	lo, hi := m.Vertices[0], m.Vertices[0]
	for _, v := range m.Vertices {
		for k, x := range v {
			if x < lo[k] {
				lo[k] = x
			}
			if x > hi[k] {
				hi[k] = x
			}
		}
	}
	for k := range low {
		low[k], high[k] = float64(lo[k]), float64(hi[k])
	}
	return low, high
}

// Size returns the lengths of the box round the mesh, in millimetres.
func (m *Mesh) Size() [3]float64 {
	low, high := m.Bounds()
	return [3]float64{high[0] - low[0], high[1] - low[1], high[2] - low[2]}
}

// map32 returns a copy of the mesh with every vertex moved by f. The faces are
// shared, or turned over where f mirrors.
func (m *Mesh) map32(mirrors bool, f func(x, y, z float64) (float64, float64, float64)) *Mesh {
	out := *m
	out.Vertices = make([][3]float32, len(m.Vertices))
	for i, v := range m.Vertices {
		x, y, z := f(float64(v[0]), float64(v[1]), float64(v[2]))
		// Adding zero turns -0 into 0, which has other bits and the same place.
		out.Vertices[i] = [3]float32{float32(x) + 0, float32(y) + 0, float32(z) + 0}
	}
	if mirrors {
		out.Faces = make([][3]uint32, len(m.Faces))
		for i, t := range m.Faces {
			out.Faces[i] = [3]uint32{t[0], t[2], t[1]}
		}
	}
	return &out
}

func finite(values ...float64) bool {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}
