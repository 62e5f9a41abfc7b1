package order_test

import (
	"slices"
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/billing"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// oneCancelled is an order of two parts for $40.00 of which one is ready, and the other was cancelled after so much was paid.
func oneCancelled(t *testing.T, c *apptest.Scenario, paid shop.Cents) order.StaffOrderView {
	t.Helper()
	o := blocks(t, c, "Lin Wei", 1, 1)
	makes(t, c, o.ID, 0)
	if paid > 0 {
		if err := c.Billing.TakePayment(t.Context(), helper, o.InvoiceID, 0, shop.ByTransfer, paid, ""); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Jobs.Move(t.Context(), grace, o.Jobs[1].ID, job.MoveRequest{State: shop.JobCancelled, Reason: "No more black."}); err != nil {
		t.Fatal(err)
	}
	if o = seen(t, c, o.ID); o.HandoverCosts == nil || *o.HandoverCosts <= 0 || *o.HandoverCosts >= 40_00 {
		t.Fatalf("one of two parts for $40.00 costs %v", o.HandoverCosts)
	}
	return o
}

// leavesAt is the handover of all that is left of the order, at a price.
func leavesAt(o order.StaffOrderView, costs *shop.Cents) order.HandOverRequest {
	req := collected(o.Jobs[0].ItemID, 1)
	req.Version, req.InvoiceVersion, req.Costs = o.Version, o.InvoiceVersion, costs
	return req
}

// The handover that completes an order of which some was cancelled asks what it costs, as cancelling its rest does: nobody pays, or
// is asked for, what was not made.
func TestTheLastHandoverAsksWhatItCosts(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o := oneCancelled(t, c, 40_00)
	if _, err := c.Orders.HandOver(t.Context(), helper, o.ID, leavesAt(o, nil)); !shop.IsCode(err, "costs_missing") || shop.FieldOf(err) != "costs" {
		t.Errorf("without a price: %v", err)
	}
	if now := seen(t, c, o.ID); now.State != shop.OrderOpen || len(now.Handovers) != 0 || now.Adjusted != 0 {
		t.Errorf("refused, and yet %+v", now.OrderRowView)
	}
	costs := *o.HandoverCosts
	o, err := c.Orders.HandOver(t.Context(), helper, o.ID, leavesAt(o, &costs))
	if err != nil || o.State != shop.OrderCompleted || o.Total != 40_00 || o.Adjusted != 40_00-costs || o.DueBack != 40_00-costs || o.InvoiceState != shop.Paid || o.HandoverCosts != nil || len(o.RefundsDue) != 1 {
		t.Errorf("%+v, %v", o.OrderRowView, err)
	}
	if v := customerOf(t, c, o); v.Adjusted != 40_00-costs || v.DueBack != 40_00-costs || v.Balance != 0 {
		t.Errorf("the customer owes %s and gets %s", v.Balance, v.DueBack)
	}

	// What it costs now was paid: nothing is taken, and it needs no reason to leave.
	o = oneCancelled(t, c, costs)
	if o, err = c.Orders.HandOver(t.Context(), helper, o.ID, leavesAt(o, &costs)); err != nil || o.State != shop.OrderCompleted || o.Balance != 0 || o.DueBack != 0 || o.InvoiceState != shop.Paid || len(o.Payments) != 1 {
		t.Errorf("half of it was paid: %+v, %v", o.OrderRowView, err)
	}

	// Nothing was paid: that is what is taken at the counter, from the invoice as it was read.
	o = oneCancelled(t, c, 0)
	req := leavesAt(o, &costs)
	req.Method = shop.ByTerminal
	stale := req
	stale.InvoiceVersion--
	if _, err := c.Orders.HandOver(t.Context(), helper, o.ID, stale); stale.InvoiceVersion > 0 && !shop.IsCode(err, "changed_meanwhile") {
		t.Errorf("from an invoice of before: %v", err)
	}
	if o, err = c.Orders.HandOver(t.Context(), helper, o.ID, req); err != nil || o.State != shop.OrderCompleted || len(o.Payments) != 1 || o.Payments[0].Amount != costs || o.Balance != 0 || o.InvoiceState != shop.Paid {
		t.Errorf("taken as it leaves: %+v, %v", o.OrderRowView, err)
	}

	// It leaves unpaid: that is what is owed, and what the log says was left.
	o = oneCancelled(t, c, 0)
	req = leavesAt(o, &costs)
	req.UnpaidReason = "a regular"
	if o, err = c.Orders.HandOver(t.Context(), grace, o.ID, req); err != nil || o.Balance != costs || o.State != shop.OrderCompleted {
		t.Errorf("left unpaid: %+v, %v", o.OrderRowView, err)
	}
	if said := lastTold(t, c, o.ID); !strings.Contains(said, costs.In("AUD")) {
		t.Errorf("the log says %q", said)
	}
}

// Another price than is worked out is for whoever may cancel the rest, with a reason; what nobody asks for is refused.
func TestWhoSaysAnotherPriceAtTheHandover(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o := oneCancelled(t, c, 40_00)
	all, more := shop.Cents(40_00), shop.Cents(40_01)
	for name, a := range map[string]struct {
		who   shop.Actor
		costs *shop.Cents
		why   string
		code  shop.Code
	}{
		"by staff, of what was paid": {helper, &all, "made for them alone", "admin_only"},
		"without a reason":           {grace, &all, " ", "reason_missing"},
		"more than was agreed":       {grace, &more, "a lot of work", "costs_out_of_range"},
	} {
		req := leavesAt(o, a.costs)
		req.CostsReason = a.why
		if _, err := c.Orders.HandOver(t.Context(), a.who, o.ID, req); !shop.IsCode(err, a.code) {
			t.Errorf("%s: %v", name, err)
		}
	}
	req := leavesAt(o, &all)
	req.CostsReason = "made for them alone"
	if o, err := c.Orders.HandOver(t.Context(), grace, o.ID, req); err != nil || o.Adjusted != 0 || o.State != shop.OrderCompleted {
		t.Errorf("all of it: %+v, %v", o.OrderRowView, err)
	}

	// Before the last of it leaves, and where nothing was cancelled, nobody asks.
	part, item := fiveCopies(t, c, 3)
	req = collected(item, 3)
	req.Costs, req.Method = &all, shop.ByTerminal
	if _, err := handOver(t.Context(), c.Orders, grace, part.ID, req); !shop.IsCode(err, "costs_not_asked") {
		t.Errorf("of a part: %v", err)
	}
}

// What was agreed on at a handover is not asked again, until that is undone: the order costs what it did before.
func TestAnAgreedPriceGoesWithItsHandover(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o := oneCancelled(t, c, 40_00)
	costs, agreed := *o.HandoverCosts, *o.HandoverCosts+1_00
	req := leavesAt(o, &agreed)
	req.CostsReason = "as they said"
	o, err := c.Orders.HandOver(t.Context(), grace, o.ID, req)
	if err != nil || o.DueBack != 40_00-agreed || o.Handovers[0].Lowered != 40_00-agreed {
		t.Fatalf("%+v, %v", o.OrderRowView, err)
	}
	o, err = c.Orders.UndoHandover(t.Context(), helper, o.ID, o.Handovers[0].ID, 0, "It came back.")
	if err != nil || o.State != shop.OrderOpen || o.Adjusted != 0 || len(o.Adjustments) != 0 || o.DueBack != 0 || o.Balance != 0 || o.InvoiceState != shop.Paid || o.Handovers[0].Lowered != 0 {
		t.Fatalf("undone: %+v, %+v, %v", o.OrderRowView, o.Adjustments, err)
	}
	if o.HandoverCosts == nil || *o.HandoverCosts != costs {
		t.Errorf("it costs %v", o.HandoverCosts)
	}
	if !slices.ContainsFunc(o.Activity, func(a order.ActivityView) bool { return a.Code == shop.VerbInvoiceRestored }) {
		t.Error("the log does not tell")
	}
	if o, err = c.Orders.HandOver(t.Context(), helper, o.ID, leavesAt(o, &costs)); err != nil || o.DueBack != 40_00-costs || o.HandoverCosts != nil {
		t.Errorf("again: %+v, %v", o.OrderRowView, err)
	}
}

// Undone, what was taken at the lower price leaves the rest to pay, and what was sent back of it waits for an answer: no money is
// lost from sight.
func TestMoneyOfAnUndoneHandover(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	undo := func(o order.StaffOrderView) order.StaffOrderView {
		t.Helper()
		o, err := c.Orders.UndoHandover(t.Context(), helper, o.ID, o.Handovers[0].ID, 0, "It came back.")
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	o := oneCancelled(t, c, 0)
	costs := *o.HandoverCosts
	req := leavesAt(o, &costs)
	req.Method = shop.ByTerminal
	o, err := c.Orders.HandOver(t.Context(), helper, o.ID, req)
	if err != nil || o.InvoiceState != shop.Paid {
		t.Fatalf("%+v, %v", o.OrderRowView, err)
	}
	if o = undo(o); o.Balance != 40_00-costs || o.InvoiceState != shop.Pending || o.Paid != costs || o.DueBack != 0 || o.Hold != "" {
		t.Errorf("taken at the lower price: %+v", o.OrderRowView)
	}
	if v := customerOf(t, c, o); v.Balance != 40_00-costs || v.Adjusted != 0 {
		t.Errorf("the customer owes %s", v.Balance)
	}
	// Handed over again, it costs what it is worked out to, which was paid.
	if o, err = c.Orders.HandOver(t.Context(), helper, o.ID, leavesAt(o, o.HandoverCosts)); err != nil || o.Balance != 0 || o.InvoiceState != shop.Paid || len(o.Payments) != 1 {
		t.Errorf("again: %+v, %v", o.OrderRowView, err)
	}

	o = oneCancelled(t, c, 40_00)
	if o, err = c.Orders.HandOver(t.Context(), helper, o.ID, leavesAt(o, o.HandoverCosts)); err != nil {
		t.Fatal(err)
	}
	back := o.DueBack
	if err := c.Billing.NoteRefund(t.Context(), grace, o.Payments[0].ID, billing.SentBackRequest{Version: o.RefundsDue[0].Version, Amount: back, Reference: "slip 7"}); err != nil {
		t.Fatal(err)
	}
	if o = undo(o); o.Balance != 0 || o.OpenRefunds != back || o.DueBack != 0 || o.Hold == "" || o.Next != "" && o.Next != "answer_refund" {
		t.Errorf("sent back meanwhile: %+v, %s is open, next %s", o.OrderRowView, o.OpenRefunds, o.Next)
	}
}

// A handover of a part takes no money for what was cancelled: it asks what the order costs then, and pays for all that is left of it.
// What is agreed on later stands though that is undone.
func TestAPartIsNotPaidWithWhatWasCancelled(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o := blocks(t, c, "Lin Wei", 1, 1, 1)
	makes(t, c, o.ID, 0)
	if _, err := c.Jobs.Move(t.Context(), helper, o.Jobs[1].ID, job.MoveRequest{State: shop.JobCancelled}); err != nil {
		t.Fatal(err)
	}
	o = seen(t, c, o.ID)
	whole, costs := o.Total, *o.HandoverCosts
	req := leavesAt(o, nil)
	req.Method = shop.ByTerminal
	if _, err := c.Orders.HandOver(t.Context(), helper, o.ID, req); !shop.IsCode(err, "costs_missing") {
		t.Errorf("without a price: %v", err)
	}
	req.Costs = &costs
	o, err := c.Orders.HandOver(t.Context(), helper, o.ID, req)
	if err != nil || o.State != shop.OrderOpen || o.Paid != costs || o.Balance != 0 || o.Adjusted != whole-costs || o.HandoverCosts != nil {
		t.Fatalf("%+v, %v", o.OrderRowView, err)
	}
	o, err = c.Orders.CancelRest(t.Context(), grace, o.ID, order.CancelRestRequest{Reason: "No more black."})
	if err != nil || o.DueBack == 0 {
		t.Fatalf("%+v, %v", o.OrderRowView, err)
	}
	adjusted, due := o.Adjusted, o.DueBack
	if o.Handovers[0].Lowered != 0 {
		t.Errorf("its undoing would take %s back", o.Handovers[0].Lowered)
	}
	if o, err = c.Orders.UndoHandover(t.Context(), helper, o.ID, o.Handovers[0].ID, 0, "It came back."); err != nil || o.Adjusted != adjusted || o.DueBack != due {
		t.Errorf("agreed on since, and undone: %+v, %v", o.OrderRowView, err)
	}
}

// A payment page that asks for the whole price is closed as the last of it leaves for less.
func TestAPageOfTheWholePriceIsClosedAtTheHandover(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	o := oneCancelled(t, c, 0)
	if _, err := c.Orders.PayLink(t.Context(), grace, o.InvoiceID); err != nil {
		t.Fatal(err)
	}
	o = seen(t, c, o.ID)
	req := leavesAt(o, o.HandoverCosts)
	req.UnpaidReason = "a regular"
	if _, err := c.Orders.HandOver(t.Context(), grace, o.ID, req); err != nil {
		t.Fatal(err)
	}
	if page := c.Stripe.Sessions()[0]; page.Amount != 40_00 || page.Status != "expired" {
		t.Errorf("%+v", page)
	}
}
