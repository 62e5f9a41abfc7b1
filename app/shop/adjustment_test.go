package shop

import (
	"testing"

	"github.com/shopspring/decimal"
)

// What a part of an order costs is its share of the price that was agreed on, with all of the delivery.
func TestCostOfCopies(t *testing.T) {
	item := func(id string, copies int, price Cents) Item {
		return Item{ID: id, Copies: copies, Price: PartPrice{Total: price}}
	}
	two := []Item{item("a", 4, 20_00), item("b", 3, 10_00)}
	rows := func(more ...PriceRow) Price {
		p := Price{Rows: append([]PriceRow{{Kind: RowPart, Amount: 20_00}, {Kind: RowPart, Amount: 10_00}}, more...)}
		for _, r := range p.Rows {
			if !r.Included {
				p.Total += r.Amount
			}
		}
		return p
	}
	none, gst := Tax{Mode: TaxNone}, decimal.NewFromInt(10)
	for name, c := range map[string]struct {
		price  Price
		items  []Item
		copies map[string]int
		tax    Tax
		want   Cents
	}{
		"nothing":                        {rows(), two, nil, none, 0},
		"nothing, and its delivery":      {rows(PriceRow{Kind: RowShipping, Amount: 12_40}), two, nil, none, 12_40},
		"all of it":                      {rows(PriceRow{Kind: RowAdjustment, Amount: -7}), two, map[string]int{"a": 4, "b": 3}, none, 29_93},
		"one of four":                    {rows(), two, map[string]int{"a": 1}, none, 5_00},
		"one of three, to the cent":      {rows(), two, map[string]int{"b": 1}, none, 3_33},
		"two of three":                   {rows(), two, map[string]int{"b": 2}, none, 6_67},
		"with the delivery":              {rows(PriceRow{Kind: RowShipping, Amount: 12_40}), two, map[string]int{"a": 1}, none, 17_40},
		"set-up goes with the parts":     {rows(PriceRow{Kind: RowSetup, Amount: 6_00}), two, map[string]int{"a": 4}, none, 24_00},
		"a minimum, too":                 {rows(PriceRow{Kind: RowMinimum, Amount: 10_00}), two, map[string]int{"a": 2, "b": 0}, none, 13_33},
		"and what staff took off":        {rows(PriceRow{Kind: RowAdjustment, Amount: -15_00}), two, map[string]int{"a": 2}, none, 5_00},
		"the tax within is told":         {rows(PriceRow{Kind: RowTax, Amount: 2_73, Included: true}), two, map[string]int{"a": 2}, Tax{Mode: TaxInclusive, Rate: gst}, 10_00},
		"the tax on top goes along":      {rows(PriceRow{Kind: RowTax, Amount: 3_00}), two, map[string]int{"a": 2}, Tax{Mode: TaxExclusive, Rate: gst}, 11_00},
		"more than was ordered":          {rows(), two, map[string]int{"a": 9, "b": 9}, none, 30_00},
		"without prices, by their count": {Price{Rows: []PriceRow{{Kind: RowAdjustment, Amount: 40_00}}, Total: 40_00}, []Item{item("a", 1, 0), item("b", 3, 0)}, map[string]int{"b": 1}, none, 10_00},
		"taken off more than is left":    {Price{Rows: []PriceRow{{Kind: RowPart, Amount: 10_00}, {Kind: RowAdjustment, Amount: -10_00}}}, []Item{item("a", 2, 10_00)}, map[string]int{"a": 1}, none, 0},
	} {
		if got := c.price.CostOf(c.items, c.copies, c.tax); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// An invoice asks for its total without what it was lowered by: what was paid beyond that is a surplus, and a refund of that is
// no question.
func TestALoweredInvoice(t *testing.T) {
	type money struct{ asked, balance, open, missing, stillLowers Cents }
	for name, c := range map[string]struct {
		v    Invoice
		want money
	}{
		"unpaid":                             {Invoice{Adjusted: 16_00}, money{24_00, 24_00, 0, 0, 0}},
		"to nothing":                         {Invoice{Adjusted: 40_00}, money{}},
		"paid in part":                       {Invoice{Adjusted: 16_00, Paid: 10_00}, money{24_00, 14_00, 0, 0, 0}},
		"paid just that":                     {Invoice{Adjusted: 16_00, Paid: 24_00}, money{24_00, 0, 0, 0, 0}},
		"paid before":                        {Invoice{Adjusted: 16_00, Paid: 40_00}, money{24_00, -16_00, 0, 0, 0}},
		"and some of it went back":           {Invoice{Adjusted: 16_00, Paid: 40_00, Refunds: 6_00}, money{24_00, -10_00, 0, 0, 0}},
		"and all of it":                      {Invoice{Adjusted: 16_00, Paid: 40_00, Refunds: 16_00}, money{24_00, 0, 0, 0, 0}},
		"and more than it":                   {Invoice{Adjusted: 16_00, Paid: 40_00, Refunds: 20_00}, money{24_00, 0, 4_00, 4_00, 0}},
		"a refund that lowered it before":    {Invoice{Adjusted: 16_00, Paid: 40_00, Refunds: 5_00, Lowered: 5_00}, money{24_00, -11_00, 0, 0, 0}},
		"lowered by less than that refund":   {Invoice{Adjusted: 2_00, Paid: 40_00, Refunds: 5_00, Lowered: 5_00}, money{38_00, 0, 0, 0, 3_00}},
		"lowered by a refund of what is due": {Invoice{Adjusted: 16_00, Paid: 20_00, Refunds: 5_00, Lowered: 5_00}, money{24_00, 4_00, 0, 0, 5_00}},
		"in cash":                            {Invoice{Adjusted: 16_00, Paid: 40_02, Rounding: 2}, money{24_00, -16_00, 0, 0, 0}},
	} {
		v := c.v
		v.Total, v.State, v.Issued, v.Currency = 40_00, Pending, 5, "AUD"
		if got := (money{v.Asked(), v.Balance(), v.OpenRefunds(), v.Missing(), v.LoweredLeft()}); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
		v.Settle(7)
		if paid := c.want.balance <= 0; (v.State == Paid) != paid || v.Payable() == paid {
			t.Errorf("%s: %s, payable %v", name, v.State, v.Payable())
		}
	}
}

// Only an invoice that was issued and counts is lowered, and to no more than it asks for.
func TestLoweringAnInvoice(t *testing.T) {
	issued := Invoice{State: Paid, Issued: 5, Total: 40_00, Adjusted: 10_00, Currency: "AUD", OrderNumber: "ORD-1001"}
	void, draft := issued, issued
	void.State = Void
	draft.State, draft.Issued = Draft, 0
	for name, c := range map[string]struct {
		v    Invoice
		to   Cents
		by   Cents
		code Code
	}{
		"by some":              {issued, 24_00, 6_00, ""},
		"by nothing":           {issued, 30_00, 0, ""},
		"to nothing":           {issued, 0, 30_00, ""},
		"to more":              {issued, 30_01, 0, "costs_out_of_range"},
		"to less than nothing": {issued, -1, 0, "costs_out_of_range"},
		"a draft":              {draft, 24_00, 0, "invoice_not_issued"},
		"a void one":           {void, 24_00, 0, "invoice_closed"},
	} {
		if by, err := c.v.Lower(c.to); by != c.by || (err != nil) != (c.code != "") || err != nil && !IsCode(err, c.code) {
			t.Errorf("%s: by %s, %v", name, by, err)
		}
	}
}
