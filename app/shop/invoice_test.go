package shop

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
)

// invoices are every state an invoice can be in, by name.
func invoices() map[string]Invoice {
	with := func(state InvoiceState, issued Time, paid, refunds Cents) Invoice {
		v := Invoice{OrderNumber: "ORD-1001", State: state, Currency: "AUD", Total: 20_00, Issued: issued, Paid: paid, Refunds: refunds}
		if issued != 0 {
			v.Number = "INV-0001"
		}
		return v
	}
	return map[string]Invoice{
		"draft": with(Draft, 0, 0, 0), "issued": with(Pending, 5, 0, 0), "part paid": with(Pending, 5, 5_00, 0), "paid": with(Paid, 5, 20_00, 0),
		"refunded": with(Paid, 5, 20_00, 20_00), "void": with(Void, 5, 0, 0), "void draft": with(Void, 0, 0, 0), "written off": with(WrittenOff, 5, 0, 0),
	}
}

func TestEveryStepOfAnInvoice(t *testing.T) {
	for name, c := range map[string]struct {
		do    func(*Invoice) error
		codes map[string]Code // by state; those not named are refused as closed
		after func(before, v Invoice) bool
	}{
		"issue": {
			func(v *Invoice) error { return v.Issue("INV-0009", 9) },
			map[string]Code{"draft": "", "issued": "", "part paid": "", "paid": "", "refunded": "", "void": "", "written off": ""},
			func(before, v Invoice) bool { // once only
				if before.Issued != 0 {
					return v == before
				}
				return v.Number == "INV-0009" && v.Issued == 9 && v.State == Pending
			},
		},
		"void": {
			func(v *Invoice) error { return v.Void("Typed wrong.", 9) },
			map[string]Code{"draft": "", "issued": "", "refunded": "", "part paid": "", "paid": ""},
			func(before, v Invoice) bool {
				return v.State == Void && v.Voided == 9 && v.VoidReason == "Typed wrong." && v.Number == before.Number
			},
		},
	} {
		for state, v := range invoices() {
			code, ok := c.codes[state]
			if !ok {
				code = "invoice_closed"
			}
			before := v
			err := c.do(&v)
			if code != "" && !IsCode(err, code) || code == "" && err != nil {
				t.Errorf("%s, %s: %v, want %q", name, state, err, code)
			}
			if err == nil && !c.after(before, v) {
				t.Errorf("%s, %s: %+v", name, state, v)
			}
		}
	}
}

func TestSettleWhenNothingIsOwed(t *testing.T) {
	for _, c := range []struct {
		name                    string
		state                   InvoiceState
		paid, refunds, rounding Cents
		want                    InvoiceState
	}{
		{"nothing paid", Pending, 0, 0, 0, Pending},
		{"a cent short", Pending, 19_99, 0, 0, Pending},
		{"to the cent", Pending, 20_00, 0, 0, Paid},
		{"too much", Pending, 25_00, 0, 0, Paid},
		{"rounded down in cash", Pending, 19_95, 0, -5, Paid},
		{"sent back", Pending, 20_00, 1, 0, Paid}, // nobody has said that it is owed again
		{"a draft", Draft, 20_00, 0, 0, Draft},
		{"closed", Void, 20_00, 0, 0, Void},
	} {
		v := Invoice{State: c.state, Total: 20_00, Paid: c.paid, Refunds: c.refunds, Rounding: c.rounding}
		v.Settle(8)
		if v.State != c.want || (v.PaidAt == 8) != (c.want == Paid) {
			t.Errorf("%s: %s at %d", c.name, v.State, v.PaidAt)
		}
	}
}

