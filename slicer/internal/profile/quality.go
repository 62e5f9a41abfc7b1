package profile

import (
	"strconv"
	"strings"
)

// Quality is a layer height with what Cura's profiles set alongside it.
type Quality struct {
	ID          string  `json:"id"`   // the layer height: "0.20"
	Name        string  `json:"name"` // for people: "Standard"
	LayerHeight float64 `json:"layer_height"`

	common   map[string]string // makes sense on every machine
	creality map[string]string // laid over common on Creality's machines
}

// The values are those of Cura 4.13's global qualities for creality_base
// (low, standard, adaptive "Dynamic" and super). Its first layer, walls, top,
// bottom and support interface follow from line width and layer height on any
// machine; adaptive layers need the variation that only creality_base limits.
var qualities = []Quality{
	{
		ID: "0.28", Name: "Draft", LayerHeight: 0.28,
		common: map[string]string{
			"layer_height":             "0.28",
			"layer_height_0":           "0.28",
			"top_bottom_thickness":     "=layer_height_0+layer_height*3",
			"wall_thickness":           "=line_width*2",
			"support_interface_height": "=layer_height*4",
		},
	},
	{
		ID: "0.20", Name: "Standard", LayerHeight: 0.2,
		common: map[string]string{
			"layer_height":             "0.2",
			"layer_height_0":           "0.2",
			"top_bottom_thickness":     "=layer_height_0+layer_height*3",
			"wall_thickness":           "=line_width*2",
			"support_interface_height": "=layer_height*4",
		},
	},
	{
		ID: "0.16", Name: "Fine", LayerHeight: 0.16,
		common: map[string]string{
			"layer_height":             "0.16",
			"layer_height_0":           "0.20",
			"top_bottom_thickness":     "=layer_height_0+layer_height*4",
			"wall_thickness":           "=line_width*3",
			"support_interface_height": "=layer_height*6",
		},
		creality: map[string]string{
			"adaptive_layer_height_enabled": "true",
		},
	},
	{
		ID: "0.12", Name: "Very fine", LayerHeight: 0.12,
		common: map[string]string{
			"layer_height":             "0.12",
			"layer_height_0":           "0.12",
			"top_bottom_thickness":     "=layer_height_0+layer_height*6",
			"wall_thickness":           "=line_width*3",
			"support_interface_height": "=layer_height*8",
		},
	},
}

// Qualities returns the layer heights on offer, coarsest first.
func Qualities() []Quality { return append([]Quality(nil), qualities...) }

// FindQuality returns the quality with this identifier; 0.2 is 0.20.
func FindQuality(id string) (Quality, bool) {
	height, err := strconv.ParseFloat(id, 64)
	for _, q := range qualities {
		if err == nil && q.LayerHeight == height {
			return q, true
		}
	}
	return Quality{}, false
}

func qualityNames() string {
	var names []string
	for _, q := range qualities {
		names = append(names, q.ID)
	}
	return strings.Join(names, ", ")
}

func (q Quality) layer(creality bool) Layer {
	l := Layer{Name: "quality " + q.ID, Set: q.common}
	if creality {
		l.Set = with(q.common, q.creality)
	}
	return l
}
