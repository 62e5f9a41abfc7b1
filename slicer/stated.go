package slicer

import (
	"io"
	"math"

	"buildplate/slicer/internal/gcode"
)

// Stated is what G-code from another slicer says of its print. Zero is what it does not say.
type Stated struct {
	Seconds float64
	Grams   float64
}

// ReadStated reads what G-code says of itself. Where it names a length of filament and no weight, the weight is that of the
// kind of filament (PLA, PETG, ...) that it is printed with; 0 for one that is not known.
func ReadStated(r io.ReaderAt, size int64, material string) (Stated, error) {
	s, err := gcode.ReadStated(r, size)
	if m, known := FindMaterial(material); known && s.Grams == 0 {
		s.Grams = math.Round(s.FilamentMM*math.Pi*m.Diameter*m.Diameter/4*m.Density/1000*100) / 100
	}
	return Stated{Seconds: s.Seconds, Grams: s.Grams}, err
}
