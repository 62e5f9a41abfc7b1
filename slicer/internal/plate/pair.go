package plate

import (
	"cmp"
	"slices"
)

// unit is copies that are put down together: their turns, and where their corners
// are from the unit's own. w and h are the sides of them all, in cells.
type unit struct {
	copies []spot
	w, h   int
}

// singles are units of one copy, in each turn.
func (s *shape) singles() (out []unit) {
	for _, t := range s.turns {
		out = append(out, unit{[]spot{{turn: t}}, s.cells[t].w, s.cells[t].h})
	}
	return out
}

// mostPairs is how many of the best pairs are tried.
const mostPairs = 3

// pairs are the two copies that take the least room together, if they take less
// than side by side: they lie into each other.
func (s *shape) pairs() (out []unit) {
	gap := cells(s.spacing)
	alone := (s.cells[0].w + gap) * (s.cells[0].h + gap)
	type scored struct {
		unit
		area int
	}
	var all []scored
	for _, u := range s.turns {
		for _, t := range s.turns {
			if u > 1 {
				continue // those are the same pairs, turned by half
			}
			best := scored{area: 2 * alone}
			s.around(t, u, func(x, y int) {
				w := max(x+s.cells[t].w, s.cells[u].w) - min(x, 0)
				h := max(y+s.cells[t].h, s.cells[u].h) - min(y, 0)
				if area := (w + gap) * (h + gap); area < best.area {
					best = scored{unit{[]spot{{u, -min(x, 0), -min(y, 0)}, {t, max(x, 0), max(y, 0)}}, w, h}, area}
				}
			})
			if best.copies != nil {
				all = append(all, best)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b scored) int { return cmp.Compare(a.area, b.area) })
	for _, p := range all[:min(len(all), mostPairs)] {
		out = append(out, p.unit)
	}
	return out
}

// around gives every place of a copy's corner that is as near as can be, left or
// right, to one in another turn.
func (s *shape) around(t, u int, place func(x, y int)) {
	n := s.noFit[t][u]
	for y := range n.h {
		row := n.row(y)
		for x := 0; x < n.w; {
			start := next(row, x, n.w, 0)
			end := next(row, start, n.w, ^uint64(0))
			if start == n.w {
				break
			}
			place(start-1+n.x, y+n.y)
			place(end+n.x, y+n.y)
			x = end
		}
	}
	for x := range n.w { // above and below it
		place(x+n.x, n.y-1)
		place(x+n.x, n.h+n.y)
	}
}
