package shop

import (
	"encoding/json"
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
		"made from another model":          {[]string{"a.stl" + remade}, func(*now) {}, []string{"a.stl" + remade}},
		"a photo, which somebody looks at": {[]string{"We need to look at a.jpg first."}, func(*now) {}, []string{"We need to look at a.jpg first."}},
	} {
		n := now{DefaultSettings("UTC"), Order{State: OrderOpen, Review: ReviewRequested, ReviewReasons: said(c.had...), Delivery: Delivery{Method: Pickup}}, true, 1, 1, true}
		n.o.Price.Total = 20_00
		c.change(&n)
		if got := n.o.SettledReasons(n.set, n.cards, Printing{Seconds: n.hours * 3600, Longest: n.run * 3600}, n.sliced); !slices.Equal(Messages(got), c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Of an item that is made from another model only the reasons that hold for that one stay.
func TestReasonsOfAnItemSettle(t *testing.T) {
	sound := PartStanding{ID: "1", Name: "a.jpg", Watertight: true, UnitsSure: true, Fits: true, Sliced: true}
	open := sound
	open.Watertight = false
	items := []Item{{ID: "1", Name: "a.jpg"}, {ID: "2", Name: "b.stl"}}
	other := "The surface of b.stl is not closed."
	for _, had := range [][]ReviewReason{
		PartStanding{ID: "1", Name: "a.jpg", ReviewFile: true}.ReviewReasons(),
		PartStanding{ID: "1", Name: "a.jpg"}.ReviewReasons(), // the unit, the surface and the size
		PartStanding{ID: "1", Name: "a renamed one", Failed: true, FailMessage: "It cannot be read."}.ReviewReasons(),
		// As they were written down before they said which item they are of:
		said(Messages(PartStanding{Name: "a.jpg", ReviewFile: true}.ReviewReasons())...),
		said(Messages(PartStanding{Name: "a.jpg"}.ReviewReasons())...),
		said("a.jpg: Too detailed to slice here."),
		{},
	} {
		for _, c := range []struct {
			now  PartStanding
			want []string
		}{{sound, []string{other}}, {open, []string{other, "The surface of a.jpg is not closed."}}} {
			o := Order{ReviewReasons: append(said(other), had...)}
			if o.SettleItem(c.now, items); !slices.Equal(Messages(o.ReviewReasons), c.want) {
				t.Errorf("%q: %q, want %q", had, o.ReviewReasons, c.want)
			}
		}
	}
}

// Names are the customers' own: one begins as another and goes on with a colon, two are the same, and one reads as a reason does.
func TestNamesThatReadAsReasons(t *testing.T) {
	failed := func(id, name string) ReviewReason {
		return PartStanding{ID: id, Name: name, Failed: true, FailMessage: "It cannot be read."}.ReviewReasons()[0]
	}
	limit := ReviewReason{Code: reasonOverLimit, Message: overPayLimit + "$300.00" + first}
	like := "We review orders over $300.00 first." // the name of a file
	for name, c := range map[string]struct {
		items   []Item
		reasons []ReviewReason
		left    []ReviewReason // when the first item is sound
	}{
		"one begins as the other":         {[]Item{{ID: "1", Name: "a"}, {ID: "2", Name: "a: b"}}, []ReviewReason{failed("1", "a"), failed("2", "a: b")}, []ReviewReason{failed("2", "a: b")}},
		"the other way about":             {[]Item{{ID: "2", Name: "a: b"}, {ID: "1", Name: "a"}}, []ReviewReason{failed("1", "a"), failed("2", "a: b")}, []ReviewReason{failed("1", "a")}},
		"as they were written before":     {[]Item{{ID: "1", Name: "a"}, {ID: "2", Name: "a: b"}}, said("a: It cannot be read.", "a: b: It cannot be read."), said("a: b: It cannot be read.")},
		"two of the same name":            {[]Item{{ID: "1", Name: "a"}, {ID: "2", Name: "a"}}, []ReviewReason{failed("1", "a"), failed("2", "a")}, []ReviewReason{failed("2", "a")}},
		"nobody can tell which was meant": {[]Item{{ID: "1", Name: "a"}, {ID: "2", Name: "a"}}, said("a: It cannot be read."), said("a: It cannot be read.")},
		"renamed since":                   {[]Item{{ID: "1", Name: "c"}, {ID: "2", Name: "a"}}, []ReviewReason{failed("1", "a"), failed("2", "a")}, []ReviewReason{failed("2", "a")}},
		"named as a limit reads":          {[]Item{{ID: "1", Name: "We review orders over $300.00 first."}}, []ReviewReason{limit, failed("1", like)}, []ReviewReason{limit}},
		"named as another model reads":    {[]Item{{ID: "1", Name: "a" + remade}}, []ReviewReason{failed("1", "a"+remade), Remade(Item{ID: "1", Name: "a"})}, []ReviewReason{Remade(Item{ID: "1", Name: "a"})}},
	} {
		o := Order{ReviewReasons: c.reasons}
		o.SettleItem(PartStanding{ID: c.items[0].ID, Name: c.items[0].Name, Watertight: true, UnitsSure: true, Fits: true, Sliced: true}, c.items)
		if !slices.Equal(o.ReviewReasons, c.left) {
			t.Errorf("%s: %+v, want %+v", name, o.ReviewReasons, c.left)
		}
	}
	// A file that is named as a limit reads keeps its reason, whatever the price; and the customer reads it.
	odd := ReviewReason{Code: "failed", Message: overPayLimit + "the moon: Look at it" + first, Item: "1"}
	o := Order{State: OrderOpen, Review: ReviewRequested, ReviewReasons: []ReviewReason{odd, Remade(Item{Name: "a"})}, Delivery: Delivery{Method: Pickup}}
	if got := o.SettledReasons(DefaultSettings("UTC"), true, Printing{Seconds: 3600, Longest: 3600}, true); !slices.Equal(got, o.ReviewReasons) || !slices.Equal(o.CustomerReasons(), []string{odd.Message}) {
		t.Errorf("%+v, the customer reads %q", got, o.CustomerReasons())
	}
	if got := o.ReasonsOf("1", []Item{{ID: "1"}}); !slices.Equal(got, []string{odd.Message}) {
		t.Errorf("of the item: %q", got)
	}
}

// Reasons are read as they are kept, and as they were kept when they were words alone.
func TestReasonsAreReadAsTheyWereWritten(t *testing.T) {
	var got []ReviewReason
	if err := json.Unmarshal([]byte(`["A \"photo\".",{"code":"failed","message":"a: No.","item":"1"}]`), &got); err != nil || !slices.Equal(got, []ReviewReason{{Message: `A "photo".`}, {"failed", "a: No.", "1"}}) {
		t.Errorf("%+v, %v", got, err)
	}
	text, err := json.Marshal(got)
	var again []ReviewReason
	if err != nil || json.Unmarshal(text, &again) != nil || !slices.Equal(got, again) {
		t.Errorf("%s: %+v, %v", text, again, err)
	}
}

// said are reasons that are words alone.
func said(words ...string) (reasons []ReviewReason) {
	for _, w := range words {
		reasons = append(reasons, ReviewReason{Message: w})
	}
	return reasons
}
