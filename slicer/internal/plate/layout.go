package plate

import (
	"cmp"
	"slices"
)

// Request is what to lay out.
type Request struct {
	Bed     Bed
	Part    *Footprint
	Spacing int  // between what two copies cover
	Margin  int  // from what they cover to the bed's edge and what must stay free
	Around  bool // one line is drawn around all of them, so far out: a skirt
	Copies  int
}

// Layout puts as many copies on the bed as fit, at most as many as asked for.
// Where all of them fit they stand close together, around the bed's middle. The
// order is that of their rows.
func Layout(r Request) []Place {
	if r.Copies < 1 {
		return nil
	}
	s := newShape(r.Part, r.Spacing)
	places := r.on(s, r.Bed)
	if r.Around && crosses(r.Bed, r.Part, places, r.Margin) {
		places = r.on(s, r.Bed.convex())
	}
	slices.SortFunc(places, func(a, b Place) int { return cmp.Or(cmp.Compare(a.Y, b.Y), cmp.Compare(a.X, b.X)) })
	return places
}

// on lays out on a bed.
func (r Request) on(s *shape, b Bed) []Place {
	rows := boxes{b, r.Part, r.Spacing, r.Margin}
	near := rows.near(r.Copies)
	if len(near) == r.Copies && len(s.turns) == 1 {
		return near // nothing lies closer than that
	}
	empty := s.on(b, r.Margin)
	all := window{0, 0, b.Width / Cell, b.Depth / Cell}
	ways := s.ways()
	var best []spot
	for _, w := range ways {
		if got := s.fill(empty, all, w, r.Copies); len(got) > len(best) {
			best = got
		}
		if len(best) == r.Copies {
			break
		}
	}
	if len(best) < r.Copies {
		byBox := near
		if byBox == nil {
			byBox = rows.rows(r.Copies)
		}
		if len(byBox) >= len(best) {
			return rows.middle(byBox)
		}
		return s.middle(b, empty, best)
	}
	if closer := s.closer(b, empty, ways, r.Copies); closer != nil {
		best = closer
	}
	places := s.middle(b, empty, best)
	if near != nil && s.foot.around(near) <= s.foot.around(places) {
		return near
	}
	return places
}

// windows is into how many steps the bed is divided, and closeWays in how many
// ways copies are put down in each, to find the smallest part that holds them all.
const (
	windows   = 16
	closeWays = 6
)

// closer puts all copies down in the smallest part of the bed's middle that holds
// them.
func (s *shape) closer(b Bed, empty room, ways []way, copies int) (best []spot) {
	low, high := 1, windows-1 // what is lower was too small, what is higher holds them
	for low <= high {
		size := (low + high) / 2
		w, h := b.Width/Cell, b.Depth/Cell
		in := window{w * (windows - size) / (2 * windows), h * (windows - size) / (2 * windows), 0, 0}
		in.x1, in.y1 = w-in.x0, h-in.y0
		var got []spot
		if (in.x1-in.x0)*(in.y1-in.y0) >= copies*s.cells[0].count() {
			for _, way := range ways[:min(len(ways), closeWays)] {
				if got = s.fill(empty, in, way, copies); len(got) == copies {
					break
				}
			}
		}
		if len(got) == copies {
			best, high = got, size-1
		} else {
			low = size + 1
		}
	}
	return best
}

// middle is where the spots' copies stand, moved towards the bed's middle as far as
// there is room.
func (s *shape) middle(b Bed, empty room, spots []spot) []Place {
	places := make([]Place, len(spots))
	for i, at := range spots {
		places[i] = s.place(b, at)
	}
	x, y := s.foot.off(places)
	dx, dy := x/Cell, y/Cell
	for ; dx != 0 || dy != 0; dx, dy = dx/2, dy/2 {
		free := true
		for _, at := range spots {
			r := empty[at.turn]
			x, y := at.x+dx, at.y+dy
			free = free && x >= 0 && y >= 0 && x < r.w && y < r.h && !r.has(x, y)
		}
		if free {
			break
		}
	}
	return moved(places, dx*Cell, dy*Cell)
}

// middle moves copies towards the bed's middle, as far as there is room.
func (b boxes) middle(places []Place) []Place {
	dx, dy := b.foot.off(places)
	for ; (dx != 0 || dy != 0) && !b.fits(places, dx, dy); dx, dy = dx/2, dy/2 {
	}
	return moved(places, dx, dy)
}

func moved(places []Place, dx, dy int) []Place {
	for i := range places {
		places[i].X += dx
		places[i].Y += dy
	}
	return places
}

// box is the box around copies.
func (f *Footprint) box(places []Place) (low, high [2]int) {
	for i, p := range places {
		w, d := f.size(p.Turns)
		x, y := p.X-w/2, p.Y-d/2
		if i == 0 {
			low, high = [2]int{x, y}, [2]int{x + w, y + d}
		}
		low, high = [2]int{min(low[0], x), min(low[1], y)}, [2]int{max(high[0], x+w), max(high[1], y+d)}
	}
	return low, high
}

// off is how far the middle of the copies is from the bed's.
func (f *Footprint) off(places []Place) (dx, dy int) {
	low, high := f.box(places)
	return -(low[0] + high[0]) / 2, -(low[1] + high[1]) / 2
}

// around is half of the way around copies.
func (f *Footprint) around(places []Place) int {
	low, high := f.box(places)
	return high[0] - low[0] + high[1] - low[1]
}
