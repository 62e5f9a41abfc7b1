package order_test

import (
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/billing"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// What staff noted as sent back of a card payment, and Stripe tells of later, is the same money: it shows once to them and to the
// customer, also where nothing is due any more by then.
func TestANotedRefundThatStripeTellsOfIsCountedOnce(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	for name, of := range map[string]struct {
		due, told shop.Cents
		then      func(o order.StaffOrderView) // between the note and Stripe's news
	}{
		"all of it": {0, 16_00, nil}, "a part of it": {0, 6_00, nil}, "once it costs again what it did": {0, 16_00, func(o order.StaffOrderView) {
			for _, j := range o.Jobs {
				if j.State != shop.JobCancelled {
					continue
				}
				if _, err := c.Jobs.Move(t.Context(), grace, j.ID, job.MoveRequest{Version: j.Version, State: shop.JobInQueue}); err != nil {
					t.Fatal(err)
				}
			}
		}},
		"once more is due of the same payment": {24_00, 16_00, func(o order.StaffOrderView) {
			o, err := c.Orders.UndoHandover(t.Context(), grace, o.ID, o.Handovers[0].ID, 0, "It came back.")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Orders.CancelOrder(t.Context(), grace, o.ID, 0, "It came back."); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		o, item := fiveCopies(t, c, 3)
		o = cancelsRest(t, c, grace, threeLeave(t, c, byCard(t, c, o), item))
		d := dueOf(t, o)
		if err := c.Billing.NoteRefund(t.Context(), grace, d.PaymentID, billing.SentBackRequest{Version: d.Version, Reference: "in Stripe"}); err != nil {
			t.Fatal(err)
		}
		if of.then != nil {
			of.then(seen(t, c, o.ID))
		}
		if err := c.Stripe.Refund(o.Payments[0].Reference, int64(of.told)); err != nil {
			t.Fatal(err)
		}
		apptest.Await(t, "the refund", func() bool {
			for _, row := range seen(t, c, o.ID).RefundRows {
				if !row.Noted {
					return true
				}
			}
			return false
		})
		o = seen(t, c, o.ID)
		var staff, customer shop.Cents
		for _, row := range o.RefundRows {
			staff += row.Amount
		}
		for _, row := range customerOf(t, c, o).Refunds {
			customer += row.Amount
		}
		if o.Refunded != 16_00 || staff != 16_00 || customer != 16_00 || o.DueBack != of.due {
			t.Errorf("%s: %s went back, staff read %s, the customer %s, and %s is due", name, o.Refunded, staff, customer, o.DueBack)
		}
	}
}
