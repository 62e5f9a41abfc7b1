package profile

import (
	"math"
	"strings"
)

// Material is a kind of filament with what Cura's profiles set for it.
type Material struct {
	ID       string  `json:"id"`       // PLA, PETG, ABS, TPU
	Name     string  `json:"name"`     // for people
	Density  float64 `json:"density"`  // g/cm³
	Diameter float64 `json:"diameter"` // mm; machines for thick filament get thickFilament

	guid     string            // Cura's identifier of the generic material
	common   map[string]string // makes sense on every machine
	creality map[string]string // laid over common on Creality's machines
	walls    map[string]string // with a quality on Creality's machines
}

// The two diameters filament is sold in, mm.
const (
	thinFilament  = 1.75
	thickFilament = 2.85
)

// Temperatures and densities are those of the generic materials of Cura's
// fdm-materials 4.13 which Creality's qualities name (generic_pla,
// generic_petg, generic_abs, generic_tpu), with the section for Creality's
// machines of the 1.75 mm files on top: fan, standby, retraction, and where it
// differs the temperatures. The walls are those of Creality's quality profiles
// for the material with a 0.4 mm nozzle. The fan elsewhere is the one all of
// Cura's machine sections for the material tend to.
var materials = []Material{
	{
		ID: "PLA", Name: "PLA", Density: 1.24, Diameter: thinFilament,
		guid: "506c9f0d-e3aa-4bd4-b2d2-23e2425b1aa9",
		common: map[string]string{
			"default_material_print_temperature": "200",
			"default_material_bed_temperature":   "60",
			"material_standby_temperature":       "175",
			"cool_fan_speed":                     "100",
		},
		creality: map[string]string{
			"default_material_bed_temperature": "50",
			"material_standby_temperature":     "180",
			"retraction_speed":                 "45",
			"retraction_amount":                "5",
		},
	},
	{
		ID: "PETG", Name: "PETG", Density: 1.27, Diameter: thinFilament,
		guid: "1cbfaeb3-1906-4b26-b2e7-6f777a8c197a",
		common: map[string]string{
			"default_material_print_temperature": "240",
			"default_material_bed_temperature":   "85",
			"material_standby_temperature":       "175",
			"cool_fan_speed":                     "50",
		},
		creality: map[string]string{
			"material_standby_temperature": "200",
			"retraction_speed":             "45",
			"retraction_amount":            "5",
		},
		walls: map[string]string{
			"speed_layer_0":  "15",
			"wall_thickness": "=line_width*4",
		},
	},
	{
		ID: "ABS", Name: "ABS", Density: 1.10, Diameter: thinFilament,
		guid: "60636bb4-518f-42e7-8237-fe77b194ebe0",
		common: map[string]string{
			"default_material_print_temperature": "230",
			"default_material_bed_temperature":   "80",
			"material_standby_temperature":       "200",
			"cool_fan_speed":                     "0",
		},
		creality: map[string]string{
			"default_material_print_temperature": "240",
			"retraction_speed":                   "45",
			"retraction_amount":                  "5",
		},
		walls: map[string]string{
			"wall_thickness": "=line_width*4",
		},
	},
	{
		ID: "TPU", Name: "TPU (flexible)", Density: 1.22, Diameter: thinFilament,
		guid: "1d52b2be-a3a2-41de-a8b1-3bcdb5618695",
		common: map[string]string{
			"default_material_print_temperature": "228",
			"default_material_bed_temperature":   "0",
			"material_standby_temperature":       "175",
			"material_crystallinity":             "true",
		},
	},
}

// followDefaults makes a machine's temperatures those of the material even
// where its definition fixes them for the filament it was sold with.
var followDefaults = map[string]string{
	"material_print_temperature":         "=default_material_print_temperature",
	"material_print_temperature_layer_0": "=material_print_temperature",
	"material_bed_temperature":           "=default_material_bed_temperature",
	"material_bed_temperature_layer_0":   "=material_bed_temperature",
}

// FindMaterial returns the material with this identifier, in either case.
func FindMaterial(id string) (Material, bool) {
	for _, m := range materials {
		if strings.EqualFold(m.ID, id) {
			return m, true
		}
	}
	return Material{}, false
}

func materialNames() string {
	var names []string
	for _, m := range materials {
		names = append(names, m.ID)
	}
	return strings.Join(names, ", ")
}

// layer returns the material as a layer for one machine. The filament is the
// one the machine takes, by its own definition.
func (m Material) layer(on *machine, creality, quality bool) (Layer, error) {
	l := Layer{Name: "material " + m.ID}
	if creality {
		l.Set = with(m.common, m.creality)
		if quality {
			l.Set = with(l.Set, m.walls)
		}
	} else {
		l.Set = with(m.common, followDefaults)
	}
	takes, err := newEvaluator(on).value("material_diameter")
	if err != nil {
		return Layer{}, err
	}
	l.Set["material_diameter"] = floatText(m.Diameter)
	if math.Round(takes.Float()) > math.Round(thinFilament) {
		l.Set["material_diameter"] = floatText(thickFilament)
	}
	l.Set["material_guid"] = m.guid
	return l, nil
}
