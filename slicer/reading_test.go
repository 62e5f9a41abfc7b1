package slicer_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"buildplate/app/apptest/need"
	"buildplate/slicer"
	"buildplate/slicer/internal/mesh"
	"buildplate/slicer/slicertest/meshtest"
	"buildplate/storage/packed"
)

// reader is a slicer that only reads; its work folder must be empty when the test is over.
func reader(t *testing.T) *slicer.Slicer {
	dir := t.TempDir()
	s, err := slicer.With(nil, slicer.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		left, err := filepath.Glob(filepath.Join(dir, "slicer-*", "[0-9]*"))
		if err = errors.Join(err, s.Close()); err != nil || len(left) > 0 {
			t.Errorf("%v is left: %v", left, err)
		}
	})
	return s
}

func fileOf(t *testing.T, data []byte) *os.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return opened(t, path)
}

func opened(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// TestReadAside reads every test model, broken ones too, and holds the child to what this process finds in it.
func TestReadAside(t *testing.T) {
	root, s := need.Models(t), reader(t)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".md") {
			return err
		}
		info, err := d.Info()
		if err != nil || info.Size() > 8<<20 {
			return err
		}
		name := filepath.Base(path)
		file := opened(t, path)
		parts, wantErr := mesh.Parts(t.Context(), name, file, info.Size(), mesh.Limits{})
		got, err := s.Read(t.Context(), name, file, false, slicer.Laid{})
		if wantErr != nil {
			if err == nil || err.Error() != wantErr.Error() {
				t.Errorf("%s: %v, want %v", name, err, wantErr)
			}
			return nil
		}
		if err != nil || len(got.All) != len(parts) {
			t.Errorf("%s: %d models, want %d: %v", name, len(got.All), len(parts), err)
			return nil
		}
		for i, part := range parts {
			compareModel(t, got.All[i], part)
		}
		return got.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
}

