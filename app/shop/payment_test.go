package shop

import "testing"

func TestSessionMergeForgetsTheOrder(t *testing.T) {
	all := []CheckoutState{CheckoutIntent, CheckoutOpen, CheckoutProcessing, CheckoutExpired, CheckoutFailed, CheckoutPaid}
	for _, a := range all {
		for _, b := range all {
			if a.Merge(b) != b.Merge(a) {
				t.Errorf("%s with %s gives %s, the other way round %s", a, b, a.Merge(b), b.Merge(a))
			}
			if !a.Active() && a.Merge(b).Active() {
				t.Errorf("%s came back to life with news %s", a, b)
			}
		}
		if a.Merge(CheckoutPaid) != CheckoutPaid {
			t.Errorf("%s does not become paid", a)
		}
	}
}

func TestDisputeMergeForgetsTheOrder(t *testing.T) {
	news := []Dispute{
		{State: DisputeOpen, Seen: 1, Amount: 100},
		{State: DisputeOpen, Seen: 2, Amount: 100, FundsWithdrawn: true},
		{State: DisputeWon, Seen: 5, Amount: 100},
	}
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		d := news[order[0]]
		d.Merge(news[order[1]])
		d.Merge(news[order[2]])
		if want := (Dispute{State: DisputeWon, Seen: 5, Amount: 100}); d != want {
			t.Errorf("order %v: %+v", order, d)
		}
	}
	d := Dispute{State: DisputeWon, Seen: 5}
	d.Merge(Dispute{State: DisputeLost, Seen: 9, FundsWithdrawn: true})
	if d.State != DisputeLost || !d.FundsWithdrawn {
		t.Errorf("a later verdict does not stand: %+v", d)
	}
}

func TestHoldReason(t *testing.T) {
	inv := &Invoice{Total: 2000, Paid: 2000}
	for _, c := range []struct {
		name     string
		paid     Cents
		refunds  Cents
		disputes []Dispute
		held     bool
	}{
		{"nothing", 2000, 0, nil, false},
		{"part refunded", 2000, 500, nil, true},
		{"surplus refunded", 2500, 500, nil, false},
		{"disputed", 2000, 0, []Dispute{{State: DisputeOpen}}, true},
		{"won", 2000, 0, []Dispute{{State: DisputeWon}}, false},
		{"lost", 2000, 0, []Dispute{{State: DisputeWon}, {State: DisputeLost}}, true},
	} {
		inv.Paid, inv.Refunds = c.paid, c.refunds
		if got := inv.HoldReason(c.disputes); (got != "") != c.held {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

func TestWhichPaymentsMayBeAccepted(t *testing.T) {
	waiting := Payment{State: PaymentNeedsReview, Amount: 10_00, Currency: "AUD"}
	for name, c := range map[string]struct {
		stage    string
		change   func(*Payment)
		returned Cents
		want     Code
	}{
		"owed":             {"issued", func(*Payment) {}, 0, ""},
		"part sent back":   {"issued", func(*Payment) {}, 9_99, ""},
		"wholly sent back": {"issued", func(*Payment) {}, 10_00, "payment_refunded"},
		"counts":           {"issued", func(p *Payment) { p.State = PaymentSettled }, 0, "payment_settled"},
		"returned":         {"issued", func(p *Payment) { p.State = PaymentReturned }, 0, "payment_returned"},
		"a second time":    {"paid", func(p *Payment) { p.State = PaymentDuplicate }, 0, "nothing_due"},
		"the only one":     {"issued", func(p *Payment) { p.State = PaymentDuplicate }, 0, ""},
		"other currency":   {"issued", func(p *Payment) { p.Currency = "USD" }, 0, "currency_mismatch"},
		"cancelled":        {"cancelled", func(*Payment) {}, 0, "order_closed"},
		"written off":      {"written off", func(*Payment) {}, 0, ""}, // that is taken back with it
		"in review":        {"in review", func(*Payment) {}, 0, "order_in_review"},
		"paid meanwhile":   {"paid", func(*Payment) {}, 0, "nothing_due"},
		"refunded since":   {"refunded", func(*Payment) {}, 0, "nothing_due"},
		"reversed":         {"issued", func(p *Payment) { p.State = PaymentReversed }, 0, "payment_reversed"},
	} {
		v, p := orders()[c.stage], waiting
		c.change(&p)
		p.Returned = c.returned
		wantError(t, name, v.CanAccept(p), c.want, "")
	}
}

func TestWhichPaymentsMayBeAcceptedForAnInvoiceAlone(t *testing.T) {
	waiting := Payment{State: PaymentNeedsReview, Amount: 10_00, Currency: "AUD"}
	for name, c := range map[string]struct {
		inv  Invoice
		want Code
	}{
		"owed":           {Invoice{State: Pending, Currency: "AUD", Total: 5_00}, ""},
		"a draft":        {Invoice{State: Draft, Currency: "AUD", Total: 5_00}, ""},
		"paid":           {Invoice{State: Paid, Currency: "AUD", Total: 5_00, Paid: 5_00}, "nothing_due"},
		"void":           {Invoice{State: Void, Currency: "AUD", Total: 5_00}, "invoice_closed"},
		"written off":    {Invoice{State: WrittenOff, Currency: "AUD", Total: 5_00}, ""},
		"other currency": {Invoice{State: Pending, Currency: "NZD", Total: 5_00}, "currency_mismatch"},
	} {
		wantError(t, name, c.inv.CanAccept(waiting), c.want, "")
	}
}

func TestUnappliedPayments(t *testing.T) {
	for state, want := range map[PaymentState]bool{PaymentSettled: false, PaymentReturned: false, PaymentDuplicate: true, PaymentNeedsReview: true} {
		if got := (Payment{State: state}).Unapplied(); got != want {
			t.Errorf("%s: %v", state, got)
		}
	}
}

// The figures are Stripe's; a currency that Stripe lists none for has half a unit.
func TestTheLeastThatACardTakes(t *testing.T) {
	for currency, want := range map[string]Cents{"AUD": 50, "GBP": 30, "AED": 2_00, "BGN": 1_00, "INR": 50, "CZK": 15_00, "HUF": 175_00, "JPY": 50, "MXN": 10_00, "ZAR": 50} {
		if got := CardMinimum(currency); got != want {
			t.Errorf("%s: %s, want %s", currency, got, want)
		}
	}
}
