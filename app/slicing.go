package app

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer"
	"buildplate/slicer/engine"
	"buildplate/storage"
)

// planFor resolves what a part would be sliced with.
func (a *App) planFor(p shop.Part, look partLook, class shop.MachineClass, menu shop.Menu) (slicer.Plan, error) {
	m, ok := menu.Material(p.Choices.MaterialID)
	if !ok {
		return slicer.Plan{}, shop.Invalidf("material_not_offered", "material_id", "The material of %s is not offered any more. Please choose another.", p.Name)
	}
	r := slicer.Request{
		Inspection: look.Mesh, Scale: p.Choices.Unit.Scale(), Printer: class.Definition, Machine: class.Overrides,
		Quality: p.Choices.Quality, Material: m.Profile, Infill: &p.Choices.Infill, Supports: slicer.Supports(p.Choices.Supports),
	}
	if _, err := hex.Decode(r.MeshHash[:], []byte(p.MeshHash)); err != nil {
		return slicer.Plan{}, err
	}
	return a.slicer.Prepare(r)
}

// sliceCart gives every part of a cart that should be sliced its result from the cache, or a place in the queue.
func (a *App) sliceCart(ctx context.Context, cartID string) error {
	var work []slicer.Work
	err := a.db.Write(ctx, func(tx *db.Tx) error {
		parts, err := tx.Parts(ctx, cartID)
		if err != nil {
			return err
		}
		menu, err := menuOf(ctx, tx)
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
			p, w, err := a.slicePart(ctx, tx, was, class, menu)
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
		return tx.TouchCart(ctx, cartID) // an order drawn up before this rests on other parts
	})
	if err != nil {
		return err
	}
	a.dropUnwanted()
	for _, w := range work {
		a.queue.Add(w)
	}
	a.tellCart(cartID)
	return nil
}

// slicePart settles one queued part: sliced or failed from the cache, failed because it cannot be, or work to do. It
// gives the part as it has to be saved.
func (a *App) slicePart(ctx context.Context, tx *db.Tx, p shop.Part, class shop.MachineClass, menu shop.Menu) (shop.Part, *slicer.Work, error) {
	look, ok := lookOf(p)
	if !ok {
		p.State = shop.PartInspecting
		return p, nil, nil
	}
	plan, err := a.planFor(p, look, class, menu)
	if err != nil {
		_, p.Message = slicer.Sentence(err)
		if shop.KindOf(err) != shop.Internal {
			p.Message = shop.MessageOf(err)
		}
		p.State = shop.PartFailed
		return p, nil, nil
	}
	p.SliceKey = plan.Key
	s, err := tx.Slice(ctx, plan.Key)
	if err == nil && s.Failed && !verdict(s.Facts.Code) {
		if err := tx.ForgetFailedSlice(ctx, plan.Key); err != nil {
			return p, nil, err
		}
		err = shop.NotFoundf("slice_not_found", "This part has to be sliced again.")
	}
	switch {
	case err == nil:
		applySlice(&p, s)
		a.slices.mark(plan.Key)
		return p, nil, tx.UseSlice(ctx, plan.Key)
	case !shop.IsKind(err, shop.NotFound):
		return p, nil, err
	}
	grams, supportGrams, seconds := slicer.Estimate(plan, look.Mesh)
	a.slices.await(plan.Key, p.CartID, shop.SliceFacts{Seconds: seconds, Grams: grams, SupportGrams: supportGrams, SupportsUsed: plan.SupportsUsed})
	blob := p.MeshBlob
	return p, &slicer.Work{
		Key: plan.Key, Owner: p.CartID, Lane: slicer.LaneCustomer,
		Run: func(ctx context.Context, progress func(float64)) { a.slice(ctx, plan, blob, progress) },
	}, nil
}

// verdict says whether a failure is of the part. One of ours or of the machine's, as a full disk is, says nothing about
// the next part that is like it.
func verdict(code string) bool {
	return code != slicer.CodeInternal && code != string(engine.CodeMissing) && code != string(engine.CodeCrashed)
}

func applySlice(p *shop.Part, s shop.Slice) {
	p.State, p.Message = shop.PartSliced, ""
	if s.Failed {
		p.State, p.Message = shop.PartFailed, s.Facts.Message
	}
}

