package shop

import "encoding/json"

// CheckoutState is how far a checkout session has come.
type CheckoutState string

// Checkout states. Only the first three are active: an invoice has at most one active session.
const (
	CheckoutIntent     CheckoutState = "intent"     // written down, Stripe not yet known to have it
	CheckoutOpen       CheckoutState = "open"       // the customer may pay
	CheckoutProcessing CheckoutState = "processing" // done by the customer, the bank still decides
	CheckoutExpired    CheckoutState = "expired"
	CheckoutFailed     CheckoutState = "failed"
	CheckoutPaid       CheckoutState = "paid"
)

var checkoutRank = map[CheckoutState]int{
	CheckoutIntent: 1, CheckoutOpen: 2, CheckoutProcessing: 3, CheckoutExpired: 4, CheckoutFailed: 5, CheckoutPaid: 6,
}

// Merge takes in news of a session. News may come late, twice and in any order, so a state only ever rises, and
// paid absorbs everything: the money is the truth.
func (s CheckoutState) Merge(news CheckoutState) CheckoutState {
	if checkoutRank[news] > checkoutRank[s] {
		return news
	}
	return s
}

// Active says whether the session may still bring money.
func (s CheckoutState) Active() bool {
	return s == CheckoutIntent || s == CheckoutOpen || s == CheckoutProcessing
}

// CheckoutSession is one try to be paid by card. It is written before Stripe is called, with everything the call
// needs, so that after a crash the very same call is made again and no second session comes to be.
type CheckoutSession struct {
	ID            string
	InvoiceID     string
	Attempt       int
	IdemKey       string
	Params        json.RawMessage
	Amount        Cents
	Currency      string
	Livemode      bool
	Expires       Time
	StripeID      string
	URL           string
	PaymentIntent string
	State         CheckoutState
	Checked       Time
	Created       Time
}

// PaymentState says whether money received counts.
type PaymentState string

// Payment states. Only settled payments count toward the balance. Duplicates, which came when nothing was owed, and those that need
// review are unapplied: a person accepts them, once something is owed, or says that they were sent back.
const (
	PaymentSettled     PaymentState = "settled"
	PaymentDuplicate   PaymentState = "duplicate"
	PaymentNeedsReview PaymentState = "needs_review"
	PaymentReturned    PaymentState = "returned"
	PaymentReversed    PaymentState = "reversed" // it was entered by mistake
)

// Payment is money received. One that is unapplied may belong to no invoice.
type Payment struct {
	ID          string        `json:"id"`
	InvoiceID   string        `json:"-"`
	OrderID     string        `json:"-"` // of its invoice
	OrderNumber string        `json:"-"` // of that order
	ClientID    string        `json:"-"` // whose money it is, "" where nobody knows
	Amount      Cents         `json:"amount"`
	Currency    string        `json:"currency"`
	Method      PaymentMethod `json:"method"`
	Processor   string        `json:"processor,omitempty"`
	ProcessorID string        `json:"-"`
	SessionID   string        `json:"-"`
	Mode        string        `json:"-"` // the processor's: live or test; "" where nobody wrote it down
	Reference   string        `json:"reference"`
	State       PaymentState  `json:"state"`
	UserID      string        `json:"-"`
	By          string        `json:"by,omitempty"` // the staff member's name
	Created     Time          `json:"at"`
	Decision    string        `json:"decision,omitempty"`  // why it was accepted or sent back
	Payer       string        `json:"payer,omitempty"`     // e-mail address or name, as the processor says it
	MeantFor    string        `json:"meant_for,omitempty"` // number of the order that its payment page was for, as the processor says it
	Returned    Cents         `json:"returned"`            // sent back of it so far
	Disputed    Cents         `json:"-"`                   // that the cardholder's bank took back, or still may
	Reversal    string        `json:"reversal,omitempty"`  // why it was reversed
	Version     int           `json:"-"`                   // grows with each decision, and with what is sent back of it
	Changed     Time          `json:"-"`                   // when it last did; 0: never
	ChangedBy   string        `json:"-"`                   // the name of whoever decided then, "" for the shop itself
}

