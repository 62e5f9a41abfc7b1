package profile

import "testing"

func TestOverridesAreChecked(t *testing.T) {
	needDefinitions(t)
	for _, c := range []struct{ key, typed, named string }{
		{"layer_heigth", "0.2", "layer_height"},
		{"infill_density", "20", "infill_sparse_density"},
		{"layer_height", "thick", ""},
		{"layer_height", "0x1p-2", ""},
		{"layer_height", "nan", ""},
		{"layer_height", "inf", ""},
		{"layer_height", "", ""},
		{"layer_height", "0", "0.001 mm"},
		{"wall_line_count", "2.5", ""},
		{"wall_line_count", "-1", "0"},
		{"infill_sparse_density", "-1", "0"},
		{"speed_print", "1000", ""},
		{"support_enable", "perhaps", "true"},
		{"infill_pattern", "squiggle", "concentric"},
		{"infill_angles", "[1.5]", ""},
		{"infill_angles", "45", "[45, 135]"},
		{"machine_head_with_fans_polygon", "[[1, 2], [3]]", ""},
		{"machine_disallowed_areas", "[[[1, 2], [3, \"x\"]]]", ""},
		{"support_extruder_nr", "1", ""},
		{"wall_extruder_nr", "-2", ""},
		{"infill_pattern", "=1+1", "=1+1"},
		{"wall_line_count", "=1/2", ""},
		{"layer_height", "=", ""},
		{"layer_height", "=layer_height*2", ""},
		{"layer_height", "=nozzle/2", "nozzle"},
		{"layer_height", "='0.2'", ""},
		{"layer_height", "=-1", ""},
		{"machine_name", "a\x00b", ""},
	} {
		refusal(t, Stack{Printer: "creality_ender3", Overrides: choices(c.key, c.typed)}, c.key, c.named)
	}
}

func TestOverridesAreRead(t *testing.T) {
	needDefinitions(t)
	s := resolve(t, Stack{Printer: "creality_ender3", Overrides: choices(
		"support_enable", "TRUE", "infill_sparse_density", " 12.5 ", "infill_pattern", "gyroid", "infill_angles", "[0,90]",
		"machine_head_with_fans_polygon", "[[-1,2.5],[3,4],[5,-6]]", "wall_extruder_nr", "-1", "machine_start_gcode", "G28\nG1 Z5",
		"line_width", "=machine_nozzle_size*1.1", "wall_line_count", "=2+1")})
	expect(t, s, "support_enable", "True", "infill_sparse_density", "12.5", "infill_angles", "[0, 90]",
		"machine_head_with_fans_polygon", "[[-1, 2.5], [3, 4], [5, -6]]", "machine_start_gcode", "G28\nG1 Z5",
		"line_width", "0.44000000000000006", "wall_line_width", "0.44000000000000006", "wall_line_count", "3")
}

// A limit may be a formula: the maximum speed follows from the machine.
func TestLimitsAreFormulas(t *testing.T) {
	needDefinitions(t)
	slow := choices("machine_max_feedrate_x", "10", "machine_max_feedrate_y", "10", "speed_print", "20")
	refusal(t, Stack{Printer: "creality_ender3", Overrides: slow}, "speed_print", "14.14")
}
