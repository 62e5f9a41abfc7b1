package mesh_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"buildplate/slicer/internal/mesh"
	"buildplate/slicer/slicertest/meshtest"
)

func read(t testing.TB, name string, data []byte) *mesh.Mesh {
	t.Helper()
	m, err := mesh.Read(t.Context(), name, bytes.NewReader(data), int64(len(data)), mesh.Limits{})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return m
}

// solid reads a shape of our own by way of a binary STL.
func solid(t testing.TB, s meshtest.Solid) *mesh.Mesh {
	t.Helper()
	return read(t, "shape.stl", meshtest.BinarySTL(s))
}

func near(got, want, relative float64) bool {
	return math.Abs(got-want) <= relative*math.Max(math.Abs(want), 1e-9)
}

func nearSize(got, want [3]float64) bool {
	for k := range got {
		if math.Abs(got[k]-want[k]) > 1e-5*math.Max(1, math.Abs(want[k])) {
			return false
		}
	}
	return true
}

// ring is the area of a regular polygon.
func ring(radius float64, n int) float64 {
	return float64(n) / 2 * radius * radius * math.Sin(2*math.Pi/float64(n))
}

func TestInspectOwnShapes(t *testing.T) {
	cases := []struct {
		name   string
		solid  meshtest.Solid
		size   [3]float64
		volume float64
		bodies int
		want   mesh.Inspection // the fields compared below
		codes  string
	}{
		{name: "cube", solid: meshtest.Cube(), size: [3]float64{20, 20, 20}, volume: 8000, bodies: 1,
			want: mesh.Inspection{Watertight: true, ContactMM2: 400}},
		{name: "cube inside out", solid: meshtest.Cube().InsideOut(), size: [3]float64{20, 20, 20}, volume: 8000, bodies: 1,
			want: mesh.Inspection{Watertight: true, Inverted: true, ContactMM2: 400}, codes: "inverted"},
		{name: "cylinder", solid: meshtest.Cylinder(10, 30, 64), size: [3]float64{20, 20, 30}, volume: 30 * ring(10, 64), bodies: 1,
			want: mesh.Inspection{Watertight: true, ContactMM2: ring(10, 64)}},
		{name: "hollow box", solid: meshtest.HollowBox(), size: [3]float64{40, 40, 40}, volume: 17344, bodies: 1,
			want: mesh.Inspection{Watertight: true, Cavities: 1, OverhangMM2: 36 * 36, SupportMM3: 36 * 36 * 38, ContactMM2: 1600}, codes: "cavities overhang"},
		{name: "hollow box inside out", solid: meshtest.HollowBox().InsideOut(), size: [3]float64{40, 40, 40}, volume: 17344, bodies: 1,
			want: mesh.Inspection{Watertight: true, Cavities: 1, Inverted: true, OverhangMM2: 36 * 36, SupportMM3: 36 * 36 * 38, ContactMM2: 1600}, codes: "inverted cavities overhang"},
		{name: "leaky cube", solid: meshtest.LeakyCube(), size: [3]float64{20, 20, 20}, volume: 8000 - 2*8000/12.0, bodies: 1,
			want: mesh.Inspection{Holes: 2, OpenEdges: 6, ContactMM2: 400}, codes: "holes"},
		{name: "holes that touch in a corner", solid: meshtest.Box(20, 20, 20).Without(3, 11), size: [3]float64{20, 20, 20}, volume: 8000 - 2*8000/12.0, bodies: 1,
			want: mesh.Inspection{Holes: 2, OpenEdges: 6, ContactMM2: 400}, codes: "holes"},
		{name: "two bodies", solid: meshtest.TwoBodies(), size: [3]float64{25, 10, 10}, volume: 2000, bodies: 2,
			want: mesh.Inspection{Watertight: true, ContactMM2: 200}, codes: "bodies"},
		{name: "two bodies, one inside out", solid: meshtest.Box(10, 10, 10).And(meshtest.Box(5, 5, 5).Moved(15, 0, 0).InsideOut()), size: [3]float64{20, 10, 10}, volume: 1125, bodies: 2,
			want: mesh.Inspection{Watertight: true, Inverted: true, ContactMM2: 125}, codes: "inverted bodies"},
		{name: "cubes touching along an edge", solid: meshtest.TouchingCubes(), size: [3]float64{20, 20, 10}, volume: 2000, bodies: 2,
			want: mesh.Inspection{Watertight: true, NonManifoldEdges: 1, ContactMM2: 200}, codes: "non_manifold bodies"},
		{name: "cubes sharing a face", solid: meshtest.Box(10, 10, 10).And(meshtest.Box(10, 10, 10).Moved(10, 0, 0)), size: [3]float64{20, 10, 10}, volume: 2000, bodies: 2,
			// The edges round the shared face and its diagonal.
			want: mesh.Inspection{Watertight: true, NonManifoldEdges: 5, ContactMM2: 200}, codes: "non_manifold bodies"},
		{name: "the same cube twice", solid: meshtest.Cube().And(meshtest.Cube()), size: [3]float64{20, 20, 20}, volume: 16000, bodies: 2,
			want: mesh.Inspection{Watertight: true, NonManifoldEdges: 18, ContactMM2: 800}, codes: "non_manifold bodies"},
		{name: "one triangle turned over", solid: meshtest.Cube().Without(3).And(meshtest.Cube()[3:4].InsideOut()), size: [3]float64{20, 20, 20}, volume: 8000, bodies: 1,
			want: mesh.Inspection{InvertedFaces: 1, ContactMM2: 400}, codes: "inverted_faces"},
		{name: "fin on a cube", solid: meshtest.Cube().And(meshtest.Solid{{{0, 0, 20}, {20, 0, 20}, {10, 0, 30}}}), size: [3]float64{20, 20, 30}, volume: math.NaN(), bodies: 1,
			want: mesh.Inspection{Holes: 1, OpenEdges: 2, NonManifoldEdges: 1, ContactMM2: 400}, codes: "holes non_manifold"},
		{name: "clip", solid: meshtest.Clip(), size: [3]float64{20, 14, 12}, volume: 1200, bodies: 1,
			want: mesh.Inspection{Watertight: true, ContactMM2: 100}},
		{name: "bracket", solid: meshtest.Bracket(), size: [3]float64{60, 20, 4}, volume: 4 * (1200 - 2*ring(2.5, 48)), bodies: 1,
			want: mesh.Inspection{Watertight: true, ContactMM2: 1200 - 2*ring(2.5, 48)}},
		{name: "T bracket", solid: meshtest.TBracket(), size: [3]float64{40, 10, 40}, volume: 7000, bodies: 1,
			want: mesh.Inspection{Watertight: true, OverhangMM2: 300, SupportMM3: 9000, ContactMM2: 100}, codes: "overhang"},
		{name: "inch part", solid: meshtest.InchPart(), size: [3]float64{2, 1, 0.5}, volume: 1, bodies: 1,
			want: mesh.Inspection{Watertight: true, Thin: true, ContactMM2: 2}, codes: "thin units"},
		{name: "sheet", solid: meshtest.Box(30, 20, 10)[:2], size: [3]float64{30, 20, 0}, volume: 0, bodies: 1,
			want: mesh.Inspection{Holes: 1, OpenEdges: 4, Flat: true, ContactMM2: 600}, codes: "flat holes"},
		{name: "foil", solid: meshtest.Box(30, 20, 0.3), size: [3]float64{30, 20, 0.3}, volume: 180, bodies: 1,
			want: mesh.Inspection{Watertight: true, Thin: true, ContactMM2: 600}, codes: "thin"},
		{name: "shell of 0.2 mm", solid: meshtest.Box(40, 40, 40).And(meshtest.Box(39.6, 39.6, 39.6).Moved(.2, .2, .2).InsideOut()), size: [3]float64{40, 40, 40}, volume: 64000 - 39.6*39.6*39.6, bodies: 1,
			want: mesh.Inspection{Watertight: true, Thin: true, Cavities: 1, OverhangMM2: 39.6 * 39.6, SupportMM3: 39.6 * 39.6 * 39.8, ContactMM2: 1600}, codes: "thin cavities overhang"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m := solid(t, c.solid)
			got := mesh.Inspect(m)
			if !nearSize(got.SizeMM, c.size) {
				t.Errorf("size %v, want %v", got.SizeMM, c.size)
			}
			if !math.IsNaN(c.volume) && !near(got.VolumeMM3, c.volume, 1e-4) {
				t.Errorf("volume %v, want %v", got.VolumeMM3, c.volume)
			}
			if got.Bodies != c.bodies || got.Cavities != c.want.Cavities {
				t.Errorf("%d bodies and %d cavities, want %d and %d", got.Bodies, got.Cavities, c.bodies, c.want.Cavities)
			}
			if got.Watertight != c.want.Watertight || got.Holes != c.want.Holes || got.OpenEdges != c.want.OpenEdges || got.NonManifoldEdges != c.want.NonManifoldEdges {
				t.Errorf("watertight %v, %d holes, %d open, %d non-manifold edges; want %v, %d, %d, %d", got.Watertight, got.Holes, got.OpenEdges, got.NonManifoldEdges,
					c.want.Watertight, c.want.Holes, c.want.OpenEdges, c.want.NonManifoldEdges)
			}
			if got.Inverted != c.want.Inverted || got.InvertedFaces != c.want.InvertedFaces {
				t.Errorf("inverted %v, %d faces; want %v, %d", got.Inverted, got.InvertedFaces, c.want.Inverted, c.want.InvertedFaces)
			}
			if got.Thin != c.want.Thin || got.Flat != c.want.Flat {
				t.Errorf("thin %v, flat %v (thickness %v); want %v, %v", got.Thin, got.Flat, got.ThicknessMM, c.want.Thin, c.want.Flat)
			}
			if !near(got.OverhangMM2, c.want.OverhangMM2, 1e-4) || !near(got.SupportMM3, c.want.SupportMM3, 1e-4) || !near(got.ContactMM2, c.want.ContactMM2, 1e-4) {
				t.Errorf("overhang %v mm², support %v mm³, contact %v mm²; want %v, %v, %v", got.OverhangMM2, got.SupportMM3, got.ContactMM2,
					c.want.OverhangMM2, c.want.SupportMM3, c.want.ContactMM2)
			}
			if got.NeedsSupport() != (c.want.OverhangMM2 > 5) {
				t.Errorf("needs support: %v", got.NeedsSupport())
			}
			var codes []string
			for _, f := range got.Findings {
				codes = append(codes, f.Code)
				if len(f.Message) < 20 || f.Severity == "" {
					t.Errorf("finding %+v is not a sentence", f)
				}
			}
			if s := strings.Join(codes, " "); s != c.codes {
				t.Errorf("findings %q, want %q", s, c.codes)
			}
			// Put right, every closed shape has one volume, and nothing turned.
			fixed := mesh.Inspect(m.Outward())
			if fixed.Inverted || fixed.InvertedFaces != 0 || !near(fixed.VolumeMM3, got.VolumeMM3, 1e-6) || !near(fixed.OverhangMM2, got.OverhangMM2, 1e-6) {
				t.Errorf("after Outward: inverted %v, %d faces, volume %v, overhang %v", fixed.Inverted, fixed.InvertedFaces, fixed.VolumeMM3, fixed.OverhangMM2)
			}
		})
	}
}

