package mesh_test

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"buildplate/slicer/internal/fault"
	"buildplate/slicer/internal/mesh"
	"buildplate/slicer/slicertest/meshtest"
)

// readAll reads every part of an upload.
func readAll(ctx context.Context, name string, data []byte) ([]*mesh.Mesh, error) {
	parts, err := mesh.Parts(ctx, name, bytes.NewReader(data), int64(len(data)), mesh.Limits{})
	if err != nil {
		return nil, err
	}
	var out []*mesh.Mesh
	for _, p := range parts {
		m, err := p.Read(ctx)
		if err != nil {
			return out, err
		}
		out = append(out, m)
	}
	return out, nil
}

// checkError asks of every error that it is one of ours, with a message, and
// that it does not come from a caught panic.
func checkError(t *testing.T, err error) fault.Code {
	t.Helper()
	var e *fault.Error
	if !errors.As(err, &e) {
		t.Fatalf("%v (%T) is not a *fault.Error", err, err)
	}
	if strings.Contains(err.Error(), "panic:") {
		t.Fatalf("the reader panicked: %v", err)
	}
	if e.Code == "" || len(e.Message) < 20 || !strings.HasSuffix(e.Message, ".") && !strings.HasSuffix(e.Message, "?") {
		t.Fatalf("code %q, message %q: not a sentence for people", e.Code, e.Message)
	}
	return e.Code
}

// hang is after how long a reader counts as one that never comes back: files built to hurt try just that. It says nothing
// about speed; each takes milliseconds.
const hang = time.Minute

func TestHostileFiles(t *testing.T) {
	for _, h := range meshtest.HostileFiles() {
		t.Run(h.Name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			ctx, cancel := context.WithTimeout(t.Context(), hang)
			defer cancel()
			meshes, err := readAll(ctx, h.Name, h.Data)
			if ctx.Err() != nil {
				t.Fatalf("nothing came of it: %v", err)
			}
			runtime.ReadMemStats(&after)
			for _, m := range meshes {
				mesh.Inspect(m)
			}
			if err == nil {
				if h.Code != "" {
					t.Fatalf("was read, want code %q", h.Code)
				}
				return
			}
			if code := checkError(t, err); h.Code != "" && code != fault.Code(h.Code) {
				t.Fatalf("code %q, want %q: %v", code, h.Code, err)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 200<<20 {
				t.Errorf("allocated %d MiB", used>>20)
			}
		})
	}
}

// Files cut at every length, and with each byte of a stretch spoiled, end in
// an error of ours or in a mesh that can be inspected.
func TestTruncatedAndSpoiledFiles(t *testing.T) {
	for name, data := range map[string][]byte{
		"cube.stl": meshtest.BinarySTL(meshtest.Cube()),
		"text.stl": meshtest.TextSTL(meshtest.Cube()),
		"clip.obj": meshtest.ClipOBJ(),
		"cube.3mf": meshtest.ThreeMF(meshtest.Cube(), meshtest.Clip()),
		"both.zip": meshtest.ZIP(meshtest.File{Name: "a.stl", Data: meshtest.BinarySTL(meshtest.Cube())}, meshtest.File{Name: "b.obj", Data: meshtest.ClipOBJ()}),
	} {
		t.Run(name, func(t *testing.T) {
			try := func(data []byte) {
				meshes, err := readAll(t.Context(), name, data)
				if err != nil {
					checkError(t, err)
				}
				for _, m := range meshes {
					mesh.Inspect(m)
				}
			}
			for n := range len(data) {
				try(data[:n])
			}
			for i := range data {
				spoiled := bytes.Clone(data)
				spoiled[i] ^= 0xa5
				try(spoiled)
			}
		})
	}
}

func TestContextStopsReading(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, data := range map[string][]byte{
		"cube.stl": meshtest.BinarySTL(meshtest.Cube()),
		"cube.3mf": meshtest.ThreeMF(meshtest.Cube()),
		"cube.zip": meshtest.ZIP(meshtest.File{Name: "a.stl", Data: meshtest.TextSTL(meshtest.Cube())}),
	} {
		_, err := mesh.Read(ctx, name, bytes.NewReader(data), int64(len(data)), mesh.Limits{})
		if !errors.Is(err, context.Canceled) || checkError(t, err) != fault.CodeCancelled {
			t.Errorf("%s: %v, want a cancelled read", name, err)
		}
	}
}

func TestLimitsAreKept(t *testing.T) {
	cube := meshtest.BinarySTL(meshtest.Cube())
	for _, c := range []struct {
		name string
		data []byte
		lim  mesh.Limits
		code fault.Code
	}{
		{"large.stl", cube, mesh.Limits{FileBytes: 100}, fault.CodeTooLarge},
		{"many.stl", cube, mesh.Limits{Triangles: 11}, fault.CodeTooLarge},
		{"many.obj", meshtest.OBJ(meshtest.Cube()), mesh.Limits{Triangles: 11}, fault.CodeTooLarge},
		{"many-text.stl", meshtest.TextSTL(meshtest.Cube()), mesh.Limits{Triangles: 11}, fault.CodeTooLarge},
		{"many.3mf", meshtest.ThreeMF(meshtest.Cube(), meshtest.Cube()), mesh.Limits{Triangles: 23}, fault.CodeTooLarge},
		{"far.stl", cube, mesh.Limits{Coordinate: 19}, fault.CodeDamaged},
		{"polygon.obj", meshtest.ClipOBJ(), mesh.Limits{Polygon: 7}, fault.CodeTooLarge},
		{"unpacked.zip", meshtest.ZIP(meshtest.File{Name: "a.stl", Data: cube}), mesh.Limits{UnpackedBytes: 600}, fault.CodeTooLarge},
		{"nested.zip", meshtest.ZIP(meshtest.File{Name: "a.3mf", Data: meshtest.ThreeMF(meshtest.Cube())}), mesh.Limits{NestedPackage: 500}, fault.CodeTooLarge},
	} {
		_, err := mesh.Read(t.Context(), c.name, bytes.NewReader(c.data), int64(len(c.data)), c.lim)
		if err == nil {
			t.Errorf("%s was read", c.name)
		} else if code := checkError(t, err); code != c.code {
			t.Errorf("%s: %v, want code %q", c.name, err, c.code)
		}
	}
}
