package order

import (
	"context"
	"errors"

	"buildplate/app/billing"
	"buildplate/app/cart"
	"buildplate/app/client"
	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

// Checkout turns a cart into an order, once: repeated, it leads to the same order. The server prices again from its
// own slices. An order that cannot be paid at once takes payment "review": nothing is charged. Allow is asked once before
// anything is written, and not where what was asked cannot be an order; nil allows it.
//
// Errors: those of allow; Conflict with the price that holds now when the total is not the one the customer saw; Conflict when the cart
// is empty, still being worked on, or a file of it still arriving, and while too many from the same network wait; Invalid with the
// field; Unavailable when the shop takes no orders.
func (s *Service) Checkout(ctx context.Context, who shop.Actor, req CheckoutRequest, allow func() error) (CheckoutView, error) {
	if err := who.Must(shop.UseCart, shop.CartOf(who.CartID)); err != nil {
		return CheckoutView{}, err
	}
	o, err := s.place(ctx, request{
		cartID: who.CartID, source: shop.FromWeb, contact: req.Contact, delivery: req.Delivery, note: req.Note, payment: req.Payment, expected: req.ExpectedTotal,
		keepFiles: req.KeepFiles, termsVersion: req.TermsVersion, termsAccepted: req.TermsAccepted, who: shop.Visitor(who.CartID).From(who.Address), allow: allow,
	})
	if err != nil {
		return CheckoutView{}, err
	}
	v := CheckoutView{OrderNumber: o.Number}
	if v.OrderURL, err = s.accounts.NewOrderLink(ctx, o.ID); err != nil {
		return v, err
	}
	if o.Payment == shop.ByCard && o.Payable() {
		if v.PayURL, err = s.cards.PayByCard(ctx, o.Invoice.ID); err != nil {
			// The order stands: its page has the button to try again.
			s.log.WarnContext(ctx, "no card page at checkout", "order", o.Number, "err", err)
			err = nil
		}
	}
	return v, err
}

// request is what is asked for when an order is placed.
type request struct {
	cartID, source, note, reason string
	contact                      shop.Contact
	delivery                     shop.Delivery
	payment                      shop.PaymentMethod
	expected                     shop.Cents
	adjusted                     *shop.Cents
	termsVersion                 string
	termsAccepted                bool
	keepFiles                    bool
	who                          shop.Actor
	allow                        func() error // nil once asked
}

// mayWrite asks once whether the request may write.
func (r *request) mayWrite() error {
	allow := r.allow
	if r.allow = nil; allow == nil {
		return nil
	}
	return allow()
}

// place copies the files first and then writes everything in one transaction, in which it looks again whether
// the cart is the one whose files were copied. A cart is ordered by one request at a time, so that a double click does
// not copy its files twice. Copies that no row came to name after a crash are left to the sweep.
func (s *Service) place(ctx context.Context, req request) (*shop.Order, error) {
	unlock, err := s.ordering.Lock(ctx, req.cartID)
	if err != nil {
		return nil, err
	}
	defer unlock()
	for range 3 {
		o, err := s.orderOfCart(ctx, req.cartID)
		if err != nil {
			return nil, err
		}
		if o != nil {
			return o, req.mayWrite() // a link to it, and a page to pay on
		}
		s.carts.FinishWhole(ctx, req.cartID)
		ready, err := s.prepare(ctx, &req)
		if err != nil {
			return nil, err
		}
		if err := req.mayWrite(); err != nil {
			return nil, err
		}
		if err := s.copyFiles(ctx, ready); err != nil {
			s.discardCopies(ctx, ready)
			if (shop.IsKind(err, shop.NotFound) || shop.IsCode(err, "file_being_removed")) && s.changed(ctx, ready.cart) {
				continue // a part was taken out, and its file with it: look again
			}
			return nil, err
		}
		o, err = s.commitOrder(ctx, req, ready)
		switch {
		case errors.Is(err, cart.ErrChanged):
			s.discardCopies(ctx, ready) // nothing was written, so nothing names them
			continue                    // the cart changed, or was ordered by a process before this one: look again
		case err != nil:
			if k := shop.KindOf(err); k != shop.Internal && k != shop.Unavailable { // else it may have been written
				s.discardCopies(ctx, ready)
			}
			return nil, err
		}
		return o, nil
	}
	return nil, shop.Conflictf("cart_changing", "Your order is changing right now. Wait a moment and try again.")
}

func (s *Service) orderOfCart(ctx context.Context, cartID string) (o *shop.Order, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		o, err = tx.OrderByCart(ctx, cartID)
		return err
	})
	if shop.IsKind(err, shop.NotFound) {
		return nil, nil // not ordered is an answer
	}
	return o, err
}

