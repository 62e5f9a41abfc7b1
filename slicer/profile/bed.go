package profile

// Bed is the build plate a machine prints on, in millimetres.
type Bed struct {
	Width, Depth, Height float64
	Elliptic             bool
	CenterIsZero         bool // the origin is the plate's centre, else its front left corner
	Disallowed           [][][2]float64
}

// Bed returns the build plate. The areas the nozzle must keep out of are in
// the printer's own coordinates; definitions write them from the plate's
// centre with y growing to the front, as Cura's scene does.
func (s *Settings) Bed() Bed {
	b := Bed{
		Width: s.Float("machine_width"), Depth: s.Float("machine_depth"), Height: s.Float("machine_height"),
		Elliptic:     s.String("machine_shape") == "elliptic",
		CenterIsZero: s.Bool("machine_center_is_zero"),
	}
	var dx, dy float64
	if !b.CenterIsZero {
		dx, dy = b.Width/2, b.Depth/2
	}
	for _, area := range s.Get("machine_disallowed_areas").List() {
		var polygon [][2]float64
		for _, point := range area.List() {
			if xy := point.List(); len(xy) == 2 {
				polygon = append(polygon, [2]float64{xy[0].Float() + dx, dy - xy[1].Float()})
			}
		}
		if len(polygon) > 2 {
			b.Disallowed = append(b.Disallowed, polygon)
		}
	}
	return b
}
