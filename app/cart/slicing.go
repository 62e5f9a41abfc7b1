package cart

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"buildplate/app/catalog"
	"buildplate/app/event"
	"buildplate/app/file"
	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/db"
	"buildplate/slicer"
)

// requestFor is what a part would be sliced with, without its mesh.
func requestFor(p shop.Part, class shop.MachineClass, m shop.Material) slicer.Request {
	return slicer.Request{
		Scale: p.Choices.Unit.Scale(), Pose: file.Turn(p.Pose), Printer: class.Definition, Machine: class.Overrides,
		Quality: p.Choices.Quality, Material: m.Profile, Infill: &p.Choices.Infill, Supports: slicer.Supports(p.Choices.Supports),
	}
}

// supportAngle is the steepest slope that prints without support, by what a part would be sliced with; 0 where its material is
// no longer offered.
func supportAngle(p shop.Part, class shop.MachineClass, menu shop.Menu) float64 {
	m, ok := menu.Material(p.Choices.MaterialID)
	if !ok {
		return 0
	}
	return requestFor(p, class, m).SupportAngle()
}

// errInspectAgain means that a part was inspected by other settings than it would be sliced with.
var errInspectAgain = errors.New("the part has to be inspected again")

// planFor resolves what a part would be sliced with. Errors: errInspectAgain; the slicer's.
func (s *Service) planFor(p shop.Part, in slice.Inspection, class shop.MachineClass, menu shop.Menu) (slicer.Plan, error) {
	m, ok := menu.Material(p.Choices.MaterialID)
	if !ok {
		return slicer.Plan{}, shop.Invalidf("material_not_offered", "material_id", "The material of %s is no longer offered. Choose another.", p.Name)
	}
	if in.Mesh.OverhangLimit() != supportAngle(p, class, menu) {
		return slicer.Plan{}, errInspectAgain
	}
	r := requestFor(p, class, m)
	r.Inspection = in.Mesh
	if _, err := hex.Decode(r.MeshHash[:], []byte(p.MeshHash)); err != nil {
		return slicer.Plan{}, err
	}
	return s.slices.Prepare(r)
}

// wanted is a queued part with what it would be sliced with.
type wanted struct {
	was, part  shop.Part // as it is, and as it becomes
	inspection slice.Inspection
	plan       slicer.Plan
}

// Slice gives every part of a cart that should be sliced its result from the cache, or a place in the queue. The plans
// are made before the transaction, which keeps them only if the cart is still the one they were made for. One at a time
// for each cart.
func (s *Service) Slice(ctx context.Context, cartID string) error {
	unlock, err := s.slicing.Lock(ctx, cartID)
	if err != nil {
		return err
	}
	defer unlock()
	for {
		version, parts, err := s.planParts(ctx, cartID)
		if err != nil {
			return err
		}
		var work []slicer.Work
		if len(parts) > 0 {
			work, err = s.keepPlans(ctx, cartID, version, parts)
		}
		switch {
		case errors.Is(err, ErrChanged):
			continue // whoever changed it has got further, so this ends
		case err != nil:
			return err
		}
		for _, w := range work {
			s.slices.Queue(w)
		}
		s.slices.DropUnwanted() // of these too: what was kept may have changed before it was queued
		if slices.ContainsFunc(parts, func(w wanted) bool { return w.part.State == shop.PartInspecting }) {
			s.inspect.Wake()
		}
		return nil
	}
}

// ErrChanged means that a cart is not any more the one that something was worked out for: look again.
var ErrChanged = errors.New("the cart changed meanwhile")

// planParts makes a plan for each part of a cart that is queued, and names the version of the cart it made them for.
func (s *Service) planParts(ctx context.Context, cartID string) (version int64, queued []wanted, err error) {
	var menu shop.Menu
	var class shop.MachineClass
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		c, err := tx.Cart(ctx, cartID)
		if shop.IsKind(err, shop.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		version = c.Version
		parts, err := tx.Parts(ctx, cartID)
		if err != nil {
			return err
		}
		for _, p := range parts {
			if p.State == shop.PartQueued && !p.Refused {
				queued = append(queued, wanted{was: p, part: p})
			}
		}
		if menu, err = catalog.Menu(ctx, tx); err != nil {
			return err
		}
		class, err = catalog.Machine(ctx, tx)
		return err
	})
	if err != nil {
		return 0, nil, err
	}
	for i := range queued {
		w := &queued[i]
		found, ok := slice.InspectionOf(w.part.Inspection)
		if !ok {
			w.part.State = shop.PartInspecting
			continue
		}
		w.inspection = found
		w.plan, err = s.planFor(w.part, found, class, menu)
		if errors.Is(err, errInspectAgain) {
			w.part.State = shop.PartInspecting
			continue
		}
		if err != nil {
			w.part.State, w.part.Message = shop.PartFailed, slicer.ErrorOf(err).Message
			if shop.KindOf(err) != shop.Internal {
				w.part.Message = shop.MessageOf(err)
			}
			continue
		}
		w.part.ClassID, w.part.SliceKey = class.ID, w.plan.Key
	}
	return version, queued, nil
}

// keepPlans saves the parts with their plans, those whose result is in the cache with that, and gives the work that is
// left. Errors: ErrChanged.
func (s *Service) keepPlans(ctx context.Context, cartID string, version int64, parts []wanted) (work []slicer.Work, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		work = nil
		c, err := tx.Cart(ctx, cartID)
		if shop.IsKind(err, shop.NotFound) || (err == nil && c.Version != version) {
			return ErrChanged
		}
		if err != nil {
			return err
		}
		changed := false
		for _, w := range parts {
			p := w.part
			if p.State == shop.PartQueued {
				found, err := s.slices.Find(ctx, tx, w.plan.Key)
				switch {
				case err == nil:
					applySlice(&p, found)
				case shop.IsKind(err, shop.NotFound):
					work = append(work, s.slices.Await(w.plan, w.inspection, c, p.MeshBlob))
				default:
					return err
				}
			}
			if p.State == w.was.State && p.Message == w.was.Message && p.SliceKey == w.was.SliceKey && p.ClassID == w.was.ClassID {
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
	return work, err
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
	var carts []string // all of them before one is queued: two may wait for the same result, each in its own turn
	for _, p := range parts {
		if !slices.Contains(carts, p.CartID) && (p.SliceKey == "" || s.slices.Place(p.SliceKey) == (slicer.Place{})) {
			carts = append(carts, p.CartID)
		}
	}
	errs := []error{err}
	for _, id := range carts {
		if ctx.Err() == nil {
			errs = append(errs, s.Slice(ctx, id))
		}
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
