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

// The rest of an order of which some has left is cancelled by itself: the whole of it cannot be any more.
func TestTheRestIsCancelled(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o, item := fiveCopies(t, c, 3)
	if _, err := c.Orders.CancelRest(t.Context(), grace, o.ID, order.CancelRestRequest{Reason: "No more black."}); !shop.IsCode(err, "nothing_left_yet") {
		t.Errorf("of a whole order: %v", err)
	}
	req := collected(item, 3)
	req.Method = shop.ByTransfer
	o, err := handOver(t.Context(), c.Orders, helper, o.ID, req)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Orders.CancelOrder(t.Context(), grace, o.ID, 0, "No more black."); !shop.IsCode(err, "order_partly_left") {
		t.Errorf("all of it: %v", err)
	}
	if slices.Contains(o.Actions, "cancel") || slices.Contains(o.Actions, "cancel_rest") {
		t.Errorf("staff may cancel what was paid: %q", o.Actions)
	}
	if _, err := c.Orders.CancelRest(t.Context(), helper, o.ID, order.CancelRestRequest{Reason: "No more black."}); !shop.IsKind(err, shop.Forbidden) {
		t.Errorf("by staff: %v", err)
	}
	if _, err := c.Orders.CancelRest(t.Context(), grace, o.ID, order.CancelRestRequest{Reason: " "}); !shop.IsCode(err, "reason_missing") {
		t.Errorf("without a reason: %v", err)
	}
	if o, err = c.Orders.CancelRest(t.Context(), grace, o.ID, order.CancelRestRequest{Reason: "No more black."}); err != nil {
		t.Fatal(err)
	}
	if o.State != shop.OrderCompleted || o.Jobs[0].State != shop.JobCancelled || tally(o) != [3]int{3, 0, 0} || o.ShopMessage != "No more black." || o.InvoiceState != shop.Paid || o.DueBack != 16_00 || o.Adjusted != 16_00 {
		t.Errorf("%v, %+v, %+v", tally(o), o.OrderRowView, o.Jobs)
	}
	// It came back: now nothing has left, and the order can be cancelled.
	if o, err = c.Orders.UndoHandover(t.Context(), grace, o.ID, o.Handovers[0].ID, 0, "It came back."); err != nil || o.State != shop.OrderOpen || !slices.Equal(tallyOf(c, o.ID), []int{0}) {
		t.Errorf("%+v, %v", o.OrderRowView, err)
	}
	if o, err = c.Orders.CancelOrder(t.Context(), grace, o.ID, 0, "No more black."); err != nil || o.Status != "cancelled" || o.DueBack != 40_00 {
		t.Errorf("%+v, %v", o.OrderRowView, err)
	}
	if _, err := handOver(t.Context(), c.Orders, helper, o.ID, req); !shop.IsCode(err, "order_closed") {
		t.Errorf("of a closed order: %v", err)
	}
}

// tallyOf is how many copies of each item have left, as the database sums it up.
func tallyOf(c *apptest.Scenario, orderID string) (left []int) {
	c.Read(func(ctx context.Context, tx *db.Tx) error {
		all, err := tx.ItemCopies(ctx, orderID)
		for _, it := range all {
			left = append(left, it.Left)
		}
		return err
	})
	return left
}
