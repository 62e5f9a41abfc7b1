package plate

import (
	"math/bits"
	"slices"
)

// raster is a bit for each cell: rows of words, the lowest bit leftmost.
type raster struct {
	w, h  int // in cells
	words int // of a row
	bits  []uint64
}

func newRaster(w, h int) raster {
	words := (w + 63) / 64
	return raster{w: w, h: h, words: words, bits: make([]uint64, words*h)}
}

func (r raster) row(y int) []uint64 { return r.bits[y*r.words : (y+1)*r.words] }

func (r raster) clone() raster {
	r.bits = slices.Clone(r.bits)
	return r
}

func (r raster) has(x, y int) bool {
	return x >= 0 && y >= 0 && x < r.w && y < r.h && r.bits[y*r.words+x/64]>>(x%64)&1 != 0
}

// fill sets the cells from x0 to x1 of a row, both included.
func (r raster) fill(y, x0, x1 int) { fillRow(r.row(y), x0, x1) }

func fillRow(row []uint64, x0, x1 int) {
	first, last := x0/64, x1/64
	low, high := ^uint64(0)<<(x0%64), ^uint64(0)>>(63-x1%64)
	if first == last {
		row[first] |= low & high
		return
	}
	row[first] |= low
	for i := first + 1; i < last; i++ {
		row[i] = ^uint64(0)
	}
	row[last] |= high
}

// count is how many cells are set.
func (r raster) count() (n int) {
	for _, word := range r.bits {
		n += bits.OnesCount64(word)
	}
	return n
}

// or adds another raster, shifted; what leaves this one is left out.
func (r raster) or(o raster, dx, dy int) {
	for y := max(0, -dy); y < o.h && y+dy < r.h; y++ {
		orRow(r.row(y+dy), o.row(y), dx)
	}
	if dx+o.words*64 > r.w {
		r.trim()
	}
}

// trim clears what lies right of the last cell in each row's last word.
func (r raster) trim() {
	if over := r.w % 64; over != 0 {
		mask := ^uint64(0) >> (64 - over)
		for at := r.words - 1; at < len(r.bits); at += r.words {
			r.bits[at] &= mask
		}
	}
}

// orRow adds a row, shifted right by dx cells, or left where dx is negative.
func orRow(to, from []uint64, dx int) {
	word, shift := dx>>6, dx&63 // rounded down
	for i, v := range from {
		if v == 0 {
			continue
		}
		if at := i + word; at >= 0 && at < len(to) {
			to[at] |= v << shift
		}
		if at := i + word + 1; shift > 0 && at >= 0 && at < len(to) {
			to[at] |= v >> (64 - shift)
		}
	}
}

// turned is the raster after a quarter turn counter-clockwise.
func (r raster) turned() raster {
	out := newRaster(r.h, r.w)
	for y := range r.h {
		for i, word := range r.row(y) {
			for ; word != 0; word &= word - 1 {
				x := i*64 + bits.TrailingZeros64(word)
				at := r.h - 1 - y
				out.bits[x*out.words+at/64] |= 1 << (at % 64)
			}
		}
	}
	return out
}

func (r raster) equal(o raster) bool { return r.w == o.w && r.h == o.h && slices.Equal(r.bits, o.bits) }

// grown is the raster with a margin of so many cells on every side, and set
// wherever a cell is nearer to a set one than distance. Cells are nearest at
// their corners: next to each other they have no distance.
func (r raster) grown(margin, distance int) raster {
	out := newRaster(r.w+2*margin, r.h+2*margin)
	wide := newRaster(out.w, r.h)
	run := make([]uint64, out.words+1)
	last := -1
	for j := margin; j >= 0; j-- {
		reach := -1 // the widest that rows so far apart reach
		for i := range margin + 1 {
			x, y := max(i-1, 0)*Cell, max(j-1, 0)*Cell
			if x*x+y*y < distance*distance || i == 0 && j == 0 {
				reach = i
			}
		}
		if reach < 0 {
			continue
		}
		if reach != last {
			clear(wide.bits)
			for y := range r.h {
				spread(wide.row(y), r.row(y), run, margin-reach, 2*reach+1)
			}
			last = reach
		}
		out.or(wide, 0, margin-j)
		if j > 0 {
			out.or(wide, 0, margin+j)
		}
	}
	return out
}

// cells is how many cells around a set one may be nearer to it than a distance.
func cells(distance int) int {
	if distance <= 0 {
		return 0
	}
	return (distance-1)/Cell + 1
}

// spread adds a row to another so many times, each a cell further right,
// beginning with a shift. The run is room to work in, a word longer.
func spread(to, from, run []uint64, shift, times int) {
	clear(run)
	orRow(run, from, 0)
	for have := 1; have < times; {
		step := min(have, times-have)
		shiftUp(run, step)
		have += step
	}
	orRow(to, run, shift)
}

// shiftUp adds a row to itself, shifted right.
func shiftUp(row []uint64, by int) {
	word, shift := by/64, by%64
	for i := len(row) - 1; i >= word; i-- {
		v := row[i-word] << shift
		if shift > 0 && i > word {
			v |= row[i-word-1] >> (64 - shift)
		}
		row[i] |= v
	}
}

// sum is the set of all cells a + b, where a is a cell of the one raster and b of
// the other.
func sum(a, b raster) raster {
	out := newRaster(a.w+b.w-1, a.h+b.h-1)
	wide := newRaster(out.w, a.h)
	run := make([]uint64, out.words+1)
	for y := 0; y < b.h; {
		rows := 1 // that are alike: most of a part's are
		for y+rows < b.h && slices.Equal(b.row(y), b.row(y+rows)) {
			rows++
		}
		clear(wide.bits)
		for x, length := range runs(b.row(y), b.w) {
			for i := range a.h {
				spread(wide.row(i), a.row(i), run, x, length)
			}
		}
		for i := range rows {
			out.or(wide, 0, y+i)
		}
		y += rows
	}
	return out
}

// runs gives where cells of a row are set, one after the other: the first and how
// many.
func runs(row []uint64, w int) func(yield func(x, length int) bool) {
	return func(yield func(x, length int) bool) {
		for x := 0; x < w; {
			start := next(row, x, w, 0)
			if start == w {
				return
			}
			end := next(row, start, w, ^uint64(0))
			if !yield(start, end-start) {
				return
			}
			x = end
		}
	}
}

// next is the first cell from x on that is set, or, with all bits to flip, the
// first that is not; w where there is none.
func next(row []uint64, x, w int, flip uint64) int {
	for i := x / 64; i < len(row); i++ {
		word := row[i] ^ flip
		if i == x/64 {
			word &= ^uint64(0) << (x % 64)
		}
		if word != 0 {
			return min(i*64+bits.TrailingZeros64(word), w)
		}
	}
	return w
}
