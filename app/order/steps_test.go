package order

import (
	"slices"
	"testing"

	"buildplate/app/shop"
)

// A review is over when the order was approved, which is when its invoice was drafted.
func TestAnApprovedOrderSaysWhen(t *testing.T) {
	f := orderFacts{order: &shop.Order{State: shop.OrderOpen, Review: shop.ReviewApproved, Created: 1, Invoice: &shop.Invoice{State: shop.Draft, Total: 20_00, Created: 5}}}
	if s := f.steps()[1]; s.Key != "reviewed" || !s.Done || !s.Current || s.At != 5 {
		t.Errorf("%+v", s)
	}
}

// A parcel is printed, then packed, then shipped; what is collected is ready instead.
func TestAParcelIsPackedBeforeItIsShipped(t *testing.T) {
	for _, c := range []struct {
		delivery shop.DeliveryMethod
		jobs     shop.JobTally
		want     string
	}{
		{shop.Ship, shop.JobTally{Total: 2, Started: 2}, "printing"},
		{shop.Ship, shop.JobTally{Total: 2, Started: 2, Ready: 1}, "printing"},
		{shop.Ship, shop.JobTally{Total: 2, Started: 2, Ready: 2}, "packed"},
		{shop.Pickup, shop.JobTally{Total: 2, Started: 2, Ready: 2}, "ready"},
	} {
		f := orderFacts{order: &shop.Order{State: shop.OrderOpen, Created: 1, Released: 2, Payment: shop.AtPickup, Delivery: shop.Delivery{Method: c.delivery}, Jobs: c.jobs}}
		for _, s := range f.steps() {
			if s.Current != (s.Key == c.want) {
				t.Errorf("%s with %+v: at %s, not at %s", c.delivery, c.jobs, s.Key, c.want)
			}
		}
	}
}

// What was printed stays so when its job is cancelled and the order stands still.
func TestAStoppedOrderWasPrinted(t *testing.T) {
	f := orderFacts{
		order: &shop.Order{State: shop.OrderOpen, Created: 1, Released: 2, Payment: shop.AtPickup, Jobs: shop.JobTally{Total: 1, Cancelled: 1}},
		jobs:  []shop.Job{{State: shop.JobCancelled, Copies: 9, Done: 6}},
	}
	for _, s := range f.steps() {
		if s.Key == "printing" && !s.Done {
			t.Error("6 good copies exist, and printing is to come")
		}
	}
}

// What was paid stays among the stops, however it was to be paid and whatever becomes of the order; what is paid when it is
// collected is no stop before that.
func TestPaidStaysAStop(t *testing.T) {
	for name, c := range map[string]struct {
		order shop.Order
		paid  bool
		shown bool
	}{
		"to be paid by transfer":            {shop.Order{Payment: shop.ByTransfer, Invoice: &shop.Invoice{State: shop.Draft, Total: 20_00}}, false, true},
		"when it is collected":              {shop.Order{Payment: shop.AtPickup, Invoice: &shop.Invoice{State: shop.Pending, Total: 20_00}}, false, false},
		"approved, and only at the counter": {shop.Order{Payment: shop.ByReview, Review: shop.ReviewApproved, Invoice: &shop.Invoice{State: shop.Draft, Total: 20_00}}, false, false},
		"and released":                      {shop.Order{Payment: shop.ByReview, Review: shop.ReviewApproved, Released: 3, Invoice: &shop.Invoice{State: shop.Pending, Total: 20_00}}, false, false},
		"paid before it is collected":       {shop.Order{Payment: shop.AtPickup, Released: 3, Jobs: shop.JobTally{Total: 1, Started: 1}, Invoice: &shop.Invoice{State: shop.Paid, Total: 20_00, Paid: 20_00, PaidAt: 4}}, true, true},
		"cancelled after it was paid":       {shop.Order{Payment: shop.ByCard, State: shop.OrderCancelled, Closed: 9, Released: 3, Invoice: &shop.Invoice{State: shop.Void, Total: 20_00, PaidAt: 4}}, true, true},
		"cancelled before":                  {shop.Order{Payment: shop.ByCard, State: shop.OrderCancelled, Closed: 9, Invoice: &shop.Invoice{State: shop.Void, Total: 20_00}}, false, false},
	} {
		o := c.order
		o.Created, o.Delivery.Method, o.Price.Total = 1, shop.Pickup, 20_00
		if o.State == "" {
			o.State = shop.OrderOpen
		}
		f := orderFacts{order: &o}
		if o.Payment == shop.ByTransfer {
			f.settings.BankDetails = "BSB 1"
		}
		at := slices.IndexFunc(f.steps(), func(s StepView) bool { return s.Key == "paid" })
		if (at >= 0) != c.shown || at >= 0 && f.steps()[at].Done != c.paid {
			t.Errorf("%s: %+v", name, f.steps())
		}
	}
}
