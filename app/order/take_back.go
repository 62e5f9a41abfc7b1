package order

import (
	"context"
	"errors"
	"slices"
	"time"

	"buildplate/app/cart"
	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

// reopenFor is how long a cart with the parts of an order that was taken back can be opened by the order's link, where the browser that
// took it back never heard of it.
const reopenFor = time.Hour

// errTakenBack means that the order was taken back before.
var errTakenBack = errors.New("the order was taken back before")

// TakeBack lets the holder of an order's link change it: it is cancelled, and its parts come back into the cart of their browser as they
// were chosen, all in one transaction. A payment page that is open is closed first; a payment that came meanwhile is kept, and the
// order with it. Asked again, it leads to the same cart.
// Errors: NotFound; Conflict where something is begun, money came, a bank decides on a payment, other parts are in the cart, or nothing
// could come back; those of what has no room; Unavailable when Stripe does not answer.
func (s *Service) TakeBack(ctx context.Context, who shop.Actor) (v TakenBackView, err error) {
	if err := errors.Join(who.Must(shop.TakeBackOrder, shop.OrderOf(who.OrderID)), who.Must(shop.UseCart, shop.CartOf(who.CartID))); err != nil {
		return v, err
	}
	may := func(ctx context.Context, tx *db.Tx, o *shop.Order) error {
		if err := mayTakeBack(ctx, tx, o); err != nil {
			return err
		}
		return s.carts.Vacant(ctx, tx, who)
	}
	err = s.cards.WithoutCheckout(ctx, who.OrderID, may, func() (err error) {
		for range 3 {
			if v, err = s.takeBack(ctx, who); !errors.Is(err, cart.ErrChanged) {
				return err
			}
		}
		return shop.Conflictf("order_changing", "This order is changing right now. Wait a moment and try again.")
	})
	if errors.Is(err, errTakenBack) {
		return TakenBackView{LeftOut: []string{}}, s.reopen(ctx, who)
	}
	if err != nil {
		return v, err
	}
	if err := s.carts.Returned(ctx, who.CartID); err != nil { // they are in the cart, and are looked at again by themselves
		s.log.WarnContext(ctx, "parts that came back are not sliced yet", "cart", who.CartID, "err", err)
	}
	return v, nil
}

// mayTakeBack is the allowance to take an order back: no money came for it, unapplied payments included.
func mayTakeBack(ctx context.Context, tx *db.Tx, o *shop.Order) error {
	if o.TakenBack() {
		return errTakenBack
	}
	if err := o.CanTakeBack(); err != nil {
		return err
	}
	money, err := tx.PaymentsOf(ctx, o.ID)
	if err != nil {
		return err
	}
	if len(money) > 0 {
		return shop.Conflictf("order_has_payment", "Order %s was paid or invoiced already, so it stays as it is. Tell us what you would like to change.", o.Number)
	}
	files, err := tx.OrderFiles(ctx, o.ID)
	if err != nil {
		return err
	}
	return o.NotWorkedOn(files)
}

// takeBack copies the order's files first and then writes everything in one transaction, in which it looks again whether the order is the
// one whose files were copied. Copies that no row came to name after a crash are left to the sweep. Errors: cart.ErrChanged.
func (s *Service) takeBack(ctx context.Context, who shop.Actor) (v TakenBackView, err error) {
	v.LeftOut = []string{}
	var version int
	var all []cart.Returning
	var gone []string // names of parts
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		o, err := tx.Order(ctx, who.OrderID)
		if err != nil {
			return err
		}
		version = o.Version
		all, gone, v.LeftOut, err = returning(ctx, tx, o)
		return err
	})
	if err != nil {
		return v, err
	}
	back, missing, err := s.carts.CopyBack(ctx, who.CartID, all)
	if err != nil {
		return v, err
	}
	for _, name := range missing {
		v.LeftOut = append(v.LeftOut, notHere(name))
	}
	if len(back) == 0 {
		return v, shop.Conflictf("nothing_to_take_back", "The files of this order are no longer here, so it cannot be changed. Tell us what you would like instead.")
	}
	err = s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		o, err := tx.Order(ctx, who.OrderID)
		if err != nil {
			return shop.IfNotFound(err, "order_not_found", "There is no such order.")
		}
		if err := mayTakeBack(ctx, tx, o); err != nil {
			return err
		}
		if o.Version != version {
			return cart.ErrChanged
		}
		if err := s.carts.Return(ctx, tx, who, o.ID, back); err != nil {
			return err
		}
		reason, err := o.TakeBack(tx.Now)
		if err != nil {
			return err
		}
		if _, err := s.stop(ctx, tx, who, o, reason); err != nil {
			return err
		}
		if err := s.dropTakenBack(ctx, tx, o.ID); err != nil {
			return err
		}
		did := shop.ActivityParams{Order: o.Number, LeftOut: append(gone, missing...)}
		if err := tx.Log(ctx, who.Activity(shop.VerbOrderTakenBack, o.ID, did)); err != nil {
			return err
		}
		return s.events.Emit(ctx, tx, event.OrderChanged{ID: o.ID})
	})
	if k := shop.KindOf(err); errors.Is(err, cart.ErrChanged) || errors.Is(err, errTakenBack) || err != nil && k != shop.Internal && k != shop.Unavailable { // else it may have been written
		s.carts.DiscardBack(ctx, back)
	}
	return v, err
}

