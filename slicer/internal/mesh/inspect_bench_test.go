package mesh_test

import (
	"bytes"
	"testing"

	"buildplate/slicer/internal/mesh"
	"buildplate/slicer/slicertest/meshtest"
)

// BenchmarkInspectSTL reads, welds and inspects a binary STL of a million
// triangles.
func BenchmarkInspectSTL(b *testing.B) {
	file := meshtest.BinarySTL(meshtest.Sphere(50, 500))
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		m, err := mesh.Read(b.Context(), "sphere.stl", bytes.NewReader(file), int64(len(file)), mesh.Limits{})
		if err != nil {
			b.Fatal(err)
		}
		if i := mesh.Inspect(m); !i.Watertight || i.Bodies != 1 {
			b.Fatalf("watertight %v, %d bodies", i.Watertight, i.Bodies)
		}
	}
}
