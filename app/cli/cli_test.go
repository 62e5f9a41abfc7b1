package cli_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"buildplate/app/apptest/need"
	"buildplate/slicer/slicertest/meshtest"
)

// TestWrongCalls: each says in a message what is wrong, on standard error, with status 2.
func TestWrongCalls(t *testing.T) {
	needDefinitions(t)
	cube := file(t, "cube.stl", meshtest.BinarySTL(meshtest.Cube()))
	for _, c := range []struct {
		args, says string
	}{
		{"", "quote"},
		{"frobnicate", "frobnicate"},
		{"quote", "file"},
		{"quote --colour red X", "--colour"},
		{"quote --copies 0 X", "--copies goes from 1 to 500"},
		{"quote --copies many X", "--copies"},
		{"quote --infill 101 X", "0 to 100"},
		{"quote --supports perhaps X", "--supports"},
		{"quote --units cubits X", "--units"},
		{"quote --engine steam X", "--engine"},
		{"quote --quality 0.21 X", "0.28, 0.20, 0.16, 0.12 or none"},
		{"quote --material wood X", "PLA, PETG, ABS, TPU or none"},
		{"quote --printer enders3 X", "buildplate printers"},
		{"quote --set layer_hight=0.2 X", "Did you mean layer_height"},
		{"quote --set layer_height=thick X", "a number is needed"},
		{"quote --set layer_height X", "layer_height"},
		{"inspect", "file"},
		{"inspect --units cubits X", "--units"},
		{"settings", "--printer"},
		{"settings --printer enders3", "buildplate printers"},
		{"settings --printer creality_ender3 --quality 1", "quality"},
		{"settings --printer creality_ender3 --material wood", "material"},
		{"settings --printer creality_ender3 --set no_such=1", "no_such"},
	} {
		var args []string
		for _, a := range strings.Fields(c.args) {
			args = append(args, strings.Replace(a, "X", cube, 1))
		}
		o := run(t, args...)
		if o.status != 2 || !strings.Contains(o.stderr, c.says) || !strings.HasPrefix(o.stderr, "buildplate: ") || o.stdout != "" {
			t.Errorf("%q: status %d, %q, %q", c.args, o.status, o.stdout, o.stderr)
		}
	}
}

// TestSettings holds the bare Ender-3's to figures of Cura's own.
func TestSettings(t *testing.T) {
	needDefinitions(t)
	bare := decode[map[string]any](t, run(t, "settings", "--printer", "creality_ender3", "--set", "layer_height=0.2", "--set", "infill_sparse_density=20", "--json").want(t, 0))
	for key, want := range map[string]any{
		"infill_line_distance": 6.0, "wall_line_count": 2.0, "top_layers": 5.0, "speed_infill": 50.0,
		"meshfix_maximum_resolution": 0.25, "retraction_combing": "noskin", "layer_height": 0.2,
	} {
		if bare[key] != want {
			t.Errorf("%s is %v, want %v", key, bare[key], want)
		}
	}
	if len(bare) < 500 {
		t.Errorf("%d settings", len(bare))
	}
	if start, _ := bare["machine_start_gcode"].(string); !strings.Contains(start, "{") && !strings.Contains(bare["machine_end_gcode"].(string), "{") {
		t.Error("the templates are expanded")
	}
	whole := decode[map[string]any](t, run(t, "settings", "--printer", "creality_ender3", "--quality", "0.20", "--material", "PETG", "--json").want(t, 0))
	for key, want := range map[string]any{"layer_height_0": 0.2, "wall_line_count": 4.0, "material_print_temperature": 240.0, "material_bed_temperature": 85.0} {
		if whole[key] != want {
			t.Errorf("with PETG %s is %v, want %v", key, whole[key], want)
		}
	}
	commas := decode[map[string]any](t, run(t, "settings", "--printer", "creality_ender3", "--set", "infill_angles=[0,90]", "--set", "layer_height=0.3", "--json").want(t, 0))
	if commas["infill_angles"] != "[0, 90]" || commas["layer_height"] != 0.3 {
		t.Errorf("infill_angles %v, layer_height %v", commas["infill_angles"], commas["layer_height"])
	}
	if o := run(t, "settings", "--printer", "creality_ender3").want(t, 0); !strings.Contains(o.stdout, "\nlayer_height = ") {
		t.Error("the list for people lacks the layer height")
	}
}

func TestPrinters(t *testing.T) {
	needDefinitions(t)
	all := decode[[]struct {
		ID, Name string
		Visible  bool
	}](t, run(t, "printers", "--json").want(t, 0))
	visible := 0
	for _, p := range all {
		if p.ID == "" || p.Name == "" {
			t.Errorf("%+v", p)
		}
		if p.Visible {
			visible++
		}
	}
	if len(all) != 339 || visible != 300 {
		t.Errorf("%d definitions, %d shown to people", len(all), visible)
	}
	if o := run(t, "printers").want(t, 0); !strings.Contains(o.stdout, "creality_ender3 ") || strings.Count(o.stdout, "\n") != visible {
		t.Errorf("the list for people:\n%s", o.stdout)
	}
}