func TestWhatAnInvoiceAsksFor(t *testing.T) {
	for state, want := range map[string]struct {
		payable, covered bool
		held             Cents
	}{
		"draft": {true, false, 0}, "issued": {true, false, 0}, "part paid": {true, false, 5_00}, "paid": {false, true, 20_00}, "refunded": {false, true, 0},
		"void": {}, "void draft": {}, "written off": {false, true, 0},
	} {
		v := invoices()[state]
		if v.Payable() != want.payable || v.Covered() != want.covered || v.Held() != want.held {
			t.Errorf("%s: payable %v, covered %v, %s held", state, v.Payable(), v.Covered(), v.Held())
		}
	}
	for want, v := range map[string]Invoice{"Order ORD-1001": {OrderNumber: "ORD-1001", Number: "INV-0001"}, "Invoice INV-0001": {Number: "INV-0001"}, "This invoice": {}} {
		if got := v.Label(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// An order's price, whatever it consists of, becomes lines that sum to its total, with the tax where it is added.
func TestLinesOfAPrice(t *testing.T) {
	ten := Tax{Mode: TaxExclusive, Name: "GST", Rate: decimal.RequireFromString("10")}
	p := DefaultSettings("UTC").Pricing
	p.SetupScope, p.MinimumScope, p.Minimum = PerOrder, PerOrder, decimal.RequireFromString("200")
	facts := []PartFacts{
		{ID: "a", Name: "clip.stl", Copies: 3, Grams: 4.7, Seconds: 2400, SellPerGram: decimal.RequireFromString("0.08"), PerPlate: 4},
		{ID: "b", Name: "hook.stl", Copies: 1, Grams: 40, Seconds: 9000, SellPerGram: decimal.RequireFromString("0.08"), PerPlate: 4},
	}
	adjusted := Cents(150_00)
	for name, price := range map[string]Price{
		"as worked out": p.Order(facts, &ShippingFee{Label: "Post", Fee: decimal.RequireFromString("12.40")}, ten, "AUD", nil, false),
		"adjusted down": p.Order(facts, &ShippingFee{Label: "Post", Fee: decimal.RequireFromString("12.40")}, ten, "AUD", &adjusted, false),
	} {
		items := []Item{}
		for _, f := range facts {
			items = append(items, Item{ID: f.ID, Name: f.Name, Copies: f.Copies, Price: price.Parts[f.ID]})
		}
		sum, kinds := price.Tax, ""
		for _, l := range price.Lines(items) {
			sum += l.Amount
			kinds += fmt.Sprintf("%s %s; ", l.Kind, l.Name)
			if Round(l.Quantity.Mul(l.UnitPrice)) != l.Amount {
				t.Errorf("%s, %s: %s x %s is not %s", name, l.Name, l.Quantity, l.UnitPrice, l.Amount)
			}
		}
		want := "PRINT clip.stl × 3; PRINT hook.stl; OTHER Set-up; OTHER Top-up to the minimum order of $200.00; DELIVERY Post; "
		if name == "adjusted down" {
			want += "OTHER Adjusted by the shop; "
		}
		if sum != price.Total || kinds != want {
			t.Errorf("%s: %s of %s: %s", name, sum, price.Total, kinds)
		}
	}
}

func TestBalance(t *testing.T) {
	if got := (Ledger{Total: 100_00, Rounding: 2, Adjustments: 10_00, Payments: 60_00, Credits: 5_00, Refunds: 1_00}).Balance(); got != 26_02 {
		t.Errorf("owed: %s", got)
	}
}

// Money that counts again pays an invoice from when it came, and what lowered it from then on.
func TestCoveredSince(t *testing.T) {
	pay := func(at Time, sum Cents, state PaymentState) Payment {
		return Payment{Created: at, Amount: sum, State: state}
	}
	for name, c := range map[string]struct {
		v        Invoice
		payments []Payment
		lowered  []Adjustment
		want     Time
	}{
		"in one":                 {Invoice{Total: 20_00, Paid: 20_00, Issued: 1}, []Payment{pay(5, 20_00, PaymentSettled), pay(9, 20_00, PaymentDuplicate)}, nil, 5},
		"in two":                 {Invoice{Total: 20_00, Paid: 20_00, Issued: 1}, []Payment{pay(5, 8_00, PaymentSettled), pay(7, 12_00, PaymentSettled)}, nil, 7},
		"and again since":        {Invoice{Total: 20_00, Paid: 25_00, Issued: 1}, []Payment{pay(5, 20_00, PaymentSettled), pay(9, 5_00, PaymentSettled)}, nil, 5},
		"by what it costs less":  {Invoice{Total: 20_00, Paid: 15_00, Adjusted: 5_00, Issued: 1}, []Payment{pay(5, 15_00, PaymentSettled)}, []Adjustment{{Amount: 5_00, Created: 8}}, 8},
		"before it had a number": {Invoice{Total: 20_00, Paid: 20_00, Issued: 6}, []Payment{pay(5, 20_00, PaymentSettled)}, nil, 6},
		"for nothing":            {Invoice{PaidAt: 4, Issued: 4}, nil, nil, 4},
	} {
		if got := c.v.CoveredSince(c.payments, c.lowered); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