// returning lists the items of an order that can come back, with their files; gone are the names of the others, and why says of each why
// it cannot.
func returning(ctx context.Context, tx *db.Tx, o *shop.Order) (all []cart.Returning, gone, why []string, err error) {
	why = []string{}
	items, err := tx.Items(ctx, o.ID)
	if err != nil {
		return nil, nil, nil, err
	}
	files, err := tx.OrderFiles(ctx, o.ID)
	if err != nil {
		return nil, nil, nil, err
	}
	set, err := tx.Settings(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	for _, it := range items {
		if reason, out := o.Price.LeftOut(it.ID); out {
			gone, why = append(gone, it.Name), append(why, "We do not make "+it.Name+": "+reason)
			continue
		}
		raw, mesh := cameWith(it, files)
		refused := false
		for _, f := range []*shop.OrderFile{raw, mesh} {
			if f != nil && !refused {
				if refused, err = tx.FileRefused(ctx, f.SHA256); err != nil {
					return nil, nil, nil, err
				}
			}
		}
		switch {
		case refused:
			gone, why = append(gone, it.Name), append(why, set.DoesNotPrint(it.Name))
			continue
		case raw == nil || mesh == nil && it.Kind == shop.KindModel && it.GCodeHash != "":
			gone, why = append(gone, it.Name), append(why, notHere(it.Name))
			continue
		}
		r := cart.Returning{Item: it}
		if r.Raw, err = tx.Blob(ctx, raw.BlobID); err != nil {
			return nil, nil, nil, err
		}
		r.Raw.Name = raw.Name
		if mesh != nil {
			if r.Mesh, err = tx.Blob(ctx, mesh.BlobID); err != nil {
				return nil, nil, nil, err
			}
		}
		all = append(all, r)
	}
	return all, gone, why, nil
}

// dropTakenBack deletes the files of an order that was taken back: what could come back is in the cart, and what could not nobody asks
// for any more.
func (s *Service) dropTakenBack(ctx context.Context, tx *db.Tx, orderID string) error {
	files, err := tx.OrderFiles(ctx, orderID)
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := s.drop(ctx, tx, f, shop.DeletedTakenBack, tx.Now); err != nil {
			return err
		}
	}
	return nil
}

// cameWith are the file that an item came with, which it may share with others of its archive, and the mesh that was read from it; nil where
// it is not here.
func cameWith(it shop.Item, files []shop.OrderFile) (raw, mesh *shop.OrderFile) {
	if at := slices.IndexFunc(files, func(f shop.OrderFile) bool { return f.ItemID == it.ID && f.Kind == "mesh" }); at >= 0 {
		mesh = &files[at]
	}
	at := slices.IndexFunc(files, func(f shop.OrderFile) bool { return f.ItemID == it.ID && sentKind(f.Kind) })
	if at < 0 && mesh != nil {
		at = slices.IndexFunc(files, func(f shop.OrderFile) bool { return sentKind(f.Kind) && f.SHA256 == mesh.Sent })
	}
	if at >= 0 {
		raw = &files[at]
	}
	return raw, mesh
}

// notHere says why a part does not come back.
func notHere(name string) string {
	return "The file of " + name + " is no longer here. Upload it again."
}

// reopen leads to the cart with the parts of an order that was taken back before. Errors: Conflict where nobody can go there any more, or
// other parts are in the cart.
func (s *Service) reopen(ctx context.Context, who shop.Actor) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		o, err := tx.Order(ctx, who.OrderID)
		if err != nil {
			return shop.IfNotFound(err, "order_not_found", "There is no such order.")
		}
		c, err := tx.CartReplacing(ctx, o.ID)
		switch {
		case shop.IsKind(err, shop.NotFound):
			return shop.Conflictf("order_taken_back", "You took order %s back, and its parts are no longer in a cart. Upload your files again.", o.Number)
		case err != nil:
			return err
		case c.Order != "":
			return shop.Conflictf("order_taken_back", "You took order %s back, changed it and ordered again.", o.Number)
		}
		if c.ID == who.CartID {
			return nil
		}
		untouched, err := s.carts.Untouched(ctx, tx, c.ID, o.Closed)
		if err != nil {
			return err
		}
		if !untouched || tx.Now > o.Closed.Add(reopenFor) {
			return shop.Conflictf("order_taken_back", "You took order %s back. Its parts are in the cart of the browser in which you did that.", o.Number)
		}
		return s.carts.Reopen(ctx, tx, who, c.ID)
	})
}

// editable says whether the order's customer may take it back now.
func (f orderFacts) editable() bool {
	return f.order.CanTakeBack() == nil && f.order.NotWorkedOn(f.files) == nil && !f.money && !f.coming && len(f.files) > 0
}

// replacements are the orders before and after one that its customer changed into another; nil where there is none.
func replacements(ctx context.Context, tx *db.Tx, o *shop.Order) (before, after *OrderRefView, err error) {
	if o.Replaces != "" {
		was, err := tx.Order(ctx, o.Replaces)
		if err != nil {
			return nil, nil, err
		}
		before = &OrderRefView{ID: was.ID, Number: was.Number}
	}
	if !o.TakenBack() {
		return before, nil, nil
	}
	now, err := tx.OrderReplacing(ctx, o.ID)
	if shop.IsKind(err, shop.NotFound) {
		return before, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	return before, &OrderRefView{ID: now.ID, Number: now.Number}, nil
}

// number is that of the order; "" where there is none.
func (r *OrderRefView) number() string {
	if r == nil {
		return ""
	}
	return r.Number
}
