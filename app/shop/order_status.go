package shop

// Status is the one word that customers and staff see.
func (o *Order) Status() string {
	j := o.Jobs
	active := j.Total - j.Cancelled
	switch {
	case o.State == OrderRefused:
		return "refused"
	case o.closed() && o.State != OrderCompleted: // what was made and has left stays so, though its money was given up
		return "cancelled"
	case o.Hold != "" && o.State != OrderCompleted: // nothing of what is done waits; staff see why all the same
		return "on_hold"
	case o.Review == ReviewRequested:
		return "in_review"
	case o.State == OrderCompleted && o.Copies.Sent > 0:
		return "shipped"
	case o.State == OrderCompleted:
		return "completed"
	case o.stopped():
		return "stopped"
	case j.Ready > 0 && j.Ready+j.Completed == active && o.Delivery.Method == Ship:
		return "ready_to_send"
	case j.Ready > 0 && j.Ready+j.Completed == active:
		return "ready_to_collect"
	case j.Started > 0:
		return "in_production"
	case o.isPaid():
		return "paid"
	case o.Released != 0:
		return "in_queue"
	case o.Payment == AtPickup || o.owing() != nil && o.Balance() <= 0:
		return "awaiting_release"
	}
	return "awaiting_payment"
}

// StatusNow is the status as it is shown where it is known how the order can be paid: one whose customer can pay only at the
// counter waits for its release, and not for money that comes when it is collected. Methods are those by which it can be paid now;
// coming says that a bank still decides on a payment.
func (o *Order) StatusNow(methods []PaymentMethod, coming bool) string {
	if o.counterOnly(methods, coming) {
		return "awaiting_release"
	}
	return o.Status()
}

// stopped says whether all jobs of an order that is still open were cancelled: nothing is made for it, whatever was paid.
func (o *Order) stopped() bool {
	return o.State == OrderOpen && o.Jobs.Total > 0 && o.Jobs.Cancelled == o.Jobs.Total
}

var statusMessages = map[string]string{
	"refused":          "We could not take this order.",
	"cancelled":        "This order was cancelled.",
	"on_hold":          "This order is on hold. We’ll get in touch with you.",
	"in_review":        "We are reviewing your files. Nothing has been charged.",
	"completed":        "All parts are done. Thank you.",
	"shipped":          "Your parts are on their way.",
	"ready_to_collect": "Your parts are ready to collect.",
	"ready_to_send":    "Your parts are packed and will be on their way soon.",
	"in_production":    "Your parts are being made.",
	"stopped":          "We’ve stopped work on your parts for now. We’ll get in touch with you.",
	"paid":             "Paid. Your parts are in the queue.",
	"in_queue":         "Your parts are in the queue.",
	"awaiting_release": "We start as soon as we’ve released it for printing.",
	"awaiting_payment": "We start as soon as your payment arrives.",
}

// StatusMessage says in one line what happens next, and of what is made before it is paid what is still to pay; what is
// sent back stands with the money. Methods are those
// by which it can be paid now; coming says that a bank still decides on a payment.
func (o *Order) StatusMessage(methods []PaymentMethod, coming bool) string {
	message := o.statusMessage(methods, coming)
	switch o.Status() {
	case "in_queue", "in_production":
		if o.Balance() > 0 && o.Payment != AtPickup && !coming {
			return message + " " + o.Balance().In(o.Currency) + " is still to pay."
		}
	}
	return message
}

