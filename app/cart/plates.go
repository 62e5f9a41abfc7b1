package cart

import (
	"context"
	"encoding/json"
	"time"

	"buildplate/app/catalog"
	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/db"
	"buildplate/slicer"
	"buildplate/storage"
)

// Settle is how long the copies of a part must stay as they are before they are laid out: whoever drags their number from one to
// fifty wants the last one's plates.
const Settle = 700 * time.Millisecond

// keptPlates are a part's plates as they are kept, without what they are sliced with.
func keptPlates(rows []shop.Plate) (all []planned) {
	for _, row := range rows {
		all = append(all, planned{row: row})
	}
	return all
}

// plannedPlates are plates as they were laid out now.
func plannedPlates(plates []slicer.Plate, classID string) (all []planned) {
	for _, p := range plates {
		places, _ := json.Marshal(p.Placements)
		all = append(all, planned{plan: p.Plan, row: shop.Plate{
			Origin: shop.PlatePriced, ClassID: classID, SliceKey: p.Plan.Key, Runs: p.Runs, Copies: len(p.Placements), Placements: places,
		}})
	}
	return all
}

// slicesOf are the results of plates as far as they are there.
func slicesOf(ctx context.Context, tx *db.Tx, plates []shop.Plate) (found []shop.Slice, err error) {
	for _, p := range plates {
		kept, err := tx.Slice(ctx, p.SliceKey)
		if shop.IsKind(err, shop.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found = append(found, kept)
	}
	return found, nil
}

// settle brings a queued part in line with the results that are there: of its plates or, while it is not laid out, of one copy.
// A plate that could not be sliced, or runs for longer than the shop lets anybody pay for at once, is laid out anew with fewer
// copies on it.
func (s *Service) settle(tx *db.Tx, p *shop.Part, plates []shop.Plate, found []shop.Slice, set shop.Settings) {
	of := map[string]shop.Slice{}
	for _, f := range found {
		of[f.Key] = f
	}
	if !p.Laid {
		plates = []shop.Plate{{SliceKey: p.SliceKey, Copies: 1}}
	}
	sliced := p.Laid
	for _, plate := range plates {
		f, there := of[plate.SliceKey]
		switch {
		case !there:
			sliced = false
		case f.Failed && plate.Copies > 1 && slicer.FewerCopies(&slicer.Error{Code: slicer.Code(f.Facts.Code)}):
			p.Most, p.Laid, sliced = plate.Copies/2, false, false
		case f.Failed:
			p.State, p.Message = shop.PartFailed, f.Facts.Message
			return
		case plate.Copies > 1 && shop.MostWithin(plate.Copies, f.Facts.Seconds, set.PayLimitHours) < plate.Copies:
			p.Most, p.Laid, sliced = shop.MostWithin(plate.Copies, f.Facts.Seconds, set.PayLimitHours), false, false
		}
		if !p.Laid {
			break
		}
	}
	if sliced {
		p.State, p.Message = shop.PartSliced, ""
		s.later(tx, p.CartID)
	}
	if !p.Laid {
		tx.AfterCommit(s.inspect.Wake) // to have it laid out, if one copy is sliced
	}
}

// queueLayouts gives the parts that are to be laid out a place among the inspections, and says in how long the next one is to be.
func (s *Service) queueLayouts(ctx context.Context) (next time.Duration, err error) {
	var parts []db.PartToLayOut
	var now shop.Time
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		now = tx.Now
		parts, err = tx.PartsToLayOut(ctx)
		return err
	})
	for _, p := range parts {
		if wait := p.Chosen.Add(s.settles).Sub(now); wait > 0 && wait <= s.settles {
			if next == 0 || wait < next {
				next = wait
			}
			continue
		}
		s.inspections.Add(slicer.Work{
			Key: "layout " + p.ID, Owner: p.CartID, Networks: shop.NetworkNames(p.Address), Address: p.Address, Lane: slice.LaneOf(p.Staff), Cost: 1 + float64(p.Bytes)/bytesATurn,
			Run: func(ctx context.Context, _ func(float64)) {
				if err := s.LayOut(ctx, p.CartID, p.ID); err != nil && ctx.Err() == nil {
					s.log.ErrorContext(ctx, "a part could not be laid out yet", "part", p.ID, "err", err)
				}
			},
		})
	}
	return next, err
}

// LayOut puts the copies of a part on plates, if it still waits for that, and has those sliced.
func (s *Service) LayOut(ctx context.Context, cartID, partID string) error {
	w, err := s.partToLayOut(ctx, cartID, partID)
	if err != nil || w == nil {
		return err
	}
	one, err := s.planFor(w.part, w.inspection, w.class, w.menu)
	if err != nil || one.plan.Key != w.part.SliceKey {
		return s.Slice(ctx, cartID) // which says why
	}
	most, count := w.part.Most, w.part.Choices.Copies
	if fit := shop.MostWithin(count, w.seconds*float64(count), w.hours); fit < count && (most == 0 || fit < most) {
		most = fit
	}
	plates, failed := s.layOn(ctx, w.part.MeshBlob, slicer.Copies{Request: one.request, Count: count, Most: most})
	if err := ctx.Err(); err != nil {
		return err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		now, err := tx.Part(ctx, cartID, partID)
		if shop.IsKind(err, shop.NotFound) || err == nil && !now.SameLayout(w.part) {
			return nil
		}
		if err != nil {
			return err
		}
		if failed != nil {
			now.State, now.Message = shop.PartFailed, messageOf(failed)
		} else {
			w.plates = plannedPlates(plates, w.class.ID)
			if err := tx.LayOut(ctx, now, w.rows()); err != nil {
				return err
			}
			now.Laid, now.Most = true, most
		}
		if err := tx.SavePart(ctx, now); err != nil {
			return err
		}
		return s.touch(ctx, tx, cartID)
	})
	if err != nil {
		return err
	}
	return s.Slice(ctx, cartID)
}

// layOn lays copies of a stored mesh out.
func (s *Service) layOn(ctx context.Context, meshBlob string, c slicer.Copies) ([]slicer.Plate, error) {
	m, f, err := s.files.OpenMesh(ctx, storage.Tmp, meshBlob)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return s.slicer.Plates(m, c)
}

// toLayOut is a part that is to be laid out, with what that rests on.
type toLayOut struct {
	wanted
	class   shop.MachineClass
	menu    shop.Menu
	seconds float64 // that one copy takes
	hours   float64 // that a run may take
}

// partToLayOut reads a part that is to be laid out; nil where it is not.
func (s *Service) partToLayOut(ctx context.Context, cartID, partID string) (w *toLayOut, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		p, err := tx.Part(ctx, cartID, partID)
		if shop.IsKind(err, shop.NotFound) || err == nil && (p.State != shop.PartQueued || p.Laid || p.Choices.Copies == 1) {
			return nil
		}
		if err != nil {
			return err
		}
		one, err := tx.Slice(ctx, p.SliceKey)
		if shop.IsKind(err, shop.NotFound) || err == nil && one.Failed {
			return nil
		}
		if err != nil {
			return err
		}
		set, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		found := &toLayOut{wanted: wanted{was: p, part: p}, seconds: one.Facts.Seconds, hours: set.PayLimitHours}
		found.inspection, _ = slice.InspectionOf(p.Inspection)
		if found.menu, err = catalog.Menu(ctx, tx); err != nil {
			return err
		}
		machines, err := catalog.ReadMachines(ctx, tx)
		if err != nil {
			return err
		}
		found.class = machineFor(p, found.inspection, machines, found.menu).MachineClass
		w = found
		return nil
	})
	return w, err
}
