package profile

import (
	"fmt"
	"maps"
	"regexp"
	"strconv"
	"strings"

	"buildplate/slicer/internal/fault"
)

// The settings that hold G-code with {tokens}.
var templates = []string{
	"machine_start_gcode", "machine_end_gcode",
	"machine_extruder_start_code", "machine_extruder_end_code",
}

// token is {name} or {name, extruder}, the forms Cura's front end fills.
var token = regexp.MustCompile(`\{[^{}\n]*\}`)

// Names Cura's front end adds to the settings. Time stands still: the same
// slice must give the same G-code.
var fixedTokens = map[string]string{
	"date":                "01-01-2000",
	"day":                 "Sat",
	"time":                "00:00:00",
	"jobname":             "print",
	"initial_extruder_nr": "0",
}

// Older names of settings, which templates still use.
var renamedTokens = map[string]string{
	"print_temperature":     "material_print_temperature",
	"print_bed_temperature": "material_bed_temperature",
	"travel_speed":          "speed_travel",
}

// What is known only after slicing. Such a token may stand in a comment.
var resultTokens = map[string]bool{
	"print_time": true, "filament_amount": true, "filament_weight": true, "filament_cost": true,
}

// Expanded is the settings with the {tokens} of start and end G-code filled in,
// which the engine does not do, and without the temperature lines the engine
// would add where the start G-code has its own. A token nobody knows is left in
// a comment and is a *fault.Error in code, naming it. Expanding twice changes
// nothing.
func (s *Settings) Expanded() (*Settings, error) {
	if s.expanded {
		return s, nil
	}
	out := *s
	out.values = maps.Clone(s.values)
	for _, key := range templates {
		if !s.Has(key) {
			continue
		}
		text, err := s.expand(key, s.String(key))
		if err != nil {
			return nil, err
		}
		out.values[key] = textValue(text)
	}
	printing, bed := setsTemperatures(s.String("machine_start_gcode"))
	out.extra = map[string]Value{
		"material_print_temp_prepend": boolValue(s.wanted("material_print_temp_prepend") && !printing),
		"material_bed_temp_prepend":   boolValue(s.wanted("material_bed_temp_prepend") && !bed),
	}
	out.expanded = true
	return &out, nil
}

// wanted is a setting that is on unless a definition says otherwise.
func (s *Settings) wanted(key string) bool { return !s.Has(key) || s.Bool(key) }

func (s *Settings) expand(key, text string) (string, error) {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		code, comment, hasComment := strings.Cut(line, ";")
		var unknown string
		code = token.ReplaceAllStringFunc(code, func(t string) string {
			v, ok := s.token(t)
			if !ok && unknown == "" {
				unknown = t
			}
			return v
		})
		if unknown != "" {
			return "", s.unknownToken(key, unknown)
		}
		if strings.ContainsAny(code, "{}") {
			return "", &fault.Error{Code: fault.CodeSettings, Key: key, Message: fmt.Sprintf("The line %s in %s has a brace without its partner.", quoted(line), key)}
		}
		comment = token.ReplaceAllStringFunc(comment, func(t string) string {
			if v, ok := s.token(t); ok && !strings.Contains(v, "\n") {
				return v
			}
			return t
		})
		if lines[i] = code; hasComment {
			lines[i] = code + ";" + comment
		}
	}
	return strings.Join(lines, "\n"), nil
}

// token returns what {name} or {name, extruder} stands for. Cura falls back to
// the first extruder for those a machine does not have; names are matched as
// written first, then in lower case.
func (s *Settings) token(braced string) (text string, ok bool) {
	name, extruder, numbered := strings.Cut(strings.Trim(braced, "{}"), ",")
	if numbered {
		extruder = strings.TrimSpace(extruder)
		if _, err := strconv.Atoi(extruder); err != nil && !s.Has(extruder) && fixedTokens[extruder] == "" {
			return braced, false
		}
	}
	name = strings.TrimSpace(name)
	if text, ok = s.tokenValue(name); !ok {
		text, ok = s.tokenValue(strings.ToLower(name))
	}
	if !ok {
		return braced, false
	}
	return text, true
}

func (s *Settings) tokenValue(name string) (string, bool) {
	if text, ok := fixedTokens[name]; ok {
		return text, true
	}
	switch name {
	case "material_id", "material_type", "material_name", "material_brand", "brand":
		return s.materialToken(name), true
	}
	if now, ok := renamedTokens[name]; ok {
		name = now
	}
	for _, key := range templates { // a template within a template would bring tokens of its own
		if name == key {
			return "", false
		}
	}
	v, ok := s.values[name]
	return v.String(), ok
}

func (s *Settings) materialToken(name string) string {
	id := s.material.ID
	if id == "" {
		return "unknown"
	}
	switch name {
	case "material_id":
		return "generic_" + strings.ToLower(id)
	case "material_brand", "brand":
		return "Generic"
	}
	return id
}

func (s *Settings) unknownToken(key, braced string) error {
	name := strings.TrimSpace(strings.Trim(braced, "{}"))
	if resultTokens[strings.ToLower(name)] {
		return &fault.Error{Code: fault.CodeSettings, Key: key, Message: fmt.Sprintf("%s uses %s in a command, but it is known only after slicing. Use it in a comment, or take it out.", key, braced)}
	}
	return &fault.Error{Code: fault.CodeSettings, Key: key, Message: fmt.Sprintf("%s uses %s, and there is no setting of that name.%s", key, braced, suggest(name, s.machine.keys))}
}

var (
	// The tokens by which Cura's front end recognises temperatures.
	printToken = regexp.MustCompile(`(?i)\{\s*(material_print_temperature(_layer_0)?|default_material_print_temperature|material_(initial_print|final_print|standby)_temperature|print_temperature)\s*(,[^}]*)?\}`)
	bedToken   = regexp.MustCompile(`(?i)\{\s*(material_bed_temperature(_layer_0)?|default_material_bed_temperature|print_bed_temperature)\s*(,[^}]*)?\}`)
	// Commands that heat to a temperature written out; S0 switches off.
	printCommand = regexp.MustCompile(`(?im)^[ \t]*(N\d+[ \t]+)?M10[49]([ \t].*)?[ \t]*[SR]0*[1-9]`)
	bedCommand   = regexp.MustCompile(`(?im)^[ \t]*(N\d+[ \t]+)?M1[49]0([ \t].*)?[ \t]*[SR]0*[1-9]`)
	comments     = regexp.MustCompile(`;[^\n]*`)
)

// setsTemperatures tells whether unexpanded start G-code heats the nozzle and
// the bed itself.
func setsTemperatures(start string) (printing, bed bool) {
	code := comments.ReplaceAllString(start, "")
	return printToken.MatchString(code) || printCommand.MatchString(code),
		bedToken.MatchString(code) || bedCommand.MatchString(code)
}
