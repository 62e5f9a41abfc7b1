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
