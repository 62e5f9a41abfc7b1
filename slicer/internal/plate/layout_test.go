package plate

import (
	"fmt"
	"math"
	"reflect"
	"testing"
)

// Everything here is checked on the outlines themselves, in floating point: nothing rests on the raster.

// beds are of every kind, in mm: with clamps along two edges, round, with clips in its corners and one in the way.
var beds = map[string]Bed{
	"plain": {Width: 200_000, Depth: 150_000},
	"odd":   {Width: 180_370, Depth: 180_130},
	"clamps": {Width: 235_000, Depth: 235_000, Disallowed: [][][2]int{
		box(-117_500, -117_500, 117_500, -108_000), box(-117_500, 108_000, 117_500, 117_500),
	}},
	"round": {Width: 200_000, Depth: 200_000, Elliptic: true},
	"oval":  {Width: 240_000, Depth: 160_000, Elliptic: true},
	"clips": {Width: 223_000, Depth: 223_000, Disallowed: [][][2]int{
		{{-111_500, 111_500}, {-82_000, 111_500}, {-84_000, 102_500}, {-111_500, 102_500}},
		{{111_500, 111_500}, {108_000, 111_500}, {110_000, 102_500}, {111_500, 102_500}},
		{{-111_500, -111_500}, {-82_000, -111_500}, {-84_000, -104_500}, {-111_500, -104_500}},
		{{111_500, -111_500}, {108_000, -111_500}, {110_000, -104_500}, {111_500, -104_500}},
	}},
	"a screw in the middle": {Width: 200_000, Depth: 200_000, Disallowed: [][][2]int{box(-6_000, -4_000, 5_000, 7_000)}},
}

func box(x0, y0, x1, y1 int) [][2]int { return [][2]int{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}} }

// TestLayoutsAreSound: every copy is on the bed, keeps its distance from its edge, what must stay free and the others, and
// there are never fewer than rows of boxes would hold.
func TestLayoutsAreSound(t *testing.T) {
	cases := [][3]int{{5_000, 10_600, 500}, {5_000, 3_300, 7}, {2_000, 0, 500}} // spacing, margin, copies
	if testing.Short() {
		cases = cases[:2]
	}
	for bedName, bed := range beds {
		for partName, p := range parts {
			for _, c := range cases {
				spacing, margin, copies := c[0], c[1], c[2]
				name := fmt.Sprint(bedName, "/", partName, "/", c)
				r := Request{Bed: bed, Part: p.foot(), Spacing: spacing, Margin: margin, Copies: copies}
				places := Layout(r)
				if len(places) > copies {
					t.Fatalf("%s: %d copies", name, len(places))
				}
				check(t, name, r, p, places)
				if least := min(copies, rowsOfBoxes(bed, p, spacing, margin)); len(places) < least {
					t.Errorf("%s: %d copies, and %d in rows of boxes", name, len(places), least)
				}
			}
		}
	}
}

// TestSkirtGoesAround: a line around all copies keeps clear of what must stay free.
func TestSkirtGoesAround(t *testing.T) {
	for _, bedName := range []string{"clips", "clamps", "a screw in the middle", "round"} {
		bed := beds[bedName]
		for partName, p := range parts {
			for _, copies := range []int{3, 500} {
				r := Request{Bed: bed, Part: p.foot(), Spacing: 5_000, Margin: 4_000, Around: true, Copies: copies}
				places := Layout(r)
				name := fmt.Sprint(bedName, "/", partName, "/", copies)
				check(t, name, r, p, places)
				if len(places) == 0 {
					t.Errorf("%s: no copy", name)
				}
				var points []point
				for _, at := range places {
					points = append(points, p.at(at)...)
				}
				if len(points) == 0 {
					continue
				}
				line := wrapped(points)
				for _, area := range bed.Disallowed {
					if d := distance(line, floats(area)); d < 4_000-fine {
						t.Errorf("%s: the skirt comes within %.0f µm of what must stay free", name, d)
					}
				}
			}
		}
	}
}

// TestConcavePartsLieIntoEachOther: more of them fit than in rows of boxes.
func TestConcavePartsLieIntoEachOther(t *testing.T) {
	bed := beds["clamps"]
	for name, gain := range map[string]float64{"L": 1.2, "C": 1.2, "V": 1.2, "triangle": 1.3, "disc": 1} {
		p := parts[name]
		got := len(Layout(Request{Bed: bed, Part: p.foot(), Spacing: 5_000, Margin: 3_000, Copies: 500}))
		boxes := rowsOfBoxes(bed, p, 5_000, 3_000)
		t.Logf("%s: %d copies, %d in rows of boxes", name, got, boxes)
		if float64(got) < gain*float64(boxes) {
			t.Errorf("%s: %d copies, %d in rows of boxes", name, got, boxes)
		}
	}
}

