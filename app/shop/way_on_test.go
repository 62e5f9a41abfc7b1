package shop_test

import (
	"slices"
	"testing"

	"buildplate/app/apptest/standing"
	"buildplate/app/shop"
)

// generated is an order to be made, by a word for each respect that decides what can come next.
type generated struct {
	State              shop.OrderState
	Review             shop.ReviewState
	Invoice            string
	Payment            shop.PaymentMethod
	Delivery           shop.DeliveryMethod
	Jobs, Hold, Refund string
	Released           bool
	Files              string
}

// Of each respect, all there is. An order here has two items of one copy, with a job each, and costs 20 dollars.
var (
	everyState    = []shop.OrderState{shop.OrderOpen, shop.OrderCompleted, shop.OrderCancelled, shop.OrderRefused}
	everyReview   = []shop.ReviewState{shop.ReviewNone, shop.ReviewRequested, shop.ReviewApproved, shop.ReviewRefused}
	everyPayment  = []shop.PaymentMethod{shop.ByCard, shop.ByTransfer, shop.AtPickup, shop.ByReview, shop.ByCash, shop.ByTerminal}
	everyDelivery = []shop.DeliveryMethod{shop.Pickup, shop.Ship}
	everyFiles    = []string{"here", "gone"} // older versions let them be deleted, and what went by age is missed when a handover is undone

	everyInvoice = map[string]*shop.Invoice{
		"none":      nil,
		"draft":     {State: shop.Draft, Total: 20_00},
		"free":      {State: shop.Draft},
		"issued":    {State: shop.Pending, Total: 20_00, Issued: 5},
		"part paid": {State: shop.Pending, Total: 20_00, Issued: 5, Paid: 8_00},
		"paid":      {State: shop.Paid, Total: 20_00, Issued: 5, Paid: 20_00, PaidAt: 6},
		"paid free": {State: shop.Paid, Issued: 5, PaidAt: 6},
		"overpaid":  {State: shop.Paid, Total: 20_00, Issued: 5, Paid: 25_00, PaidAt: 6, DueBack: 5_00},
		"lowered":   {State: shop.Pending, Total: 20_00, Adjusted: 8_00, Issued: 5},
		"too much":  {State: shop.Paid, Total: 20_00, Adjusted: 8_00, Issued: 5, Paid: 20_00, PaidAt: 6, DueBack: 8_00},
		"given up":  {State: shop.WrittenOff, Total: 20_00, Issued: 5},
		"part lost": {State: shop.WrittenOff, Total: 20_00, Issued: 5, Paid: 8_00},
		"void":      {State: shop.Void, Total: 20_00, Voided: 7},
		"void paid": {State: shop.Void, Total: 20_00, Issued: 5, Paid: 20_00, Voided: 7},
	}

	everyJobs = map[string]struct {
		jobs   []shop.Job
		copies shop.CopyTally
	}{
		"none":                    {},
		"waiting":                 {jobs: []shop.Job{{State: shop.JobQueued, Owed: 1}, {State: shop.JobInQueue, Owed: 1}}},
		"started":                 {jobs: []shop.Job{{State: shop.JobPrinting, Owed: 1, Started: 8}, {State: shop.JobQueued, Owed: 1}}},
		"prepared, and paused":    {jobs: []shop.Job{{State: shop.JobPreProcessing, Owed: 1}, {State: shop.JobPaused, Owed: 1, Started: 8}}},
		"made, not yet packed":    {jobs: []shop.Job{{State: shop.JobPrintingComplete, Started: 8}, {State: shop.JobPostProcessing, Started: 8}}, copies: shop.CopyTally{Here: 2}},
		"made, and some is owed":  {jobs: []shop.Job{{State: shop.JobInQueue, Owed: 1, Started: 8}, {State: shop.JobPackaging, Started: 8}}, copies: shop.CopyTally{Here: 1}},
		"one ready":               {jobs: []shop.Job{{State: shop.JobReadyToCollect, Started: 8}, {State: shop.JobQueued, Owed: 1}}, copies: shop.CopyTally{Here: 1}},
		"ready":                   {jobs: []shop.Job{{State: shop.JobReadyToCollect, Started: 8}, {State: shop.JobReadyToCollect, Started: 8}}, copies: shop.CopyTally{Here: 2}},
		"ready, one cancelled":    {jobs: []shop.Job{{State: shop.JobReadyToCollect, Started: 8}, {State: shop.JobCancelled, Owed: 1}}, copies: shop.CopyTally{Here: 1}},
		"one left":                {jobs: []shop.Job{{State: shop.JobCompleted, Started: 8}, {State: shop.JobQueued, Owed: 1}}, copies: shop.CopyTally{Left: 1}},
		"one left, one is ready":  {jobs: []shop.Job{{State: shop.JobCompleted, Started: 8}, {State: shop.JobReadyToCollect, Started: 8}}, copies: shop.CopyTally{Left: 1, Here: 1}},
		"one left, one cancelled": {jobs: []shop.Job{{State: shop.JobCompleted, Started: 8}, {State: shop.JobCancelled, Owed: 1}}, copies: shop.CopyTally{Left: 1}},
		"all left":                {jobs: []shop.Job{{State: shop.JobCompleted, Started: 8}, {State: shop.JobCompleted, Started: 8}}, copies: shop.CopyTally{Left: 2}},
		"cancelled":               {jobs: []shop.Job{{State: shop.JobCancelled, Owed: 1, Started: 8}, {State: shop.JobCancelled, Owed: 1}}},
	}

	everyHold = map[string]string{"none": "", "unpaid": shop.HoldUnpaid, "dispute": "A cardholder disputes a payment of $20.00.", "lost": "A dispute over $20.00 was lost.", "refund": "$5.00 was refunded.", "failed refund": shop.HoldRefundFailed, "refused model": new(shop.Order).HoldForModels([]shop.HeldModel{{Name: "block.stl", Order: "ORD-7", Reason: "A weapon."}})}

	everyRefund = map[string]func(v *shop.Invoice){
		"none":      func(*shop.Invoice) {},
		"open":      func(v *shop.Invoice) { v.Refunds = 5_00 + max(v.Paid-v.Total, 0) },
		"lowered":   func(v *shop.Invoice) { v.Refunds, v.Lowered = 5_00, 5_00 },
		"owed":      func(v *shop.Invoice) { v.Refunds, v.OwedAgain = v.Paid, v.Paid },
		"due":       func(v *shop.Invoice) { v.DueBack = v.Paid },
		"sent back": func(v *shop.Invoice) { v.Refunds = v.Paid },
	}
)

