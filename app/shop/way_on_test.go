package shop

import (
	"slices"
	"testing"
)

// standing is how an order stands in every respect that decides what can come next.
type standing struct {
	State              OrderState
	Review             ReviewState
	Invoice            string
	Payment            PaymentMethod
	Delivery           DeliveryMethod
	Jobs, Hold, Refund string
	Released           bool
	Files              string
}

// Of each respect, all there is. An order here has two items of one copy, with a job each, and costs 20 dollars.
var (
	everyState    = []OrderState{OrderOpen, OrderCompleted, OrderCancelled, OrderRefused}
	everyReview   = []ReviewState{ReviewNone, ReviewRequested, ReviewApproved, ReviewRefused}
	everyPayment  = []PaymentMethod{ByCard, ByTransfer, AtPickup, ByReview, ByCash, ByTerminal}
	everyDelivery = []DeliveryMethod{Pickup, Ship}
	everyFiles    = []string{"here", "gone"} // older versions let them be deleted, and what went by age is missed when a handover is undone

	everyInvoice = map[string]*Invoice{
		"none":      nil,
		"draft":     {State: Draft, Total: 20_00},
		"free":      {State: Draft},
		"issued":    {State: Pending, Total: 20_00, Issued: 5},
		"part paid": {State: Pending, Total: 20_00, Issued: 5, Paid: 8_00},
		"paid":      {State: Paid, Total: 20_00, Issued: 5, Paid: 20_00, PaidAt: 6},
		"paid free": {State: Paid, Issued: 5, PaidAt: 6},
		"overpaid":  {State: Paid, Total: 20_00, Issued: 5, Paid: 25_00, PaidAt: 6, DueBack: 5_00},
		"lowered":   {State: Pending, Total: 20_00, Adjusted: 8_00, Issued: 5},
		"too much":  {State: Paid, Total: 20_00, Adjusted: 8_00, Issued: 5, Paid: 20_00, PaidAt: 6, DueBack: 8_00},
		"given up":  {State: WrittenOff, Total: 20_00, Issued: 5},
		"part lost": {State: WrittenOff, Total: 20_00, Issued: 5, Paid: 8_00},
		"void":      {State: Void, Total: 20_00, Voided: 7},
		"void paid": {State: Void, Total: 20_00, Issued: 5, Paid: 20_00, Voided: 7},
	}

	everyJobs = map[string]struct {
		jobs   []Job
		copies CopyTally
	}{
		"none":                    {},
		"waiting":                 {jobs: []Job{{State: JobQueued, Owed: 1}, {State: JobInQueue, Owed: 1}}},
		"started":                 {jobs: []Job{{State: JobPrinting, Owed: 1, Started: 8}, {State: JobQueued, Owed: 1}}},
		"prepared, and paused":    {jobs: []Job{{State: JobPreProcessing, Owed: 1}, {State: JobPaused, Owed: 1, Started: 8}}},
		"made, not yet packed":    {jobs: []Job{{State: JobPrintingComplete, Started: 8}, {State: JobPostProcessing, Started: 8}}, copies: CopyTally{Here: 2}},
		"made, and some is owed":  {jobs: []Job{{State: JobInQueue, Owed: 1, Started: 8}, {State: JobPackaging, Started: 8}}, copies: CopyTally{Here: 1}},
		"one ready":               {jobs: []Job{{State: JobReadyToCollect, Started: 8}, {State: JobQueued, Owed: 1}}, copies: CopyTally{Here: 1}},
		"ready":                   {jobs: []Job{{State: JobReadyToCollect, Started: 8}, {State: JobReadyToCollect, Started: 8}}, copies: CopyTally{Here: 2}},
		"ready, one cancelled":    {jobs: []Job{{State: JobReadyToCollect, Started: 8}, {State: JobCancelled, Owed: 1}}, copies: CopyTally{Here: 1}},
		"one left":                {jobs: []Job{{State: JobCompleted, Started: 8}, {State: JobQueued, Owed: 1}}, copies: CopyTally{Left: 1}},
		"one left, one is ready":  {jobs: []Job{{State: JobCompleted, Started: 8}, {State: JobReadyToCollect, Started: 8}}, copies: CopyTally{Left: 1, Here: 1}},
		"one left, one cancelled": {jobs: []Job{{State: JobCompleted, Started: 8}, {State: JobCancelled, Owed: 1}}, copies: CopyTally{Left: 1}},
		"all left":                {jobs: []Job{{State: JobCompleted, Started: 8}, {State: JobCompleted, Started: 8}}, copies: CopyTally{Left: 2}},
		"cancelled":               {jobs: []Job{{State: JobCancelled, Owed: 1, Started: 8}, {State: JobCancelled, Owed: 1}}},
	}

	everyHold = map[string]string{"none": "", "unpaid": HoldUnpaid, "dispute": "A cardholder disputes a payment of $20.00.", "lost": "A dispute over $20.00 was lost.", "refund": "$5.00 was refunded.", "failed refund": HoldRefundFailed}

	everyRefund = map[string]func(v *Invoice){
		"none":      func(*Invoice) {},
		"open":      func(v *Invoice) { v.Refunds = 5_00 + max(v.Paid-v.Total, 0) },
		"lowered":   func(v *Invoice) { v.Refunds, v.Lowered = 5_00, 5_00 },
		"owed":      func(v *Invoice) { v.Refunds, v.OwedAgain = v.Paid, v.Paid },
		"due":       func(v *Invoice) { v.DueBack = v.Paid },
		"sent back": func(v *Invoice) { v.Refunds = v.Paid },
	}
)

