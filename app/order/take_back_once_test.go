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
	// What somebody adds is theirs: whoever else has the link is not led to it.
	c.Begin(into.ID, "mine.stl", apptest.Block(20, 20, 5), 684)
	if _, err := c.Orders.TakeBack(t.Context(), customer(o.ID)); !shop.IsCode(err, "order_taken_back") {
		t.Errorf("once more came into the cart: %v", err)
	}
	if id, _, err := c.Carts.FindCart(t.Context(), empty); err != nil || id != into.ID {
		t.Errorf("the cart is opened by another cookie: %v", err)
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

// Where it cannot come back into a cart in which something is, its payment page stays open.
func TestAPageStaysOpenWhereNothingComesBack(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	o, placed := aBlock(t, c, shop.ByCard)
	full := shop.Guest(o.ID).WithCart(c.NewCart())
	c.Begin(full.CartID, "other.stl", apptest.Block(20, 20, 5), 684)
	if _, err := c.Orders.TakeBack(t.Context(), full); !shop.IsCode(err, "cart_not_empty") {
		t.Errorf("with another cart: %v", err)
	}
	if err := c.Stripe.Pay(placed.PayURL[strings.LastIndexByte(placed.PayURL, '/')+1:]); err != nil {
		t.Error(err)
	}
	c.Stripe.Wait()
	if now := seen(t, c, o.ID); now.InvoiceState != shop.Paid {
		t.Errorf("%+v", now.OrderRowView)
	}
}

// Taking back is no way around what one visitor may leave with the shop: the files of such an order go with it, and it counts for a day.
func TestWhatIsTakenBackCounts(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	block := apptest.Block(20, 20, 10)
	id, _, err := c.Carts.BeginCart(t.Context(), "203.0.113.9")
	if err != nil {
		t.Fatal(err)
	}
	c.Begin(id, "block.stl", block, len(block))
	c.AwaitSliced(id)
	for range shop.MaxVisitorOrders {
		o, _ := orderedBy(t, c, id, shop.ByTransfer)
		who := shop.Guest(o.ID).BeginningCart(shop.NewID(), shop.NewCart{TokenHash: shop.HashToken(shop.NewToken()), Address: "203.0.113.9"})
		if _, err := c.Orders.TakeBack(t.Context(), who); err != nil {
			t.Fatal(err)
		}
		if now := seen(t, c, o.ID); len(now.Files) > 0 || len(now.DeletedFiles) == 0 || now.DeletedFiles[0].Reason != shop.DeletedTakenBack {
			t.Fatalf("%d files stay, %+v", len(now.Files), now.DeletedFiles)
		}
		id = who.CartID
	}
	again := func() error {
		req := apptest.Order(shop.ByTransfer, backIn(t, c, shop.Visitor(id)).Price.Total)
		_, err := c.Orders.Checkout(t.Context(), shop.Visitor(id), req, nil)
		return err
	}
	if err := again(); !shop.IsCode(err, "orders_waiting") {
		t.Errorf("after %d orders that were taken back: %v", shop.MaxVisitorOrders, err)
	}
	c.Pass(25 * time.Hour)
	if err := again(); err != nil {
		t.Errorf("a day later: %v", err)
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