// The sphere tests overhangs against a formula: the cap below the angle at
// which a slope is steeper than OverhangAngle from vertical has the area
// 2πr²(1 - sin angle).
func TestSphereOverhang(t *testing.T) {
	const r = 50.0
	got := mesh.Inspect(solid(t, meshtest.Sphere(r, 300)))
	want := 2 * math.Pi * r * r * (1 - math.Sin(mesh.OverhangAngle*math.Pi/180))
	if !near(got.OverhangMM2+got.ContactMM2, want, 0.01) {
		t.Errorf("overhang %v, want about %v", got.OverhangMM2, want)
	}
	if !near(got.VolumeMM3, 4.0/3*math.Pi*r*r*r, 1e-3) || !near(got.AreaMM2, 4*math.Pi*r*r, 1e-3) {
		t.Errorf("volume %v, area %v", got.VolumeMM3, got.AreaMM2)
	}
}

func TestSeamsAreSewn(t *testing.T) {
	// The top of the cube was written from other sums than the rest.
	s := meshtest.Cube()
	for i := 2; i < 4; i++ {
		for k := range s[i] {
			s[i][k][0] += 0.0004
			s[i][k][2] -= 0.0003
		}
	}
	got := mesh.Inspect(solid(t, s))
	if !got.Watertight || !got.SeamsClosed || got.Bodies != 1 {
		t.Errorf("watertight %v, seams %v, %d bodies; want a closed cube", got.Watertight, got.SeamsClosed, got.Bodies)
	}
	// A gap one can see is a hole.
	got = mesh.Inspect(solid(t, meshtest.Cube().Without(2, 3).And(meshtest.Cube()[2:4].Moved(0, 0, 0.1))))
	if got.Watertight || got.SeamsClosed || got.Holes != 2 {
		t.Errorf("watertight %v, seams %v, %d holes; want an open cube and its lid", got.Watertight, got.SeamsClosed, got.Holes)
	}
}

