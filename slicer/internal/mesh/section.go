package mesh

import (
	"bufio"
	"context"
	"errors"
	"io"
	"math"
	"slices"
)

// Section is what a horizontal plane cuts of a mesh.
type Section struct {
	AreaMM2  float64 // enclosed; holes are off, bodies that overlap count twice
	LengthMM float64 // of all outlines
	// Edge says that a face lies in the plane, within Coplanar: whether it
	// belongs to the section is a matter of rounding.
	Edge bool
}

// Coplanar is how near to a plane a face is taken to lie in it, in mm: engines
// count in micrometres.
const Coplanar = 2e-3

// ErrManyCuts is the end of what [Sections] may cost.
var ErrManyCuts = errors.New("too many triangles cross too many planes")

// Sections cuts a binary STL as WriteSTL writes it, facing outward, at heights
// in mm that rise. It reads the triangles once and keeps none: each adds to the
// sections it reaches. So many lines it may add, some ten million a second; what
// it added is taken off. Its error is ErrManyCuts, a *fault.Error, that of the
// reader or the context's.
func Sections(ctx context.Context, stl *io.SectionReader, heights []float64, cuts *int) ([]Section, error) {
	out := make([]Section, len(heights))
	in := bufio.NewReaderSize(stl, 256<<10)
	var head [stlPreamble]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return nil, readFailure(err)
	}
	var rec [stlRecord]byte
	for n := range stlCount(head[:]) {
		if n%4096 == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if *cuts < 0 {
			return nil, ErrManyCuts
		}
		if _, err := io.ReadFull(in, rec[:]); err != nil {
			return nil, readFailure(err)
		}
		var t [3][3]float64
		for i := range t {
			c := corner(&rec, 12+12*i)
			t[i] = [3]float64{float64(c[0]), float64(c[1]), float64(c[2])}
		}
		*cuts -= cut(t, heights, out)
	}
	for i := range out {
		out[i].AreaMM2 /= 2
	}
	return out, nil
}

// cut adds what a triangle has in each plane: twice the area between its line
// there and the origin. The line runs so that the inside is on its left. It says
// how many planes it looked at.
func cut(t [3][3]float64, heights []float64, out []Section) (planes int) {
	low, high := min(t[0][2], t[1][2], t[2][2]), max(t[0][2], t[1][2], t[2][2])
	first, _ := slices.BinarySearch(heights, low-Coplanar)
	n := cross(minus(t[1], t[0]), minus(t[2], t[0]))
	for i := first; i < len(heights) && heights[i] <= high+Coplanar; i++ {
		planes++
		z := heights[i]
		if low >= z-Coplanar && high <= z+Coplanar {
			out[i].Edge = true
		}
		if low >= z || high < z { // a corner in the plane counts as above it
			continue
		}
		var line [2][2]float64
		found := 0
		for k := range t {
			a, b := t[k], t[(k+1)%3]
			if (a[2] >= z) == (b[2] >= z) {
				continue
			}
			if a[2] > b[2] {
				a, b = b, a // the same edge gives the same point to both its triangles
			}
			f := (z - a[2]) / (b[2] - a[2])
			line[found] = [2]float64{a[0] + f*(b[0]-a[0]), a[1] + f*(b[1]-a[1])}
			found++
		}
		x, y := line[1][0]-line[0][0], line[1][1]-line[0][1]
		twice := line[0][0]*line[1][1] - line[1][0]*line[0][1]
		if y*n[0]-x*n[1] < 0 {
			twice = -twice
		}
		out[i].AreaMM2 += twice
		out[i].LengthMM += math.Hypot(x, y)
	}
	return planes
}
