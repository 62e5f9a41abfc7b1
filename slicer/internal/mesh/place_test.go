package mesh_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"buildplate/slicer/internal/mesh"
	"buildplate/slicer/slicertest/meshtest"
)

func TestFits(t *testing.T) {
	ender := mesh.Bed{Width: 220, Depth: 220, Height: 250}
	oblong := mesh.Bed{Width: 300, Depth: 100, Height: 100}
	delta := mesh.Bed{Width: 200, Depth: 200, Height: 300, Elliptic: true, CenterIsZero: true}
	// A strip along the front edge and a clip at the left, as on glass beds.
	clipped := mesh.Bed{Width: 220, Depth: 220, Height: 250, Disallowed: [][][2]float64{
		{{-110, 110}, {110, 110}, {110, 90}, {-110, 90}},
		{{-110, 10}, {-100, 10}, {-100, -10}, {-110, -10}},
	}}
	for _, c := range []struct {
		name     string
		solid    meshtest.Solid
		bed      mesh.Bed
		ok, turn bool
		figure   string // in the message
	}{
		{"cube", meshtest.Cube(), ender, true, true, ""},
		{"exactly as large", meshtest.Box(220, 220, 250), ender, true, true, ""},
		{"too high", meshtest.Box(20, 20, 251), ender, false, false, "251 mm"},
		{"too wide", meshtest.Box(221, 20, 20), ender, false, false, ""},
		{"fits turned", meshtest.Box(90, 250, 20), oblong, false, true, ""},
		{"fits as it lies only", meshtest.Box(250, 90, 20), oblong, true, false, ""},
		{"round on round", meshtest.Cylinder(99, 50, 180), delta, true, true, ""},
		{"square on round", meshtest.Box(150, 150, 50), delta, false, false, "200 mm"},
		{"smaller square on round", meshtest.Box(140, 140, 50), delta, true, true, ""},
		{"diamond on round", meshtest.Prism([]meshtest.Point{{98, 0}, {0, 98}, {-98, 0}, {0, -98}}, nil, 10), delta, true, true, ""},
		{"over the front strip", meshtest.Box(100, 200, 20), clipped, false, true, ""},
		{"short of the front strip", meshtest.Box(100, 178, 20), clipped, true, true, ""},
		{"over the left clip", meshtest.Box(210, 100, 20), clipped, false, false, ""},
		{"covering everything", meshtest.Box(219, 219, 20), clipped, false, false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := mesh.Inspect(solid(t, c.solid))
			// Orders keep inspections as JSON; the answer must survive that.
			data, err := json.Marshal(i)
			if err != nil {
				t.Fatal(err)
			}
			var stored mesh.Inspection
			if err := json.Unmarshal(data, &stored); err != nil {
				t.Fatal(err)
			}
			fit := i.Fit(c.bed)
			if kept := stored.Fit(c.bed); fit.AsIs != c.ok || fit.Turned != c.turn || !strings.Contains(fit.Message, c.figure) || kept != fit {
				t.Errorf("fits %+v, stored %+v; want %v, turned %v, %q", fit, kept, c.ok, c.turn, c.figure)
			}
		})
	}
}

// The strip lies at the front, where y is low: a part that reaches only to the
// back must not be stopped by it.
func TestDisallowedAreasCountFromTheFront(t *testing.T) {
	bed := mesh.Bed{Width: 200, Depth: 200, Height: 200, Disallowed: [][][2]float64{{{-20, 100}, {20, 100}, {20, 60}, {-20, 60}}}}
	front := []meshtest.Point{{-30, 80}, {-10, -80}, {10, -80}, {30, 80}} // narrow at the front
	wide := []meshtest.Point{{-90, 80}, {-90, 70}, {0, -50}, {90, 70}, {90, 80}}
	if fit := mesh.Inspect(solid(t, meshtest.Prism(front, nil, 5))).Fit(bed); fit.AsIs {
		t.Errorf("a part over the front strip: %s", fit.Message)
	}
	if fit := mesh.Inspect(solid(t, meshtest.Prism(wide, nil, 5))).Fit(bed); fit.AsIs {
		t.Errorf("a part whose tip reaches the strip: %s", fit.Message)
	}
	small := mesh.Bed{Width: 200, Depth: 200, Height: 200, Disallowed: [][][2]float64{{{-90, 80}, {-60, 80}, {-60, 50}, {-90, 50}}}}
	if fit := mesh.Inspect(solid(t, meshtest.Prism(wide, nil, 5))).Fit(small); !fit.AsIs {
		t.Errorf("a part that is wide only at the back: %s", fit.Message)
	}
}

