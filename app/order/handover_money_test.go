package order_test

import (
	"slices"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// paidByCard is an order of one copy that was paid by card and is ready.
func paidByCard(t *testing.T, c *apptest.Scenario) order.StaffOrderView {
	t.Helper()
	v := apptest.NewVisitor(t, c)
	v.Drop("block.stl", apptest.Block(20, 20, 10))
	v.Sliced()
	placed := v.Checkout(apptest.Order(shop.ByCard, v.Price().Price.Total))
	v.PaysOn(placed.PayURL)
	o := find(t, c, placed.OrderNumber)
	apptest.Await(t, "paid", func() bool { o = seen(t, c, o.ID); return o.Balance == 0 && len(o.Payments) == 1 && len(o.Jobs) == 1 })
	makes(t, c, o.ID, 0)
	return seen(t, c, o.ID)
}

// refundsAll sends all of an order's money back in Stripe.
func refundsAll(t *testing.T, c *apptest.Scenario, o order.StaffOrderView) order.StaffOrderView {
	t.Helper()
	if err := c.Stripe.Refund(o.Payments[0].Reference, int64(o.Total)); err != nil {
		t.Fatal(err)
	}
	apptest.Await(t, "the refund", func() bool { o = seen(t, c, o.ID); return o.Held == 0 })
	return o
}

// What was wholly refunded leaves only by an admin's word, whatever became of the hold for it.
func TestRefundedGoodsDoNotLeave(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	for name, was := range map[string]func(o order.StaffOrderView) (order.StaffOrderView, error){
		"refunded when it had left, which is undone": func(o order.StaffOrderView) (order.StaffOrderView, error) {
			o, err := handOver(t.Context(), c.Orders, helper, o.ID, collected(o.Items[0].ID, 1))
			if err != nil {
				return o, err
			}
			if o = refundsAll(t, c, o); o.Hold != "" {
				t.Errorf("what is done is on hold: %q", o.Hold)
			}
			return c.Orders.UndoHandover(t.Context(), helper, o.ID, o.Handovers[0].ID, 0, "came back")
		},
		"refunded before it left": func(o order.StaffOrderView) (order.StaffOrderView, error) { return refundsAll(t, c, o), nil },
	} {
		o, err := was(paidByCard(t, c))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if o.Hold == "" || o.Missing != o.Total {
			t.Errorf("%s: hold %q, %s is missing", name, o.Hold, o.Missing)
		}
		if err := c.Billing.LiftHold(t.Context(), helper, o.ID, 0, "asked"); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		req := collected(o.Items[0].ID, 1)
		if _, err := handOver(t.Context(), c.Orders, helper, o.ID, req); !shop.IsCode(err, "money_missing") {
			t.Errorf("%s: by staff: %v", name, err)
		}
		req.UnpaidReason = "a regular"
		if _, err := handOver(t.Context(), c.Orders, helper, o.ID, req); !shop.IsKind(err, shop.Forbidden) {
			t.Errorf("%s: by staff, with a reason: %v", name, err)
		}
		if o, err = handOver(t.Context(), c.Orders, grace, o.ID, req); err != nil || o.State != shop.OrderCompleted || o.Handovers[len(o.Handovers)-1].UnpaidReason == "" {
			t.Errorf("%s: by an admin: %v, %s", name, err, o.State)
		}
	}
}

// Goods that left unpaid are owed for: nobody makes that vanish by refusing the order with its files.
func TestWhatLeftUnpaidIsNotRefusedAndDeleted(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o, item := fiveCopies(t, c, 3)
	req := collected(item, 3)
	req.UnpaidReason = "a regular"
	if _, err := handOver(t.Context(), c.Orders, grace, o.ID, req); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Orders.RefuseOrder(t.Context(), helper, o.ID, 0, "not wanted", true); !shop.IsCode(err, "order_partly_left") {
		t.Error(err)
	}
	if now := seen(t, c, o.ID); now.Balance != o.Total || now.State != shop.OrderOpen {
		t.Errorf("%s is owed, %s", now.Balance, now.State)
	}
}

// A handover takes what its dialog showed: another amount by now is asked about again.
func TestAHandoverTakesWhatWasShown(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o, item := fiveCopies(t, c, 5)
	if err := c.Billing.TakePayment(t.Context(), helper, o.InvoiceID, 0, shop.ByTransfer, 15_00, ""); err != nil {
		t.Fatal(err)
	}
	o = seen(t, c, o.ID)
	if err := c.Billing.ReversePayment(t.Context(), grace, o.Payments[0].ID, 0, "another order's"); err != nil {
		t.Fatal(err)
	}
	req := collected(item, 5)
	req.Method, req.Version, req.InvoiceVersion = shop.ByTerminal, o.Version, o.InvoiceVersion
	if _, err := handOver(t.Context(), c.Orders, helper, o.ID, req); !shop.IsCode(err, "changed_meanwhile") {
		t.Errorf("the amount is another: %v", err)
	}
	now := seen(t, c, o.ID)
	req.Version, req.InvoiceVersion = now.Version, now.InvoiceVersion
	if now, err := handOver(t.Context(), c.Orders, helper, o.ID, req); err != nil || now.Balance != 0 {
		t.Errorf("as it is now: %v", err)
	}
}

// What was paid for is not cancelled job by job by whoever may not cancel the order.
func TestAJobThatWasPaidIsAnAdminsToCancel(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o, item := fiveCopies(t, c, 3)
	cancels := func(who shop.Actor) error {
		_, err := c.Jobs.Move(t.Context(), who, o.Jobs[0].ID, job.MoveRequest{State: shop.JobCancelled})
		return err
	}
	if err := cancels(helper); err != nil {
		t.Fatalf("unpaid: %v", err)
	}
	if _, err := c.Jobs.Move(t.Context(), helper, o.Jobs[0].ID, job.MoveRequest{State: shop.JobInQueue}); err != nil {
		t.Fatal(err)
	}
	req := collected(item, 2)
	req.Method = shop.ByTerminal
	if _, err := handOver(t.Context(), c.Orders, helper, o.ID, req); err != nil {
		t.Fatal(err)
	}
	if err := cancels(helper); !shop.IsKind(err, shop.Forbidden) {
		t.Errorf("paid, by staff: %v", err)
	}
	// What they may not do they are not offered: on the jobs page, on the order's, or by the answer to a move. Nor is an admin what is
	// refused: the last of an order leads to its rest.
	offers := func(j shop.Job, rest bool) bool {
		return j.Rest == rest && !slices.Contains(j.Next, shop.JobCancelled) && slices.Contains(j.Next, shop.JobPrinting)
	}
	for _, who := range []shop.Actor{helper, grace} {
		may := who.Role == shop.RoleAdmin
		list, err := c.Jobs.List(t.Context(), who, job.ListFilter{})
		if err != nil || len(list.Jobs) != 1 || !offers(list.Jobs[0], may) {
			t.Errorf("%s is offered %+v, %v", who.Name, list.Jobs, err)
		}
		page, err := c.Orders.StaffOrder(t.Context(), who, o.ID)
		if err != nil || !offers(page.Jobs[0], may) {
			t.Errorf("%s is offered %+v on the order's page, %v", who.Name, page.Jobs[0], err)
		}
		moved, err := c.Jobs.Move(t.Context(), who, o.Jobs[0].ID, job.MoveRequest{State: page.Jobs[0].State, Note: "For " + who.Name})
		if err != nil || !offers(moved, may) {
			t.Errorf("%s is offered %+v after a move, %v", who.Name, moved, err)
		}
	}
	got, err := c.Jobs.MoveAll(t.Context(), grace, job.MoveAllRequest{State: shop.JobCancelled, Reason: "No more black.", Jobs: []job.Ref{{ID: o.Jobs[0].ID, Version: seen(t, c, o.ID).Jobs[0].Version}}})
	if err != nil || len(got.Refused) != 1 || got.Refused[0].Code != "job_is_the_rest" {
		t.Errorf("with others: %+v, %v", got, err)
	}
	undo := job.UndoRequest{Jobs: []job.Ref{{ID: o.Jobs[0].ID, Version: seen(t, c, o.ID).Jobs[0].Version}}}
	if got, err := c.Jobs.Undo(t.Context(), helper, undo); err != nil || len(got.Refused) != 1 {
		t.Errorf("by undoing a move: %+v, %v", got, err)
	}
	if now := seen(t, c, o.ID); now.State != shop.OrderOpen {
		t.Errorf("%s", now.State)
	}
	if err := cancels(grace); !shop.IsCode(err, "job_is_the_rest") { // which asks what the order costs then
		t.Errorf("paid, by an admin: %v", err)
	}
}

// What comes back of an order of which the rest was cancelled can leave again.
func TestAHandoverIsUndoneAfterTheRestWasCancelled(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o, item := fiveCopies(t, c, 3)
	req := collected(item, 3)
	req.Method = shop.ByTerminal
	if _, err := handOver(t.Context(), c.Orders, helper, o.ID, req); err != nil {
		t.Fatal(err)
	}
	o, err := c.Orders.CancelRest(t.Context(), grace, o.ID, order.CancelRestRequest{Reason: "the printer broke"})
	if err != nil {
		t.Fatal(err)
	}
	if o, err = c.Orders.UndoHandover(t.Context(), grace, o.ID, o.Handovers[0].ID, 0, "came back"); err != nil {
		t.Fatal(err)
	}
	if tally(o) != [3]int{0, 3, 2} || o.State != shop.OrderOpen || o.Jobs[0].State != shop.JobInQueue {
		t.Errorf("%v, %s, %s", tally(o), o.State, o.Jobs[0].State)
	}
	if o, err = handOver(t.Context(), c.Orders, helper, o.ID, collected(item, 3)); err != nil || tally(o) != [3]int{3, 0, 2} {
		t.Errorf("again: %v, %v", tally(o), err)
	}
}
