package order_test

import (
	"path"
	"slices"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// Parts that nobody has priced are not made for nothing because another part has a price.
func TestPartsWithoutAPriceNeedATotal(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	visitor := apptest.NewVisitor(t, c)
	visitor.Drop("block.stl", apptest.Block(20, 20, 10))
	visitor.Drop("clip.jpg", photo)
	visitor.Sliced()
	placed := visitor.Checkout(apptest.Order(shop.ByReview, 0))
	v := find(t, c, placed.OrderNumber)
	if v.Total <= 0 {
		t.Fatalf("the block has no price: %+v", v.OrderRowView)
	}
	_, err := c.Orders.ApproveOrder(t.Context(), grace, v.ID, order.ApproveRequest{})
	if !shop.IsCode(err, "items_unpriced") || shop.FieldOf(err) != "adjusted_total" {
		t.Errorf("approved at the price of the block: %v", err)
	}
	if v = find(t, c, placed.OrderNumber); v.Status != "in_review" || v.InvoiceID != "" {
		t.Errorf("after that: %+v", v.OrderRowView)
	}
	total := v.Total + 10_00
	if v, err = c.Orders.ApproveOrder(t.Context(), grace, v.ID, order.ApproveRequest{AdjustedTotal: &total, Reason: "and the clip"}); err != nil || v.Balance != total {
		t.Errorf("with a total: %+v, %v", v.OrderRowView, err)
	}
}

// An admin makes something for nothing: the customer reads that it costs nothing, and why, and nothing is asked for.
func TestAnOrderApprovedForNothing(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	for name, file := range map[string][]byte{"block.stl": apptest.Block(20, 20, 10), "clip.jpg": photo} {
		visitor := apptest.NewVisitor(t, c)
		visitor.Drop(name, file)
		visitor.Sliced()
		placed := visitor.Checkout(apptest.Order(shop.ByReview, 0))
		v := find(t, c, placed.OrderNumber)
		if seen := visitor.Order(placed.OrderURL); (seen.Price == nil) != (name == "clip.jpg") {
			t.Errorf("%s in review: %+v", name, seen.Price)
		}
		nothing := shop.Cents(0)
		if _, err := c.Orders.ApproveOrder(t.Context(), grace, v.ID, order.ApproveRequest{AdjustedTotal: &nothing}); !shop.IsCode(err, "reason_missing") {
			t.Errorf("%s without a reason: %v", name, err)
		}
		free := order.ApproveRequest{AdjustedTotal: &nothing, Reason: "Warranty"}
		if _, err := c.Orders.ApproveOrder(t.Context(), helper, v.ID, free); !shop.IsKind(err, shop.Forbidden) && !shop.IsCode(err, "price_missing") {
			t.Errorf("%s by staff: %v", name, err)
		}
		if _, err := c.Orders.ApproveOrder(t.Context(), grace, v.ID, free); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		seen := visitor.Order(placed.OrderURL)
		if seen.Price == nil || seen.Price.Total != 0 || seen.Status != "awaiting_release" || len(seen.PayMethods) != 0 ||
			!slices.ContainsFunc(seen.Price.Rows, func(r shop.PriceRow) bool { return r.Kind == shop.RowAdjustment && r.Detail == "Warranty" }) {
			t.Errorf("%s: %s, %+v", name, seen.Status, seen.Price)
		}
		if v, err := c.Orders.ReleaseOrder(t.Context(), grace, v.ID, 0, ""); err != nil || v.InvoiceState != shop.Paid || len(v.Jobs) != 1 {
			t.Errorf("%s released: %+v, %v", name, v.OrderRowView, err)
		}
	}
}

// Where the shop has no price for an address, the customer sees no total, staff read why, and nobody approves it without one.
func TestAnAddressWithoutADeliveryPriceNeedsATotal(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	visitor := apptest.NewVisitor(t, c)
	visitor.Drop("block.stl", apptest.Block(20, 20, 10))
	visitor.Sliced()
	req := apptest.Order(shop.ByReview, 0)
	req.Delivery = shop.Delivery{Method: shop.Ship, Line1: "1 Queen St", City: "Auckland", Postcode: "1010", Country: "NZ"}
	placed := visitor.Checkout(req)
	v := find(t, c, placed.OrderNumber)
	if !slices.Equal(v.ReviewReasons, []string{shop.NoDeliveryPrice}) || v.Price == nil || v.Items[0].Price == nil {
		t.Errorf("staff read %q, price %+v", v.ReviewReasons, v.Price)
	}
	seen := visitor.Order(placed.OrderURL)
	if seen.Price != nil || seen.Items[0].Price != nil || !slices.Equal(seen.ReviewReasons, []string{shop.NoDeliveryPrice}) {
		t.Errorf("the customer reads %q, price %+v", seen.ReviewReasons, seen.Price)
	}
	if _, err := c.Orders.ApproveOrder(t.Context(), grace, v.ID, order.ApproveRequest{}); !shop.IsCode(err, "delivery_unpriced") || shop.FieldOf(err) != "adjusted_total" {
		t.Errorf("approved without delivery: %v", err)
	}
	total := v.Total + 30_00
	if _, err := c.Orders.ApproveOrder(t.Context(), grace, v.ID, order.ApproveRequest{AdjustedTotal: &total, Reason: "with delivery"}); err != nil {
		t.Fatal(err)
	}
	if seen := visitor.Order(placed.OrderURL); seen.Price == nil || seen.Price.Total != total || seen.Balance != total {
		t.Errorf("after that: %+v, %s", seen.Price, seen.Balance)
	}
}

// While a bank decides, both read that the payment is on its way, and nobody is asked for it again.
func TestAPaymentOnItsWay(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	visitor := apptest.NewVisitor(t, c)
	visitor.Drop("block.stl", apptest.Block(20, 20, 10))
	visitor.Sliced()
	placed := visitor.Checkout(apptest.Order(shop.ByCard, visitor.Price().Price.Total))
	session := path.Base(placed.PayURL)
	if err := c.Stripe.PayLater(session); err != nil {
		t.Fatal(err)
	}
	apptest.Await(t, "the shop to hear of it", func() bool { return find(t, c, placed.OrderNumber).PaymentComing })
	staff, customer := find(t, c, placed.OrderNumber), visitor.Order(placed.OrderURL)
	if !customer.PaymentComing || len(customer.PayMethods) != 0 || customer.Status != "awaiting_payment" {
		t.Errorf("the customer is asked to pay by %q: %+v", customer.PayMethods, customer)
	}
	if slices.Contains(staff.Actions, "mark_paid") || staff.StatusMessage != customer.StatusMessage {
		t.Errorf("staff are offered %q, told %q", staff.Actions, staff.StatusMessage)
	}
	if err := c.Stripe.Finish(session, false); err != nil {
		t.Fatal(err)
	}
	apptest.Await(t, "the payment to fail", func() bool { return !find(t, c, placed.OrderNumber).PaymentComing })
	if v := visitor.Order(placed.OrderURL); !slices.Contains(v.PayMethods, "card") {
		t.Errorf("after it failed the customer may pay by %q", v.PayMethods)
	}
}

// find is an order by its number.
func find(t *testing.T, c *apptest.Scenario, number string) order.StaffOrderView {
	t.Helper()
	if none, err := c.Orders.Orders(t.Context(), grace, order.OrderFilter{Tab: "all", Query: number + "\x00\x00"}); err != nil || len(none.Orders) != 0 {
		t.Errorf("a number and more: %+v, %v", none.Orders, err)
	}
	list, err := c.Orders.Orders(t.Context(), grace, order.OrderFilter{Tab: "all", Query: number})
	if err != nil || len(list.Orders) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	v, err := c.Orders.StaffOrder(t.Context(), grace, list.Orders[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
