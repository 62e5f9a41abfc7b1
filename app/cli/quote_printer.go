package cli

import (
	"cmp"
	"slices"

	"buildplate/slicer"
)

// sortPrinters puts the smallest machine first, as a shop gives parts to them.
func (q *Quote) sortPrinters() error {
	volume := map[string]float64{}
	for _, id := range q.Printer {
		if err := knownPrinter(id); err != nil {
			return err
		}
		m, err := slicer.MachineOf(id, nil)
		if err != nil && slicer.Built() {
			return err
		}
		volume[id] = m.Volume()
	}
	slices.SortStableFunc(q.Printer, func(a, b string) int { return cmp.Compare(volume[a], volume[b]) })
	return nil
}

// posed is the request for a part on the smallest printer that it fits, in the pose asked for: with auto, the best that fits there.
// The inspection is of the part as it lies then.
func (q *Quote) posed(s *slicer.Slicer, p *quotePart, m *slicer.Mesh) (r slicer.Request, in slicer.Inspection, err error) {
	for _, printer := range q.Printer {
		if len(q.Printer) > 1 {
			p.Printer = printer
		}
		if r, in, err = q.posedOn(printer, s, p, m); err == nil || slicer.ErrorOf(err).Code != slicer.CodeDoesNotFit {
			break
		}
	}
	return r, in, err
}
