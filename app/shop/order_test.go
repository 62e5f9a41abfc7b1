package shop

import (
	"slices"
	"strings"
	"testing"
)

// orders are every stage an order can be at, by name.
func orders() map[string]Order {
	with := func(change func(o *Order, v *Invoice)) Order {
		v := Invoice{OrderNumber: "ORD-1001", Currency: "AUD", State: Draft, Total: 20_00}
		o := Order{Number: "ORD-1001", Currency: "AUD", State: OrderOpen, Review: ReviewNone, Payment: ByTransfer, Price: Price{Total: 20_00}, Invoice: &v}
		change(&o, &v)
		return o
	}
	review := func(o *Order, _ *Invoice) { o.Review, o.Invoice = ReviewRequested, nil }
	return map[string]Order{
		"draft":     with(func(*Order, *Invoice) {}),
		"in review": with(review),
		"unpriced":  with(func(o *Order, v *Invoice) { review(o, v); o.Price.Total = 0 }),
		// A payment page was open for it when it was still one with its invoice.
		"review, void": with(func(o *Order, v *Invoice) { o.Review, v.State, v.Voided = ReviewRequested, Void, 2 }),
		"approved":     with(func(o *Order, _ *Invoice) { o.Review = ReviewApproved }),
		"refused":      with(func(o *Order, v *Invoice) { review(o, v); o.Review, o.State, o.Closed = ReviewRefused, OrderRefused, 3 }),
		"issued":       with(func(_ *Order, v *Invoice) { v.State, v.Issued, v.Number = Pending, 5, "INV-0001" }),
		"part paid":    with(func(_ *Order, v *Invoice) { v.State, v.Issued, v.Paid = Pending, 5, 5_00 }),
		"paid":         with(func(_ *Order, v *Invoice) { v.State, v.Issued, v.Paid, v.PaidAt = Paid, 5, 20_00, 6 }),
		"refunded":     with(func(_ *Order, v *Invoice) { v.State, v.Issued, v.Paid, v.Refunds = Paid, 5, 20_00, 20_00 }),
		"cancelled": with(func(o *Order, v *Invoice) {
			o.State, o.Closed, v.State, v.Issued, v.Voided = OrderCancelled, 7, Void, 5, 7
		}),
		"written off": with(func(_ *Order, v *Invoice) { v.State, v.Issued = WrittenOff, 5 }),
		"completed": with(func(o *Order, v *Invoice) {
			o.State, o.Completed, o.Jobs = OrderCompleted, 8, JobTally{Total: 1, Started: 1, Completed: 1}
			v.State, v.Issued, v.Paid, v.PaidAt = Paid, 5, 20_00, 6
		}),
	}
}

