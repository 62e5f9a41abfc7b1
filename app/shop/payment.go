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
	Contested   Cents         `json:"-"`                   // of the disputed: what the bank has not decided about yet
	Uncounted   Cents         `json:"-"`                   // of it: what the bank had taken back before it counted, and so never does, and what is asked for again
	Undecided   Cents         `json:"-"`                   // of the disputed: what counted, the bank took for good, and nobody decided about
	AskedAgain  Cents         `json:"-"`                   // of the disputed: what the customer is asked for again
	Borne       Cents         `json:"-"`                   // of the disputed: what the shop carries as its loss
	LessSince   Cents         `json:"-"`                   // what its invoice was lowered by since the customer was asked for it again
	TooMuch     Cents         `json:"-"`                   // what had been paid too much for its invoice, and was still here, when the customer was asked for it again
	Answered    bool          `json:"-"`                   // somebody decided about what the bank took
	Reversal    string        `json:"reversal,omitempty"`  // why it was reversed
	Version     int           `json:"-"`                   // grows with each decision, and with what is sent back of it
	Changed     Time          `json:"-"`                   // when it last did; 0: never
	ChangedBy   string        `json:"-"`                   // the name of whoever decided then, "" for the shop itself
	GivenUp     bool          `json:"-"`                   // what its invoice still asked for was written off
}

// Left is what of the payment the shop still has and can send back: a charge that is disputed cannot be refunded, and its
// bank may give the same money back.
func (p Payment) Left() Cents { return max(p.Amount-p.Returned-p.Disputed, 0) }

// Counts is what of the payment counts, or would if somebody says so: refunds of it are kept apart.
func (p Payment) Counts() Cents { return p.Amount - p.Uncounted }

// Lost says whether nothing of the payment is left, by a bank's decision.
func (p Payment) Lost() bool { return p.Contested == 0 && p.Disputed > 0 && p.Left() == 0 }

// ByBank says whether it was not sent back, as its state says, but taken by a bank.
func (p Payment) ByBank() bool { return p.State == PaymentReturned && p.Lost() }

// undecided refuses a decision about an unapplied payment of which the cardholder's bank decides, or has taken what there was.
// Errors: Conflict.
func (p Payment) undecided() error {
	switch {
	case p.Contested > 0:
		return Conflictf("payment_disputed", "The cardholder disputes this payment, and their bank is deciding about it. Wait until it has.")
	case p.Lost():
		return Conflictf("payment_lost", "The cardholder’s bank took this payment back. None of it is left.")
	}
	return nil
}

// CanSendBack says whether an unapplied payment, or what is left of it, can be noted as sent back. Errors: Conflict with what to
// do instead.
func (p Payment) CanSendBack() error {
	switch {
	case p.State == PaymentSettled:
		return Conflictf("payment_settled", "This payment counts. Refund it in Stripe; it is noted here automatically.")
	case p.State == PaymentReturned && !p.Lost():
		return Conflictf("payment_returned", "This payment is already marked as sent back.")
	case p.State == PaymentReversed:
		return Conflictf("payment_reversed", "This payment has already been reversed.")
	case p.Unapplied() && p.Lost(): // since before the shop settled that by itself: noting it ends the matter
		return nil
	}
	return p.undecided()
}

// CanReverse says whether the payment can be taken back as a mistake: one that staff entered, that counts or waits for a
// decision, and of which nothing was sent back; one that counts only while its invoice is asked for. Errors: Conflict with what to do instead.
func (p Payment) CanReverse() error {
	switch {
	case p.State == PaymentReversed:
		return Conflictf("payment_reversed", "This payment has already been reversed.")
	case p.State != PaymentSettled && (!p.Unapplied() || p.Processor != ""):
		return Conflictf("payment_not_counting", "This payment does not count, so there is nothing to reverse.")
	case p.Processor != "":
		return Conflictf("payment_by_stripe", "This payment came from Stripe, so nobody entered it by mistake. Refund it there.")
	case p.Returned > 0:
		return Conflictf("payment_refunded", "This payment has already been sent back.")
	case p.GivenUp && p.State == PaymentSettled: // else it would be given up, too, and nobody decided that
		return Conflictf("invoice_written_off", "What was owed for its invoice was written off. Undo the write-off first.")
	}
	return nil
}

// CanUnreturn says whether it can be taken back that the payment was sent back, as people noted it. Errors: Conflict.
func (p Payment) CanUnreturn() error {
	switch {
	case p.State != PaymentReturned:
		return Conflictf("payment_not_returned", "This payment is not marked as sent back.")
	case p.Returned >= p.Amount:
		return Conflictf("payment_refunded", "This payment has already been sent back.")
	case p.Lost():
		return p.undecided()
	}
	return nil
}

// Unapplied says whether the payment waits for a person.
func (p Payment) Unapplied() bool {
	return p.State == PaymentDuplicate || p.State == PaymentNeedsReview
}

// sendBack says where money that does not count goes back.
func (p Payment) sendBack() string {
	if p.Processor == "" {
		return "Send the payment back."
	}
	return "Send the payment back in Stripe."
}

// acceptable says whether an unapplied payment may count for what is to be paid in a currency. Errors: Conflict with what
// to do instead.
func (p Payment) acceptable(currency string) error {
	switch {
	case p.State == PaymentSettled:
		return Conflictf("payment_settled", "This payment already counts.")
	case p.State == PaymentReturned && !p.Lost():
		return Conflictf("payment_returned", "This payment was sent back.")
	case p.State == PaymentReversed:
		return Conflictf("payment_reversed", "This payment has already been reversed.")
	case p.Returned >= p.Amount:
		return Conflictf("payment_refunded", "This payment was refunded in full. There is nothing left to accept.")
	}
	if err := p.undecided(); err != nil {
		return err
	}
	if p.Currency != currency {
		return Conflictf("currency_mismatch", "This payment is in %s, but %s is what is owed. Send it back in Stripe.", p.Currency, currency)
	}
	return nil
}

// CanApply says whether an unapplied payment that belongs to no order may count for one at all. Errors: Conflict.
func (p Payment) CanApply() error { return p.acceptable(p.Currency) }

// CanAccept says whether an unapplied payment may count for the order after all. Errors: Conflict with what to do instead.
func (o *Order) CanAccept(p Payment) error {
	if err := p.acceptable(o.Currency); err != nil {
		return err
	}
	switch v := o.owing(); {
	case o.closed() && !o.writtenOff():
		return Conflictf("order_closed", "Order %s is closed. %s", o.Number, p.sendBack())
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
		return Conflictf("invoice_closed", "%s is closed. %s", v.Label(), p.sendBack())
	case v.Covered():
		return Conflictf("nothing_due", "Nothing is owed for %s. %s", v.Label(), p.sendBack())
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

// HoldUnpaid is why the jobs of an order wait that was paid and is not any more: a payment was reversed, or what was refunded
// is owed again. Paying it lifts the hold.
const HoldUnpaid = "It was paid, and is not any more."

// HoldWords are why an order is on hold, for people. HoldUnpaid is compared with what is stored and stays as it is.
func HoldWords(hold string) string {
	if hold == HoldUnpaid {
		return "It is no longer paid in full. It goes on as soon as the rest is paid."
	}
	return unmarked(hold)
}
