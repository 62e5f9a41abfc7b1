package apptest

import (
	"context"
	"fmt"

	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer/slicertest/meshtest"
)

func (w *walk) remakeSteps() []step {
	uploads := []shop.Kind{shop.TooMany, shop.TooLarge}
	return []step{
		{"replace a model", 3, w.on(w.replaceModel), uploads},
		{"attach G-code", 3, w.on(w.attachGCode), uploads},
	}
}

// replaceModel puts a model in the place of what was ordered without one, mostly sliced on the item's choices, or on those that are made in their place.
func (w *walk) replaceModel(ctx context.Context, o order.StaffOrderView) error {
	who, it, err := w.remakable(ctx, o)
	if err != nil {
		return err
	}
	part, err := w.brings(ctx, who, "vase.stl", meshtest.BinarySTL(meshtest.Box(20, 20, float64(5+w.dice.IntN(4))+float64(w.refused)/1024)))
	if err != nil {
		return err
	}
	req := order.ReplaceModelRequest{Version: w.from(o.Version), PartID: part, Reprice: w.dice.IntN(3) == 0}
	c := it.Choices.Print()
	if w.dice.IntN(3) == 0 { // otherwise than it was ordered
		c.Quality = one(w, shop.QualityIDs...)
		req.Choices, req.Reason = &c, one(w, "The photo shows fine lettering.", "")
	}
	if w.dice.IntN(6) > 0 {
		like := shop.ChoicesPatch{MaterialID: &c.MaterialID, ColourID: &c.ColourID, Quality: &c.Quality, Infill: &c.Infill, Supports: &c.Supports}
		if w.dice.IntN(2) == 0 { // all copies, laid out anew
			like.Copies = &it.Copies
		}
		if _, err := w.Carts.PatchParts(ctx, who, 0, []string{part}, like); err != nil {
			return err
		}
		if err := w.sliced(ctx, &walkedCart{id: who.CartID}); err != nil {
			return err
		}
	}
	reviewed := false // it may be held, too, and not say so
	w.Read(func(ctx context.Context, tx *db.Tx) error {
		stored, err := tx.Order(ctx, o.ID)
		reviewed = err == nil && stored.Review == shop.ReviewRequested
		return err
	})
	now, err := w.Orders.ReplaceModel(ctx, who, o.ID, it.ID, req)
	if err == nil && !reviewed && !req.Reprice && now.Total != o.Total {
		w.t.Errorf("%s: a price that was agreed on was %s and is %s", o.Number, o.Total, now.Total)
	}
	return err
}

// attachGCode gives what was ordered without a model G-code, which mostly says how long it prints and what it weighs.
func (w *walk) attachGCode(ctx context.Context, o order.StaffOrderView) error {
	who, it, err := w.remakable(ctx, o)
	if err != nil {
		return err
	}
	text := one(w, ";FLAVOR:Marlin\n;TIME:2375\n;Filament used: 1.57025m\nG28\n", "G28\nG1 X1\n")
	part, err := w.brings(ctx, who, "vase.gcode", []byte(text))
	if err != nil {
		return err
	}
	req := order.AttachGCodeRequest{Version: w.from(o.Version), PartID: part}
	if minutes, grams := 90.0, 12.5; w.dice.IntN(2) == 0 {
		req.Minutes, req.Grams = &minutes, &grams
	}
	now, err := w.Orders.AttachGCode(ctx, who, o.ID, it.ID, req)
	if err == nil && (now.Total != o.Total || now.Paid != o.Paid) {
		w.t.Errorf("%s cost %s and costs %s", o.Number, o.Total, now.Total)
	}
	return err
}

// remakable is an item of the order that may be made another way, or now and then one that may not, and who would do it, with
// a cart of their own.
func (w *walk) remakable(ctx context.Context, o order.StaffOrderView) (who shop.Actor, it order.StaffItemView, err error) {
	var may []order.StaffItemView
	for _, it := range o.Items {
		if it.Remakable || w.dice.IntN(20) == 0 {
			may = append(may, it)
		}
	}
	it, found := some(w, may)
	if !found {
		return who, it, errNothing
	}
	who = w.anybody()
	who.CartID, _, err = w.Carts.BeginCart(ctx, "")
	return who, it, err
}

// brings uploads a file to a cart, and gives its part.
func (w *walk) brings(ctx context.Context, who shop.Actor, name string, file []byte) (partID string, err error) {
	id, err := w.Carts.CreateUpload(ctx, who, name, int64(len(file)))
	if err != nil {
		return "", err
	}
	c := &walkedCart{id: who.CartID, who: who, uploads: []walkedUpload{{id: id, file: file}}}
	for len(c.uploads) > 0 {
		if err := w.piece(ctx, c, 0); err != nil {
			return "", err
		}
	}
	parts := w.Parts(who.CartID)
	if len(parts) != 1 {
		return "", fmt.Errorf("%d parts of one file", len(parts))
	}
	return parts[0].ID, nil
}
