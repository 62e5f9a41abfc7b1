package shop

import "testing"

func TestPlates(t *testing.T) {
	for _, c := range []struct{ copies, perPlate, want int }{{1, 1, 1}, {25, 25, 1}, {26, 25, 2}, {50, 25, 2}, {3, 0, 3}} {
		if got := PlateStarts(c.copies, c.perPlate); got != c.want {
			t.Errorf("%d copies, %d a plate: %d", c.copies, c.perPlate, got)
		}
	}
	for _, c := range []struct {
		bedWidth, bedDepth, width, depth float64
		want                             int
	}{
		{220, 220, 40, 40, 25},   // five of 40 with gaps of 5 are 220 exactly
		{220, 220, 40.1, 40, 20}, // one column less
		{190, 140, 90, 40, 6},    // as it lies, two by three
		{220, 100, 90, 40, 5},    // turned: five in a row
		{220, 100, 40, 90, 5},    // five stand where four lie
		{220, 220, 300, 10, 1},   // what does not fit is not priced
	} {
		if got := PerPlate(c.bedWidth, c.bedDepth, c.width, c.depth); got != c.want {
			t.Errorf("%v x %v on %v x %v: %d, want %d", c.width, c.depth, c.bedWidth, c.bedDepth, got, c.want)
		}
	}
}
