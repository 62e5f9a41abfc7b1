package shop

import "encoding/json"

// InvoiceState is what is stored; overdue, partly paid and in review are derived.
type InvoiceState string

// Invoice states. An order begins as a DRAFT.
const (
	Draft      InvoiceState = "DRAFT"
	Pending    InvoiceState = "PENDING"
	Paid       InvoiceState = "PAID"
	Void       InvoiceState = "VOID"
	WrittenOff InvoiceState = "WRITTEN_OFF"
)

// ReviewState follows an order that a person has to review.
type ReviewState string

// Review states.
const (
	ReviewNone      ReviewState = "NONE"
	ReviewRequested ReviewState = "REQUESTED"
	ReviewApproved  ReviewState = "APPROVED"
	ReviewRefused   ReviewState = "REFUSED"
)

// PaymentMethod is how the customer chose to pay.
type PaymentMethod string

// Payment methods. Cash is taken by staff only.
const (
	ByCard     PaymentMethod = "card"
	ByTransfer PaymentMethod = "transfer"
	AtPickup   PaymentMethod = "pickup"
	ByReview   PaymentMethod = "review"
	ByCash     PaymentMethod = "cash"
)

// Invoice is an order and, once issued, its invoice.
type Invoice struct {
	ID            string
	OrderNumber   string
	InvoiceNumber string
	CartID        string
	ClientID      string
	Source        string // web or counter
	State         InvoiceState
	Review        ReviewState
	Payment       PaymentMethod
	Currency      string
	Price         Price
	Contact       Contact
	Delivery      Delivery
	Note          string
	Message       string
	ReviewReasons []string
	TermsVersion  string
	TermsAt       Time
	ReadyDate     string
	Hold          string
	Created       Time
	Issued        Time
	Released      Time
	PaidAt        Time
	Closed        Time
	CloseReason   string
	Updated       Time

	Paid     Cents // settled payments
	Refunds  Cents
	Rounding Cents // what rounding added when cash was taken
	Jobs     JobTally
}

// JobTally counts an order's jobs by how far they are.
type JobTally struct{ Total, Started, Ready, Shipped, Completed, Cancelled int }

// Item is a printed line of an order.
type Item struct {
	ID         string
	InvoiceID  string
	Name       string
	Kind       string
	Copies     int
	Choices    ItemChoices
	Inspection json.RawMessage
	SliceKey   string
	Result     json.RawMessage
	GCodeHash  string
	Price      PartPrice
}

// ItemChoices keeps the choices with the names they had when the order was made.
type ItemChoices struct {
	Choices
	Material  string `json:"material"`
	Profile   string `json:"profile"`
	Colour    string `json:"colour"`
	ColourHex string `json:"colour_hex"`
}

// Balance is what is still owed.
func (v *Invoice) Balance() Cents {
	return Ledger{Total: v.Price.Total, Rounding: v.Rounding, Payments: v.Paid, Refunds: v.Refunds}.Balance()
}

// Covered says whether enough was paid for it, whatever was sent back since.
func (v *Invoice) Covered() bool { return v.Paid-v.Rounding >= v.Price.Total }

// Closed orders take no payment and no work.
func (v *Invoice) closed() bool { return v.State == Void || v.State == WrittenOff }

// Payable says whether money may be asked for now.
func (v *Invoice) Payable() bool {
	return !v.closed() && v.State != Paid && (v.Review == ReviewNone || v.Review == ReviewApproved) && v.Price.Total > 0 && v.Balance() > 0
}

// Issue gives the order its invoice number, which the caller took from the series in the same transaction.
// Errors: Conflict when it is closed or in review.
func (v *Invoice) Issue(number string, now Time) error {
	switch {
	case v.Issued != 0:
		return nil
	case v.closed():
		return Conflictf("order_closed", "Order %s was cancelled.", v.OrderNumber)
	case v.Review == ReviewRequested:
		return Conflictf("order_in_review", "Order %s is waiting for review. Approve it first.", v.OrderNumber)
	}
	v.InvoiceNumber, v.Issued, v.State = number, now, Pending
	return nil
}

// Settle marks the invoice paid when nothing is owed any more.
func (v *Invoice) Settle(now Time) {
	if v.State == Pending && v.Balance() <= 0 {
		v.State, v.PaidAt = Paid, now
	}
}

