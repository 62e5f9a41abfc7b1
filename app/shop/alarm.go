package shop

import "fmt"

// AlarmKind is a sort of thing that staff must know of until it is over.
type AlarmKind string

// Kinds of alarms. Each is open exactly while its cause is there.
const (
	AlarmFileMissing AlarmKind = "file_missing"
	AlarmFileDamaged AlarmKind = "file_damaged"
	AlarmTask        AlarmKind = "task_failed"         // background work that gave up
	AlarmPayment     AlarmKind = "payment_unapplied"   // money that fits no invoice, until a person decides
	AlarmRefundDue   AlarmKind = "refund_due"          // money to be sent back, since its order was closed, costs less, or was paid too much for
	AlarmRefund      AlarmKind = "refund_unanswered"   // what was refunded of an order that goes on, until an admin says what it means
	AlarmDispute     AlarmKind = "dispute_open"        // a cardholder objects to a payment
	AlarmDisputeLost AlarmKind = "dispute_lost"        // a bank took money for good, and nobody decided what becomes of that
	AlarmOverpaid    AlarmKind = "overpaid"            // more counts for an invoice without an order than is owed; it is about the last of its payments
	AlarmEvent       AlarmKind = "stripe_event_failed" // a Stripe event that cannot be applied
	AlarmClock       AlarmKind = "clock_held"
	AlarmDisk        AlarmKind = "disk_low"
	AlarmSweep       AlarmKind = "sweep_held"     // a clean-up that would remove suspiciously many files
	AlarmDeletion    AlarmKind = "deletion_held"  // old models that would go, and are unusually many
	AlarmOrders      AlarmKind = "orders_waiting" // many orders of visitors that nobody answered or paid
)

// ObjectKind is what an alarm or an activity is about.
type ObjectKind string

// Kinds of objects. The shop itself has no id.
const (
	ObjectShop    ObjectKind = "shop"
	ObjectOrder   ObjectKind = "order"
	ObjectInvoice ObjectKind = "invoice"
	ObjectJob     ObjectKind = "job"
	ObjectUser    ObjectKind = "user"
	ObjectFile    ObjectKind = "file"
	ObjectTask    ObjectKind = "task"
	ObjectPayment ObjectKind = "payment"
	ObjectEvent   ObjectKind = "event"
)

// AlarmParams is what an alarm's message is made of.
type AlarmParams struct {
	Name     string `json:"name,omitempty"`     // of a file, as the customer calls it
	OrderID  string `json:"order_id,omitempty"` // the order it is about
	Order    string `json:"order,omitempty"`    // and its number
	Task     string `json:"task,omitempty"`     // a kind of background work, or a type of Stripe's events
	Amount   Cents  `json:"amount,omitempty"`
	Currency string `json:"currency,omitempty"`
	Twice    bool   `json:"twice,omitempty"` // the payment came for something that was paid already
	Owed     Cents  `json:"owed,omitempty"`  // and is not any more: so much is owed
	Over     bool   `json:"over,omitempty"`  // it is of a transfer: what was not owed
	Files    int    `json:"files,omitempty"` // that a clean-up would remove
	Of       int    `json:"of,omitempty"`    // so many
}

// Alarm is something that staff must know of. Among those that are open, kind and object are unique.
type Alarm struct {
	ID         string
	Kind       AlarmKind
	ObjectKind ObjectKind
	ObjectID   string // "" for the shop itself
	Params     AlarmParams
	Raised     Time
	Cleared    Time // zero while it is open
}

