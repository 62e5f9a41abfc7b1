package mesh

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
)

// Place is where a copy of a model stands on a plate: the middle of its box in mm
// from the bed's middle, after so many quarter turns counter-clockwise.
type Place struct {
	X, Y  float64
	Turns int
}

// CopiesTo is the mesh several times, as one binary STL: scaled, turned and
// stretched as in StandingTo, each copy at its place, with its lowest point at
// z = 0.
func (s Stored) CopiesTo(height float64, box Box, scale float64, pose Quaternion, places []Place) io.Reader {
	head := s.turned(scale, pose).head()
	binary.LittleEndian.PutUint32(head[stlHeader:], uint32(s.triangles)*uint32(len(places)))
	parts := []io.Reader{bytes.NewReader(head)}
	for _, p := range places {
		st := s.turned(scale, pose)
		st.shift = [3]float64{-(box.Low[0] + box.High[0]) / 2, -(box.Low[1] + box.High[1]) / 2, -box.Low[2]}
		st.stretch(height, box)
		for range p.Turns {
			m, t := &st.matrix, &st.shift
			m[0], m[1] = [3]float64{-m[1][0], -m[1][1], -m[1][2]}, m[0]
			t[0], t[1] = -t[1], t[0]
		}
		st.shift[0] += p.X
		st.shift[1] += p.Y
		parts = append(parts, io.NewSectionReader(st, stlPreamble, stlRecord*s.triangles))
	}
	return io.MultiReader(parts...)
}

// Triangles gives each triangle of the mesh as it is scaled and turned: its
// corners. It reads the whole mesh; its error is a *fault.Error.
func (s Stored) Triangles(scale float64, pose Quaternion, each func(t *[3][3]float64)) error {
	st := s.turned(scale, pose)
	in := bufio.NewReaderSize(io.NewSectionReader(s.from, stlPreamble, s.triangles*stlRecord), 64<<10)
	var rec [stlRecord]byte
	var t [3][3]float64
	for range s.triangles {
		if _, err := io.ReadFull(in, rec[:]); err != nil {
			return readFailure(err)
		}
		for i := range t {
			t[i] = st.turn(corner(&rec, 12+12*i))
		}
		each(&t)
	}
	return nil
}

// Count is how many triangles the mesh has.
func (s Stored) Count() int64 { return s.triangles }
