package mesh_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"buildplate/app/apptest/need"
	"buildplate/slicer/internal/fault"
	"buildplate/slicer/internal/mesh"
)

func readFile(t testing.TB, root, name string) (*mesh.Mesh, error) {
	t.Helper()
	f, err := os.Open(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return mesh.Read(t.Context(), name, f, info.Size(), mesh.Limits{})
}

// Every valid model has the size, volume and parts the second tool found.
func TestModelsAgainstSecondTool(t *testing.T) {
	root := need.Models(t)
	for name, want := range figures {
		t.Run(name, func(t *testing.T) {
			m, err := readFile(t, root, name)
			if err != nil {
				t.Fatal(err)
			}
			i := mesh.Inspect(m)
			for k := range want.size {
				// 32-bit floats far from the origin lose digits.
				if d := i.SizeMM[k] - want.size[k]; d > 1e-4 || d < -1e-4 {
					t.Errorf("size %v, want %v", i.SizeMM, want.size)
				}
			}
			volume := want.volume
			if volume < 0 {
				volume = -volume
			}
			if !near(i.VolumeMM3, volume, 1e-5) || i.Inverted != (want.volume < 0) {
				t.Errorf("volume %v, inverted %v, want %v", i.VolumeMM3, i.Inverted, want.volume)
			}
			if i.Triangles != want.kept || i.Triangles+m.Collapsed != want.facets {
				t.Errorf("%d triangles and %d collapsed, want %d of %d", i.Triangles, m.Collapsed, want.kept, want.facets)
			}
			if i.Bodies+i.Cavities != want.parts || !i.Watertight {
				t.Errorf("%d bodies, %d cavities, watertight %v, want %d closed parts", i.Bodies, i.Cavities, i.Watertight, want.parts)
			}
			// The engine's file measures the same.
			var b bytes.Buffer
			if err := m.Outward().Placed(mesh.Bed{Width: 300, Depth: 300, CenterIsZero: true}).WriteSTL(&b); err != nil {
				t.Fatal(err)
			}
			again := mesh.Inspect(read(t, "again.stl", b.Bytes()))
			if again.Inverted || !near(again.VolumeMM3, volume, 1e-4) || again.MinMM[2] != 0 {
				t.Errorf("written and read again: inverted %v, volume %v, lowest point %v", again.Inverted, again.VolumeMM3, again.MinMM[2])
			}
		})
	}
	// A file without figures would be a file without a test.
	for _, name := range need.ModelFiles(t, root, ".") {
		if _, ok := figures[name]; !ok && !strings.HasPrefix(name, "broken/") {
			t.Errorf("%s has no figures", name)
		}
	}
}

// Every broken model gets a verdict and a message: an error's code, or the
// codes of the findings.
func TestBrokenModels(t *testing.T) {
	root := need.Models(t)
	verdicts := map[string]struct {
		code              fault.Code
		findings          string
		holes, open, body int
	}{
		"cube_and_plane.stl":          {"", "holes non_manifold", 1, 3, 1},
		"cube_missing_corner.3mf":     {"", "holes", 1, 6, 1},
		"cube_missing_corner.stl":     {"", "holes", 1, 6, 1},
		"double_slit_experiment.stl":  {"", "holes", 2, 8, 1},
		"empty_file.3mf":              {fault.CodeEmpty, "", 0, 0, 0},
		"empty_file.stl":              {fault.CodeEmpty, "", 0, 0, 0},
		"extra_surface.stl":           {"", "holes non_manifold", 2, 76, 1},
		"extra_vertices.obj":          {"", "", 0, 0, 1},
		"intersecting_squares.obj":    {"", "flat holes inverted_faces bodies", 2, 8, 2},
		"invalid_stl_ascii.stl":       {fault.CodeNoModel, "", 0, 0, 0},
		"inverted_face.stl":           {"", "inverted_faces", 0, 0, 1},
		"missing_triangle.stl":        {"", "holes", 1, 3, 1},
		"missing_triangle_hi.stl":     {"", "holes", 1, 3, 1},
		"moved_plane.stl":             {"", "holes bodies", 2, 8, 2},
		"open_cube_stuck_to_side.stl": {"", "holes bodies", 1, 4, 2},
		"plane.stl":                   {"", "flat holes", 1, 4, 1},
		"plane_flat.stl":              {"", "flat holes", 1, 4, 1},
		"random_bits.3mf":             {fault.CodeUnknown, "", 0, 0, 0},
		"random_bits.obj":             {fault.CodeUnknown, "", 0, 0, 0},
		"random_bits.stl":             {fault.CodeDamaged, "", 0, 0, 0},
		"self_overlapping_cubes.stl":  {"", "bodies overhang", 0, 0, 2},
		"subdivided_cube.stl":         {"", "", 0, 0, 1},
		"tetrahedra.stl":              {"", "bodies", 0, 0, 2},
		"text_file.stl":               {fault.CodeUnknown, "", 0, 0, 0},
		"too_large.stl":               {"", "", 0, 0, 1}, // for most beds: see Fits
		"vertical_line.stl":           {fault.CodeNoModel, "", 0, 0, 0},
		"zero_size_cube.stl":          {fault.CodeNoModel, "", 0, 0, 0},
	}
	for _, name := range need.ModelFiles(t, root, "broken") {
		t.Run(name, func(t *testing.T) {
			want, ok := verdicts[strings.TrimPrefix(name, "broken/")]
			if !ok {
				t.Fatal("no verdict is known for this file")
			}
			m, err := readFile(t, root, name)
			if err != nil {
				if code := checkError(t, err); code != want.code {
					t.Errorf("%v, want code %q", err, want.code)
				}
				return
			}
			i := mesh.Inspect(m)
			var codes []string
			for _, f := range i.Findings {
				codes = append(codes, f.Code)
			}
			if got := strings.Join(codes, " "); got != want.findings || want.code != "" {
				t.Errorf("findings %q, want %q, or code %q", got, want.findings, want.code)
			}
			if i.Holes != want.holes || i.OpenEdges != want.open || i.Bodies != want.body {
				t.Errorf("%d holes, %d open edges, %d bodies; want %d, %d, %d", i.Holes, i.OpenEdges, i.Bodies, want.holes, want.open, want.body)
			}
			if closed := want.open == 0 && !strings.Contains(want.findings, "inverted_faces"); i.Watertight != closed {
				t.Errorf("watertight %v", i.Watertight)
			}
			if name == "broken/too_large.stl" {
				if fit := i.Fit(mesh.Bed{Width: 300, Depth: 300, Height: 400}); fit.AsIs || !strings.Contains(fit.Message, "over the edge") {
					t.Errorf("fits: %+v", fit)
				}
			}
		})
	}
}

// Names of every kind are words for people, whatever they hold.
func TestFileNames(t *testing.T) {
	root := need.Models(t)
	names := need.ModelFiles(t, root, "filenames")
	if len(names) == 0 {
		t.Fatal("no files")
	}
	for _, name := range names {
		if _, err := readFile(t, root, name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What is inspected, what is written for the engine and what a pose says agree on every model, however it is turned.
func TestModelsAgreeInAnyPose(t *testing.T) {
	root := need.Models(t)
	for _, name := range need.ModelFiles(t, root, ".") {
		m, err := readFile(t, root, name)
		if err != nil && strings.HasPrefix(name, "broken/") {
			continue // what is said of those has a test of its own
		}
		t.Run(name, func(t *testing.T) {
			if err != nil {
				t.Fatal(err)
			}
			m := m.Outward()
			stored, bed := m.Stored(), mesh.Bed{Width: 300, Depth: 300, Height: 300}
			poses := askew(11, 20)
			if len(m.Faces) > 200_000 {
				poses = poses[:4]
			}
			for _, q := range poses {
				in := mesh.Inspect(m.Oriented(q))
				pose := m.Pose(q)
				box, err := stored.Box(1, q)
				if err != nil {
					t.Fatal(err)
				}
				file := stored.StandingIn(box, 1, q, bed)
				written, err := mesh.Read(t.Context(), "posed.stl", file, file.Size(), mesh.Limits{})
				if err != nil {
					t.Fatal(err)
				}
				size := written.Size()
				for k := range size {
					if d := box.High[k] - box.Low[k]; !within(in.SizeMM[k], d, 0.01) || !within(in.SizeMM[k], size[k], 0.01) {
						t.Errorf("turned by %v it is inspected as %v, written as %v", q, in.SizeMM, size)
					}
				}
				room := mesh.Bed{Width: size[0] + 0.02, Depth: size[1] + 0.02, Height: size[2] + 0.02}
				tight := room
				tight.Width -= 0.04
				if fit := in.Fit(room); !fit.AsIs || in.Fit(tight).AsIs {
					t.Errorf("turned by %v it measures %v, and %s", q, size, fit.Message)
				}
				if low, _ := written.Bounds(); !within(pose.HeightMM, in.SizeMM[2], 0.01) || !within(low[2], 0, 0.01) {
					t.Errorf("turned by %v it is %v high, the pose says %v; it stands at %v", q, in.SizeMM[2], pose.HeightMM, low[2])
				}
			}
		})
	}
}
