package plate

// boxes lay copies out in rows by their boxes: to the micrometre, for parts whose
// outline is no better than that.
type boxes struct {
	bed             Bed
	foot            *Footprint
	spacing, margin int
}

// rows are as many copies as fit, at most so many, all turned alike.
func (b boxes) rows(most int) (best []Place) {
	for turns := range 2 {
		for _, start := range b.starts(turns) {
			if got := b.from(start, turns, most); len(got) > len(best) {
				best = got
			}
		}
	}
	return best
}

// tries is how many heights the lowest row is tried at, where it matters.
const tries = 16

// starts are heights for the lowest row.
func (b boxes) starts(turns int) []int {
	_, depth := b.foot.size(turns)
	out := []int{-b.bed.Depth/2 + b.margin}
	if !b.bed.Elliptic && len(b.bed.Disallowed) == 0 {
		return out
	}
	for i := 1; i < tries; i++ {
		out = append(out, out[0]+i*(depth+b.spacing)/tries)
	}
	for rows := depth; rows+2*b.margin <= b.bed.Depth; rows += depth + b.spacing {
		out = append(out, -rows/2) // as many above the middle as below it
	}
	for _, area := range b.bed.Disallowed {
		for _, p := range area {
			out = append(out, p[1]+b.margin)
		}
	}
	return out
}

// from fills rows from a height on.
func (b boxes) from(y, turns, most int) (out []Place) {
	w, d := b.foot.size(turns)
	for y+d+b.margin <= b.bed.Depth/2+slack && len(out) < most {
		before := len(out)
		for _, s := range b.bed.free(y-b.margin, y+d+b.margin) {
			for x := s.from + b.margin; x+w+b.margin <= s.to+slack && len(out) < most; x += w + b.spacing {
				out = append(out, Place{x + w/2, y + d/2, turns})
			}
		}
		if len(out) > before {
			y += d + b.spacing
		} else {
			y += Cell
		}
	}
	return out
}

// near are all of so many copies in rows of which none is much longer than they
// are many, around the bed's middle; nil where there is no room for them there.
func (b boxes) near(count int) (best []Place) {
	least := 0
	for turns := range 2 {
		w, d := b.foot.size(turns)
		for columns := 1; columns <= count; columns++ {
			rows := (count + columns - 1) / columns
			width, depth := columns*(w+b.spacing)-b.spacing, rows*(d+b.spacing)-b.spacing
			if best != nil && width+depth >= least {
				continue
			}
			var places []Place
			for i := range count {
				x := -width/2 + i%columns*(w+b.spacing)
				y := -depth/2 + i/columns*(d+b.spacing)
				places = append(places, Place{x + w/2, y + d/2, turns})
			}
			if b.fits(places, 0, 0) {
				best, least = places, width+depth
			}
		}
	}
	return best
}

// fits says whether all copies are on the bed, moved.
func (b boxes) fits(places []Place, dx, dy int) bool {
	for _, p := range places {
		w, d := b.foot.size(p.Turns)
		left, low := p.X+dx-w/2-b.margin, p.Y+dy-d/2-b.margin
		fits := false
		for _, s := range b.bed.free(low, low+d+2*b.margin) {
			fits = fits || left >= s.from-slack && left+w+2*b.margin <= s.to+slack
		}
		if !fits {
			return false
		}
	}
	return true
}
