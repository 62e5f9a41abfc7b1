package order_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
)

// Whoever clicks twice, or in two tabs, takes the order back once. A browser that never heard of its cart is led to it, for an hour.
func TestAnOrderIsTakenBackOnce(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o, _ := aBlock(t, c, shop.ByTransfer)
	var tabs sync.WaitGroup
	for i := range 4 {
		tabs.Go(func() {
			if _, err := c.Orders.TakeBack(t.Context(), customer(o.ID)); err != nil {
				t.Errorf("tab %d: %v", i, err)
			}
		})
	}
	tabs.Wait()
	var into shop.Cart
	c.Read(func(ctx context.Context, tx *db.Tx) (err error) {
		into, err = tx.CartReplacing(ctx, o.ID)
		return err
	})
	if parts := c.Parts(into.ID); len(parts) != 1 {
		t.Errorf("%+v", parts)
	}
	closed := seen(t, c, o.ID)
	if n := len(slices.DeleteFunc(closed.Activity, func(a order.ActivityView) bool { return a.Code != shop.VerbOrderTakenBack })); n != 1 {
		t.Errorf("told %d times", n)
	}

	lost := customer(o.ID)
	token := shop.NewToken()
	lost.NewCart.TokenHash = shop.HashToken(token)
	if _, err := c.Orders.TakeBack(t.Context(), lost); err != nil {
		t.Error(err)
	}
	if id, _, err := c.Carts.FindCart(t.Context(), token); err != nil || id != into.ID {
		t.Errorf("led to %s, %v", id, err)
	}
	if _, err := c.Orders.TakeBack(t.Context(), shop.Guest(o.ID).WithCart(into.ID)); err != nil {
		t.Errorf("from the cart itself: %v", err)
	}
	id, empty, err := c.Carts.BeginCart(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Orders.TakeBack(t.Context(), shop.Guest(o.ID).WithCart(id)); err != nil {
		t.Errorf("with an empty cart: %v", err)
	}
	if id, _, err := c.Carts.FindCart(t.Context(), empty); err != nil || id != into.ID {
		t.Errorf("the empty cart's cookie leads to %s, %v", id, err)
	}
	full := shop.Guest(o.ID).WithCart(c.NewCart())
	c.Begin(full.CartID, "other.stl", apptest.Block(20, 20, 5), 100)
	if _, err := c.Orders.TakeBack(t.Context(), full); !shop.IsCode(err, "cart_not_empty") {
		t.Errorf("with another cart: %v", err)
	}
	c.Pass(time.Hour + time.Minute)
	if _, err := c.Orders.TakeBack(t.Context(), customer(o.ID)); !shop.IsCode(err, "order_taken_back") {
		t.Errorf("much later: %v", err)
	}
}

// A payment that comes first keeps the order; whoever takes it back first finds the page closed. Never both.
func TestTakingBackMeetsAPayment(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	paying := func() (order.StaffOrderView, string) {
		t.Helper()
		o, placed := aBlock(t, c, shop.ByCard)
		if placed.PayURL == "" {
			t.Fatalf("%+v", placed)
		}
		return o, placed.PayURL[strings.LastIndexByte(placed.PayURL, '/')+1:]
	}
	o, page := paying()
	if _, err := c.Orders.TakeBack(t.Context(), customer(o.ID)); err != nil {
		t.Fatal(err)
	}
	if err := c.Stripe.Pay(page); err == nil {
		t.Error("the page of an order that was taken back takes money")
	}
	if now := seen(t, c, o.ID); now.State != shop.OrderCancelled || len(now.Payments) != 0 {
		t.Errorf("%+v", now.OrderRowView)
	}

	o, page = paying()
	c.Stripe.DeliverTo("") // nobody tells the shop
	if err := c.Stripe.Pay(page); err != nil {
		t.Fatal(err)
	}
	who := customer(o.ID)
	if _, err := c.Orders.TakeBack(t.Context(), who); !shop.IsCode(err, "order_has_payment") {
		t.Errorf("paid, and taken back: %v", err)
	}
	if now := seen(t, c, o.ID); now.State != shop.OrderOpen || now.InvoiceState != shop.Paid || now.Balance != 0 {
		t.Errorf("%+v", now.OrderRowView)
	}
	if _, err := c.Carts.Get(t.Context(), who); !shop.IsKind(err, shop.NotFound) {
		t.Errorf("a cart was begun for nothing: %v", err)
	}

	o, page = paying()
	if err := c.Stripe.PayLater(page); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Orders.TakeBack(t.Context(), customer(o.ID)); !shop.IsCode(err, "payment_processing") {
		t.Errorf("while the bank decides: %v", err)
	}
	if now := seen(t, c, o.ID); now.State != shop.OrderOpen {
		t.Errorf("%+v", now.OrderRowView)
	}
}

// Paying and taking back at once ends in one of the two.
func TestPayingAndTakingBackAtOnce(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	paid, back := 0, 0
	for range 6 {
		o, placed := aBlock(t, c, shop.ByCard)
		page := placed.PayURL[strings.LastIndexByte(placed.PayURL, '/')+1:]
		var both sync.WaitGroup
		var pays, takes error
		both.Go(func() { pays = c.Stripe.Pay(page) })
		both.Go(func() { _, takes = c.Orders.TakeBack(t.Context(), customer(o.ID)) })
		both.Wait()
		c.Stripe.Wait()
		now := seen(t, c, o.ID)
		switch {
		case pays == nil && takes != nil:
			paid++
			if now.State != shop.OrderOpen || now.InvoiceState != shop.Paid || now.Balance != 0 {
				t.Errorf("paid: %+v, %v", now.OrderRowView, takes)
			}
		case pays != nil && takes == nil:
			back++
			if now.State != shop.OrderCancelled || len(now.Payments) != 0 {
				t.Errorf("taken back: %+v, %v", now.OrderRowView, pays)
			}
		default:
			t.Errorf("paid: %v; taken back: %v", pays, takes)
		}
	}
	t.Logf("%d paid, %d taken back", paid, back)
}
