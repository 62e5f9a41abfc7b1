package apptest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"buildplate/app/cart"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer/slicertest/meshtest"
)

// walkedCart is a cart that was not ordered yet. At the counter it is in the browser of somebody who works here.
type walkedCart struct {
	id, token string
	who       shop.Actor
	uploads   []walkedUpload
}

// walkedUpload is an upload that has not wholly come.
type walkedUpload struct {
	id   string
	file []byte
	sent int
}

func (w *walk) cartSteps() []step {
	uploads := []shop.Kind{shop.TooMany, shop.TooLarge}
	return []step{
		{"begin a cart", 6, w.beginCart, nil},
		{"send a file", 20, w.in(w.send), uploads},
		{"send the mesh of a STEP file", 3, w.in(w.sendMesh), uploads},
		{"send a link", 2, w.in(w.sendLink), uploads},
		{"go on with a file", 4, w.in(w.goOn), uploads},
		{"break a file off", 1, w.in(w.abort), nil},
		{"choose for parts", 14, w.in(w.chooseParts), nil},
		{"turn a part", 6, w.in(w.turnPart), nil},
		{"compare how a part may lie", 6, w.in(w.comparePoses), nil},
		{"have many copies laid out", 3, w.in(w.layManyOut), nil},
		{"want a part once more", 3, w.in(w.addLine), nil},
		{"want several sets", 1, w.in(w.wantSets), nil},
		{"take a part out", 2, w.in(w.takeOut), nil},
		{"slice again", 3, w.in(w.sliceAgain), nil},
		{"look at a cart", 4, w.in(w.lookAtCart), nil},
		{"order", 16, w.in(w.order), nil},
		{"clear an upload", 1, w.clearUpload, nil},
		{"clear carts", 1, w.clearCarts, nil},
		{"accept a refused model again", 1, w.acceptModel, nil},
	}
}

// in is an act in one of the carts, where there is something to do it to.
func (w *walk) in(act func(context.Context, *walkedCart) error) func(context.Context) error {
	return func(ctx context.Context) error {
		for range 4 {
			if len(w.carts) == 0 {
				break
			}
			at := w.dice.IntN(len(w.carts))
			c := &w.carts[at]
			found, ordered, err := w.Carts.FindCart(ctx, c.token)
			if shop.IsKind(err, shop.NotFound) || ordered { // it was swept, or ordered
				w.carts = slices.Delete(w.carts, at, at+1)
				continue
			}
			if err == nil && found != c.id {
				w.t.Errorf("the token of %s opens %s", c.id, found)
			}
			if err := errors.Join(err, act(ctx, c)); !errors.Is(err, errNothing) {
				return err
			}
		}
		return errNothing
	}
}

func (w *walk) beginCart(ctx context.Context) error {
	if len(w.carts) > 8 {
		return errNothing
	}
	id, token, err := w.Carts.BeginCart(ctx, one(w, "", "203.0.113.7"))
	c := walkedCart{id: id, token: token, who: shop.Visitor(id)}
	if w.dice.IntN(3) == 0 {
		c.who = w.anybody()
		c.who.CartID = id
	}
	w.carts = append(w.carts, c)
	return err
}

// model is a file to send: mostly one that can be printed.
func (w *walk) model() (name string, file []byte) {
	block := meshtest.Box(20, 20, float64(5+w.dice.IntN(4))+float64(w.refused)/1024)
	switch w.dice.IntN(12) {
	case 0, 1:
		return "sketch.jpg", fmt.Appendf(nil, "\xff\xd8\xff\xe0 photo %d", w.refused)
	case 2:
		return "broken.stl", []byte("solid nothing at all")
	case 3:
		return "inches.stl", meshtest.BinarySTL(meshtest.Box(2, 1, 0.5+float64(w.refused)/1024))
	case 4:
		return "leaky.stl", meshtest.BinarySTL(block.Without(2, 4))
	case 6:
		return "block.step", fmt.Appendf(nil, "ISO-10303-21; of a block %d", w.refused)
	case 8: // it is better printed lying
		return "t.stl", meshtest.BinarySTL(meshtest.TBracket().Each(func(p meshtest.Point) meshtest.Point {
			return meshtest.Point{p[0], p[1], p[2] + float64(w.refused)/1024*p[2]}
		}))
	case 7: // four of them fill a bed
		return "wide.stl", meshtest.BinarySTL(meshtest.Box(90, 90, float64(5+w.dice.IntN(4))+float64(w.refused)/1024))
	case 5:
		return "two.zip", meshtest.ZIP(meshtest.File{Name: "a.stl", Data: meshtest.BinarySTL(block)}, meshtest.File{Name: "b.obj", Data: meshtest.OBJ(block)})
	}
	return "block.stl", meshtest.BinarySTL(block)
}

