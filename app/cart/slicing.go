package cart

import (
	"context"
	"errors"
	"slices"
	"time"

	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer"
)

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

// keepPlans saves the parts with their plans, those whose results are in the cache with that, and gives the work that is
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
		set, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		changed := false
		for _, w := range parts {
			p := w.part
			if w.relaid {
				if err := tx.LayOut(ctx, p, w.rows()); err != nil {
					return err
				}
			}
			if p.State == shop.PartQueued {
				var found []shop.Slice
				for _, plan := range w.plans() {
					kept, err := s.slices.Find(ctx, tx, plan.Key)
					switch {
					case err == nil:
						found = append(found, kept)
					case shop.IsKind(err, shop.NotFound):
						work = append(work, s.slices.Await(plan, w.inspection, c, p.MeshBlob))
					default:
						return err
					}
				}
				s.settle(tx, &p, w.rows(), found, set)
			}
			if !w.relaid && p.State == w.was.State && p.Message == w.was.Message && p.SliceKey == w.was.SliceKey && p.ClassID == w.was.ClassID && p.Laid == w.was.Laid {
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
	parts, err := tx.PartsBySlice(ctx, e.Key)
	if err != nil {
		return err
	}
	set, err := tx.Settings(ctx)
	if err != nil {
		return err
	}
	for _, p := range parts {
		if p.State != shop.PartQueued { // it was made ahead: another choice has its price
			if err := s.events.Emit(ctx, tx, event.CartChanged{ID: p.CartID}); err != nil {
				return err
			}
			continue
		}
		plates, err := tx.PlatesOfPart(ctx, p.ID)
		if err != nil {
			return err
		}
		found, err := slicesOf(ctx, tx, plates)
		if err != nil {
			return err
		}
		s.settle(tx, &p, plates, found, set)
		if err := tx.SavePart(ctx, p); err != nil {
			return err
		}
		if err := s.touch(ctx, tx, p.CartID); err != nil {
			return err
		}
	}
	return nil
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

// placeOf is how far several slices are together that all are waited for: each counts as much as another.
func (s *Service) placeOf(keys []string) (all slicer.Place) {
	for _, key := range keys {
		place := s.slices.Place(key)
		all.Running = all.Running || place.Running
		all.Progress += place.Progress / float64(len(keys))
		if place.Waiting > 0 && (all.Waiting == 0 || place.Waiting < all.Waiting) {
			all.Waiting = place.Waiting
		}
	}
	return all
}