func TestInspect(t *testing.T) {
	good, bad := file(t, "hollow.obj", meshtest.OBJ(meshtest.HollowBox())), file(t, "empty.stl", nil)
	parts := decode[quoteJSON](t, run(t, "inspect", "--json", good, bad).want(t, 1)).Parts
	if len(parts) != 2 {
		t.Fatalf("%+v", parts)
	}
	if p := parts[0]; !p.isOf(40, 40, 40) || p.VolumeMM3 != 17344 || p.Triangles != 24 || !p.Watertight || p.Error != "" {
		t.Errorf("%+v", p)
	}
	if p := parts[1]; !isSentence(p.Error) || p.SizeMM != nil {
		t.Errorf("%+v", p)
	}
	inches := file(t, "inches.stl", meshtest.BinarySTL(meshtest.InchPart()))
	if p := decode[quoteJSON](t, run(t, "inspect", "--json", "--units", "inch", inches).want(t, 0)).Parts[0]; !p.isOf(50.8, 25.4, 12.7) {
		t.Errorf("%+v", p)
	}
	o := run(t, "inspect", good, bad).want(t, 1)
	for _, words := range []string{"40.00 × 40.00 × 40.00 mm", "The file is empty."} {
		if !strings.Contains(o.stdout, words) {
			t.Errorf("%q is not in\n%s", words, o.stdout)
		}
	}
}

func TestInspectBrokenModels(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(need.Models(t), "broken", "*"))
	if err != nil || len(paths) < 25 {
		t.Fatal(paths, err)
	}
	parts := decode[quoteJSON](t, run(t, append([]string{"inspect", "--json"}, paths...)...).want(t, 1)).Parts
	if len(parts) != len(paths) {
		t.Fatalf("%d parts of %d files", len(parts), len(paths))
	}
	for _, p := range parts {
		if (p.Error == "") == (p.SizeMM == nil) || p.Error != "" && !isSentence(p.Error) {
			t.Errorf("%s: %+v", filepath.Base(p.File), p)
		}
	}
}

// TestRoutes holds the rule of the two doors: what staff may do is not on the public one.
func TestRoutes(t *testing.T) {
	routes := decode[[]struct {
		Method, Path string
		Doors, Roles []string
	}](t, run(t, "routes", "--json").want(t, 0))
	if len(routes) < 30 {
		t.Errorf("%d routes", len(routes))
	}
	seen := map[string]bool{}
	for _, r := range routes {
		key := r.Method + " " + r.Path
		if seen[key] || !strings.HasPrefix(r.Path, "/") || len(r.Doors) == 0 || len(r.Roles) == 0 {
			t.Errorf("%+v", r)
		}
		seen[key] = true
		for _, d := range r.Doors {
			if d != "shop" && d != "public" {
				t.Errorf("%s is on a door called %q", key, d)
			}
		}
		if slices.Contains(r.Doors, "public") && strings.HasPrefix(r.Path, "/api/staff") {
			t.Errorf("%s is on the public door", key)
		}
	}
	for _, want := range []string{"GET /healthz", "POST /api/stripe/webhook"} {
		if !seen[want] {
			t.Errorf("no route %s", want)
		}
	}
	if o := run(t, "routes").want(t, 0); strings.Count(o.stdout, "\n") != len(routes) {
		t.Error("the list for people is of another length")
	}
}

func TestOpenAPI(t *testing.T) {
	doc := decode[struct {
		OpenAPI string
		Paths   map[string]any
	}](t, run(t, "openapi").want(t, 0))
	if !strings.HasPrefix(doc.OpenAPI, "3.1") || len(doc.Paths) < 20 {
		t.Errorf("OpenAPI %q with %d paths", doc.OpenAPI, len(doc.Paths))
	}
}

func TestAbout(t *testing.T) {
	if o := run(t, "version").want(t, 0); !strings.HasPrefix(o.stdout, "buildplate ") || !strings.Contains(o.stdout, "CuraEngine") {
		t.Error(o.stdout)
	}
	o := run(t, "licenses").want(t, 0)
	for _, words := range []string{"AGPL-3.0", "CuraEngine", "cura-wasm", "LGPL-3.0", "occt-import-js 0.0.23", "licence: LGPL-2.1\n  source:  https://github.com/kovacsv/occt-import-js"} {
		if !strings.Contains(o.stdout, words) {
			t.Errorf("%q is not in\n%s", words, o.stdout)
		}
	}
	if unnamed := regexp.MustCompile(`.*\n  licence: see its source\n.*Go module.*`).FindAllString(o.stdout, -1); len(unnamed) > 0 {
		t.Errorf("their licences are not named: %q", unnamed)
	}
	if o := run(t, "licenses", "--full").want(t, 0); !strings.HasSuffix(o.stdout, "the licence's text\n") {
		t.Error("the licence is not printed in full")
	}
	if o := run(t, "--help").want(t, 0); !strings.Contains(o.stdout, "quote") || !strings.Contains(o.stdout, "serve") {
		t.Error(o.stdout)
	}
}
