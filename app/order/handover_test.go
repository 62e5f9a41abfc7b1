package order_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// handOver hands over as somebody does who has just read what is owed.
func handOver(ctx context.Context, orders *order.Service, who shop.Actor, id string, req order.HandOverRequest) (order.StaffOrderView, error) {
	if req.InvoiceVersion == 0 {
		seen, err := orders.StaffOrder(ctx, who, id)
		if err != nil {
			return seen, err
		}
		req.InvoiceVersion = seen.InvoiceVersion
	}
	return orders.HandOver(ctx, who, id, req)
}

// collected is a handover of copies of an item to Lin Wei.
func collected(itemID string, copies int) order.HandOverRequest {
	return order.HandOverRequest{Kind: shop.Collected, CollectedBy: "Lin Wei", Items: []shop.HandoverItem{{ItemID: itemID, Copies: copies}}}
}

func parcel(number, itemID string, copies int) order.HandOverRequest {
	return order.HandOverRequest{Kind: shop.Sent, Carrier: "Australia Post", TrackingNumber: number, Items: []shop.HandoverItem{{ItemID: itemID, Copies: copies}}}
}

// fiveCopies is an order of five copies that was released, of which so many are good: the others failed and wait in the queue.
func fiveCopies(t *testing.T, c *apptest.Scenario, good int) (o order.StaffOrderView, item string) {
	t.Helper()
	block := apptest.Block(20, 20, 10)
	who := helper
	who.CartID = c.NewCart()
	c.Begin(who.CartID, "block.stl", block, len(block))
	c.AwaitSliced(who.CartID)
	copies := 5
	if _, err := c.Carts.PatchParts(t.Context(), shop.Visitor(who.CartID), 0, nil, shop.ChoicesPatch{Copies: &copies}); err != nil {
		t.Fatal(err)
	}
	c.AwaitSliced(who.CartID)
	total := shop.Cents(40_00)
	placed, err := c.Orders.TakeCounterOrder(t.Context(), who, order.CounterOrderRequest{
		Contact: shop.Contact{Name: "Lin Wei", Phone: "0400 000 000"}, Delivery: shop.Delivery{Method: shop.Pickup}, Payment: shop.AtPickup, AdjustedTotal: &total, Reason: "agreed by phone",
	})
	if err != nil {
		t.Fatal(err)
	}
	if o, err = c.Orders.ReleaseOrder(t.Context(), helper, placed.OrderID, 0, ""); err != nil {
		t.Fatal(err)
	}
	if good > 0 {
		makes(t, c, o.ID, copies-good)
	}
	if o, err = c.Orders.StaffOrder(t.Context(), helper, o.ID); err != nil {
		t.Fatal(err)
	}
	return o, o.Items[0].ID
}

// makes prints what is owed of an order's only job; what fails waits in the queue again, and what does not is packed.
func makes(t *testing.T, c *apptest.Scenario, orderID string, failed int) {
	t.Helper()
	board, err := c.Jobs.List(t.Context(), helper, job.ListFilter{})
	if err != nil {
		t.Fatal(err)
	}
	o, err := c.Orders.StaffOrder(t.Context(), helper, orderID)
	if err != nil {
		t.Fatal(err)
	}
	moves := []job.MoveRequest{{State: shop.JobPrinting, PrinterID: board.Printers[0].ID}, {State: shop.JobPrintingComplete, FailedCopies: failed}}
	if failed == 0 {
		moves = append(moves, job.MoveRequest{State: shop.JobPackaging}, job.MoveRequest{State: shop.JobReadyToCollect, Shelf: "B3"})
	}
	for _, req := range moves {
		if _, err := c.Jobs.Move(t.Context(), helper, o.Jobs[0].ID, req); err != nil {
			t.Fatalf("to %s: %v", req.State, err)
		}
	}
}

// tally is where an order's copies are, in its only item: left, here, to come.
func tally(o order.StaffOrderView) [3]int {
	return [3]int{o.Copies[0].Left, o.Copies[0].Here, o.Copies[0].ToCome}
}

