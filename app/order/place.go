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
// own slices. An order that cannot be paid at once takes payment "review": nothing is charged.
//
// Errors: *TotalMoved when the total is not the one the customer saw; Invalid with the field; Conflict when the cart
// is empty, still being worked on, or a file of it still arriving; Unavailable when the shop takes no orders.
func (s *Service) Checkout(ctx context.Context, who shop.Actor, req CheckoutRequest) (CheckoutView, error) {
	if err := who.Must(shop.UseCart, shop.CartOf(who.CartID)); err != nil {
		return CheckoutView{}, err
	}
	inv, err := s.place(ctx, request{
		cartID: who.CartID, source: "web", contact: req.Contact, delivery: req.Delivery, note: req.Note, payment: req.Payment, expected: req.ExpectedTotal,
		termsVersion: req.TermsVersion, termsAccepted: req.TermsAccepted, who: shop.Visitor(who.CartID),
	})
	if err != nil {
		return CheckoutView{}, err
	}
	v := CheckoutView{OrderNumber: inv.OrderNumber}
	if v.OrderURL, err = s.accounts.NewOrderLink(ctx, inv.ID); err != nil {
		return v, err
	}
	if inv.Payment == shop.ByCard && inv.Payable() {
		if v.PayURL, err = s.cards.PayByCard(ctx, inv.ID); err != nil {
			// The order stands: its page has the button to try again.
			s.log.WarnContext(ctx, "no card page at checkout", "order", inv.OrderNumber, "err", err)
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
	who                          shop.Actor
}

// errCartChanged means that a cart changed between the copying of its files and the transaction: look again.
var errCartChanged = errors.New("the cart changed meanwhile")

// place copies the files first and then writes everything in one transaction, in which it looks again whether
// the cart is the one whose files were copied. A cart is ordered by one request at a time, so that a double click does
// not copy its files twice. Copies that no row came to name after a crash are left to the sweep.
func (s *Service) place(ctx context.Context, o request) (*shop.Invoice, error) {
	unlock, err := s.ordering.Lock(ctx, o.cartID)
	if err != nil {
		return nil, err
	}
	defer unlock()
	for range 3 {
		inv, err := s.orderOfCart(ctx, o.cartID)
		if inv != nil || err != nil {
			return inv, err
		}
		s.carts.FinishWhole(ctx, o.cartID)
		ready, err := s.prepare(ctx, &o)
		if err != nil {
			return nil, err
		}
		if err := s.copyFiles(ctx, ready); err != nil {
			s.discardCopies(ready)
			return nil, err
		}
		inv, err = s.commitOrder(ctx, o, ready)
		switch {
		case errors.Is(err, errCartChanged):
			s.discardCopies(ready) // nothing was written, so nothing names them
			continue               // the cart changed, or was ordered by a process before this one: look again
		case err != nil:
			if k := shop.KindOf(err); k != shop.Internal && k != shop.Unavailable { // else it may have been written
				s.discardCopies(ready)
			}
			return nil, err
		}
		return inv, nil
	}
	return nil, shop.Conflictf("cart_changing", "Your order is changing right now. Wait a moment and try again.")
}

func (s *Service) orderOfCart(ctx context.Context, cartID string) (inv *shop.Invoice, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		inv, err = tx.InvoiceByCart(ctx, cartID)
		return err
	})
	if shop.IsKind(err, shop.NotFound) {
		return nil, nil // not ordered is an answer
	}
	return inv, err
}

// commitOrder writes the order in one transaction. Errors: errCartChanged, also when it was ordered meanwhile.
func (s *Service) commitOrder(ctx context.Context, o request, d *prepared) (*shop.Invoice, error) {
	var inv *shop.Invoice
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
		if c.Order != "" || c.Version != d.cart.Version || len(awaited) > 0 {
			return errCartChanged
		}
		if err := client.AddGuest(ctx, tx, d.inv.ClientID, d.inv.Contact); err != nil {
			return err
		}
		if d.inv.OrderNumber, err = tx.NextNumber(ctx, "order"); err != nil {
			return err
		}
		d.inv.TermsAt = tx.Now
		if err := tx.InsertInvoice(ctx, d.inv); err != nil {
			return err
		}
		for i, it := range d.items {
			if err := tx.InsertItem(ctx, it, i+1); err != nil {
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
		act := o.who.Activity(d.inv.ID, "")
		act.Message = "Placed order " + d.inv.OrderNumber + " for " + d.inv.Price.Total.In(d.inv.Currency) + "."
		if o.adjusted != nil {
			act.Message += " Price set by hand: " + o.reason
		}
		for _, u := range stopped {
			act.Message += " " + u.Name + " was left out: its upload had stopped."
			if err := tx.DeleteUpload(ctx, u.ID); err != nil {
				return err
			}
		}
		if err := tx.Log(ctx, act); err != nil {
			return err
		}
		if err := billing.ReleaseOnOrder(ctx, tx, d.inv); err != nil {
			return err
		}
		if inv, err = tx.Invoice(ctx, d.inv.ID); err != nil {
			return err
		}
		if err := s.events.Emit(ctx, tx, event.CartChanged{ID: c.ID}); err != nil {
			return err
		}
		return s.events.Emit(ctx, tx, event.OrderPlaced{ID: inv.ID, Number: inv.OrderNumber})
	})
	if err == nil {
		for _, u := range stopped {
			s.carts.DropStaging(ctx, u.ID)
		}
	}
	return inv, err
}
