package picture_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"buildplate/app/apptest/need"
	"buildplate/slicer/internal/mesh"
	"buildplate/slicer/internal/picture"
	"buildplate/slicer/slicertest/meshtest"
)

func solid(t testing.TB, s meshtest.Solid) *mesh.Mesh {
	t.Helper()
	data := meshtest.BinarySTL(s)
	m, err := mesh.Read(context.Background(), "model.stl", bytes.NewReader(data), int64(len(data)), mesh.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func decoded(t *testing.T, data []byte) image.Image {
	t.Helper()
	if !picture.Is(data) {
		t.Fatalf("%d bytes are no picture", len(data))
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func drawn(t *testing.T, s meshtest.Solid) image.Image { return decoded(t, picture.Draw(solid(t, s))) }

// covered is how much of a picture is drawn on, from 0 to 1.
func covered(img image.Image) (sum float64) {
	for y := range picture.Size {
		for x := range picture.Size {
			_, _, _, a := img.At(x, y).RGBA()
			sum += float64(a) / 0xffff
		}
	}
	return sum / (picture.Size * picture.Size)
}

// brightness is that of a point, from 0 to 255.
func brightness(img image.Image, x, y int) int {
	return int(color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y)
}

// Seen from where the camera stands, a box covers the sum of its sides, each by how much it faces it, and a ball a disc.
func TestOutlines(t *testing.T) {
	toward := []float64{0.62, 1, 0.72}
	length := math.Hypot(math.Hypot(toward[0], toward[1]), toward[2])
	for i := range toward {
		toward[i] /= length
	}
	flat := math.Hypot(toward[0], toward[1])
	room := 0.88 * 0.88 // margins left
	for name, c := range map[string]struct {
		solid meshtest.Solid
		want  float64
	}{
		"cube":  {meshtest.Box(20, 20, 20), box(20, 20, 20, toward, flat)},
		"plate": {meshtest.Box(80, 50, 2), box(80, 50, 2, toward, flat)},
		"mast":  {meshtest.Box(20, 20, 200), box(20, 20, 200, toward, flat)},
		"ball":  {meshtest.Sphere(10, 90), math.Pi / 4},
	} {
		if got := covered(drawn(t, c.solid)); math.Abs(got/(room*c.want)-1) > 0.015 {
			t.Errorf("a %s covers %.4f of its picture, want %.4f", name, got, room*c.want)
		}
	}
}

// box is what a box covers of the smallest square round it.
func box(x, y, z float64, toward []float64, flat float64) float64 {
	width := (x*toward[1] + y*toward[0]) / flat
	height := z*flat + (x*toward[0]+y*toward[1])*toward[2]/flat
	side := max(width, height)
	return (y*z*toward[0] + x*z*toward[1] + x*y*toward[2]) / (side * side)
}

// The sides of a cube are told apart by their light, its edges are darker than they are, and nothing of it is black or white: it is seen on
// a light page and on a dark one.
func TestLight(t *testing.T) {
	img := drawn(t, meshtest.Cube())
	top, left, right := brightness(img, 128, 75), brightness(img, 75, 160), brightness(img, 175, 160)
	if top < right+30 || right < left+20 || left < 95 || top > 245 {
		t.Errorf("top %d, right %d, left %d", top, right, left)
	}
	darkest := 255
	for x := range picture.Size {
		if _, _, _, a := img.At(x, 160).RGBA(); a == 0xffff {
			darkest = min(darkest, brightness(img, x, 160))
		}
	}
	if darkest > left-20 || darkest < 40 {
		t.Errorf("its edges are %d, its darkest side %d", darkest, left)
	}
	if _, _, _, a := img.At(2, 2).RGBA(); a != 0 {
		t.Error("something is behind it")
	}
}

// Whichever way round its triangles lie, wherever it is and however large: it looks the same.
func TestTheSamePictureOfTheSameShape(t *testing.T) {
	want := picture.Draw(solid(t, meshtest.TBracket()))
	if !bytes.Equal(picture.Draw(solid(t, meshtest.TBracket())), want) {
		t.Error("a second picture is another")
	}
	for name, s := range map[string]meshtest.Solid{
		"inside out": meshtest.TBracket().InsideOut(),
		"elsewhere":  meshtest.TBracket().Moved(1024, -512, 256),
		"larger":     meshtest.TBracket().Times(64),
	} {
		was, is := decoded(t, want), drawn(t, s)
		differ := 0
		for y := range picture.Size {
			for x := range picture.Size {
				if d := brightness(was, x, y) - brightness(is, x, y); d < -8 || d > 8 {
					differ++
				}
			}
		}
		if differ > picture.Size {
			t.Errorf("%s it differs in %d pixels", name, differ)
		}
	}
	turned := picture.Draw(solid(t, meshtest.TBracket()).Oriented(mesh.Quaternion{1, 0, 0, 0}))
	if bytes.Equal(turned, want) {
		t.Error("on its head it looks the same")
	}
}

// What no part looks like makes no picture, or some: it never ends the process, nor runs on.
func TestHostileMeshes(t *testing.T) {
	nan, inf, big := float32(math.NaN()), float32(math.Inf(1)), float32(math.MaxFloat32)
	one := [][3]uint32{{0, 1, 2}}
	many := make([][3]uint32, 2_000_000) // each over all of the picture
	for i := range many {
		many[i] = one[0]
	}
	wide := [][3]float32{{0, 0, 0}, {100, 0, 0}, {0, 100, 50}}
	for name, c := range map[string]struct {
		mesh mesh.Mesh
		none bool
	}{
		"nothing":            {mesh.Mesh{}, true},
		"no triangles":       {mesh.Mesh{Vertices: wide}, true},
		"one triangle":       {mesh.Mesh{Vertices: wide, Faces: one}, false},
		"a point":            {mesh.Mesh{Vertices: [][3]float32{{1, 2, 3}, {1, 2, 3}, {1, 2, 3}}, Faces: one}, true},
		"a line":             {mesh.Mesh{Vertices: [][3]float32{{0, 0, 0}, {1, 1, 1}, {2, 2, 2}}, Faces: one}, true},
		"not a number":       {mesh.Mesh{Vertices: [][3]float32{{nan, 0, 0}, {1, 0, 0}, {0, 1, 0}}, Faces: one}, true},
		"endless":            {mesh.Mesh{Vertices: [][3]float32{{inf, 0, 0}, {1, 0, 0}, {0, -inf, 0}}, Faces: one}, true},
		"as far as it goes":  {mesh.Mesh{Vertices: [][3]float32{{big, 0, 0}, {-big, big, 0}, {0, -big, -big}}, Faces: one}, true},
		"far away":           {mesh.Mesh{Vertices: [][3]float32{{1e9, 1e9, 0}, {1e9, -1e9, 0}, {-1e9, 0, 1e9}}, Faces: one}, false},
		"smaller than small": {mesh.Mesh{Vertices: [][3]float32{{0, 0, 0}, {1e-38, 0, 0}, {0, 1e-38, 1e-38}}, Faces: one}, false},
		"corners it lacks":   {mesh.Mesh{Vertices: wide, Faces: [][3]uint32{{0, 1, 7}}}, true},
		"a wall of walls":    {mesh.Mesh{Vertices: wide, Faces: many}, true},
	} {
		data := picture.Draw(&c.mesh)
		if c.none != (data == nil) || data != nil && !picture.Is(data) {
			t.Errorf("%s: %d bytes", name, len(data))
		}
	}
	for _, h := range meshtest.HostileFiles() {
		parts, err := mesh.Parts(t.Context(), h.Name, bytes.NewReader(h.Data), int64(len(h.Data)), mesh.Limits{})
		if err != nil {
			continue
		}
		for _, p := range parts {
			if m, err := p.Read(t.Context()); err == nil {
				if data := picture.Draw(m); data != nil && !picture.Is(data) {
					t.Errorf("%s: %d bytes", h.Name, len(data))
				}
			}
		}
	}
}

func TestWhatIsAPicture(t *testing.T) {
	var small bytes.Buffer
	if err := png.Encode(&small, image.NewGray(image.Rect(0, 0, 16, 16))); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"nothing": nil, "a page": []byte("<svg/>"), "another size": small.Bytes(), "a large one": append(picture.Draw(solid(t, meshtest.Cube())), make([]byte, picture.MostBytes)...)} {
		if picture.Is(data) {
			t.Errorf("%s is taken for a picture", name)
		}
	}
}

// Every model has a picture on which something is to be seen.
func TestPicturesOfModels(t *testing.T) {
	root := need.Models(t)
	for _, name := range need.ModelFiles(t, root, ".") {
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		parts, err := mesh.Parts(t.Context(), path.Base(name), bytes.NewReader(data), int64(len(data)), mesh.Limits{})
		if err != nil {
			continue
		}
		for _, p := range parts {
			m, err := p.Read(t.Context())
			if err != nil || strings.HasPrefix(name, "broken/") {
				continue
			}
			made := picture.Draw(m)
			if got := covered(decoded(t, made)); got < 0.005 || got > 0.8 || len(made) > 40<<10 {
				t.Errorf("%s covers %.4f of its picture of %d bytes", p.Name, got, len(made))
			}
			if to := os.Getenv("BUILDPLATE_PICTURES"); to != "" { // to look at
				if err := os.WriteFile(filepath.Join(to, strings.ReplaceAll(p.Name, "/", "_")+".png"), made, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// BenchmarkDraw draws a ball of a million triangles.
func BenchmarkDraw(b *testing.B) {
	m := solid(b, meshtest.Sphere(50, 500))
	b.ReportAllocs()
	for b.Loop() {
		if picture.Draw(m) == nil {
			b.Fatal("there is no picture")
		}
	}
}