func (w *walk) send(ctx context.Context, c *walkedCart) error {
	name, file := w.model()
	id, err := w.Carts.CreateUpload(ctx, c.who, name, int64(len(file)))
	if err != nil {
		return err
	}
	c.uploads = append(c.uploads, walkedUpload{id: id, file: file})
	if w.dice.IntN(8) == 0 {
		return nil
	}
	return w.piece(ctx, c, len(c.uploads)-1)
}

// sendLink gives a link in the place of a file.
func (w *walk) sendLink(ctx context.Context, c *walkedCart) error {
	_, err := w.Carts.AddLink(ctx, c.who, one(w, fmt.Sprintf("example.com/vase/%d", w.refused), "not a link"))
	return err
}

// piece sends more of a file: mostly all the rest of it.
func (w *walk) piece(ctx context.Context, c *walkedCart, at int) error {
	u := &c.uploads[at]
	n := len(u.file) - u.sent
	if n > 1 && w.dice.IntN(6) == 0 {
		n = 1 + w.dice.IntN(n-1)
	}
	offset, err := w.Carts.AppendUpload(ctx, c.who, u.id, int64(u.sent), bytes.NewReader(u.file[u.sent:u.sent+n]))
	if err == nil && offset != int64(u.sent+n) {
		w.t.Errorf("%d bytes after %d are %d", n, u.sent, offset)
	}
	if u.sent += n; err != nil || u.sent == len(u.file) {
		c.uploads = slices.Delete(c.uploads, at, at+1)
	}
	if err != nil {
		return err
	}
	return w.sliced(ctx, c)
}

// sliced does what the shop does by itself with a cart's parts.
func (w *walk) sliced(ctx context.Context, c *walkedCart) error {
	w.Inspect(c.id)
	if err := w.Carts.Slice(ctx, c.id); err != nil {
		return err
	}
	if len(w.Parts(c.id)) > 0 {
		w.AwaitSliced(c.id)
	}
	return nil
}

func (w *walk) goOn(ctx context.Context, c *walkedCart) error {
	if len(c.uploads) == 0 {
		return errNothing
	}
	at := w.dice.IntN(len(c.uploads))
	u := c.uploads[at]
	v, err := w.Carts.Upload(ctx, c.who, u.id)
	if err != nil { // it was given up meanwhile
		c.uploads = slices.Delete(c.uploads, at, at+1)
		return err
	}
	if v.Offset != int64(u.sent) {
		w.t.Errorf("%d bytes were sent, and %d are here", u.sent, v.Offset)
	}
	return w.piece(ctx, c, at)
}

func (w *walk) abort(ctx context.Context, c *walkedCart) error {
	if len(c.uploads) == 0 {
		return errNothing
	}
	at := w.dice.IntN(len(c.uploads))
	id := c.uploads[at].id
	c.uploads = slices.Delete(c.uploads, at, at+1)
	return w.Carts.AbortUpload(ctx, c.who, id)
}

// clearUpload gives up an upload under way, as staff do.
func (w *walk) clearUpload(ctx context.Context) error {
	open, err := w.Carts.OpenUploads(ctx, w.anybody(), "")
	if err != nil {
		return err
	}
	u, found := some(w, open.Uploads)
	if !found {
		return errNothing
	}
	return w.Carts.ClearUpload(ctx, w.anybody(), u.ID)
}

