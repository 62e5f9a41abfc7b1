package shape

import (
	"encoding/binary"
	"math"
	"testing"
)

// edges counts how often each directed edge is there, more than the other way round.
func open(s Solid) int {
	edges := map[[2]Point]int{}
	for _, t := range s {
		for i := range 3 {
			edges[[2]Point{t[i], t[(i+1)%3]}]++
			edges[[2]Point{t[(i+1)%3], t[i]}]--
		}
	}
	n := 0
	for _, left := range edges {
		if left > 0 {
			n += left
		}
	}
	return n
}

func volume(s Solid) (v float64) {
	for _, t := range s {
		a, b, c := t[0], t[1], t[2]
		v += (a[0]*(b[1]*c[2]-b[2]*c[1]) + a[1]*(b[2]*c[0]-b[0]*c[2]) + a[2]*(b[0]*c[1]-b[1]*c[0])) / 6
	}
	return v
}

// polygon is the area of a circle's outline.
func polygon(radius float64, n int) float64 {
	return float64(n) / 2 * radius * radius * math.Sin(2*math.Pi/float64(n))
}

// Every solid is closed and has the volume that was drawn.
func TestSolids(t *testing.T) {
	u := Outline(0, 0, 20, 0, 20, 2, 2, 2, 2, 12, 20, 12, 20, 14, 0, 14)
	for name, c := range map[string]struct {
		solid Solid
		want  float64
	}{
		"box":         {Pierced(4, Outline(0, 0, 2, 0, 2, 3, 0, 3)), 24},
		"prism":       {Pierced(2, Circle(0, 0, 5, 12)), 2 * polygon(5, 12)},
		"concave":     {Pierced(12, u), 1200},
		"two holes":   {Pierced(3, Outline(0, 0, 40, 0, 40, 20, 0, 20), Circle(10, 10, 4, 16), Circle(30, 10, 4, 16)), 3 * (800 - 2*polygon(4, 16))},
		"hole in a U": {Pierced(3, u, Outline(4, 0.5, 16, 0.5, 16, 1.5, 4, 1.5)), 3 * (100 - 12)},
		"four holes":  {Pierced(1, Rounded(30, 30, 4), Circle(6, 6, 2, 8), Circle(24, 6, 2, 8), Circle(24, 24, 2, 8), Circle(6, 24, 2, 8)), 1*(900-4*4*4+polygon(4, 24)) - 4*polygon(2, 8)},
		"cone":        {Turned([][2]float64{{0, 0}, {3, 0}, {0, 6}}, 24, nil), polygon(3, 24) * 2},
		"ring":        {Turned([][2]float64{{4, 0}, {5, 0}, {5, 2}, {4, 2}}, 24, nil), 2 * (polygon(5, 24) - polygon(4, 24))},
	} {
		if n := open(c.solid); n != 0 {
			t.Errorf("%s: %d edges are open", name, n)
		}
		if v := volume(c.solid); math.Abs(v-c.want) > 1e-6 {
			t.Errorf("%s: %v mm³, want %v", name, v, c.want)
		}
	}
}

func TestBinarySTL(t *testing.T) {
	stl := BinarySTL(Pierced(1, Outline(0, 0, 1, 0, 1, 1, 0, 1)))
	if len(stl) != 84+12*50 || binary.LittleEndian.Uint32(stl[80:]) != 12 {
		t.Errorf("%d bytes", len(stl))
	}
}
