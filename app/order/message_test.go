package order_test

import (
	"context"
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/order"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// bank sets the account that the shop is paid to by transfer, "" for none.
func bank(c *apptest.Scenario, account string) {
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		now, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		now.BankDetails = account
		return tx.SaveSettings(ctx, now, true, "")
	})
}

// posted is an order that is to be sent, placed by a visitor.
func posted(t *testing.T, c *apptest.Scenario, by shop.PaymentMethod) (*apptest.Visitor, order.CheckoutView, order.StaffOrderView) {
	t.Helper()
	visitor := apptest.NewVisitor(t, c)
	visitor.Drop("block.stl", apptest.Block(20, 20, 10))
	visitor.Sliced()
	req := apptest.Order(by, 0)
	req.Delivery = shop.Delivery{Method: shop.Ship, Line1: "1 George St", City: "Sydney", State: "NSW", Postcode: "2000", Country: "AU"}
	if by != shop.ByReview {
		price, err := visitor.PriceFor(t.Context(), req.Delivery)
		if err != nil {
			t.Fatal(err)
		}
		req.ExpectedTotal = price.Price.Total
	}
	placed := visitor.Checkout(req)
	return visitor, placed, find(t, c, placed.OrderNumber)
}

// noCards takes Stripe's key away.
func noCards(c *apptest.Scenario) {
	c.Write(func(ctx context.Context, tx *db.Tx) error { return tx.SetSecret(ctx, setting.SecretStripeKey, "") })
}

// What staff wrote when approving is corrected while the order is open: the customer reads how to pay as it is now, the log has both,
// and the only way to know how to pay is not taken away.
func TestTheMessageIsCorrected(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	noCards(c)
	bank(c, "")
	visitor, placed, v := posted(t, c, shop.ByReview)
	says := func(message string) func(int) error {
		return func(version int) error {
			_, err := c.Orders.ChangeMessage(t.Context(), helper, v.ID, order.MessageRequest{Version: version, Message: message})
			return err
		}
	}
	if err := says("Wait.")(v.Version); !shop.IsCode(err, "order_in_review") {
		t.Errorf("in review: %v", err)
	}
	v, err := c.Orders.ApproveOrder(t.Context(), grace, v.ID, order.ApproveRequest{Message: "Pay to BSB 000-000."})
	if err != nil {
		t.Fatal(err)
	}
	old := v.Version
	if err := says(" Pay to BSB 111-111. ")(old); err != nil {
		t.Fatal(err)
	}
	page := visitor.Order(placed.OrderURL)
	v = seen(t, c, v.ID)
	if !strings.HasPrefix(page.PayNote, "Pay to BSB 111-111.\n") || page.ShopMessage != "Pay to BSB 111-111." || v.ShopMessage != page.ShopMessage || v.Version != old+1 {
		t.Errorf("the customer reads %q, staff %q in version %d", page.PayNote, v.ShopMessage, v.Version)
	}
	if a := v.Activity[0]; a.Code != shop.VerbMessageChanged || a.Who != helper.Name || !strings.Contains(a.Message, "“Pay to BSB 111-111.”") || !strings.Contains(a.Message, "“Pay to BSB 000-000.”") {
		t.Errorf("told as %+v", a)
	}
	if err := says("Pay to BSB 222-222.")(old); !shop.IsCode(err, "changed_meanwhile") || shop.EditOf(err).By != helper.Name {
		t.Errorf("from a page of before: %v", err)
	}
	if err := says("")(v.Version); !shop.IsCode(err, "how_to_pay_missing") || shop.FieldOf(err) != "message" {
		t.Errorf("emptied: %v", err)
	}
	told := len(v.Activity)
	if err := says("Pay to BSB 111-111.\n")(v.Version); err != nil || seen(t, c, v.ID).Version != v.Version || len(seen(t, c, v.ID).Activity) != told {
		t.Errorf("the same again: %v, version %d", err, seen(t, c, v.ID).Version)
	}
	if _, err := c.Orders.ChangeMessage(t.Context(), shop.Guest(v.ID), v.ID, order.MessageRequest{Message: "It is free."}); !shop.IsKind(err, shop.Unauthenticated) {
		t.Errorf("by the customer: %v", err)
	}
	bank(c, "BSB 062-000") // which their page names now
	if err := says("")(v.Version); err != nil || visitor.Order(placed.OrderURL).ShopMessage != "" {
		t.Errorf("emptied where the page says how to pay: %v", err)
	}
	if _, err := c.Orders.CancelOrder(t.Context(), grace, v.ID, 0, "No more black."); err != nil {
		t.Fatal(err)
	}
	if err := says("Sorry.")(0); !shop.IsCode(err, "order_not_open") || visitor.Order(placed.OrderURL).ShopMessage != "No more black." {
		t.Errorf("cancelled: %v", err)
	}
}

// Nobody reviewed the order, and since then the shop has no way left to be paid: staff say how, and the customer reads it there.
func TestAMessageIsAddedToAnOrderWithoutAReview(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	bank(c, "BSB 062-000")
	visitor, placed, v := posted(t, c, shop.ByTransfer)
	if v.ShopMessage != "" || v.Status != "awaiting_payment" {
		t.Fatalf("%+v", v.OrderRowView)
	}
	noCards(c)
	bank(c, "")
	if page := visitor.Order(placed.OrderURL); len(page.PayMethods) != 0 || !strings.Contains(page.PayNote, "get in touch") {
		t.Errorf("before: by %v, %q", page.PayMethods, page.PayNote)
	}
	v, err := c.Orders.ChangeMessage(t.Context(), helper, v.ID, order.MessageRequest{Version: v.Version, Message: "Our new account is BSB 333-333."})
	if err != nil || v.Activity[0].Message != "Wrote to the customer: “Our new account is BSB 333-333.”" {
		t.Fatalf("%+v, %v", v.Activity, err)
	}
	if page := visitor.Order(placed.OrderURL); !strings.HasPrefix(page.PayNote, "Our new account is BSB 333-333.\n") {
		t.Errorf("the customer reads %q", page.PayNote)
	}
}
