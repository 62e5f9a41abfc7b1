package cli_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"buildplate/app/apptest/need"
	"buildplate/app/shop"
	"buildplate/slicer"
	"buildplate/slicer/slicertest/meshtest"
)

// quoteJSON is the quote's JSON as other programs read it.
type quoteJSON struct {
	Parts []quotedPart
	Total int64
}

type quotedPart struct {
	File         string
	Seconds      float64
	Grams        float64
	SupportGrams float64 `json:"support_grams"`
	FilamentMM   float64 `json:"filament_mm"`
	Layers       int
	SizeMM       *[3]float64 `json:"size_mm"`
	VolumeMM3    float64     `json:"volume_mm3"`
	Triangles    int
	Bodies       int
	Watertight   bool
	Engine       string
	Printer      string
	Plates       []quotedPlate
	Warnings     []string
	Code         slicer.Code
	Error        string
	Price        *struct{ Material, Machine, Plates, Setup, Total int64 }
}

// isOf compares sizes to the micrometre: meshes are of 32-bit floats.
func (p quotedPart) isOf(x, y, z float64) bool {
	if p.SizeMM == nil {
		return false
	}
	for i, want := range []float64{x, y, z} {
		if math.Abs(p.SizeMM[i]-want) > 1e-3 {
			return false
		}
	}
	return true
}

func quote(t *testing.T, status int, args ...string) quoteJSON {
	t.Helper()
	return decode[quoteJSON](t, run(t, append([]string{"quote", "--json", "--engine", engineHere(t)}, args...)...).want(t, status))
}

func isSentence(s string) bool {
	return len(s) > 20 && s[0] >= 'A' && s[0] <= 'Z' && strings.ContainsAny(s[len(s)-1:], ".?")
}

// TestQuoteFields holds the shape of the JSON: every field is there on every part, priced or not.
func TestQuoteFields(t *testing.T) {
	good, bad := file(t, "cube.stl", meshtest.BinarySTL(meshtest.Cube())), file(t, "letter.stl", []byte("Dear shop, please print this."))
	o := run(t, "quote", "--json", "--engine", engineHere(t), good, bad).want(t, 1)
	var all struct {
		Parts []map[string]json.RawMessage
		Total *int64
	}
	if err := json.Unmarshal([]byte(o.stdout), &all); err != nil || all.Total == nil || len(all.Parts) != 2 {
		t.Fatalf("%v: %s", err, o.stdout)
	}
	want := strings.Fields("file seconds grams support_grams filament_mm layers size_mm volume_mm3 triangles bodies watertight engine plates warnings code error price")
	slices.Sort(want)
	for _, p := range all.Parts {
		if got := slices.Sorted(maps.Keys(p)); !slices.Equal(got, want) {
			t.Errorf("fields %q, want %q", got, want)
		}
	}
	var price map[string]json.RawMessage
	if err := json.Unmarshal(all.Parts[0]["price"], &price); err != nil {
		t.Fatal(err)
	}
	if got := slices.Sorted(maps.Keys(price)); !slices.Equal(got, []string{"machine", "material", "plates", "setup", "total"}) {
		t.Errorf("a price of %q", got)
	}
	if e := string(all.Parts[0]["error"]); e != `""` {
		t.Errorf("a good part's error is %s", e)
	}
}

// TestQuotePricesWhatItCan puts a bad file between good ones.
func TestQuotePricesWhatItCan(t *testing.T) {
	cube, leaky := file(t, "cube.stl", meshtest.BinarySTL(meshtest.Cube())), file(t, "leaky.stl", meshtest.BinarySTL(meshtest.LeakyCube()))
	letter, gone, large := file(t, "letter.stl", []byte("Dear shop, please print this.")), filepath.Join(t.TempDir(), "gone.stl"), file(t, "large.stl", meshtest.BinarySTL(meshtest.Box(300, 300, 2)))
	q := quote(t, 1, cube, letter, gone, leaky, large)
	if len(q.Parts) != 5 {
		t.Fatalf("%+v", q)
	}
	for i, path := range []string{cube, letter, gone, leaky, large} {
		if p := q.Parts[i]; p.File != path || p.Warnings == nil {
			t.Errorf("part %d is %+v, want %s", i, p, path)
		}
	}
	p := q.Parts[0]
	if !p.isOf(20, 20, 20) || p.VolumeMM3 != 8000 || p.Triangles != 12 || p.Bodies != 1 || !p.Watertight || p.Layers != 100 || p.Error != "" || p.SupportGrams != 0 {
		t.Errorf("the cube: %+v", p)
	}
	if p.Engine != "native" && p.Engine != "embedded" || p.Seconds < 600 || p.Seconds > 3600 {
		t.Errorf("the cube: %+v", p)
	}
	// Grams are the filament's: 1.75 mm of PLA at 1.24 g/cm³.
	if grams := p.FilamentMM * math.Pi * 1.75 * 1.75 / 4 * 1.24 / 1000; math.Abs(grams-p.Grams) > 0.01*grams {
		t.Errorf("%.3f g of %.1f mm of filament, want %.3f", p.Grams, p.FilamentMM, grams)
	}
	// The shop's first prices: 0.08 a gram, 3.00 an hour, 2.00 a plate, 8.00 a part; 15.00 an order at least.
	cents := func(f float64) int64 { return int64(math.Round(f)) }
	if c := p.Price; c.Material != cents(8*p.Grams) || c.Machine != cents(300*p.Seconds/3600) || c.Plates != 200 || c.Setup != 800 || c.Total != c.Material+c.Machine+c.Plates+c.Setup {
		t.Errorf("the cube's price: %+v of %+v", c, p)
	}
	for i, code := range []slicer.Code{"", slicer.CodeUnknown, slicer.CodeRead, "", slicer.CodeDoesNotFit} {
		p := q.Parts[i]
		if p.Code != code || code != "" && (p.Price != nil || !isSentence(p.Error) || p.Seconds != 0) {
			t.Errorf("%+v, want the code %q", p, code)
		}
	}
	if q.Parts[4].SizeMM == nil {
		t.Errorf("what does not fit: %+v", q.Parts[4])
	}
	if l := q.Parts[3]; l.Watertight || l.Price == nil || !strings.Contains(strings.Join(l.Warnings, " "), "holes") {
		t.Errorf("the leaky cube: %+v", l)
	}
	if sum := q.Parts[0].Price.Total + q.Parts[3].Price.Total; q.Total != max(sum, 1500) {
		t.Errorf("a total of %d, the parts are %d", q.Total, sum)
	}
	if least := quote(t, 0, cube); least.Total != 1500 {
		t.Errorf("one small part costs %d", least.Total)
	}
}

