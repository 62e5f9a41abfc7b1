package order

import (
	"context"
	"errors"
	"strings"

	"buildplate/app/shop"
)

// TakeCounterOrder places a counter order, one that staff type in for a customer, from the cart in their own browser.
// Cash is taken and released in the same transaction; an order over nothing is placed, and waits to be released.
// Errors: as Checkout; Invalid for a changed total without a reason, or one that no coins pay.
func (s *Service) TakeCounterOrder(ctx context.Context, who shop.Actor, req CounterOrderRequest) (PlacedView, error) {
	if err := errors.Join(who.Must(shop.TakeCounterOrder, shop.TheShop), who.Must(shop.TakePayment, shop.TheShop), who.Must(shop.UseCart, shop.CartOf(who.CartID))); err != nil {
		return PlacedView{}, err
	}
	if req.AdjustedTotal != nil && strings.TrimSpace(req.Reason) == "" {
		return PlacedView{}, shop.Invalidf("reason_missing", "reason", "Say why the price is changed.")
	}
	o, err := s.place(ctx, request{
		cartID: who.CartID, source: shop.FromStaff, contact: req.Contact, delivery: req.Delivery, note: req.Note, payment: req.Payment, expected: req.ExpectedTotal,
		adjusted: req.AdjustedTotal, reason: req.Reason, termsAccepted: true, who: who,
	})
	if err != nil {
		return PlacedView{}, err
	}
	url, err := s.accounts.NewOrderLink(ctx, o.ID)
	return PlacedView{OrderID: o.ID, OrderNumber: o.Number, OrderURL: url}, err
}
