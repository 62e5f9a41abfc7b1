package shop

// WriteOff is a decision to give up what is owed for an invoice: it is not asked for any more, and was never paid.
type WriteOff struct {
	ID        string `json:"-"`
	InvoiceID string `json:"-"`
	Amount    Cents  `json:"amount" doc:"What was owed when it was written off"`
	Reason    string `json:"reason"`
	UserID    string `json:"-"`
	By        string `json:"by" doc:"Who wrote it off"`
	Created   Time   `json:"at"`

	Undone     Time   `json:"undone,omitempty" doc:"When it was taken back; absent while it stands"`
	UndoneBy   string `json:"undone_by,omitempty" doc:"Who took it back; absent for the shop itself: money came for it, or more is owed by now"`
	UndoReason string `json:"undo_reason,omitempty"`
}

// writtenOff says whether what is owed for the order was given up.
func (o *Order) writtenOff() bool { return o.Invoice != nil && o.Invoice.State == WrittenOff }

// CanReopen says whether work of a completed order can begin again: not while what it owes is given up, for nobody would be asked
// to pay for it. Errors: Conflict with what to do instead.
func (o *Order) CanReopen() error {
	if o.writtenOff() {
		return Conflictf("invoice_written_off", "What was owed for order %s was written off. Undo that first.", o.Number)
	}
	return nil
}

// CanWriteOff says whether what is owed for the order can be given up: all of it that is not cancelled has left the shop.
// Errors: Conflict with what to do instead.
func (o *Order) CanWriteOff() error {
	switch {
	case o.Invoice == nil:
		return Conflictf("nothing_due", "There is nothing to pay for order %s.", o.Number)
	case o.State == OrderOpen && !o.writtenOff():
		return Conflictf("order_not_done", "Some of order %s has not left the shop. Cancel the order or the rest of it, so that the customer pays only for what has.", o.Number)
	}
	return o.Invoice.CanWriteOff()
}

// CanWriteOff says whether what is owed for the invoice can be given up: it was issued, and something is owed.
// Errors: Conflict with what to do instead.
func (v *Invoice) CanWriteOff() error {
	switch {
	case v.State == WrittenOff:
		return Conflictf("invoice_written_off", "What was owed for %s has already been written off.", v.Label())
	case v.Closed():
		return Conflictf("invoice_closed", "%s is closed. There is nothing to pay for it.", v.Label())
	case v.Issued == 0:
		return Conflictf("invoice_not_issued", "%s has no invoice number yet.", v.Label())
	case v.Balance() <= 0:
		return Conflictf("nothing_due", "There is nothing to pay for %s.", v.Label())
	}
	return nil
}

// WriteOff gives up what is owed for the invoice, and says how much that is. Its lines, its total and what was paid stay.
// Errors: as CanWriteOff.
func (v *Invoice) WriteOff() (Cents, error) {
	if err := v.CanWriteOff(); err != nil {
		return 0, err
	}
	given := v.Balance()
	v.State = WrittenOff
	return given, nil
}

// MoreCame says whether more of the invoice was paid than when it was written off: then it is not given up after all.
func (w WriteOff) MoreCame(v *Invoice) bool { return v.State == WrittenOff && v.unpaid() < w.Amount }

// MoreOwed says whether more is owed for the invoice than was given up: a refund that had lowered it failed, say. Then somebody
// decides anew.
func (w WriteOff) MoreOwed(v *Invoice) bool { return v.State == WrittenOff && v.unpaid() > w.Amount }

// UndoWriteOff asks for what was given up again, or finds it paid. Errors: Conflict when it was not written off.
func (v *Invoice) UndoWriteOff(now Time) error {
	if v.State != WrittenOff {
		return Conflictf("invoice_not_written_off", "What is owed for %s was not written off.", v.Label())
	}
	v.State = Pending
	v.Settle(now)
	return nil
}

// GivenUp is what of the invoice was written off: what the payments that count leave of it. Nothing while it is asked for.
func (v *Invoice) GivenUp() Cents {
	if v.State != WrittenOff {
		return 0
	}
	return max(v.unpaid(), 0)
}
