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
func atTheCounter(t *testing.T, c *apptest.Scenario, total shop.Cents) (shop.Actor, order.StaffOrderRequest) {
	t.Helper()
	who := grace
	who.CartID = c.NewCart()
	block := apptest.Block(20, 20, 10)
	c.Begin(who.CartID, "block.stl", block, len(block))
	c.AwaitSliced(who.CartID)
	return who, order.StaffOrderRequest{
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
			if placed[i], err = c.Orders.PlaceForCustomer(t.Context(), who, req); err != nil {
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
		if _, err := c.Orders.PlaceForCustomer(t.Context(), who, req); !shop.IsCode(err, "total_below_coins") || shop.FieldOf(err) != "adjusted_total" {
			t.Errorf("%s in cash: %v", total, err)
		}
	}
	if list, err := c.Orders.Orders(t.Context(), grace, order.OrderFilter{Tab: "all"}); err != nil || len(list.Orders) != 0 {
		t.Errorf("placed all the same: %+v, %v", list, err)
	}
	who, req := atTheCounter(t, c, 0)
	placed, err := c.Orders.PlaceForCustomer(t.Context(), who, req)
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
