package mesh

// Oriented returns the mesh turned by q about the origin. A q that is not a
// rotation, as one of no length, turns nothing. What is stored in a pose is
// compared with it.
func (m *Mesh) Oriented(q Quaternion) *Mesh {
	r := q.matrix()
	return m.map32(false, func(x, y, z float64) (float64, float64, float64) {
		return r[0][0]*x + r[0][1]*y + r[0][2]*z,
			r[1][0]*x + r[1][1]*y + r[1][2]*z,
			r[2][0]*x + r[2][1]*y + r[2][2]*z
	})
}
