package slicertest_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"buildplate/app/apptest/need"
	"buildplate/slicer"
	"buildplate/slicer/slicertest"
	"buildplate/slicer/slicertest/meshtest"
	"buildplate/storage/packed"
)

func TestMain(m *testing.M) { slicertest.Main(m) }

func open(t *testing.T, e slicer.Engine) *slicer.Slicer {
	t.Helper()
	if !slicer.Built() {
		need.Without(t, "cura", slicer.ErrNotBuilt.Error())
	}
	s, err := slicer.With(e, slicer.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// read reads a solid as the shop does: in a child, which leaves its mesh in a file.
func read(t *testing.T, s *slicer.Slicer, solid meshtest.Solid) (slicer.Model, slicer.StoredMesh) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "part.stl")
	if err := os.WriteFile(path, meshtest.BinarySTL(solid), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	models, err := s.Read(t.Context(), "part.stl", file, false, slicer.Laid{})
	if err != nil || len(models.All) != 1 || models.All[0].Err != nil {
		t.Fatalf("%+v, %v", models, err)
	}
	t.Cleanup(func() { _ = models.Close() })
	stl, err := os.ReadFile(models.All[0].STL)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := packed.NewReader(bytes.NewReader(stl), int64(len(stl)))
	if err != nil {
		t.Fatal(err)
	}
	stored, err := slicer.OpenMesh(plain, plain.Size())
	if err != nil {
		t.Fatal(err)
	}
	return models.All[0], stored
}

func request(m slicer.Model) slicer.Request {
	twenty := 20
	return slicer.Request{
		MeshHash: m.Hash, Inspection: m.Inspection, Printer: "creality_ender3",
		Quality: "0.20", Material: "PLA", Infill: &twenty, Supports: slicer.SupportsAuto,
	}
}

func slice(t *testing.T, s *slicer.Slicer, stored slicer.StoredMesh, r slicer.Request) (slicer.Result, []byte) {
	t.Helper()
	plan, err := s.Prepare(r)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	res, err := s.Slice(t.Context(), stored, plan, &out, nil)
	if err != nil {
		t.Fatal(err)
	}
	return res, out.Bytes()
}

func TestStub(t *testing.T) {
	s := open(t, slicertest.Stub{})
	for name, c := range map[string]struct {
		solid    meshtest.Solid
		change   func(*slicer.Request)
		layers   int
		least    float64 // of the part's own volume that is filament
		supports bool
	}{
		"cube":                  {solid: meshtest.Cube(), layers: 100, least: 0.3},
		"cube, fine":            {solid: meshtest.Cube(), change: func(r *slicer.Request) { r.Quality = "0.12" }, layers: 167, least: 0.3},
		"bracket":               {solid: meshtest.Bracket(), layers: 20, least: 0.5},
		"overhang":              {solid: meshtest.TBracket(), layers: 200, least: 0.3, supports: true},
		"sphere":                {solid: meshtest.Sphere(12, 40), layers: 120, least: 0.3, supports: true},
		"origin in the middle":  {solid: meshtest.Cube(), change: func(r *slicer.Request) { r.Printer = "deltabot" }, layers: 100, least: 0.3},
		"thick filament":        {solid: meshtest.Cube(), change: func(r *slicer.Request) { r.Printer = "ultimaker2" }, layers: 100, least: 0.3},
		"as large as the bed":   {solid: meshtest.Box(230, 180, 1), layers: 5, least: 0.3},
		"thinner than two line": {solid: meshtest.Box(20, 0.6, 10), layers: 50, least: 0.9},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			model, stored := read(t, s, c.solid)
			r := request(model)
			if c.change != nil {
				c.change(&r)
			}
			res, text := slice(t, s, stored, r)
			sum := sha256.Sum256(text)
			if res.GCodeSHA256 != hex.EncodeToString(sum[:]) || res.Engine != "stub" || res.Layers != c.layers {
				t.Errorf("%+v, want %d layers", res, c.layers)
			}
			volume := model.Inspection.VolumeMM3
			if grams := volume * 1.24e-3; res.Grams < c.least*grams || res.Grams > grams*1.001 || res.Seconds < 60 {
				t.Errorf("%.2f g in %.0f s, of a part of %.0f mm³", res.Grams, res.Seconds, volume)
			}
			if res.SupportsUsed != c.supports || (res.SupportGrams > 0) != c.supports {
				t.Errorf("supports %v, %.2f g, want %v", res.SupportsUsed, res.SupportGrams, c.supports)
			}
			if !bytes.Contains(text, []byte(";LAYER:0\n")) || bytes.Contains(text, []byte(";TIME:6666")) {
				t.Errorf("%.300s", text)
			}
			again, twice := slice(t, s, stored, r)
			if !reflect.DeepEqual(res, again) || !bytes.Equal(text, twice) {
				t.Errorf("%+v, then %+v", res, again)
			}
		})
	}
}

// TestStubFollowsTheSettings changes what a customer may choose.
func TestStubFollowsTheSettings(t *testing.T) {
	s := open(t, slicertest.Stub{})
	model, stored := read(t, s, meshtest.Cube())
	standard, _ := slice(t, s, stored, request(model))
	dense := request(model)
	hundred := 100
	dense.Infill = &hundred
	if res, _ := slice(t, s, stored, dense); res.Grams <= standard.Grams || res.Seconds <= standard.Seconds {
		t.Errorf("solid %+v, standard %+v", res, standard)
	}
	fine := request(model)
	fine.Quality = "0.12"
	if res, _ := slice(t, s, stored, fine); res.Seconds <= standard.Seconds {
		t.Errorf("fine %+v, standard %+v", res, standard)
	}
}

func TestStubFails(t *testing.T) {
	fail := func(e slicer.Engine, ctx context.Context, solid meshtest.Solid) error {
		s := open(t, e)
		model, stored := read(t, s, solid)
		plan, err := s.Prepare(request(model))
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Slice(ctx, stored, plan, io.Discard, nil)
		return err
	}
	if e := slicer.ErrorOf(fail(slicertest.Stub{}, t.Context(), meshtest.Box(20, 20, 0.03))); e == nil || e.Code != slicer.CodeNothingToPrint {
		t.Errorf("a sheet: %v", e)
	}
	crash := &slicer.Error{Code: slicer.CodeCrashed, Message: "The slicer could not cope with this part."}
	if err := fail(slicertest.Stub{Err: crash}, t.Context(), meshtest.Cube()); !errors.Is(err, crash) {
		t.Errorf("a crash: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := fail(slicertest.Stub{}, ctx, meshtest.Cube()); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
}
