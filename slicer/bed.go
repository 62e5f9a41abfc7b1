package slicer

import (
	"fmt"
	"math"
	"strconv"

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

// quarterTurn is about z.
var quarterTurn = mesh.Quaternion{0, 0, math.Sqrt2 / 2, math.Sqrt2 / 2}

// place finds how a model that lies in a pose fits the bed, with what is printed around it.
func (p *Plan) place(model mesh.Inspection, pose Quaternion) error {
	fit := model.Fit(p.Bed)
	if !fit.AsIs && !fit.Turned {
		return &Error{Code: CodeDoesNotFit, Message: fit.Message}
	}
	name, margin := adhesion(p.Settings)
	around := model.Grown(margin).Fit(p.Bed)
	switch {
	case around.AsIs:
		p.Pose = pose.Then(mesh.NoRotation)
	case around.Turned:
		p.Pose = pose.Then(quarterTurn)
	default:
		return &Error{Code: CodeDoesNotFit, Message: fmt.Sprintf("The model fits this printer’s bed, but not with its %s of %s mm around it.", name, strconv.FormatFloat(math.Round(margin*10)/10, 'f', -1, 64))}
	}
	return nil
}

// skirtOnly says whether a model would fit without its skirt, which nobody asked for: it only primes the nozzle, as
// the machine's start code does on most machines. A brim and a raft hold the part, and stay.
func (p *Plan) skirtOnly(r Request) bool {
	name, _ := adhesion(p.Settings)
	fit := r.Inspection.Fit(p.Bed)
	return name == skirt && r.Set["adhesion_type"] == "" && (fit.AsIs || fit.Turned)
}

const skirt = "skirt"

// adhesion is what is printed around a part on the first layer, and how far from the part it reaches, in mm: Cura's
// adhesion_type and the settings that belong to it.
func adhesion(s *Settings) (name string, margin float64) {
	switch name = s.String("adhesion_type"); name {
	case skirt:
		width := s.Float("skirt_brim_line_width") * s.Float("initial_layer_line_width_factor") / 100
		margin = s.Float("skirt_gap") + s.Float("skirt_line_count")*width
	case "brim":
		margin = s.Float("brim_width")
	case "raft":
		margin = s.Float("raft_margin")
	}
	return name, margin
}