// changed says whether a cart is not any more as it was.
func (s *Service) changed(ctx context.Context, was shop.Cart) (yes bool) {
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		c, err := tx.Cart(ctx, was.ID)
		yes = c.Version != was.Version
		return err
	})
	return err == nil && yes
}

// commitOrder writes the order in one transaction. Errors: cart.ErrChanged, also when it was ordered meanwhile.
func (s *Service) commitOrder(ctx context.Context, req request, d *prepared) (*shop.Order, error) {
	var o *shop.Order
	var stopped []db.Upload
	err := s.db.WriteDetached(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := tx.Cart(ctx, d.cart.ID)
		if err != nil {
			return err
		}
		var awaited []db.Upload
		if awaited, stopped, err = cart.Arriving(ctx, tx, c.ID); err != nil {
			return err
		}
		if c.Order != "" || c.Version != d.cart.Version || c.Replaces != d.cart.Replaces || len(awaited) > 0 {
			return cart.ErrChanged
		}
		if err := mayWait(ctx, tx, c, d.order.Source); err != nil { // others may have come first
			return err
		}
		if err := d.checkRefusedModels(ctx, tx, req.who); err != nil {
			return err
		}
		if err := client.AddGuest(ctx, tx, d.order.ClientID, d.order.Contact); err != nil {
			return err
		}
		if d.order.Number, err = tx.NextNumber(ctx, "order"); err != nil {
			return err
		}
		d.nameFiles(len(d.plates))
		d.order.TermsAt = tx.Now
		if err := tx.InsertOrder(ctx, d.order); err != nil {
			return err
		}
		for i, it := range d.items {
			if err := tx.InsertItem(ctx, it, i+1); err != nil {
				return err
			}
		}
		for _, p := range d.plates {
			if err := tx.InsertPlate(ctx, p); err != nil {
				return err
			}
		}
		if d.order.Review == shop.ReviewNone {
			if err := billing.Draft(ctx, tx, d.order, d.items, d.tax); err != nil {
				return err
			}
		}
		for _, f := range d.files {
			if err := tx.InsertBlob(ctx, f.blob); err != nil {
				return err
			}
			if err := tx.InsertOrderFile(ctx, f.row); err != nil {
				return err
			}
		}
		did := shop.ActivityParams{Order: d.order.Number, Amount: d.order.Price.Total, Currency: d.order.Currency}
		if req.adjusted != nil {
			did.Reason = req.reason
		}
		if d.order.Replaces != "" {
			before, err := tx.Order(ctx, d.order.Replaces)
			if err != nil {
				return err
			}
			did.Replaces = before.Number
		}
		for _, u := range stopped {
			did.LeftOut = append(did.LeftOut, u.Name)
			if err := tx.DeleteUpload(ctx, u.ID); err != nil {
				return err
			}
		}
		if err := tx.Log(ctx, req.who.Activity(shop.VerbOrderPlaced, d.order.ID, did)); err != nil {
			return err
		}
		if err := billing.ReleaseOnOrder(ctx, tx, d.order); err != nil {
			return err
		}
		if d.order.Payment.AtCounter() && d.order.Payable() {
			if err := s.billing.TakeDue(ctx, tx, req.who, d.order.Invoice, d.order.Payment, "at the counter"); err != nil {
				return err
			}
		}
		if o, err = tx.Order(ctx, d.order.ID); err != nil {
			return err
		}
		if err := s.carts.Ordered(ctx, tx, c.ID); err != nil {
			return err
		}
		if err := s.events.Emit(ctx, tx, event.OrderPlaced{ID: o.ID, Number: o.Number}); err != nil {
			return err
		}
		return s.events.Emit(ctx, tx, event.ClientChanged{ID: o.ClientID})
	})
	if err == nil {
		for _, u := range stopped {
			s.carts.DropStaging(ctx, u.ID)
		}
		s.slices.DropUnwanted()
	}
	return o, err
}
