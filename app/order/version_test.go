package order_test

import (
	"context"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
)

// What is decided on an order that a colleague changed meanwhile is refused, with their name, and does nothing: the payment
// page stays open, too.
func TestActsNameTheVersionTheyWereDecidedOn(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	o := reviewed(t, c, 40_00)
	old := o.Version - 1
	stale := func(what string, err error) {
		t.Helper()
		if !shop.IsCode(err, "changed_meanwhile") || shop.EditOf(err).By != grace.Name {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := c.Orders.PayLink(t.Context(), helper, o.InvoiceID); err != nil {
		t.Fatal(err)
	}
	_, err := c.Orders.ReleaseOrder(t.Context(), helper, o.ID, old, "")
	stale("release", err)
	_, err = c.Orders.RefuseOrder(t.Context(), helper, o.ID, old, "No.", false)
	stale("refuse", err)
	_, err = c.Orders.CancelOrder(t.Context(), helper, o.ID, old, "No.")
	stale("cancel", err)
	_, err = c.Orders.ApproveOrder(t.Context(), helper, o.ID, order.ApproveRequest{Version: old})
	stale("approve", err)
	if open := c.Stripe.Sessions(); len(open) != 1 || open[0].Status != "open" {
		t.Errorf("the payment page is not open any more: %+v", open)
	}
	now, err := c.Orders.StaffOrder(t.Context(), helper, o.ID)
	if err != nil || now.Version != o.Version || now.Released {
		t.Errorf("it changed: %+v, %v", now.OrderRowView, err)
	}
	if now, err = c.Orders.ReleaseOrder(t.Context(), helper, o.ID, now.Version, ""); err != nil || now.Version == o.Version {
		t.Errorf("from what is stored: version %d, %v", now.Version, err)
	}
	stored := func() (o *shop.Order) {
		c.Read(func(ctx context.Context, tx *db.Tx) (err error) {
			o, err = tx.Order(ctx, now.ID)
			return err
		})
		return o
	}
	before := stored()
	if _, err = c.Orders.ReleaseOrder(t.Context(), grace, o.ID, now.Version, "again"); err != nil {
		t.Errorf("released twice: %v", err)
	}
	if after := stored(); after.Version != before.Version || after.ChangedBy != "Flo" || after.Invoice.Version != before.Invoice.Version || after.Invoice.ChangedBy != before.Invoice.ChangedBy {
		t.Errorf("releasing it twice changed it: version %d by %q, its invoice %d by %q", after.Version, after.ChangedBy, after.Invoice.Version, after.Invoice.ChangedBy)
	}
	_, err = c.Orders.CancelOrder(t.Context(), grace, o.ID, o.Version, "No.")
	if !shop.IsCode(err, "changed_meanwhile") || shop.EditOf(err).By != helper.Name {
		t.Errorf("after Flo released it: %v", err)
	}
	if err = c.Billing.TakePayment(t.Context(), helper, o.InvoiceID, 0, shop.ByCash, 40_00, ""); err != nil {
		t.Fatal(err)
	}
	_, err = c.Orders.CancelOrder(t.Context(), grace, o.ID, before.Version, "No.")
	if !shop.IsCode(err, "changed_meanwhile") {
		t.Errorf("decided before it was paid: %v", err)
	}
}