// Collected in two goes: what is good while the rest is printed again, then the rest; with the last copy the order closes.
func TestAnOrderIsCollectedInParts(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o, item := fiveCopies(t, c, 3)
	if tally(o) != [3]int{0, 3, 2} || !slices.Contains(o.Actions, "hand_over") || o.Status != "in_production" {
		t.Fatalf("%v, %q, %s", tally(o), o.Actions, o.Status)
	}
	if _, err := c.Orders.HandOver(t.Context(), helper, o.ID, collected(item, 2)); !shop.IsCode(err, "version_missing") {
		t.Errorf("without having read what is owed: %v", err)
	}
	if _, err := handOver(t.Context(), c.Orders, helper, o.ID, collected(item, 2)); !shop.IsCode(err, "method_missing") {
		t.Errorf("without the money: %v", err)
	}
	req := collected(item, 2)
	req.Method = shop.ByTerminal
	o, err := handOver(t.Context(), c.Orders, helper, o.ID, req)
	if err != nil {
		t.Fatal(err)
	}
	if tally(o) != [3]int{2, 1, 2} || o.State != shop.OrderOpen || o.Balance != 0 || len(o.Payments) != 1 || o.Jobs[0].State != shop.JobInQueue {
		t.Errorf("%v, %+v", tally(o), o.OrderRowView)
	}
	if h := o.Handovers[0]; h.CollectedBy != "Lin Wei" || h.By != helper.Name || h.At == 0 || h.UnpaidReason != "" || h.Items[0].Name != "block.stl" {
		t.Errorf("%+v", h)
	}
	if _, err := handOver(t.Context(), c.Orders, helper, o.ID, collected(item, 2)); !shop.IsCode(err, "copies_not_here") {
		t.Errorf("more than is here: %v", err)
	}
	makes(t, c, o.ID, 0)
	if o, err = handOver(t.Context(), c.Orders, helper, o.ID, collected(item, 1)); err != nil || tally(o) != [3]int{3, 2, 0} || o.State != shop.OrderOpen || o.Jobs[0].State != shop.JobReadyToCollect {
		t.Errorf("%v, %+v, %v", tally(o), o.OrderRowView, err)
	}
	if o, err = handOver(t.Context(), c.Orders, helper, o.ID, collected(item, 2)); err != nil || tally(o) != [3]int{5, 0, 0} || o.Status != "completed" || o.Jobs[0].State != shop.JobCompleted || len(o.Handovers) != 3 {
		t.Errorf("%v, %+v, %v", tally(o), o.OrderRowView, err)
	}
	if _, err := handOver(t.Context(), c.Orders, helper, o.ID, collected(item, 1)); !shop.IsCode(err, "nothing_to_hand_over") {
		t.Errorf("once more: %v", err)
	}
	if _, err := c.Orders.CancelOrder(t.Context(), grace, o.ID, 0, "No."); !shop.IsCode(err, "order_left") {
		t.Errorf("cancelled when all is gone: %v", err)
	}
}

