package order_test

import (
	"slices"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// twoParts is a counter order of a block and a lid, for what they come to.
func (a atCounter) twoParts(by shop.PaymentMethod) order.StaffOrderView {
	a.t.Helper()
	who := a.who
	who.CartID = a.NewCart()
	for name, file := range map[string][]byte{"block.stl": apptest.Block(20, 20, 10), "lid.stl": apptest.Block(30, 30, 8)} {
		a.Begin(who.CartID, name, file, len(file))
	}
	a.AwaitSliced(who.CartID)
	cart, err := a.Carts.Get(a.t.Context(), who)
	if err != nil {
		a.t.Fatal(err)
	}
	placed, err := a.Orders.TakeCounterOrder(a.t.Context(), who, order.CounterOrderRequest{
		Contact: shop.Contact{Name: "Lin Wei", Phone: "0400 000 000"}, Delivery: shop.Delivery{Method: shop.Pickup}, Payment: by, ExpectedTotal: cart.Price.Total,
	})
	if err != nil {
		a.t.Fatal(err)
	}
	return a.seen(placed.OrderID)
}

// part is an item of an order by its name, as an admin sees it.
func (a atCounter) part(o order.StaffOrderView, name string) order.StaffItemView {
	a.t.Helper()
	o = seen(a.t, a.Scenario, o.ID)
	at := slices.IndexFunc(o.Items, func(it order.StaffItemView) bool { return it.Name == name })
	if at < 0 {
		a.t.Fatalf("%s is not in %s", name, o.Number)
	}
	return o.Items[at]
}

const noLid = "We can’t make the lid."

// leaves leaves the lid out of an order.
func (a atCounter) leaves(who shop.Actor, o order.StaffOrderView) (order.StaffOrderView, error) {
	a.t.Helper()
	return a.Orders.LeaveOut(a.t.Context(), who, o.ID, a.part(o, "lid.stl").ID, order.LeaveOutRequest{Version: o.Version, Reason: " " + noLid + "\n"})
}

// takes takes a payment for an order.
func (a atCounter) takes(o order.StaffOrderView, amount shop.Cents) order.StaffOrderView {
	a.t.Helper()
	if err := a.Billing.TakePayment(a.t.Context(), a.who, o.InvoiceID, 0, shop.ByTransfer, amount, ""); err != nil {
		a.t.Fatal(err)
	}
	return a.seen(o.ID)
}

// Before anything is issued the price and the draft are made anew without a part, which is not printed; put back, it costs what it did.
func TestAPartIsLeftOutBeforeItIsPaid(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{}))
	o := a.twoParts(shop.ByTransfer)
	lid := a.part(o, "lid.stl")
	if !lid.MayLeaveOut || lid.MayPutBack || lid.CostsWithout == nil || *lid.CostsWithout >= o.Total || *lid.CostsWithout <= 0 {
		t.Fatalf("%+v", lid)
	}
	if _, err := a.Orders.LeaveOut(t.Context(), a.who, o.ID, lid.ID, order.LeaveOutRequest{Reason: " \n"}); !shop.IsCode(err, "reason_missing") {
		t.Errorf("without a reason: %v", err)
	}
	page, err := a.Orders.PayLink(t.Context(), grace, o.InvoiceID)
	if err != nil || page == "" {
		t.Fatal(err)
	}
	now, err := a.leaves(a.who, o)
	if err != nil {
		t.Fatal(err)
	}
	if now.Total != *lid.CostsWithout || now.Balance != now.Total || now.InvoiceID == o.InvoiceID || now.InvoiceState != shop.Draft || now.InvoiceNumber != "" || now.Activity[0].Code != shop.VerbItemLeftOut {
		t.Errorf("%s instead of %s is asked for: %+v", now.Total, *lid.CostsWithout, now.OrderRowView)
	}
	if a.Stripe.Sessions()[0].Status != "expired" {
		t.Error("the old price can be paid")
	}
	customer, err := a.Orders.CustomerOrder(t.Context(), shop.Guest(o.ID), "")
	if at := slices.IndexFunc(customer.Items, func(it order.OrderItemView) bool { return it.Name == "lid.stl" }); err != nil || customer.Items[at].LeftOut != noLid || customer.Items[1-at].LeftOut != "" || customer.Balance != now.Total || customer.Items[at].ToCome != 0 {
		t.Errorf("its customer reads %+v, %v", customer.Items, err)
	}
	if _, err := a.leaves(a.who, now); !shop.IsCode(err, "item_left_out") {
		t.Errorf("twice: %v", err)
	}
	block := a.part(o, "block.stl")
	if _, err := a.Orders.LeaveOut(t.Context(), a.who, o.ID, block.ID, order.LeaveOutRequest{Reason: "Nor this."}); !shop.IsCode(err, "item_is_the_last") || block.MayLeaveOut {
		t.Errorf("the last: %v, %v", block.MayLeaveOut, err)
	}
	if now, err = a.Orders.PutBackItem(t.Context(), a.who, o.ID, lid.ID, now.Version); err != nil || now.Total != o.Total || now.Balance != o.Total || now.InvoiceState != shop.Draft || a.part(o, "lid.stl").LeftOut != "" {
		t.Errorf("put back, it costs %s instead of %s: %v", now.Total, o.Total, err)
	}
	// Not for another price, which would stay once it is put back; then it is paid: one job is made, and the part cannot come back.
	costs := *lid.CostsWithout - 100
	req := order.LeaveOutRequest{Reason: noLid, Costs: &costs, CostsReason: "as agreed"}
	if _, err := a.Orders.LeaveOut(t.Context(), grace, o.ID, lid.ID, req); !shop.IsCode(err, "costs_not_asked") {
		t.Errorf("for another price: %v", err)
	}
	costs = *lid.CostsWithout
	if now, err = a.Orders.LeaveOut(t.Context(), grace, o.ID, lid.ID, req); err != nil || now.Total != costs {
		t.Fatalf("%s instead of %s: %v", now.Total, costs, err)
	}
	now = a.takes(now, costs)
	if now.InvoiceState != shop.Paid || len(now.Jobs) != 1 || now.Jobs[0].Title != "block.stl" || now.Status != "paid" {
		t.Errorf("paid, it is %s with %d jobs", now.Status, len(now.Jobs))
	}
	if _, err := a.Orders.PutBackItem(t.Context(), grace, o.ID, lid.ID, 0); !shop.IsCode(err, "item_not_invoiced") {
		t.Errorf("put back once it is paid: %v", err)
	}
}

