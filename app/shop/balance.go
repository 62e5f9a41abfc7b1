package shop

// Ledger is the money of one invoice, each figure a sum of its rows.
type Ledger struct {
	Total       Cents // of the document
	Rounding    Cents // added when cash was rounded to the smallest coin; below zero: taken off
	Adjustments Cents // adjustment notes
	Payments    Cents // settled payments
	Credits     Cents // wallet credits spent
	Refunds     Cents // sent back
}

// Balance is what is still owed; below zero is a surplus to be sent back.
func (l Ledger) Balance() Cents {
	return l.Total + l.Rounding - l.Adjustments - l.Payments - l.Credits + l.Refunds
}