// Many loose triangles are measured without a table per body.
func TestLooseTriangles(t *testing.T) {
	var s meshtest.Solid
	for i := range 70_000 {
		x, y := float64(i%300), float64(i/300)
		s = append(s, [3]meshtest.Point{{x, y, 0}, {x + 0.5, y, 0}, {x, y + 0.5, 0.5}})
	}
	got := mesh.Inspect(solid(t, s))
	if got.Bodies != len(s) || got.Holes != len(s) || got.Watertight {
		t.Errorf("%d bodies, %d holes, watertight %v", got.Bodies, got.Holes, got.Watertight)
	}
}

func TestUnitQuestion(t *testing.T) {
	for _, c := range []struct {
		name   string
		mesh   *mesh.Mesh
		ask    bool
		text   string
		scales []float64
	}{
		{"ordinary part", solid(t, meshtest.Cube()), false, "", nil},
		{"inches", solid(t, meshtest.Box(5.16, 2, 1)), true, "The file does not say its unit. Is the longest side 5.2 mm (file in millimetres) or 131 mm (file in inches)?", []float64{1, 10, 25.4}},
		{"metres", solid(t, meshtest.Box(0.12, 0.1, 0.1)), true, "", []float64{1, 10, 25.4, 1000}},
		{"micrometres", solid(t, meshtest.Box(50_000, 20_000, 1000)), true, "", []float64{1, 0.001}},
		{"small, but it says so", read(t, "small.3mf", meshtest.ThreeMF(meshtest.Box(3, 3, 3))), false, "", nil},
	} {
		q := mesh.Inspect(c.mesh).Units
		if q.Ask != c.ask || c.text != "" && q.Text != c.text {
			t.Errorf("%s: ask %v, %q", c.name, q.Ask, q.Text)
		}
		if len(q.Choices) != len(c.scales) {
			t.Errorf("%s: choices %+v, want scales %v", c.name, q.Choices, c.scales)
			continue
		}
		for i, choice := range q.Choices {
			if choice.Scale != c.scales[i] || !nearSize(c.mesh.Scaled(choice.Scale).Size(), choice.SizeMM) {
				t.Errorf("%s: choice %+v, want scale %v", c.name, choice, c.scales[i])
			}
		}
		if size := c.mesh.Size(); q.AsMM != size || !near(q.AsInch[0], 25.4*size[0], 1e-9) || !near(q.AsM[2], 1000*size[2], 1e-9) {
			t.Errorf("%s: sizes %v, %v, %v", c.name, q.AsMM, q.AsInch, q.AsM)
		}
	}
}
