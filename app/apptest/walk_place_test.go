package apptest

import (
	"context"
	"slices"

	"buildplate/app/order"
	"buildplate/app/shop"
)

func (w *walk) delivery() shop.Delivery {
	if w.dice.IntN(3) == 0 {
		return shop.Delivery{Method: shop.Ship, Line1: "1 George St", City: "Sydney", State: "NSW", Postcode: "2000"}
	}
	return shop.Delivery{Method: shop.Pickup}
}

// order makes an order of a cart, in one of the ways that there are, as a customer does or as staff do at the counter.
func (w *walk) order(ctx context.Context, c *walkedCart) error {
	if len(w.Parts(c.id)) == 0 {
		return errNothing
	}
	to := w.delivery()
	price, err := w.Carts.PriceFor(ctx, c.who, to)
	if err != nil {
		return err
	}
	total := price.Price.Total
	if w.dice.IntN(10) == 0 {
		total++ // what the page showed is not what it costs
	}
	if !c.who.Can(shop.TakeCounterOrder, shop.TheShop) {
		req := Order(one(w, shop.ByCard, shop.ByTransfer, shop.AtPickup, shop.ByReview), total)
		req.Delivery, req.TermsAccepted = to, w.dice.IntN(20) > 0
		if req.TermsVersion, err = w.agreed(ctx); err != nil {
			return err
		}
		v, err := w.Orders.Checkout(ctx, c.who, req, nil)
		if shop.IsCode(err, "review_needed") {
			req.Payment, req.ExpectedTotal = shop.ByReview, 0
			v, err = w.Orders.Checkout(ctx, c.who, req, nil)
		}
		if shop.IsCode(err, "file_refused") { // it will never be ordered
			c.token = ""
		}
		if err == nil {
			w.placed(c.id, v.OrderNumber)
		}
		return err
	}
	req := order.CounterOrderRequest{
		Contact: shop.Contact{Name: "Tom Baxter", Phone: "02 5550 9876"}, Delivery: to, ExpectedTotal: total,
		Payment: one(w, shop.ByCash, shop.ByTerminal, shop.ByTransfer, shop.AtPickup, shop.ByReview),
	}
	if w.dice.IntN(2) == 0 {
		adjusted := price.Price.Total * shop.Cents(80+w.dice.IntN(30)) / 100 / 5 * 5
		req.AdjustedTotal, req.Reason = &adjusted, one(w, "a regular", "a regular", "")
	}
	v, err := w.Orders.TakeCounterOrder(ctx, c.who, req)
	if shop.IsCode(err, "review_needed") {
		req.Payment, req.AdjustedTotal = shop.ByReview, nil
		v, err = w.Orders.TakeCounterOrder(ctx, c.who, req)
	}
	if err == nil {
		w.placed(c.id, v.OrderNumber)
	}
	return err
}

// takeBack has a customer take their order back, mostly into a cart of a browser that has none yet, and goes on there.
func (w *walk) takeBack(ctx context.Context, o order.StaffOrderView) error {
	c := walkedCart{id: shop.NewID(), token: shop.NewToken()}
	who := shop.Guest(o.ID).BeginningCart(c.id, shop.NewCart{TokenHash: shop.HashToken(c.token), Address: one(w, "", "203.0.113.7")})
	if other, found := some(w, w.carts); found && w.dice.IntN(4) == 0 {
		if _, _, err := w.Carts.FindCart(ctx, other.token); err != nil {
			return errNothing
		}
		c = other
		who = shop.Guest(o.ID).WithCart(c.id)
	}
	page, err := w.Orders.CustomerOrder(ctx, shop.Guest(o.ID), "/order")
	if err != nil {
		return err
	}
	v, err := w.Orders.TakeBack(ctx, who)
	if err != nil {
		return err
	}
	if !page.Editable && !page.TakenBack || len(v.LeftOut) >= len(o.Items) {
		w.t.Errorf("%s was taken back: %+v", o.Number, v)
	}
	w.carts = slices.DeleteFunc(w.carts, func(other walkedCart) bool { return other.token == c.token })
	if c.id, _, err = w.Carts.FindCart(ctx, c.token); err != nil {
		return err
	}
	c.who, c.uploads = shop.Visitor(c.id), nil
	w.carts = append(w.carts, c)
	return nil
}
