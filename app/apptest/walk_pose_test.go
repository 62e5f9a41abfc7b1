package apptest

import (
	"context"
	"math"

	"buildplate/app/shop"
	"buildplate/app/slice"
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