// Of a paid order an admin leaves a part out: its job stops, and what it cost is due back, until the job is put back.
func TestAPartIsLeftOutOnceItIsPaid(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{NoDoors: true}))
	o := a.twoParts(shop.ByTransfer)
	lid := a.part(o, "lid.stl")
	o = a.takes(o, o.Balance)
	if _, err := a.leaves(a.who, o); !shop.IsKind(err, shop.Forbidden) || a.seen(o.ID).Items[0].MayLeaveOut {
		t.Errorf("staff leave out what was paid: %v", err)
	}
	now, err := a.leaves(grace, o)
	if err != nil {
		t.Fatal(err)
	}
	less := o.Total - *lid.CostsWithout
	if now.Total != o.Total || now.Adjusted != less || now.DueBack != less || len(now.RefundsDue) != 1 || now.RefundsDue[0].Left != less || now.InvoiceState != shop.Paid || now.InvoiceNumber == "" || now.HandoverCosts != nil {
		t.Errorf("%s is due back instead of %s: %+v", now.DueBack, less, now.OrderRowView)
	}
	of := func(o order.StaffOrderView, name string) shop.Job {
		return o.Jobs[slices.IndexFunc(o.Jobs, func(j shop.Job) bool { return j.Title == name })]
	}
	if of(now, "lid.stl").State != shop.JobCancelled || of(now, "block.stl").State != shop.JobQueued || a.part(now, "lid.stl").LeftOut != noLid || a.part(now, "lid.stl").MayPutBack {
		t.Errorf("%+v", now.Jobs)
	}
	for _, r := range now.Price.Rows {
		if r.Kind == shop.RowLeftOut {
			t.Errorf("the price as it was agreed on has %+v", r)
		}
	}
	back := of(now, "lid.stl")
	if _, err := a.Jobs.Move(t.Context(), grace, back.ID, job.MoveRequest{Version: back.Version, State: shop.JobInQueue}); err != nil {
		t.Fatal(err)
	}
	if now = seen(t, a.Scenario, o.ID); now.Adjusted != 0 || now.DueBack != 0 || now.InvoiceState != shop.Paid || a.part(now, "lid.stl").LeftOut != "" {
		t.Errorf("put back in the queue, %s is due back", now.DueBack)
	}
	back = of(now, "lid.stl") // by undoing that, its job would be cancelled, and the whole asked for
	undone, err := a.Jobs.Undo(t.Context(), grace, job.UndoRequest{Jobs: []job.Ref{{ID: back.ID, Version: back.Version}}})
	if err != nil || len(undone.Refused) != 1 || undone.Refused[0].Code != "order_costs_again" {
		t.Errorf("undone: %+v, %v", undone, err)
	}
}

