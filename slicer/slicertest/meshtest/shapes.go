package meshtest

import (
	"math"

	"buildplate/slicer/shape"
)

// Cube is a calibration cube of 20 mm.
func Cube() Solid { return Box(20, 20, 20) }

// LeakyCube is a cube of 20 mm that lacks one triangle of its top and one of
// its front: two holes.
func LeakyCube() Solid { return Cube().Without(2, 4) }

// HollowBox is a closed box of outer edge 40 mm with walls of 2 mm and no way
// in: 64,000 - 46,656 = 17,344 mm³.
func HollowBox() Solid { return Box(40, 40, 40).And(Box(36, 36, 36).Moved(2, 2, 2).InsideOut()) }

// InchPart is a block drawn as 2 × 1 × 0.5 inches, in a file whose figures are
// inches.
func InchPart() Solid { return Box(2, 1, 0.5) }

// TwoBodies are two cubes of 10 mm that stand 5 mm apart.
func TwoBodies() Solid { return Box(10, 10, 10).And(Box(10, 10, 10).Moved(15, 0, 0)) }

// TouchingCubes are two cubes of 10 mm that share one upright edge.
func TouchingCubes() Solid { return Box(10, 10, 10).And(Box(10, 10, 10).Moved(10, 10, 0)) }

// Cylinder stands upright on z = 0, with n sides. Its volume is that of the
// n-sided prism: n/2 r² sin(2π/n) h.
func Cylinder(radius, height float64, n int) Solid {
	return Prism(shape.Circle(0, 0, radius, n), nil, height)
}

// Sphere has rings × 2·rings quads, cut; its lowest point is at z = 0.
func Sphere(radius float64, rings int) Solid {
	around := 2 * rings
	s := make(Solid, 0, 2*around*(rings-1))
	at := func(i, j int) Point {
		switch i {
		case 0:
			return Point{0, 0, 0}
		case rings:
			return Point{0, 0, 2 * radius}
		}
		si, ci := math.Sincos(math.Pi * float64(i) / float64(rings))
		sj, cj := math.Sincos(2 * math.Pi * float64(j%around) / float64(around))
		return Point{radius * si * cj, radius * si * sj, radius - radius*ci}
	}
	for i := range rings {
		for j := range around {
			a, b, c, d := at(i, j), at(i, j+1), at(i+1, j+1), at(i+1, j)
			if i > 0 {
				s = append(s, [3]Point{a, b, c})
			}
			if i < rings-1 {
				s = append(s, [3]Point{a, c, d})
			}
		}
	}
	return s
}

// TBracket is an upright post of 10 × 10 × 30 mm with a beam of 40 × 10 × 10 mm
// across its top: 2 × 15 × 10 = 300 mm² hang in the air, 30 mm up.
func TBracket() Solid {
	// A T drawn in the plane of the page and pulled 10 mm deep.
	t := []Point{{15, 0}, {25, 0}, {25, 30}, {40, 30}, {40, 40}, {0, 40}, {0, 30}, {15, 30}}
	cuts := [][3]int{{0, 1, 2}, {0, 2, 7}, {7, 2, 5}, {6, 7, 5}, {2, 4, 5}, {2, 3, 4}}
	return Prism(t, cuts, 10).Each(func(p Point) Point { return Point{p[0], 10 - p[2], p[1]} })
}

// Bracket is a flat plate of 60 × 20 × 4 mm with two bores of 5 mm across, as a
// wall bracket has: 4 × (1200 - 2 × area of the 48-gon) mm³, one body without
// cavities, twice pierced.
func Bracket() Solid {
	return withoutWallsAt(30, piercedPlate(30, 20, 4, 2.5, 48).And(piercedPlate(30, 20, 4, 2.5, 48).Moved(30, 0, 0)))
}

// Clip is a U-shaped spring clip: 20 × 14 mm outside, arms of 2 mm, 12 mm wide.
// Its outline is concave: (20×14 - 18×10) × 12 = 1,200 mm³.
func Clip() Solid {
	u := []Point{{0, 0}, {20, 0}, {20, 2}, {2, 2}, {2, 12}, {20, 12}, {20, 14}, {0, 14}}
	cuts := [][3]int{{0, 1, 2}, {0, 2, 3}, {0, 3, 4}, {0, 4, 7}, {7, 4, 6}, {4, 5, 6}}
	return Prism(u, cuts, 12)
}

// piercedPlate is a plate from the origin with a bore of n sides in its middle;
// n is a multiple of eight, so that corners of plate and bore meet.
func piercedPlate(x, y, z, radius float64, n int) Solid {
	bore := shape.Circle(x/2, y/2, radius, n)
	rim := make([]Point, n)
	for i := range rim {
		rim[i] = onRectangle(x, y, i, n)
	}
	up := func(p Point) Point { return Point{p[0], p[1], z} }
	var s Solid
	for i := range n {
		j := (i + 1) % n
		s.quad(rim[i], bore[i], bore[j], rim[j])
		s.quad(up(bore[i]), up(rim[i]), up(rim[j]), up(bore[j]))
		s.quad(rim[i], rim[j], up(rim[j]), up(rim[i]))
		s.quad(bore[j], bore[i], up(bore[i]), up(bore[j]))
	}
	return s
}

// onRectangle walks a rectangle's rim counter-clockwise from the middle of its
// right side, n/8 steps to each half side.
func onRectangle(x, y float64, i, n int) Point {
	q := n / 8
	f := float64(i%q) / float64(q)
	switch i / q {
	case 0:
		return Point{x, y/2 + f*y/2}
	case 1:
		return Point{x - f*x/2, y}
	case 2:
		return Point{x/2 - f*x/2, y}
	case 3:
		return Point{0, y - f*y/2}
	case 4:
		return Point{0, y/2 - f*y/2}
	case 5:
		return Point{f * x / 2, 0}
	case 6:
		return Point{x/2 + f*x/2, 0}
	}
	return Point{x, f * y / 2}
}

// withoutWallsAt drops the upright triangles in the plane at x, where two
// plates were put together.
func withoutWallsAt(x float64, s Solid) Solid {
	var out Solid
	for _, t := range s {
		if t[0][0] != x || t[1][0] != x || t[2][0] != x {
			out = append(out, t)
		}
	}
	return out
}
