package shop

import (
	"slices"
	"testing"
)

// What a bank took of money that counted is decided once, by whoever may, and taken back as long as nobody paid on it.
func TestWhatBecomesOfALostPayment(t *testing.T) {
	lost := Payment{ID: "p", InvoiceID: "v", State: PaymentSettled, Processor: "stripe", Amount: 20_00, Disputed: 20_00, Undecided: 20_00}
	asked, carried := lost, lost
	asked.Undecided, asked.AskedAgain, asked.Uncounted, asked.Answered = 0, 20_00, 20_00, true
	carried.Undecided, carried.Borne, carried.Answered = 0, 20_00, true
	won := Payment{State: PaymentSettled, Amount: 20_00}
	refunded := lost
	refunded.Returned = 20_00
	paid, owing := &Invoice{State: Paid, Total: 20_00, Paid: 20_00}, &Invoice{State: Pending, Total: 20_00, AskedAgain: 20_00}
	again := &Invoice{State: Pending, Total: 20_00, Paid: 5_00, AskedAgain: 20_00}
	void, given := &Invoice{State: Void, Total: 20_00}, &Invoice{State: WrittenOff, Total: 20_00}
	for name, c := range map[string]struct {
		p                     Payment
		v                     *Invoice
		ask, borne, takenBack Code
	}{
		"lost":                   {lost, paid, "", "", "dispute_not_answered"},
		"asked again":            {asked, owing, "dispute_answered", "dispute_answered", ""},
		"asked again, part paid": {asked, again, "dispute_answered", "dispute_answered", "dispute_paid_again"},
		"carried":                {carried, paid, "dispute_answered", "dispute_answered", ""},
		"won":                    {won, paid, "dispute_not_lost", "dispute_not_lost", "dispute_not_answered"},
		"refunded too":           {refunded, paid, "payment_refunded", "", "dispute_not_answered"},
		"of a closed order":      {lost, void, "order_closed", "order_closed", "dispute_not_answered"},
		"of no invoice":          {lost, nil, "order_closed", "order_closed", "dispute_not_answered"},
		"asked again, and void":  {asked, void, "dispute_answered", "dispute_answered", "order_closed"},
		"written off":            {lost, given, "invoice_written_off", "", "dispute_not_answered"},
		"asked, written off":     {asked, given, "dispute_answered", "dispute_answered", "invoice_written_off"},
		"carried, written off":   {carried, given, "dispute_answered", "dispute_answered", ""},
	} {
		for what, got := range map[string]struct {
			err  error
			want Code
		}{
			"asked for again": {c.p.CanAnswerDispute(c.v, AskAgain), c.ask}, "carried": {c.p.CanAnswerDispute(c.v, BearsLoss), c.borne},
			"taken back": {c.p.CanUndoDisputeAnswer(c.v), c.takenBack},
		} {
			if got.want == "" && got.err != nil || got.want != "" && !IsCode(got.err, got.want) {
				t.Errorf("%s, %s: %v, want %q", name, what, got.err, got.want)
			}
		}
	}
}

// An answer is about each lost dispute of which nothing was said, and together no more than what did not go back otherwise.
func TestWhatAnAnswerIsAbout(t *testing.T) {
	p := Payment{State: PaymentSettled, Amount: 20_00, Returned: 3_00, Uncounted: 2_00, Borne: 1_00, Undecided: 18_00, Answered: true}
	got := p.Answers([]Dispute{
		{ID: "open", State: DisputeOpen, InvoiceID: "v", Amount: 9_00}, {ID: "before", State: DisputeLost, Amount: 2_00}, {ID: "said", State: DisputeLost, InvoiceID: "v", Amount: 1_00, Answer: BearsLoss},
		{ID: "a", State: DisputeLost, InvoiceID: "v", Amount: 10_00}, {ID: "b", State: DisputeLost, InvoiceID: "v", Amount: 8_00}, {ID: "c", State: DisputeLost, InvoiceID: "v", Amount: 8_00},
	}, AskAgain, "as agreed")
	for i, want := range []Dispute{{ID: "a", Answered: 10_00}, {ID: "b", Answered: 4_00}, {ID: "c"}} {
		if i >= len(got) || got[i].ID != want.ID || got[i].Answered != want.Answered || got[i].Answer != AskAgain || got[i].Reason != "as agreed" {
			t.Errorf("%d: %+v", i, got)
		}
	}
}

