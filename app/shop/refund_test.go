package shop

import (
	"strings"
	"testing"
)

// What was refunded is owed by nobody until staff say so; then it can be paid again, and only then.
func TestWhatARefundMeans(t *testing.T) {
	for name, c := range map[string]struct {
		paid, refunds, lowered, owed, rounding Cents
		balance, open                          Cents
		covered                                bool
	}{
		"paid":                          {20_00, 0, 0, 0, 0, 0, 0, true},
		"refunded":                      {20_00, 5_00, 0, 0, 0, 0, 5_00, true},
		"refunded wholly":               {20_00, 20_00, 0, 0, 0, 0, 20_00, true},
		"it costs less":                 {20_00, 5_00, 5_00, 0, 0, 0, 0, true},
		"it is owed again":              {20_00, 5_00, 0, 5_00, 0, 5_00, 0, false},
		"and was paid again":            {25_00, 5_00, 0, 5_00, 0, 0, 0, true},
		"and then too much":             {26_00, 5_00, 0, 5_00, 0, -1_00, 0, true},
		"and that was sent back":        {26_00, 6_00, 0, 5_00, 0, 0, 0, true},
		"one of each, and more":         {20_00, 9_00, 5_00, 3_00, 0, 3_00, 1_00, false},
		"a surplus":                     {25_00, 0, 0, 0, 0, -5_00, 0, true},
		"of which some was sent back":   {25_00, 3_00, 0, 0, 0, -2_00, 0, true},
		"and more than it was":          {25_00, 6_00, 0, 0, 0, 0, 1_00, true},
		"of which a part is answered":   {25_00, 9_00, 1_00, 0, 0, 0, 3_00, true},
		"a part was paid and sent back": {5_00, 5_00, 0, 0, 0, 15_00, 5_00, false},
		"in coins":                      {19_95, 1_00, 0, 0, -5, 0, 1_00, true},
	} {
		v := Invoice{State: Paid, Issued: 1, Currency: "AUD", Total: 20_00, Paid: c.paid, Refunds: c.refunds, Lowered: c.lowered, OwedAgain: c.owed, Rounding: c.rounding}
		if v.Balance() != c.balance || v.OpenRefunds() != c.open || v.Covered() != c.covered {
			t.Errorf("%s: %s owed, %s open, covered %v", name, v.Balance(), v.OpenRefunds(), v.Covered())
		}
		if c.open > 0 {
			lowered, again := v, v
			lowered.Lowered += v.Answers(false)
			again.OwedAgain += v.Answers(true)
			if lowered.OpenRefunds() != 0 || lowered.Balance() != c.balance {
				t.Errorf("%s, and it costs less: %s owed, %s open", name, lowered.Balance(), lowered.OpenRefunds())
			}
			if again.OpenRefunds() != 0 || again.Balance() != c.balance+c.open {
				t.Errorf("%s, and it is owed again: %s owed, %s open", name, again.Balance(), again.OpenRefunds())
			}
			again.Paid += again.Balance()
			if again.Balance() != 0 || again.OpenRefunds() != 0 {
				t.Errorf("%s, owed again and paid: %s owed, %s open", name, again.Balance(), again.OpenRefunds())
			}
			if again.Refunds++; again.Balance() != 0 || again.OpenRefunds() != 1 {
				t.Errorf("%s, owed again, paid, and a cent sent back: %s owed, %s open", name, again.Balance(), again.OpenRefunds())
			}
		}
		if v.Reopen(); (v.State == Pending) != (c.balance > 0) {
			t.Errorf("%s: %s", name, v.State)
		}
	}
}

func TestWhichPaymentsMayBeReversed(t *testing.T) {
	for name, c := range map[string]struct {
		payment Payment
		want    Code
	}{
		"cash":                        {Payment{State: PaymentSettled, Method: ByCash}, ""},
		"reversed":                    {Payment{State: PaymentReversed, Method: ByCash}, "payment_reversed"},
		"by Stripe":                   {Payment{State: PaymentSettled, Method: ByCard, Processor: "stripe"}, "payment_by_stripe"},
		"not counted":                 {Payment{State: PaymentDuplicate, Method: ByCard, Processor: "stripe"}, "payment_not_counting"},
		"more than was owed":          {Payment{State: PaymentDuplicate, Method: ByTransfer}, ""},
		"not sent back after all":     {Payment{State: PaymentNeedsReview, Method: ByTransfer}, ""},
		"more, of a debt given up":    {Payment{State: PaymentDuplicate, Method: ByTransfer, GivenUp: true}, ""},
		"more that was sent back":     {Payment{State: PaymentReturned, Method: ByTransfer}, "payment_not_counting"},
		"sent back":                   {Payment{State: PaymentSettled, Method: ByTransfer, Returned: 1}, "payment_refunded"},
		"of a debt that was given up": {Payment{State: PaymentSettled, Method: ByCash, GivenUp: true}, "invoice_written_off"},
	} {
		wantError(t, name, c.payment.CanReverse(), c.want, "")
	}
}

func TestWhatIsLeftOfAPayment(t *testing.T) {
	for left, p := range map[Cents]Payment{10_00: {Amount: 10_00}, 7_00: {Amount: 10_00, Returned: 3_00}, 0: {Amount: 10_00, Returned: 5_00, Disputed: 10_00}} {
		if p.Left() != left {
			t.Errorf("%+v: %s", p, p.Left())
		}
	}
}

func TestWhoIsToldThatNobodyCanPay(t *testing.T) {
	for _, c := range []struct {
		cards bool
		bank  string
		told  bool
	}{{false, "", true}, {true, "", false}, {false, "BSB", false}} {
		s := Settings{BankDetails: c.bank, Currency: "AUD", PickupLimit: 50_00}
		if (s.PaymentWarning(c.cards) != "") != c.told {
			t.Errorf("%+v: %q", c, s.PaymentWarning(c.cards))
		}
	}
	s := Settings{Currency: "AUD", PickupLimit: 50_00}
	if w := s.PaymentWarning(false); strings.Contains(w, "ickups over") || !strings.Contains(w, "no collection address") {
		t.Errorf("nobody can collect: %q", w)
	}
	s.PickupAddress = "12 Example Street"
	if w := s.PaymentWarning(false); !strings.Contains(w, "over $50.00 to collect") {
		t.Errorf("collected: %q", w)
	}
}

// The reason for a price that staff set stands with the difference, and stays when the price is looked at again.
func TestTheReasonForAPrice(t *testing.T) {
	tax := Tax{Mode: TaxNone}
	price := Price{Rows: []PriceRow{{Kind: RowPart, Amount: 20_00}}, Total: 20_00}.AdjustedTo(18_00, tax, "a regular")
	for _, p := range []Price{price, price.AdjustedTo(18_00, tax, ""), price.AdjustedTo(18_00, tax, "").Explained("a regular")} {
		if last := p.Rows[len(p.Rows)-1]; last.Kind != RowAdjustment || last.Detail != "a regular" || last.Amount != -2_00 {
			t.Errorf("%+v", p.Rows)
		}
	}
	if p := price.AdjustedTo(15_00, tax, "a flaw"); p.Rows[1].Detail != "a flaw" {
		t.Errorf("%+v", p.Rows)
	}
}
