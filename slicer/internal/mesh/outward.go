package mesh

// Outward returns the mesh with every triangle facing outward: bodies that are
// inside out are turned over, and so are single triangles that lie against
// their neighbours. Cavities keep facing into the hollow. The mesh itself is
// returned where nothing needs turning.
//
// The engine should get its triangles from here: it tells solid from hollow by
// the way they face.
func (m *Mesh) Outward() *Mesh {
	s := connect(m.Vertices, m.Faces)
	shells := s.groups.number()
	if shells > maxBodies {
		return m // loose triangles have no outside
	}
	low, high := m.Bounds()
	center := [3]float64{(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, (low[2] + high[2]) / 2}
	bodies, _ := measure(m.Vertices, m.Faces, s.groups, shells, center, low[2], OverhangAngle)
	settle(bodies)
	out := m
	for i, g := range s.groups {
		if bodies[g>>1].flip() == g&1 {
			continue
		}
		if out == m {
			c := *m
			c.Faces = append([][3]uint32(nil), m.Faces...)
			out = &c
		}
		f := &out.Faces[i]
		f[1], f[2] = f[2], f[1]
	}
	return out
}