// What is released and not paid costs less; what is paid in part and with that in full is released, without the part.
func TestAPartIsLeftOutOfWhatIsOwed(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{NoDoors: true}))
	o := a.twoParts(shop.AtPickup)
	lid := a.part(o, "lid.stl")
	o, err := a.Orders.ReleaseOrder(t.Context(), a.who, o.ID, 0, "")
	if err != nil {
		t.Fatal(err)
	}
	if o, err = a.leaves(a.who, o); err != nil || o.Balance != *lid.CostsWithout || o.InvoiceState != shop.Pending || o.Status != "in_queue" {
		t.Errorf("released, %s is owed instead of %s: %v", o.Balance, *lid.CostsWithout, err)
	}
	if _, err := a.Orders.PutBackItem(t.Context(), grace, o.ID, lid.ID, 0); !shop.IsCode(err, "item_job_cancelled") {
		t.Errorf("put back beside its job: %v", err)
	}

	part := a.twoParts(shop.ByTransfer)
	lid = a.part(part, "lid.stl")
	part = a.takes(part, 100)
	less, err := a.leaves(grace, part)
	if err != nil || less.Released || less.Balance != *lid.CostsWithout-100 || !a.part(less, "lid.stl").MayPutBack {
		t.Errorf("paid in part, %s is owed: %v", less.Balance, err)
	}
	again, err := a.Orders.PutBackItem(t.Context(), grace, part.ID, lid.ID, 0)
	if err != nil || again.Balance != part.Balance || again.Adjusted != 0 {
		t.Errorf("put back, %s is owed instead of %s: %v", again.Balance, part.Balance, err)
	}
	part = a.takes(again, *lid.CostsWithout)
	now, err := a.leaves(grace, part)
	if err != nil || now.InvoiceState != shop.Paid || now.DueBack != 100 || !now.Released || len(now.Jobs) != 1 || now.Jobs[0].Title != "block.stl" {
		t.Errorf("paid with that, it is %s, %s due back, %d jobs: %v", now.Status, now.DueBack, len(now.Jobs), err)
	}
	moved := now.Jobs[0]
	for _, to := range []shop.JobState{shop.JobPrinting, shop.JobPrintingComplete, shop.JobPackaging, shop.JobReadyToCollect} {
		if moved, err = a.Jobs.Move(t.Context(), a.who, moved.ID, job.MoveRequest{State: to, PrinterID: now.Printers[0].ID, Shelf: "B3"}); err != nil {
			t.Fatal(err)
		}
	}
	req := collected(a.part(now, "block.stl").ID, 1)
	if now, err = handOver(t.Context(), a.Orders, a.who, now.ID, req); err != nil || now.State != shop.OrderCompleted {
		t.Errorf("all that is made has left, and it is %s: %v", now.State, err)
	}
	if _, err := a.Orders.LeaveOut(t.Context(), grace, now.ID, a.part(now, "block.stl").ID, order.LeaveOutRequest{Reason: "Too late."}); !shop.IsCode(err, "order_not_open") {
		t.Errorf("when all has left: %v", err)
	}
}

