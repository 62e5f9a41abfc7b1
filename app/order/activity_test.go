package order_test

import (
	"context"
	"slices"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
)

// lately is the log of an order, the oldest first.
func lately(c *apptest.Scenario, id string) (log []shop.Activity) {
	c.Read(func(ctx context.Context, tx *db.Tx) (err error) {
		log, _, err = tx.ActivityPage(ctx, id, "", 200)
		slices.Reverse(log)
		return err
	})
	return log
}

// What people do with an order is told with all that was said about it, and from where they did it.
func TestWhatIsDoneWithAnOrderIsLogged(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	who, req := atTheCounter(t, c, 24_32)
	placed, err := c.Orders.TakeCounterOrder(t.Context(), who.From("192.168.1.5"), req)
	if err != nil {
		t.Fatal(err)
	}
	log := lately(c, placed.OrderID)
	if len(log) != 2 || log[0].Verb != shop.VerbOrderPlaced || log[0].Params.Reason != "agreed" || log[0].Params.Amount != 24_32 || log[0].Address != "192.168.1.5" || log[0].UserID != grace.ID ||
		log[1].Verb != shop.VerbPaymentRecorded || log[1].Params.Amount != 24_30 || log[1].Params.Of != 24_32 || log[1].Params.Method != shop.ByCash || log[1].Address != "192.168.1.5" {
		t.Errorf("%+v", log)
	}

	c = apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	cart := c.NewCart()
	c.Drop(cart, "clip.jpg", photo)
	web, err := c.Orders.Checkout(t.Context(), shop.Visitor(cart).From("203.0.113.9"), apptest.Order(shop.ByReview, 0), nil)
	if err != nil {
		t.Fatal(err)
	}
	var id string
	c.Read(func(ctx context.Context, tx *db.Tx) error {
		o, err := tx.OrderByCart(ctx, cart)
		id = o.ID
		return err
	})
	total := shop.Cents(42_00)
	if _, err := c.Orders.ApproveOrder(t.Context(), grace, id, order.ApproveRequest{AdjustedTotal: &total, Reason: " It takes a day. "}); err != nil {
		t.Fatal(err)
	}
	v, err := c.Orders.RefuseOrder(t.Context(), grace, id, 0, "It cannot be printed.", true)
	if err != nil {
		t.Fatal(err)
	}
	log = lately(c, id)
	if len(log) != 3 || log[0].Who != "Customer" || log[0].Params.Order != web.OrderNumber || log[0].Params.Amount != 0 || log[0].Address != "203.0.113.9" ||
		log[1].Verb != shop.VerbOrderApproved || log[1].Params.Amount != total || log[1].Params.Reason != "It takes a day." ||
		log[2].Verb != shop.VerbOrderRefused || !log[2].Params.FilesDeleted || log[2].Params.Reason != "It cannot be printed." {
		t.Errorf("%+v", log)
	}
	for i, a := range v.Activity {
		if logged := log[len(log)-1-i]; a.Code != logged.Verb || a.Message != logged.Message() || a.Who != logged.Who {
			t.Errorf("%+v is shown as %+v", logged, a)
		}
	}
}