func TestQuoteZIP(t *testing.T) {
	path := file(t, "order.zip", meshtest.ZIP(
		meshtest.File{Name: "feet/clip.obj", Data: meshtest.ClipOBJ()},
		meshtest.File{Name: "block.3mf", Data: meshtest.ThreeMF(meshtest.Box(10, 20, 5))},
		meshtest.File{Name: "broken.stl", Data: []byte("solid nothing\nendsolid\n")},
	))
	q := quote(t, 1, path)
	if len(q.Parts) != 3 {
		t.Fatalf("%+v", q)
	}
	priced := 0
	for _, p := range q.Parts {
		switch filepath.Base(p.File) {
		case "clip.obj", "block.3mf":
			if p.Price == nil || p.Error != "" {
				t.Errorf("%+v", p)
			}
			priced++
		case "broken.stl":
			if !isSentence(p.Error) {
				t.Errorf("%+v", p)
			}
		default:
			t.Errorf("a part called %q", p.File)
		}
	}
	if priced != 2 {
		t.Errorf("%d priced", priced)
	}
}

func TestQuoteUnits(t *testing.T) {
	path := file(t, "inches.stl", meshtest.BinarySTL(meshtest.InchPart()))
	if p := quote(t, 0, "--units", "inch", path).Parts[0]; !p.isOf(50.8, 25.4, 12.7) || len(p.Warnings) != 0 {
		t.Errorf("%+v", p)
	}
	p := quote(t, 0, "--units", "mm", path, "--set", "layer_height_0=0.1", "--set", "layer_height=0.1").Parts[0]
	if !p.isOf(2, 1, 0.5) {
		t.Errorf("%+v", p)
	}
	asked := quote(t, 0, path, "--set", "layer_height_0=0.1", "--set", "layer_height=0.1").Parts[0]
	if !strings.Contains(strings.Join(asked.Warnings, " "), "--units") {
		t.Errorf("nobody asks whether it is inches: %q", asked.Warnings)
	}
	// A file that says its unit is taken at its word.
	declared := file(t, "declared.3mf", meshtest.ThreeMF(meshtest.Box(20, 10, 5)))
	if p := quote(t, 0, "--units", "inch", declared).Parts[0]; !p.isOf(20, 10, 5) {
		t.Errorf("%+v", p)
	}
}

// TestQuoteSet lays settings on top of everything: several, and one whose value has commas.
func TestQuoteSet(t *testing.T) {
	path := file(t, "block.stl", meshtest.BinarySTL(meshtest.Box(20, 20, 6)))
	plain := quote(t, 0, path).Parts[0]
	set := quote(t, 0, path, "--set", "layer_height=0.3", "--set", "layer_height_0=0.3", "--set", "infill_angles=[0,90]").Parts[0]
	if set.Layers != 20 || plain.Layers != 30 {
		t.Errorf("%d layers, %d without", set.Layers, plain.Layers)
	}
	dense := quote(t, 0, path, "--infill", "80").Parts[0]
	if over := quote(t, 0, path, "--infill", "80", "--set", "infill_sparse_density=20").Parts[0]; over.Grams != plain.Grams || dense.Grams <= plain.Grams {
		t.Errorf("infill of 80: %.2f g; 20 set on top of it: %.2f g; 20: %.2f g", dense.Grams, over.Grams, plain.Grams)
	}
}

