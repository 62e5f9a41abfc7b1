package meshtest

import "buildplate/slicer/shape"

// Point is a place in millimetres, Z up.
type Point = shape.Point

// Solid is a list of triangles, counter-clockwise seen from outside.
type Solid [][3]Point

// And joins solids into one file's triangles.
func (s Solid) And(others ...Solid) Solid {
	out := append(Solid{}, s...)
	for _, o := range others {
		out = append(out, o...)
	}
	return out
}

// Moved returns the solid shifted.
func (s Solid) Moved(x, y, z float64) Solid {
	return s.Each(func(p Point) Point { return Point{p[0] + x, p[1] + y, p[2] + z} })
}

// Each returns the solid with every corner put where f says. A mirror turns it inside out.
func (s Solid) Each(f func(Point) Point) Solid { return Solid(shape.Solid(s).Each(f)) }

// Times returns the solid scaled about the origin.
func (s Solid) Times(f float64) Solid { return Solid(shape.Solid(s).Times(f)) }

// Without returns the solid lacking the triangles at the given places.
func (s Solid) Without(places ...int) Solid { return Solid(shape.Solid(s).Without(places...)) }

// InsideOut returns the solid with every triangle turned over.
func (s Solid) InsideOut() Solid {
	out := make(Solid, len(s))
	for i, t := range s {
		out[i] = [3]Point{t[0], t[2], t[1]}
	}
	return out
}

// quad adds a face of four corners as two triangles.
func (s *Solid) quad(a, b, c, d Point) { *s = append(*s, [3]Point{a, b, c}, [3]Point{a, c, d}) }

// Box is a block from the origin to (x, y, z): 12 triangles, bottom and top
// first, then front, back, left, right, two each.
func Box(x, y, z float64) Solid {
	var s Solid
	p := func(i, j, k float64) Point { return Point{i * x, j * y, k * z} }
	s.quad(p(0, 0, 0), p(0, 1, 0), p(1, 1, 0), p(1, 0, 0))
	s.quad(p(0, 0, 1), p(1, 0, 1), p(1, 1, 1), p(0, 1, 1))
	s.quad(p(0, 0, 0), p(1, 0, 0), p(1, 0, 1), p(0, 0, 1))
	s.quad(p(0, 1, 0), p(0, 1, 1), p(1, 1, 1), p(1, 1, 0))
	s.quad(p(0, 0, 0), p(0, 0, 1), p(0, 1, 1), p(0, 1, 0))
	s.quad(p(1, 0, 0), p(1, 1, 0), p(1, 1, 1), p(1, 0, 1))
	return s
}

// Prism is an outline (counter-clockwise, z = 0) pulled up; cuts are the triangles that fill it. nil cuts fill a convex one.
func Prism(outline []Point, cuts [][3]int, height float64) Solid {
	if cuts == nil {
		for i := 1; i+1 < len(outline); i++ {
			cuts = append(cuts, [3]int{0, i, i + 1})
		}
	}
	lifted := func(i int) Point { return Point{outline[i][0], outline[i][1], height} }
	var s Solid
	for _, c := range cuts {
		a, b, d := outline[c[0]], outline[c[1]], outline[c[2]]
		s = append(s, [3]Point{a, d, b}, [3]Point{lifted(c[0]), lifted(c[1]), lifted(c[2])})
	}
	for i, a := range outline {
		j := (i + 1) % len(outline)
		s.quad(a, outline[j], lifted(j), lifted(i))
	}
	return s
}
