package shop

import (
	"slices"
	"strings"
	"testing"
)

// orders are every stage an order can be at, by name.
func orders() map[string]Invoice {
	base := Invoice{OrderNumber: "ORD-1001", Currency: "AUD", State: Draft, Review: ReviewNone, Payment: ByTransfer, Price: Price{Total: 20_00}}
	with := func(change func(*Invoice)) Invoice {
		v := base
		change(&v)
		return v
	}
	return map[string]Invoice{
		"draft":       base,
		"in review":   with(func(v *Invoice) { v.Review = ReviewRequested }),
		"unpriced":    with(func(v *Invoice) { v.Review, v.Price.Total = ReviewRequested, 0 }),
		"approved":    with(func(v *Invoice) { v.Review = ReviewApproved }),
		"refused":     with(func(v *Invoice) { v.Review, v.State, v.Closed = ReviewRefused, Void, 3 }),
		"issued":      with(func(v *Invoice) { v.State, v.Issued, v.InvoiceNumber = Pending, 5, "INV-0001" }),
		"part paid":   with(func(v *Invoice) { v.State, v.Issued, v.Paid = Pending, 5, 5_00 }),
		"paid":        with(func(v *Invoice) { v.State, v.Issued, v.Paid, v.PaidAt = Paid, 5, 20_00, 6 }),
		"refunded":    with(func(v *Invoice) { v.State, v.Issued, v.Paid, v.Refunds = Paid, 5, 20_00, 20_00 }),
		"void":        with(func(v *Invoice) { v.State, v.Issued, v.Closed = Void, 5, 7 }),
		"written off": with(func(v *Invoice) { v.State, v.Issued, v.Closed = WrittenOff, 5, 7 }),
	}
}

