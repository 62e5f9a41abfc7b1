package gcode

import "math"

const outerWall = "WALL-OUTER"

const (
	// lacking is how little of what the layers next to it enclose a layer has
	// to enclose to be taken for one that lacks a piece.
	lacking = 0.75
	// together is how many layers on top of each other may lack a piece.
	together = 3
	// large is what a layer encloses, in mm², from which on it is checked:
	// the products that overflow are of lengths of centimetres.
	large = 900
)

// gap finds a layer whose outer walls enclose much less than those of the
// layer below and of the layer above it. CuraEngine 4.9 to 5.0 make such
// layers of sound parts: simplifying an outline, they square areas in integers
// that are too short for it (Ultimaker/CuraEngine#1473, 100 mm cube). A part
// may also be cut like that; so a gap is a reason to slice again and to
// compare, not to refuse.
//
// Enclosed holds twice the signed area of each layer's outer walls: holes run
// the other way and count against it. It returns the layer's number, from 1
// on, or 0.
func gap(enclosed []float64) int {
	area := func(i int) float64 { return math.Abs(enclosed[i]) / 2 }
	for below := range enclosed {
		if area(below) < large {
			continue
		}
		least := 0.0 // the largest of the layers that may lack something
		for above := below + 2; above < len(enclosed) && above <= below+1+together; above++ {
			least = max(least, area(above-1))
			if least < lacking*min(area(below), area(above)) {
				return below + 2
			}
		}
	}
	return 0
}
