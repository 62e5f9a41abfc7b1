package plate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// fine is what is forgiven, in µm: rounding to whole ones, and what a part may reach into a cell.
const fine = 8

type point [2]float64

// outline is a part as it is drawn: its outline, and triangles that cover it.
type outlined struct {
	outline   []point
	triangles [][3][2]int
}

// parts are of many shapes, a few centimetres large; the lowest corner of each box is at the origin.
var parts = map[string]outlined{
	"box":        rectangle(20_000, 20_000),
	"odd box":    rectangle(31_230, 17_770),
	"strip":      rectangle(90_000, 4_400),
	"L":          ofBoxes([]point{{0, 0}, {40e3, 0}, {40e3, 8e3}, {8e3, 8e3}, {8e3, 40e3}, {0, 40e3}}, [4]int{0, 0, 40_000, 8_000}, [4]int{0, 0, 8_000, 40_000}),
	"C":          ofBoxes([]point{{0, 0}, {30e3, 0}, {30e3, 6e3}, {6e3, 6e3}, {6e3, 34e3}, {30e3, 34e3}, {30e3, 40e3}, {0, 40e3}}, [4]int{0, 0, 6_000, 40_000}, [4]int{0, 0, 30_000, 6_000}, [4]int{0, 34_000, 30_000, 40_000}),
	"clip":       ofBoxes([]point{{0, 0}, {20e3, 0}, {20e3, 2e3}, {2e3, 2e3}, {2e3, 12e3}, {20e3, 12e3}, {20e3, 14e3}, {0, 14e3}}, [4]int{0, 0, 2_000, 14_000}, [4]int{0, 0, 20_000, 2_000}, [4]int{0, 12_000, 20_000, 14_000}),
	"V":          {[]point{{0, 0}, {8e3, 0}, {25e3, 32e3}, {42e3, 0}, {50e3, 0}, {29e3, 40e3}, {21e3, 40e3}}, [][3][2]int{{{0, 0}, {8_000, 0}, {25_000, 32_000}}, {{0, 0}, {25_000, 32_000}, {21_000, 40_000}}, {{25_000, 32_000}, {29_000, 40_000}, {21_000, 40_000}}, {{25_000, 32_000}, {42_000, 0}, {50_000, 0}}, {{25_000, 32_000}, {50_000, 0}, {29_000, 40_000}}}},
	"triangle":   {[]point{{0, 0}, {50e3, 0}, {0, 30e3}}, [][3][2]int{{{0, 0}, {50_000, 0}, {0, 30_000}}}},
	"star":       star(1),
	"other star": star(2),
	"disc":       disc(13_000),
}

func rectangle(w, d int) outlined {
	return ofBoxes([]point{{0, 0}, {float64(w), 0}, {float64(w), float64(d)}, {0, float64(d)}}, [4]int{0, 0, w, d})
}

func ofBoxes(outline []point, boxes ...[4]int) outlined {
	p := outlined{outline: outline}
	for _, b := range boxes {
		a, c := [2]int{b[0], b[1]}, [2]int{b[2], b[3]}
		p.triangles = append(p.triangles, [3][2]int{a, {b[2], b[1]}, c}, [3][2]int{a, c, {b[0], b[3]}})
	}
	return p
}

func disc(radius int) (p outlined) {
	const n = 64
	corner := func(i int) [2]int {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / n)
		r := float64(radius)
		return [2]int{int(math.Round(r + r*cos)), int(math.Round(r + r*sin))}
	}
	for i := range n {
		a, b := corner(i), corner(i+1)
		p.outline = append(p.outline, point{float64(a[0]), float64(a[1])})
		p.triangles = append(p.triangles, [3][2]int{{radius, radius}, a, b})
	}
	return p
}

// star is a part with corners near and far, the same for the same seed.
func star(seed uint64) (p outlined) {
	chance := rand.New(rand.NewPCG(seed, 0))
	const n = 11
	corners, low := make([][2]int, n), [2]int{}
	for i := range corners {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / n)
		r := 5_000 + 20_000*chance.Float64()
		corners[i] = [2]int{int(r * cos), int(r * sin)}
		low = [2]int{min(low[0], corners[i][0]), min(low[1], corners[i][1])}
	}
	for i, c := range corners {
		d := corners[(i+1)%n]
		p.outline = append(p.outline, point{float64(c[0] - low[0]), float64(c[1] - low[1])})
		p.triangles = append(p.triangles, [3][2]int{{-low[0], -low[1]}, {c[0] - low[0], c[1] - low[1]}, {d[0] - low[0], d[1] - low[1]}})
	}
	return p
}

// small is the part at most 20 mm long, so that a hundred fit a bed.
func (p outlined) small() (out outlined) {
	w, d := p.size()
	for w > 20_000 || d > 20_000 {
		w, d = w/2, d/2
		out = outlined{}
		for _, c := range p.outline {
			out.outline = append(out.outline, point{c[0] / 2, c[1] / 2})
		}
		for _, t := range p.triangles {
			for i := range t {
				t[i] = [2]int{t[i][0] / 2, t[i][1] / 2}
			}
			out.triangles = append(out.triangles, t)
		}
		p = out
	}
	return p
}

func (p outlined) size() (w, d int) {
	for _, c := range p.outline {
		w, d = max(w, int(c[0])), max(d, int(c[1]))
	}
	return w, d
}

func (p outlined) foot() *Footprint {
	f := NewFootprint(p.size())
	for _, t := range p.triangles {
		f.Add(t[0], t[1], t[2])
	}
	return f
}

