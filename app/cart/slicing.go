package cart

import (
	"context"
	"encoding/hex"
	"errors"
	"time"

	"buildplate/app/catalog"
	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/db"
	"buildplate/slicer"
)

// planFor resolves what a part would be sliced with.
func (s *Service) planFor(p shop.Part, in slice.Inspection, class shop.MachineClass, menu shop.Menu) (slicer.Plan, error) {
	m, ok := menu.Material(p.Choices.MaterialID)
	if !ok {
		return slicer.Plan{}, shop.Invalidf("material_not_offered", "material_id", "The material of %s is not offered any more. Choose another.", p.Name)
	}
	r := slicer.Request{
		Inspection: in.Mesh, Scale: p.Choices.Unit.Scale(), Printer: class.Definition, Machine: class.Overrides,
		Quality: p.Choices.Quality, Material: m.Profile, Infill: &p.Choices.Infill, Supports: slicer.Supports(p.Choices.Supports),
	}
	if _, err := hex.Decode(r.MeshHash[:], []byte(p.MeshHash)); err != nil {
		return slicer.Plan{}, err
	}
	return s.slices.Prepare(r)
}

// Slice gives every part of a cart that should be sliced its result from the cache, or a place in the queue.
func (s *Service) Slice(ctx context.Context, cartID string) error {
	var work []slicer.Work
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		parts, err := tx.Parts(ctx, cartID)
		if err != nil {
			return err
		}
		menu, err := catalog.Menu(ctx, tx)
		if err != nil {
			return err
		}
		class, err := tx.MachineClass(ctx)
		if err != nil {
			return err
		}
		changed := false
		for _, was := range parts {
			if was.State != shop.PartQueued {
				continue
			}
			p, w, err := s.slicePart(ctx, tx, was, class, menu)
			if err != nil {
				return err
			}
			if w != nil {
				work = append(work, *w)
			}
			if p.State == was.State && p.Message == was.Message && p.SliceKey == was.SliceKey {
				continue
			}
			if err := tx.SavePart(ctx, p); err != nil {
				return err
			}
			changed = true
		}
		if !changed {
			return nil
		}
		return s.touch(ctx, tx, cartID) // an order drawn up before this rests on other parts
	})
	if err != nil {
		return err
	}
	s.slices.DropUnwanted()
	for _, w := range work {
		s.slices.Queue(w)
	}
	return nil
}

// slicePart settles one queued part: sliced or failed from the cache, failed because it cannot be, or work to do. It
// gives the part as it has to be saved.
func (s *Service) slicePart(ctx context.Context, tx *db.Tx, p shop.Part, class shop.MachineClass, menu shop.Menu) (shop.Part, *slicer.Work, error) {
	in, ok := slice.InspectionOf(p.Inspection)
	if !ok {
		p.State = shop.PartInspecting
		return p, nil, nil
	}
	plan, err := s.planFor(p, in, class, menu)
	if err != nil {
		p.Message = slicer.ErrorOf(err).Message
		if shop.KindOf(err) != shop.Internal {
			p.Message = shop.MessageOf(err)
		}
		p.State = shop.PartFailed
		return p, nil, nil
	}
	p.SliceKey = plan.Key
	found, err := s.slices.Find(ctx, tx, plan.Key)
	switch {
	case err == nil:
		applySlice(&p, found)
		return p, nil, nil
	case !shop.IsKind(err, shop.NotFound):
		return p, nil, err
	}
	work := s.slices.Await(plan, in, p.CartID, p.MeshBlob)
	return p, &work, nil
}

// SliceFinished hears of a result, and brings it to the parts that waited for it.
func (s *Service) SliceFinished(ctx context.Context, tx *db.Tx, e event.SliceFinished) error {
	kept, err := tx.Slice(ctx, e.Key)
	if err != nil {
		return err
	}
	parts, err := tx.PartsBySlice(ctx, e.Key)
	if err != nil {
		return err
	}
	for _, p := range parts {
		if p.State != shop.PartQueued {
			continue
		}
		applySlice(&p, kept)
		if err := tx.SavePart(ctx, p); err != nil {
			return err
		}
		if err := s.touch(ctx, tx, p.CartID); err != nil {
			return err
		}
	}
	return nil
}

func applySlice(p *shop.Part, s shop.Slice) {
	p.State, p.Message = shop.PartSliced, ""
	if s.Failed {
		p.State, p.Message = shop.PartFailed, s.Facts.Message
	}
}

// watchPace is how long a queued part may stay that nobody works on.
const watchPace = 20 * time.Second

// Watch takes up now and then what was left lying, until the context ends.
func (s *Service) Watch(ctx context.Context) {
	t := time.NewTicker(watchPace)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		if err := s.resumeSlices(ctx); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "queued parts could not be taken up again", "err", err)
		}
	}
}

// resumeSlices queues the parts that say they are queued and that nobody works on: after a start, or when a result, or the
// place in the queue, could not be kept. Errors: of the carts that could not be queued; the others were.
func (s *Service) resumeSlices(ctx context.Context) error {
	var parts []shop.Part
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		parts, err = tx.PartsInState(ctx, shop.PartQueued)
		return err
	})
	errs, done := []error{err}, map[string]bool{}
	for _, p := range parts {
		if done[p.CartID] || ctx.Err() != nil || (p.SliceKey != "" && s.slices.Place(p.SliceKey) != (slicer.Place{})) {
			continue
		}
		done[p.CartID] = true
		errs = append(errs, s.Slice(ctx, p.CartID))
	}
	return errors.Join(errs...)
}

// requeue looks whether somebody came to want a slice while it was being stopped.
func (s *Service) requeue(key string) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	var parts []shop.Part
	if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		parts, err = tx.PartsBySlice(ctx, key)
		return err
	}); err != nil {
		return // the shop is closing; Watch finds what is left
	}
	for _, p := range parts {
		if p.State != shop.PartQueued {
			continue
		}
		if err := s.Slice(ctx, p.CartID); err != nil {
			s.log.WarnContext(ctx, "a cart is left for later", "cart", p.CartID, "err", err)
		}
	}
}