// Every step at every stage: what is not named here is refused with the code of its row.
func TestEveryStepOfAnOrder(t *testing.T) {
	for name, c := range map[string]struct {
		do    func(*Invoice) error
		codes map[string]Code // by stage; "*" is for those not named
		after func(before, v Invoice) bool
	}{
		"issue": {
			func(v *Invoice) error { return v.Issue("INV-0009", 9) },
			map[string]Code{"draft": "", "approved": "", "issued": "", "part paid": "", "paid": "", "refunded": "", "void": "", "written off": "",
				"refused": "order_closed", "in review": "order_in_review", "unpriced": "order_in_review"},
			func(before, v Invoice) bool { // once only
				if before.Issued != 0 {
					return v.InvoiceNumber == before.InvoiceNumber && v.Issued == before.Issued && v.State == before.State
				}
				return v.InvoiceNumber == "INV-0009" && v.Issued == 9 && v.State == Pending
			},
		},
		"release": {
			func(v *Invoice) error { return v.Release(9) },
			map[string]Code{"issued": "", "part paid": "", "paid": "", "refunded": "", "*": "order_not_releasable"},
			func(_, v Invoice) bool { return v.Released == 9 && v.Release(10) == nil && v.Released == 9 },
		},
		"approve": {
			func(v *Invoice) error { return v.Approve("We closed the holes.") },
			map[string]Code{"in review": "", "unpriced": "price_missing", "*": "order_not_in_review"},
			func(_, v Invoice) bool {
				return v.Review == ReviewApproved && v.Message == "We closed the holes." && v.State == Draft
			},
		},
		"refuse": {
			func(v *Invoice) error { return v.Refuse("No.", 9) },
			map[string]Code{"in review": "", "unpriced": "", "approved": "", "*": "order_not_in_review"},
			func(_, v Invoice) bool {
				return v.Review == ReviewRefused && v.State == Void && v.Message == "No." && v.CloseReason == "No." && v.Closed == 9
			},
		},
		"cancel": {
			func(v *Invoice) error { return v.Cancel("No.", 9) },
			map[string]Code{"draft": "", "in review": "", "unpriced": "", "approved": "", "issued": "", "refunded": "",
				"part paid": "money_held", "paid": "money_held", "*": "order_closed"},
			func(before, v Invoice) bool {
				return v.State == Void && v.Closed == 9 && v.CloseReason == "No." && v.Message == "No." && v.InvoiceNumber == before.InvoiceNumber
			},
		},
	} {
		for stage, v := range orders() {
			code, ok := c.codes[stage]
			if !ok {
				code = c.codes["*"]
			}
			before := v
			err := c.do(&v)
			if code != "" && !IsCode(err, code) || code == "" && err != nil {
				t.Errorf("%s, %s: %v, want %q", name, stage, err, code)
			}
			if err == nil && !c.after(before, v) {
				t.Errorf("%s, %s: %+v", name, stage, v)
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
		{"sent back", Pending, 20_00, 1, 0, Pending},
		{"a draft", Draft, 20_00, 0, 0, Draft},
		{"closed", Void, 20_00, 0, 0, Void},
	} {
		v := Invoice{State: c.state, Price: Price{Total: 20_00}, Paid: c.paid, Refunds: c.refunds, Rounding: c.rounding}
		v.Settle(8)
		if v.State != c.want || (v.PaidAt == 8) != (c.want == Paid) {
			t.Errorf("%s: %s at %d", c.name, v.State, v.PaidAt)
		}
	}
}

func TestWhatMayBeDoneWithAnOrder(t *testing.T) {
	for stage, want := range map[string]struct {
		payable, covered, deletable bool
		actions                     string
	}{
		"draft":       {true, false, true, "release mark_paid pay_link cancel delete_draft delete_file"},
		"in review":   {false, false, true, "approve refuse pay_link cancel delete_draft delete_file"},
		"unpriced":    {false, true, true, "approve refuse pay_link cancel delete_draft delete_file"},
		"approved":    {true, false, true, "refuse release mark_paid pay_link cancel delete_draft delete_file"},
		"refused":     {false, false, true, "delete_draft delete_file"},
		"issued":      {true, false, false, "release mark_paid pay_link cancel"},
		"part paid":   {true, false, false, "release mark_paid pay_link"},
		"paid":        {false, true, false, "release pay_link"},
		"refunded":    {false, true, false, "release pay_link cancel"},
		"void":        {false, false, false, "delete_file"},
		"written off": {false, false, false, "delete_file"},
	} {
		v := orders()[stage]
		if v.Payable() != want.payable || v.Covered() != want.covered || v.Deletable() != want.deletable {
			t.Errorf("%s: payable %v, covered %v, deletable %v", stage, v.Payable(), v.Covered(), v.Deletable())
		}
		if got := strings.Join(v.Actions(), " "); got != want.actions {
			t.Errorf("%s: %s, want %s", stage, got, want.actions)
		}
		v.Hold = "A cardholder disputes a payment."
		if lift := slices.Contains(v.Actions(), "lift_hold"); lift == v.closed() {
			t.Errorf("%s, on hold: lifting is offered: %v", stage, lift)
		}
	}
}

func TestStatus(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range []struct {
		stage  string
		change func(*Invoice)
		want   string
	}{
		{"refused", nil, "refused"},
		{"void", nil, "cancelled"},
		{"written off", nil, "cancelled"},
		{"paid", func(v *Invoice) { v.Hold = "x" }, "on_hold"},
		{"void", func(v *Invoice) { v.Hold = "x" }, "cancelled"},
		{"in review", nil, "in_review"},
		{"draft", nil, "awaiting_payment"},
		{"approved", nil, "awaiting_payment"},
		{"draft", func(v *Invoice) { v.Payment = AtPickup }, "awaiting_release"},
		{"issued", nil, "awaiting_payment"},
		{"paid", nil, "paid"},
		{"issued", func(v *Invoice) { v.Released = 1 }, "in_production"},
		{"paid", func(v *Invoice) { v.Jobs = JobTally{Total: 2} }, "paid"},
		{"paid", func(v *Invoice) { v.Jobs = JobTally{Total: 2, Started: 1} }, "in_production"},
		{"paid", func(v *Invoice) { v.Jobs = JobTally{Total: 2, Started: 2, Ready: 1} }, "in_production"},
		{"paid", func(v *Invoice) { v.Jobs = JobTally{Total: 2, Started: 2, Ready: 2} }, "ready_to_collect"},
		{"paid", func(v *Invoice) { v.Jobs = JobTally{Total: 2, Started: 1, Ready: 1, Cancelled: 1} }, "ready_to_collect"},
		{"paid", func(v *Invoice) { v.Jobs = JobTally{Total: 2, Started: 2, Ready: 1, Shipped: 1} }, "ready_to_collect"},
		{"paid", func(v *Invoice) { v.Jobs = JobTally{Total: 2, Started: 2, Shipped: 1, Completed: 1} }, "shipped"},
		{"paid", func(v *Invoice) { v.Jobs = JobTally{Total: 2, Started: 2, Completed: 2} }, "completed"},
		{"paid", func(v *Invoice) { v.Jobs = JobTally{Total: 2, Cancelled: 2} }, "paid"},
	} {
		v := orders()[c.stage]
		if c.change != nil {
			c.change(&v)
		}
		if got := v.Status(); got != c.want {
			t.Errorf("%s, %+v: %s, want %s", c.stage, v.Jobs, got, c.want)
		}
		if m := v.StatusMessage(); !strings.HasSuffix(m, ".") {
			t.Errorf("%s is told as %q", v.Status(), m)
		}
		seen[v.Status()] = true
	}
	for status := range statusMessages {
		if !seen[status] {
			t.Errorf("no order was %s", status)
		}
	}
}

func TestBalance(t *testing.T) {
	if got := (Ledger{Total: 100_00, Rounding: 2, Adjustments: 10_00, Payments: 60_00, Credits: 5_00, Refunds: 1_00}).Balance(); got != 26_02 {
		t.Errorf("owed: %s", got)
	}
}
