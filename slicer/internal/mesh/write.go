package mesh

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"math"
)

// stlTitle is the header of the files we write. It must not begin with "solid",
// which would make some readers take the file for text.
const stlTitle = "Buildplate binary STL, millimetres, Z up"

// WriteSTL writes the mesh as a binary STL. Equal meshes give equal bytes.
func (m *Mesh) WriteSTL(w io.Writer) error {
	out := bufio.NewWriterSize(w, 64<<10)
	var head [stlPreamble]byte
	copy(head[:], stlTitle)
	binary.LittleEndian.PutUint32(head[stlHeader:], uint32(len(m.Faces)))
	if _, err := out.Write(head[:]); err != nil {
		return err
	}
	var rec [stlRecord]byte
	for _, t := range m.Faces {
		a, b, c := m.Vertices[t[0]], m.Vertices[t[1]], m.Vertices[t[2]]
		putCorner(rec[0:], unitNormal(a, b, c))
		putCorner(rec[12:], a)
		putCorner(rec[24:], b)
		putCorner(rec[36:], c)
		if _, err := out.Write(rec[:]); err != nil {
			return err
		}
	}
	return out.Flush()
}

func putCorner(to []byte, v [3]float32) {
	binary.LittleEndian.PutUint32(to, math.Float32bits(v[0]))
	binary.LittleEndian.PutUint32(to[4:], math.Float32bits(v[1]))
	binary.LittleEndian.PutUint32(to[8:], math.Float32bits(v[2]))
}

// unitNormal returns the outward normal of a triangle, zero where it has no area.
func unitNormal(a, b, c [3]float32) [3]float32 {
	n := cross(direction(a, b), direction(a, c))
	l := math.Sqrt(dot(n, n))
	if l == 0 {
		return [3]float32{}
	}
	return [3]float32{float32(n[0]/l) + 0, float32(n[1]/l) + 0, float32(n[2]/l) + 0}
}

// Hash returns the SHA-256 of the mesh's triangles: nine little-endian 32-bit
// floats each, in file order and winding, without normals. The same triangles
// hash the same from any format; their order counts, because the engine's
// toolpaths can depend on it.
func (m *Mesh) Hash() [32]byte {
	h := sha256.New()
	buf := make([]byte, 0, 36*1024)
	for _, t := range m.Faces {
		for _, i := range t {
			at := len(buf)
			buf = buf[:at+12]
			putCorner(buf[at:], m.Vertices[i])
		}
		if len(buf) == cap(buf) {
			h.Write(buf)
			buf = buf[:0]
		}
	}
	h.Write(buf)
	return [32]byte(h.Sum(nil))
}
