package shop

import "slices"

// actionNeeds are what each action on an order needs, where its money makes no difference.
var actionNeeds = map[string]Permission{
	"release": ReleaseOrder, "mark_paid": TakePayment, "approve": ReviewOrder, "change_message": ReviewOrder, "pay_link": PayOrder, "lift_hold": LiftHold, "hand_over": HandOver, "requeue": MoveJobs, "answer_refund": DecidePayment, "answer_dispute": DecidePayment, "send_back": DecidePayment,
	"write_off": WriteOffDebt, "undo_write_off": WriteOffDebt,
	"delete": CancelOrder, "cancel": CancelOrder, "cancel_rest": CancelOrder, "refuse": ReviewOrder, "refuse_and_delete": ReviewOrder, "delete_file": DeleteFile,
}

// paidNeeds are what an action needs instead once money came for the order.
var paidNeeds = map[string]Permission{"cancel": CancelPaid, "cancel_rest": CancelPaid, "refuse": CancelPaid, "refuse_and_delete": CancelPaid, "delete_file": DeletePaid, "requeue": CancelPaid}

// Needs is the permission that an action on the order takes; what is no action is nobody's.
func (o *Order) Needs(action string) Permission {
	if action == "lift_hold" && o.RefusedModel() != "" {
		return AcceptModel
	}
	if action == "lift_hold" && o.HeldForMoney() {
		return LiftMoney
	}
	return needs(action, o.Paid() > 0 && (action != "requeue" || o.Adjusted() > 0)) // put back, it costs again what it did
}

// needs is the permission that an action on an order takes for which money came, or not.
func needs(action string, money bool) Permission {
	if p, ok := paidNeeds[action]; ok && money {
		return p
	}
	return actionNeeds[action]
}

// Offered are the actions that the order's state allows and the actor may take. While a bank still decides on a payment, which
// coming says, nobody records another; and a link to pay is of use where one of the methods works from afar.
func (o *Order) Offered(who Actor, methods []PaymentMethod, coming bool) []string {
	online := slices.ContainsFunc(methods, func(m PaymentMethod) bool { return m != AtPickup })
	return slices.DeleteFunc(o.Actions(), func(action string) bool {
		return !who.Can(o.Needs(action), OrderOf(o.ID)) || coming && action == "mark_paid" || !online && action == "pay_link"
	})
}

// forward is what brings an order of a status on, the first thing first.
var forward = map[string][]string{
	"in_review":        {"approve"},
	"on_hold":          {"answer_dispute", "answer_refund", "mark_paid"},
	"stopped":          {"answer_dispute", "answer_refund", "requeue"},
	"awaiting_release": {"release", "mark_paid"},
	"awaiting_payment": {"mark_paid", "release"},
	"ready_to_collect": {"hand_over", "mark_paid", "answer_dispute", "answer_refund"},
	"ready_to_send":    {"hand_over", "mark_paid", "answer_dispute", "answer_refund"},
}

// Next is the action among those offered that brings the order on, the one that its page puts first; "" where it waits for
// nobody who asks. It is none that cannot be undone, none that lets work go on for which money was to come first, as such money
// is waited for, and not the lifting of a hold, which was for a reason. With none of the methods to pay it now, what is to be
// collected is paid at the counter, and released before that.
func (o *Order) Next(offered []string, methods []PaymentMethod, coming bool) string {
	owed := o.Balance() > 0
	status := o.StatusNow(methods, coming)
	wanted, known := forward[status]
	if !known {
		wanted = []string{"release", "mark_paid", "answer_dispute", "answer_refund"}
	}
	for _, action := range append(slices.Clip(wanted), "send_back") { // whatever the order waits for, the money is not the shop's
		switch {
		case !slices.Contains(offered, action):
		case action == "mark_paid" && o.RefusedModel() != "": // nobody knows yet whether it is made
		case action == "release" && owed && (coming || o.Payment != AtPickup && !o.counterOnly(methods, coming)):
		case action == "mark_paid" && (status == "in_queue" || status == "in_production") && o.PaidLater(methods, coming): // its jobs come first
		case action == "hand_over" && (owed && coming || o.Missing() > 0):
		default:
			return action
		}
	}
	return ""
}

// counterOnly says whether the order waits for money that its customer can pay only at the counter, when they collect it.
func (o *Order) counterOnly(methods []PaymentMethod, coming bool) bool {
	return o.Status() == "awaiting_payment" && o.Balance() > 0 && len(methods) == 0 && !coming && o.Delivery.Method == Pickup
}

// PaidLater says whether the order is made before it is paid, since that is done when it is collected: so its customer chose, or
// there is no other way.
func (o *Order) PaidLater(methods []PaymentMethod, coming bool) bool {
	switch o.StatusNow(methods, coming) {
	case "awaiting_release", "in_queue", "in_production", "ready_to_collect":
		return o.Balance() > 0 && o.Delivery.Method == Pickup && !coming && (o.Payment == AtPickup || len(methods) == 0)
	}
	return false
}

// PayMethods lists how the customer may pay the order now, with cards where the shop takes them. An order under a transfer or
// pickup can still be paid by card. While a bank decides on a payment, which coming says, there is no other; nobody is asked to
// pay for what is not made, or to pay on collection for what has left; and where there is no other way than on collection, there is
// nothing to choose.
func (o *Order) PayMethods(s Settings, cards, coming bool) []PaymentMethod {
	if !o.Payable() || (o.Hold != "" && o.Hold != HoldUnpaid) || o.stopped() || coming {
		return []PaymentMethod{}
	}
	methods := s.PaymentMethods(o.Balance(), o.Delivery.Method, cards)
	if o.State == OrderCompleted || len(methods) == 1 { // nothing is left to collect, or nothing is left to choose
		methods = slices.DeleteFunc(methods, func(m PaymentMethod) bool { return m == AtPickup })
	}
	return methods
}

// payOnCollection is how what is paid at the counter is paid.
const payOnCollection = "You pay when you collect it."

// PayNote tells the customer what becomes of what is owed and cannot be paid on their page, or of what was paid too much; ""
// where there is nothing to tell.
func (o *Order) PayNote(methods []PaymentMethod, coming bool) string {
	switch owed := o.Balance(); {
	case o.closed():
	case owed < 0 && o.DueBack() == 0: // a cardholder's bank gave it back, or decides
	case owed < 0:
		return "You paid " + o.DueBack().In(o.Currency) + " more than this order costs. We’ll send that back to you."
	case owed == 0 || len(methods) > 0 || coming:
	case o.Hold != "" && o.Hold != HoldUnpaid:
		return "There is nothing to pay while this order is on hold."
	case o.stopped():
		return "There is nothing to pay while your parts are stopped."
	case o.Delivery.Method == Ship && o.Message != "" && (o.Review == ReviewApproved || o.State == OrderOpen): // of what is done without a review it is why the rest was cancelled
		return o.Message + "\nAsk us if you’re not sure how to pay."
	case o.Delivery.Method == Ship && o.Payment == ByTransfer:
		return "You pay by bank transfer. We’ll get in touch with you about our account."
	case o.Delivery.Method == Ship:
		return "This order cannot be paid on this page. We’ll get in touch with you about how to pay."
	case o.State == OrderCompleted:
		return "You can pay at the counter."
	case o.Payment == ByTransfer: // and the shop has no account on the page
		return "Ask us for our bank account to pay by transfer, or pay at the counter when you collect it."
	default:
		return payOnCollection
	}
	return ""
}
