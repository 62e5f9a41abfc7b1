package cli_test

import (
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"buildplate/slicer"
	"buildplate/slicer/slicertest/meshtest"
)

type orientJSON struct {
	Own   *orientedPose
	Poses []orientedPose
	Code  slicer.Code
	Error string
}

type orientedPose struct {
	Quaternion  []float64
	OverhangMM2 *float64 `json:"overhang_mm2"`
	ContactMM2  *float64 `json:"contact_mm2"`
	HeightMM    *float64 `json:"height_mm"`
	Score       *float64
}

// TestOrient holds the shape of the JSON and that the pose it puts first is better than the file's.
func TestOrient(t *testing.T) {
	path := file(t, "bracket.stl", meshtest.BinarySTL(meshtest.TBracket()))
	got := decode[orientJSON](t, run(t, "orient", "--json", path).want(t, 0))
	if len(got.Poses) == 0 || len(got.Poses) > 3 || got.Own == nil || got.Error != "" {
		t.Fatalf("%+v", got)
	}
	for _, p := range append(got.Poses, *got.Own) {
		if len(p.Quaternion) != 4 || p.OverhangMM2 == nil || p.ContactMM2 == nil || p.HeightMM == nil || p.Score == nil {
			t.Errorf("a pose lacks a field: %+v", p)
		}
	}
	if best := got.Poses[0]; math.Abs(*best.HeightMM-10) > 0.001 || *best.OverhangMM2 != 0 || *best.Score >= *got.Own.Score {
		t.Errorf("the best pose is %+v, the file's own %+v", best, got.Own)
	}
	inch := decode[orientJSON](t, run(t, "orient", "--json", "--units", "inch", path).want(t, 0))
	if math.Abs(*inch.Poses[0].HeightMM-254) > 0.01 {
		t.Errorf("in inches it is %+v", inch.Poses[0])
	}
	said := run(t, "orient", path).want(t, 0).stdout
	if !strings.Contains(said, "1. --pose ") || !strings.Contains(said, "as it lies") {
		t.Errorf("it says %q", said)
	}
}

func TestOrientRefuses(t *testing.T) {
	for path, want := range map[string]slicer.Code{
		file(t, "letter.stl", []byte("Dear shop, please print this.")): slicer.CodeUnknown,
		filepath.Join(t.TempDir(), "gone.stl"):                         slicer.CodeRead,
		file(t, "two.zip", meshtest.ZIP(meshtest.File{Name: "a.stl", Data: meshtest.BinarySTL(meshtest.Cube())},
			meshtest.File{Name: "b.stl", Data: meshtest.BinarySTL(meshtest.Clip())})): slicer.CodeSeveral,
	} {
		got := decode[orientJSON](t, run(t, "orient", "--json", path).want(t, 1))
		if got.Code != want || !isSentence(got.Error) || got.Poses == nil || len(got.Poses) != 0 || got.Own != nil {
			t.Errorf("%s: %+v, want %s", path, got, want)
		}
	}
}

// TestQuotePose prices a part as it lies in the pose asked for.
func TestQuotePose(t *testing.T) {
	plate := file(t, "plate.stl", meshtest.BinarySTL(meshtest.Box(4, 40, 60)))
	asFiled := quote(t, 0, plate).Parts[0]
	if !asFiled.isOf(4, 40, 60) {
		t.Fatalf("%+v", asFiled)
	}
	best := quote(t, 0, "--pose", "auto", plate).Parts[0]
	if best.SizeMM[2] != 4 || best.Layers != 20 || best.Price.Total >= asFiled.Price.Total {
		t.Errorf("in its best pose: %+v; as filed: %+v", best, asFiled)
	}
	half := fmt.Sprint(math.Sqrt2 / 2)
	turned := quote(t, 0, "--pose", half+",0,0,"+half, plate).Parts[0]
	if !turned.isOf(4, 60, 40) || turned.Layers != 200 {
		t.Errorf("a quarter turn about x: %+v", turned)
	}
	// The best pose of all is too wide for the bed; the next one fits.
	long := file(t, "long.stl", meshtest.BinarySTL(meshtest.Box(240, 30, 20)))
	if p := quote(t, 0, "--pose", "auto", long).Parts[0]; p.Error != "" || p.SizeMM[2] != 240 {
		t.Errorf("a part longer than the bed: %+v", p)
	}
	for _, wrong := range []string{"up", "1,2,3", "0,0,0,0", "NaN,0,0,1", "1e300,0,0,1"} {
		if o := run(t, "quote", "--json", "--pose", wrong, plate).want(t, 2); !strings.Contains(o.stderr, "--pose") {
			t.Errorf("--pose %s: %q", wrong, o.stderr)
		}
	}
	var all struct{ Parts []map[string]json.RawMessage }
	if err := json.Unmarshal([]byte(run(t, "quote", "--json", "--engine", engineHere(t), "--pose", "auto", plate).want(t, 0).stdout), &all); err != nil || string(all.Parts[0]["pose"]) == "" {
		t.Errorf("it does not say how the part lies: %v, %v", all, err)
	}
}
