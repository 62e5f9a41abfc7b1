package shop

// DisputeState is how a cardholder's dispute stands, seen from the shop.
type DisputeState string

// Dispute states.
const (
	DisputeOpen DisputeState = "open"
	DisputeWon  DisputeState = "won"
	DisputeLost DisputeState = "lost"
)

// Why nothing of a payment is to be sent back, or to count, as a dispute has it.
const (
	BankDecides = "The cardholder disputes it: their bank decides."
	TakenByBank = "The cardholder’s bank took it back."
	LeftByBank  = "The cardholder’s bank decided for the shop."
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
	EvidenceDue    Time // by when Stripe has to have the shop's evidence; 0: it did not say

	Answer     DisputeAnswer // what was decided about it since it was lost; "" while nobody did
	Answered   Cents         // over so much of it
	Surplus    Cents         // asked for again: what had been paid too much then, and was still to go back
	Refunded   Cents         // and what had gone back of too much, which is owed again with it
	Reason     string
	AnsweredBy string // who decided, "" where nobody wrote that down
	AnsweredAt Time
}

// DisputeAnswer is what an admin decides about money that counted and that a cardholder's bank took back for good.
type DisputeAnswer string

// Dispute answers.
const (
	AskAgain  DisputeAnswer = "owed"  // it stops counting: the customer is asked for it again
	BearsLoss DisputeAnswer = "borne" // the shop carries the loss, and the order goes on
)

// BankThoughtAgain is why what was decided about a dispute stands no more: the bank gave another verdict, or took another sum.
const BankThoughtAgain = "The cardholder’s bank decided again."

// Merge takes in news that may come late, twice and in any order: a verdict stands against "open", the newer of two
// verdicts stands, lost before won when they bear the same time. Won disputes hold no money back.
func (d *Dispute) Merge(news Dispute) {
	switch {
	case news.State == DisputeOpen:
	case d.State == DisputeOpen, news.Seen > d.Seen, news.Seen == d.Seen && news.State == DisputeLost:
		d.State = news.State
	}
	d.FundsWithdrawn = (d.FundsWithdrawn || news.FundsWithdrawn) && d.State != DisputeWon
	if news.EvidenceDue != 0 && news.Seen >= d.Seen {
		d.EvidenceDue = news.EvidenceDue
	}
	d.Amount, d.Seen = max(d.Amount, news.Amount), max(d.Seen, news.Seen)
}

// HoldReason says why the jobs of the invoice's order must wait, or "". It considers disputes of settled payments that are open, or
// lost without a decision, and refunds of which nobody has said yet what they mean; sending back a surplus holds nothing.
func (v *Invoice) HoldReason(disputes []Dispute) string {
	for _, d := range disputes {
		switch {
		case d.State == DisputeOpen:
			return "A cardholder disputes a payment of " + d.Amount.In(v.Currency) + "."
		case d.State == DisputeLost && d.Answer == "":
			return "A dispute over " + d.Amount.In(v.Currency) + " was lost."
		}
	}
	if open := v.OpenRefunds(); open > 0 {
		return open.In(v.Currency) + " was refunded."
	}
	return ""
}

// PaidOnce says whether what is owed for the invoice was paid before, all of it, and went again: payments of it were reversed, and
// what was refunded, or a bank took, is owed again. Its payments are given, whatever their state.
func (v *Invoice) PaidOnce(payments []Payment) bool {
	went := v.OwedAgain + v.AskedAgain
	for _, p := range payments {
		if p.State == PaymentReversed {
			went += p.Amount
		}
	}
	return v.State == Pending && v.Balance() > 0 && (v.AskedAgain > 0 || v.Balance() <= went)
}

