package picture

import (
	"bytes"
	"image/png"

	"buildplate/slicer/internal/mesh"
)

// Size is how many pixels a picture is wide and high.
const Size = 256

// MostBytes is more than any picture has.
const MostBytes = 128 << 10

// Draw makes a picture of a mesh as it lies, seen as the 3D view shows it first: a PNG of Size by Size pixels. It is nil where
// there is nothing to see, or where drawing it would take too long; a mesh that brings it down has no picture, either.
func Draw(m *mesh.Mesh) (picture []byte) {
	defer func() {
		if recover() != nil {
			picture = nil
		}
	}()
	v, ok := viewOf(m)
	if !ok {
		return nil
	}
	r := newRaster()
	if !r.draw(m.Faces, v) || !r.drawn {
		return nil
	}
	return r.encode()
}

// Is says whether bytes begin as a picture that Draw made: they come from a process that read a stranger's file.
func Is(data []byte) bool {
	if len(data) > MostBytes {
		return false
	}
	c, err := png.DecodeConfig(bytes.NewReader(data))
	return err == nil && c.Width == Size && c.Height == Size
}
