package apptest

import "context"

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
	if _, err := w.Carts.PartThumbnail(ctx, c.who, p.ID); err != nil {
		return err
	}
	layers, err := w.Carts.PartLayers(ctx, c.who, p.ID)
	if err != nil {
		return err
	}
	return drainedOnce(layers.Open(ctx))
}
