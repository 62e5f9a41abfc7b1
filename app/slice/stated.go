package slice

import (
	"io"

	"buildplate/app/shop"
	"buildplate/slicer"
)

// Stated is what G-code from another slicer says of its print: its time and its weight, 0 where it does not say. Material is
// the kind of filament it is printed with.
func Stated(r io.ReaderAt, size int64, material string) (shop.SliceFacts, error) {
	s, err := slicer.ReadStated(r, size, material)
	return shop.SliceFacts{Seconds: s.Seconds, Grams: s.Grams}, err
}