// Every step at every stage: what is not named here is refused with the code of its row.
func TestEveryStepOfAnOrder(t *testing.T) {
	for name, c := range map[string]struct {
		do    func(*Order) error
		codes map[string]Code // by stage; "*" is for those not named
		after func(o Order) bool
	}{
		"release": {
			func(o *Order) error { return o.Release(9) },
			map[string]Code{"issued": "", "part paid": "", "paid": "", "refunded": "", "completed": "", "*": "order_not_releasable"},
			func(o Order) bool { return o.Released == 9 && o.Release(10) == nil && o.Released == 9 },
		},
		"approve": {
			func(o *Order) error { return o.Approve("We closed the holes.", false) },
			map[string]Code{"in review": "", "review, void": "", "unpriced": "price_missing", "*": "order_not_in_review"},
			func(o Order) bool {
				return o.Review == ReviewApproved && o.Message == "We closed the holes." && o.State == OrderOpen
			},
		},
		"approve for nothing": {
			func(o *Order) error { return o.Approve("A gift.", true) },
			map[string]Code{"in review": "", "review, void": "", "unpriced": "", "*": "order_not_in_review"},
			func(o Order) bool { return o.Review == ReviewApproved && o.State == OrderOpen },
		},
		"refuse": {
			func(o *Order) error { return o.Refuse("No.", 9) },
			map[string]Code{"in review": "", "review, void": "", "unpriced": "", "approved": "", "*": "order_not_in_review"},
			func(o Order) bool {
				return o.Review == ReviewRefused && o.State == OrderRefused && o.Message == "No." && o.CloseReason == "No." && o.Closed == 9
			},
		},
		"refuse_and_delete": {
			func(o *Order) error { return o.RefuseAndDelete("No.", 9) },
			map[string]Code{"draft": "", "in review": "", "review, void": "", "unpriced": "", "approved": "", "issued": "", "part paid": "", "paid": "", "refunded": "", "*": "order_not_open"},
			func(o Order) bool {
				return o.Review == ReviewRefused && o.State == OrderRefused && o.Message == "No." && o.Closed == 9
			},
		},
		"cancel": {
			func(o *Order) error { return o.Cancel("No.", 9) },
			map[string]Code{"draft": "", "in review": "", "review, void": "", "unpriced": "", "approved": "", "issued": "", "refunded": "",
				"part paid": "", "paid": "", "completed": "order_left", "*": "order_closed"},
			func(o Order) bool {
				return o.State == OrderCancelled && o.Closed == 9 && o.CloseReason == "No." && o.Message == "No."
			},
		},
	} {
		for stage, o := range orders() {
			code, ok := c.codes[stage]
			if !ok {
				code = c.codes["*"]
			}
			err := c.do(&o)
			if code != "" && !IsCode(err, code) || code == "" && err != nil {
				t.Errorf("%s, %s: %v, want %q", name, stage, err, code)
			}
			if err == nil && !c.after(o) {
				t.Errorf("%s, %s: %+v", name, stage, o)
			}
		}
	}
}

func TestItemsWithoutAPrice(t *testing.T) {
	priced := Item{Price: PartPrice{Rows: []PriceRow{{Kind: RowMaterial}}}} // at no charge, but priced
	for _, c := range []struct {
		items []Item
		code  Code
	}{{nil, ""}, {[]Item{priced}, ""}, {[]Item{priced, {}}, "items_unpriced"}, {[]Item{{}, priced, {}}, "items_unpriced"}} {
		if err := CheckPriced(c.items); IsCode(err, "items_unpriced") != (c.code != "") || FieldOf(err) != "" && FieldOf(err) != "adjusted_total" {
			t.Errorf("%d items: %v", len(c.items), err)
		}
	}
}

func TestWhatMayBeDoneWithAnOrder(t *testing.T) {
	for stage, want := range map[string]struct {
		payable, deletable bool
		actions            string
	}{
		"draft":        {true, true, "change_message refuse_and_delete release mark_paid pay_link cancel delete"},
		"in review":    {false, true, "approve refuse cancel delete"},
		"review, void": {false, true, "approve refuse cancel delete"},
		"unpriced":     {false, true, "approve refuse cancel delete"},
		"approved":     {true, true, "change_message refuse release mark_paid pay_link cancel delete"},
		"refused":      {false, true, "delete delete_file"},
		"issued":       {true, false, "change_message refuse_and_delete release mark_paid pay_link cancel"},
		"part paid":    {true, false, "change_message refuse_and_delete release mark_paid pay_link cancel"},
		"paid":         {false, false, "change_message refuse_and_delete release cancel"},
		"refunded":     {false, false, "change_message refuse_and_delete release cancel answer_refund"},
		"cancelled":    {false, false, "delete_file"},
		"written off":  {false, false, "undo_write_off delete_file"},
		"completed":    {false, false, "release delete_file"},
	} {
		o := orders()[stage]
		if o.Payable() != want.payable || o.Deletable() != want.deletable {
			t.Errorf("%s: payable %v, deletable %v", stage, o.Payable(), o.Deletable())
		}
		if got := strings.Join(o.Actions(), " "); got != want.actions {
			t.Errorf("%s: %s, want %s", stage, got, want.actions)
		}
		if owed := o.Balance(); (owed > 0) != want.payable {
			t.Errorf("%s: %s is owed", stage, owed)
		}
		o.Hold = "A cardholder disputes a payment."
		if lift := slices.Contains(o.Actions(), "lift_hold"); lift == o.closed() {
			t.Errorf("%s, on hold: lifting is offered: %v", stage, lift)
		}
	}
}

