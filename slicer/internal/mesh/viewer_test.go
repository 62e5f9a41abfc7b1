package mesh_test

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"buildplate/app/apptest/need"
	"buildplate/slicer/internal/mesh"
	"buildplate/slicer/slicertest/meshtest"
)

// posed is what the pages' own tests are held against: the poses, and what models measure in each.
type posed struct {
	Poses   []wxyz          `json:"poses"`
	Models  []posedModel    `json:"models"`
	Surface []posedSurface  `json:"surfaces"`
	Laid    []laidOnItsSide `json:"laid"`
}

type wxyz struct {
	W float64 `json:"w"`
	X float64 `json:"x"`
	Y float64 `json:"y"`
	Z float64 `json:"z"`
}

func asWXYZ(q mesh.Quaternion) wxyz { return wxyz{q[3], q[0], q[1], q[2]} }

// posedModel has the points that reach farthest in one of the poses: its box in any of them is theirs.
type posedModel struct {
	Name   string       `json:"name"`
	Points []float64    `json:"points"`
	Sizes  [][3]float64 `json:"sizes"` // by pose
}

// posedSurface is a whole surface, of which some is overhang.
type posedSurface struct {
	Name        string    `json:"name"`
	Corners     []float64 `json:"corners"` // nine numbers a triangle
	Angle       float64   `json:"angle"`
	OverhangMM2 []float64 `json:"overhang_mm2"` // by pose
}

// laidOnItsSide is a pose after which what looked along the normal in another looks straight down.
type laidOnItsSide struct {
	From   wxyz       `json:"from"`
	Normal [3]float64 `json:"normal"` // in that pose
	Pose   wxyz       `json:"pose"`
}

const posedFile = "../../../web/src/viewer/testdata/poses.json"

// What the pages measure, colour and turn is what is measured here: their tests read a file that this one writes
// (BUILDPLATE_UPDATE=1), and holds against every model.
func TestWhatPagesMeasure(t *testing.T) {
	root := need.Models(t)
	round := func(v, to float64) float64 { return math.Round(v*to)/to + 0 }
	var want posed
	poses := askew(11, 20)
	for i, q := range poses {
		for k := range q {
			poses[i][k] = round(q[k], 1e9) // as the shop keeps it
		}
		want.Poses = append(want.Poses, asWXYZ(poses[i]))
	}
	for _, name := range need.ModelFiles(t, root, ".") {
		m, err := readFile(t, root, name)
		if err != nil && strings.HasPrefix(name, "broken/") {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		one := posedModel{Name: name}
		seen := map[uint32]bool{}
		for _, q := range poses {
			turned := m.Oriented(q)
			low, high := turned.Bounds()
			for k := range low {
				one.Points = farthest(m, turned, seen, one.Points, k, low[k], high[k])
			}
			size := turned.Size()
			one.Sizes = append(one.Sizes, [3]float64{round(size[0], 1e4), round(size[1], 1e4), round(size[2], 1e4)})
		}
		for i, v := range one.Points {
			one.Points[i] = round(v, 1e4)
		}
		want.Models = append(want.Models, one)
	}
	for i, s := range []posedSurface{{Name: "bracket", Angle: 50}, {Name: "clip", Angle: 35}} {
		m := solid(t, []meshtest.Solid{meshtest.TBracket(), meshtest.Clip()}[i])
		for _, f := range m.Faces {
			for _, v := range f {
				for _, x := range m.Vertices[v] {
					s.Corners = append(s.Corners, round(float64(x), 1e6))
				}
			}
		}
		for _, q := range poses {
			s.OverhangMM2 = append(s.OverhangMM2, round(mesh.InspectAt(m.Oriented(q), s.Angle).OverhangMM2, 1e4))
		}
		want.Surface = append(want.Surface, s)
	}
	for i, q := range poses[:8] {
		n := poses[i+8] // any direction
		l := math.Sqrt(n[0]*n[0] + n[1]*n[1] + n[2]*n[2])
		normal := [3]float64{n[0] / l, n[1] / l, n[2] / l}
		want.Laid = append(want.Laid, laidOnItsSide{From: asWXYZ(q), Normal: normal, Pose: asWXYZ(q.Then(mesh.Laying(normal)))})
	}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, '\n')
	if os.Getenv("BUILDPLATE_UPDATE") != "" {
		if err := os.MkdirAll(filepath.Dir(posedFile), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(posedFile, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if have, err := os.ReadFile(posedFile); err != nil || !bytes.Equal(have, text) {
		t.Errorf("%s is not what is measured; write it anew with BUILDPLATE_UPDATE=1: %v", posedFile, err)
	}
}

// farthest adds the first vertices that reach to low and high along an axis, as they were before they were turned.
func farthest(m, turned *mesh.Mesh, seen map[uint32]bool, points []float64, axis int, low, high float64) []float64 {
	for _, to := range []float64{low, high} {
		at := uint32(slices.IndexFunc(turned.Vertices, func(v [3]float32) bool { return float64(v[axis]) == to }))
		if !seen[at] {
			seen[at] = true
			for _, x := range m.Vertices[at] {
				points = append(points, float64(x))
			}
		}
	}
	return points
}
