package order_test

import (
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/billing"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// restCancelled is an order of five copies for $40.00, all of it paid, of which two have left and the rest was cancelled: $24.00 is
// due back, and sent back where that is said.
func restCancelled(t *testing.T, c *apptest.Scenario, sentBack bool) (o order.StaffOrderView, item string) {
	t.Helper()
	o, item = fiveCopies(t, c, 2)
	if err := c.Billing.TakePayment(t.Context(), helper, o.InvoiceID, 0, shop.ByTransfer, 40_00, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := handOver(t.Context(), c.Orders, helper, o.ID, collected(item, 2)); err != nil {
		t.Fatal(err)
	}
	o, err := c.Orders.CancelRest(t.Context(), grace, o.ID, order.CancelRestRequest{Reason: "no more black"})
	if err != nil || o.DueBack != 24_00 || o.State != shop.OrderCompleted {
		t.Fatalf("%+v, %v", o.OrderRowView, err)
	}
	if said := lastTold(t, c, o.ID); said != "Cancelled the rest of the order: no more black. $24.00 has to be refunded." {
		t.Errorf("the log says %q", said)
	}
	if !sentBack {
		return o, item
	}
	if err := c.Billing.NoteRefund(t.Context(), grace, o.RefundsDue[0].PaymentID, billing.SentBackRequest{Reference: "bank transfer 17"}); err != nil {
		t.Fatal(err)
	}
	return seen(t, c, o.ID), item
}

// putsBack moves an order's job, which was cancelled, to the queue.
func putsBack(t *testing.T, c *apptest.Scenario, who shop.Actor, o order.StaffOrderView, n int) (order.StaffOrderView, error) {
	t.Helper()
	_, err := c.Jobs.Move(t.Context(), who, o.Jobs[n].ID, job.MoveRequest{State: shop.JobInQueue})
	return seen(t, c, o.ID), err
}

// What was cancelled is put back for the price of before: by whoever may cancel it, once the order costs less without.
func TestWhatIsPutBackCostsAgain(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o, item := restCancelled(t, c, false)
	if j := o.Jobs[0]; j.CostsAgain != 40_00 || len(j.Next) != 1 {
		t.Errorf("an admin is told that it costs %s again, and offered %v", j.CostsAgain, j.Next)
	}
	if page, err := c.Orders.StaffOrder(t.Context(), helper, o.ID); err != nil || len(page.Jobs[0].Next) != 0 {
		t.Errorf("staff are offered %v, %v", page.Jobs[0].Next, err)
	}
	for name, refused := range map[string]error{
		"by itself": func() error { _, err := putsBack(t, c, helper, o, 0); return err }(),
		"with others": func() error {
			got, err := c.Jobs.MoveAll(t.Context(), helper, job.MoveAllRequest{State: shop.JobInQueue, Jobs: []job.Ref{{ID: o.Jobs[0].ID, Version: o.Jobs[0].Version}}})
			if err != nil || len(got.Refused) != 1 {
				t.Errorf("%+v, %v", got, err)
				return nil
			}
			return shop.Forbiddenf(got.Refused[0].Code, "Refused.")
		}(),
	} {
		if !shop.IsCode(refused, "admin_only") {
			t.Errorf("by staff, %s: %v", name, refused)
		}
	}
	if now := seen(t, c, o.ID); now.State != shop.OrderCompleted || now.DueBack != 24_00 {
		t.Errorf("refused, and yet %+v", now.OrderRowView)
	}
	o, err := putsBack(t, c, grace, o, 0)
	if err != nil || o.State != shop.OrderOpen || o.Adjusted != 0 || o.DueBack != 0 || o.Balance != 0 || o.Hold != "" || o.Jobs[0].CostsAgain != 0 {
		t.Errorf("nothing was sent back: %+v, %v", o.OrderRowView, err)
	}
	makes(t, c, o.ID, 0)
	if o, err = handOver(t.Context(), c.Orders, helper, o.ID, collected(item, 3)); err != nil || o.State != shop.OrderCompleted || o.Held != o.Total {
		t.Errorf("what was paid leaves: %+v, %v", o.OrderRowView, err)
	}
}

// A handover whose undoing brings back what was cancelled, for the price of before, is undone by whoever may put that back; where
// nothing was paid, or no money was decided about, by staff.
func TestUndoingWhatRevivesAJob(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	undo := func(who shop.Actor, o order.StaffOrderView) (order.StaffOrderView, error) {
		return c.Orders.UndoHandover(t.Context(), who, o.ID, o.Handovers[0].ID, o.Handovers[0].Version, "came back")
	}
	offered := func(who shop.Actor, o order.StaffOrderView) bool {
		t.Helper()
		page, err := c.Orders.StaffOrder(t.Context(), who, o.ID)
		if err != nil {
			t.Fatal(err)
		}
		return page.Handovers[0].Undoable
	}

	o, _ := restCancelled(t, c, false)
	if offered(helper, o) || !offered(grace, o) {
		t.Errorf("offered to staff: %v, to an admin: %v", offered(helper, o), offered(grace, o))
	}
	if _, err := undo(helper, o); !shop.IsCode(err, "admin_only") {
		t.Errorf("by staff: %v", err)
	}
	if now := seen(t, c, o.ID); now.State != shop.OrderCompleted || now.DueBack != 24_00 || now.Handovers[0].Undone != 0 {
		t.Errorf("refused, and yet %+v", now.OrderRowView)
	}
	if o, err := undo(grace, o); err != nil || o.Adjusted != 0 || o.DueBack != 0 || o.Jobs[0].State == shop.JobCancelled || offered(grace, o) {
		t.Errorf("by an admin: %+v, %v", o.OrderRowView, err)
	}

	unpaid, item := fiveCopies(t, c, 2)
	req := collected(item, 2)
	req.UnpaidReason = "a regular"
	if _, err := handOver(t.Context(), c.Orders, grace, unpaid.ID, req); err != nil {
		t.Fatal(err)
	}
	unpaid, err := c.Orders.CancelRest(t.Context(), helper, unpaid.ID, order.CancelRestRequest{Reason: "no more black"})
	if err != nil || unpaid.Adjusted == 0 || !offered(helper, unpaid) {
		t.Fatalf("%+v, %v", unpaid.OrderRowView, err)
	}
	if o, err := undo(helper, unpaid); err != nil || o.Adjusted != 0 {
		t.Errorf("of what nobody paid: %+v, %v", o.OrderRowView, err)
	}

	part, item := fiveCopies(t, c, 2)
	if err := c.Billing.TakePayment(t.Context(), helper, part.InvoiceID, 0, shop.ByTransfer, 40_00, ""); err != nil {
		t.Fatal(err)
	}
	if part, err = handOver(t.Context(), c.Orders, helper, part.ID, collected(item, 2)); err != nil || !offered(helper, part) {
		t.Fatal(err)
	}
	if _, err := undo(helper, part); err != nil {
		t.Errorf("of what is still being made: %v", err)
	}
}

// What was sent back of it waits for an admin's answer, and nothing more leaves unpaid.
func TestWhatIsPutBackDoesNotLeaveUnpaid(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	for name, revive := range map[string]func(o order.StaffOrderView) (order.StaffOrderView, error){
		"put back": func(o order.StaffOrderView) (order.StaffOrderView, error) { return putsBack(t, c, grace, o, 0) },
		"its handover undone": func(o order.StaffOrderView) (order.StaffOrderView, error) {
			if o.Handovers[0].Lowered != 24_00 {
				t.Errorf("undoing it is said to take back %s", o.Handovers[0].Lowered)
			}
			return c.Orders.UndoHandover(t.Context(), grace, o.ID, o.Handovers[0].ID, 0, "came back")
		},
	} {
		o, item := restCancelled(t, c, true)
		o, err := revive(o)
		if err != nil || o.Adjusted != 0 || o.OpenRefunds != 24_00 || o.Missing != 24_00 || o.Hold == "" {
			t.Fatalf("%s: %+v, %v", name, o.OrderRowView, err)
		}
		if err := c.Billing.LiftHold(t.Context(), helper, o.ID, 0, "asked"); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		makes(t, c, o.ID, 0)
		o = seen(t, c, o.ID)
		rest := collected(item, o.Copies[0].Here)
		if _, err := handOver(t.Context(), c.Orders, helper, o.ID, rest); !shop.IsCode(err, "money_missing") {
			t.Errorf("%s: unpaid, by staff: %v", name, err)
		}
		if err := c.Billing.AnswerRefund(t.Context(), grace, o.ID, 0, true); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := handOver(t.Context(), c.Orders, helper, o.ID, rest); !shop.IsCode(err, "method_missing") {
			t.Errorf("%s: owed again: %v", name, err)
		}
		rest.Method = shop.ByTerminal
		if o, err = handOver(t.Context(), c.Orders, helper, o.ID, rest); err != nil || o.Held != 40_00 || o.State != shop.OrderCompleted {
			t.Errorf("%s: taken as it leaves: %+v, %v", name, o.OrderRowView, err)
		}
	}
}

// A price that was agreed on as the rest left goes with what is put back, whoever agreed on it; what is cancelled still is asked about
// as copies leave.
func TestAHandoversPriceGoesWithWhatIsPutBack(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o := blocks(t, c, "Lin Wei", 1, 1, 1)
	makes(t, c, o.ID, 0)
	for _, n := range []int{1, 2} {
		if _, err := c.Jobs.Move(t.Context(), helper, o.Jobs[n].ID, job.MoveRequest{State: shop.JobCancelled}); err != nil {
			t.Fatal(err)
		}
	}
	o = seen(t, c, o.ID)
	one := *o.HandoverCosts
	req := leavesAt(o, &one)
	req.Method = shop.ByTerminal
	o, err := c.Orders.HandOver(t.Context(), helper, o.ID, req)
	if err != nil || o.Adjusted != o.Total-one {
		t.Fatalf("%+v, %v", o.OrderRowView, err)
	}
	if _, err := putsBack(t, c, helper, o, 1); !shop.IsCode(err, "admin_only") {
		t.Errorf("by staff: %v", err)
	}
	if o, err = putsBack(t, c, grace, o, 1); err != nil || o.Adjusted != 0 || o.Balance != o.Total-one || o.InvoiceState != shop.Pending {
		t.Fatalf("%+v, %v", o.OrderRowView, err)
	}
	for _, req := range []job.MoveRequest{{State: shop.JobPrinting, PrinterID: printers(t, c)[0]}, {State: shop.JobPrintingComplete}} {
		if _, err := c.Jobs.Move(t.Context(), helper, o.Jobs[1].ID, req); err != nil {
			t.Fatal(err)
		}
	}
	o = seen(t, c, o.ID)
	if o.HandoverCosts == nil || *o.HandoverCosts <= one || *o.HandoverCosts >= o.Total {
		t.Fatalf("two of three cost %v", o.HandoverCosts)
	}
	two := *o.HandoverCosts
	req = collected(o.Jobs[1].ItemID, 1)
	req.Version, req.InvoiceVersion, req.Costs = o.Version, o.InvoiceVersion, &two
	if _, err := c.Orders.HandOver(t.Context(), helper, o.ID, req); !shop.IsCode(err, "method_missing") {
		t.Errorf("unpaid: %v", err)
	}
	req.Method = shop.ByTerminal
	if o, err = c.Orders.HandOver(t.Context(), helper, o.ID, req); err != nil || o.State != shop.OrderCompleted || o.Paid != two || o.Balance != 0 {
		t.Errorf("%+v, %v", o.OrderRowView, err)
	}
}

// What was given up is asked for again before anything is made after all.
func TestWhatWasWrittenOffIsNotPutBack(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o, item := fiveCopies(t, c, 2)
	req := collected(item, 2)
	req.UnpaidReason = "a regular"
	if _, err := handOver(t.Context(), c.Orders, grace, o.ID, req); err != nil {
		t.Fatal(err)
	}
	o, err := c.Orders.CancelRest(t.Context(), grace, o.ID, order.CancelRestRequest{Reason: "no more black!"})
	if err != nil || o.Balance != 16_00 {
		t.Fatalf("%+v, %v", o.OrderRowView, err)
	}
	if err := c.Orders.WriteOff(t.Context(), grace, o.InvoiceID, 0, "They moved away."); err != nil {
		t.Fatal(err)
	}
	if _, err := putsBack(t, c, grace, o, 0); !shop.IsCode(err, "invoice_written_off") || !strings.Contains(err.Error(), "Undo that first.") {
		t.Errorf("%v", err)
	}
	if now := seen(t, c, o.ID); now.State != shop.OrderCompleted || now.Adjusted != 24_00 {
		t.Errorf("refused, and yet %+v", now.OrderRowView)
	}
}
