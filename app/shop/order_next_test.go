package shop

import (
	"slices"
	"testing"
)

// What comes first is what the status asks for, of what is offered; and money that is on its way is waited for.
func TestWhatComesFirst(t *testing.T) {
	for _, c := range []struct {
		stage  string
		change func(*Order)
		coming bool
		admin  string
		staff  string
	}{
		{"in review", nil, false, "approve", "approve"},
		{"draft", nil, false, "mark_paid", "mark_paid"},
		{"draft", nil, true, "", ""},
		{"draft", func(o *Order) { o.Payment = AtPickup }, false, "release", "release"},
		{"draft", func(o *Order) { o.Payment = AtPickup }, true, "", ""},
		{"draft", func(o *Order) { o.Invoice.Total = 0 }, false, "release", "release"},
		{"issued", func(o *Order) { o.Released = 1 }, false, "mark_paid", "mark_paid"},
		{"issued", func(o *Order) { o.Released, o.Hold = 1, HoldUnpaid }, false, "mark_paid", "mark_paid"},
		{"issued", func(o *Order) { o.Released, o.Hold = 1, HoldUnpaid }, true, "", ""},
		{"issued", func(o *Order) { o.Released, o.Payment, o.Delivery.Method = 1, AtPickup, Pickup }, false, "", ""}, // it is paid when it is collected
		{"paid", func(o *Order) { o.Released = 1 }, false, "", ""},
		{"paid", func(o *Order) { o.Released, o.Hold = 1, "A dispute." }, false, "", ""},
		{"refunded", func(o *Order) { o.Released, o.Hold = 1, "A refund." }, false, "answer_refund", ""},
		{"issued", func(o *Order) { o.Released, o.Jobs, o.Copies.Here = 1, JobTally{Total: 1, Ready: 1}, 1 }, false, "hand_over", "hand_over"},
		{"issued", func(o *Order) { o.Released, o.Jobs, o.Copies.Here = 1, JobTally{Total: 1, Ready: 1}, 1 }, true, "", ""},
		{"completed", func(o *Order) { o.Released = 1 }, false, "", ""},
		{"cancelled", nil, false, "", ""},
		{"refused", func(o *Order) { o.Invoice = &Invoice{State: Void, DueBack: 5_00} }, false, "send_back", ""},
		{"cancelled", func(o *Order) { o.Invoice = &Invoice{State: Void, DueBack: 5_00} }, false, "send_back", ""},
		{"completed", func(o *Order) { o.Released, o.Invoice.DueBack = 1, 5_00 }, false, "send_back", ""},
		{"paid", func(o *Order) { o.Released, o.Invoice.DueBack = 1, 5_00 }, false, "send_back", ""},
		{"issued", func(o *Order) { o.Invoice.DueBack = 5_00 }, false, "mark_paid", "mark_paid"}, // what brings it on comes first
	} {
		o := orders()[c.stage]
		if c.change != nil {
			c.change(&o)
		}
		for role, want := range map[Role]string{RoleAdmin: c.admin, RoleStaff: c.staff} {
			offered := o.Offered(Actor{Role: role}, []PaymentMethod{ByCard}, c.coming)
			if got := o.Next(offered, []PaymentMethod{ByCard}, c.coming); got != want {
				t.Errorf("%s, %s, for %s of %v: %q, want %q", c.stage, o.Status(), role, offered, got, want)
			}
		}
	}
}

// What its customer can pay only at the counter is released before it is paid; what is sent is not.
func TestWhatComesFirstWithoutAWayToPay(t *testing.T) {
	for delivery, want := range map[DeliveryMethod]string{Pickup: "release", Ship: "mark_paid"} {
		o := orders()["approved"]
		o.Delivery.Method = delivery
		if got := o.Next(o.Offered(Actor{Role: RoleStaff}, nil, false), nil, false); got != want {
			t.Errorf("%s: %q, want %q", delivery, got, want)
		}
		status := map[string]string{"release": "awaiting_release", "mark_paid": "awaiting_payment"}[want]
		if got := o.StatusNow(nil, false); got != status {
			t.Errorf("%s: %q, want %q", delivery, got, status)
		}
		for _, c := range []struct {
			methods []PaymentMethod
			coming  bool
		}{{[]PaymentMethod{ByCard}, false}, {nil, true}} {
			if got := o.StatusNow(c.methods, c.coming); got != "awaiting_payment" {
				t.Errorf("%s, by %v, %v: %q", delivery, c.methods, c.coming, got)
			}
		}
		o.Released, o.Jobs = 1, JobTally{Total: 1}
		if got := o.Next(o.Offered(Actor{Role: RoleStaff}, nil, false), nil, false); delivery == Pickup && got != "" {
			t.Errorf("released, its jobs come first, and not %q", got)
		}
		if got := o.PaidLater(nil, false); got != (delivery == Pickup) {
			t.Errorf("%s is paid when it is collected: %v", delivery, got)
		}
	}
}

