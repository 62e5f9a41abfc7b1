package order_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
)

// asks orders a review of a photo from a network address.
func asks(t *testing.T, c *apptest.Scenario, address string) (order.CheckoutView, error) {
	t.Helper()
	cart, _, err := c.Carts.BeginCart(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	c.Drop(cart, "vase.jpg", photo)
	return c.Review(cart)
}

// waiting are the orders in review, as the list has them.
func waiting(t *testing.T, c *apptest.Scenario) (refs []job.Ref) {
	t.Helper()
	v, err := c.Orders.Orders(t.Context(), helper, order.OrderFilter{Tab: "review"})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range v.Orders {
		refs = append(refs, job.Ref{ID: o.ID, Version: o.Version})
	}
	return refs
}

// From one network so many orders wait and no more, with a sentence that says how to reach the shop; others' are taken, and staff's
// always. When some were answered, the next one is taken.
func TestANetworkHasSoManyOrdersWaiting(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		set, err := tx.Settings(ctx)
		set.Phone, set.Email = "+61 3 5550 0100", "hello@example.com"
		if err == nil {
			err = tx.SaveSettings(ctx, set, true, "")
		}
		return err
	})
	const address = "203.0.113.7"
	for range shop.MaxVisitorOrders {
		if _, err := asks(t, c, address); err != nil {
			t.Fatal(err)
		}
	}
	_, err := asks(t, c, address)
	if said := shop.MessageOf(err); !shop.IsCode(err, "orders_waiting") || !strings.Contains(said, "+61 3 5550 0100") || !strings.Contains(said, "hello@example.com") {
		t.Errorf("one more: %v", err)
	}
	if _, err := asks(t, c, "198.51.100.2"); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
	who := helper
	if who.CartID, _, err = c.Carts.BeginCart(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	c.Drop(who.CartID, "vase.jpg", photo)
	_, err = c.Orders.TakeCounterOrder(t.Context(), who, order.CounterOrderRequest{
		Contact: shop.Contact{Name: "Tom Baxter", Phone: "0400 000 000"}, Delivery: shop.Delivery{Method: shop.Pickup}, Payment: shop.ByReview,
	})
	if err != nil {
		t.Errorf("at the counter: %v", err)
	}
	refs := waiting(t, c)
	refs = refs[len(refs)-2:] // the oldest are all of that network
	if v, err := c.Orders.RefuseAll(t.Context(), helper, order.RefuseAllRequest{Orders: refs, Reason: "We print models only."}); err != nil || len(v.Done) != 2 {
		t.Fatalf("%+v, %v", v, err)
	}
	for _, code := range []shop.Code{"", "", "orders_waiting"} {
		if _, err := asks(t, c, address); (err != nil) != (code != "") || err != nil && !shop.IsCode(err, code) {
			t.Errorf("after two were answered: %v, want %q", err, code)
		}
	}
}

// What waits for the shop counts in its network's share of the room for files, until it is answered.
func TestWaitingOrdersTakeTheirNetworksRoom(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	const address = "203.0.113.7"
	placed, err := asks(t, c, address)
	if err != nil {
		t.Fatal(err)
	}
	cart, _, err := c.Carts.BeginCart(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	room := func() (err error) {
		c.Read(func(ctx context.Context, tx *db.Tx) error {
			quota := db.Quota{VisitorBytes: 1_000_000}
			err = tx.RoomFor(ctx, cart, "", 0, quota.VisitorBytes, quota)
			return nil
		})
		return err
	}
	if err := room(); !shop.IsCode(err, "visitor_bytes_full") {
		t.Errorf("while it waits: %v", err)
	}
	if err := c.Orders.DeleteOrder(t.Context(), helper, find(t, c, placed.OrderNumber).ID, 0); err != nil {
		t.Fatal(err)
	}
	if err := room(); err != nil {
		t.Errorf("after it was deleted: %v", err)
	}
}

// Many that wait are an alarm, until staff ended some of them together: those that changed since stay, and say why.
func TestManyOrdersWaiting(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	for i := range shop.ManyWaitingOrders {
		if _, err := asks(t, c, fmt.Sprintf("203.0.113.%d", i/shop.MaxVisitorOrders)); err != nil {
			t.Fatal(err)
		}
	}
	raised := func() bool {
		c.AlarmsAgree()
		v, err := c.Ops.Status(t.Context(), helper)
		if err != nil {
			t.Fatal(err)
		}
		return len(v.Alarms) == 1 && v.Alarms[0].Kind == shop.AlarmOrders
	}
	if !raised() {
		t.Error("there is no alarm")
	}
	if _, err := c.Orders.RefuseAll(t.Context(), helper, order.RefuseAllRequest{Orders: waiting(t, c)[:1], Reason: " "}); shop.FieldOf(err) != "reason" {
		t.Errorf("without a reason: %v", err)
	}
	refs := waiting(t, c)[:4]
	total := shop.Cents(20_00)
	if _, err := c.Orders.ApproveOrder(t.Context(), helper, refs[0].ID, order.ApproveRequest{AdjustedTotal: &total, Reason: "agreed"}); err != nil {
		t.Fatal(err)
	}
	v, err := c.Orders.DeleteAll(t.Context(), helper, order.DeleteAllRequest{Orders: refs})
	if err != nil || len(v.Done) != 3 || len(v.Left) != 1 || v.Left[0].ID != refs[0].ID || v.Left[0].Code != "changed_meanwhile" {
		t.Errorf("%+v, %v", v, err)
	}
	if raised() {
		t.Error("the alarm stays")
	}
	// A file that must not come back is refused with its order; what is paid by now is not, and says so.
	paid, err := c.Orders.StaffOrder(t.Context(), helper, refs[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Billing.TakePayment(t.Context(), helper, paid.InvoiceID, 0, shop.ByCash, total, ""); err != nil {
		t.Fatal(err)
	}
	v, err = c.Orders.RefuseAll(t.Context(), grace, order.RefuseAllRequest{Orders: append(waiting(t, c)[:1], job.Ref{ID: paid.ID}), Reason: "Not here.", DeleteFiles: true})
	if err != nil || len(v.Done) != 1 || len(v.Left) != 1 || v.Left[0].Code != "order_not_in_review" {
		t.Errorf("%+v, %v", v, err)
	}
}
