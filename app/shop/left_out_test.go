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

// A model that is printed in two colours is set up once: whichever of them is left out, the other one bears that.
func TestTheSetUpStaysWithWhatIsMade(t *testing.T) {
	setUp := PartPrice{Total: 11_00, Rows: []PriceRow{{Kind: RowSetup, Amount: 8_00}, {Kind: RowMaterial, Amount: 3_00}}}
	plain := PartPrice{Total: 5_00, Rows: []PriceRow{{Kind: RowMaterial, Amount: 5_00}}}
	items := []Item{
		{ID: "black", Copies: 1, MeshHash: "m", Price: setUp}, {ID: "white", Copies: 3, MeshHash: "m", Price: plain},
		{ID: "other", Copies: 1, MeshHash: "n", Price: PartPrice{Total: 20_00}},
	}
	p := Price{Total: 36_00, Rows: []PriceRow{{Kind: RowPart, Amount: 11_00, PartID: "black"}, {Kind: RowPart, Amount: 5_00, PartID: "white"}, {Kind: RowPart, Amount: 20_00, PartID: "other"}}}
	if got := p.LeaveOut(items, items[0], "No.", Tax{}).Total; got != 33_00 {
		t.Errorf("without the first colour it costs %s", got)
	}
	if got := p.LeaveOut(items, items[1], "No.", Tax{}).Total; got != 31_00 {
		t.Errorf("without the second colour it costs %s", got)
	}
	for _, order := range [][]Item{{items[0], items[1]}, {items[1], items[0]}} {
		if got := p.LeaveOut(items, order[0], "No.", Tax{}).LeaveOut(items, order[1], "No.", Tax{}).Total; got != 20_00 {
			t.Errorf("without both colours it costs %s", got)
		}
	}
	if got := p.CostOf(items, map[string]int{"white": 3, "other": 1}, Tax{}); got != 33_00 {
		t.Errorf("with the first cancelled it costs %s", got)
	}
	each := PartPrice{Total: 5_00, Rows: []PriceRow{{Kind: RowSetup, Amount: 1_00}}}
	items[0].Price, items[1].Price = each, each
	p = Price{Total: 30_00, Rows: []PriceRow{{Kind: RowPart, Amount: 5_00, PartID: "black"}, {Kind: RowPart, Amount: 5_00, PartID: "white"}, {Kind: RowPart, Amount: 20_00, PartID: "other"}}}
	if got := p.LeaveOut(items, items[0], "No.", Tax{}).Total; got != 25_00 {
		t.Errorf("set up for each copy, it costs %s without one", got)
	}
}

// Where some items have a price of their own and others have none, what staff set above those prices is for the others.
func TestWhatIsSetIsForWhatHasNoPrice(t *testing.T) {
	items := []Item{{ID: "arm", Copies: 1, Price: PartPrice{Total: 12_00}}, {ID: "sketch", Copies: 1}, {ID: "photo", Copies: 1}}
	p := Price{Total: 95_00, Rows: []PriceRow{{Kind: RowPart, Amount: 12_00, PartID: "arm"}, {Kind: RowMinimum, Amount: 3_00}, {Kind: RowAdjustment, Amount: 80_00}}}
	for name, c := range map[string]struct {
		copies map[string]int
		want   Cents
	}{
		"all":            {map[string]int{"arm": 1, "sketch": 1, "photo": 1}, 95_00},
		"the arm":        {map[string]int{"arm": 1}, 15_00},
		"what was drawn": {map[string]int{"sketch": 1, "photo": 1}, 80_00},
		"one of it":      {map[string]int{"photo": 1}, 40_00},
		"the arm and it": {map[string]int{"arm": 1, "photo": 1}, 55_00},
		"nothing":        {nil, 0},
	} {
		if got := p.CostOf(items, c.copies, Tax{}); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	out := p.LeaveOut(items, items[1], "No.", Tax{})
	if out.Total != 55_00 {
		t.Errorf("without the sketch it costs %s", out.Total)
	}
	if got := out.CostOf(items, map[string]int{"arm": 1}, Tax{}); got != 15_00 {
		t.Errorf("without the photo, too, it costs %s", got)
	}
	if got := out.LeaveOut(items, items[2], "No.", Tax{}); got.Total != 15_00 || got.CostOf(items, map[string]int{"arm": 1}, Tax{}) != 15_00 {
		t.Errorf("without all that was drawn it costs %s", got.Total)
	}
	if got := p.LeaveOut(items, items[0], "No.", Tax{}); got.Total != 80_00 || got.CostOf(items, map[string]int{"photo": 1}, Tax{}) != 40_00 {
		t.Errorf("without the arm it costs %s", got.Total)
	}
	less := Price{Total: 10_00, Rows: []PriceRow{{Kind: RowPart, Amount: 12_00, PartID: "arm"}, {Kind: RowAdjustment, Amount: -2_00}}}
	if got := less.CostOf(items, map[string]int{"arm": 1}, Tax{}); got != 10_00 {
		t.Errorf("at a lower price the arm costs %s", got)
	}
}