// Left is what of the payment the shop still has and can send back: a charge that is disputed cannot be refunded, and its
// bank may give the same money back.
func (p Payment) Left() Cents { return max(p.Amount-p.Returned-p.Disputed, 0) }

// CanReverse says whether the payment can be taken back as a mistake: one that staff entered, that counts, and of which nothing
// was sent back. Errors: Conflict with what to do instead.
func (p Payment) CanReverse() error {
	switch {
	case p.State == PaymentReversed:
		return Conflictf("payment_reversed", "This payment was reversed already.")
	case p.State != PaymentSettled:
		return Conflictf("payment_not_counting", "This payment does not count, so there is nothing to reverse.")
	case p.Processor != "":
		return Conflictf("payment_by_stripe", "This payment came from Stripe, so it is no mistake. Refund it there.")
	case p.Returned > 0:
		return Conflictf("payment_refunded", "This payment was sent back already.")
	}
	return nil
}

// CanUnreturn says whether it can be taken back that the payment was sent back, as people noted it. Errors: Conflict.
func (p Payment) CanUnreturn() error {
	switch {
	case p.State != PaymentReturned:
		return Conflictf("payment_not_returned", "This payment is not marked as sent back.")
	case p.Returned >= p.Amount:
		return Conflictf("payment_refunded", "This payment was sent back already.")
	}
	return nil
}

// CheckSentBack refuses an amount that is not what may be noted as sent back of what is due: more than that or nothing, or a part
// of what came through a processor, which says itself what it sends back. Errors: Invalid.
func (d RefundDue) CheckSentBack(amount Cents) error {
	switch {
	case amount <= 0 || amount > d.Left:
		return Invalidf("refund_amount_out_of_range", "amount", "%s is to be sent back. Enter that, or the part of it that was.", d.Left.In(d.Currency))
	case amount < d.Left && d.Processor != "":
		return Invalidf("refund_part_by_stripe", "amount", "This payment came from Stripe, where its refunds are noted automatically. Note all that is left, or nothing.")
	}
	return nil
}

// Unapplied says whether the payment waits for a person.
func (p Payment) Unapplied() bool {
	return p.State == PaymentDuplicate || p.State == PaymentNeedsReview
}

// acceptable says whether an unapplied payment may count for what is to be paid in a currency. Errors: Conflict with what
// to do instead.
func (p Payment) acceptable(currency string) error {
	switch {
	case p.State == PaymentSettled:
		return Conflictf("payment_settled", "This payment counts already.")
	case p.State == PaymentReturned:
		return Conflictf("payment_returned", "This payment was sent back.")
	case p.State == PaymentReversed:
		return Conflictf("payment_reversed", "This payment was reversed already.")
	case p.Returned >= p.Amount:
		return Conflictf("payment_refunded", "This payment was refunded in full. There is nothing left to accept.")
	case p.Currency != currency:
		return Conflictf("currency_mismatch", "This payment is in %s, and what is to be paid is in %s. Send it back in Stripe.", p.Currency, currency)
	}
	return nil
}

// CanAccept says whether an unapplied payment may count for the order after all. Errors: Conflict with what to do instead.
func (o *Order) CanAccept(p Payment) error {
	if err := p.acceptable(o.Currency); err != nil {
		return err
	}
	switch v := o.owing(); {
	case o.closed() && !o.writtenOff():
		return Conflictf("order_closed", "Order %s is closed. Send the payment back in Stripe.", o.Number)
	case v == nil:
		return Conflictf("order_in_review", "Order %s is waiting for review. Approve it first, or send the payment back.", o.Number)
	default:
		return v.CanAccept(p)
	}
}

