package profile

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
)

// Settings is a resolved stack: a value for every key. Nothing changes it once it
// is made, so that many may share it.
type Settings struct {
	Printer  Printer
	Generic  bool     // the quality or material is not the machine maker's own profile
	Warnings []string // messages for staff

	machine  *machine
	material Material // zero when the stack names none
	values   map[string]Value
	extra    map[string]Value // keys only the engine reads, set by Expanded
	expanded bool
}

// Pair is one argument for the engine: -s Key=Value.
type Pair struct{ Key, Value string }

// newerEngine holds what CuraEngine 4.13 reads and these definitions, which
// are older, do not have. It ends with 'no value given' when one is missing.
// The values are the defaults of that version's definitions, which switch each
// feature off.
var newerEngine = []Pair{
	{"conical_overhang_hole_size", "0"},
	{"ironing_monotonic", "False"},
	{"lightning_infill_overhang_angle", "40"},
	{"lightning_infill_prune_angle", "40"},
	{"lightning_infill_straightening_angle", "40"},
	{"lightning_infill_support_angle", "40"},
	{"machine_extruders_share_nozzle", "False"},
	{"machine_extruders_shared_nozzle_initial_retraction", "0"},
	{"roofing_monotonic", "False"},
	{"skin_monotonic", "False"},
}

// oneExtruder is what the engine is told on machines with several: it is
// given the first only, and looks in vain for what others were to print. No
// change of extruder needs a tower.
var oneExtruder = []Pair{
	{"extruders_enabled_count", "1"},
	{"machine_extruder_count", "1"},
	{"prime_tower_enable", "False"},
}

// Keys returns every setting's key, sorted.
func (s *Settings) Keys() []string { return append([]string(nil), s.machine.keys...) }

// Get returns a setting's value; None for a key there is not.
func (s *Settings) Get(key string) Value { return s.values[key] }

// Has tells whether there is such a setting.
func (s *Settings) Has(key string) bool { _, ok := s.values[key]; return ok }

// Float returns a number; NaN where the setting is none.
func (s *Settings) Float(key string) float64 { return s.values[key].Float() }

// Bool returns whether a setting is on.
func (s *Settings) Bool(key string) bool { return s.values[key].Bool() }

// String returns a setting in the text form the engine reads.
func (s *Settings) String(key string) string { return s.values[key].String() }

// Type returns a setting's type as definitions name it: float, enum, [int], ...
func (s *Settings) Type(key string) string {
	if p := s.machine.settings[key]; p != nil {
		return p.Type
	}
	return ""
}

// MarshalJSON writes all settings as one object, keys sorted, values typed.
func (s *Settings) MarshalJSON() ([]byte, error) { return json.Marshal(s.values) }

// warn notes what the engine would slice without a word, and the machine
// would print badly.
func (s *Settings) warn() {
	if height, nozzle := s.Float("layer_height"), s.Float("machine_nozzle_size"); height > 0.8*nozzle {
		s.Warnings = append(s.Warnings, fmt.Sprintf("Layers of %s mm are too thick for a %s mm nozzle.", s.String("layer_height"), s.String("machine_nozzle_size")))
	}
	if s.material.ID != "" && s.Float("material_bed_temperature") > 0 && !s.Bool("machine_heated_bed") {
		s.Warnings = append(s.Warnings, fmt.Sprintf("%s wants a bed of %s °C, and the machine’s is not heated.", s.material.ID, s.String("material_bed_temperature")))
	}
}

// Diameter returns the filament's diameter in millimetres.
func (s *Settings) Diameter() float64 { return s.Float("material_diameter") }

// Density returns the filament's density in g/cm³ and whether the stack names
// a material.
func (s *Settings) Density() (density float64, known bool) {
	return s.material.Density, s.material.ID != ""
}

// Grams converts a volume of filament in mm³ to grams; NaN without a material.
func (s *Settings) Grams(mm3 float64) float64 {
	if s.material.ID == "" {
		return math.NaN()
	}
	return mm3 / 1000 * s.material.Density
}

// Global returns every setting for the engine's command line, before -e0,
// sorted by key. On machines with several extruders the first prints all.
func (s *Settings) Global() []Pair { return s.pairs() }

// Extruder returns the settings to repeat after -e0. The engine looks a
// setting up in the extruder first, so all of them are given there too.
func (s *Settings) Extruder() []Pair { return s.pairs() }

func (s *Settings) pairs() []Pair {
	all := make(map[string]string, len(s.values)+len(newerEngine)+len(s.extra))
	for _, p := range newerEngine {
		all[p.Key] = p.Value
	}
	for key, v := range s.values {
		all[key] = v.String()
		switch s.Type(key) {
		case "extruder", "optional_extruder":
			if v.Float() > 0 {
				all[key] = "0"
			}
		}
	}
	for _, p := range oneExtruder {
		all[p.Key] = p.Value
	}
	for key, v := range s.extra {
		all[key] = v.String()
	}
	pairs := make([]Pair, 0, len(all))
	for _, key := range sortedKeys(all) {
		pairs = append(pairs, Pair{key, all[key]})
	}
	return pairs
}

// SettingsHash identifies what the engine is told, in hexadecimal: equal
// hashes slice alike. Keys and values are length-prefixed, so that no two
// lists share a form.
func (s *Settings) SettingsHash() string {
	h := sha256.New()
	for _, list := range [][]Pair{s.Global(), s.Extruder()} {
		for _, p := range list {
			for _, text := range []string{p.Key, p.Value} {
				fmt.Fprintf(h, "%d:%s", len(text), text)
			}
		}
		h.Write([]byte{';'})
	}
	return hex.EncodeToString(h.Sum(nil))
}

// EngineDefinition is the .def.json to give the engine with -j. The engine
// wants one, but every value comes by -s: reading only the count it needs
// before the settings arrive saves it half a megabyte of JSON.
func EngineDefinition() []byte {
	return []byte(`{"name": "Buildplate", "version": 2, "metadata": {}, "settings": {"machine_settings": {` +
		`"label": "Machine", "type": "category", "description": "", "children": {"machine_extruder_count": {` +
		`"label": "Number of Extruders", "type": "int", "description": "", "default_value": 1}}}}}`)
}
