package standing

import (
	"slices"

	"buildplate/app/shop"
)

// Unreachable are the standings that no order comes to, each with the reason.
var Unreachable = []struct {
	Why string
	Is  func(s Standing) bool
}{
	{"refusing ends the review", func(s Standing) bool { return (s.State == shop.OrderRefused) != (s.Review == shop.ReviewRefused) }},
	{"nothing is made in review", func(s Standing) bool {
		return s.Review == shop.ReviewRequested && s.State == shop.OrderCompleted
	}},
	{"in review there is no invoice, or it was voided for the review", func(s Standing) bool {
		return s.Review == shop.ReviewRequested && s.counts()
	}},
	{"what was paid or issued does not go back into review", func(s Standing) bool {
		return s.Review == shop.ReviewRequested && (s.Paid > 0 || s.Released)
	}},
	{"whoever asks for a review asks for a price, which makes an invoice", func(s Standing) bool {
		return s.Review == shop.ReviewNone && s.Payment == shop.ByReview
	}},
	{"what is not in review has its invoice", func(s Standing) bool {
		return s.Invoice == "" && (s.Review == shop.ReviewNone || s.Review == shop.ReviewApproved)
	}},
	{"who chose a way to pay had a price", func(s Standing) bool { return s.Invoice == "" && s.Payment != shop.ByReview }},
	{"closing voids the invoice", func(s Standing) bool { return s.closed() && s.counts() }},
	{"what is open and out of review has an invoice that counts", func(s Standing) bool {
		return !s.closed() && s.Invoice == shop.Void && s.Review != shop.ReviewRequested
	}},
	{"at the counter the money is taken at once", func(s Standing) bool {
		return s.Payment.AtCounter() && s.Review == shop.ReviewNone && !s.Released && (s.Invoice == shop.Draft && s.Total > 0 || s.Invoice == shop.Pending)
	}},
	{"releasing issues the invoice", func(s Standing) bool { return s.Released && (s.Invoice == shop.Draft || s.Invoice == "") }},
	{"what is lowered has left in part, so it was released", func(s Standing) bool { return !s.Released && s.Adjusted > 0 }},
	{"only what has left is written off", func(s Standing) bool {
		return s.State != shop.OrderCompleted && s.Invoice == shop.WrittenOff
	}},
	{"paying releases", func(s Standing) bool { return !s.Released && s.Invoice == shop.Paid }},
	{"releasing makes the jobs", func(s Standing) bool { return s.Released != (s.Jobs > 0) }},
	{"an order is completed when nothing is left to go", func(s Standing) bool {
		return !s.closed() && (s.State == shop.OrderCompleted) != s.over()
	}},
	{"what was closed stops, and only what older versions refused with its files had left in part", func(s Standing) bool {
		return s.closed() && s.Cancelled < s.Jobs && (s.State != shop.OrderRefused || !s.over() || s.Cancelled == 0)
	}},
	{"only money that counts was refunded, or lost; what counts no more may be disputed again, and a refund of it may fail", func(s Standing) bool {
		held := slices.Contains([]Hold{HoldLost, HoldRefund}, s.Hold)
		return s.Paid == 0 && (held || s.Refunds > 0 || s.DueBack > 0)
	}},
	{"what waits to be paid again was released", func(s Standing) bool { return s.Hold == HoldUnpaid && !s.Released }},
	{"paying again lifts the hold for it", func(s Standing) bool { return s.Hold == HoldUnpaid && !s.closed() && s.Balance <= 0 }},
	{"what has wholly left waits for no payment", func(s Standing) bool { return s.Hold == HoldUnpaid && s.State == shop.OrderCompleted }},
	{"what has wholly left waits for no model", func(s Standing) bool { return s.Hold == HoldModel && s.State == shop.OrderCompleted }},
	{"answering a refund ends the hold for it", func(s Standing) bool { return s.Hold == HoldRefund && !s.closed() && s.Open == 0 }},
	{"what leaves is not on hold for a refund, and a refund after that holds nothing, but the rest may be cancelled", func(s Standing) bool {
		return s.Hold == HoldRefund && s.over() && s.Cancelled == 0
	}},
	{"of what was not closed only what was paid too much is due back", func(s Standing) bool {
		return !s.closed() && s.DueBack > max(-s.Balance, 0)
	}},
	{"of what was closed all money is due, was sent back, or is a bank's to decide on or to keep", func(s Standing) bool {
		return s.closed() && s.Paid > s.Refunds+s.DueBack+s.Disputed
	}},
}