// CanAccept says whether an unapplied payment may count for the invoice; of one that was written off it takes that back.
// Errors: Conflict with what to do instead.
func (v *Invoice) CanAccept(p Payment) error {
	switch err := p.acceptable(v.Currency); {
	case err != nil || v.State == WrittenOff:
		return err
	case v.Closed():
		return Conflictf("invoice_closed", "%s is closed. Send the payment back in Stripe.", v.Label())
	case v.Covered():
		return Conflictf("nothing_due", "Nothing is owed for %s. Send the payment back in Stripe.", v.Label())
	}
	return nil
}

// cardMinimums are the least amounts that Stripe charges, in the currency's smallest unit, as "Minimum and maximum charge
// amounts" lists all of them (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). They go by the
// currency that Stripe pays out in: a shop whose bank account has another than its prices needs that one's equivalent.
var cardMinimums = map[string]Cents{
	"AED": 2_00, "AUD": 50, "BGN": 1_00, "BRL": 50, "CAD": 50, "CHF": 50, "CZK": 15_00, "DKK": 2_50, "EUR": 50, "GBP": 30, "HKD": 4_00,
	"HUF": 175_00, "INR": 50, "JPY": 50, "MXN": 10_00, "MYR": 2_00, "NOK": 3_00, "NZD": 50, "PLN": 2_00, "RON": 2_00, "SEK": 3_00, "SGD": 50,
	"THB": 10_00, "USD": 50,
}

// CardMinimum is the least that can be charged to a card in a currency; half a unit where nothing else is known.
func CardMinimum(currency string) Cents {
	if least, ok := cardMinimums[currency]; ok {
		return least
	}
	return 50
}

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

// RefundDue is what is to be sent back of a payment whose order was closed, or costs less than was paid.
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

// DisputeState is how a cardholder's dispute stands, seen from the shop.
type DisputeState string

// Dispute states.
const (
	DisputeOpen DisputeState = "open"
	DisputeWon  DisputeState = "won"
	DisputeLost DisputeState = "lost"
)

// Dispute is a cardholder's objection to a payment.
type Dispute struct {
	ID             string
	PaymentID      string
	InvoiceID      string
	Amount         Cents
	State          DisputeState
	FundsWithdrawn bool
	Seen           Time // created time of the newest news taken in
	Created        Time
}

// Merge takes in news that may come late, twice and in any order: a verdict stands against "open", the newer of two
// verdicts stands, lost before won when they bear the same time. Won disputes hold no money back.
func (d *Dispute) Merge(news Dispute) {
	switch {
	case news.State == DisputeOpen:
	case d.State == DisputeOpen, news.Seen > d.Seen, news.Seen == d.Seen && news.State == DisputeLost:
		d.State = news.State
	}
	d.FundsWithdrawn = (d.FundsWithdrawn || news.FundsWithdrawn) && d.State != DisputeWon
	d.Amount, d.Seen = max(d.Amount, news.Amount), max(d.Seen, news.Seen)
}

// HoldReason says why the jobs of the invoice's order must wait, or "". It considers disputes of settled payments, and refunds of
// which nobody has said yet what they mean; sending back a surplus holds nothing.
func (v *Invoice) HoldReason(disputes []Dispute) string {
	for _, d := range disputes {
		switch d.State {
		case DisputeOpen:
			return "A cardholder disputes a payment of " + d.Amount.In(v.Currency) + "."
		case DisputeLost:
			return "A dispute over " + d.Amount.In(v.Currency) + " was lost."
		}
	}
	if open := v.OpenRefunds(); open > 0 {
		return open.In(v.Currency) + " was refunded."
	}
	return ""
}

// HoldRefundFailed is why the jobs of an order wait of which a refund did not reach the customer: whoever sent it meant something.
const HoldRefundFailed = "A refund of it failed: the shop has that money again."

// HoldUnpaid is why the jobs of an order wait that was paid and is not any more: a payment was reversed, or what was refunded
// is owed again. Paying it lifts the hold.
const HoldUnpaid = "It was paid, and is not any more."