func TestQuoteChoices(t *testing.T) {
	path := file(t, "T.stl", meshtest.BinarySTL(meshtest.TBracket().Times(0.5)))
	auto, on, off := quote(t, 0, path).Parts[0], quote(t, 0, path, "--supports", "on").Parts[0], quote(t, 0, path, "--supports", "off").Parts[0]
	if auto.Grams != on.Grams || off.SupportGrams != 0 || on.SupportGrams <= 0 {
		t.Errorf("auto %+v, on %+v, off %+v", auto, on, off)
	}
	fine, petg := quote(t, 0, path, "--quality", "0.12", "--supports", "off").Parts[0], quote(t, 0, path, "--material", "PETG", "--supports", "off").Parts[0]
	if fine.Layers <= off.Layers || petg.Grams == off.Grams {
		t.Errorf("fine %+v, PETG %+v", fine, petg)
	}
}

// TestQuoteBareDefinition leaves both layers out: what is sliced is the definition, and what is set.
func TestQuoteBareDefinition(t *testing.T) {
	path := file(t, "block.stl", meshtest.BinarySTL(meshtest.Box(20, 20, 6)))
	bare := []string{path, "--quality", "none", "--material", "none", "--set", "layer_height=0.2"}
	p := quote(t, 0, bare...).Parts[0]
	// The definition's first layer is of 0.3 mm, so a block of 6 mm has one layer less in the bare definition than by
	// the shop's quality, or as many where the engine rounds up.
	if p.Layers < 29 || p.Layers > 30 || !strings.Contains(strings.Join(p.Warnings, " "), "No material") {
		t.Errorf("%+v", p)
	}
	infill := quote(t, 0, append(bare, "--set", "infill_sparse_density=60")...).Parts[0]
	if infill.Grams < 1.15*p.Grams {
		t.Errorf("%.2f g with an infill of 60, %.2f g without a word", infill.Grams, p.Grams)
	}
}

func TestQuoteForPeople(t *testing.T) {
	good, bad := file(t, "leaky.stl", meshtest.BinarySTL(meshtest.LeakyCube())), file(t, "letter.stl", []byte("Dear shop"))
	o := run(t, "quote", "--engine", engineHere(t), good, bad).want(t, 1)
	for _, words := range []string{"20.0 × 20.0 × 20.0 mm", " min ", " g ", "2 holes", "not priced", "no 3D model", "Total, AUD", "15.00"} {
		if !strings.Contains(o.stdout, words) {
			t.Errorf("the quote does not say %q:\n%s", words, o.stdout)
		}
	}
	if strings.Contains(o.stdout, "NaN") || strings.Contains(o.stdout, "<nil>") || o.stderr != "" {
		t.Errorf("%s%s", o.stdout, o.stderr)
	}
}

// TestBrokenModels: every broken file gets a price with a warning, or a message why not.
func TestBrokenModels(t *testing.T) {
	root := filepath.Join(need.Models(t), "broken")
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, e := range entries {
		paths = append(paths, filepath.Join(root, e.Name()))
	}
	q := quote(t, 1, paths...)
	if len(q.Parts) != len(paths) || len(paths) < 25 {
		t.Fatalf("%d parts of %d files", len(q.Parts), len(paths))
	}
	// These are broken on paper only: a stray vertex, overlapping or split bodies.
	sound := map[string]bool{"extra_vertices.obj": true, "self_overlapping_cubes.stl": true, "subdivided_cube.stl": true, "tetrahedra.stl": true}
	for _, p := range q.Parts {
		name := filepath.Base(p.File)
		switch {
		case p.Error != "":
			if !isSentence(p.Error) || p.Price != nil || sound[name] {
				t.Errorf("%s: %+v", name, p)
			}
		case p.Price == nil || p.Seconds <= 0 || p.Grams <= 0:
			t.Errorf("%s has neither a price nor an error: %+v", name, p)
		case p.Watertight != sound[name] || !p.Watertight && len(p.Warnings) == 0:
			t.Errorf("%s: watertight %v, %q", name, p.Watertight, p.Warnings)
		}
		for _, w := range p.Warnings {
			if !isSentence(w) {
				t.Errorf("%s: %q", name, w)
			}
		}
	}
}

// TestFileNames: what is quoted is called what it was called.
func TestFileNames(t *testing.T) {
	root := filepath.Join(need.Models(t), "filenames")
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		path := filepath.Join(root, e.Name())
		parts := decode[quoteJSON](t, run(t, "inspect", "--json", path).want(t, 0)).Parts
		if len(parts) != 1 || parts[0].File != path || parts[0].Error != "" {
			t.Errorf("%s: %+v", path, parts)
		}
	}
}

// TestFirstPricesAreTheShops keeps this file's figures those of a shop's first start.
func TestFirstPricesAreTheShops(t *testing.T) {
	p := shop.DefaultSettings("UTC").Pricing
	if got := fmt.Sprint(p.MachinePerHour, " ", p.Setup, " ", p.PlateStart, " ", p.Minimum, " ", shop.DefaultSellPerGram("PLA")); got != "3 8 2 15 0.08" {
		t.Errorf("first prices: %s", got)
	}
}
