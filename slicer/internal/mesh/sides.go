package mesh

import (
	"cmp"
	"math"
	"slices"
)

// hullSide is a side on which a model may lie: facets that are as good as one plane.
type hullSide struct {
	normal [3]float64 // outward, of length one
	area   float64    // mm²
}

// sides are the hull's, the largest first. Facets whose normals are within a
// degree of the largest one's beside them count as one side.
func (h *hull) sides() []hullSide {
	const together = 0.99985 // the cosine of a degree
	areas := make([]float64, len(h.facets))
	order := make([]int32, 0, len(h.facets))
	for i := range h.facets {
		f := &h.facets[i]
		if f.gone {
			continue
		}
		n := cross(minus(h.at(f.corners[1]), h.at(f.corners[0])), minus(h.at(f.corners[2]), h.at(f.corners[0])))
		areas[i] = math.Sqrt(dot(n, n)) / 2
		order = append(order, int32(i))
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(cmp.Compare(areas[b], areas[a]), cmp.Compare(a, b)) })
	taken := make([]bool, len(h.facets))
	var out []hullSide
	for _, first := range order {
		if taken[first] || areas[first] == 0 {
			continue
		}
		taken[first] = true
		var sum [3]float64
		side := hullSide{}
		for reached := []int32{first}; len(reached) > 0; {
			f := reached[len(reached)-1]
			reached = reached[:len(reached)-1]
			side.area += areas[f]
			for k, x := range h.facets[f].normal {
				sum[k] += areas[f] * x
			}
			for _, g := range h.facets[f].across {
				if !taken[g] && !h.facets[g].gone && dot(h.facets[g].normal, h.facets[first].normal) >= together {
					taken[g] = true
					reached = append(reached, g)
				}
			}
		}
		side.normal = unit(sum)
		out = append(out, side)
	}
	slices.SortStableFunc(out, func(a, b hullSide) int { return cmp.Compare(b.area, a.area) })
	return out
}

// corners are the points that the hull is made of.
func (h *hull) corners() [][3]float64 {
	seen := map[int32]bool{}
	var out [][3]float64
	for i := range h.facets {
		if h.facets[i].gone {
			continue
		}
		for _, c := range h.facets[i].corners {
			if !seen[c] {
				seen[c] = true
				out = append(out, h.at(c))
			}
		}
	}
	return out
}
