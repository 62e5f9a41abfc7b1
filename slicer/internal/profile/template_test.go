package profile

import (
	"strings"
	"testing"
)

// started returns the Ender-3 with PLA and this start G-code, not yet expanded.
func started(t *testing.T, start string) *Settings {
	return resolve(t, Stack{Printer: "creality_ender3", Quality: "0.20", Material: "PLA", Overrides: choices("machine_start_gcode", start)})
}

func TestTemplatesAreFilled(t *testing.T) {
	needDefinitions(t)
	for template, want := range map[string]string{
		"G1 Y{machine_depth}":                            "G1 Y235",
		"M104 S{material_print_temperature}":             "M104 S200",
		"M104 S{material_print_temperature, 0}":          "M104 S200",
		"M104 S{material_print_temperature, 1}":          "M104 S200",
		"M104 S{print_temperature}":                      "M104 S200",
		"M104 S{Material_Print_Temperature}":             "M104 S200",
		"M190 S{ material_bed_temperature_layer_0 }":     "M190 S50",
		"T{initial_extruder_nr}":                         "T0",
		"M104 S{print_temperature, initial_extruder_nr}": "M104 S200",
		"G1 F{travel_speed}":                             "G1 F150.0",
		"M117 {material_brand} {material_type}":          "M117 Generic PLA",
		"G28 ;{date} {time} {day} {jobname}":             "G28 ;01-01-2000 00:00:00 Sat print",
		"; {print_time} {fill_density} {layer_height}":   "; {print_time} {fill_density} 0.2",
		"; {machine_start_gcode}":                        "; {machine_start_gcode}",
		"; an open { brace":                              "; an open { brace",
	} {
		s, err := started(t, template).Expanded()
		if err != nil {
			t.Errorf("%s: %v", template, err)
			continue
		}
		if got := s.String("machine_start_gcode"); got != want {
			t.Errorf("%s becomes %q, want %q", template, got, want)
		}
		if s, err := s.Expanded(); err != nil || s.String("machine_start_gcode") != want {
			t.Errorf("%s changes when expanded again: %v", template, err)
		}
	}
}

func TestTemplatesThatCannotBeFilled(t *testing.T) {
	needDefinitions(t)
	for template, message := range map[string]string{
		"G1 Y{machine_dept}":                   "machine_depth",
		"G28\nM104 S{}":                        "{}",
		"M104 S{print_temperature, nobody}":    "{print_temperature, nobody}",
		"M117 {print_time}":                    "{print_time}",
		"G1 X{machine_width":                   "{machine_width",
		"{if layer_height > 0.2}G1\n{endif}":   "{if layer_height > 0.2}",
		"G28\n{machine_start_gcode} ; recurse": "{machine_start_gcode}",
	} {
		s := started(t, template)
		before := s.SettingsHash()
		_, err := s.Expanded()
		checkRefusal(t, err, "machine_start_gcode", message)
		if s.SettingsHash() != before {
			t.Errorf("%s: a failed expansion changed the settings", template)
		}
	}
	s := resolve(t, Stack{Printer: "creality_ender3", Overrides: choices("machine_extruder_end_code", "G1 {x}")})
	_, err := s.Expanded()
	checkRefusal(t, err, "machine_extruder_end_code", "{x}")
}

func TestEngineAddsTheTemperaturesThatAreMissing(t *testing.T) {
	needDefinitions(t)
	for template, want := range map[string][2]string{ // nozzle, bed: does the engine add its lines
		"G28":                                  {"True", "True"},
		"M104 S{material_print_temperature}":   {"False", "True"},
		"M190 S{material_bed_temperature}":     {"True", "False"},
		"M140 S60\nM109 S200":                  {"False", "False"},
		"m109 T0 R200":                         {"False", "True"},
		"N10 M190 S60":                         {"True", "False"},
		"M104 S0\nM140 S0":                     {"True", "True"},
		";M104 S{material_print_temperature}":  {"True", "True"},
		"G28 ; M109 S200\nG1 X5 ;M190 S60":     {"True", "True"},
		"M1040 S5\nM14 S0":                     {"True", "True"},
		"PRINT_START TEMP={print_temperature}": {"False", "True"},
	} {
		s, err := started(t, template).Expanded()
		if err != nil {
			t.Errorf("%s: %v", template, err)
			continue
		}
		told := told(s.Global())
		got := [2]string{told["material_print_temp_prepend"], told["material_bed_temp_prepend"]}
		if got != want {
			t.Errorf("%q: the engine adds nozzle, bed lines %v, want %v", template, got, want)
		}
	}
}

// No brace that a printer would choke on is left in any printer's commands.
func TestEveryTemplateIsFilled(t *testing.T) {
	needDefinitions(t)
	withTokens := 0
	for _, p := range Printers() {
		s := resolve(t, Stack{Printer: p.ID, Material: "PLA"})
		before := ""
		for _, key := range templates {
			before += comments.ReplaceAllString(s.String(key), "") + "\n"
		}
		s, err := s.Expanded()
		if err != nil {
			t.Errorf("%s: %v", p.ID, err)
			continue
		}
		if token.MatchString(before) {
			withTokens++
		}
		for _, key := range templates {
			if code := comments.ReplaceAllString(s.String(key), ""); strings.ContainsAny(code, "{}") {
				t.Errorf("%s: braces are left in %s: %q", p.ID, key, code)
			}
		}
	}
	if withTokens < 100 {
		t.Errorf("only %d printers have tokens in their commands", withTokens)
	}
	t.Logf("%d printers have tokens in their commands", withTokens)
}

func told(pairs []Pair) map[string]string {
	m := map[string]string{}
	for _, p := range pairs {
		m[p.Key] = p.Value
	}
	return m
}