// CanAnswerDispute says whether it can be decided what becomes of what a bank took back of the payment for good; v is its invoice.
// Errors: Conflict with what to do instead.
func (p Payment) CanAnswerDispute(v *Invoice, answer DisputeAnswer) error {
	switch {
	case p.Undecided == 0 && p.Answered:
		return Conflictf("dispute_answered", "Somebody has already decided what happens with this payment.")
	case p.Undecided == 0:
		return Conflictf("dispute_not_lost", "No bank took this payment back for good, so there is nothing to decide.")
	case v == nil || v.State == Void:
		return Conflictf("order_closed", "This payment’s order is closed: nobody is asked to pay it.")
	case answer == AskAgain && v.State == WrittenOff:
		return Conflictf("invoice_written_off", "What was owed for its invoice was written off. Undo the write-off first.")
	case answer == AskAgain && p.askable() == 0:
		return Conflictf("payment_refunded", "This payment has already been refunded.")
	}
	return nil
}

// CanUndoDisputeAnswer says whether what was decided about the payment can be taken back; v is its invoice. Errors: Conflict.
func (p Payment) CanUndoDisputeAnswer(v *Invoice) error {
	switch {
	case !p.Answered:
		return Conflictf("dispute_not_answered", "Nothing has been decided about this payment yet.")
	case v == nil || v.State == Void:
		return Conflictf("order_closed", "This payment’s order is closed: nobody is asked to pay it.")
	case p.AskedAgain > 0 && v.State == WrittenOff:
		return Conflictf("invoice_written_off", "What was owed for its invoice was written off. Undo the write-off first.")
	case p.AskedAgain > 0 && v.Balance()+p.LessSince+p.TooMuch < p.AskedAgain: // what it costs less, or had been paid too much, is not paid again
		return Conflictf("dispute_paid_again", "Some of it has been paid again. Counting this as well would come to more than is owed.")
	}
	return nil
}

// askable is what of the payment's lost money the customer can be asked for again: none of it went back otherwise.
func (p Payment) askable() Cents {
	return max(min(p.Undecided, p.Amount-p.Uncounted-p.Returned-p.Borne), 0)
}

// Answers are the payment's disputes that an answer is about, each with its share of it: together they are no more than what of the
// payment was neither sent back nor decided about before.
func (p Payment) Answers(disputes []Dispute, answer DisputeAnswer, why string) (answered []Dispute) {
	left := p.askable()
	for _, d := range disputes {
		if d.State != DisputeLost || d.InvoiceID == "" || d.Answer != "" {
			continue
		}
		d.Answer, d.Answered, d.Reason = answer, min(d.Amount, left), why
		left -= d.Answered
		answered = append(answered, d)
	}
	return answered
}

// HeldForMoney says whether the order is on hold for money that an admin decides about: a cardholder disputes it, their bank took it
// and nobody decided what becomes of that, or it was paid and is owed again.
func (o *Order) HeldForMoney() bool {
	v := o.owing()
	hold := o.HeldForMoneyBy()
	return hold != "" && v != nil && (v.Contested > 0 || v.Undecided > 0 || hold == HoldUnpaid)
}

// AskedAgain is what a cardholder's bank took back of the order's money and the customer is to pay again.
func (o *Order) AskedAgain() Cents {
	if v := o.owing(); v != nil {
		return v.AskedAgain
	}
	return 0
}

// PayReason tells the customer why something is to be paid again; "" where nothing is.
func (o *Order) PayReason() string {
	if o.Balance() <= 0 || o.AskedAgain() == 0 {
		return ""
	}
	return "The bank took back " + min(o.AskedAgain(), o.Balance()).In(o.Currency) + " that was paid by card, so it is still to pay. If that was not meant to happen, tell us."
}

// MissingWords says why money is missing that was paid for the order: "was refunded", say.
func (o *Order) MissingWords() string {
	v := o.owing()
	switch {
	case v == nil:
		return ""
	case v.OpenRefunds() > 0 && v.Contested+v.Undecided > 0:
		return "was refunded or is disputed"
	case v.Undecided > 0 && v.Contested > 0:
		return "is disputed or was lost to the cardholder’s bank"
	case v.Undecided > 0:
		return "was taken back by the cardholder’s bank"
	case v.Contested > 0:
		return "is disputed"
	}
	return "was refunded"
}