func (o *Order) statusMessage(methods []PaymentMethod, coming bool) string {
	status := o.StatusNow(methods, coming)
	pickup, partly := o.Delivery.Method != Ship, o.Copies.Left > 0
	switch {
	case o.TakenBack():
		return "You took this order back to change it."
	case status == "awaiting_payment" && coming:
		return "Your payment is on its way from the bank. We start as soon as it arrives."
	case status == "on_hold" && o.RefusedModel() != "":
		return "This order is on hold: we can’t make " + o.RefusedModel() + ". We’ll get in touch with you."
	case status == "on_hold" && o.Hold == HoldUnpaid && coming:
		return "Your payment is on its way from the bank. We’ll carry on as soon as it arrives."
	case status == "on_hold" && o.Hold == HoldUnpaid && o.Balance() > 0:
		return o.Balance().In(o.Currency) + " is still to pay. We’ll carry on as soon as it’s paid."
	case status == "awaiting_payment" && o.Balance() > 0 && len(methods) == 0:
		return "We start as soon as it is paid."
	case status == "awaiting_release" && o.Balance() > 0 && !pickup: // what is collected is paid then, as stands beside it

		return statusMessages[status] + " You pay before we send it."
	case status == "completed" && o.Jobs.Cancelled > 0 && o.Balance() > 0:
		return "Some of your order was cancelled. " + o.Balance().In(o.Currency) + " is left to pay for the rest."
	case status == "completed" && o.Jobs.Cancelled == 0 && o.Balance() > 0 && !coming:
		return o.Balance().In(o.Currency) + " is still to pay."
	case status == "completed" && o.Jobs.Cancelled > 0:
		return "Your order is done. Some of it was cancelled."
	case status == "shipped" && o.Jobs.Cancelled > 0:
		return "Your parts are on their way. Some of your order was cancelled."
	case status == "paid" && o.Price.Total == 0:
		return statusMessages["in_queue"]
	case status == "ready_to_collect" && partly:
		return "The rest of your parts are ready to collect." + o.atShelf()
	case status == "ready_to_collect":
		return statusMessages[status] + o.atShelf()
	case status != "in_production":
	case o.Jobs.Ready > 0 && pickup:
		return "Some of your parts are ready to collect. " + o.rest() + o.atShelf()
	case partly && o.Copies.Sent > 0:
		return "Some of your parts are on their way. " + o.rest()
	case partly:
		return "Some of your parts were collected. " + o.rest()
	case o.allMade() && pickup:
		return "Your parts are made. We’ll have them ready for you soon."
	case o.allMade():
		return "Your parts are made. We’ll pack them next."
	}
	return statusMessages[status]
}

// allMade says whether all good copies of the order are there, in the shop or out of it.
func (o *Order) allMade() bool {
	return o.Jobs.Made > 0 && o.Jobs.Made == o.Jobs.Total-o.Jobs.Cancelled
}

// rest tells of what is not ready of an order of which some is.
func (o *Order) rest() string {
	if o.allMade() {
		return "The rest is made and will be ready soon."
	}
	return "The rest is still being made."
}

// atShelf tells who collects what to say at the counter.
func (o *Order) atShelf() string {
	if o.Copies.Shelves == "" {
		return ""
	}
	return " Give us the shelf number: " + o.Copies.Shelves + "."
}

// MayLeave says whether something of the order can leave the shop now: it is paid and the shop has the money, or an admin gave a
// reason why it leaves all the same. Errors: Conflict.
func (o *Order) MayLeave(unpaidReason string) error {
	paid := o.isPaid() && o.Balance() <= 0
	switch {
	case unpaidReason != "" || paid && o.Missing() == 0:
		return nil
	case paid:
		return Conflictf("money_missing", "%s of the money for order %s %s. An admin decides what happens with that, or says why it leaves without the money.",
			o.Missing().In(o.Currency), o.Number, o.MissingWords())
	}
	return Conflictf("invoice_unpaid", "Order %s is not paid. Take the payment first.", o.Number)
}

// CanHandOver says whether something of the order is here to leave the shop. Errors: Conflict.
func (o *Order) CanHandOver() error {
	switch {
	case o.closed():
		return Conflictf("order_closed", "Order %s is already closed.", o.Number)
	case o.Hold != "" && o.Hold != HoldUnpaid:
		return Conflictf("job_on_hold", "This job is on hold: %s", HoldWords(o.Hold))
	case o.Copies.Here == 0:
		return Conflictf("nothing_to_hand_over", "There is nothing to hand over for order %s: either none of it is made yet, or all of it has left.", o.Number)
	}
	return nil
}

// Actions lists what staff may do with the order now.
func (o *Order) Actions() []string {
	out := []string{}
	add := func(ok bool, name string) {
		if ok {
			out = append(out, name)
		}
	}
	add(o.inReview(), "approve")
	add(o.CanChangeMessage() == nil, "change_message")
	add(o.Refusable() == nil, "refuse")
	add(o.Refusable() != nil && o.CanRefuseAndDelete() == nil, "refuse_and_delete")
	add(o.Released == 0 && !o.closed() && o.owing() != nil && o.Review != ReviewRequested, "release")
	add(o.Payable(), "mark_paid")
	add(o.Payable(), "pay_link")
	add(o.Cancellable() == nil, "cancel")
	add(o.RestCancellable() == nil, "cancel_rest")
	add(o.Hold != "" && (!o.closed() || o.State == OrderCompleted), "lift_hold")
	add(o.CanHandOver() == nil, "hand_over")
	add(o.stopped() && !o.closed(), "requeue")
	add(o.OpenRefunds() > 0, "answer_refund")
	add(o.DueBack() > 0, "send_back")
	add(o.owing() != nil && o.Invoice.Undecided > 0, "answer_dispute")
	add(o.CanWriteOff() == nil, "write_off")
	add(o.writtenOff(), "undo_write_off")
	add(o.Deletable(), "delete")
	add(o.FilesDeletable() == nil, "delete_file")
	return out
}
