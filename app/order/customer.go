package order

import (
	"context"

	"buildplate/app/billing"
	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
)

// CustomerOrder is what the holder of a link sees; link is where the API has it, for the addresses in it.
// Errors: NotFound.
func (s *Service) CustomerOrder(ctx context.Context, who shop.Actor, link string) (CustomerOrderView, error) {
	if err := who.Must(shop.SeeOrder, shop.OrderOf(who.OrderID)); err != nil {
		return CustomerOrderView{}, err
	}
	var f orderFacts
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		o, err := tx.Order(ctx, who.OrderID)
		if err != nil {
			return err
		}
		f, err = s.orderFacts(ctx, tx, o)
		return err
	})
	if err != nil {
		return CustomerOrderView{}, err
	}
	return f.customerView(link + "/items/"), nil
}

// PayOrder lets the holder of a link choose how to pay. Errors: NotFound; Conflict when nothing is to be paid;
// Invalid for a way this order cannot be paid; as PayByCard.
func (s *Service) PayOrder(ctx context.Context, who shop.Actor, link, method string) (PayView, error) {
	if err := who.Must(shop.PayOrder, shop.OrderOf(who.OrderID)); err != nil {
		return PayView{}, err
	}
	var f orderFacts
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		o, err := tx.Order(ctx, who.OrderID)
		if err != nil {
			return err
		}
		if f, err = s.orderFacts(ctx, tx, o); err != nil {
			return err
		}
		if err := o.CheckModel(); err != nil {
			return err
		}
		if !o.Payable() {
			return shop.Conflictf("nothing_due", "There is nothing to pay on this order.")
		}
		allowed := false
		for _, m := range f.payMethods() {
			allowed = allowed || string(m) == method
		}
		if !allowed {
			return shop.Invalidf("method_not_offered", "method", "This order cannot be paid that way. Choose another.")
		}
		if string(o.Payment) == method {
			return nil
		}
		o.Payment = shop.PaymentMethod(method)
		if err := tx.SaveOrder(ctx, o, ""); err != nil {
			return err
		}
		if err := tx.Log(ctx, who.Activity(shop.VerbMethodChosen, o.ID, shop.ActivityParams{Method: o.Payment})); err != nil {
			return err
		}
		if err := billing.ReleaseOnOrder(ctx, tx, o); err != nil {
			return err
		}
		return s.events.Emit(ctx, tx, event.OrderChanged{ID: o.ID})
	})
	if err != nil {
		return PayView{}, err
	}
	var v PayView
	if method == string(shop.ByCard) {
		if v.PayURL, err = s.cards.PayByCard(ctx, f.order.Invoice.ID); err != nil {
			return v, err
		}
	}
	v.Order, err = s.CustomerOrder(ctx, who, link)
	return v, err
}

// ReturnFromCheckout tells a customer who comes back from the card page how the payment stands, and settles it if
// Stripe's event is late. The order's link is given only to the browser that ordered. Errors: NotFound.
func (s *Service) ReturnFromCheckout(ctx context.Context, who shop.Actor, intentID string) (ReturnView, error) {
	state, o, err := s.cards.CheckReturn(ctx, intentID)
	if err != nil {
		return ReturnView{}, err
	}
	v := ReturnView{State: state}
	if o == nil { // an invoice that stands alone was paid
		return v, nil
	}
	v.OrderNumber, v.OrderStatus = o.Number, o.Status()
	if who.Can(shop.UseCart, shop.CartOf(o.CartID)) {
		v.OrderURL = "/order/mine"
	}
	return v, nil
}
