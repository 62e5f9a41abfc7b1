package order

import (
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
