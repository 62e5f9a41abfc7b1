package plate

import "math"

// Cell is the side of a raster's cell.
const Cell = 500

// slack is how far a part may reach into a cell that does not count as its own:
// what rounding to 32-bit floats adds to a model that is as large as so many cells.
const slack = 2

// Footprint is what a part covers of the bed, seen from above: every cell that
// one of its triangles reaches into, from the lowest corner of its box on.
type Footprint struct {
	width, depth int // of the box
	cells        raster
}

// NewFootprint is an empty one for a box of the given sides.
func NewFootprint(width, depth int) *Footprint {
	return &Footprint{width: width, depth: depth, cells: newRaster(length(width), length(depth))}
}

// length is how many cells a length takes.
func length(mm int) int { return max(mm-slack, 0)/Cell + 1 }

// Add marks what a triangle covers. Its corners count from the box's lowest one.
func (f *Footprint) Add(a, b, c [2]int) {
	low, high := min(a[1], b[1], c[1]), max(a[1], b[1], c[1])
	left, right := min(a[0], b[0], c[0]), max(a[0], b[0], c[0])
	y0, y1 := f.span(low, high, f.cells.h)
	x0, x1 := f.span(left, right, f.cells.w)
	if y0 == y1 || x0 == x1 {
		for y := y0; y <= y1; y++ {
			f.cells.fill(y, x0, x1)
		}
		return
	}
	for y := y0; y <= y1; y++ {
		band := clip{from: y * Cell, to: (y + 1) * Cell, left: math.MaxInt, right: math.MinInt}
		band.edge(a, b)
		band.edge(b, c)
		band.edge(c, a)
		if band.left > band.right {
			continue
		}
		x0, x1 := f.span(band.left, band.right, f.cells.w)
		f.cells.fill(y, x0, x1)
	}
}

// span is the cells between two lengths.
func (f *Footprint) span(low, high, n int) (first, last int) {
	last = max(high-slack, 0) / Cell
	first = min(max(low+slack, 0)/Cell, last)
	return min(first, n-1), min(last, n-1)
}

// clip is how far to both sides the edges of a triangle reach within a band of y.
type clip struct{ from, to, left, right int }

func (c *clip) edge(a, b [2]int) {
	if a[1] > b[1] {
		a, b = b, a
	}
	if b[1] < c.from || a[1] > c.to {
		return
	}
	c.point(a, b, max(a[1], c.from))
	c.point(a, b, min(b[1], c.to))
	if a[1] == b[1] {
		c.left, c.right = min(c.left, a[0], b[0]), max(c.right, a[0], b[0])
	}
}

// point takes in where an edge that rises is at a height; rounded to both sides.
func (c *clip) point(a, b [2]int, y int) {
	rise := b[1] - a[1]
	if rise == 0 {
		return
	}
	along := (b[0] - a[0]) * (y - a[1])
	low := along / rise
	if along%rise < 0 {
		low--
	}
	high := low
	if along%rise != 0 {
		high++
	}
	c.left, c.right = min(c.left, a[0]+low), max(c.right, a[0]+high)
}

// size is the box's sides after so many quarter turns.
func (f *Footprint) size(turns int) (width, depth int) {
	if turns%2 == 1 {
		return f.depth, f.width
	}
	return f.width, f.depth
}

// corner is where the middle of the part's box lies from the corner of its
// raster, after so many quarter turns.
func (f *Footprint) corner(turns int) (x, y int) {
	// The turned raster begins where the last cell ended, which may reach past the box.
	overX, overY := f.cells.w*Cell-f.width, f.cells.h*Cell-f.depth
	switch turns {
	case 1:
		return overY + f.depth/2, f.width / 2
	case 2:
		return overX + f.width/2, overY + f.depth/2
	case 3:
		return f.depth / 2, overX + f.width/2
	}
	return f.width / 2, f.depth / 2
}

// Covers says whether the part covers a point that is so far from the middle of
// its box.
func (f *Footprint) Covers(x, y int) bool {
	x, y = x+f.width/2, y+f.depth/2
	return x >= 0 && y >= 0 && f.cells.has(x/Cell, y/Cell)
}

// Place is where a copy stands: the middle of its box, after so many quarter
// turns counter-clockwise.
type Place struct{ X, Y, Turns int }

// Local is where a point of the bed lies for the copy there, which stands turned:
// from the middle of its box, as the part lies.
func (p Place) Local(x, y int) (int, int) {
	x, y = x-p.X, y-p.Y
	for range p.Turns {
		x, y = y, -x
	}
	return x, y
}
