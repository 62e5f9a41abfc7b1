package shop

// OrderState is how far an order is as a whole; how far its review, its payment and its jobs are stands beside it.
type OrderState string

// Order states. COMPLETED is an order of which all copies have left the shop, but for those that were cancelled.
const (
	OrderOpen      OrderState = "OPEN"
	OrderCompleted OrderState = "COMPLETED"
	OrderCancelled OrderState = "CANCELLED"
	OrderRefused   OrderState = "REFUSED"
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

// Where an order comes from.
const (
	FromWeb   = "web"
	FromStaff = "staff"
)

// Order is what is to be made.
type Order struct {
	ID            string
	Number        string
	CartID        string
	ClientID      string
	Source        string // FromWeb or FromStaff
	State         OrderState
	Review        ReviewState
	Payment       PaymentMethod
	Currency      string
	Price         Price
	Contact       Contact
	Delivery      Delivery
	Note          string
	Message       string
	ReviewReasons []ReviewReason
	TermsVersion  string
	TermsAt       Time
	Promised      string      // the day it is to be ready, in the shop's time zone
	Hold          string      // why its jobs wait, "" while they do not: for the models in Held, or else for its money
	Held          []HeldModel // the models that it waits for, which other orders were refused with
	MoneyHold     string      // what it waits for of its money, while Hold says for which models
	Created       Time
	Released      Time
	Completed     Time
	Closed        Time
	CloseReason   string
	Version       int
	Updated       Time
	ChangedBy     string // the name of whoever works here and did; "" for the shop itself and for customers
	KeepFiles     bool   // the customer or staff asked to keep its models
	FilesWarned   Time   // since when its page says that its models go; 0: it does not
	FilesGone     Time   // when its models went by age; 0: not yet
	Replaces      string // the id of the order that its customer took back to change it into this one; "" for none

	// Invoice is the one that counts or, when none does, the last that was voided; nil while the order has none.
	Invoice *Invoice
	Jobs    JobTally
	Copies  CopyTally
	Items   ItemTally // counted for lists
}

// ItemTally counts what was ordered.
type ItemTally struct{ Items, Copies int }

// JobTally counts an order's jobs by how far they are. Made are those of which all copies are good: ready and completed ones, too.
type JobTally struct{ Total, Started, Ready, Completed, Cancelled, Made int }

// closed orders take no payment and no work.
func (o *Order) closed() bool {
	return o.State == OrderCancelled || o.State == OrderRefused || o.writtenOff()
}

// Release lets the order be printed.
func (o *Order) Release(now Time) error {
	if v := o.owing(); o.closed() || v == nil || v.Issued == 0 {
		return Conflictf("order_not_releasable", "Order %s cannot be released at the moment.", o.Number)
	}
	if o.Released == 0 {
		o.Released = now
	}
	return nil
}

// Progress says what became of the order: completed when copies have left and nothing is left to go, else open. What was
// cancelled does not go. Then none of its jobs waits to be paid again, though that may still be owed, or for a model that is refused.
func (o *Order) Progress(now Time) {
	switch done := o.Copies.Left > 0 && o.Jobs.Completed+o.Jobs.Cancelled == o.Jobs.Total; {
	case done && o.State == OrderOpen:
		o.State, o.Completed = OrderCompleted, now
		o.WaitFor(nil)
		if o.Hold == HoldUnpaid {
			o.Hold = ""
		}
	case !done && o.State == OrderCompleted:
		o.State, o.Completed = OrderOpen, 0
	}
}

// Approve ends a review: the price stands and may be paid. For nothing it is approved by who may, when they said so.
func (o *Order) Approve(message string, free bool) error {
	if !o.inReview() {
		return Conflictf("order_not_in_review", "Order %s is not waiting for review.", o.Number)
	}
	if o.Price.Total <= 0 && !free {
		return Invalidf("price_missing", "adjusted_total", "Set a price before approving: this order has none.")
	}
	o.Review, o.Message = ReviewApproved, message
	return nil
}

// CheckHowToPay refuses to approve an order that is sent, and that none of the methods pays, without a message: only that tells its
// customer how to pay. What is collected is paid at the counter, which their page says. Errors: Invalid.
func (o *Order) CheckHowToPay(methods []PaymentMethod) error {
	if o.Delivery.Method == Ship && o.Price.Total > 0 && len(methods) == 0 && o.Message == "" {
		return Invalidf("how_to_pay_missing", "message", "Say how to pay: this order cannot be paid online, so the customer reads this instead of the ways to pay.")
	}
	return nil
}

// DeliveryUnpriced says whether the order is to be sent, and nothing of its price is for that: the shop has no price for the address.
func (o *Order) DeliveryUnpriced() bool { return o.Delivery.Method == Ship && o.Price.Shipping == nil }

// CheckDelivery refuses the price of an order that is sent for nothing because nobody knew what that costs. Errors: Invalid.
func (o *Order) CheckDelivery() error {
	if o.DeliveryUnpriced() {
		return Invalidf("delivery_unpriced", "adjusted_total", "This address has no delivery price: set a total with delivery, or refuse the order.")
	}
	return nil
}

// inReview says whether a person has to look at the order now.
func (o *Order) inReview() bool { return o.Review == ReviewRequested && o.State == OrderOpen }

// Refuse ends a review and closes the order; the customer sees the reason.
// Errors: Conflict when it is not under review any more, or was issued.
func (o *Order) Refuse(reason string, now Time) error {
	if err := o.Refusable(); err != nil {
		return err
	}
	o.refuse(reason, now)
	return nil
}

// RefuseAndDelete refuses an order whatever was paid, since its files must not stay; the customer sees the reason.
// Errors: Conflict when it is closed or done, or some of it has left the shop: that is still to be paid.
func (o *Order) RefuseAndDelete(reason string, now Time) error {
	if err := o.CanRefuseAndDelete(); err != nil {
		return err
	}
	o.refuse(reason, now)
	return nil
}

// CanRefuseAndDelete says whether the order can be refused with its files now. Errors: as RefuseAndDelete.
func (o *Order) CanRefuseAndDelete() error {
	switch {
	case o.State != OrderOpen || o.closed():
	case o.Copies.Left > 0:
		return Conflictf("order_partly_left", "Some of order %s has left the shop already. Cancel what is left of it, then delete its files one by one.", o.Number)
	default:
		return nil
	}
	return Conflictf("order_not_open", "Order %s is closed or done. Delete its files one by one.", o.Number)
}

func (o *Order) refuse(reason string, now Time) {
	o.Review, o.State, o.Message, o.Closed, o.CloseReason = ReviewRefused, OrderRefused, reason, now, reason
}

// Refusable says whether the order can be refused now. Errors: as Refuse.
func (o *Order) Refusable() error {
	if o.State == OrderOpen && (o.Review == ReviewRequested || o.Review == ReviewApproved) && !o.issued() {
		return nil
	}
	return Conflictf("order_not_in_review", "Only an order under review can be refused. Cancel it instead.")
}

// InReview says whether the order waits for somebody to look at it. Errors: Conflict where it does not.
func (o *Order) InReview() error {
	if o.inReview() {
		return nil
	}
	return Conflictf("order_not_in_review", "Order %s is not waiting for review.", o.Number)
}

// issued says whether the order's invoice has its number.
func (o *Order) issued() bool { return o.Invoice != nil && o.Invoice.Issued != 0 }

// Cancel closes an order; money that was paid is due back. Errors: Conflict when it is closed already.
func (o *Order) Cancel(reason string, now Time) error {
	if err := o.Cancellable(); err != nil {
		return err
	}
	o.State, o.Completed, o.Closed, o.CloseReason, o.Message = OrderCancelled, 0, now, reason, reason
	return nil
}

// Cancellable says whether the order can be cancelled now. Errors: as Cancel.
func (o *Order) Cancellable() error {
	switch {
	case o.closed():
		return Conflictf("order_closed", "Order %s is already closed.", o.Number)
	case o.State == OrderCompleted:
		return Conflictf("order_left", "All of order %s has left the shop. If it came back, undo its handover first.", o.Number)
	case o.Copies.Left > 0:
		return Conflictf("order_partly_left", "Some of order %s has left the shop already. Cancel what is left of it, or undo its handover first.", o.Number)
	}
	return nil
}

// RestCancellable says whether what is left of the order can be cancelled: some of it has left the shop, and some has not.
// Errors: Conflict.
func (o *Order) RestCancellable() error {
	switch {
	case o.closed() || o.State == OrderCompleted:
		return Conflictf("order_closed", "Order %s is already closed.", o.Number)
	case o.Copies.Left == 0:
		return Conflictf("nothing_left_yet", "Nothing from order %s has left the shop. Cancel the whole order instead.", o.Number)
	}
	return nil
}

// Deletable says whether rows and files may go: only of an order whose invoice, if any, was never issued and never saw
// money.
func (o *Order) Deletable() bool { return !o.issued() && o.Paid() == 0 }

// FilesFacts are what the order itself says about when its models go; whose it is, and whether a dispute is open, is missing.
func (o *Order) FilesFacts() FilesFacts {
	return FilesFacts{
		Done: max(o.Completed, o.Closed), Unpaid: o.Balance() > 0 || o.DueBack() > 0 || o.OpenRefunds() > 0, Keep: o.KeepFiles, Warned: o.FilesWarned,
	}
}

// SetKeepFiles keeps the order's models until somebody says otherwise, or lets them go as the terms say, which its page then
// tells anew. Errors: Conflict when they are gone.
func (o *Order) SetKeepFiles(keep bool) error {
	if o.FilesGone != 0 {
		return Conflictf("files_gone", "The files of order %s have already been deleted.", o.Number)
	}
	o.KeepFiles, o.FilesWarned = keep, 0
	return nil
}

// FilesDeletable says whether single files of the order may go: not while it can still be priced, paid or printed, which takes
// them. Errors: Conflict.
func (o *Order) FilesDeletable() error {
	if o.closed() || o.State == OrderCompleted {
		return nil
	}
	return Conflictf("files_in_use", "The files of order %s are still needed to make it. Refuse or cancel the order first, or wait until it is done.", o.Number)
}
