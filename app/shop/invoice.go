package shop

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"
)

// InvoiceState is what is stored; overdue and partly paid are derived.
type InvoiceState string

// Invoice states. An invoice begins as a DRAFT, which has no number.
const (
	Draft      InvoiceState = "DRAFT"
	Pending    InvoiceState = "PENDING"
	Paid       InvoiceState = "PAID"
	Void       InvoiceState = "VOID"
	WrittenOff InvoiceState = "WRITTEN_OFF"
)

// Invoice is what is to be paid. Most are for an order; one can stand alone.
type Invoice struct {
	ID         string
	OrderID    string // "" for one that stands alone
	ClientID   string
	Number     string // "" until it is issued
	State      InvoiceState
	Currency   string
	Tax        Tax
	Total      Cents
	TaxTotal   Cents // within the total or added to the lines, by Tax.Mode
	PONumber   string
	Note       string
	Due        string // a day in the shop's time zone; "": at once
	Created    Time
	Issued     Time
	PaidAt     Time
	Voided     Time
	VoidReason string
	Version    int
	Updated    Time
	ChangedBy  string // the name of whoever did, "" for the shop itself and for customers

	OrderNumber string // of the order it is for
	Email       string // of whoever is to pay it

	Paid      Cents // settled payments
	Refunds   Cents // sent back of them
	Lowered   Cents // of the refunds: the order costs less
	OwedAgain Cents // of the refunds: the customer is to pay it again
	Rounding  Cents // what rounding added when cash was taken
	DueBack   Cents // that the shop has and is to send back, since the order was closed, costs less, or was paid too much for
	Adjusted  Cents // what it was lowered by since it was issued
	Disputed  Cents // that a cardholder's bank took back of what counts and was not sent back, or still may

	Contested  Cents // of what counts: what a bank still decides about
	Undecided  Cents // of what counts: what a bank took for good, and nobody decided what becomes of that
	AskedAgain Cents // that a bank took and the customer is asked for again: it is not among what was paid
	Borne      Cents // of the disputed: what the shop carries as its loss
}

// LineKind says what an invoice's line charges for.
type LineKind string

// Line kinds. A PRINT line is an item of the order at its price.
const (
	LinePrint     LineKind = "PRINT"
	LineModelling LineKind = "MODELLING"
	LineOther     LineKind = "OTHER"
	LineDelivery  LineKind = "DELIVERY"
)

// InvoiceLine is one thing an invoice charges for, or takes off when its amount is below zero.
type InvoiceLine struct {
	ID        string   `json:"id"`
	InvoiceID string   `json:"-"`
	Kind      LineKind `json:"kind" enum:"PRINT,MODELLING,OTHER,DELIVERY"`
	ItemID    string   `json:"item_id,omitempty"`
	Name      string   `json:"name"`
	Quantity  Rate     `json:"quantity"`
	Unit      string   `json:"unit,omitempty"`
	UnitPrice Rate     `json:"unit_price"`
	Discount  Rate     `json:"discount" doc:"Percent"`
	Amount    Cents    `json:"amount"`
}

// Label names the invoice in a sentence, by what people know it by.
func (v *Invoice) Label() string {
	switch {
	case v.OrderNumber != "":
		return "Order " + v.OrderNumber
	case v.Number != "":
		return "Invoice " + v.Number
	}
	return "This invoice"
}

// Asked is what the invoice asks for: its total, without what it was lowered by.
func (v *Invoice) Asked() Cents { return v.Total - v.Adjusted }

// AskedTax is the tax within what the invoice asks for: that of its total until it is lowered.
func (v *Invoice) AskedTax() Cents {
	if v.Adjusted == 0 || v.Tax.Mode == TaxNone {
		return v.TaxTotal
	}
	return v.Tax.within(v.Asked())
}

// Balance is what is still owed; below zero is a surplus to be sent back. What was refunded is not owed until staff say so, and
// nothing is once it was written off.
func (v *Invoice) Balance() Cents {
	switch owed := v.unpaid(); {
	case owed < 0:
		return min(owed+v.Refunds-v.OwedAgain, 0)
	case v.State == WrittenOff:
		return 0
	default:
		return owed
	}
}

// unpaid is what the payments leave of what is asked, whatever was refunded without being owed again; below zero is a surplus.
func (v *Invoice) unpaid() Cents {
	return Ledger{Total: v.Total, Adjustments: v.Adjusted, Rounding: v.Rounding, Payments: v.Paid, Refunds: v.OwedAgain}.Balance()
}

// SurplusBack is what of the refunds was of a surplus: it is neither owed nor asked about.
func (v *Invoice) SurplusBack() Cents { return max(min(v.Refunds-v.OwedAgain, -v.unpaid()), 0) }

// OpenRefunds is what was refunded beyond a surplus and of which nobody has said yet what it means: that the order costs
// less, or that it is owed again.
func (v *Invoice) OpenRefunds() Cents {
	surplus := max(-v.unpaid(), 0)
	return max(v.Refunds-v.OwedAgain-surplus-v.Lowered, 0)
}

