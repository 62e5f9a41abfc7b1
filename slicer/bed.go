package slicer

import (
	"buildplate/slicer/internal/mesh"
)

// Bed is where a printer prints: width, depth and height in mm, round or not, where its origin is, and what must stay
// free on it.
type Bed = mesh.Bed

// Fit is the answer to whether a model fits a [Bed]: as it lies, after a quarter turn, and a message for people.
type Fit = mesh.Fit

// BedOf is the bed that resolved settings describe.
func BedOf(s *Settings) Bed {
	b := Bed{
		Width: s.Float("machine_width"), Depth: s.Float("machine_depth"), Height: s.Float("machine_height"),
		Elliptic: s.String("machine_shape") == "elliptic", CenterIsZero: s.Bool("machine_center_is_zero"),
	}
	for _, area := range s.Get("machine_disallowed_areas").List() {
		var polygon [][2]float64
		for _, point := range area.List() {
			if xy := point.List(); len(xy) == 2 {
				polygon = append(polygon, [2]float64{xy[0].Float(), xy[1].Float()})
			}
		}
		b.Disallowed = append(b.Disallowed, polygon)
	}
	return b
}
