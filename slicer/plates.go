package slicer

import (
	"context"
	"io"
)

// SlicedPlate is a plate with what slicing it gave: the result is of one run, with all its copies.
type SlicedPlate struct {
	Plate
	Result Result
}

// FewerCopies says of what slicing a plate of several copies ended with whether fewer of them may do: it took too long or
// too much memory, made too much G-code, or came over the edge of the bed.
func FewerCopies(err error) bool {
	if err == nil {
		return false
	}
	switch ErrorOf(err).Code {
	case CodeTimeout, CodeMemory, CodeTooDetailed, CodeOffBed:
		return true
	}
	return false
}

// SlicePlates lays copies of a raw mesh, facing outward, out and slices each plate once. Where one cannot be sliced and
// fewer copies may do, all are laid out anew with half as many on a plate: then spread is true. Progress is called from 0
// to 1 for each plate; it may be nil.
//
// Errors: those of [Slicer.Plates], and of [Slicer.Slice] for a plate of one copy.
func (s *Slicer) SlicePlates(ctx context.Context, m StoredMesh, c Copies, progress func(float64)) (out []SlicedPlate, spread bool, err error) {
	done := map[string]Result{}
	for {
		plates, err := s.Plates(m, c)
		if err != nil {
			return nil, spread, err
		}
		out = out[:0]
		for _, p := range plates {
			result, had := done[p.Plan.Key]
			if !had {
				result, err = s.Slice(ctx, m, p.Plan, io.Discard, progress)
			}
			if err != nil && len(p.Placements) > 1 && FewerCopies(err) {
				c.Most, spread = len(p.Placements)/2, true
				break
			}
			if err != nil {
				return nil, spread, err
			}
			done[p.Plan.Key] = result
			out = append(out, SlicedPlate{Plate: p, Result: result})
		}
		if len(out) == len(plates) {
			return out, spread, nil
		}
	}
}