// slice runs the engine and keeps the result: the G-code first, then the rows that name it.
func (a *App) slice(ctx context.Context, plan slicer.Plan, meshBlob string, progress func(float64)) {
	s := shop.Slice{Key: plan.Key}
	blob, facts, err := a.sliceToBlob(ctx, plan, meshBlob, progress)
	if ctx.Err() != nil {
		a.slices.finish(plan.Key)
		time.AfterFunc(time.Second, func() { a.requeue(plan.Key) })
		return // dropped, or the shop is closing: the part stays queued
	}
	if err != nil {
		s.Failed = true
		s.Facts.Code, s.Facts.Message = slicer.Sentence(err)
		a.log.Warn("a slice failed", "key", plan.Key, "code", s.Facts.Code, "err", err)
	} else {
		s.Facts, s.GCodeBlob = facts, blob.ID
	}
	var carts []string
	err = a.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		carts = nil
		if !s.Failed {
			if err := tx.InsertBlob(ctx, blob); err != nil {
				return err
			}
		}
		kept, err := tx.SaveSlice(ctx, s)
		if err != nil {
			return err
		}
		if !kept && !s.Failed {
			if err := tx.TrashBlob(ctx, blob.ID, tx.Now); err != nil {
				return err
			}
		}
		if s, err = tx.Slice(ctx, plan.Key); err != nil {
			return err
		}
		parts, err := tx.PartsBySlice(ctx, plan.Key)
		if err != nil {
			return err
		}
		for _, p := range parts {
			if p.State != shop.PartQueued {
				continue
			}
			applySlice(&p, s)
			if err := tx.SavePart(ctx, p); err != nil {
				return err
			}
			if err := tx.TouchCart(ctx, p.CartID); err != nil {
				return err
			}
			carts = append(carts, p.CartID)
		}
		return nil
	})
	if err != nil {
		a.log.Error("a slice could not be kept", "key", plan.Key, "err", err)
	}
	a.slices.finish(plan.Key)
	for _, c := range carts {
		a.tellCart(c)
	}
}

func (a *App) sliceToBlob(ctx context.Context, plan slicer.Plan, meshBlob string, progress func(float64)) (db.Blob, shop.SliceFacts, error) {
	m, file, err := a.openMesh(storage.Tmp, meshBlob)
	if err != nil {
		return db.Blob{}, shop.SliceFacts{}, err
	}
	defer file.Close()
	var res slicer.Result
	var sliceErr error
	blob, err := a.putStream(ctx, "part.gcode", func(w io.Writer) error {
		res, sliceErr = a.slicer.Slice(ctx, m, plan, w, progress)
		return sliceErr
	})
	if sliceErr != nil {
		return blob, shop.SliceFacts{}, sliceErr
	}
	if err != nil {
		return blob, shop.SliceFacts{}, err
	}
	if blob.SHA256 != res.GCodeSHA256 {
		return blob, shop.SliceFacts{}, errors.New("the G-code stored is not the one that was made")
	}
	return blob, factsOf(res), nil
}

func factsOf(r slicer.Result) shop.SliceFacts {
	return shop.SliceFacts{
		Seconds: r.Seconds, Grams: r.Grams, SupportGrams: r.SupportGrams, FilamentMM: r.FilamentMM, Layers: r.Layers, Engine: r.Engine, EngineVersion: r.EngineVersion,
		GCodeSHA256: r.GCodeSHA256, GCodeBytes: r.GCodeBytes, SupportsUsed: r.SupportsUsed, Generic: r.Generic, Warnings: r.Warnings,
	}
}

// dropUnwanted stops slices that no part waits for any more: its choices changed, or it was taken out.
func (a *App) dropUnwanted() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	for _, key := range a.slices.keys() {
		var parts []shop.Part
		err := a.db.Read(ctx, func(tx *db.Tx) (err error) {
			parts, err = tx.PartsBySlice(ctx, key)
			return err
		})
		if err == nil && len(parts) == 0 {
			a.slices.finish(key)
			a.queue.Drop(key)
		}
	}
}

// resumeSlices queues after a start what was queued before it.
func (a *App) resumeSlices(ctx context.Context) error {
	var parts []shop.Part
	err := a.db.Read(ctx, func(tx *db.Tx) (err error) {
		parts, err = tx.PartsInState(ctx, shop.PartQueued)
		return err
	})
	done := map[string]bool{}
	for _, p := range parts {
		if err == nil && !done[p.CartID] {
			done[p.CartID] = true
			err = a.sliceCart(ctx, p.CartID)
		}
	}
	return err
}

// requeue looks whether somebody came to want a slice while it was being stopped.
func (a *App) requeue(key string) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	var parts []shop.Part
	if err := a.db.Read(ctx, func(tx *db.Tx) (err error) {
		parts, err = tx.PartsBySlice(ctx, key)
		return err
	}); err != nil {
		return // the shop is closing
	}
	for _, p := range parts {
		if p.State == shop.PartQueued {
			_ = a.sliceCart(ctx, p.CartID)
		}
	}
}

// RetrySlices tries again what failed, for some of a cart's parts or all. Errors: NotFound; Conflict when ordered.
func (a *App) RetrySlices(ctx context.Context, cartID string, ids []string) (CartView, error) {
	wanted := map[string]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	err := a.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := openCart(ctx, tx, cartID); err != nil {
			return err
		}
		parts, err := tx.Parts(ctx, cartID)
		if err != nil {
			return err
		}
		for _, p := range parts {
			if p.State != shop.PartFailed || (len(ids) > 0 && !wanted[p.ID]) {
				continue
			}
			if err := tx.ForgetFailedSlice(ctx, p.SliceKey); err != nil {
				return err
			}
			p.State, p.Message, p.SliceKey = shop.PartQueued, "", ""
			if p.MeshBlob == "" {
				p.State = shop.PartInspecting
			}
			if err := tx.SavePart(ctx, p); err != nil {
				return err
			}
		}
		return tx.TouchCart(ctx, cartID)
	})
	if err != nil {
		return CartView{}, err
	}
	kick(a.inspectKick)
	if err := a.sliceCart(ctx, cartID); err != nil {
		return CartView{}, err
	}
	return a.Cart(ctx, cartID)
}