// An order is completed when copies have left and none is to go, and open again when a handover is undone.
func TestProgress(t *testing.T) {
	for _, c := range []struct {
		stage string
		jobs  JobTally
		left  int
		want  OrderState
		at    Time
	}{
		{"paid", JobTally{Total: 2, Completed: 1}, 1, OrderOpen, 0},
		{"paid", JobTally{Total: 1}, 1, OrderOpen, 0},
		{"paid", JobTally{Total: 2, Completed: 1, Cancelled: 1}, 1, OrderCompleted, 9},
		{"paid", JobTally{Total: 2, Completed: 2}, 2, OrderCompleted, 9},
		{"paid", JobTally{Total: 1, Cancelled: 1}, 1, OrderCompleted, 9}, // what was left of it was cancelled
		{"paid", JobTally{Total: 2, Cancelled: 2}, 0, OrderOpen, 0},
		{"paid", JobTally{}, 0, OrderOpen, 0},
		{"completed", JobTally{Total: 1, Completed: 1}, 1, OrderCompleted, 8},
		{"completed", JobTally{Total: 1}, 0, OrderOpen, 0},
		{"completed", JobTally{Total: 1, Cancelled: 1}, 0, OrderOpen, 0},
		{"cancelled", JobTally{Total: 1, Completed: 1}, 1, OrderCancelled, 0},
	} {
		for _, hold := range []string{"", HoldUnpaid, "A cardholder disputes a payment."} {
			o := orders()[c.stage]
			o.Jobs, o.Copies.Left, o.Hold = c.jobs, c.left, hold
			if o.Progress(9); o.State != c.want || o.Completed != c.at {
				t.Errorf("%s, %+v: %s at %d", c.stage, c.jobs, o.State, o.Completed)
			}
			if waits := hold != "" && (hold != HoldUnpaid || c.at != 9); (o.Hold != "") != waits { // 9: it is done just now
				t.Errorf("%s, %+v, on hold with %q: then with %q", c.stage, c.jobs, hold, o.Hold)
			}
		}
	}
}