// waysToPay are shops with every way to pay, and with none.
var waysToPay = []struct {
	set   shop.Settings
	cards bool
}{{shop.Settings{Currency: "AUD", BankDetails: "BSB 062-000", PickupLimit: 100_00}, true}, {shop.Settings{Currency: "AUD"}, false}}

// order is an order that stands so.
func (s generated) order() (*shop.Order, []shop.Job) {
	o := &shop.Order{Number: "ORD-1001", Currency: "AUD", State: s.State, Review: s.Review, Payment: s.Payment, Hold: everyHold[s.Hold], Delivery: shop.Delivery{Method: s.Delivery}}
	if s.Released {
		o.Released = 5
	}
	closed := s.State == shop.OrderCancelled || s.State == shop.OrderRefused
	if closed {
		o.Closed = 7
	}
	made := everyJobs[s.Jobs]
	o.Copies = made.copies
	if s.Delivery == shop.Ship {
		o.Copies.Sent = o.Copies.Left
	}
	jobs := slices.Clone(made.jobs)
	for i := range jobs {
		jobs[i].Hold, jobs[i].OrderClosed, jobs[i].GCodeGone = o.Hold, closed, s.Files == "gone"
		o.Jobs.Total++
		if jobs[i].State.Made() {
			o.Jobs.Made++
		}
		switch jobs[i].State {
		case shop.JobReadyToCollect:
			o.Jobs.Ready++
			o.Copies.Shelves = "B3"
		case shop.JobCompleted:
			o.Jobs.Completed++
		case shop.JobCancelled:
			o.Jobs.Cancelled++
			continue
		}
		if jobs[i].Started != 0 && (jobs[i].State.Begun() || o.Copies.Here+o.Copies.Left > 0) {
			o.Jobs.Started++
		}
	}
	for i, j := range jobs {
		jobs[i].Last = !j.State.Final() && o.Jobs.Completed+o.Jobs.Cancelled == o.Jobs.Total-1
		jobs[i].Rest = jobs[i].Last && o.Copies.Left > 0 && !closed
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

// every calls a test with each order there is, in as many ways as it may be delivered and has its files, once it stands as one may.
// It counts how many do, and of the reasons why none does how often each holds.
func every(visit func(s generated, o *shop.Order, jobs []shop.Job)) (reached int, reasons map[string]int) {
	reasons = map[string]int{}
	for _, state := range everyState {
		for _, review := range everyReview {
			for invoice := range everyInvoice {
				for _, payment := range everyPayment {
					for jobs := range everyJobs {
						for hold := range everyHold {
							for refund := range everyRefund {
								for _, released := range []bool{false, true} {
									s := generated{state, review, invoice, payment, shop.Pickup, jobs, hold, refund, released, "here"}
									if why := standing.Of(s.order()).Unreachable(); why != "" {
										reasons[why]++
										continue
									}
									for _, s.Delivery = range everyDelivery {
										for _, s.Files = range everyFiles {
											o, jobs := s.order()
											visit(s, o, jobs)
											reached++
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
	return reached, reasons
}

// However an order stands, whoever has to do with it has a way on, or nothing of it is left to do: those who work here are
// offered it or are told what is waited for, and the customer can pay what is owed, or reads what becomes of it.
func TestEveryOrderHasAWayOn(t *testing.T) {
	failed := map[string]int{}
	reached, reasons := every(func(s generated, o *shop.Order, jobs []shop.Job) {
		for _, coming := range []bool{false, true} {
			if coming && !o.Payable() {
				continue // a bank decides only on what is owed
			}
			for _, way := range waysToPay {
				methods := o.PayMethods(way.set, way.cards, coming)
				for _, wrong := range slices.Concat(shop.StaffAreStuck(o, jobs, methods, coming), shop.CustomerIsStuck(o, methods, coming)) {
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
	for _, no := range standing.Unreachable {
		if reasons[no.Why] == 0 {
			t.Errorf("nothing is unreachable because %s", no.Why)
		}
	}
	if reached < 1000 {
		t.Errorf("only %d standings are reached", reached)
	}
	t.Logf("%d standings", reached)
}
