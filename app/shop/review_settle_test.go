package shop

import (
	"slices"
	"testing"
)

// A reason that rests on a figure goes when that changes, and comes when it holds; what people decide about stays.
func TestReasonsSettle(t *testing.T) {
	const asked = "The customer asked for a review."
	type now struct {
		set    Settings
		o      Order
		cards  bool
		hours  float64
		run    float64
		sliced bool
	}
	overLimit, overHours := "We review orders over $300.00 first.", "We review orders of more than 100 hours of printing first."
	const overRun = "We review prints that run for more than 24 hours in one go first."
	for name, c := range map[string]struct {
		had    []string
		change func(*now)
		want   []string
	}{
		"nothing changed":                  {[]string{asked}, func(*now) {}, []string{asked}},
		"cheaper than the limit":           {[]string{asked, overLimit}, func(*now) {}, []string{asked}},
		"dearer than the limit":            {[]string{asked}, func(n *now) { n.o.Price.Total = 300_01 }, []string{asked, overLimit}},
		"the limit was raised":             {[]string{overLimit}, func(n *now) { n.set.PayLimit, n.o.Price.Total = 500_00, 400_00 }, []string{}},
		"the limit was lowered":            {[]string{overLimit}, func(n *now) { n.set.PayLimit = 10_00 }, []string{"We review orders over $10.00 first."}},
		"its price is not known":           {[]string{overLimit}, func(n *now) { n.o.Price.Total, n.sliced = 0, false }, []string{overLimit}},
		"not all of its price is":          {[]string{overLimit}, func(n *now) { n.sliced = false }, []string{overLimit}},
		"printed faster":                   {[]string{overHours}, func(*now) {}, []string{}},
		"printed longer":                   {nil, func(n *now) { n.hours = 100.5 }, []string{overHours}},
		"longer prints are fine":           {[]string{overHours}, func(n *now) { n.hours, n.set.PayLimitAllHours = 130, 140 }, []string{}},
		"24 hours were of the whole order": {[]string{"We review orders of more than 24 hours of printing first."}, func(n *now) { n.hours = 30 }, []string{}},
		"one run is longer":                {nil, func(n *now) { n.hours, n.run = 25, 25 }, []string{overRun}},
		"no run is as long":                {[]string{overRun}, func(n *now) { n.hours, n.run = 50, 23 }, []string{}},
		"nobody knows how long":            {[]string{overHours}, func(n *now) { n.sliced = false }, []string{overHours}},
		"under the limit of pickup":        {[]string{NoWayToPay}, func(n *now) { n.cards = false }, []string{}},
		"over the limit of pickup":         {nil, func(n *now) { n.cards, n.o.Price.Total = false, n.set.PickupLimit+1 }, []string{NoWayToPay}},
		"that limit was raised":            {[]string{NoWayToPay}, func(n *now) { n.cards, n.o.Price.Total, n.set.PickupLimit = false, 60_00, 70_00 }, []string{}},
		"cards came":                       {[]string{NoWayToPay}, func(n *now) { n.o.Price.Total = 60_00 }, []string{}},
		"a bank account came":              {[]string{NoWayToPay}, func(n *now) { n.cards, n.o.Price.Total, n.set.BankDetails = false, 60_00, "BSB 1" }, []string{}},
		"sent, and cards went":             {nil, func(n *now) { n.cards, n.o.Delivery.Method, n.o.Price.Shipping = false, Ship, new(Cents) }, []string{NoWayToPay}},
		"delivery has its price":           {[]string{NoDeliveryPrice}, func(n *now) { n.o.Delivery.Method, n.o.Price.Shipping = Ship, new(Cents) }, []string{}},
		"delivery has none":                {[]string{NoDeliveryPrice}, func(n *now) { n.o.Delivery.Method = Ship }, []string{NoDeliveryPrice}},
		"it is collected after all":        {[]string{NoDeliveryPrice}, func(*now) {}, []string{}},
		"nobody reviews it":                {[]string{overLimit}, func(n *now) { n.o.Review = ReviewApproved }, []string{overLimit}},
		"made from another model":          {[]string{Remade("a.stl")}, func(*now) {}, []string{Remade("a.stl")}},
		"a photo, which somebody looks at": {[]string{"We need to look at a.jpg first."}, func(*now) {}, []string{"We need to look at a.jpg first."}},
	} {
		n := now{DefaultSettings("UTC"), Order{State: OrderOpen, Review: ReviewRequested, ReviewReasons: c.had, Delivery: Delivery{Method: Pickup}}, true, 1, 1, true}
		n.o.Price.Total = 20_00
		c.change(&n)
		if got := n.o.SettledReasons(n.set, n.cards, Printing{Seconds: n.hours * 3600, Longest: n.run * 3600}, n.sliced); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Of an item that is made from another model only the reasons that hold for that one stay.
func TestReasonsOfAnItemSettle(t *testing.T) {
	sound := PartStanding{Name: "a.jpg", Watertight: true, UnitsSure: true, Fits: true, Sliced: true}
	open := sound
	open.Watertight = false
	other := "The surface of b.stl is not closed."
	for _, had := range [][]string{
		Messages(PartStanding{Name: "a.jpg", ReviewFile: true}.ReviewReasons()),
		Messages(PartStanding{Name: "a.jpg"}.ReviewReasons()), // the unit, the surface and the size
		{"a.jpg: Too detailed to slice here."},
		{},
	} {
		for _, c := range []struct {
			now  PartStanding
			want []string
		}{{sound, []string{other}}, {open, []string{other, "The surface of a.jpg is not closed."}}} {
			o := Order{ReviewReasons: append([]string{other}, had...)}
			if o.SettleItem(c.now); !slices.Equal(o.ReviewReasons, c.want) {
				t.Errorf("%q: %q, want %q", had, o.ReviewReasons, c.want)
			}
		}
	}
}