// Once money came, what ends an order is an admin's; and every action has its permission.
func TestWhatActionsNeed(t *testing.T) {
	unpaid, paid := orders()["issued"], orders()["paid"]
	for action := range actionNeeds {
		if !slices.Contains(unpaid.Needs(action).Roles(), RoleAdmin) {
			t.Errorf("%s is nobody’s", action)
		}
		if harder := unpaid.Needs(action) != paid.Needs(action); harder != slices.Contains([]string{"cancel", "cancel_rest", "refuse", "refuse_and_delete", "delete_file"}, action) {
			t.Errorf("%s needs %s, and once it was paid %s", action, unpaid.Needs(action), paid.Needs(action))
		}
	}
	for stage, o := range orders() {
		for _, action := range o.Actions() {
			if o.Needs(action) == "" {
				t.Errorf("%s: %s needs nothing", stage, action)
			}
		}
	}
}

// What is owed and cannot be paid on the customer's page is told of.
func TestPayNote(t *testing.T) {
	card := []PaymentMethod{ByCard}
	for _, c := range []struct {
		stage   string
		change  func(*Order)
		methods []PaymentMethod
		coming  bool
		want    string
	}{
		{"issued", nil, card, false, ""},
		{"issued", nil, nil, true, ""},
		{"issued", func(o *Order) { o.Payment = ByCard }, nil, false, "You pay when you collect it."},
		{"issued", func(o *Order) { o.Payment, o.Delivery.Method = ByCard, Ship }, nil, false, "This order cannot be paid on this page. We’ll get in touch with you about how to pay."},
		{"issued", func(o *Order) {
			o.Delivery.Method, o.Review, o.Message = Ship, ReviewApproved, "Send us a cheque."
		}, nil, false, "Send us a cheque.\nAsk us if you’re not sure how to pay."},
		{"issued", func(o *Order) { o.Delivery.Method, o.Message = Ship, "Send us a cheque." }, nil, false, "Send us a cheque.\nAsk us if you’re not sure how to pay."},
		{"issued", func(o *Order) { // why the rest of it was cancelled says nothing of how to pay
			o.Payment, o.Delivery.Method, o.Message, o.State = ByCard, Ship, "No more black.", OrderCompleted
		}, nil, false, "This order cannot be paid on this page. We’ll get in touch with you about how to pay."},
		{"issued", func(o *Order) { o.State = OrderCompleted }, nil, false, "You can pay at the counter."},
		{"issued", func(o *Order) { o.Hold = "A dispute." }, nil, false, "There is nothing to pay while this order is on hold."},
		{"paid", func(o *Order) { o.Invoice.Paid, o.Invoice.DueBack = 25_00, 5_00 }, nil, false, "You paid $5.00 more than this order costs. We’ll send that back to you."},
		{"paid", func(o *Order) { o.Invoice.Paid = 25_00 }, nil, false, ""}, // a bank took that much, or decides
		{"paid", nil, nil, false, ""},
		{"cancelled", nil, nil, false, ""},
	} {
		o := orders()[c.stage]
		o.Delivery.Method = Pickup
		if c.change != nil {
			c.change(&o)
		}
		if got := o.PayNote(c.methods, c.coming); got != c.want {
			t.Errorf("%s: %q, want %q", c.stage, got, c.want)
		}
	}
}

// What is sent and cannot be paid online is approved only with words on how to pay it.
func TestApprovingSaysHowToPay(t *testing.T) {
	for _, c := range []struct {
		method  DeliveryMethod
		total   Cents
		methods []PaymentMethod
		message string
		want    Code
	}{
		{Ship, 20_00, nil, "", "how_to_pay_missing"},
		{Ship, 20_00, nil, "Send us a cheque.", ""},
		{Ship, 20_00, []PaymentMethod{ByTransfer}, "", ""},
		{Ship, 0, nil, "", ""},
		{Pickup, 20_00, nil, "", ""},
	} {
		o := &Order{Delivery: Delivery{Method: c.method}, Price: Price{Total: c.total}, Message: c.message}
		if err := o.CheckHowToPay(c.methods); (c.want == "") != (err == nil) || c.want != "" && (!IsCode(err, c.want) || FieldOf(err) != "message") {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// Whoever has their parts without having paid reads what is owed, not that all is done, and pays on collection no more.
func TestWhatLeftUnpaidIsStillToPay(t *testing.T) {
	o := &Order{State: OrderCompleted, Currency: "AUD", Payment: AtPickup, Delivery: Delivery{Method: Pickup}, Jobs: JobTally{Total: 1, Completed: 1}, Released: 1, Invoice: &Invoice{State: Pending, Issued: 1, Total: 20_00}}
	s := DefaultSettings("Australia/Sydney")
	s.PickupLimit, s.BankDetails = 100_00, "BSB 123"
	methods := o.PayMethods(s, true, false)
	if !slices.Equal(methods, []PaymentMethod{ByCard, ByTransfer}) {
		t.Errorf("it can be paid by %v", methods)
	}
	if got := o.StatusMessage(methods, false); got != "$20.00 is still to pay." {
		t.Errorf("they read %q", got)
	}
	if got := o.StatusMessage(nil, true); got != "All parts are done. Thank you." {
		t.Errorf("while the bank decides they read %q", got)
	}
	s.BankDetails = ""
	if methods = o.PayMethods(s, false, false); len(methods) != 0 || o.PayNote(methods, false) != "You can pay at the counter." {
		t.Errorf("%v, %q", methods, o.PayNote(methods, false))
	}
}
