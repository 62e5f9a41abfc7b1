package shop

// Refund is what was sent back of one payment in all; the figure that was said last stands, without what failed since.
type Refund struct {
	ID          string `json:"-"`
	PaymentID   string `json:"-"`
	InvoiceID   string `json:"-"`
	Processor   string `json:"-"`
	ProcessorID string `json:"-"`
	Amount      Cents  `json:"amount"`
	Reason      string `json:"reason"`
	Created     Time   `json:"at"`
	Updated     Time   `json:"-"`
	Lowered     Cents  `json:"-"` // of it: the order costs less
	Owed        Cents  `json:"-"` // of it: the customer is to pay it again
	Seen        Time   `json:"-"` // when the processor said it; 0: staff noted it

	Method PaymentMethod `json:"-"` // of the payment
	Counts bool          `json:"-"` // the payment counts
}

// Noted says whether staff noted the refund, in their own words: the money need not have gone back the way that it came.
func (r Refund) Noted() bool { return r.Processor == HandRefund }

// HandRefund is the processor of a refund that staff noted.
const HandRefund = "hand"

// RefundNote is one time that staff noted something of a payment as sent back.
type RefundNote struct {
	PaymentID string
	Amount    Cents
	Reference string
	By        string // who noted it, "" where nobody wrote that down
	Created   Time
}

// RefundFailure is a refund that did not reach the customer: the shop has the money again.
type RefundFailure struct {
	ID        string // the refund's, as the processor calls it
	PaymentID string
	Amount    Cents
	State     string // failed or canceled
	Seen      Time   // when the processor said it
}

// RefundDue is what is to be sent back of a payment whose order was closed, or for whose order more was paid than it costs.
type RefundDue struct {
	PaymentID        string
	OrderID          string
	OrderNumber      string
	Customer         string
	Amount           Cents // when it became due
	Left             Cents // of it, now
	Currency         string
	Method           PaymentMethod
	Processor        string
	ProcessorID      string
	Mode             string // as of the payment
	PaymentReference string
	PaidAt           Time
	State            RefundDueState
	Noted            Cents  // of the payment: what staff noted as sent back
	Contested        Cents  // of the payment: what a cardholder disputes now
	Version          int    // its payment's, with what is kept of it
	Reference        string // how it was sent back
	By               string // who noted that, "" for the shop itself
	Created          Time
	Done             Time
	Changed          Time   // when it got this version
	ChangedBy        string // who made that, "" for the shop itself
}

// RefundDueState says whether money is still to be sent back.
type RefundDueState string

// Refund due states.
const (
	RefundOpen RefundDueState = "open"
	RefundDone RefundDueState = "done"
)

// HoldRefundFailed is why the jobs of an order wait of which a refund did not reach the customer: whoever sent it meant something.
const HoldRefundFailed = "A refund of it failed: the shop has that money again."

// CheckSentBack refuses an amount that is not what may be noted as sent back of what is due: more than that or nothing, or a part
// of what came through a processor, which says itself what it sends back. Errors: Invalid.
func (d RefundDue) CheckSentBack(amount Cents) error {
	switch {
	case amount <= 0 || amount > d.Left:
		return Invalidf("refund_amount_out_of_range", "amount", "%s is due back. Enter that, or as much of it as was sent.", d.Left.In(d.Currency))
	case amount < d.Left && d.Processor != "":
		return Invalidf("refund_part_by_stripe", "amount", "This payment came from Stripe, where its refunds are noted automatically. Note all that is left, or nothing.")
	}
	return nil
}
