package mesh

import "math"

// sew returns the faces with open corners that lie within seamTolerance of each
// other made one, or nil where there are none. Programs that write the two
// sides of a seam from different sums leave gaps of a few nanometres, which
// the engine closes without a word; they should not cost anyone a review.
func sew(m *Mesh, s *surface) [][3]uint32 {
	tolerance := min(seamTolerance, shortestEdge(m, s)/4)
	if tolerance <= 0 {
		return nil
	}
	type cell [3]int32
	at := func(v [3]float32) (c cell) {
		for k, x := range v {
			// Out of range only for a tolerance far below a float's own steps.
			c[k] = int32(max(-math.MaxInt32/2, min(math.MaxInt32/2, math.Floor(float64(x)/tolerance))))
		}
		return c
	}
	// One vertex stands for all in its cell; a chain of near ones is not
	// followed, so a dense file cannot collapse into a point.
	stand := make(map[cell]uint32)
	merged := make(map[uint32]uint32)
	seen := make(map[uint32]bool)
	visit := func(v uint32) {
		if seen[v] {
			return
		}
		seen[v] = true
		p := m.Vertices[v]
		home := at(p)
		for dx := int32(-1); dx <= 1; dx++ {
			for dy := int32(-1); dy <= 1; dy++ {
				for dz := int32(-1); dz <= 1; dz++ {
					u, ok := stand[cell{home[0] + dx, home[1] + dy, home[2] + dz}]
					if !ok {
						continue
					}
					if d := direction(p, m.Vertices[u]); dot(d, d) <= tolerance*tolerance {
						merged[v] = u
						return
					}
				}
			}
		}
		if _, taken := stand[home]; !taken {
			stand[home] = v
		}
	}
	for _, e := range s.openCorners {
		visit(e[0])
		visit(e[1])
	}
	if len(merged) == 0 {
		return nil
	}
	faces := make([][3]uint32, 0, len(m.Faces))
	for _, t := range m.Faces {
		for k, i := range t {
			if u, ok := merged[i]; ok {
				t[k] = u
			}
		}
		if t[0] != t[1] && t[1] != t[2] && t[2] != t[0] {
			faces = append(faces, t)
		}
	}
	return faces
}

// shortestEdge returns the length of the shortest open edge, so that sewing
// never closes up a detail.
func shortestEdge(m *Mesh, s *surface) float64 {
	shortest := math.Inf(1)
	for _, e := range s.openCorners {
		d := direction(m.Vertices[e[0]], m.Vertices[e[1]])
		if l := dot(d, d); l > 0 && l < shortest {
			shortest = l
		}
	}
	return math.Sqrt(shortest)
}
