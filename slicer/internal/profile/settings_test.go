package profile

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"buildplate/app/apptest/need"
)

func TestWhatTheEngineIsTold(t *testing.T) {
	needDefinitions(t)
	s := resolve(t, Stack{Printer: "sv02"})
	expect(t, s, "machine_extruder_count", "2", "adhesion_extruder_nr", "1")
	for _, list := range [][]Pair{s.Global(), s.Extruder()} {
		if !slices.IsSortedFunc(list, func(a, b Pair) int { return bytes.Compare([]byte(a.Key), []byte(b.Key)) }) {
			t.Error("the engine's settings are not sorted")
		}
		m := told(list)
		for key, want := range map[string]string{
			"machine_width": s.String("machine_width"), "skin_monotonic": "False", "lightning_infill_prune_angle": "40",
			"machine_extruder_count": "1", "adhesion_extruder_nr": "0", "wall_extruder_nr": "-1",
		} {
			if m[key] != want {
				t.Errorf("the engine is told %s=%s, want %s", key, m[key], want)
			}
		}
		if len(list) < len(s.Keys()) {
			t.Errorf("the engine is told %d of %d settings", len(list), len(s.Keys()))
		}
	}
}

func TestSettingsHash(t *testing.T) {
	needDefinitions(t)
	hash := func(pairs ...string) string {
		return resolve(t, Stack{Printer: "creality_ender3", Overrides: choices(pairs...)}).SettingsHash()
	}
	plain := hash()
	if len(plain) != 64 || plain != hash() {
		t.Errorf("the hash of equal settings differs: %s", plain)
	}
	if plain == hash("layer_height", "0.3") || hash("machine_name", "a") == hash("machine_name", "b") {
		t.Error("different settings have one hash")
	}
	// Where a value comes from does not matter, only what it is.
	if plain != hash("wall_line_count", "2") {
		t.Error("the same value set by hand has another hash")
	}
}

func TestSettingsAsJSON(t *testing.T) {
	needDefinitions(t)
	data, err := json.Marshal(resolve(t, Stack{Printer: "creality_ender3"}))
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"speed_infill": "50.0", "machine_width": "235", "support_enable": "false", "retraction_combing": `"noskin"`,
		"machine_head_with_fans_polygon": "[[-26,34],[-26,-32],[32,-32],[32,34]]", "infill_angles": `"[ ]"`,
		"machine_end_gcode": "",
	} {
		if got := string(raw[key]); got != want && want != "" {
			t.Errorf("%s is %s, want %s", key, got, want)
		}
	}
	if !bytes.Contains(raw["machine_end_gcode"], []byte("{machine_depth}")) {
		t.Errorf("the template was filled: %s", raw["machine_end_gcode"])
	}
}

// The real engine takes the settings, heats as they say and finds none missing.
func TestNativeEngineTakesTheSettings(t *testing.T) {
	needDefinitions(t)
	engine, err := exec.LookPath("CuraEngine")
	if err != nil {
		need.Without(t, "cura", "CuraEngine is not installed")
	}
	dir := t.TempDir()
	definition := filepath.Join(dir, "buildplate.def.json")
	if err := os.WriteFile(definition, EngineDefinition(), 0o600); err != nil {
		t.Fatal(err)
	}
	report := regexp.MustCompile(`Print time \(s\): (\d+)[\s\S]*?Filament \(mm\^3\): (\d+)`)
	for _, id := range []string{"creality_ender3", "ultimaker3", "ultimaker2_plus", "sv02", "anycubic_kossel"} {
		s, err := resolve(t, Stack{Printer: id, Quality: "0.20", Material: "PETG"}).Expanded()
		if err != nil {
			t.Fatal(err)
		}
		model, out := filepath.Join(dir, id+".stl"), filepath.Join(dir, id+".gcode")
		var x, y float32
		if !s.Bool("machine_center_is_zero") {
			x, y = float32(s.Float("machine_width")/2), float32(s.Float("machine_depth")/2)
		}
		if err := os.WriteFile(model, cube(x, y, 20), 0o600); err != nil {
			t.Fatal(err)
		}
		args := []string{"slice", "-v", "-p", "-j", definition}
		for _, p := range s.Global() {
			args = append(args, "-s", p.Key+"="+p.Value)
		}
		args = append(args, "-e0")
		for _, p := range s.Extruder() {
			args = append(args, "-s", p.Key+"="+p.Value)
		}
		said, err := exec.Command(engine, append(args, "-o", out, "-l", model)...).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v: %s", id, err, said[max(0, len(said)-300):])
			continue
		}
		found := report.FindSubmatch(said)
		if found == nil {
			t.Errorf("%s: the engine reports no time", id)
			continue
		}
		seconds, _ := strconv.Atoi(string(found[1]))
		volume, _ := strconv.Atoi(string(found[2]))
		// A 20 mm cube has 8,000 mm³; walls, skins and 10-20 % of filling are 2,000 to 5,000.
		if seconds < 600 || seconds > 4000 || volume < 2000 || volume > 5000 {
			t.Errorf("%s: %d s and %d mm³ for a 20 mm cube", id, seconds, volume)
		}
		if id == "creality_ender3" {
			gcode, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range []string{"M190 S85\n", "M109 S240\n", "G1 X0 Y235 ;Present print\n", " Z0.2\n"} {
				if !bytes.Contains(gcode, []byte(line)) {
					t.Errorf("the Ender-3's G-code lacks %q", line)
				}
			}
		}
	}
}

// cube is a binary STL of a cube standing on z = 0 around (x, y).
func cube(x, y, size float32) []byte {
	var corners [8][3]float32
	for i := range corners {
		corners[i] = [3]float32{x - size/2, y - size/2, 0}
		for axis := range 3 {
			if i>>axis&1 == 1 {
				corners[i][axis] += size
			}
		}
	}
	var stl bytes.Buffer
	stl.Write(make([]byte, 80))
	sides := [][4]int{{0, 2, 3, 1}, {4, 5, 7, 6}, {0, 1, 5, 4}, {2, 6, 7, 3}, {0, 4, 6, 2}, {1, 3, 7, 5}}
	stl.Write(binary.LittleEndian.AppendUint32(nil, uint32(2*len(sides))))
	for _, s := range sides {
		for _, corner := range [][3]int{{s[0], s[1], s[2]}, {s[0], s[2], s[3]}} {
			stl.Write(make([]byte, 12))
			for _, c := range corner {
				binary.Write(&stl, binary.LittleEndian, corners[c])
			}
			stl.Write([]byte{0, 0})
		}
	}
	return stl.Bytes()
}
