package order_test

import (
	"slices"
	"sync"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/event"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// atTheCounter is a cart of one block in staff's own browser, and what is asked for it.
func atTheCounter(t *testing.T, c *apptest.Scenario, total shop.Cents) (shop.Actor, order.CounterOrderRequest) {
	t.Helper()
	who := grace
	who.CartID = c.NewCart()
	block := apptest.Block(20, 20, 10)
	c.Begin(who.CartID, "block.stl", block, len(block))
	c.AwaitSliced(who.CartID)
	return who, order.CounterOrderRequest{
		Contact: shop.Contact{Name: "Tom Baxter"}, Delivery: shop.Delivery{Method: shop.Pickup}, Payment: shop.ByCash, AdjustedTotal: &total, Reason: "agreed",
	}
}

// An order in cash is placed and paid in one piece, so that a double click finds it paid.
func TestADoubleClickAtTheCounter(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	who, req := atTheCounter(t, c, 24_32)
	heard, cancel := c.Events.Listen(event.Staff)
	defer cancel()
	var clicks sync.WaitGroup
	placed := make([]order.PlacedView, 4)
	for i := range placed {
		clicks.Go(func() {
			var err error
			if placed[i], err = c.Orders.TakeCounterOrder(t.Context(), who, req); err != nil {
				t.Errorf("click %d: %v", i, err)
			}
		})
	}
	clicks.Wait()
	for _, p := range placed {
		if p.OrderID != placed[0].OrderID {
			t.Errorf("two orders: %+v", placed)
		}
	}
	v, err := c.Orders.StaffOrder(t.Context(), grace, placed[0].OrderID)
	if err != nil || len(v.Payments) != 1 || v.Payments[0].Amount != 24_30 || v.InvoiceState != shop.Paid || !v.Released || len(v.Jobs) != 1 {
		t.Errorf("%+v, %v", v, err)
	}
	for len(heard) > 0 {
		if e, ok := (<-heard).(event.OrderChanged); ok && e.ID != v.ID {
			t.Errorf("pages heard of order %s", e.ID)
		}
	}
}

// What is taken later is told of the order, whose id is not its invoice's.
func TestPagesHearWhichOrderWasPaid(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	v := reviewed(t, c, 24_30)
	heard, cancel := c.Events.Listen(event.Staff)
	defer cancel()
	if err := c.Billing.TakePayment(t.Context(), grace, v.InvoiceID, 0, shop.ByCash, 24_30, ""); err != nil {
		t.Fatal(err)
	}
	if e := <-heard; e != (event.OrderChanged{ID: v.ID}) {
		t.Errorf("pages heard %#v", e)
	}
}

// Nothing to pay is an order that staff release; a total that no coin pays is refused before anything is placed.
func TestSmallTotalsAtTheCounter(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	for _, total := range []shop.Cents{1, 2} {
		who, req := atTheCounter(t, c, total)
		if _, err := c.Orders.TakeCounterOrder(t.Context(), who, req); !shop.IsCode(err, "total_below_coins") || shop.FieldOf(err) != "adjusted_total" {
			t.Errorf("%s in cash: %v", total, err)
		}
	}
	if list, err := c.Orders.Orders(t.Context(), grace, order.OrderFilter{Tab: "all"}); err != nil || len(list.Orders) != 0 {
		t.Errorf("placed all the same: %+v, %v", list, err)
	}
	who, req := atTheCounter(t, c, 0)
	placed, err := c.Orders.TakeCounterOrder(t.Context(), who, req)
	if err != nil {
		t.Fatal(err)
	}
	v, err := c.Orders.StaffOrder(t.Context(), grace, placed.OrderID)
	if err != nil || v.Released || v.Total != 0 || !slices.Contains(v.Actions, "release") {
		t.Fatalf("an order over nothing: %q, %+v, %v", v.Actions, v.OrderRowView, err)
	}
	if v, err = c.Orders.ReleaseOrder(t.Context(), grace, v.ID, 0, "a gift"); err != nil || len(v.Jobs) != 1 || v.InvoiceState != shop.Paid || len(v.Payments) != 0 {
		t.Errorf("released: %+v, %v", v.OrderRowView, err)
	}
}

// A part that nobody priced is not made for nothing because another part has a price.
func TestPartsWithoutAPriceAtTheCounter(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	who, req := atTheCounter(t, c, 24_30)
	who.Role = shop.RoleStaff
	step := []byte("ISO-10303-21;\nHEADER;\nENDSEC;\nDATA;\nENDSEC;\nEND-ISO-10303-21;\n")
	c.Begin(who.CartID, "part.step", step, len(step))
	c.AwaitSliced(who.CartID)
	v, err := c.Carts.Get(t.Context(), shop.Visitor(who.CartID))
	if err != nil || len(v.Parts) != 2 || v.Price == nil {
		t.Fatalf("%+v, %v", v, err)
	}
	without := req
	without.AdjustedTotal, without.Reason, without.ExpectedTotal = nil, "", v.Price.Total
	if _, err := c.Orders.TakeCounterOrder(t.Context(), who, without); !shop.IsCode(err, "price_not_exact") || shop.FieldOf(err) != "adjusted_total" {
		t.Errorf("at the price of the block: %v", err)
	}
	if list, err := c.Orders.Orders(t.Context(), grace, order.OrderFilter{Tab: "all"}); err != nil || len(list.Orders) != 0 {
		t.Errorf("placed all the same: %+v, %v", list, err)
	}
	if _, err := c.Orders.TakeCounterOrder(t.Context(), who, req); err != nil {
		t.Errorf("with a total: %v", err)
	}
}

// Staff cannot sell below their limit by being quicker than the slicer: nobody knows yet what the discount is taken off.
func TestStaffCannotOutrunTheSlicer(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}})
	helper := shop.Actor{Role: shop.RoleStaff, Name: "Flo", CartID: c.NewCart()}
	block := apptest.Block(20, 20, 10)
	c.Begin(helper.CartID, "block.stl", block, len(block))
	apptest.Await(t, "the block to wait for the slicer", func() bool {
		v, err := c.Carts.Get(t.Context(), shop.Visitor(helper.CartID))
		return err == nil && len(v.Parts) == 1 && (v.Parts[0].State == "queued" || v.Parts[0].State == "slicing")
	})
	cents := shop.Cents(5)
	req := order.CounterOrderRequest{Contact: shop.Contact{Name: "Tom Baxter"}, Delivery: shop.Delivery{Method: shop.Pickup}, Payment: shop.ByReview}
	for name, total := range map[string]*shop.Cents{"without a total": nil, "with one": &cents} {
		req.AdjustedTotal, req.Reason = total, "a friend"
		if _, err := c.Orders.TakeCounterOrder(t.Context(), helper, req); !shop.IsCode(err, "part_not_ready") {
			t.Errorf("to review %s: %v", name, err)
		}
	}

	visitor := apptest.NewVisitor(t, c) // a customer may be as quick
	visitor.Drop("block.stl", block)
	apptest.Await(t, "the customer's block to wait for the slicer", func() bool {
		parts := visitor.Cart().Parts
		return len(parts) == 1 && (parts[0].State == "queued" || parts[0].State == "slicing")
	})
	v := find(t, c, visitor.Checkout(apptest.Order(shop.ByReview, 0)).OrderNumber)
	_, err := c.Orders.ApproveOrder(t.Context(), helper, v.ID, order.ApproveRequest{AdjustedTotal: &cents, Reason: "a friend"})
	if !shop.IsCode(err, "price_not_worked_out") || shop.FieldOf(err) != "adjusted_total" {
		t.Errorf("staff set a price of their own: %v", err)
	}
	if v = find(t, c, v.Number); v.Status != "in_review" {
		t.Errorf("after that: %+v", v.OrderRowView)
	}
	if v, err = c.Orders.ApproveOrder(t.Context(), grace, v.ID, order.ApproveRequest{AdjustedTotal: &cents, Reason: "a friend"}); err != nil || v.Balance != cents {
		t.Errorf("an admin: %+v, %v", v.OrderRowView, err)
	}
}
