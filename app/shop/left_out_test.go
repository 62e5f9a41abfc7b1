package shop

import "testing"

// A part that is left out takes its share of all else with it, whatever the tax is; put back, the price is what it was, to the cent.
func TestLeavingAPartOut(t *testing.T) {
	item := func(id string, copies int, total Cents) Item {
		return Item{ID: id, Name: id + ".stl", Copies: copies, Price: PartPrice{Total: total}}
	}
	three := []Item{item("a", 1, 10_00), item("b", 2, 20_00), item("c", 1, 30_00)}
	gst := MustRate("10")
	for name, c := range map[string]struct {
		more  []PriceRow
		items []Item
		tax   Tax
		want  Cents // without a; then without a and b
		last  Cents
	}{
		"the parts alone":         {nil, three, Tax{}, 50_00, 30_00},
		"the delivery stays":      {[]PriceRow{{Kind: RowShipping, Amount: 12_00}}, three, Tax{}, 62_00, 42_00},
		"set-up goes with them":   {[]PriceRow{{Kind: RowSetup, Amount: 6_00}}, three, Tax{}, 55_00, 33_00},
		"what staff took off":     {[]PriceRow{{Kind: RowAdjustment, Amount: -12_00}}, three, Tax{}, 40_00, 24_00},
		"tax on top":              {nil, three, Tax{Mode: TaxExclusive, Name: "GST", Rate: gst}, 55_00, 33_00},
		"tax within":              {nil, three, Tax{Mode: TaxInclusive, Name: "GST", Rate: gst}, 50_00, 30_00},
		"a price set by the shop": {[]PriceRow{{Kind: RowAdjustment, Amount: 40_00}}, []Item{item("a", 1, 0), item("b", 2, 0), item("c", 1, 0)}, Tax{}, 30_00, 10_00},
	} {
		p := Price{}
		for _, it := range c.items {
			if it.Price.Total > 0 {
				p.Rows = append(p.Rows, PriceRow{Kind: RowPart, Amount: it.Price.Total, PartID: it.ID})
			}
		}
		p.Rows = append(p.Rows, c.more...)
		for _, r := range p.Rows {
			p.Total += r.Amount
		}
		c.tax.apply(&p, nil)
		one := p.LeaveOut(c.items, c.items[0], "No.", c.tax)
		two := one.LeaveOut(c.items, c.items[1], "Nor this.", c.tax)
		if one.Total != c.want || two.Total != c.last {
			t.Errorf("%s: %s and %s, want %s and %s", name, one.Total, two.Total, c.want, c.last)
		}
		if reason, out := two.LeftOut("b"); !out || reason != "Nor this." {
			t.Errorf("%s: %q, %v", name, reason, out)
		}
		if got := two.CostOf(c.items, map[string]int{"c": 1}, c.tax); got != two.Total {
			t.Errorf("%s: what is left of it costs %s instead of %s", name, got, two.Total)
		}
		if back := two.PutBack("a", c.tax).PutBack("b", c.tax); back.Total != p.Total || len(back.Rows) != len(p.Rows) {
			t.Errorf("%s: put back, it costs %s instead of %s: %+v", name, back.Total, p.Total, back.Rows)
		}
		if again := p.LeaveOutAgain(two, c.items, c.tax); again.Total != two.Total {
			t.Errorf("%s: worked out anew it costs %s instead of %s", name, again.Total, two.Total)
		}
		told := p.TellLeftOut(c.items[0], "No.")
		if _, out := told.LeftOut("a"); !out || told.Total != p.Total || len(told.Shown().Rows) != len(p.Rows) || told.PutBack("a", c.tax).Total != p.Total {
			t.Errorf("%s: told, it costs %s", name, told.Total)
		}
		if got := told.CostOf(c.items, map[string]int{"a": 1, "b": 2, "c": 1}, c.tax); got != c.want {
			t.Errorf("%s: told, the rest costs %s instead of %s", name, got, c.want)
		}
	}
	if p := (Price{Total: 5}); p.PutBack("a", Tax{}).Total != 5 {
		t.Error("what was not left out comes back")
	}
}

// A part is left out while nothing has left and another is to be made, and comes back as long as its price can.
func TestWhatMayBeLeftOut(t *testing.T) {
	a, b := Item{ID: "a", Name: "a.stl", Copies: 1, Price: PartPrice{Total: 5_00}}, Item{ID: "b", Name: "b.stl", Copies: 1, Price: PartPrice{Total: 5_00}}
	third := Item{ID: "c", Name: "c.stl", Copies: 1, Price: PartPrice{Total: 5_00}}
	out := func(told bool) Price {
		return Price{Rows: []PriceRow{{Kind: RowLeftOut, PartID: "a", Included: told}}}
	}
	issued := &Invoice{State: Pending, Issued: 5, Total: 10_00}
	cancelled := []Job{{ItemID: "b", State: JobCancelled}, {ItemID: "c", State: JobCancelled}, {ItemID: "a", State: JobQueued}}
	for name, c := range map[string]struct {
		o           Order
		jobs        []Job
		leave, back Code
	}{
		"open":                     {Order{State: OrderOpen}, nil, "", "item_not_left_out"},
		"released":                 {Order{State: OrderOpen, Released: 5, Invoice: issued}, []Job{{ItemID: "b", State: JobPrinting}}, "", "item_not_left_out"},
		"the last that is made":    {Order{State: OrderOpen}, cancelled, "item_is_the_last", "item_not_left_out"},
		"another was cancelled":    {Order{State: OrderOpen, Released: 5, Invoice: issued}, []Job{{ItemID: "c", State: JobCancelled}, {ItemID: "a", State: JobQueued}}, "job_cancelled_before", "item_not_left_out"},
		"some has left":            {Order{State: OrderOpen, Copies: CopyTally{Left: 1}}, nil, "order_partly_left", "item_not_left_out"},
		"done":                     {Order{State: OrderCompleted}, nil, "order_not_open", "item_not_left_out"},
		"left out":                 {Order{State: OrderOpen, Price: out(false)}, nil, "item_left_out", ""},
		"left out, and cancelled":  {Order{State: OrderCancelled, Price: out(false)}, nil, "order_not_open", "order_not_open"},
		"left out, and issued":     {Order{State: OrderOpen, Price: out(false), Invoice: issued}, nil, "item_left_out", "item_not_invoiced"},
		"left out of what is owed": {Order{State: OrderOpen, Price: out(true), Invoice: issued}, nil, "item_left_out", ""},
		"and released":             {Order{State: OrderOpen, Price: out(true), Invoice: issued, Released: 5}, nil, "item_left_out", "item_job_cancelled"},
	} {
		if err := c.o.CanLeaveOut(a, []Item{a, b, third}, c.jobs); (err != nil) != (c.leave != "") || err != nil && !IsCode(err, c.leave) {
			t.Errorf("%s: left out: %v", name, err)
		}
		if err := c.o.CanPutBack(a); (err != nil) != (c.back != "") || err != nil && !IsCode(err, c.back) {
			t.Errorf("%s: put back: %v", name, err)
		}
	}
}
