package gcode

// Outline is what the outer walls of one layer enclose, by the middles of their
// lines: holes, whose walls run the other way, are taken off.
type Outline struct {
	Z        float64 // of the nozzle, in mm: the layer's top; 0 for a layer without a line
	Enclosed float64 // mm²
}

const outerWall = "WALL-OUTER"

// outliner sums up one layer's loops. A loop that does not quite close, as of a
// machine that lets the nozzle run dry before its end, is closed.
type outliner struct {
	twice      float64 // the area, with a sign
	start, end [2]float64
	open       bool
}

func (o *outliner) draw(from, to [3]float64) {
	a, b := [2]float64{from[0], from[1]}, [2]float64{to[0], to[1]}
	if !o.open || a != o.end {
		o.close()
		o.start, o.open = a, true
	}
	o.twice += a[0]*b[1] - b[0]*a[1]
	o.end = b
}

func (o *outliner) close() {
	if o.open {
		o.twice += o.end[0]*o.start[1] - o.start[0]*o.end[1]
	}
	o.open = false
}
