package shop

import (
	"slices"
	"testing"
)

// What is owed is given up only for what has left the shop, and only once.
func TestWhatMayBeWrittenOff(t *testing.T) {
	left := func(v Invoice) *Order {
		return &Order{Number: "ORD-1001", State: OrderCompleted, Copies: CopyTally{Left: 1}, Jobs: JobTally{Total: 1, Completed: 1}, Invoice: &v}
	}
	all := invoices()
	open := left(all["issued"])
	open.State = OrderOpen
	for name, c := range map[string]struct {
		o    *Order
		want Code
	}{
		"unpaid":           {left(all["issued"]), ""},
		"part paid":        {left(all["part paid"]), ""},
		"a draft":          {left(all["draft"]), "invoice_not_issued"},
		"paid":             {left(all["paid"]), "nothing_due"},
		"void":             {left(all["void"]), "invoice_closed"},
		"already":          {left(all["written off"]), "invoice_written_off"},
		"still to be made": {open, "order_not_done"},
		"in review":        {&Order{State: OrderOpen, Review: ReviewRequested}, "nothing_due"},
	} {
		wantError(t, name, c.o.CanWriteOff(), c.want, "")
	}
}

// What is given up is no balance and no money, and the order is what it was: done. Undone it is owed as before, without what
// came meanwhile.
func TestWritingOffAndBack(t *testing.T) {
	for _, c := range []struct {
		paid, meanwhile, given Cents
		after                  InvoiceState
	}{{0, 0, 20_00, Pending}, {8_00, 0, 12_00, Pending}, {8_00, 2_00, 12_00, Pending}, {8_00, 12_00, 12_00, Paid}} {
		v := Invoice{State: Pending, Issued: 5, Number: "INV-0001", Total: 20_00, Paid: c.paid}
		o := Order{Number: "ORD-1001", State: OrderCompleted, Hold: "A cardholder disputes a payment.", Invoice: &v, Copies: CopyTally{Left: 1}, Jobs: JobTally{Total: 1, Completed: 1}}
		if err := v.UndoWriteOff(9); !IsCode(err, "invoice_not_written_off") {
			t.Errorf("undone before: %v", err)
		}
		given, err := v.WriteOff()
		if err != nil || given != c.given || v.GivenUp() != c.given || v.State != WrittenOff || v.Number != "INV-0001" {
			t.Errorf("%s of it, %v: %+v", given, err, v)
		}
		if o.Balance() != 0 || o.Payable() || o.Status() != "completed" || o.PayNote(nil, false) != "" || len(o.PayMethods(Settings{BankDetails: "BSB 062-000"}, true, false)) > 0 || o.FilesFacts().Unpaid {
			t.Errorf("%s is owed of what is %s, %q", o.Balance(), o.Status(), o.PayNote(nil, false))
		}
		for action, want := range map[string]bool{"write_off": false, "undo_write_off": true, "mark_paid": false, "pay_link": false, "cancel": false, "lift_hold": true} {
			if got := slices.Contains(o.Actions(), action); got != want {
				t.Errorf("%s is offered: %v", action, got)
			}
		}
		if _, err := v.WriteOff(); !IsCode(err, "invoice_written_off") {
			t.Errorf("twice: %v", err)
		}
		v.Paid += c.meanwhile
		if err := v.UndoWriteOff(9); err != nil || v.State != c.after || v.GivenUp() != 0 || v.Balance() != c.given-c.meanwhile || (v.PaidAt == 9) != (c.after == Paid) {
			t.Errorf("%+v, %v", v, err)
		}
	}
}
