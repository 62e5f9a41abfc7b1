package slicer

import (
	"io"

	"buildplate/slicer/internal/gcode"
)

// usualDiameter is that of the filament that the printers here take, in mm.
const usualDiameter = 1.75

// Toolpaths is what G-code extrudes, layer by layer, as pages draw it: a reader of the stream that gcode.Toolpaths describes.
type Toolpaths = gcode.Toolpaths

// NewToolpaths follows G-code of a size in bytes.
func NewToolpaths(r io.Reader, size int64) *Toolpaths {
	return gcode.NewToolpaths(r, size, usualDiameter)
}
