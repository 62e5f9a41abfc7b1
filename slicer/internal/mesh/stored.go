package mesh

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"math"

	"buildplate/slicer/internal/fault"
)

// Stored is a mesh in a file that WriteSTL wrote. It is read where it lies:
// what is done to it takes a few kilobytes, however large it is.
type Stored struct {
	from      io.ReaderAt
	triangles int64
}

// STLBytes is the size of a binary STL of so many triangles.
func STLBytes(triangles int) int64 { return stlPreamble + stlRecord*int64(triangles) }

// OpenSTL opens a mesh that was stored before. The error is a *fault.Error.
func OpenSTL(from io.ReaderAt, size int64) (Stored, error) {
	var head [stlPreamble]byte
	if n, err := from.ReadAt(head[:], 0); n < len(head) {
		return Stored{}, readFailure(err)
	}
	if !isBinarySTL(head[:], size) {
		return Stored{}, fail(fault.CodeDamaged, "This stored model is damaged. Send its file again.")
	}
	return Stored{from: from, triangles: stlCount(head[:])}, nil
}

// Stored keeps the mesh as a file in memory.
func (m *Mesh) Stored() Stored {
	var b bytes.Buffer
	b.Grow(stlPreamble + stlRecord*len(m.Faces))
	_ = m.WriteSTL(&b) // a buffer takes everything
	return Stored{from: bytes.NewReader(b.Bytes()), triangles: int64(len(m.Faces))}
}

// Box is the box round a mesh: its lowest corner and its highest.
type Box struct{ Low, High [3]float64 }

// StandingIn is the mesh as a binary STL, scaled and turned, with the middle of
// its box, as Box finds it, over the middle of the bed and its lowest point at
// z = 0. Anywhere else the engine may silently slice nothing. A scale or a pose
// that is none changes nothing.
func (s Stored) StandingIn(box Box, scale float64, pose Quaternion, bed Bed) *io.SectionReader {
	return s.StandingTo(0, box, scale, pose, bed)
}

// StandingTo is StandingIn, stretched along z to a height in mm; 0 leaves it.
func (s Stored) StandingTo(height float64, box Box, scale float64, pose Quaternion, bed Bed) *io.SectionReader {
	st := s.turned(scale, pose)
	x, y := bed.center()
	st.shift = [3]float64{x - (box.Low[0]+box.High[0])/2, y - (box.Low[1]+box.High[1])/2, -box.Low[2]}
	st.stretch(height, box)
	return io.NewSectionReader(st, 0, stlPreamble+stlRecord*s.triangles)
}

// Box finds the box round the mesh as it is scaled and turned. It reads the
// whole mesh.
func (s Stored) Box(scale float64, pose Quaternion) (Box, error) {
	st := s.turned(scale, pose)
	inf := math.Inf(1)
	low, high := [3]float64{inf, inf, inf}, [3]float64{-inf, -inf, -inf}
	in := bufio.NewReaderSize(io.NewSectionReader(s.from, stlPreamble, s.triangles*stlRecord), 64<<10)
	var rec [stlRecord]byte
	for range s.triangles {
		if _, err := io.ReadFull(in, rec[:]); err != nil {
			return Box{}, readFailure(err)
		}
		for at := 12; at < 48; at += 12 {
			v := st.turn(corner(&rec, at))
			for axis := range 3 {
				low[axis], high[axis] = min(low[axis], v[axis]), max(high[axis], v[axis])
			}
		}
	}
	return Box{Low: low, High: high}, nil
}

// turned is the mesh scaled and turned, where it lies.
func (s Stored) turned(scale float64, pose Quaternion) *standing {
	if scale <= 0 || !finite(scale) {
		scale = 1
	}
	st := &standing{Stored: s, matrix: pose.matrix()}
	for i := range st.matrix {
		for k := range st.matrix[i] {
			st.matrix[i][k] *= scale
		}
	}
	return st
}

// standing changes a stored mesh while it is read.
type standing struct {
	Stored
	matrix [3][3]float64
	shift  [3]float64
}

// stretch makes what stands in a box so high, in mm; 0 leaves it.
func (s *standing) stretch(height float64, box Box) {
	is := box.High[2] - box.Low[2]
	if height <= 0 || is <= 0 {
		return
	}
	for k := range s.matrix[2] {
		s.matrix[2][k] *= height / is
	}
	s.shift[2] *= height / is
}

func (s *standing) turn(v [3]float32) (out [3]float64) {
	x, y, z := float64(v[0]), float64(v[1]), float64(v[2])
	for i, row := range s.matrix {
		out[i] = row[0]*x + row[1]*y + row[2]*z
	}
	return out
}

// ReadAt makes the triangles that the bytes asked for belong to.
func (s *standing) ReadAt(p []byte, off int64) (n int, err error) {
	if off < stlPreamble {
		n = copy(p, s.head()[off:])
	}
	const batch = 512
	raw := make([]byte, batch*stlRecord)
	for n < len(p) {
		first := (off + int64(n) - stlPreamble) / stlRecord
		if first >= s.triangles {
			return n, io.EOF
		}
		skip := int(off+int64(n)-stlPreamble) - int(first)*stlRecord
		count := min(batch, s.triangles-first, int64(len(p)-n+skip+stlRecord-1)/stlRecord)
		part := raw[:count*stlRecord]
		if got, err := s.from.ReadAt(part, stlPreamble+first*stlRecord); got < len(part) {
			return n, readFailure(err)
		}
		for at := 0; at < len(part); at += stlRecord {
			s.change((*[stlRecord]byte)(part[at:]))
		}
		n += copy(p[n:], part[skip:])
	}
	return n, nil
}

func (s *standing) head() []byte {
	var head [stlPreamble]byte
	copy(head[:], stlTitle)
	binary.LittleEndian.PutUint32(head[stlHeader:], uint32(s.triangles))
	return head[:]
}

func (s *standing) change(rec *[stlRecord]byte) {
	var c [3][3]float32
	for i := range c {
		v := s.turn(corner(rec, 12+12*i))
		for axis := range 3 {
			// Adding zero turns -0 into 0, which has other bits and the same place.
			c[i][axis] = float32(v[axis]+s.shift[axis]) + 0
		}
		putCorner(rec[12+12*i:], c[i])
	}
	putCorner(rec[0:], unitNormal(c[0], c[1], c[2]))
}