// In review a part is left out before the price is agreed on, and the price is that of the rest.
func TestAPartIsLeftOutInReview(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{NoDoors: true}))
	o := a.requested(map[string][]byte{"block.stl": apptest.Block(30, 30, 8), "vase.jpg": []byte("\xff\xd8\xff a vase")})
	photo := a.part(o, "vase.jpg")
	costs := shop.Cents(1)
	if _, err := a.Orders.LeaveOut(t.Context(), a.who, o.ID, photo.ID, order.LeaveOutRequest{Reason: "No photos.", Costs: &costs}); !shop.IsCode(err, "costs_not_asked") || photo.CostsWithout != nil {
		t.Errorf("for a price: %v", err)
	}
	if _, err := a.Orders.ApproveOrder(t.Context(), a.who, o.ID, order.ApproveRequest{}); !shop.IsCode(err, "items_unpriced") {
		t.Errorf("approved without a price: %v", err)
	}
	now, err := a.Orders.LeaveOut(t.Context(), a.who, o.ID, photo.ID, order.LeaveOutRequest{Reason: "No photos."})
	if err != nil || now.Status != "in_review" || len(now.ReviewReasons) != 0 {
		t.Fatalf("%s for %q, %v", now.Status, now.ReviewReasons, err)
	}
	if now, err = a.Orders.ApproveOrder(t.Context(), a.who, o.ID, order.ApproveRequest{}); err != nil || now.Balance != a.part(now, "block.stl").Price.Total && now.Balance <= 0 {
		t.Errorf("%s, %v", now.Balance, err)
	}
	// Its price was set without the photo, which has none.
	if _, err = a.Orders.PutBackItem(t.Context(), a.who, o.ID, photo.ID, 0); !shop.IsCode(err, "item_price_unknown") || a.part(now, "vase.jpg").MayPutBack {
		t.Errorf("put back once the price is set: %v", err)
	}

	// What staff set for both is not the price of one.
	both := a.requested(map[string][]byte{"block.stl": apptest.Block(30, 30, 8), "vase.jpg": []byte("\xff\xd8\xff another")})
	costs = 65_00
	if both, err = a.Orders.ApproveOrder(t.Context(), grace, both.ID, order.ApproveRequest{AdjustedTotal: &costs, Reason: "Both."}); err != nil {
		t.Fatal(err)
	}
	for _, it := range both.Items {
		if _, err := a.Orders.LeaveOut(t.Context(), grace, both.ID, it.ID, order.LeaveOutRequest{Reason: "No."}); !shop.IsCode(err, "item_price_unknown") || it.MayLeaveOut {
			t.Errorf("%s of what was priced as a whole: %v", it.Name, err)
		}
	}
}

// An order that waits for a refused model goes on without it, and waits again once it is put back.
func TestARefusedModelIsLeftOut(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{NoDoors: true}))
	o := a.twoParts(shop.ByTransfer)
	refused := a.requested(map[string][]byte{"block.stl": apptest.Block(30, 30, 8)}) // it is the lid
	a.refuses(refused.ID)
	if o = a.seen(o.ID); !o.HeldForModel || o.Status != "on_hold" {
		t.Fatalf("%s", o.Status)
	}
	now, err := a.leaves(a.who, o)
	if err != nil || now.Hold != "" || now.Status != "awaiting_payment" || lifted(now) != 1 {
		t.Errorf("without it, it is %s: %q, %v", now.Status, now.Hold, err)
	}
	if now, err = a.Orders.PutBackItem(t.Context(), a.who, o.ID, a.part(o, "lid.stl").ID, 0); err != nil || !now.HeldForModel || len(now.PayMethods) > 0 {
		t.Errorf("with it, it is %s: %v", now.Status, err)
	}
	if now, err = a.leaves(a.who, now); err != nil || now.Hold != "" {
		t.Errorf("without it again: %q, %v", now.Hold, err)
	}
}

// A part that was left out before its order was released has no job: it stays left out, and costs nothing, whatever else is cancelled and
// put back.
func TestWhatIsLeftOutStaysSo(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{NoDoors: true}))
	o := a.twoParts(shop.ByTransfer)
	lid := a.part(o, "lid.stl")
	o = a.takes(o, 100)
	o, err := a.leaves(grace, o)
	if err != nil {
		t.Fatal(err)
	}
	if o, err = a.Orders.ReleaseOrder(t.Context(), a.who, o.ID, 0, ""); err != nil || len(o.Jobs) != 1 {
		t.Fatalf("%d jobs, %v", len(o.Jobs), err)
	}
	asked, j := o.Total-o.Adjusted, o.Jobs[0]
	for _, to := range []shop.JobState{shop.JobCancelled, shop.JobInQueue} {
		if j, err = a.Jobs.Move(t.Context(), grace, j.ID, job.MoveRequest{State: to, Reason: "The bed is broken."}); err != nil {
			t.Fatal(err)
		}
	}
	if o = seen(t, a.Scenario, o.ID); o.Total-o.Adjusted != asked || asked != *lid.CostsWithout || a.part(o, "lid.stl").LeftOut != noLid || len(o.Jobs) != 1 {
		t.Errorf("it costs %s instead of %s", o.Total-o.Adjusted, asked)
	}
}
