package shop

import (
	"slices"
	"strings"
	"testing"
)

func TestAHandoverSaysWithWhom(t *testing.T) {
	long := strings.Repeat("x", 121)
	for _, c := range []struct {
		name  string
		h     Handover
		code  Code
		field string
		words string
	}{
		{"collected", Handover{Kind: Collected, CollectedBy: " Lin Wei "}, "", "", "collected by Lin Wei"},
		{"collected, with what was typed for a parcel", Handover{Kind: Collected, CollectedBy: "Lin", Carrier: "DHL", TrackingNumber: "1"}, "", "", "collected by Lin"},
		{"by nobody", Handover{Kind: Collected, CollectedBy: "  "}, "collector_missing", "collected_by", ""},
		{"sent", Handover{Kind: Sent, Carrier: "DHL", TrackingNumber: " 12 "}, "", "", "sent with DHL, 12"},
		{"sent without a number", Handover{Kind: Sent, Carrier: "Our own van", CollectedBy: "Lin"}, "", "", "sent with Our own van"},
		{"sent by nobody", Handover{Kind: Sent, TrackingNumber: "12"}, "carrier_missing", "carrier", ""},
		{"neither", Handover{CollectedBy: "Lin"}, "handover_kind_unknown", "kind", ""},
		{"a long name", Handover{Kind: Collected, CollectedBy: long}, "handover_text_too_long", "collected_by", ""},
		{"a long carrier", Handover{Kind: Sent, Carrier: long}, "handover_text_too_long", "carrier", ""},
		{"a long number", Handover{Kind: Sent, Carrier: "DHL", TrackingNumber: long}, "handover_text_too_long", "tracking_number", ""},
		{"a long reason", Handover{Kind: Collected, CollectedBy: "Lin", UnpaidReason: strings.Repeat("x", 501)}, "reason_too_long", "unpaid_reason", ""},
	} {
		wantError(t, c.name, c.h.Check(), c.code, c.field)
		if c.code == "" && c.h.Words() != c.words {
			t.Errorf("%s: %q", c.name, c.h.Words())
		}
	}
	if old := (&Handover{Kind: Sent, Note: "before the upgrade"}); old.Words() != "before the upgrade" {
		t.Errorf("one of before is %q", old.Words())
	}
}

func TestOnlyWhatIsHereLeaves(t *testing.T) {
	copies := []ItemCopies{
		{ItemID: "clip", Name: "clip.stl", Asked: 10, Left: 3, Here: 4, Ready: 4, ToCome: 3},
		{ItemID: "vase", Name: "vase.stl", Asked: 2, Left: 2},
		{ItemID: "knob", Name: "knob.stl", Asked: 1, Here: 1},
	}
	for _, c := range []struct {
		name  string
		items []HandoverItem
		code  Code
		names string // that the message has
	}{
		{"all of it", []HandoverItem{{"clip", "", 4}, {"knob", "", 1}}, "", ""},
		{"some of it", []HandoverItem{{"clip", "", 1}}, "", ""},
		{"what is not packed yet", []HandoverItem{{"knob", "", 1}}, "", ""},
		{"nothing", nil, "handover_empty", ""},
		{"none of one", []HandoverItem{{"clip", "", 0}}, "handover_copies_malformed", ""},
		{"less than none", []HandoverItem{{"clip", "", -1}}, "handover_copies_malformed", ""},
		{"one twice", []HandoverItem{{"clip", "", 2}, {"clip", "", 2}}, "handover_copies_malformed", ""},
		{"another order's", []HandoverItem{{"lamp", "", 1}}, "item_unknown", ""},
		{"more than is here", []HandoverItem{{"knob", "", 1}, {"clip", "", 5}}, "copies_not_here", "clip.stl, only 4 copies are"},
		{"one more than the one here", []HandoverItem{{"knob", "", 2}}, "copies_not_here", "only 1 copy is"},
		{"what has left", []HandoverItem{{"vase", "", 1}}, "copies_not_here", "There is no copy of vase.stl"},
	} {
		h := Handover{Items: c.items}
		err := h.Fits(copies)
		wantError(t, c.name, err, c.code, FieldOf(err))
		if !strings.Contains(MessageOf(err), c.names) {
			t.Errorf("%s: %q", c.name, MessageOf(err))
		}
	}
	h := Handover{Items: []HandoverItem{{"knob", "", 1}, {"clip", "", 4}}}
	if err := h.Fits(copies); err != nil || h.Copies() != 5 || h.Items[0].Name != "knob.stl" || h.Items[1].Name != "clip.stl" {
		t.Errorf("%+v, %v", h, err)
	}
}