// What a customer reads is so: nothing is in the queue of which all was cancelled, and nobody pays for nothing.
func TestStatusMessage(t *testing.T) {
	card := []PaymentMethod{ByCard}
	for _, c := range []struct {
		stage, status, want string
		change              func(*Order)
	}{
		{"draft", "awaiting_release", "released it for printing.", func(o *Order) { o.Payment = AtPickup }},
		{"draft", "awaiting_release", "You pay before we send it.", func(o *Order) { o.Payment, o.Delivery.Method = AtPickup, Ship }},
		{"draft", "awaiting_release", "released it for printing.", func(o *Order) { o.Payment, o.Invoice.Total = AtPickup, 0 }},
		{"draft", "awaiting_release", "released it for printing.", func(o *Order) { o.Invoice.Total = 0 }},
		{"issued", "in_queue", "in the queue. $20.00 is still to pay.", func(o *Order) { o.Released, o.Jobs = 1, JobTally{Total: 2, Cancelled: 1} }},
		{"issued", "in_production", "being made. $20.00 is still to pay.", func(o *Order) { o.Released, o.Jobs = 1, JobTally{Total: 2, Started: 1} }},
		{"issued", "in_queue", "in the queue.", func(o *Order) { o.Released, o.Payment = 1, AtPickup }}, // which is said beside it
		{"issued", "stopped", "We’ll get in touch with you.", func(o *Order) { o.Released, o.Jobs = 1, JobTally{Total: 2, Cancelled: 2} }},
		{"paid", "stopped", "We’ll get in touch with you.", func(o *Order) { o.Jobs = JobTally{Total: 2, Cancelled: 2} }},
		{"paid", "in_production", "Your parts are being made.", func(o *Order) { o.Jobs = JobTally{Total: 2, Started: 2, Made: 1} }},
		{"paid", "in_production", "Your parts are made. We’ll have them ready for you soon.", func(o *Order) { // its handover was undone
			o.Jobs, o.Delivery.Method = JobTally{Total: 2, Started: 1, Made: 1, Cancelled: 1}, Pickup
		}},
		{"paid", "in_production", "Your parts are made. We’ll pack them next.", func(o *Order) {
			o.Jobs, o.Delivery.Method = JobTally{Total: 1, Started: 1, Made: 1}, Ship
		}},
		{"paid", "in_production", "Some of your parts were collected. The rest is made and will be ready soon.", func(o *Order) {
			o.Jobs, o.Copies.Left, o.Delivery.Method = JobTally{Total: 2, Started: 2, Completed: 1, Made: 2}, 1, Pickup
		}},
		{"cancelled", "cancelled", "This order was cancelled.", func(o *Order) { o.Invoice = &Invoice{State: Void, DueBack: 20_00} }},
		{"completed", "completed", "Some of it was cancelled.", func(o *Order) {
			o.Jobs, o.Invoice.DueBack, o.Invoice.Adjusted = JobTally{Total: 2, Completed: 1, Cancelled: 1}, 8_00, 8_00
		}},
		{"completed", "completed", "All parts are done. Thank you.", func(o *Order) { o.Invoice.Paid, o.Invoice.DueBack = 25_00, 5_00 }},
		{"completed", "completed", "All parts are done. Thank you.", func(*Order) {}},
		{"completed", "completed", "Some of it was cancelled.", func(o *Order) { o.Jobs = JobTally{Total: 2, Completed: 1, Cancelled: 1} }},
	} {
		o := orders()[c.stage]
		if c.change(&o); o.Status() != c.status || !strings.HasSuffix(o.StatusMessage(card, false), c.want) {
			t.Errorf("%s is %s: %q, want %q", c.stage, o.Status(), o.StatusMessage(card, false), c.want)
		}
	}
}

// An order that waits for money says so by how that can come: by a payment from here, at the counter, or from the bank already.
func TestStatusMessageOfMoney(t *testing.T) {
	card := []PaymentMethod{ByCard}
	for _, c := range []struct {
		stage   string
		change  func(*Order)
		methods []PaymentMethod
		coming  bool
		want    string
	}{
		{"issued", nil, card, false, "We start as soon as your payment arrives."},
		{"issued", nil, nil, true, "Your payment is on its way from the bank. We start as soon as it arrives."},
		{"issued", nil, nil, false, "We start as soon as we’ve released it for printing."},
		{"issued", func(o *Order) { o.Delivery.Method = Ship }, nil, false, "We start as soon as it is paid."},
		{"issued", func(o *Order) { o.Released, o.Hold = 1, HoldUnpaid }, card, false, "$20.00 is still to pay. We’ll carry on as soon as it’s paid."},
		{"issued", func(o *Order) { o.Released, o.Hold = 1, HoldUnpaid }, nil, false, "$20.00 is still to pay. We’ll carry on as soon as it’s paid."},
		{"issued", func(o *Order) { o.Released, o.Hold = 1, HoldUnpaid }, nil, true, "Your payment is on its way from the bank. We’ll carry on as soon as it arrives."},
		{"paid", func(o *Order) { o.Hold = "A dispute." }, nil, false, "This order is on hold. We’ll get in touch with you."},
	} {
		o := orders()[c.stage]
		o.Delivery.Method = Pickup
		if c.change != nil {
			c.change(&o)
		}
		if got := o.StatusMessage(c.methods, c.coming); got != c.want {
			t.Errorf("%s, %s, by %v: %q, want %q", c.stage, o.Status(), c.methods, got, c.want)
		}
	}
}

