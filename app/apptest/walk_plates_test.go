package apptest

import (
	"context"
	"math"
	"slices"

	"buildplate/app/cart"
	"buildplate/app/shop"
)

// layManyOut wants so many copies of a part that they may take several plates: those hold all of them, and what the part takes is what they
// take together.
func (w *walk) layManyOut(ctx context.Context, c *walkedCart) error {
	p, found := some(w, slices.DeleteFunc(w.Parts(c.id), func(p shop.Part) bool { return p.State != shop.PartSliced || p.Refused }))
	if !found {
		return errNothing
	}
	copies := one(w, 6, 9, 13)
	if _, err := w.Carts.PatchParts(ctx, c.who, 0, []string{p.ID}, shop.ChoicesPatch{Copies: &copies}); err != nil {
		return err
	}
	if err := w.sliced(ctx, c); err != nil {
		return err
	}
	v, err := w.Carts.Get(ctx, c.who)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(v.Parts, func(now cart.PartView) bool { return now.ID == p.ID })
	now := v.Parts[at]
	if now.State != cart.ShownState(shop.PartSliced) { // what slices fails now and then
		return nil
	}
	laid, seconds := 0, 0.0
	for _, plate := range now.Plates {
		laid, seconds = laid+plate.Runs*plate.Copies, seconds+float64(plate.Runs)*plate.Seconds
	}
	if laid != copies || math.Abs(seconds-now.Result.Seconds) > 1e-6*seconds || now.Price != nil && now.Price.Estimated {
		w.t.Errorf("of %d copies %d lie on plates that take %g s of %g: %+v", copies, laid, seconds, now.Result.Seconds, now)
	}
	return w.layersOf(ctx, c, p.ID, len(now.Plates))
}

// layersOf looks at the layers of one of a part's plates.
func (w *walk) layersOf(ctx context.Context, c *walkedCart, partID string, plate int) error {
	layers, err := w.Carts.PartLayers(ctx, c.who, partID, plate)
	if err != nil {
		return err
	}
	return drainedOnce(layers.Open(ctx))
}

// lookAtCart asks what a cart costs, and opens what there is of one of its parts.
func (w *walk) lookAtCart(ctx context.Context, c *walkedCart) error {
	if _, err := w.Carts.PriceFor(ctx, c.who, w.delivery()); err != nil {
		return err
	}
	p, found := some(w, w.Parts(c.id))
	if !found {
		return errNothing
	}
	mesh, err := w.Carts.PartMesh(ctx, c.who, p.ID)
	if err != nil {
		return err
	}
	if err := drainedOnce(mesh.Open(ctx)); err != nil {
		return err
	}
	if _, err := w.Carts.PartThumbnail(ctx, c.who, p.ID, cart.AsItLies); err != nil {
		return err
	}
	return w.layersOf(ctx, c, p.ID, 1+w.dice.IntN(2)) // mostly it has no second one
}
