package order_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/billing"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
)

// counts lets money that nobody asked for count for an order: grace accepts it.
func counts(t *testing.T, c *apptest.Scenario, o order.StaffOrderView, amount shop.Cents) (id string) {
	t.Helper()
	p := shop.Payment{ID: shop.NewID(), InvoiceID: o.InvoiceID, Amount: amount, Currency: "AUD", Method: shop.ByCard, Processor: "stripe", State: shop.PaymentNeedsReview}
	p.ProcessorID = "pi_" + p.ID
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		p.Created = tx.Now
		return tx.InsertPayment(ctx, p)
	})
	if err := c.Billing.ApplyPayment(t.Context(), grace, p.ID, 1, "", "it is theirs"); err != nil {
		t.Fatal(err)
	}
	return p.ID
}

// dues are what is to be sent back of each payment of an order; and staff are told of just that.
func dues(t *testing.T, c *apptest.Scenario, id string) map[string]shop.Cents {
	t.Helper()
	due := map[string]shop.Cents{}
	o := seen(t, c, id)
	sum := shop.Cents(0)
	for _, d := range o.RefundsDue {
		if d.State == string(shop.RefundOpen) {
			due[d.PaymentID] = d.Left
			sum += d.Left
		}
	}
	if sum != o.DueBack || customerOf(t, c, o).DueBack != sum {
		t.Errorf("%s is due back, and the order says %s", sum, o.DueBack)
	}
	c.AlarmsAgree()
	c.Read(func(ctx context.Context, tx *db.Tx) error {
		causes, err := tx.AlarmCauses(ctx)
		for _, a := range causes {
			if _, open := due[a.ObjectID]; a.Kind == shop.AlarmOverpaid || a.Kind == shop.AlarmRefundDue && !open && slices.ContainsFunc(o.Payments, func(p billing.PaymentRowView) bool { return p.ID == a.ObjectID }) {
				t.Errorf("an alarm: %+v", a)
			}
		}
		return err
	})
	return due
}

// What was paid too much for an order that goes on is due back by itself, as that of a lowered one is, and until it went back: staff
// and the customer read how much.
func TestWhatWasPaidTooMuchIsDueBack(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	o := reviewed(t, c, 20_00)
	if err := c.Billing.TakePayment(t.Context(), helper, o.InvoiceID, 0, shop.ByTransfer, 10_00, ""); err != nil {
		t.Fatal(err)
	}
	id := counts(t, c, o, 15_00)
	if due := dues(t, c, o.ID); len(due) != 1 || due[id] != 5_00 {
		t.Errorf("due back: %v", due)
	}
	o = seen(t, c, o.ID)
	if v := customerOf(t, c, o); o.InvoiceState != shop.Paid || o.Hold != "" || !strings.Contains(v.PayNote, "$5.00 more") || v.Balance != 0 || !slices.Contains(o.RefundsDue[0].Actions, "note") {
		t.Errorf("%s, on hold %q, the customer reads %q, staff may %v", o.InvoiceState, o.Hold, v.PayNote, o.RefundsDue[0].Actions)
	}
	version := o.RefundsDue[0].Version
	for range 2 { // it is no other for being looked at again
		if _, err := c.Orders.ReleaseOrder(t.Context(), grace, o.ID, 0, ""); err != nil && !shop.IsKind(err, shop.Conflict) {
			t.Fatal(err)
		}
	}
	if now := seen(t, c, o.ID).RefundsDue; len(now) != 1 || now[0].Version != version {
		t.Errorf("the same twice: %+v", now)
	}
	if err := c.Billing.NoteRefund(t.Context(), grace, id, billing.SentBackRequest{Version: version, Amount: 6_00, Reference: "in cash"}); !shop.IsCode(err, "refund_amount_out_of_range") {
		t.Errorf("more than is due: %v", err)
	}
	if err := c.Billing.NoteRefund(t.Context(), grace, id, billing.SentBackRequest{Version: version, Reference: "in cash"}); err != nil {
		t.Fatal(err)
	}
	if o = seen(t, c, o.ID); o.Balance != 0 || o.OpenRefunds != 0 || o.Missing != 0 || o.Hold != "" || len(dues(t, c, o.ID)) != 0 || customerOf(t, c, o).PayNote != "" {
		t.Errorf("sent back: %+v", o.OrderRowView)
	}
	if err := c.Billing.UndoNoteRefund(t.Context(), grace, id, 0, "it was not"); err != nil {
		t.Fatal(err)
	}
	if due := dues(t, c, o.ID); due[id] != 5_00 {
		t.Errorf("taken back: %v", due)
	}
	if _, err := c.Orders.CancelOrder(t.Context(), grace, o.ID, 0, "not any more"); err != nil {
		t.Fatal(err)
	}
	if due := dues(t, c, o.ID); len(due) != 2 || due[id] != 15_00 {
		t.Errorf("cancelled: %v", due)
	}
}

