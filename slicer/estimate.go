package slicer

import "math"

// Estimate works grams and seconds out from geometry: the walls as a shell of the surface, infill in the rest, and the
// time it takes to push that much filament. It is shown, marked, until the slice is done; it is never charged.
func Estimate(p Plan, in Inspection) (grams, supportGrams, seconds float64) {
	s := p.Settings
	volume, area := in.VolumeMM3, in.AreaMM2
	wall := s.Float("wall_line_count") * s.Float("wall_line_width_0")
	shell := math.Min(area*wall, volume)
	model := shell + (volume-shell)*math.Min(s.Float("infill_sparse_density")/100, 1)
	var support float64
	if p.SupportsUsed {
		support = in.SupportMM3 * math.Max(s.Float("support_infill_rate")/100, 0.1)
	}
	// Corners, travel and short lines keep a printer well below its set speed.
	const pace = 0.45
	layer, width := s.Float("layer_height"), s.Float("line_width")
	flow := math.Max(layer*width*s.Float("speed_print")*pace, 0.1) // mm³/s
	layers := math.Max(in.SizeMM[2]/layer, 1)
	seconds = (model+support)/flow + 3*layers + 60
	weigh, _ := p.weigh()
	return weigh(model), weigh(support), seconds
}