// Release lets the order be printed.
func (v *Invoice) Release(now Time) error {
	if v.closed() || v.Issued == 0 {
		return Conflictf("order_not_releasable", "Order %s cannot be released in this state.", v.OrderNumber)
	}
	if v.Released == 0 {
		v.Released = now
	}
	return nil
}

// Approve ends a review: the price stands and may be paid.
func (v *Invoice) Approve(message string) error {
	if v.Review != ReviewRequested || v.State != Draft {
		return Conflictf("order_not_in_review", "Order %s is not waiting for review.", v.OrderNumber)
	}
	if v.Price.Total <= 0 {
		return Invalidf("price_missing", "adjusted_total", "Set a price before approving: this order has none.")
	}
	v.Review, v.Message = ReviewApproved, message
	return nil
}

// Refuse ends a review and closes the order; the customer sees the reason.
func (v *Invoice) Refuse(reason string, now Time) error {
	if v.State != Draft || v.Review == ReviewNone || v.Review == ReviewRefused {
		return Conflictf("order_not_in_review", "Only an order under review can be refused. Cancel it instead.")
	}
	v.Review, v.State, v.Message, v.Closed, v.CloseReason = ReviewRefused, Void, reason, now, reason
	return nil
}

// Cancel closes an order on which no money is held. An issued invoice keeps its number.
// Errors: Conflict when money was taken and not sent back.
func (v *Invoice) Cancel(reason string, now Time) error {
	switch {
	case v.closed():
		return Conflictf("order_closed", "Order %s is already closed.", v.OrderNumber)
	case v.Paid-v.Refunds > 0:
		return Conflictf("money_held", "Order %s has %s paid. Refund it first, then cancel.", v.OrderNumber, v.Paid-v.Refunds)
	}
	v.State, v.Closed, v.CloseReason, v.Message = Void, now, reason, reason
	return nil
}

// Deletable says whether rows and files may go: only drafts that no money ever touched.
func (v *Invoice) Deletable() bool {
	return v.Issued == 0 && (v.State == Draft || v.State == Void) && v.Paid == 0
}

// Status is the one word that customers and staff see.
func (v *Invoice) Status() string {
	j := v.Jobs
	live := j.Total - j.Cancelled
	switch {
	case v.Review == ReviewRefused:
		return "refused"
	case v.closed():
		return "cancelled"
	case v.Hold != "":
		return "on_hold"
	case v.Review == ReviewRequested:
		return "in_review"
	case live > 0 && j.Completed == live:
		return "completed"
	case live > 0 && j.Shipped+j.Completed == live:
		return "shipped"
	case live > 0 && j.Ready+j.Shipped+j.Completed == live:
		return "ready_to_collect"
	case j.Started > 0:
		return "in_production"
	case v.State == Paid:
		return "paid"
	case v.Released != 0:
		return "in_production"
	case v.Payment == AtPickup:
		return "awaiting_release"
	}
	return "awaiting_payment"
}

var statusMessages = map[string]string{
	"refused":          "We could not take this order.",
	"cancelled":        "This order was cancelled.",
	"on_hold":          "This order is on hold. We will get in touch with you.",
	"in_review":        "A person is looking at your files. Nothing has been charged.",
	"completed":        "All parts are done. Thank you.",
	"shipped":          "Your parts are on their way.",
	"ready_to_collect": "Your parts are ready to collect.",
	"in_production":    "Your parts are being made.",
	"paid":             "Paid. Your parts are in the queue.",
	"awaiting_release": "We have your order and will start it shortly. You pay when you collect it.",
	"awaiting_payment": "We start as soon as your payment arrives.",
}

// StatusMessage says in one line what happens next.
func (v *Invoice) StatusMessage() string { return statusMessages[v.Status()] }

// Actions lists what staff may do with the order now.
func (v *Invoice) Actions() []string {
	out := []string{}
	add := func(ok bool, name string) {
		if ok {
			out = append(out, name)
		}
	}
	add(v.Review == ReviewRequested && v.State == Draft, "approve")
	add(v.Review != ReviewNone && v.Review != ReviewRefused && v.State == Draft, "refuse")
	add(v.Released == 0 && !v.closed() && v.Review != ReviewRequested && v.Price.Total > 0, "release")
	add(v.Payable(), "mark_paid")
	add(!v.closed(), "pay_link")
	add(!v.closed() && v.Paid-v.Refunds <= 0, "cancel")
	add(v.Hold != "" && !v.closed(), "lift_hold")
	add(v.Deletable(), "delete_draft")
	add(v.Deletable() || v.closed(), "delete_file")
	return out
}
