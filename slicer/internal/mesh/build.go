package mesh

import (
	"math"
	"math/bits"
	"math/rand/v2"

	"buildplate/slicer/internal/fault"
)

// builder welds corners into vertices while a file streams by: an open
// addressing hash from coordinates to index, four bytes a slot, no allocation
// per triangle.
type builder struct {
	lim       Limits
	vertices  [][3]float32
	faces     [][3]uint32
	collapsed int

	slots []uint32 // vertex index + 1, 0 is free; len is a power of two
	// recent holds the vertices seen last, by hash. Neighbours in space are
	// mostly neighbours in the file, so it answers most corners from the
	// processor's nearest cache.
	recent [1 << recentBits]uint32
	// The hash is seeded afresh for every file, so that nobody can send
	// coordinates that all fall into one slot.
	seed [2]uint64

	clipper clipper
}

const recentBits = 12

func newBuilder(lim Limits) *builder {
	return &builder{lim: lim, seed: [2]uint64{rand.Uint64(), rand.Uint64() | 1<<63}}
}

// expect sizes the tables for a file whose triangle count is known and true.
// A closed surface has half as many vertices as triangles.
func (b *builder) expect(triangles int) {
	b.faces = make([][3]uint32, 0, triangles)
	b.vertices = make([][3]float32, 0, triangles/2+8)
	b.slots = make([]uint32, 1<<bits.Len(uint(triangles+8)))
}

// forget starts a new piece whose vertices are not welded to earlier ones.
func (b *builder) forget() {
	b.vertices, b.faces, b.collapsed = nil, nil, 0
	if len(b.slots) > 1<<16 {
		b.slots = nil // cheaper than clearing it for each of many small pieces
	}
	clear(b.slots)
	clear(b.recent[:])
}

// inRange also refuses NaN, for which every comparison is false.
func (b *builder) inRange(v [3]float32) bool {
	m := float32(b.lim.Coordinate)
	return v[0] <= m && v[0] >= -m && v[1] <= m && v[1] >= -m && v[2] <= m && v[2] >= -m
}

// vertex returns the index of the vertex at v.
func (b *builder) vertex(v [3]float32) uint32 {
	// -0 and 0 are one place.
	v[0], v[1], v[2] = v[0]+0, v[1]+0, v[2]+0
	if 2*len(b.vertices) >= len(b.slots) {
		b.grow()
	}
	h := b.hash(v)
	near := &b.recent[h>>(64-recentBits)]
	if *near != 0 && b.vertices[*near-1] == v {
		return *near - 1
	}
	mask := uint64(len(b.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		s := b.slots[i]
		if s == 0 {
			b.vertices = append(b.vertices, v)
			s = uint32(len(b.vertices))
			b.slots[i], *near = s, s
			return s - 1
		}
		if b.vertices[s-1] == v {
			*near = s
			return s - 1
		}
	}
}

func (b *builder) hash(v [3]float32) uint64 {
	xy := uint64(math.Float32bits(v[0])) | uint64(math.Float32bits(v[1]))<<32
	hi, lo := bits.Mul64(xy^b.seed[0], uint64(math.Float32bits(v[2]))^b.seed[1])
	return hi ^ lo
}

func (b *builder) grow() {
	n := max(1024, 2*len(b.slots))
	b.slots = make([]uint32, n)
	mask := uint64(n - 1)
	for k, v := range b.vertices {
		i := b.hash(v) & mask
		for b.slots[i] != 0 {
			i = (i + 1) & mask
		}
		b.slots[i] = uint32(k + 1)
	}
}

// face adds a triangle; one with two equal corners is counted and left out.
func (b *builder) face(i, j, k uint32) error {
	if i == j || j == k || k == i {
		b.collapsed++
		return nil
	}
	if len(b.faces) >= b.lim.Triangles {
		return tooManyTriangles(b.lim)
	}
	b.faces = append(b.faces, [3]uint32{i, j, k})
	return nil
}

func tooManyTriangles(lim Limits) *fault.Error {
	return fail(fault.CodeTooLarge, "The model has more than %s triangles, which is finer than a printer can show. Export it with less detail.", grouped(lim.Triangles))
}

// mesh returns what was built, without vertices that no face uses.
func (b *builder) mesh(unit Unit) (*Mesh, error) {
	if len(b.faces) == 0 {
		if b.collapsed > 0 {
			return nil, fail(fault.CodeNoModel, "No triangle in this file has any area (of %s), so there is nothing to print. Export the model again.", grouped(b.collapsed))
		}
		return nil, fail(fault.CodeNoModel, "There are no triangles in this file, so there is nothing to print.")
	}
	m := &Mesh{Vertices: b.vertices, Faces: b.faces, Unit: unit, Collapsed: b.collapsed}
	m.dropUnused()
	return m, nil
}

// dropUnused removes vertices without a face: they would stretch the box.
func (m *Mesh) dropUnused() {
	used := make([]uint32, len(m.Vertices))
	n := 0
	for _, t := range m.Faces {
		for _, i := range t {
			if used[i] == 0 {
				used[i] = 1
				n++
			}
		}
	}
	if n == len(m.Vertices) {
		return
	}
	kept := m.Vertices[:0]
	for i, v := range m.Vertices {
		if used[i] != 0 {
			used[i] = uint32(len(kept))
			kept = append(kept, v)
		}
	}
	m.Vertices = kept
	for i, t := range m.Faces {
		m.Faces[i] = [3]uint32{used[t[0]], used[t[1]], used[t[2]]}
	}
}
