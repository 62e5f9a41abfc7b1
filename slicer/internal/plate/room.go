package plate

// shape is a part in its quarter turns, and which of them keep off each other.
type shape struct {
	foot    *Footprint
	cells   [4]raster
	turns   []int // those that differ
	spacing int
	noFit   [4][4]shifted // of a copy in one turn beside one in another
}

// shifted is a raster whose first cell lies elsewhere.
type shifted struct {
	raster
	x, y int
}

func newShape(foot *Footprint, spacing int) *shape {
	s := &shape{foot: foot, spacing: spacing}
	same := [4]int{}
	for k := range s.cells {
		if k == 0 {
			s.cells[k] = foot.cells
		} else {
			s.cells[k] = s.cells[k-1].turned()
		}
		for same[k] = 0; !s.cells[same[k]].equal(s.cells[k]); same[k]++ {
		}
		if same[k] == k {
			s.turns = append(s.turns, k)
		}
	}
	margin := cells(spacing)
	around := s.cells[0].grown(margin, spacing)
	var beside [4]raster // of a copy in each turn beside one that is not turned
	for k := range beside {
		if same[k] == k {
			beside[k] = sum(around, s.cells[(k+2)%4])
		} else {
			beside[k] = beside[same[k]]
		}
	}
	for _, t := range s.turns {
		for _, u := range s.turns {
			r := beside[(t-u+4)%4]
			for range u {
				r = r.turned()
			}
			s.noFit[t][u] = shifted{r, 1 - s.cells[t].w - margin, 1 - s.cells[t].h - margin}
		}
	}
	return s
}

// room is where the corner of a copy's raster may not be, for each of its turns.
type room [4]raster

// on is the room there is on an empty bed, at a distance from its edge and from
// what must stay free.
func (s *shape) on(b Bed, margin int) room {
	w, h := b.Width/Cell, b.Depth/Cell
	reach := cells(margin)
	blocked := b.raster().grown(reach, margin)
	var out room
	for _, t := range s.turns {
		part := s.cells[t]
		out[t] = newRaster(w, h)
		if part.w > w || part.h > h {
			for y := range h {
				out[t].fill(y, 0, w-1)
			}
			continue
		}
		out[t].or(sum(s.cells[(t+2)%4], blocked), -part.w-reach, -part.h-reach)
		for y := range h {
			if y > h-part.h {
				out[t].fill(y, 0, w-1)
			} else if part.w > 1 {
				out[t].fill(y, w-part.w+1, w-1)
			}
		}
	}
	return out
}

func (r room) clone() room {
	for t := range r {
		r[t] = r[t].clone()
	}
	return r
}

// spot is where a copy is put: its turn, and the corner of its raster on the bed.
type spot struct{ turn, x, y int }

// put takes the room of a copy away.
func (r room) put(s *shape, at spot) {
	for _, t := range s.turns {
		n := s.noFit[t][at.turn]
		r[t].or(n.raster, at.x+n.x, at.y+n.y)
	}
}

// place is where the middle of a spot's copy is on the bed.
func (s *shape) place(b Bed, at spot) Place {
	x, y := s.foot.corner(at.turn)
	return Place{X: at.x*Cell + x - b.Width/2, Y: at.y*Cell + y - b.Depth/2, Turns: at.turn}
}
