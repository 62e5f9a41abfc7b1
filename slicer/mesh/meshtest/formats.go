package meshtest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
)

// BinarySTL writes the solid as a binary STL whose header begins with "solid",
// as many exporters' do.
func BinarySTL(s Solid) []byte {
	out := make([]byte, 84, 84+50*len(s))
	copy(out, "solid but binary all the same")
	binary.LittleEndian.PutUint32(out[80:], uint32(len(s)))
	for _, t := range s {
		out = append(out, make([]byte, 12)...) // normals are optional: zero
		for _, p := range t {
			for _, x := range p {
				out = binary.LittleEndian.AppendUint32(out, math.Float32bits(float32(x)))
			}
		}
		out = append(out, 0, 0)
	}
	return out
}

// TextSTL writes each solid as an ASCII STL's solid.
func TextSTL(solids ...Solid) []byte {
	var b bytes.Buffer
	for i, s := range solids {
		fmt.Fprintf(&b, "solid part %d\n", i+1)
		for _, t := range s {
			b.WriteString("facet normal 0 0 0\nouter loop\n")
			for _, p := range t {
				fmt.Fprintf(&b, "vertex %v %v %v\n", float32(p[0]), float32(p[1]), float32(p[2]))
			}
			b.WriteString("endloop\nendfacet\n")
		}
		fmt.Fprintf(&b, "endsolid part %d\n", i+1)
	}
	return b.Bytes()
}
