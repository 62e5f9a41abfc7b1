package shop

import (
	"fmt"
	"slices"
	"strings"
)

// StaffAreStuck says what is wrong with what those who work here are offered.
func StaffAreStuck(o *Order, jobs []Job, methods []PaymentMethod, coming bool) (wrong []string) {
	counter := len(methods) == 0 && o.Delivery.Method == Pickup // where its customer pays, when they collect it
	for _, role := range []Role{RoleAdmin, RoleStaff} {
		say := func(format string, args ...any) {
			wrong = append(wrong, string(role)+": "+fmt.Sprintf(format, args...))
		}
		offered := o.Offered(Actor{ID: "1", Role: role}, methods, coming)
		next := o.Next(offered, methods, coming)
		online := slices.ContainsFunc(methods, func(m PaymentMethod) bool { return m != AtPickup })
		switch {
		case slices.Contains(offered, "pay_link") != online:
			say("are offered a link to pay: %v, and it can be paid from afar: %v", !online, online)
		case next != "" && !slices.Contains(offered, next):
			say("%s comes first, and is not offered", next)
		case slices.Contains([]string{"refuse", "refuse_and_delete", "cancel", "cancel_rest", "delete", "delete_file", "write_off"}, next):
			say("%s comes first, and cannot be undone", next)
		case next == "lift_hold":
			say("%s comes first, and the hold was for a reason", next)
		case o.Balance() > 0 && next == "release" && o.Payment != AtPickup && !counter:
			say("%s comes first, and %s is not paid", next, o.Payment)
		}
		if slices.Contains(offered, "delete_file") && o.State == OrderOpen {
			say("may delete what is still to be printed or paid")
		}
		for _, j := range jobs {
			prints := slices.Contains(j.Moves(), JobPrinting)
			again := o.Remakable(Item{Name: "block.stl"}, Plate{Origin: PlatePriced, SliceKey: "k"}, &j, j.GCodeGone) == nil
			prepared := j.State == JobPreProcessing && slices.Contains(j.Moves(), JobInQueue) // and is printed from there
			if j.waits() && j.Owed > 0 && o.State == OrderOpen && o.Hold == "" && !prints && !prepared && !again {
				say("a job can neither be printed nor made another way")
			}
			if j.GCodeGone && prints && j.State != JobPaused {
				say("a job can be printed from nothing")
			}
		}
		cancels := slices.Contains(offered, "cancel") || slices.Contains(offered, "cancel_rest")
		if o.stopped() && !o.closed() {
			switch {
			case !slices.Contains(offered, "requeue") && role == RoleStaff && o.Paid() > 0 && o.Adjusted() > 0: // it costs again what it did, which an admin decides
			case !slices.Contains(offered, "requeue"):
				say("cannot put back what was cancelled")
			case o.Hold == "" && next != "requeue" && next != "answer_refund":
				say("%q comes first where all was cancelled", next)
			case !cancels && (role == RoleAdmin || o.Paid() == 0):
				say("can neither cancel what is stopped nor what is left of it")
			}
		}
		for _, j := range jobs {
			if j.Rest && !cancels && role == RoleAdmin {
				say("the rest of an order is cancelled by nobody")
			}
			if j.Rest && slices.Contains(j.Moves(), JobCancelled) {
				say("are offered to cancel a job, and refused")
			}
		}
		begun := slices.ContainsFunc(jobs, func(j Job) bool { return len(j.Moves()) > 0 && j.State != JobCancelled })
		again := slices.ContainsFunc(jobs, func(j Job) bool { return len(j.Moves()) > 0 })
		owes := o.Balance() != 0 || o.OpenRefunds() > 0 || o.DueBack() > 0
		switch {
		case next != "" || begun && o.Hold == "":
		case o.State != OrderOpen && !owes: // nothing is left to do
		case o.DueBack() > 0 && role == RoleAdmin:
			say("%s is to be sent back, and nothing comes first of %v", o.DueBack(), offered)
		case coming: // which the page says, and when it came the order goes on by itself
		case o.DueBack() > 0 || o.OpenRefunds() > 0: // which the page asks about, or says that an admin decides
		case o.Hold != "" && o.Hold != HoldUnpaid && slices.Contains(offered, "lift_hold"):
		case o.RefusedModel() != "": // staff replace the model, or an admin decides, which the page says
		case o.HeldForMoney(): // the bank decides, and then an admin, which the page says
		case o.Balance() < 0: // which is an alarm, and on the page as to give back
		case again && cancels:
		case again && o.Paid() > 0 && role == RoleStaff: // it is made after all, or an admin cancels it
		default:
			say("there is no way on but %v", offered)
		}
	}
	return wrong
}

// CustomerIsStuck says what is wrong with what the customer can do and reads.
func CustomerIsStuck(o *Order, methods []PaymentMethod, coming bool) (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, "customer: "+fmt.Sprintf(format, args...)) }
	owed := o.Balance()
	note := o.PayNote(methods, coming)
	switch {
	case len(methods) > 0 && (owed <= 0 || coming || o.closed()):
		say("is asked to pay what is not owed, by %v", methods)
	case len(methods) > 0 && note != "":
		say("can pay, and reads %q", note)
	case owed != 0 && len(methods) == 0 && note == "" && !coming && !o.closed():
		say("owes, cannot pay, and is told nothing")
	case owed == 0 && note != "":
		say("owes nothing, and reads %q", note)
	}
	if strings.Contains(note, "when you collect") && (o.Delivery.Method == Ship || o.State == OrderCompleted) {
		say("reads %q of what is not to be collected", note)
	}
	j := o.Jobs
	waiting := j.Total > j.Started+j.Cancelled
	for text, holds := range map[string]bool{
		"Nothing has been charged":     o.Paid() == 0,
		"in the queue":                 o.Released != 0 && waiting,
		"being made":                   j.Made < j.Total-j.Cancelled,
		"are made.":                    j.Made == j.Total-j.Cancelled,
		"is made and will":             j.Made == j.Total-j.Cancelled && j.Ready+j.Completed > 0,
		"ready to collect":             j.Ready > 0 && o.Delivery.Method == Pickup,
		"packed":                       j.Ready > 0 && o.Delivery.Method == Ship,
		"on their way.":                o.Copies.Sent > 0,
		"were collected":               o.Copies.Left > o.Copies.Sent,
		"All parts are done":           o.State == OrderCompleted && j.Cancelled == 0,
		"as soon as your payment":      owed > 0 && len(methods) > 0,
		"as soon as it arrives":        owed > 0 && coming,
		"as soon as it is paid":        owed > 0,
		"as soon as it’s paid":         owed > 0 && o.Hold != "",
		"You pay when you collect it.": owed > 0 && o.Delivery.Method == Pickup,
		"We’ll get in touch with you.": o.Hold != "" && (o.Hold != HoldUnpaid || owed <= 0) || j.Total == j.Cancelled,
		"Paid.":                        o.isPaid(),
	} {
		if message := o.StatusMessage(methods, coming); strings.Contains(message, text) && !holds {
			say("reads %q, which is not so", message)
		}
	}
	if o.StatusMessage(methods, coming) == "" {
		say("reads nothing")
	}
	return wrong
}
