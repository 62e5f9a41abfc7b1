package slicer

import (
	"io"

	"buildplate/slicer/internal/gcode"
)

// usualDiameter is that of the filament that the printers here take, in mm.
const usualDiameter = 1.75

// Toolpaths is what G-code of a size in bytes extrudes, layer by layer, as pages draw it: a reader of the stream that
// gcode.Toolpaths describes.
func Toolpaths(r io.Reader, size int64) io.Reader { return gcode.NewToolpaths(r, size, usualDiameter) }
