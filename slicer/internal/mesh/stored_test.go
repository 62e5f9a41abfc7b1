package mesh_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"testing"

	"buildplate/slicer/internal/fault"
	"buildplate/slicer/internal/mesh"
	"buildplate/slicer/slicertest/meshtest"
)

// TestStanding holds a stored mesh to what the same steps in memory give.
func TestStanding(t *testing.T) {
	half := math.Sqrt2 / 2
	for name, c := range map[string]struct {
		solid meshtest.Solid
		scale float64
		pose  mesh.Quaternion
		bed   mesh.Bed
	}{
		"as it is":         {meshtest.Bracket(), 1, mesh.NoRotation, mesh.Bed{CenterIsZero: true}},
		"in inches":        {meshtest.InchPart(), 25.4, mesh.NoRotation, mesh.Bed{Width: 220, Depth: 200, Height: 200}},
		"on its side":      {meshtest.TBracket().Moved(300, -20, 7), 1, mesh.Quaternion{half, 0, 0, half}, mesh.Bed{CenterIsZero: true}},
		"large and turned": {meshtest.Sphere(12, 40), 3.5, mesh.Quaternion{0, 0, half, half}, mesh.Bed{Width: 100, Depth: 300, Height: 100}},
		"without a scale":  {meshtest.Cube(), 0, mesh.Quaternion{}, mesh.Bed{CenterIsZero: true}},
	} {
		t.Run(name, func(t *testing.T) {
			m := solid(t, c.solid)
			stored := m.Stored()
			box, err := stored.Box(c.scale, c.pose)
			if err != nil {
				t.Fatal(err)
			}
			stl := stored.StandingIn(box, c.scale, c.pose, c.bed)
			whole, err := io.ReadAll(stl)
			if err != nil || int64(len(whole)) != stl.Size() {
				t.Fatalf("%d bytes of %d: %v", len(whole), stl.Size(), err)
			}
			got, err := mesh.Read(t.Context(), "part.stl", bytes.NewReader(whole), int64(len(whole)), mesh.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			want := m.Scaled(c.scale).Oriented(c.pose).Placed(c.bed)
			if len(got.Faces) != len(want.Faces) || len(got.Vertices) != len(want.Vertices) {
				t.Fatalf("%d triangles on %d vertices, want %d on %d", len(got.Faces), len(got.Vertices), len(want.Faces), len(want.Vertices))
			}
			for i, face := range got.Faces {
				for k := range 3 {
					a, b := got.Vertices[face[k]], want.Vertices[want.Faces[i][k]]
					for axis := range 3 {
						if math.Abs(float64(a[axis]-b[axis])) > 1e-4 {
							t.Fatalf("corner %d of triangle %d is at %v, want %v", k, i, a, b)
						}
					}
				}
			}
			taller := stored.StandingTo(3*(box.High[2]-box.Low[2]), box, c.scale, c.pose, c.bed)
			stretched, err := mesh.Read(t.Context(), "part.stl", taller, taller.Size(), mesh.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			is, was := stretched.Size(), want.Size()
			if low, _ := stretched.Bounds(); math.Abs(is[0]-was[0]) > 1e-4 || math.Abs(is[1]-was[1]) > 1e-4 || math.Abs(is[2]-3*was[2]) > 1e-3 || math.Abs(low[2]) > 1e-4 {
				t.Errorf("three times as high it is %v and stands at %v, it was %v", is, low[2], was)
			}
			// Any piece of it, as a viewer that goes on after a cut asks for it.
			for range 200 {
				from := rand.Int64N(stl.Size())
				piece := make([]byte, 1+rand.Int64N(min(stl.Size()-from, 3000)))
				if _, err := stl.ReadAt(piece, from); err != nil || !bytes.Equal(piece, whole[from:from+int64(len(piece))]) {
					t.Fatalf("bytes %d to %d: %v", from, from+int64(len(piece)), err)
				}
			}
		})
	}
}

func TestStoredDamage(t *testing.T) {
	whole := meshtest.BinarySTL(meshtest.Cube())
	for name, data := range map[string][]byte{
		"empty": {}, "its end is missing": whole[:len(whole)-1], "longer": append(bytes.Clone(whole), 0), "its head only": whole[:84], "noise": bytes.Repeat([]byte("x"), 500),
	} {
		_, err := mesh.OpenSTL(bytes.NewReader(data), int64(len(data)))
		var bad *fault.Error
		if !errors.As(err, &bad) || bad.Message == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Cut off after it was opened.
	stored, err := mesh.OpenSTL(bytes.NewReader(whole[:300]), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stored.Box(1, mesh.NoRotation); err == nil {
		t.Error("half a mesh stands")
	}
}
