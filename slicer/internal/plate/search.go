package plate

import "slices"

// way is how copies are put down: what, and which place is the best. Rows fill the
// bed from the front, columns from the left; with far, the copy whose far edge is
// nearest to there comes first, not the one whose near edge is.
type way struct {
	units   []unit
	columns bool
	far     bool
}

// ways are all that are tried, the usual ones first.
func (s *shape) ways() (out []way) {
	singles := s.singles()
	both := func(units []unit, far ...bool) {
		for _, f := range far {
			out = append(out, way{units, false, f}, way{units, true, f})
		}
	}
	both(singles, false, true)
	for _, p := range s.pairs() {
		both([]unit{p}, false)
	}
	for _, u := range singles[:min(len(singles), 2)] {
		if len(singles) > 1 {
			both([]unit{u}, false)
		}
	}
	return out
}

// window is the part of the bed that may be used, in cells.
type window struct{ x0, y0, x1, y1 int }

// search is one try to put copies down.
type search struct {
	*shape
	room  room
	in    window
	spots []spot
	row   []uint64 // room to work in
}

// fill puts down as many copies as fit, at most so many.
func (s *shape) fill(r room, in window, w way, most int) []spot {
	t := search{shape: s, room: r.clone(), in: in, row: make([]uint64, r[s.turns[0]].words)}
	t.put(w, most)
	if len(t.spots) < most && (len(w.units) != len(s.turns) || len(w.units[0].copies) > 1) {
		w.units = s.singles()
		t.put(w, most)
	}
	return t.spots
}

func (t *search) put(w way, most int) {
	from := make([]int, len(w.units)) // rows, or columns, before which there is no room any more
	for i := range from {
		if from[i] = t.in.y0; w.columns {
			from[i] = t.in.x0
		}
	}
	for len(t.spots) < most {
		best, key := -1, [2]int{}
		var at spot
		for i, u := range w.units {
			if from[i] < 0 || len(u.copies) > most-len(t.spots) {
				continue
			}
			find := t.lowest
			if w.columns {
				find = t.leftmost
			}
			x, y, ok := find(u, from[i])
			if !ok {
				from[i] = -1
				continue
			}
			k := [2]int{y, x}
			far := u.h
			if w.columns {
				k, far = [2]int{x, y}, u.w
			}
			from[i] = k[0]
			if w.far {
				k[0] += far
			}
			if best < 0 || slices.Compare(k[:], key[:]) < 0 {
				best, key, at = i, k, spot{x: x, y: y}
			}
		}
		if best < 0 {
			return
		}
		for _, c := range w.units[best].copies {
			c.x, c.y = c.x+at.x, c.y+at.y
			t.spots = append(t.spots, c)
			t.room.put(t.shape, c)
		}
	}
}

// blocked is a row of where a unit's corner may not be.
func (t *search) blocked(u unit, y int) []uint64 {
	if len(u.copies) == 1 {
		return t.room[u.copies[0].turn].row(y)
	}
	clear(t.row)
	for _, c := range u.copies {
		orRow(t.row, t.room[c.turn].row(y+c.y), -c.x)
	}
	return t.row
}

// lowest is the first place for a unit, row by row.
func (t *search) lowest(u unit, from int) (x, y int, ok bool) {
	end := t.in.x1 - u.w + 1
	for y = from; y+u.h <= t.in.y1; y++ {
		if t.in.x0 >= end {
			break
		}
		if x = next(t.blocked(u, y), t.in.x0, end, ^uint64(0)); x < end {
			return x, y, true
		}
	}
	return 0, 0, false
}

// leftmost is the first place for a unit, column by column.
func (t *search) leftmost(u unit, from int) (x, y int, ok bool) {
	end := t.in.x1 - u.w + 1
	x = end
	for row := t.in.y0; row+u.h <= t.in.y1 && x > from; row++ {
		if at := next(t.blocked(u, row), from, x, ^uint64(0)); at < x {
			x, y = at, row
		}
	}
	return x, y, x < end
}
