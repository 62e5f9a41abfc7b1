package order_test

import (
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// What waits for an answer about a refund waits no more once its rest is cancelled, whatever it costs then.
func TestNoHoldIsLeftOfTheRest(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	o, item := fiveCopies(t, c, 3)
	o = threeLeave(t, c, byCard(t, c, o), item)
	if err := c.Stripe.Refund(o.Payments[0].Reference, 5_00); err != nil {
		t.Fatal(err)
	}
	apptest.Await(t, "the refund", func() bool { o = seen(t, c, o.ID); return o.Hold != "" })
	all := o.Total
	if _, err := c.Orders.CancelRest(t.Context(), grace, o.ID, order.CancelRestRequest{Reason: "No more black.", Costs: &all, CostsReason: "made for them alone"}); err != nil {
		t.Fatal(err)
	}
	if o = seen(t, c, o.ID); o.State != shop.OrderCompleted || o.Adjusted != 0 || o.Hold != "" {
		t.Errorf("%+v", o.OrderRowView)
	}
}

// The last job of an order of which some has left is not cancelled by itself: nobody would be asked what the order costs then.
func TestTheLastJobAsksWhatTheRestCosts(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o := threeLeft(t, c, 40_00)
	if _, err := c.Jobs.Move(t.Context(), grace, o.Jobs[0].ID, job.MoveRequest{State: shop.JobCancelled}); !shop.IsCode(err, "job_is_the_rest") {
		t.Errorf("cancelled by itself: %v", err)
	}
	if o = seen(t, c, o.ID); o.State != shop.OrderOpen || o.Adjusted != 0 {
		t.Errorf("refused, and yet %+v", o.OrderRowView)
	}
	if o = cancelsRest(t, c, grace, o); o.DueBack != 16_00 {
		t.Errorf("%s is due back", o.DueBack)
	}
}

// The tax that is told is that of what is asked for, not that of the price of before.
func TestALoweredOrderTellsItsOwnTax(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o := threeLeft(t, c, 40_00)
	if o.AskedTax != o.TaxTotal {
		t.Errorf("%s before, of %s", o.AskedTax, o.TaxTotal)
	}
	o = cancelsRest(t, c, grace, o)
	if v := customerOf(t, c, o); o.AskedTax != v.AskedTax || o.AskedTax != 2_18 || o.TaxTotal != 3_64 {
		t.Errorf("of %s it is %s, was %s, and the customer reads %s", o.Total-o.Adjusted, o.AskedTax, o.TaxTotal, v.AskedTax)
	}
}
