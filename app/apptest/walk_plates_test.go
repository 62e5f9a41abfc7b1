package apptest

import (
	"context"
	"math"
	"slices"

	"buildplate/app/cart"
	"buildplate/app/catalog"
	"buildplate/app/shop"
	"buildplate/db"
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

// addLine wants one more of a part's model, in another colour where there is one.
func (w *walk) addLine(ctx context.Context, c *walkedCart) error {
	v, err := w.Carts.Get(ctx, c.who)
	if err != nil {
		return err
	}
	p, found := some(w, v.Parts)
	if !found {
		return errNothing
	}
	req := cart.LineRequest{Version: v.Version}
	if colours := w.colours(p.Choices.MaterialID); len(colours) > 0 {
		colour := one(w, colours...)
		req.ColourID = &colour.ID
	}
	now, err := w.Carts.AddLine(ctx, c.who, p.ID, req)
	if err != nil {
		return err
	}
	if len(now.Parts) != len(v.Parts)+1 {
		w.t.Errorf("of %d parts one once more are %d", len(v.Parts), len(now.Parts))
	}
	return w.sliced(ctx, c)
}

// wantSets wants a cart twice.
func (w *walk) wantSets(ctx context.Context, c *walkedCart) error {
	before := w.Parts(c.id)
	if len(before) == 0 {
		return errNothing
	}
	twice := 2
	if _, err := w.Carts.PatchParts(ctx, c.who, 0, nil, shop.ChoicesPatch{Times: &twice}); err != nil {
		return err
	}
	for i, p := range w.Parts(c.id) {
		if p.Choices.Copies != 2*before[i].Choices.Copies {
			w.t.Errorf("twice %d copies are %d", before[i].Choices.Copies, p.Choices.Copies)
		}
	}
	return w.sliced(ctx, c)
}

// colours are those that a material is offered in now.
func (w *walk) colours(material string) (all []shop.Colour) {
	w.Read(func(ctx context.Context, tx *db.Tx) error {
		menu, err := catalog.Menu(ctx, tx)
		m, _ := menu.Material(material)
		all = m.Colours
		return err
	})
	return all
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
