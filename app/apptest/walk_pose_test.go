package apptest

import (
	"context"
	"math"

	"buildplate/app/cart"
	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/db"
)

// turnPart lays a part another way: how it lies is kept, and what is said of it is said of how it lies.
func (w *walk) turnPart(ctx context.Context, c *walkedCart) error {
	p, found := some(w, w.Parts(c.id))
	if !found {
		return errNothing
	}
	half := math.Sqrt2 / 2
	pose := one(w, shop.Pose{W: 1}, shop.Pose{W: half, X: half}, shop.Pose{W: -half, Y: half}, shop.Pose{X: 1}, shop.Pose{W: 0.8, X: 0.36, Z: 0.48}, shop.Pose{}) // the last is no turn
	if _, err := w.Carts.PatchParts(ctx, c.who, 0, []string{p.ID}, shop.ChoicesPatch{Pose: &pose}); err != nil {
		return err
	}
	if err := w.sliced(ctx, c); err != nil {
		return err
	}
	kept, err := pose.Canonical()
	if err != nil {
		w.t.Errorf("%+v was taken as a turn", pose)
	}
	for _, now := range w.Parts(c.id) {
		if now.ID != p.ID || now.MeshBlob == "" {
			continue
		}
		was, _ := slice.InspectionOf(p.Inspection)
		in, _ := slice.InspectionOf(now.Inspection)
		if now.Pose != kept || p.Pose == kept && p.State == now.State && in.Mesh.SizeMM != was.Mesh.SizeMM {
			w.t.Errorf("%s lies as %+v, not %+v, and measures %v, before %v", now.Name, now.Pose, kept, in.Mesh.SizeMM, was.Mesh.SizeMM)
		}
	}
	return nil
}

// comparePoses finds out how the parts of a cart may lie, has them sliced ahead, and takes one: it costs what was said.
func (w *walk) comparePoses(ctx context.Context, c *walkedCart) error {
	if err := w.sliced(ctx, c); err != nil {
		return err
	}
	var meshes []db.MeshToPropose
	w.Read(func(ctx context.Context, tx *db.Tx) (err error) {
		meshes, err = tx.MeshesToPropose(ctx, 0)
		return err
	})
	for _, m := range meshes {
		if err := w.Carts.Propose(ctx, m); err != nil {
			return err
		}
	}
	if err := w.Carts.SliceAhead(ctx, c.id); err != nil {
		return err
	}
	p, found := some(w, w.Parts(c.id))
	if !found {
		return errNothing
	}
	var v cart.PosesView
	var failed error
	Await(w.t, "the slices ahead", func() bool {
		v, failed = w.Carts.Poses(ctx, c.who, p.ID)
		return failed != nil || v.Waiting == 0
	})
	if failed != nil || len(v.Poses) == 0 {
		return failed
	}
	own, take := v.Poses[0], v.Poses[w.dice.IntN(len(v.Poses))]
	if !own.Own || take.Price <= 0 || take.Seconds <= 0 || !take.Own && !take.Chosen && len(take.Advantages) == 0 {
		w.t.Errorf("%s: %+v, %+v", p.Name, own, take)
	}
	if _, err := w.Carts.PatchParts(ctx, c.who, 0, []string{p.ID}, shop.ChoicesPatch{Pose: &take.Pose}); err != nil {
		return err
	}
	if err := w.sliced(ctx, c); err != nil {
		return err
	}
	now, err := w.Carts.Get(ctx, c.who)
	for _, part := range now.Parts {
		if part.ID == p.ID && p.Choices.Copies == 1 && part.Price != nil && part.State == cart.ShownState(shop.PartSliced) && part.Price.Total != take.Price {
			w.t.Errorf("%s costs %s, and %s was said", p.Name, part.Price.Total, take.Price)
		}
	}
	return err
}