func TestAHandoverIsUndoneOnce(t *testing.T) {
	h := Handover{}
	wantError(t, "without a reason", h.Undo("Flo", "  ", 9), "reason_missing", "reason")
	if err := h.Correctable(); err != nil || h.Undone != 0 {
		t.Errorf("%+v, %v", h, err)
	}
	if err := h.Undo("Flo", " The wrong order. ", 9); err != nil || h.Undone != 9 || h.UndoneBy != "Flo" || h.UndoReason != "The wrong order." {
		t.Errorf("%+v, %v", h, err)
	}
	wantError(t, "twice", h.Correctable(), "handover_undone", "")
}

func TestShelfCodes(t *testing.T) {
	for text, want := range map[string]string{"b3": "B3", " top   left ": "TOP LEFT", "": "", "  ": "", "ÄÖ 12": "ÄÖ 12", "ABCDEFGHIJKLM": ""} {
		code, err := ShelfCode(text)
		if code != want || (err != nil) != (want == "") || err != nil && FieldOf(err) != "shelf" {
			t.Errorf("%q: %q, %v", text, code, err)
		}
	}
}

func TestWhereAParcelIsFollowed(t *testing.T) {
	for _, c := range []struct{ carrier, number, want string }{
		{"Australia Post", "33 XB 1", "https://auspost.com.au/mypost/track/details/33XB1"},
		{"dhl express", "1&2", "https://www.dhl.com/global-en/home/tracking.html?tracking-id=1%262"},
		{"Sendle", "1", ""},
		{"Hiccups", "1", ""}, // has "ups" in it
		{"UPS", "", ""},
	} {
		h := Handover{Carrier: c.carrier, TrackingNumber: c.number}
		if got := h.TrackingURL(); got != c.want {
			t.Errorf("%s %s: %q", c.carrier, c.number, got)
		}
	}
}

// A job is completed by its last handover, and comes back to where its copies lie.
func TestJobsFollowTheirCopies(t *testing.T) {
	for from, shelf := range map[JobState]string{JobReadyToCollect: "B3", JobPackaging: ""} {
		j := Job{State: from, Shelf: shelf, Copies: 2, Done: 2}
		if j.Leave(7); j.State != JobCompleted || j.Completed != 7 || len(j.Moves()) != 0 {
			t.Errorf("%+v", j)
		}
		wantError(t, "back to the queue by hand", j.Move(JobInQueue, 0, 8), "handover_needed", "")
		if j.ComeBack(); j.State != from || j.Completed != 0 || j.Shelf != shelf {
			t.Errorf("from %s it came back to %+v", from, j)
		}
	}
	j := Job{State: JobPackaging, Copies: 1, Done: 1}
	wantError(t, "on no shelf", j.Move(JobReadyToCollect, 0, 1), "shelf_missing", "shelf")
	j.Shelf = "B3"
	for _, to := range []JobState{JobReadyToCollect, JobInQueue} {
		if err := j.Move(to, 0, 1); err != nil || (j.Shelf != "") != (to == JobReadyToCollect) {
			t.Errorf("to %s: %+v, %v", to, j, err)
		}
	}
}