func TestOriented(t *testing.T) {
	m := solid(t, meshtest.TBracket())
	half := math.Sqrt2 / 2
	upside := m.Oriented(mesh.Quaternion{1, 0, 0, 0}) // half a turn about x
	if i := mesh.Inspect(upside); i.NeedsSupport() || !nearSize(i.SizeMM, [3]float64{40, 10, 40}) || !near(i.VolumeMM3, 7000, 1e-5) {
		t.Errorf("on its head: %v mm² overhang, size %v, volume %v", i.OverhangMM2, i.SizeMM, i.VolumeMM3)
	}
	lying := m.Oriented(mesh.Quaternion{half, 0, 0, half}) // a quarter turn about x: y becomes z
	if size := lying.Size(); !nearSize(size, [3]float64{40, 40, 10}) {
		t.Errorf("lying: size %v", size)
	}
	// Right-handed: about z, x turns to y.
	v := solid(t, meshtest.Box(3, 1, 1)).Oriented(mesh.Quaternion{0, 0, 2 * half, 2 * half})
	if low, high := v.Bounds(); !nearSize(low, [3]float64{-1, 0, 0}) || !nearSize(high, [3]float64{0, 3, 1}) {
		t.Errorf("turned about z: %v to %v", low, high)
	}
	for _, q := range []mesh.Quaternion{{}, {math.NaN(), 0, 0, 1}, {math.Inf(1), 0, 0, 0}} {
		if m.Oriented(q).Hash() != m.Hash() {
			t.Errorf("%v turned the mesh", q)
		}
	}
	if m.Oriented(mesh.NoRotation).Hash() != m.Hash() {
		t.Error("no rotation is not one")
	}
}

func TestScaledAndPlaced(t *testing.T) {
	m := solid(t, meshtest.InchPart().Moved(-7, 5, -3))
	inches := m.Scaled(25.4)
	if !nearSize(inches.Size(), [3]float64{50.8, 25.4, 12.7}) || m.Size()[0] != 2 {
		t.Errorf("scaled to %v, original %v", inches.Size(), m.Size())
	}
	for _, b := range []mesh.Bed{{Width: 220, Depth: 200, Height: 250}, {Width: 220, Depth: 200, Height: 250, CenterIsZero: true}} {
		low, high := inches.Placed(b).Bounds()
		x, y := 110.0, 100.0
		if b.CenterIsZero {
			x, y = 0, 0
		}
		if math.Abs(low[0]+high[0]-2*x) > 1e-4 || math.Abs(low[1]+high[1]-2*y) > 1e-4 || low[2] != 0 {
			t.Errorf("placed at %v to %v", low, high)
		}
	}
	mirrored := mesh.Inspect(m.Scaled(-1))
	if mirrored.Inverted || !near(mirrored.VolumeMM3, 1, 1e-5) {
		t.Errorf("mirrored: inverted %v, volume %v", mirrored.Inverted, mirrored.VolumeMM3)
	}
	for _, f := range []float64{0, math.NaN(), math.Inf(1)} {
		if m.Scaled(f).Hash() != m.Hash() {
			t.Errorf("scaling by %v changed the mesh", f)
		}
	}
}

func TestWriteSTL(t *testing.T) {
	m := solid(t, meshtest.Bracket())
	var b bytes.Buffer
	if err := m.WriteSTL(&b); err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	if len(data) != 84+50*len(m.Faces) || int(binary.LittleEndian.Uint32(data[80:])) != len(m.Faces) || bytes.HasPrefix(data, []byte("solid")) {
		t.Fatalf("%d bytes, header %q", len(data), data[:20])
	}
	// The first triangle lies in the bottom: its normal is (0, 0, -1).
	if z := math.Float32frombits(binary.LittleEndian.Uint32(data[84+8:])); z != -1 {
		t.Errorf("normal z %v, want -1", z)
	}
	again := read(t, "again.stl", data)
	if again.Hash() != m.Hash() {
		t.Error("reading what was written gives another mesh")
	}
	if err := m.WriteSTL(brokenDisk{}); err == nil {
		t.Error("a full disk went unnoticed")
	}
}

type brokenDisk struct{}

func (brokenDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// One shape has one hash whatever the format, and another one when anything
// about it changes.
func TestHash(t *testing.T) {
	cube := meshtest.Cube()
	want := solid(t, cube).Hash()
	for name, data := range map[string][]byte{
		"a.stl": meshtest.TextSTL(cube), "a.obj": meshtest.OBJ(cube), "a.3mf": meshtest.ThreeMF(cube),
		"a.zip": meshtest.ZIP(meshtest.File{Name: "b.stl", Data: meshtest.BinarySTL(cube)}),
	} {
		if read(t, name, data).Hash() != want {
			t.Errorf("%s: another hash", name)
		}
	}
	for name, other := range map[string]meshtest.Solid{
		"moved": cube.Moved(0, 0, 1), "inside out": cube.InsideOut(), "less": cube.Without(0), "none": meshtest.TwoBodies(),
	} {
		if solid(t, other).Hash() == want {
			t.Errorf("%s: the same hash", name)
		}
	}
	negative := cube.Times(1)
	for i := range negative {
		for k := range negative[i] {
			for c, x := range negative[i][k] {
				if x == 0 {
					negative[i][k][c] = math.Copysign(0, -1)
				}
			}
		}
	}
	if solid(t, negative).Hash() != want {
		t.Error("minus zero changes the hash")
	}
}