// Message says what is wrong and what to do, to whoever reads it: who may not do it reads who can.
func (a Alarm) Message(who Actor) string {
	p := a.Params
	to := func(need Permission, can, cannot string) string {
		if who.Can(need, TheShop) {
			return can
		}
		return cannot
	}
	switch a.Kind {
	case AlarmFileMissing:
		return fmt.Sprintf("%s is missing from the disk. Restore it from a backup.", p.file())
	case AlarmFileDamaged:
		return fmt.Sprintf("%s was damaged on the disk. Restore it from a backup.", p.file())
	case AlarmTask:
		return fmt.Sprintf("“%s” failed and was given up. See why, then try it again.", TaskTitle(p.Task))
	case AlarmPayment:
		if p.Order == "" {
			return fmt.Sprintf("A payment of %s belongs to no order that is here. ", p.Amount.In(p.Currency)) +
				to(DecidePayment, "Apply it to one, or send it back in Stripe.", "An admin applies it to one, or sends it back.")
		}
		why := "is not what was asked for. " + to(DecidePayment, "Look at it in Stripe, and accept it on the order’s page or send it back.", "An admin accepts it, or sends it back.")
		switch {
		case p.Over && p.Owed > 0:
			why = fmt.Sprintf("was transferred beyond what was owed, and %s is owed again. Accept it on the order’s page, or send it back.", p.Owed.In(p.Currency))
		case p.Over:
			why = "was transferred beyond what was owed. Send it back, and note that on the order’s page."
		case p.Twice && p.Owed > 0:
			why = fmt.Sprintf("came a second time, and %s is owed again. ", p.Owed.In(p.Currency)) +
				to(DecidePayment, "Accept it on the order’s page, or refund it in Stripe.", "An admin accepts it, or refunds it.")
		case p.Twice:
			why = "came a second time. " + to(DecidePayment, "Refund it in Stripe; it is noted here automatically.", "An admin refunds it.")
		}
		return fmt.Sprintf("%s: a payment of %s %s", p.Order, p.Amount.In(p.Currency), why)
	case AlarmRefundDue:
		return fmt.Sprintf("%s has to be refunded for %s. ", p.Amount.In(p.Currency), p.Order) +
			to(DecidePayment, "Send it back, and note that with the payments.", "An admin has to refund it and mark it as sent under Payments.")
	case AlarmRefund:
		return fmt.Sprintf("%s: %s was refunded, and nobody has said yet what that means. ", p.Order, p.Amount.In(p.Currency)) +
			to(DecidePayment, "Settle it on the order’s page: is it still owed, or does the order cost less?", "Ask an admin to settle it on the order’s page.")
	case AlarmDispute:
		return fmt.Sprintf("%s cardholder disputes a payment of %s. ", p.about("A", "a"), p.Amount.In(p.Currency)) +
			to(DecidePayment, "Answer it in Stripe before its deadline, or the money is lost.", "An admin answers it in Stripe before its deadline, or the money is lost.")
	case AlarmDisputeLost:
		return fmt.Sprintf("%s cardholder’s bank took %s back for good. ", p.about("A", "the"), p.Amount.In(p.Currency)) +
			to(DecidePayment, "Ask the customer for it again on the order’s page, or say there that the shop carries the loss.", "An admin decides whether the customer is asked for it again.")
	case AlarmOverpaid:
		return fmt.Sprintf("%s more was paid than is owed. ", p.about(p.Amount.In(p.Currency), p.Amount.In(p.Currency))) +
			to(DecidePayment, "Refund it in Stripe; it is noted here automatically.", "An admin refunds it in Stripe.")
	case AlarmEvent:
		return fmt.Sprintf("The Stripe event %s could not be applied. See why, then try it again.", p.Task)
	case AlarmClock:
		return "The clock of this machine jumped. Nothing is deleted by age until " + to(AcceptClock, "you say that it is right.", "an admin says that it is right.")
	case AlarmDisk:
		return "The disk is nearly full: new uploads are refused. Make room on it."
	case AlarmSweep:
		return fmt.Sprintf("The nightly clean-up would remove %d of %d files, because no order or cart names them. That is a lot, so it waits: was an old backup put back? ", p.Files, p.Of) +
			to(ConfirmSweep, "You decide.", "An admin decides.")
	case AlarmDeletion:
		return fmt.Sprintf("%d of %d files of orders are old enough to be deleted, as the terms say. That is unusually many for one night, so it waits: are the days and the clock right? ", p.Files, p.Of) +
			to(ConfirmDelete, "You decide.", "An admin decides.")
	case AlarmOrders:
		return fmt.Sprintf("%d orders or more from the web are neither answered nor paid. Answer them, or choose several in the list to refuse or delete them together: at %d no more are taken from the web.", ManyWaitingOrders, MaxWaitingOrders)
	}
	return "Something needs attention."
}

// about begins a sentence, after the order's number where there is one.
func (p AlarmParams) about(alone, after string) string {
	if p.Order == "" {
		return alone
	}
	return p.Order + ": " + after
}

func (p AlarmParams) file() string {
	if p.Order == "" {
		return "The file " + p.Name
	}
	return "The file " + p.Name + " of " + p.Order
}