// Nothing unpaid leaves but by a reason; and once something has left, only the rest can be cancelled.
func TestWhatMayLeave(t *testing.T) {
	for stage, o := range orders() {
		for _, reason := range []string{"", "A regular."} {
			want := Code("invoice_unpaid")
			switch {
			case reason != "" || stage == "paid" || stage == "completed":
				want = ""
			case stage == "refunded":
				want = "money_missing"
			}
			wantError(t, stage+", "+reason, o.MayLeave(reason), want, "")
		}
		open := o.State == OrderOpen && !o.closed()
		for _, left := range []int{0, 1} {
			o.Copies.Left = left
			whole, rest := o.Cancellable(), o.RestCancellable()
			switch {
			case o.closed():
				wantError(t, stage, whole, "order_closed", "")
				wantError(t, stage, rest, "order_closed", "")
			case !open:
				wantError(t, stage, whole, "order_left", "")
				wantError(t, stage, rest, "order_closed", "")
			case left == 0:
				wantError(t, stage, whole, "", "")
				wantError(t, stage, rest, "nothing_left_yet", "")
			default:
				wantError(t, stage, whole, "order_partly_left", "")
				wantError(t, stage, rest, "", "")
			}
			if actions := o.Actions(); slices.Contains(actions, "cancel") != (whole == nil) || slices.Contains(actions, "cancel_rest") != (rest == nil) {
				t.Errorf("%s, %d left: %q", stage, left, actions)
			}
		}
	}
	again := orders()["paid"]
	invoice := *again.Invoice
	invoice.OwedAgain, again.Invoice = 5_00, &invoice
	wantError(t, "paid, and refunded, and owed again", again.MayLeave(""), "invoice_unpaid", "")
	for name, c := range map[string]struct {
		change func(*Invoice)
		code   Code
	}{
		"wholly refunded":                    {func(v *Invoice) { v.Refunds = v.Paid }, "money_missing"},
		"refunded in part":                   {func(v *Invoice) { v.Refunds = 5_00 }, "money_missing"},
		"refunded, and it costs less":        {func(v *Invoice) { v.Refunds, v.Lowered = 5_00, 5_00 }, ""},
		"refunded, owed again and paid":      {func(v *Invoice) { v.Refunds, v.OwedAgain, v.Paid = 5_00, 5_00, v.Paid+5_00 }, ""},
		"disputed":                           {func(v *Invoice) { v.Disputed = v.Paid }, "money_missing"},
		"it costs less, and more is lost":    {func(v *Invoice) { v.Refunds, v.Lowered, v.Disputed = 5_00, 5_00, 1_00 }, "money_missing"},
		"a surplus went back":                {func(v *Invoice) { v.Paid, v.Refunds = v.Paid+5_00, 5_00 }, ""},
		"paid with a surplus, that disputed": {func(v *Invoice) { v.Paid, v.Disputed = v.Paid+5_00, 5_00 }, ""},
	} {
		o := orders()["paid"]
		v := *o.Invoice
		v.Total = v.Paid
		c.change(&v)
		o.Invoice = &v
		wantError(t, name, o.MayLeave(""), c.code, "")
		wantError(t, name+", by a reason", o.MayLeave("A regular."), "", "")
	}
	for name, c := range map[string]struct {
		change func(*Order)
		code   Code
	}{
		"something is here":       {func(o *Order) { o.Copies.Here = 1 }, ""},
		"of an order to be sent":  {func(o *Order) { o.Copies.Here, o.Delivery.Method = 1, Ship }, ""},
		"while money is owed":     {func(o *Order) { o.Copies.Here, o.Hold = 1, HoldUnpaid }, ""},
		"while others are made":   {func(o *Order) { o.Copies.Here, o.Jobs = 1, JobTally{Total: 2, Started: 1} }, ""},
		"nothing is here":         {func(o *Order) { o.Copies.Left = 3 }, "nothing_to_hand_over"},
		"a cardholder disputes":   {func(o *Order) { o.Copies.Here, o.Hold = 1, "A cardholder disputes a payment." }, "job_on_hold"},
		"the order was cancelled": {func(o *Order) { o.Copies.Here, o.State, o.Closed = 1, OrderCancelled, 9 }, "order_closed"},
	} {
		o := orders()["paid"]
		c.change(&o)
		wantError(t, name, o.CanHandOver(), c.code, "")
	}
}

// What the customer reads of an order that leaves in parts.
func TestWhatIsReadOfPartsThatLeave(t *testing.T) {
	for _, c := range []struct {
		change func(*Order)
		status string
		has    string
	}{
		{func(o *Order) { o.Jobs, o.Copies.Shelves = JobTally{Total: 1, Ready: 1}, "B3" }, "ready_to_collect", "Give us the shelf number: B3."},
		{func(o *Order) { o.Jobs, o.Copies.Shelves = JobTally{Total: 1, Ready: 1}, "" }, "ready_to_collect", "ready to collect."},
		{func(o *Order) {
			o.Jobs, o.Copies = JobTally{Total: 2, Ready: 1, Completed: 1}, CopyTally{Left: 1, Shelves: "B3, C1"}
		}, "ready_to_collect", "The rest of your parts are ready to collect. Give us the shelf number: B3, C1."},
		{func(o *Order) { o.Jobs, o.Copies.Shelves = JobTally{Total: 2, Started: 2, Ready: 1}, "B3" }, "in_production", "Some of your parts are ready to collect."},
		{func(o *Order) { o.Jobs, o.Copies.Left = JobTally{Total: 2, Started: 2, Completed: 1}, 1 }, "in_production", "were collected"},
		{func(o *Order) {
			o.Delivery.Method, o.Jobs, o.Copies = Ship, JobTally{Total: 2, Started: 2, Ready: 1}, CopyTally{Left: 1, Sent: 1, Shelves: "B3"}
		}, "in_production", "on their way"},
		{func(o *Order) {
			o.Delivery.Method, o.Jobs, o.Copies.Shelves = Ship, JobTally{Total: 1, Ready: 1}, "B3"
		}, "ready_to_send", "packed"},
	} {
		o := orders()["paid"]
		o.Delivery.Method = Pickup
		c.change(&o)
		if got := o.StatusMessage([]PaymentMethod{ByCard}, false); o.Status() != c.status || !strings.Contains(got, c.has) || strings.Contains(got, "B3") && o.Delivery.Method == Ship {
			t.Errorf("%+v, %+v: %s, %q", o.Jobs, o.Copies, o.Status(), got)
		}
	}
}
