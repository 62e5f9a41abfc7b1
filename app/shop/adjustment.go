package shop

import (
	"slices"

	"github.com/shopspring/decimal"
)

// Adjustment is what an issued invoice was lowered by: parts of its order were cancelled. The invoice's lines and its total stay.
// One that was agreed on as copies left has their handover's ID, and goes when that is undone; one of a part that was left out has the
// item's, and goes when that is put back. All others of an order go when a job that was cancelled is put back: what is cancelled still is asked about anew as copies leave.
type Adjustment struct {
	ID        string `json:"id"`
	InvoiceID string `json:"-"`
	OrderID   string `json:"-"`
	Amount    Cents  `json:"amount" doc:"What the invoice asks for less than before"`
	Reason    string `json:"reason"`
	UserID    string `json:"-"`
	By        string `json:"by" doc:"Who lowered it"`
	Created   Time   `json:"at"`
}

// Lower checks what an invoice is to ask for from now on, and says by how much that is less than before: nothing where it is
// the same. Errors: Conflict for one that was not issued or is closed; Invalid for an amount below zero, or above what it asks for.
func (v *Invoice) Lower(asked Cents) (Cents, error) {
	switch {
	case v.Closed():
		return 0, Conflictf("invoice_closed", "%s is closed. There is nothing to pay for it.", v.Label())
	case v.Issued == 0:
		return 0, Conflictf("invoice_not_issued", "%s has no invoice number yet.", v.Label())
	case asked < 0 || asked > v.Asked():
		return 0, Invalidf("costs_out_of_range", "costs", "Enter what it costs now, up to %s.", v.Asked().In(v.Currency))
	}
	return v.Asked() - asked, nil
}

// Undoing is what of its order's lowered price undoing a handover takes back: all of it where a job that was cancelled comes back
// with the copies, as putting it back does, for the price was agreed on without it; else what it was lowered by at the handover,
// unless the price was agreed on anew since, which stands. Agreed is in the order of time.
func (h *Handover) Undoing(jobs []Job, agreed []Adjustment) []Adjustment {
	if slices.ContainsFunc(jobs, func(j Job) bool { return j.RevivedBy(h.Items) }) {
		return agreed
	}
	if last := len(agreed) - 1; last >= 0 && agreed[last].ID == h.ID {
		return agreed[last:]
	}
	return nil
}

// SumOf is what adjustments lower an invoice by.
func SumOf(all []Adjustment) (sum Cents) {
	for _, a := range all {
		sum += a.Amount
	}
	return sum
}

// CancelledSince says whether any of an order's jobs was cancelled after what the order costs was last agreed on.
func CancelledSince(jobs []Job, agreed []Adjustment) bool {
	var last Time
	for _, a := range agreed {
		last = max(last, a.Created)
	}
	return slices.ContainsFunc(jobs, func(j Job) bool { return j.State == JobCancelled && j.Updated > last })
}

// LoweredLeft is how much of the refunds that were said to lower the price still does so by itself: what an adjustment lowers the
// invoice by is a surplus, and a refund of that says nothing more.
func (v *Invoice) LoweredLeft() Cents {
	return min(v.Lowered, max(v.Refunds-v.OwedAgain-max(-v.unpaid(), 0), 0))
}

// CostOf is what so many copies of each item cost, with the delivery as it was shown: each item's price by its copies; what else
// the price consists of, such as a set-up, a minimum, a discount or what staff adjusted, by the items' share; and the tax where
// it is added. The sum is rounded once. All copies cost what was agreed on, and no number of them costs more. What was left out costs nothing.
func (p Price) CostOf(items []Item, copies map[string]int, tax Tax) Cents {
	sum, whole := p.partsCost(items, copies)
	if whole {
		return p.Total
	}
	out := Price{Total: Round(sum)}
	tax.apply(&out, nil)
	return min(max(out.Total, 0), p.Total)
}

func count(n int) decimal.Decimal { return decimal.NewFromInt(int64(n)) }

// share is a part of an amount: n of so many.
func share(amount, n, of decimal.Decimal) decimal.Decimal { return amount.Mul(n).Div(of) }
