package plate

import (
	"math"
	"slices"
)

// Bed is where a printer prints. It reaches half its width and depth from the
// middle.
type Bed struct {
	Width, Depth int
	Elliptic     bool
	Disallowed   [][][2]int // polygons that must stay free
}

// raster marks the cells that must stay free, and one around the bed on each side.
func (b Bed) raster() raster {
	w, h := b.Width/Cell, b.Depth/Cell
	out := newRaster(w+2, h+2)
	out.fill(0, 0, w+1)
	out.fill(h+1, 0, w+1)
	for y := range h {
		row := out.row(y + 1)
		fillRow(row, 0, 0)
		fillRow(row, w+1, w+1)
		if !b.Elliptic {
			continue
		}
		bottom := y*Cell - b.Depth/2
		reach := min(b.chord(bottom), b.chord(bottom+Cell))
		first, last := ceil(b.Width/2-reach, Cell), (b.Width/2+reach)/Cell-1
		if first > last {
			fillRow(row, 0, w+1)
			continue
		}
		fillRow(row, 0, first)
		fillRow(row, last+2, w+1)
	}
	for _, area := range b.Disallowed {
		b.mark(out, area)
	}
	return out
}

// mark sets the cells that a polygon reaches into: those its sides run through,
// and those within.
func (b Bed) mark(out raster, area [][2]int) {
	if len(area) < 3 {
		return
	}
	moved := make([][2]int, len(area))
	for i, p := range area {
		moved[i] = [2]int{p[0] + b.Width/2, p[1] + b.Depth/2}
	}
	for y := range out.h - 2 {
		row := out.row(y + 1)
		fill := func(left, right int) {
			first, last := max(floor(left+slack, Cell), 0), min(floor(right-slack, Cell), out.w-3)
			if first <= last {
				fillRow(row, first+1, last+1)
			}
		}
		var crossed []int // by the middle of the row
		middle := y*Cell + Cell/2
		for i, p := range moved {
			q := moved[(i+1)%len(moved)]
			side := clip{from: y*Cell + slack, to: (y+1)*Cell - slack, left: math.MaxInt, right: math.MinInt}
			side.edge(p, q)
			if side.left <= side.right {
				fill(side.left, side.right)
			}
			if (p[1] > middle) != (q[1] > middle) {
				at := clip{left: math.MaxInt, right: math.MinInt}
				if p[1] > q[1] {
					p, q = q, p
				}
				at.point(p, q, middle)
				crossed = append(crossed, at.left)
			}
		}
		slices.Sort(crossed)
		for i := 0; i+1 < len(crossed); i += 2 {
			fill(crossed[i], crossed[i+1])
		}
	}
}

// chord is how far the bed reaches to either side at a height.
func (b Bed) chord(y int) int {
	if !b.Elliptic {
		return b.Width / 2
	}
	half := b.Depth / 2
	if y = max(y, -y); y >= half {
		return 0
	}
	return b.Width / 2 * root(half*half-y*y) / half
}

// root is the square root, rounded down.
func root(n int) int {
	r := int(math.Sqrt(float64(n)))
	for r*r > n {
		r--
	}
	for (r+1)*(r+1) <= n {
		r++
	}
	return r
}

// span is from one length to another.
type span struct{ from, to int }

// free is where a band of the bed, from one height to another, is free over its
// whole depth.
func (b Bed) free(low, high int) []span {
	if low < -b.Depth/2-slack || high > b.Depth/2+slack {
		return nil
	}
	reach := min(b.chord(min(low+slack, 0)), b.chord(max(high-slack, 0)))
	out := []span{{-reach, reach}}
	for _, area := range b.Disallowed {
		band := clip{from: low + slack, to: high - slack, left: math.MaxInt, right: math.MinInt}
		for i, p := range area {
			band.edge(p, area[(i+1)%len(area)])
		}
		if band.left >= band.right {
			continue
		}
		var left []span
		for _, s := range out {
			if before := (span{s.from, min(s.to, band.left)}); before.from < before.to {
				left = append(left, before)
			}
			if after := (span{max(s.from, band.right), s.to}); after.from < after.to {
				left = append(left, after)
			}
		}
		out = left
	}
	return out
}

// convex is the bed with a strip along an edge for each area that must stay free,
// as narrow as can be: what lies around copies on it crosses none of them.
func (b Bed) convex() Bed {
	w, d := b.Width/2, b.Depth/2
	areas := b.Disallowed
	b.Disallowed = nil
	for _, area := range areas {
		if len(area) < 3 {
			continue
		}
		low, high := area[0], area[0]
		for _, p := range area {
			low = [2]int{min(low[0], p[0]), min(low[1], p[1])}
			high = [2]int{max(high[0], p[0]), max(high[1], p[1])}
		}
		cuts := []int{high[0] + w, w - low[0], high[1] + d, d - low[1]}
		least := slices.Min(cuts)
		if least <= 0 {
			continue // beside the bed
		}
		strip := [4]int{-w, -d, w, d}
		switch slices.Index(cuts, least) {
		case 0:
			strip[2] = high[0]
		case 1:
			strip[0] = low[0]
		case 2:
			strip[3] = high[1]
		case 3:
			strip[1] = low[1]
		}
		b.Disallowed = append(b.Disallowed, [][2]int{{strip[0], strip[1]}, {strip[2], strip[1]}, {strip[2], strip[3]}, {strip[0], strip[3]}})
	}
	return b
}

func floor(a, b int) int {
	if a < 0 {
		return -((-a + b - 1) / b)
	}
	return a / b
}

func ceil(a, b int) int { return -floor(-a, b) }
