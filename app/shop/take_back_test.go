package shop

import "testing"

func TestTakeBack(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Order)
		code   Code
	}{
		"waits for its payment":    {func(*Order) {}, ""},
		"in review":                {func(o *Order) { o.Review, o.Invoice = ReviewRequested, nil }, ""},
		"approved":                 {func(o *Order) { o.Review = ReviewApproved }, ""},
		"to be paid on collection": {func(o *Order) { o.Payment = AtPickup }, ""},
		"its draft was void once":  {func(o *Order) { o.Invoice.State, o.Invoice.Voided = Void, 5 }, ""},
		"cancelled":                {func(o *Order) { o.State, o.Closed = OrderCancelled, 5 }, "order_closed"},
		"refused":                  {func(o *Order) { o.State, o.Review, o.Closed = OrderRefused, ReviewRefused, 5 }, "order_closed"},
		"completed":                {func(o *Order) { o.State, o.Completed = OrderCompleted, 5 }, "order_closed"},
		"written off":              {func(o *Order) { o.Invoice.State, o.Invoice.Issued = WrittenOff, 5 }, "order_closed"},
		"typed in at the counter":  {func(o *Order) { o.Source = FromStaff }, "order_typed_in"},
		"paid":                     {func(o *Order) { o.Invoice.State, o.Invoice.Issued, o.Invoice.Paid = Paid, 5, 20_00 }, "order_has_payment"},
		"paid in part":             {func(o *Order) { o.Invoice.State, o.Invoice.Issued, o.Invoice.Paid = Pending, 5, 5_00 }, "order_has_payment"},
		"its invoice has a number": {func(o *Order) { o.Invoice.State, o.Invoice.Issued = Pending, 5 }, "order_has_payment"},
		"released":                 {func(o *Order) { o.Released = 5 }, "order_begun"},
		"with jobs":                {func(o *Order) { o.Jobs.Total = 1 }, "order_begun"},
		"on hold":                  {func(o *Order) { o.Hold = "A model of it was refused." }, "order_on_hold"},
	} {
		o := &Order{Number: "ORD-17", State: OrderOpen, Review: ReviewNone, Source: FromWeb, Payment: ByCard, Message: "Pay soon.", Invoice: &Invoice{State: Draft, Total: 20_00}}
		c.change(o)
		state := o.State
		reason, err := o.TakeBack(7)
		wantError(t, name, err, c.code, "")
		if taken := c.code == ""; o.TakenBack() != taken || taken != (reason != "") || taken && (o.State != OrderCancelled || o.Closed != 7 || o.Message != "") || !taken && o.State != state {
			t.Errorf("%s: %+v, %q", name, o, reason)
		}
	}
	o := &Order{Number: "ORD-17", State: OrderOpen}
	if err := o.NotWorkedOn([]OrderFile{{Kind: "model"}, {Kind: "mesh"}}); err != nil {
		t.Error(err)
	}
	wantError(t, "with a model of staff's", o.NotWorkedOn([]OrderFile{{Kind: "model"}, {Kind: "mesh", Remade: true}}), "order_begun", "")
	if err := o.Cancel("Too large.", 5); err != nil || o.TakenBack() {
		t.Errorf("cancelled by staff: %v, %v", o.TakenBack(), err)
	}
	wantError(t, "taken back twice", func() error { _, err := o.TakeBack(8); return err }(), "order_closed", "")
}
