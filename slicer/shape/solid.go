package shape

import (
	"encoding/binary"
	"math"
)

// Point is a place in millimetres, Z up.
type Point [3]float64

// Solid is a list of triangles, counter-clockwise seen from outside.
type Solid [][3]Point

// Times returns the solid scaled about the origin.
func (s Solid) Times(f float64) Solid {
	return s.Each(func(p Point) Point { return Point{p[0] * f, p[1] * f, p[2] * f} })
}

// Without returns the solid lacking the triangles at the given places.
func (s Solid) Without(places ...int) Solid {
	var out Solid
next:
	for i, t := range s {
		for _, p := range places {
			if p == i {
				continue next
			}
		}
		out = append(out, t)
	}
	return out
}

// Each returns the solid with every corner put where f says. A mirror turns it inside out.
func (s Solid) Each(f func(Point) Point) Solid {
	out := make(Solid, len(s))
	for i, t := range s {
		out[i] = [3]Point{f(t[0]), f(t[1]), f(t[2])}
	}
	return out
}

// quad adds a face of four corners as two triangles.
func (s *Solid) quad(a, b, c, d Point) { *s = append(*s, [3]Point{a, b, c}, [3]Point{a, c, d}) }

// Pierced is any outline (counter-clockwise, z = 0) with holes in it (counter-clockwise too), pulled up. Outline and holes
// cross neither themselves nor each other.
func Pierced(height float64, outline []Point, holes ...[]Point) Solid {
	corners, cuts := cut(outline, holes)
	var s Solid
	s.fill(corners, cuts, height)
	s.walls(outline, height)
	for _, hole := range holes {
		s.walls(turned(hole), height)
	}
	return s
}

// fill adds floor and roof.
func (s *Solid) fill(corners []Point, cuts [][3]int, height float64) {
	for _, c := range cuts {
		a, b, d := corners[c[0]], corners[c[1]], corners[c[2]]
		*s = append(*s, [3]Point{a, d, b}, [3]Point{lifted(a, height), lifted(b, height), lifted(d, height)})
	}
}

// walls adds the upright faces along an outline, which has the solid on its left.
func (s *Solid) walls(outline []Point, height float64) {
	for i, a := range outline {
		b := outline[(i+1)%len(outline)]
		s.quad(a, b, lifted(b, height), lifted(a, height))
	}
}

func lifted(p Point, z float64) Point { return Point{p[0], p[1], z} }

// Turned is a closed profile, drawn counter-clockwise as (distance from the axis, height), turned about the Z axis in n
// steps. A corner at distance 0 is on the axis; radius, if given, bends each distance by the angle (in radians) and height.
func Turned(profile [][2]float64, n int, radius func(r, angle, z float64) float64) Solid {
	at := func(i, j int) Point {
		p, angle := profile[i%len(profile)], 2*math.Pi*float64(j%n)/float64(n)
		r := p[0]
		if radius != nil && r != 0 {
			r = radius(r, angle, p[1])
		}
		sin, cos := math.Sincos(angle)
		return Point{r * cos, r * sin, p[1]}
	}
	var s Solid
	for i := range profile {
		for j := range n {
			a, b, c, d := at(i, j), at(i, j+1), at(i+1, j+1), at(i+1, j)
			if a != b {
				s = append(s, [3]Point{a, b, c})
			}
			if c != d {
				s = append(s, [3]Point{a, c, d})
			}
		}
	}
	return s
}

// BinarySTL writes the solid as a binary STL whose header begins with "solid",
// as many exporters' do.
func BinarySTL(s Solid) []byte {
	out := make([]byte, 84, 84+50*len(s))
	copy(out, "solid but binary all the same")
	binary.LittleEndian.PutUint32(out[80:], uint32(len(s)))
	for _, t := range s {
		out = append(out, make([]byte, 12)...) // normals are optional: zero
		for _, p := range t {
			for _, x := range p {
				out = binary.LittleEndian.AppendUint32(out, math.Float32bits(float32(x)))
			}
		}
		out = append(out, 0, 0)
	}
	return out
}