// An order that is agreed to be paid by transfer, of a shop without an account, says a true sentence.
func TestPayNoteOfATransferWithoutAnAccount(t *testing.T) {
	o := orders()["issued"]
	o.Payment, o.Delivery.Method = ByTransfer, Pickup
	if got := o.PayNote(nil, false); got != "Ask us for our bank account to pay by transfer, or pay at the counter when you collect it." {
		t.Errorf("to collect: %q", got)
	}
	o.Delivery.Method = Ship
	if got := o.PayNote(nil, false); got != "You pay by bank transfer. We’ll get in touch with you about our account." {
		t.Errorf("to send: %q", got)
	}
}

func TestStatus(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range []struct {
		stage  string
		change func(*Order)
		want   string
	}{
		{"refused", nil, "refused"},
		{"cancelled", nil, "cancelled"},
		{"written off", nil, "cancelled"},
		{"paid", func(o *Order) { o.Hold = "x" }, "on_hold"},
		{"paid", func(o *Order) { o.State, o.Hold = OrderCompleted, "A cardholder disputes a payment." }, "completed"},
		{"cancelled", func(o *Order) { o.Hold = "x" }, "cancelled"},
		{"in review", nil, "in_review"},
		{"draft", nil, "awaiting_payment"},
		{"approved", nil, "awaiting_payment"},
		{"draft", func(o *Order) { o.Payment = AtPickup }, "awaiting_release"},
		{"issued", nil, "awaiting_payment"},
		{"paid", nil, "paid"},
		{"issued", func(o *Order) { o.Released = 1 }, "in_queue"},
		{"issued", func(o *Order) { o.Released, o.Payment, o.Jobs = 1, AtPickup, JobTally{Total: 1} }, "in_queue"},
		{"issued", func(o *Order) { o.Released, o.Jobs = 1, JobTally{Total: 1, Started: 1} }, "in_production"},
		{"paid", func(o *Order) { o.Jobs = JobTally{Total: 2} }, "paid"},
		{"paid", func(o *Order) { o.Jobs = JobTally{Total: 2, Cancelled: 2} }, "stopped"},
		{"paid", func(o *Order) { o.Jobs, o.Hold = JobTally{Total: 2, Cancelled: 2}, "x" }, "on_hold"},
		{"paid", func(o *Order) { o.Jobs = JobTally{Total: 2, Started: 1} }, "in_production"},
		{"paid", func(o *Order) { o.Jobs = JobTally{Total: 2, Started: 2, Ready: 1} }, "in_production"},
		{"paid", func(o *Order) { o.Jobs = JobTally{Total: 2, Started: 2, Ready: 2} }, "ready_to_collect"},
		{"paid", func(o *Order) { o.Jobs = JobTally{Total: 2, Started: 1, Ready: 1, Cancelled: 1} }, "ready_to_collect"},
		{"paid", func(o *Order) { o.Jobs = JobTally{Total: 2, Started: 2, Ready: 1, Completed: 1} }, "ready_to_collect"},
		{"paid", func(o *Order) {
			o.Jobs, o.Delivery.Method = JobTally{Total: 2, Started: 2, Ready: 1, Completed: 1}, Ship
		}, "ready_to_send"},
		{"completed", func(o *Order) { o.Copies.Sent = 1 }, "shipped"},
		{"completed", nil, "completed"},
	} {
		o := orders()[c.stage]
		if c.change != nil {
			c.change(&o)
		}
		if got := o.Status(); got != c.want {
			t.Errorf("%s, %+v: %s, want %s", c.stage, o.Jobs, got, c.want)
		}
		if m := o.StatusMessage([]PaymentMethod{ByCard}, false); !strings.HasSuffix(m, ".") {
			t.Errorf("%s is told as %q", o.Status(), m)
		}
		seen[o.Status()] = true
	}
	for status := range statusMessages {
		if !seen[status] {
			t.Errorf("no order was %s", status)
		}
	}
}