func (s standing) closed() bool { return s.State == OrderCancelled || s.State == OrderRefused }
func (s standing) void() bool   { return s.Invoice == "void" || s.Invoice == "void paid" }
func (s standing) counts() bool { return s.Invoice != "none" && !s.void() }
func (s standing) money() bool {
	return slices.Contains([]string{"part paid", "paid", "overpaid", "too much", "part lost", "void paid"}, s.Invoice)
}
func (s standing) draft() bool { return s.Invoice == "draft" || s.Invoice == "free" }
func (s standing) over() bool {
	return s.Jobs == "all left" || s.Jobs == "one left, one cancelled"
}

// unreachable are the standings that no order comes to, each with the reason.
var unreachable = []struct {
	why string
	is  func(s standing) bool
}{
	{"refusing ends the review", func(s standing) bool { return (s.State == OrderRefused) != (s.Review == ReviewRefused) }},
	{"nothing is made in review", func(s standing) bool { return s.Review == ReviewRequested && s.State == OrderCompleted }},
	{"in review there is no invoice, or it was voided for the review", func(s standing) bool { return s.Review == ReviewRequested && s.counts() }},
	{"what was paid or issued does not go back into review", func(s standing) bool {
		return s.Review == ReviewRequested && (s.money() || s.Released)
	}},
	{"whoever asks for a review asks for a price, which makes an invoice", func(s standing) bool {
		return s.Review == ReviewNone && s.Payment == ByReview
	}},
	{"what is not in review has its invoice", func(s standing) bool {
		return s.Invoice == "none" && (s.Review == ReviewNone || s.Review == ReviewApproved)
	}},
	{"who chose a way to pay had a price", func(s standing) bool { return s.Invoice == "none" && s.Payment != ByReview }},
	{"closing voids the invoice", func(s standing) bool { return s.closed() && s.counts() }},
	{"what is open and out of review has an invoice that counts", func(s standing) bool {
		return !s.closed() && s.void() && s.Review != ReviewRequested
	}},
	{"at the counter the money is taken at once", func(s standing) bool {
		return s.Payment.AtCounter() && s.Review == ReviewNone && (s.Invoice == "draft" || (s.Invoice == "issued" || s.Invoice == "part paid") && !s.Released)
	}},
	{"releasing issues the invoice", func(s standing) bool { return s.Released && (s.draft() || s.Invoice == "none") }},
	{"what is lowered has left in part, so it was released", func(s standing) bool {
		return !s.Released && (s.Invoice == "lowered" || s.Invoice == "too much")
	}},
	{"only what has left is written off", func(s standing) bool {
		return s.State != OrderCompleted && (s.Invoice == "given up" || s.Invoice == "part lost")
	}},
	{"paying releases", func(s standing) bool {
		return !s.Released && (s.Invoice == "paid" || s.Invoice == "paid free" || s.Invoice == "overpaid")
	}},
	{"releasing makes the jobs", func(s standing) bool { return s.Released != (s.Jobs != "none") }},
	{"an order is completed when nothing is left to go", func(s standing) bool { return !s.closed() && (s.State == OrderCompleted) != s.over() }},
	{"what was closed stops, and only what older versions refused with its files had left in part", func(s standing) bool {
		return s.closed() && s.Jobs != "none" && s.Jobs != "cancelled" && (s.State != OrderRefused || s.Jobs != "one left, one cancelled")
	}},
	{"only money is disputed or refunded", func(s standing) bool {
		return !s.money() && (s.Hold == "dispute" || s.Hold == "lost" || s.Hold == "refund" || s.Hold == "failed refund" || s.Refund != "none")
	}},
	{"what waits to be paid again was released", func(s standing) bool { return s.Hold == "unpaid" && !s.Released }},
	{"paying again lifts the hold for it", func(s standing) bool {
		owed := s.Invoice == "issued" || s.Invoice == "part paid" || s.Refund == "owed"
		return s.Hold == "unpaid" && !s.closed() && !owed
	}},
	{"what has wholly left waits for no payment", func(s standing) bool { return s.Hold == "unpaid" && s.State == OrderCompleted }},
	{"answering a refund ends the hold for it", func(s standing) bool { return s.Hold == "refund" && !s.closed() && s.Refund != "open" }},
	{"what leaves is not on hold for a refund, and a refund after that holds nothing, but the rest may be cancelled", func(s standing) bool {
		return s.Hold == "refund" && s.Jobs == "all left"
	}},
	{"money is due back of what was closed", func(s standing) bool {
		return (s.Refund == "due" || s.Refund == "sent back") && !s.closed()
	}},
	{"and then all of it is due, was sent back, or was lost in a dispute", func(s standing) bool {
		return s.closed() && s.money() && s.Refund != "due" && s.Refund != "sent back" && s.Hold != "dispute" && s.Hold != "lost"
	}},
}

