package profile

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"strings"
	"sync"
	"testing"

	"buildplate/slicer/internal/fault"
)

func TestPrinters(t *testing.T) {
	needDefinitions(t)
	all, visible := Printers(), 0
	for _, p := range all {
		if p.Visible {
			visible++
		}
		if p.ID == "" || p.Name == "" {
			t.Errorf("%+v has no name", p)
		}
	}
	if len(all) != 339 || visible != 300 {
		t.Errorf("%d printers, %d visible; the packages have 339 and 300", len(all), visible)
	}
	if p, ok := FindPrinter("creality_ender3"); !ok || p.Name != "Creality Ender-3" || p.Manufacturer != "Creality3D" {
		t.Errorf("the Ender-3 is %+v", p)
	}
	if _, ok := FindPrinter("fdmextruder"); ok {
		t.Error("an extruder is listed as a printer")
	}
}

func TestEveryPrinterResolves(t *testing.T) {
	needDefinitions(t)
	for i, p := range Printers() {
		s, err := Resolve(Stack{Printer: p.ID})
		if err != nil {
			t.Errorf("%s: %v", p.ID, err)
			continue
		}
		if n := len(s.Keys()); n != 577 {
			t.Errorf("%s has %d settings, want 577", p.ID, n)
		}
		if _, err := json.Marshal(s); err != nil {
			t.Errorf("%s: %v", p.ID, err)
		}
		// Every quality and material in turn, so that all are tried on some.
		q, m := Qualities()[i%4], materials[i/4%4]
		if s, err = Resolve(Stack{Printer: p.ID, Quality: q.ID, Material: m.ID}); err != nil {
			t.Errorf("%s: %v", p.ID, err)
		} else if _, err := s.Expanded(); err != nil {
			t.Errorf("%s: %v", p.ID, err)
		}
	}
}

func TestEnder3(t *testing.T) {
	needDefinitions(t)
	s := resolve(t, Stack{Printer: "creality_ender3", Overrides: choices("layer_height", "0.2", "infill_sparse_density", "20")})
	expect(t, s, "infill_line_distance", "6.0", "wall_line_count", "2", "top_layers", "5", "speed_infill", "50.0",
		"meshfix_maximum_resolution", "0.25", "retraction_combing", "noskin")
	if s.Generic {
		t.Error("no profile is used, so none is generic")
	}
}

// The values in testdata were computed by CPython from the same definitions:
// the Ender-3's in full, the others where they differ from it. The printers
// cover a vendor's base, two extruders, a power operator, a delta and UltiGCode.
func TestValuesAgreeWithPython(t *testing.T) {
	needDefinitions(t)
	data, err := os.ReadFile("testdata/python.json")
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]map[string]Value
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	for id, values := range want {
		s := resolve(t, Stack{Printer: id})
		for key, w := range with(want["creality_ender3"], values) {
			if got := s.Get(key); !agree(s.Type(key), got, w) {
				t.Errorf("%s: %s is %v, Python says %v", id, key, got, w)
			}
		}
	}
}

// agree allows the last bits of a float, where C's tangent differs from Go's,
// and 0 and 1 for truth values.
func agree(typ string, got, want Value) bool {
	if typ == "bool" {
		return got.kind == KindBool && got.Bool() == want.Bool()
	}
	if got.kind == KindFloat && want.kind == KindFloat {
		return math.Abs(got.Float()-want.Float()) <= 1e-14*math.Abs(want.Float())
	}
	return got.kind == want.kind && got.String() == want.String()
}

func TestQualityAndMaterial(t *testing.T) {
	needDefinitions(t)
	stack := func(quality, material string) *Settings {
		return resolve(t, Stack{Printer: "creality_ender3", Quality: quality, Material: material})
	}
	s := stack("0.20", "PETG")
	expect(t, s, "layer_height_0", "0.2", "wall_line_count", "4", "material_print_temperature", "240",
		"material_bed_temperature", "85", "cool_fan_speed", "50", "speed_layer_0", "15", "retraction_amount", "5", "material_diameter", "1.75")
	if d, known := s.Density(); d != 1.27 || !known || s.Generic {
		t.Errorf("density %v %v, generic %v", d, known, s.Generic)
	}
	if g := s.Grams(1000); g != 1.27 {
		t.Errorf("1 cm³ of PETG is %v g", g)
	}
	expect(t, stack("0.28", "PLA"), "layer_height_0", "0.28", "wall_line_count", "2", "top_layers", "4", "material_bed_temperature", "50")
	expect(t, stack("0.16", "PLA"), "layer_height_0", "0.2", "wall_line_count", "3", "adaptive_layer_height_enabled", "True")
	expect(t, stack("0.12", "ABS"), "layer_height_0", "0.12", "wall_line_count", "4", "material_print_temperature", "240", "cool_fan_speed", "0")
	expect(t, stack("0.20", "TPU"), "material_print_temperature", "228", "material_bed_temperature", "0", "wall_line_count", "2")

	generic := resolve(t, Stack{Printer: "ultimaker2_plus", Quality: "0.16", Material: "PETG"})
	if !generic.Generic {
		t.Error("the profile for an Ultimaker is not marked generic")
	}
	expect(t, generic, "material_diameter", "2.85", "material_print_temperature", "240", "material_print_temperature_layer_0", "240",
		"adaptive_layer_height_enabled", "False", "layer_height", "0.16")

	refusal(t, Stack{Printer: "creality_ender3", Quality: "0.3"}, "", "0.28, 0.20, 0.16, 0.12")
	refusal(t, Stack{Printer: "creality_ender3", Material: "wood"}, "", "PLA, PETG, ABS, TPU")
	refusal(t, Stack{Printer: "creality_ender4a"}, "", "creality_ender3")
	refusal(t, Stack{Printer: "fdmextruder"}, "", "fdmextruder")
}