// A payment that is reversed is owed first of what was too much: as much less is due back, or nothing.
func TestAReversalTakesItsShareOfTheSurplus(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	for came, row := range map[shop.Cents]struct{ before, after, owed shop.Cents }{15_00: {5_00, 0, 5_00}, 20_00: {10_00, 0, 0}, 50_00: {40_00, 30_00, 0}} {
		o := reviewed(t, c, 20_00)
		if err := c.Billing.TakePayment(t.Context(), helper, o.InvoiceID, 0, shop.ByTransfer, 10_00, ""); err != nil {
			t.Fatal(err)
		}
		id, transfer := counts(t, c, o, came), seen(t, c, o.ID).Payments[0].ID
		if due := dues(t, c, o.ID); due[id] != row.before {
			t.Errorf("of %s: %v", came, due)
		}
		if err := c.Billing.ReversePayment(t.Context(), grace, transfer, 0, "another order's"); err != nil {
			t.Fatal(err)
		}
		if due := dues(t, c, o.ID); due[id] != row.after || due[transfer] != 0 {
			t.Errorf("of %s, reversed: %v", came, due)
		}
		if o = seen(t, c, o.ID); max(o.Balance, 0) != row.owed {
			t.Errorf("of %s: %s is owed", came, o.Balance)
		}
	}
}

// What rounding of cash took off or added is not due back.
func TestRoundingIsNotDueBack(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	for total, cash := range map[shop.Cents]shop.Cents{24_32: 4_30, 24_33: 4_35} {
		o := reviewed(t, c, total)
		for _, err := range []error{
			c.Billing.TakePayment(t.Context(), helper, o.InvoiceID, 0, shop.ByTransfer, 20_00, ""), c.Billing.TakePayment(t.Context(), helper, o.InvoiceID, 0, shop.ByCash, cash, ""),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if due := dues(t, c, o.ID); len(due) != 0 {
			t.Errorf("%s: %v", total, due)
		}
		transfer := seen(t, c, o.ID).Payments[0]
		if err := c.Billing.ReversePayment(t.Context(), grace, transfer.ID, 0, "another order's"); err != nil {
			t.Fatal(err)
		}
		id := counts(t, c, o, 30_00)
		if due := dues(t, c, o.ID); due[id] != 10_00 {
			t.Errorf("%s, and another payment: %v", total, due)
		}
	}
}

// What an order costs more again is first covered by what was too much.
func TestWhatCostsMoreIsCoveredByTheSurplus(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o, item := fiveCopies(t, c, 3)
	if err := c.Billing.TakePayment(t.Context(), helper, o.InvoiceID, 0, shop.ByTransfer, 30_00, ""); err != nil {
		t.Fatal(err)
	}
	counts(t, c, o, 20_00)
	due := func(when string, want shop.Cents) {
		t.Helper()
		var sum shop.Cents
		for _, left := range dues(t, c, o.ID) {
			sum += left
		}
		if now := seen(t, c, o.ID); sum != want || now.OpenRefunds != 0 || now.Missing != 0 || now.InvoiceState != shop.Paid {
			t.Errorf("%s: %s is due back, want %s: %s owed, %s less", when, sum, want, now.Balance, now.Adjusted)
		}
	}
	due("paid too much", 10_00)
	o = cancelsRest(t, c, grace, threeLeave(t, c, seen(t, c, o.ID), item))
	due("lowered", 26_00)
	if _, err := putsBack(t, c, grace, o, len(o.Jobs)-1); err != nil {
		t.Fatal(err)
	}
	due("put back", 10_00)
}
