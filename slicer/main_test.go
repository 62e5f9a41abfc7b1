package slicer_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"buildplate/app/apptest/need"
	"buildplate/slicer"
	"buildplate/slicer/internal/mesh"
	"buildplate/slicer/slicertest"
	"buildplate/slicer/slicertest/meshtest"
)

// The embedded engine is a child of the program that slices: here of this test.
func TestMain(m *testing.M) { slicertest.Main(m) }

// open makes a slicer with one engine.
func open(t testing.TB, name string) *slicer.Slicer {
	t.Helper()
	if !slicer.Built() {
		need.Without(t, "cura", "the machine definitions are not built in: run `make build`")
	}
	if name == "embedded" && raceDetector && !slicer.EmbeddedEngine().Built {
		t.Skip("the race detector's build leaves the engine out")
	}
	s, err := slicer.New(t.Context(), slicer.Options{Engine: name, Dir: t.TempDir()})
	if err != nil {
		need.Without(t, "cura", err.Error())
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// each runs a test with either engine.
func each(t *testing.T, test func(t *testing.T, s *slicer.Slicer)) {
	for _, name := range []string{"embedded", "native"} {
		t.Run(name, func(t *testing.T) { test(t, open(t, name)) })
	}
}

// part reads a solid as the shop reads a customer's file.
func part(t testing.TB, s meshtest.Solid) *mesh.Mesh {
	t.Helper()
	data := meshtest.BinarySTL(s)
	m, err := mesh.Read(t.Context(), "part.stl", bytes.NewReader(data), int64(len(data)), mesh.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// ender is the request for a mesh on an Ender-3 as the shop first sells it.
func ender(m *mesh.Mesh) slicer.Request {
	twenty := 20
	return slicer.Request{
		MeshHash: m.Hash(), Inspection: mesh.Inspect(m), Printer: "creality_ender3",
		Quality: "0.20", Material: "PLA", Infill: &twenty, Supports: slicer.SupportsAuto,
	}
}

func prepare(t testing.TB, s *slicer.Slicer, r slicer.Request) slicer.Plan {
	t.Helper()
	p, err := s.Prepare(r)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// slice slices and returns the G-code beside the result, whose digest it checks.
func slice(t testing.TB, s *slicer.Slicer, m *mesh.Mesh, p slicer.Plan) (slicer.Result, []byte) {
	t.Helper()
	var out bytes.Buffer
	res, err := s.Slice(t.Context(), m.Outward().Stored(), p, &out, nil)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(out.Bytes())
	if res.GCodeSHA256 != hex.EncodeToString(sum[:]) || res.GCodeBytes != int64(out.Len()) {
		t.Errorf("the digest %s of %d bytes is not that of the G-code, %x of %d", res.GCodeSHA256, res.GCodeBytes, sum, out.Len())
	}
	return res, out.Bytes()
}

// apart is how far two figures are from each other, as a fraction.
func apart(a, b float64) float64 {
	if a == b {
		return 0
	}
	return (max(a, b) - min(a, b)) / max(a, b)
}