// TestLayoutsAreTheSameEachTime, and those of fewer copies are close together around the bed's middle.
func TestLayoutsAreTheSameEachTime(t *testing.T) {
	for name, p := range parts {
		r := Request{Bed: beds["clamps"], Part: p.foot(), Spacing: 5_000, Margin: 11_000, Copies: 4}
		places := Layout(r)
		if again := Layout(r); !reflect.DeepEqual(places, again) {
			t.Errorf("%s: %v, then %v", name, places, again)
		}
		x, y := r.Part.off(places)
		if max(x, -x, y, -y) > Cell {
			t.Errorf("%s: %d, %d from the middle", name, x, y)
		}
		w, d := r.Part.size(0)
		if limit := 2 * (w + d + 2*5_000); r.Part.around(places) > limit {
			t.Errorf("%s: four copies take %d µm, two by two take %d: %v", name, r.Part.around(places), limit, places)
		}
	}
}

// TestNothingFits gives no copy, and no copies are none.
func TestNothingFits(t *testing.T) {
	large := rectangle(300_000, 20_000)
	for _, copies := range []int{0, 1, 5} {
		if got := Layout(Request{Bed: beds["plain"], Part: large.foot(), Spacing: 5_000, Copies: copies}); len(got) != 0 {
			t.Errorf("%d copies of what does not fit: %v", copies, got)
		}
	}
	turned := rectangle(140_000, 190_000)
	if got := Layout(Request{Bed: beds["plain"], Part: turned.foot(), Spacing: 5_000, Copies: 2}); len(got) != 1 || got[0].Turns%2 != 1 {
		t.Errorf("what fits turned: %v", got)
	}
}

// TestFootprintCoversThePart: every point of the part, and nothing a cell away.
func TestFootprintCoversThePart(t *testing.T) {
	for name, p := range parts {
		foot, w, d := p.foot(), 0.0, 0.0
		for _, c := range p.outline {
			w, d = math.Max(w, c[0]), math.Max(d, c[1])
		}
		for x := 3.0; x < w; x += 137 {
			for y := 3.0; y < d; y += 141 {
				far := distance([]point{{x, y}}, p.outline)
				within := contains(p.outline, point{x, y})
				covered := foot.Covers(int(x)-foot.width/2, int(y)-foot.depth/2)
				if within && far > fine && !covered || !within && far > math.Sqrt2*Cell+fine && covered {
					t.Fatalf("%s: %.0f, %.0f: within %v, %.0f from the edge, covered %v", name, x, y, within, far, covered)
				}
			}
		}
	}
}

func BenchmarkLayout(b *testing.B) {
	for _, name := range []string{"box", "L", "C", "disc", "clip"} {
		b.Run(name, func(b *testing.B) {
			r := Request{Bed: Bed{Width: 300_000, Depth: 300_000}, Part: parts[name].small().foot(), Spacing: 3_000, Margin: 3_000, Copies: 100}
			if got := len(Layout(r)); got != 100 {
				b.Fatalf("%d copies", got)
			}
			for b.Loop() {
				Layout(r)
			}
		})
	}
	b.Run("full", func(b *testing.B) {
		r := Request{Bed: Bed{Width: 300_000, Depth: 300_000}, Part: parts["L"].foot(), Spacing: 3_000, Margin: 3_000, Copies: 500}
		for b.Loop() {
			Layout(r)
		}
	})
	b.Run("large", func(b *testing.B) {
		r := Request{Bed: Bed{Width: 300_000, Depth: 300_000}, Part: disc(90_000).foot(), Spacing: 5_000, Margin: 11_000, Copies: 2}
		for b.Loop() {
			Layout(r)
		}
	})
}

// BenchmarkFootprint is of a million triangles.
func BenchmarkFootprint(b *testing.B) {
	for b.Loop() {
		foot := NewFootprint(100_000, 100_000)
		for i := range 1_000_000 {
			x, y := i%1000*100, i/1000*100
			foot.Add([2]int{x, y}, [2]int{x + 100, y}, [2]int{x, y + 100})
		}
	}
}