// Sent in two parcels, each with its number, by which the order is found.
func TestAnOrderIsSentInTwoParcels(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o, item := fiveCopies(t, c, 5)
	if err := c.Billing.TakePayment(t.Context(), helper, o.InvoiceID, 0, shop.ByTransfer, o.Balance, ""); err != nil {
		t.Fatal(err)
	}
	for i, number := range []string{"33XB0001", "33XB0002"} {
		var err error
		if o, err = handOver(t.Context(), c.Orders, helper, o.ID, parcel(number, item, 2+i)); err != nil {
			t.Fatal(err)
		}
		found, err := c.Orders.Orders(t.Context(), helper, order.OrderFilter{Tab: "all", Query: number})
		if err != nil || len(found.Orders) != 1 || found.Orders[0].ID != o.ID {
			t.Errorf("%s finds %+v, %v", number, found.Orders, err)
		}
	}
	if o.Status != "shipped" || o.State != shop.OrderCompleted || len(o.Handovers) != 2 || !strings.HasSuffix(o.Handovers[1].TrackingURL, "33XB0002") {
		t.Errorf("%+v, %+v", o.OrderRowView, o.Handovers)
	}
	page, err := c.Orders.CustomerOrder(t.Context(), shop.Guest(o.ID), "")
	if err != nil || len(page.Handovers) != 2 || page.Handovers[0].Items[0].Copies != 2 || page.Handovers[0].TrackingNumber != "33XB0001" || page.Items[0].Left != 5 {
		t.Errorf("the customer reads %+v, %v", page.Handovers, err)
	}
	// The number was typed wrong.
	h := o.Handovers[0]
	fix := order.HandoverCorrection{Version: h.Version, Carrier: "Australia Post", TrackingNumber: "33XB9999", Reason: "A digit was wrong."}
	if _, err := c.Orders.CorrectHandover(t.Context(), helper, o.ID, h.ID, order.HandoverCorrection{Carrier: "DHL"}); !shop.IsCode(err, "reason_missing") {
		t.Errorf("without a reason: %v", err)
	}
	if o, err = c.Orders.CorrectHandover(t.Context(), helper, o.ID, h.ID, fix); err != nil || o.Handovers[0].TrackingNumber != "33XB9999" || o.Handovers[0].Version != h.Version+1 || o.Activity[len(o.Activity)-1].Code != shop.VerbHandoverCorrected && o.Activity[0].Code != shop.VerbHandoverCorrected {
		t.Errorf("%+v, %v", o.Handovers, err)
	}
	if _, err := c.Orders.CorrectHandover(t.Context(), helper, o.ID, h.ID, fix); !shop.IsCode(err, "changed_meanwhile") {
		t.Errorf("from a page of before: %v", err)
	}
	for number, want := range map[string]int{"33XB0001": 0, "33XB9999": 1} {
		if found, err := c.Orders.Orders(t.Context(), helper, order.OrderFilter{Tab: "all", Query: number}); err != nil || len(found.Orders) != want {
			t.Errorf("%s finds %+v, %v", number, found.Orders, err)
		}
	}
	if _, err := c.Orders.CorrectHandover(t.Context(), helper, o.ID, shop.NewID(), fix); !shop.IsCode(err, "handover_not_found") {
		t.Errorf("one that is not there: %v", err)
	}
}

// Nothing unpaid leaves but by an admin's reason, which is kept.
func TestWhatIsNotPaidLeavesByAnAdminsReason(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o, item := fiveCopies(t, c, 5)
	req := collected(item, 5)
	req.UnpaidReason = "The school pays at the end of term."
	if _, err := handOver(t.Context(), c.Orders, helper, o.ID, req); !shop.IsKind(err, shop.Forbidden) {
		t.Errorf("by staff: %v", err)
	}
	o, err := handOver(t.Context(), c.Orders, grace, o.ID, req)
	if err != nil {
		t.Fatal(err)
	}
	if o.State != shop.OrderCompleted || o.Balance != 40_00 || o.Handovers[0].UnpaidReason != req.UnpaidReason || len(o.PayMethods)+len(o.Payments) == 0 || !slices.Contains(o.Actions, "mark_paid") {
		t.Errorf("%+v, %+v", o.OrderRowView, o.Handovers)
	}
	if found, err := c.Orders.Orders(t.Context(), helper, order.OrderFilter{Tab: "unpaid"}); err != nil || len(found.Orders) != 1 {
		t.Errorf("it is not among the unpaid: %+v, %v", found.Orders, err)
	}
	if page, err := c.Orders.CustomerOrder(t.Context(), shop.Guest(o.ID), ""); err != nil || page.Balance != 40_00 {
		t.Errorf("the customer owes %s, %v", page.Balance, err)
	}
}