// Answers is how much of the refunds an answer is about, now that something of them is open. That the order costs less is said
// of what is open. What is owed again is all that no answer was about yet: a surplus that went back with it is none any more,
// and does not pay what is owed again.
func (v *Invoice) Answers(owed bool) Cents {
	if open := v.OpenRefunds(); !owed || open == 0 {
		return open
	}
	return v.Refunds - v.OwedAgain - v.Lowered
}

// Covered says whether nothing is owed for it: what was sent back since is owed only once staff say so. Money is asked for,
// and counts, exactly while it is not covered.
func (v *Invoice) Covered() bool { return v.Balance() <= 0 }

// Held is money that was paid and not sent back.
func (v *Invoice) Held() Cents { return v.Paid - v.Refunds }

// Missing is what went back of the money of an invoice that counts as paid, or is disputed, without the invoice costing less for
// it, being owed again or being carried by the shop: it does not have it, and nobody is asked for it.
func (v *Invoice) Missing() Cents {
	kept := v.Held() - v.Disputed + v.Borne
	return max(v.Asked()+v.Rounding-v.Lowered-max(v.Balance(), 0)-kept, 0)
}

// Closed invoices take no payment.
func (v *Invoice) Closed() bool { return v.State == Void || v.State == WrittenOff }

// Payable says whether money may be asked for now.
func (v *Invoice) Payable() bool {
	return !v.Closed() && v.State != Paid && v.Asked() > 0 && !v.Covered()
}

// Issue gives the invoice its number, which the caller took from the series in the same transaction.
// Errors: Conflict when it is closed.
func (v *Invoice) Issue(number string, now Time) error {
	switch {
	case v.Issued != 0:
		return nil
	case v.Closed():
		return Conflictf("invoice_closed", "%s is closed. There is nothing to pay for it.", v.Label())
	}
	v.Number, v.Issued, v.State = number, now, Pending
	return nil
}

// Settle marks the invoice paid when nothing is owed any more.
func (v *Invoice) Settle(now Time) {
	if v.State == Pending && v.Covered() {
		v.State, v.PaidAt = Paid, now
	}
}

// CoveredSince is since when nothing is owed for an invoice that is paid, by its payments that count and by what lowered it.
func (v *Invoice) CoveredSince(payments []Payment, adjustments []Adjustment) Time {
	type step struct {
		at     Time
		amount Cents
	}
	var steps []step
	for _, p := range payments {
		if p.State == PaymentSettled {
			steps = append(steps, step{p.Created, p.Counts()})
		}
	}
	for _, a := range adjustments {
		steps = append(steps, step{a.Created, a.Amount})
	}
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(b.at, a.at) })
	owed := v.Balance()
	for _, s := range steps { // back in time, until something is owed
		if owed += s.amount; owed > 0 {
			return max(s.at, v.Issued)
		}
	}
	return v.PaidAt
}

// Reopen takes back that the invoice is paid, when something of it is owed again. Its number stays.
func (v *Invoice) Reopen() {
	if v.State == Paid && !v.Covered() {
		v.State, v.PaidAt = Pending, 0
	}
}

// Void closes an invoice; a number that it has, it keeps. Money that was paid is due back.
// Errors: Conflict when it is closed already.
func (v *Invoice) Void(reason string, now Time) error {
	if v.Closed() {
		return Conflictf("invoice_closed", "%s is closed. There is nothing to pay for it.", v.Label())
	}
	v.State, v.Voided, v.VoidReason = Void, now, reason
	return nil
}

// Deletable refuses to delete an invoice that is no draft: it has a number, or had its day. Errors: Conflict.
func (v *Invoice) Deletable() error {
	switch {
	case v.State == Draft:
		return nil
	case v.Number != "":
		return Conflictf("invoice_issued", "Invoice %s was issued and keeps its number. Cancel its order instead: that makes the invoice void.", v.Number)
	}
	return Conflictf("invoice_closed", "%s is closed. There is nothing to pay for it.", v.Label())
}

// Lines are what an order's invoice charges for: each item at its price, then what else the price consists of. With
// the tax, where it is added, they sum to the price's total.
func (p Price) Lines(items []Item) []InvoiceLine {
	lines := []InvoiceLine{}
	add := func(kind LineKind, itemID, name string, amount Cents) {
		lines = append(lines, InvoiceLine{Kind: kind, ItemID: itemID, Name: name, Quantity: decimal.NewFromInt(1), UnitPrice: amount.Decimal(), Amount: amount})
	}
	for _, it := range items {
		add(LinePrint, it.ID, it.Label(), it.Price.Total)
	}
	for _, r := range p.Rows {
		switch r.Kind {
		case RowPart, RowTax:
		case RowShipping:
			add(LineDelivery, "", r.Label, r.Amount)
		default:
			add(LineOther, "", r.Label, r.Amount)
		}
	}
	return lines
}