func compareModel(t *testing.T, got slicer.Model, part mesh.Part) {
	t.Helper()
	want, err := part.Read(t.Context())
	if err != nil {
		if got.Err == nil || got.Err.Error() != err.Error() || got.STL != "" {
			t.Errorf("%s: %v, want %v", part.Name, got.Err, err)
		}
		return
	}
	if got.Err != nil || got.Name != part.Name || got.Hash != want.Hash() || !reflect.DeepEqual(got.Inspection, mesh.Inspect(want)) {
		t.Errorf("%s: %+v", part.Name, got)
		return
	}
	f := opened(t, got.STL)
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	plain, err := packed.NewReader(f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	stored, err := mesh.OpenSTL(plain, plain.Size())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stored.Box(1, mesh.NoRotation); err != nil {
		t.Errorf("%s: what was kept of it: %v", part.Name, err)
	}
}

// TestReadWhatWasStored reads a mesh back as the shop keeps it, packed.
func TestReadWhatWasStored(t *testing.T) {
	s := reader(t)
	first, err := s.Read(t.Context(), "part.stl", fileOf(t, meshtest.BinarySTL(meshtest.InchPart())), false, slicer.Laid{})
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	again, err := s.Read(t.Context(), "part.stl", opened(t, first.All[0].STL), true, slicer.Laid{Scale: 25.4})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if a, b := first.All[0].Inspection, again.All[0].Inspection; a.Triangles != b.Triangles || apart(a.SizeMM[0]*25.4, b.SizeMM[0]) > 1e-3 {
		t.Errorf("%+v, then %+v", a, b)
	}
}

// TestReadInAnotherUnit inspects a stored mesh anew, after its unit was asked for.
func TestReadInAnotherUnit(t *testing.T) {
	s := reader(t)
	m, err := s.Read(t.Context(), "part.stl", fileOf(t, meshtest.BinarySTL(meshtest.InchPart())), false, slicer.Laid{Scale: 25.4})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if in := m.All[0].Inspection; len(m.All) != 1 || apart(in.SizeMM[0], 50.8) > 1e-4 || m.All[0].STL != "" {
		t.Errorf("%+v", m.All)
	}
}

// TestReadInAnotherPose inspects a stored mesh anew, after it was turned, by another angle.
func TestReadInAnotherPose(t *testing.T) {
	s := reader(t)
	data := meshtest.BinarySTL(meshtest.TBracket())
	for _, c := range []struct {
		laid     slicer.Laid
		height   float64
		overhang bool
	}{
		{slicer.Laid{}, 40, true},
		{slicer.Laid{Pose: slicer.Quaternion{0.707106781, 0, 0, 0.707106781}}, 10, false},
		{slicer.Laid{Pose: slicer.Quaternion{1, 0, 0, 0}}, 40, false},
		{slicer.Laid{Scale: 2, Pose: slicer.Quaternion{0.707106781, 0, 0, 0.707106781}}, 20, false},
		{slicer.Laid{SupportAngle: 90}, 40, false},
	} {
		m, err := s.Read(t.Context(), "part.stl", fileOf(t, data), false, c.laid)
		if err != nil {
			t.Fatal(err)
		}
		in := m.All[0].Inspection
		drawn := c.laid.Pose == slicer.Quaternion{} && c.laid.Scale == 0
		if apart(in.SizeMM[2], c.height) > 1e-4 || in.NeedsSupport() != c.overhang || (m.All[0].STL != "") != drawn {
			t.Errorf("%+v: %v high, overhangs %v, kept as %q", c.laid, in.SizeMM[2], in.OverhangMM2, m.All[0].STL)
		}
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestReadStopped(t *testing.T) {
	s := reader(t)
	file := fileOf(t, meshtest.BinarySTL(meshtest.Sphere(20, 300)))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Read(ctx, "part.stl", file, false, slicer.Laid{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Read(t.Context(), "part.stl", file, false, slicer.Laid{}); err == nil {
		t.Error("a closed file is read")
	}
}

// A model comes with a picture of it as it lies, drawn where it is read; what cannot be read has none.
func TestReadDraws(t *testing.T) {
	s := reader(t)
	pictures := map[string][]byte{}
	for name, laid := range map[string]slicer.Laid{"as drawn": {}, "larger": {Scale: 25.4}, "turned": {Pose: slicer.Quaternion{1, 0, 0, 0}}} {
		got, err := s.Read(t.Context(), "t.stl", fileOf(t, meshtest.BinarySTL(meshtest.TBracket())), false, laid)
		if err != nil {
			t.Fatal(err)
		}
		pictures[name] = got.All[0].Picture
		if err := got.Close(); err != nil {
			t.Error(err)
		}
	}
	if len(pictures["as drawn"]) == 0 || len(pictures["turned"]) == 0 || bytes.Equal(pictures["as drawn"], pictures["turned"]) {
		t.Errorf("%d bytes as drawn, %d turned", len(pictures["as drawn"]), len(pictures["turned"]))
	}
	if !bytes.Equal(pictures["larger"], pictures["as drawn"]) {
		t.Error("in another unit it looks otherwise")
	}
}

// What a child proposes of a mesh is what this process finds in it, each pose inspected and drawn as a model that lies so.
func TestReadProposes(t *testing.T) {
	s, file := reader(t), fileOf(t, meshtest.BinarySTL(meshtest.TBracket()))
	got, err := s.Read(t.Context(), "t.stl", file, false, slicer.Laid{SupportAngle: 45, Propose: true})
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	all := got.All[0].Proposals
	if len(all) != 4 || all[0].Pose.Quaternion != slicer.NoRotation || got.All[0].STL != "" {
		t.Fatalf("%+v", all)
	}
	for _, p := range all {
		one, err := s.Read(t.Context(), "t.stl", file, false, slicer.Laid{SupportAngle: 45, Pose: p.Pose.Quaternion})
		if err != nil {
			t.Fatal(err)
		}
		if m := one.All[0]; !reflect.DeepEqual(m.Inspection, p.Inspection) || !bytes.Equal(m.Picture, p.Picture) || len(p.Picture) == 0 {
			t.Errorf("%v: %+v, read so %+v", p.Pose.Quaternion, p.Inspection, m.Inspection)
		}
		if err := one.Close(); err != nil {
			t.Error(err)
		}
	}
}