// waysToPay are shops with every way to pay, and with none.
var waysToPay = []struct {
	set   Settings
	cards bool
}{{Settings{Currency: "AUD", BankDetails: "BSB 062-000", PickupLimit: 100_00}, true}, {Settings{Currency: "AUD"}, false}}

// order is an order that stands so.
func (s standing) order() (*Order, []Job) {
	o := &Order{Number: "ORD-1001", Currency: "AUD", State: s.State, Review: s.Review, Payment: s.Payment, Hold: everyHold[s.Hold], Delivery: Delivery{Method: s.Delivery}}
	if s.Released {
		o.Released = 5
	}
	if s.closed() {
		o.Closed = 7
	}
	made := everyJobs[s.Jobs]
	o.Copies = made.copies
	if s.Delivery == Ship {
		o.Copies.Sent = o.Copies.Left
	}
	jobs := slices.Clone(made.jobs)
	for i := range jobs {
		jobs[i].Hold, jobs[i].OrderClosed, jobs[i].GCodeGone = o.Hold, s.closed(), s.Files == "gone"
		o.Jobs.Total++
		if jobs[i].State.Made() {
			o.Jobs.Made++
		}
		switch jobs[i].State {
		case JobReadyToCollect:
			o.Jobs.Ready++
			o.Copies.Shelves = "B3"
		case JobCompleted:
			o.Jobs.Completed++
		case JobCancelled:
			o.Jobs.Cancelled++
			continue
		}
		if jobs[i].Started != 0 {
			o.Jobs.Started++
		}
	}
	for i, j := range jobs {
		jobs[i].Last = !j.State.Final() && o.Jobs.Completed+o.Jobs.Cancelled == o.Jobs.Total-1
		jobs[i].Rest = jobs[i].Last && o.Copies.Left > 0 && !s.closed()
	}
	if like := everyInvoice[s.Invoice]; like != nil {
		v := *like
		v.Currency = "AUD"
		everyRefund[s.Refund](&v)
		switch s.Hold {
		case "dispute":
			v.Contested, v.Disputed = v.Paid, max(v.Paid-v.Refunds, 0)
		case "lost":
			v.Undecided, v.Disputed = v.Paid, max(v.Paid-v.Refunds, 0)
		}
		v.Reopen()
		o.Invoice, o.Price.Total = &v, v.Total
	}
	return o, jobs
}

// every calls a test with each standing there is.
func every(visit func(standing)) {
	for _, state := range everyState {
		for _, review := range everyReview {
			for invoice := range everyInvoice {
				for _, payment := range everyPayment {
					for _, delivery := range everyDelivery {
						for jobs := range everyJobs {
							for hold := range everyHold {
								for refund := range everyRefund {
									for _, released := range []bool{false, true} {
										for _, files := range everyFiles {
											visit(standing{state, review, invoice, payment, delivery, jobs, hold, refund, released, files})
										}
									}
								}
							}
						}
					}
				}
			}
		}
	}
}

// However an order stands, whoever has to do with it has a way on, or nothing of it is left to do: those who work here are
// offered it or are told what is waited for, and the customer can pay what is owed, or reads what becomes of it.
func TestEveryOrderHasAWayOn(t *testing.T) {
	matched := make([]int, len(unreachable))
	reached, failed := 0, map[string]int{}
	every(func(s standing) {
		for i, no := range unreachable {
			if no.is(s) {
				matched[i]++
				return
			}
		}
		reached++
		o, jobs := s.order()
		for _, coming := range []bool{false, true} {
			if coming && !o.Payable() {
				continue // a bank decides only on what is owed
			}
			for _, way := range waysToPay {
				methods := o.PayMethods(way.set, way.cards, coming)
				for _, wrong := range slices.Concat(staffAreStuck(o, jobs, methods, coming), customerIsStuck(o, methods, coming)) {
					if failed[wrong]++; failed[wrong] == 1 {
						t.Errorf("%s: %+v, %s, by %v, on its way: %v", wrong, s, o.Status(), methods, coming)
					}
				}
			}
		}
	})
	for wrong, n := range failed {
		t.Logf("%d times: %s", n, wrong)
	}
	for i, no := range unreachable {
		if matched[i] == 0 {
			t.Errorf("nothing is unreachable because %s", no.why)
		}
	}
	if reached < 1000 {
		t.Errorf("only %d standings are reached", reached)
	}
	t.Logf("%d standings", reached)
}
