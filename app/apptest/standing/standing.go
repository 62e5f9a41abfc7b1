package standing

import (
	"strings"

	"buildplate/app/shop"
)

// Standing is how an order stands.
type Standing struct {
	State   shop.OrderState
	Review  shop.ReviewState
	Payment shop.PaymentMethod
	Hold    Hold

	Invoice  shop.InvoiceState // "" while there is none
	Total    shop.Cents        // of the invoice, before anything was adjusted
	Balance  shop.Cents
	Paid     shop.Cents // what counts of the payments
	Refunds  shop.Cents
	Open     shop.Cents // of the refunds: nobody has said what they mean
	DueBack  shop.Cents
	Disputed shop.Cents
	Adjusted shop.Cents

	Released        bool
	Jobs, Cancelled int  // jobs, and those that were cancelled
	Final           int  // of all jobs: those that wait for nothing
	SomeLeft        bool // copies that have left the shop
}

// Hold is why an order's jobs wait.
type Hold string

// Holds: for what was paid and is owed again, for a dispute that is open or was lost, for a refund, or one that failed, and for a model that another order was
// refused with.
const (
	NoHold           Hold = ""
	HoldUnpaid       Hold = "unpaid"
	HoldDispute      Hold = "dispute"
	HoldLost         Hold = "lost"
	HoldRefund       Hold = "refund"
	HoldRefundFailed Hold = "failed refund"
	HoldModel        Hold = "refused model"
	unknownHold      Hold = "unknown"
)

func holdOf(text string) Hold {
	switch {
	case text == "":
		return NoHold
	case (&shop.Order{Hold: text}).RefusedModel() != "":
		return HoldModel
	case text == shop.HoldUnpaid:
		return HoldUnpaid
	case text == shop.HoldRefundFailed:
		return HoldRefundFailed
	case strings.HasPrefix(text, "A cardholder disputes "):
		return HoldDispute
	case strings.HasPrefix(text, "A dispute over "):
		return HoldLost
	case strings.HasSuffix(text, " was refunded."):
		return HoldRefund
	}
	return unknownHold
}

// Of is how an order and its jobs stand.
func Of(o *shop.Order, jobs []shop.Job) Standing {
	s := Standing{
		State: o.State, Review: o.Review, Payment: o.Payment, Hold: holdOf(o.Hold), Released: o.Released != 0,
		Balance: o.Balance(), Paid: o.Paid(), Refunds: o.Refunded(), Open: o.OpenRefunds(), DueBack: o.DueBack(), Adjusted: o.Adjusted(),
		Jobs: len(jobs), SomeLeft: o.Copies.Left > 0,
	}
	if v := o.Invoice; v != nil {
		s.Invoice, s.Total, s.Disputed = v.State, v.Total, v.Disputed
	}
	for _, j := range jobs {
		if j.State.Final() {
			s.Final++
		}
		if j.State == shop.JobCancelled {
			s.Cancelled++
		}
	}
	return s
}

// Unreachable says why no order comes to stand so; "" where one may.
func (s Standing) Unreachable() string {
	if s.Hold == unknownHold {
		return "an order is held for no such reason"
	}
	for _, no := range Unreachable {
		if no.Is(s) {
			return no.Why
		}
	}
	return ""
}

func (s Standing) closed() bool {
	return s.State == shop.OrderCancelled || s.State == shop.OrderRefused
}

// counts says whether there is an invoice, and it was not voided.
func (s Standing) counts() bool { return s.Invoice != "" && s.Invoice != shop.Void }

// over says whether some has left, and nothing is left to go.
func (s Standing) over() bool { return s.SomeLeft && s.Final == s.Jobs }