func TestLayersWinFromTheTop(t *testing.T) {
	needDefinitions(t)
	shop := Layer{Name: "shop", Set: map[string]string{"infill_sparse_density": "15", "wall_line_count": "3", "layer_height": "0.3"}}
	part := Layer{Name: "part", Set: map[string]string{"infill_sparse_density": "= 10 * 4"}}
	s := resolve(t, Stack{Printer: "creality_ender3", Quality: "0.12", Material: "PETG", Overrides: []Layer{shop, part}})
	expect(t, s, "infill_sparse_density", "40", "wall_line_count", "3", "layer_height", "0.3", "infill_line_distance", "3.0")
}

const customPrinter = `{"name": "Bench machine", "version": 2, "inherits": "creality_ender3",
	"metadata": {"visible": true, "manufacturer": "Us"%s},
	"overrides": {"machine_width": {"default_value": 300}, "speed_print": {"value": "40 + layer_height"}, "no_such_setting": {"value": 1}%s}}`

func custom(metadata, overrides string) Stack {
	text := strings.Replace(strings.Replace(customPrinter, "%s", metadata, 1), "%s", overrides, 1)
	return Stack{Definition: []byte(text), Quality: "0.20", Material: "PLA"}
}

func TestUploadedDefinition(t *testing.T) {
	needDefinitions(t)
	s := resolve(t, custom("", ""))
	expect(t, s, "machine_width", "300", "machine_depth", "235", "speed_print", "40.2", "speed_infill", "40.2", "layer_height_0", "0.2")
	if s.Printer.Name != "Bench machine" || s.Printer.Manufacturer != "Us" || s.Generic || s.Has("no_such_setting") {
		t.Errorf("got %+v, generic %v", s.Printer, s.Generic)
	}
	s = resolve(t, custom(`, "machine_extruder_trains": {"0": "mine_extruder_0"}`, ""))
	if expect(t, s, "material_diameter", "1.75"); len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], "mine_extruder_0") {
		t.Errorf("warnings %q", s.Warnings)
	}

	refusal(t, custom("", `, "speed_wall": {"value": "speed_wal / 2"}`), "speed_wall", "speed_wal")
	refusal(t, custom("", `, "speed_wall": {"value": "speed_infill"}, "speed_infill": {"value": "1 + speed_wall"}`), "speed_wall", "speed_infill")
	refusal(t, custom("", `, "speed_wall": {"value": {"a": 1}}`), "speed_wall", "")
	refusal(t, custom("", `, "speed_wall": {"value": "float('inf')"}`), "speed_wall", "inf")
	refusal(t, custom("", `, "machine_height": {"default_value": "tall"}`), "machine_height", "tall")
	refusal(t, custom("", `, "machine_disallowed_areas": {"default_value": [[1, 2]]}`), "machine_disallowed_areas", "")
	deep := strings.Repeat(`{"a":{"children":`, 500) + "{}" + strings.Repeat("}}", 500)
	refusal(t, Stack{Definition: []byte(`{"inherits": "fdmprinter", "settings": ` + deep + "}")}, "", "")
	refusal(t, Stack{Definition: []byte("{")}, "", "")
	refusal(t, Stack{Definition: []byte(`{"inherits": "nothing"}`)}, "", "nothing")
	refusal(t, Stack{Definition: []byte(`{}`)}, "", "")
	refusal(t, Stack{Definition: make([]byte, maxDefinition+1)}, "", "")
}

func TestWarnings(t *testing.T) {
	needDefinitions(t)
	s := resolve(t, Stack{Printer: "creality_ender3", Quality: "0.28", Material: "ABS", Overrides: choices("machine_nozzle_size", "0.3", "machine_heated_bed", "false")})
	if len(s.Warnings) != 2 || !strings.Contains(s.Warnings[0], "0.28 mm are too thick for a 0.3 mm nozzle") || !strings.Contains(s.Warnings[1], "not heated") {
		t.Errorf("warnings %q", s.Warnings)
	}
}

// An uploaded file must end in settings or a *fault.Error.
func FuzzDefinition(f *testing.F) {
	needDefinitions(f)
	f.Add(custom("", "").Definition)
	f.Add([]byte(`{"inherits": "fdmprinter", "settings": {"a": {"type": "float", "children": {"b": {"type": "str", "value": "a+1"}}}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Resolve(Stack{Definition: data})
		if err != nil {
			if _, ok := errors.AsType[*fault.Error](err); !ok {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		if full, err := s.Expanded(); err == nil {
			full.SettingsHash()
		}
		s.SettingsHash()
	})
}

func TestResolveInParallel(t *testing.T) {
	needDefinitions(t)
	var wg sync.WaitGroup
	hashes := make([]string, 8)
	for i := range hashes {
		wg.Go(func() {
			s, err := Resolve(Stack{Printer: "creality_ender3pro", Quality: "0.20", Material: "PLA"})
			if err == nil {
				s, err = s.Expanded()
			}
			if err == nil {
				hashes[i] = s.SettingsHash()
			}
		})
	}
	wg.Wait()
	for _, h := range hashes {
		if h == "" || h != hashes[0] {
			t.Fatalf("hashes differ: %q", hashes)
		}
	}
}

func BenchmarkResolve(b *testing.B) {
	needDefinitions(b)
	for b.Loop() {
		if _, err := Resolve(Stack{Printer: "creality_ender3", Quality: "0.20", Material: "PLA"}); err != nil {
			b.Fatal(err)
		}
	}
}