// What waits because it is not paid any more leaves by an admin's reason, too, and nothing of it waits from then on.
func TestWhatIsNotPaidAnyMoreLeavesByAnAdminsReason(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o, item := fiveCopies(t, c, 5)
	if err := c.Billing.TakePayment(t.Context(), helper, o.InvoiceID, 0, shop.ByTransfer, o.Balance, ""); err != nil {
		t.Fatal(err)
	}
	o, err := c.Orders.StaffOrder(t.Context(), grace, o.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Billing.ReversePayment(t.Context(), grace, o.Payments[0].ID, o.Payments[0].Version, "It was for another order."); err != nil {
		t.Fatal(err)
	}
	req := collected(item, 5)
	if _, err := handOver(t.Context(), c.Orders, helper, o.ID, req); !shop.IsCode(err, "method_missing") {
		t.Errorf("without the money: %v", err)
	}
	req.UnpaidReason = "A regular."
	if o, err = handOver(t.Context(), c.Orders, grace, o.ID, req); err != nil || o.Hold != "" || o.Status != "completed" || o.Balance != 40_00 {
		t.Errorf("%+v, %v", o.OrderRowView, err)
	}
}

// Two members of staff give the same copies away at once: one of them does, and the other reads why not.
func TestTwoHandOverTheSameCopies(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	for _, version := range []bool{true, false} { // decided on the same page, or not on any
		o, item := fiveCopies(t, c, 5)
		req := collected(item, 3)
		req.Method = shop.ByTransfer
		if version {
			req.Version = o.Version
		}
		var at sync.WaitGroup
		errs := make([]error, 2)
		for i, who := range []shop.Actor{helper, grace} {
			at.Go(func() { _, errs[i] = handOver(t.Context(), c.Orders, who, o.ID, req) })
		}
		at.Wait()
		lost := errs[0]
		if lost == nil {
			lost = errs[1]
		}
		code := map[bool]shop.Code{true: "changed_meanwhile", false: "copies_not_here"}[version]
		if (errs[0] == nil) == (errs[1] == nil) || !shop.IsCode(lost, code) || !shop.IsKind(lost, shop.Conflict) {
			t.Errorf("%v, %v", errs[0], errs[1])
		}
		if o, err := c.Orders.StaffOrder(t.Context(), helper, o.ID); err != nil || tally(o) != [3]int{3, 2, 0} || len(o.Payments) != 1 || len(o.Handovers) != 1 {
			t.Errorf("%v, %d payments, %d handovers, %v", tally(o), len(o.Payments), len(o.Handovers), err)
		}
	}
}

// A handover that was a mistake is undone: the copies are back on their shelf, the order is open, and the money stays.
func TestAHandoverIsUndone(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o, item := fiveCopies(t, c, 5)
	req := collected(item, 5)
	req.Method = shop.ByCash
	o, err := handOver(t.Context(), c.Orders, helper, o.ID, req)
	if err != nil || o.Shelf != "" {
		t.Fatalf("on shelf %q, %v", o.Shelf, err)
	}
	h := o.Handovers[0]
	undo := func(version int, reason string) error {
		v, err := c.Orders.UndoHandover(t.Context(), helper, o.ID, h.ID, version, reason)
		if err == nil {
			o = v
		}
		return err
	}
	if err := undo(h.Version, " "); !shop.IsCode(err, "reason_missing") {
		t.Errorf("without a reason: %v", err)
	}
	if err := undo(h.Version, "It was somebody else's order."); err != nil {
		t.Fatal(err)
	}
	if tally(o) != [3]int{0, 5, 0} || o.Status != "ready_to_collect" || o.Shelf != "B3" || o.Balance != 0 || o.Jobs[0].State != shop.JobReadyToCollect || o.Handovers[0].UndoneBy != helper.Name || o.Handovers[0].UndoReason == "" {
		t.Errorf("%v, %+v, %+v", tally(o), o.OrderRowView, o.Handovers)
	}
	if err := undo(h.Version, "Again."); !shop.IsCode(err, "changed_meanwhile") {
		t.Errorf("from a page of before: %v", err)
	}
	if err := undo(0, "Again."); !shop.IsCode(err, "handover_undone") {
		t.Errorf("twice: %v", err)
	}
	if page, err := c.Orders.CustomerOrder(t.Context(), shop.Guest(o.ID), ""); err != nil || len(page.Handovers) != 0 || page.Shelf != "B3" || page.Items[0].Ready != 5 {
		t.Errorf("the customer reads %+v, %v", page, err)
	}
	if o, err = handOver(t.Context(), c.Orders, helper, o.ID, collected(item, 5)); err != nil || o.State != shop.OrderCompleted || len(o.Payments) != 1 {
		t.Errorf("handed over for good: %+v, %v", o.OrderRowView, err)
	}
}
