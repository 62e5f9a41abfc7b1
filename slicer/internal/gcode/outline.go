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
	twice      float64   // the area, with a sign
	shares     []float64 // of each copy; nil for one
	copyAt     func(x, y float64) int
	copy       int // whose loop it is
	start, end [2]float64
	open       bool
}

// newOutliner begins a layer.
func newOutliner(f Facts) outliner {
	if f.CopyAt == nil {
		return outliner{}
	}
	return outliner{shares: make([]float64, f.Copies), copyAt: f.CopyAt}
}

func (o *outliner) draw(from, to [3]float64) {
	a, b := [2]float64{from[0], from[1]}, [2]float64{to[0], to[1]}
	if !o.open || a != o.end {
		o.close()
		o.start, o.open = a, true
		if o.copyAt != nil {
			o.copy = o.copyAt(a[0], a[1])
		}
	}
	o.add(a[0]*b[1] - b[0]*a[1])
	o.end = b
}

func (o *outliner) close() {
	if o.open {
		o.add(o.end[0]*o.start[1] - o.start[0]*o.end[1])
	}
	o.open = false
}

func (o *outliner) add(twice float64) {
	o.twice += twice
	if o.shares != nil {
		o.shares[o.copy] += twice
	}
}