// An order is held for a dispute until it is decided what becomes of it; lifting that hold is an admin's.
func TestAHoldForADispute(t *testing.T) {
	admin, helper := Actor{ID: "1", Role: RoleAdmin}, Actor{ID: "2", Role: RoleStaff}
	for name, c := range map[string]struct {
		disputes    []Dispute
		v           Invoice
		holds, mine bool
		next, words string
	}{
		"open":      {[]Dispute{{State: DisputeOpen, Amount: 20_00}}, Invoice{Contested: 20_00, Disputed: 20_00}, true, true, "", "is disputed"},
		"lost":      {[]Dispute{{State: DisputeLost, Amount: 20_00}}, Invoice{Undecided: 20_00, Disputed: 20_00}, true, true, "answer_dispute", "was taken back by the cardholder’s bank"},
		"carried":   {[]Dispute{{State: DisputeLost, Amount: 20_00, Answer: BearsLoss}}, Invoice{Borne: 20_00, Disputed: 20_00}, false, false, "", ""},
		"won":       {[]Dispute{{State: DisputeWon, Amount: 20_00}}, Invoice{}, false, false, "", ""},
		"refunded":  {nil, Invoice{Refunds: 5_00}, true, false, "answer_refund", "was refunded"},
		"both":      {[]Dispute{{State: DisputeOpen, Amount: 15_00}}, Invoice{Refunds: 5_00, Contested: 15_00, Disputed: 15_00}, true, true, "answer_refund", "was refunded or is disputed"},
		"and again": {[]Dispute{{State: DisputeOpen, Amount: 5_00}}, Invoice{Contested: 5_00, Undecided: 15_00, Disputed: 20_00}, true, true, "answer_dispute", "is disputed or was lost to the cardholder’s bank"},
	} {
		v := c.v
		v.State, v.Currency, v.Total, v.Paid, v.Issued = Paid, "AUD", 20_00, 20_00, 1
		o := &Order{State: OrderOpen, Review: ReviewNone, Payment: ByCard, Currency: "AUD", Released: 1, Invoice: &v}
		o.Hold = v.HoldReason(c.disputes)
		if (o.Hold != "") != c.holds || o.HeldForMoney() != c.mine {
			t.Errorf("%s: held %q, by the dispute: %v", name, o.Hold, o.HeldForMoney())
		}
		if offered := o.Offered(admin, nil, false); o.Next(offered, nil, false) != c.next || slices.Contains(offered, "lift_hold") != c.holds {
			t.Errorf("%s: an admin is offered %v, first %q", name, offered, o.Next(offered, nil, false))
		}
		if offered := o.Offered(helper, nil, false); slices.Contains(offered, "lift_hold") != (c.holds && !c.mine) || slices.Contains(offered, "answer_dispute") {
			t.Errorf("%s: staff are offered %v", name, offered)
		}
		if c.words != "" && o.MissingWords() != c.words || (c.words == "") != (o.Missing() == 0) {
			t.Errorf("%s: %s of it %s", name, o.Missing(), o.MissingWords())
		}
	}
}

// What was paid and is owed again waits for its money: only an admin lets it be made without, and its customer goes on reading
// what is to be paid.
func TestAHoldForMoneyOwedAgain(t *testing.T) {
	admin, helper := Actor{ID: "1", Role: RoleAdmin}, Actor{ID: "2", Role: RoleStaff}
	v := Invoice{State: Pending, Currency: "AUD", Total: 20_00, Issued: 1}
	o := &Order{State: OrderOpen, Review: ReviewNone, Payment: ByCard, Currency: "AUD", Released: 1, Invoice: &v, Hold: HoldUnpaid, Jobs: JobTally{Total: 1}}
	if slices.Contains(o.Offered(helper, nil, false), "lift_hold") || !slices.Contains(o.Offered(admin, nil, false), "lift_hold") {
		t.Errorf("staff are offered %v, an admin %v", o.Offered(helper, nil, false), o.Offered(admin, nil, false))
	}
	o.Hold = ""
	if got := o.StatusMessage([]PaymentMethod{ByCard}, false); got != "Your parts are in the queue. $20.00 is still to pay." {
		t.Errorf("lifted: %q", got)
	}
}

// A customer who is asked to pay again reads why, as long as something of it is owed.
func TestWhyACustomerPaysAgain(t *testing.T) {
	o := &Order{State: OrderOpen, Currency: "AUD", Invoice: &Invoice{State: Pending, Total: 20_00, Paid: 8_00, AskedAgain: 20_00}}
	if got := o.PayReason(); got == "" || o.AskedAgain() != 20_00 {
		t.Errorf("owing: %q", got)
	}
	o.Invoice.Paid = 20_00
	if got := o.PayReason(); got != "" {
		t.Errorf("paid: %q", got)
	}
	if o = (&Order{}); o.PayReason() != "" || o.MissingWords() != "" || o.AskedAgain() != 0 || o.HeldForMoney() {
		t.Error("an order without an invoice is told about one")
	}
}

// Stripe's date for the evidence stays until it says another.
func TestWhenTheEvidenceIsDue(t *testing.T) {
	d := Dispute{State: DisputeOpen, Seen: 2, EvidenceDue: 100}
	d.Merge(Dispute{State: DisputeOpen, Seen: 1, EvidenceDue: 90})
	d.Merge(Dispute{State: DisputeOpen, Seen: 3})
	if d.EvidenceDue != 100 {
		t.Errorf("older news and none: %d", d.EvidenceDue)
	}
	if d.Merge(Dispute{State: DisputeOpen, Seen: 4, EvidenceDue: 120}); d.EvidenceDue != 120 {
		t.Errorf("newer news: %d", d.EvidenceDue)
	}
}