// at is the outline of a copy at a place.
func (p outlined) at(place Place) (out []point) {
	w, d := p.size()
	for _, c := range p.outline {
		x, y := c[0]-float64(w)/2, c[1]-float64(d)/2
		for range place.Turns {
			x, y = -y, x
		}
		out = append(out, point{x + float64(place.X), y + float64(place.Y)})
	}
	return out
}

// check holds each copy to its distance from the bed's edge, from what must stay free and from the others.
func check(t *testing.T, name string, r Request, p outlined, places []Place) {
	t.Helper()
	copies := make([][]point, len(places))
	for i, at := range places {
		copies[i] = p.at(at)
		for _, c := range copies[i] {
			if d := r.Bed.edge(c); d < float64(r.Margin)-fine {
				t.Fatalf("%s: copy %d comes within %.0f µm of the edge", name, i, d)
			}
		}
		for _, area := range r.Bed.Disallowed {
			if d := distance(copies[i], floats(area)); d < float64(r.Margin)-fine {
				t.Fatalf("%s: copy %d comes within %.0f µm of what must stay free", name, i, d)
			}
		}
		for k := range i {
			if math.Hypot(float64(places[k].X-at.X), float64(places[k].Y-at.Y)) > 150_000 {
				continue // larger than every part
			}
			if d := distance(copies[i], copies[k]); d < float64(r.Spacing)-fine {
				t.Fatalf("%s: copies %d and %d are %.0f µm from each other", name, k, i, d)
			}
		}
	}
}

// edge is how far a point is from the bed's edge; below zero beside the bed. On an oval bed it is the way to the nearest of
// many points on its edge.
func (b Bed) edge(p point) float64 {
	w, d := float64(b.Width)/2, float64(b.Depth)/2
	if !b.Elliptic {
		return min(p[0]+w, w-p[0], p[1]+d, d-p[1])
	}
	if x, y := p[0]/w, p[1]/d; x*x+y*y > 1 {
		return -1
	}
	least := math.Inf(1)
	for i := range 720 {
		sin, cos := math.Sincos(math.Pi * float64(i) / 360)
		least = min(least, math.Hypot(w*cos-p[0], d*sin-p[1]))
	}
	return least
}

// rowsOfBoxes is how many copies fit in rows of boxes, all turned alike.
func rowsOfBoxes(b Bed, p outlined, spacing, margin int) (most int) {
	w, d := p.size()
	count := func(length, side int) int { return max(0, (length-2*margin+spacing)/(side+spacing)) }
	for range 2 {
		if !b.Elliptic {
			depth := b.Depth
			if len(b.Disallowed) == 2 { // clamps along the front and the back
				depth = 216_000
			}
			if len(b.Disallowed) != 1 && len(b.Disallowed) != 4 {
				most = max(most, count(b.Width, w)*count(depth, d))
			}
			if len(b.Disallowed) == 4 { // the clips' strips left out
				most = max(most, count(b.Width, w)*count(102_500+104_500, d))
			}
		} else {
			for rows := 1; rows*(d+spacing)-spacing+2*margin <= b.Depth; rows++ {
				all, y := 0, -(rows*(d+spacing)-spacing)/2
				for range rows {
					far := float64(max(-(y-margin), y+d+margin)) / (float64(b.Depth) / 2)
					if far < 1 {
						all += count(int(float64(b.Width)*math.Sqrt(1-far*far)), w)
					}
					y += d + spacing
				}
				most = max(most, all)
			}
		}
		w, d = d, w
	}
	return most
}

// wrapped is a line drawn tight around points, as one would with a string.
func wrapped(points []point) (line []point) {
	start := points[0]
	for _, p := range points {
		if p[0] < start[0] || p[0] == start[0] && p[1] < start[1] {
			start = p
		}
	}
	for at := start; len(line) == 0 || at != start; {
		line = append(line, at)
		next := points[0]
		for _, p := range points {
			turn := (next[0]-at[0])*(p[1]-at[1]) - (next[1]-at[1])*(p[0]-at[0])
			farther := math.Hypot(p[0]-at[0], p[1]-at[1]) > math.Hypot(next[0]-at[0], next[1]-at[1])
			if next == at || p != at && (turn < 0 || turn == 0 && farther) {
				next = p
			}
		}
		at = next
	}
	return line
}

func floats(area [][2]int) (out []point) {
	for _, p := range area {
		out = append(out, point{float64(p[0]), float64(p[1])})
	}
	return out
}

// distance is how far two outlines are from each other; 0 where they overlap.
func distance(a, b []point) float64 {
	if contains(a, b[0]) || contains(b, a[0]) {
		return 0
	}
	least := math.Inf(1)
	for i, p := range a {
		q := a[(i+1)%len(a)]
		for k, r := range b {
			s := b[(k+1)%len(b)]
			left := func(a, b, c point) bool { return (b[0]-a[0])*(c[1]-a[1])-(b[1]-a[1])*(c[0]-a[0]) > 0 }
			if left(p, q, r) != left(p, q, s) && left(r, s, p) != left(r, s, q) {
				return 0
			}
			least = min(least, toSegment(p, r, s), toSegment(r, p, q))
		}
	}
	return least
}

func toSegment(p, a, b point) float64 {
	dx, dy := b[0]-a[0], b[1]-a[1]
	f := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		f = min(max(((p[0]-a[0])*dx+(p[1]-a[1])*dy)/l, 0), 1)
	}
	return math.Hypot(a[0]+f*dx-p[0], a[1]+f*dy-p[1])
}

func contains(polygon []point, p point) bool {
	in := false
	for i, a := range polygon {
		b := polygon[(i+1)%len(polygon)]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(p[1]-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
			in = !in
		}
	}
	return in
}