// clearCarts empties what waits unordered from an address, now and then: it takes away what the walk would order.
func (w *walk) clearCarts(ctx context.Context) error {
	all, err := w.Carts.WaitingCarts(ctx, w.anybody(), "")
	if err != nil {
		return err
	}
	from, found := some(w, all.Carts)
	if !found || w.dice.IntN(4) > 0 {
		return errNothing
	}
	got, err := w.Carts.ClearCarts(ctx, w.anybody(), from.Address)
	if err == nil && got.Carts < from.Carts {
		w.t.Errorf("of %d carts %d were emptied", from.Carts, got.Carts)
	}
	return err
}

// acceptModel lets a model be sent again that was refused with its orders, as an admin does: none of what was lifted stays refused.
func (w *walk) acceptModel(ctx context.Context) error {
	all, err := w.Carts.RefusedModels(ctx, w.anybody(), "")
	if err != nil {
		return err
	}
	refusal, found := some(w, all.Files)
	if !found {
		return errNothing
	}
	who := w.anybody()
	with, err := w.Carts.RefusedWith(ctx, who, refusal.SHA256)
	if err != nil {
		return err
	}
	if err := w.Carts.AcceptModel(ctx, who, refusal.SHA256, w.from(with.Count)); err != nil {
		return err
	}
	w.Read(func(ctx context.Context, tx *db.Tx) error {
		for _, lifted := range with.Refusals {
			if refused, err := tx.FileRefused(ctx, lifted.SHA256); err != nil || refused {
				w.t.Errorf("%s of %s is refused still: %v", lifted.Name, lifted.OrderNumber, err)
			}
		}
		return nil
	})
	return nil
}

// patch is a change of some of what can be chosen.
func (w *walk) patch() (p shop.ChoicesPatch) {
	maybe := func() bool { return w.dice.IntN(4) == 0 }
	if copies := w.dice.IntN(6); maybe() { // none is refused
		p.Copies = &copies
	}
	if infill := one(w, 0, 15, 40, 100, 120); maybe() {
		p.Infill = &infill
	}
	if quality := one(w, shop.QualityIDs...); maybe() {
		p.Quality = &quality
	}
	if supports := one(w, shop.SupportsAuto, shop.SupportsOn, shop.SupportsOff); maybe() {
		p.Supports = &supports
	}
	if anyway := w.dice.IntN(3) > 0; maybe() { // refused of what is no model
		p.PrintAnyway = &anyway
	}
	if unit := one(w, shop.Millimetre, shop.Millimetre, shop.Inch); maybe() {
		p.Unit = &unit
	}
	return p
}

func (w *walk) chooseParts(ctx context.Context, c *walkedCart) error {
	v, err := w.Carts.Get(ctx, c.who)
	if err != nil {
		return err
	}
	p, found := some(w, v.Parts)
	if !found {
		return errNothing
	}
	ids := one(w, nil, []string{p.ID})
	change := w.patch()
	if p.State == cart.ShownState(shop.PartNeedsUnits) {
		unit := one(w, shop.Millimetre, shop.Inch)
		ids, change.Unit = []string{p.ID}, &unit
	}
	now, err := w.Carts.PatchParts(ctx, c.who, v.Version, ids, change)
	if err != nil {
		return err
	}
	if now.Version <= v.Version {
		w.t.Errorf("version %d became %d", v.Version, now.Version)
	}
	if before := v.Version - 1; before > 0 && change.Copies != nil && *change.Copies != p.Choices.Copies {
		if _, err := w.Carts.PatchParts(ctx, c.who, before, []string{p.ID}, change); !shop.IsCode(err, "changed_meanwhile") {
			w.t.Errorf("from before that: %v", err)
		}
	}
	return w.sliced(ctx, c)
}

func (w *walk) takeOut(ctx context.Context, c *walkedCart) error {
	p, found := some(w, w.Parts(c.id))
	if !found {
		return errNothing
	}
	_, err := w.Carts.DeletePart(ctx, c.who, 0, p.ID)
	return err
}

func (w *walk) sliceAgain(ctx context.Context, c *walkedCart) error {
	failed := slices.DeleteFunc(w.Parts(c.id), func(p shop.Part) bool { return p.State != shop.PartFailed })
	p, found := some(w, failed)
	if !found {
		return errNothing
	}
	if _, err := w.Carts.RetrySlices(ctx, c.who, one(w, nil, []string{p.ID})); err != nil {
		return err
	}
	return w.sliced(ctx, c)
}
