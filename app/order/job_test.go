package order_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
)

// released is an order to be sent that was released before its money came.
func released(t *testing.T, c *apptest.Scenario) order.StaffOrderView {
	t.Helper()
	block := apptest.Block(20, 20, 10)
	who := helper
	who.CartID = c.NewCart()
	c.Begin(who.CartID, "block.stl", block, len(block))
	c.AwaitSliced(who.CartID)
	total := shop.Cents(40_00)
	placed, err := c.Orders.TakeCounterOrder(t.Context(), who, order.CounterOrderRequest{
		Contact:  shop.Contact{Name: "Tom Baxter", Phone: "0400 000 000"},
		Delivery: shop.Delivery{Method: shop.Ship, Line1: "1 George St", City: "Sydney", State: "NSW", Postcode: "2000", Country: "AU"},
		Payment:  shop.ByTransfer, AdjustedTotal: &total, Reason: "agreed by phone",
	})
	if err != nil {
		t.Fatal(err)
	}
	var v order.StaffOrderView
	for range 2 { // a double click
		if v, err = c.Orders.ReleaseOrder(t.Context(), helper, placed.OrderID, 0, ""); err != nil {
			t.Fatal(err)
		}
	}
	if len(v.Jobs) != 1 || len(v.Activity) != 2 {
		t.Fatalf("released twice: %+v, %+v", v.Jobs, v.Activity)
	}
	return v
}

// told counts what the log tells of an order.
func told(c *apptest.Scenario, id string) (n int) {
	c.Read(func(ctx context.Context, tx *db.Tx) error {
		all, _, err := tx.ActivityPage(ctx, id, "", 200)
		n = len(all)
		return err
	})
	return n
}

func TestAJobIsMovedByItsRules(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o := released(t, c)
	id := o.Jobs[0].ID
	move := func(req job.MoveRequest) error {
		_, err := c.Jobs.Move(t.Context(), helper, id, req)
		return err
	}
	for _, to := range []shop.JobState{shop.JobQueued, shop.JobInQueue, shop.JobPrinting} {
		if err := move(job.MoveRequest{State: to, PrinterID: shop.NewID()}); !shop.IsCode(err, "printer_unknown") || shop.FieldOf(err) != "printer_id" {
			t.Errorf("%s on a printer that is not there: %v", to, err)
		}
	}
	before := told(c, o.ID)
	for range 3 {
		if err := move(job.MoveRequest{State: shop.JobQueued}); err != nil {
			t.Fatal(err)
		}
	}
	if n := told(c, o.ID); n != before {
		t.Errorf("nothing changed, and the log tells of it %d times", n-before)
	}
	var printer string
	c.Read(func(ctx context.Context, tx *db.Tx) error {
		all, err := tx.Printers(ctx)
		if err == nil {
			printer = all[0].ID
		}
		return err
	})
	if err := move(job.MoveRequest{State: shop.JobPrinting, PrinterID: printer}); err != nil {
		t.Fatal(err)
	}
	if err := move(job.MoveRequest{State: shop.JobPrintingComplete, FailedCopies: 500}); !shop.IsCode(err, "failed_copies_out_of_range") {
		t.Errorf("500 of 1 copy failed: %v", err)
	}
	// A copy fails, is owed, and is printed again before anything leaves.
	for _, req := range []job.MoveRequest{
		{State: shop.JobPrintingComplete, FailedCopies: 1}, {State: shop.JobInQueue}, {State: shop.JobPrinting}, {State: shop.JobPrintingComplete}, {State: shop.JobPackaging},
	} {
		c.Pass(time.Hour)
		now, err := c.Jobs.Move(t.Context(), helper, id, req)
		if err != nil {
			t.Fatal(err)
		}
		if runs := now.Running.Sub(now.Started); now.State == shop.JobPrinting && runs < 3*time.Hour || now.State != shop.JobPrinting && now.Running != 0 {
			t.Errorf("a job that is %s and was first begun at %s runs since %s", now.State, now.Started, now.Running)
		}
	}
	seen, err := c.Orders.StaffOrder(t.Context(), helper, o.ID)
	if err != nil || seen.Jobs[0].Done != 1 || seen.Jobs[0].Failed != 1 || seen.Jobs[0].Owed != 0 || seen.State != shop.OrderOpen {
		t.Errorf("%+v, %v", seen.Jobs, err)
	}
	for _, s := range seen.Steps { // it is printed, though not paid
		if s.Current != (s.Key == "printing") {
			t.Errorf("the steps are %+v", seen.Steps)
		}
	}
	// What a colleague did meanwhile is not undone.
	if err := move(job.MoveRequest{State: shop.JobInQueue, Version: seen.Jobs[0].Version - 1}); !shop.IsCode(err, "changed_meanwhile") || shop.EditOf(err).By != helper.Name {
		t.Errorf("from an old page: %v", err)
	}
	if err := move(job.MoveRequest{State: shop.JobCompleted}); !shop.IsCode(err, "handover_needed") {
		t.Errorf("completed by hand: %v", err)
	}
	if err := move(job.MoveRequest{State: shop.JobReadyToCollect}); !shop.IsCode(err, "shelf_missing") {
		t.Errorf("packed, and nobody knows where it is: %v", err)
	}
	// On another shelf it is found there; both are told once.
	before = told(c, o.ID)
	for _, shelf := range []string{" b3", "C1", "c1", ""} {
		if err := move(job.MoveRequest{State: shop.JobReadyToCollect, Shelf: shelf}); err != nil {
			t.Errorf("shelf %q: %v", shelf, err)
		}
	}
	if seen, err = c.Orders.StaffOrder(t.Context(), helper, o.ID); err != nil || seen.Status != "ready_to_send" || seen.Shelf != "C1" || seen.Jobs[0].Shelf != "C1" || told(c, o.ID) != before+2 {
		t.Errorf("%+v, told %d times, %v", seen.OrderRowView, told(c, o.ID)-before, err)
	}
	for _, query := range []string{"C1", "c1"} {
		if found, err := c.Orders.Orders(t.Context(), helper, order.OrderFilter{Query: query}); err != nil || len(found.Orders) != 1 || found.Orders[0].Shelf != "C1" {
			t.Errorf("%q finds %+v, %v", query, found.Orders, err)
		}
	}
	if found, err := c.Orders.Orders(t.Context(), helper, order.OrderFilter{Query: "B3"}); err != nil || len(found.Orders) != 0 {
		t.Errorf("where it lay before: %+v, %v", found.Orders, err)
	}
}

// What is not printed here is work all the same: an order of a photo can be made, and completed.
func TestAnOrderMadeElsewhereIsCompleted(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	cart := c.NewCart()
	c.Drop(cart, "vase.jpg", []byte("\xff\xd8\xff\xe0 a photo"))
	placed, err := c.Review(cart)
	if err != nil {
		t.Fatal(err)
	}
	found, err := c.Orders.Orders(t.Context(), helper, order.OrderFilter{Tab: "review", Query: placed.OrderNumber})
	if err != nil || len(found.Orders) != 1 {
		t.Fatalf("%+v, %v", found, err)
	}
	total := shop.Cents(80_00)
	o, err := c.Orders.ApproveOrder(t.Context(), grace, found.Orders[0].ID, order.ApproveRequest{AdjustedTotal: &total, Reason: "as agreed"})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Billing.TakePayment(t.Context(), helper, o.InvoiceID, 0, shop.ByTransfer, total, ""); err != nil {
		t.Fatal(err)
	}
	if o, err = c.Orders.StaffOrder(t.Context(), helper, o.ID); err != nil || len(o.Jobs) != 1 || !o.Jobs[0].Elsewhere {
		t.Fatalf("%+v, %v", o.Jobs, err)
	}
	for _, to := range []shop.JobState{shop.JobPrintingComplete, shop.JobPackaging, shop.JobReadyToCollect} {
		if _, err := c.Jobs.Move(t.Context(), helper, o.Jobs[0].ID, job.MoveRequest{State: to, Shelf: "A1"}); err != nil {
			t.Fatalf("to %s: %v", to, err)
		}
	}
	if _, err = handOver(t.Context(), c.Orders, helper, o.ID, collected(o.Copies[0].ItemID, 1)); err != nil {
		t.Fatal(err)
	}
	if o, err = c.Orders.StaffOrder(t.Context(), helper, o.ID); err != nil || o.State != shop.OrderCompleted || o.Status != "completed" {
		t.Errorf("%s, %s, %v", o.State, o.Status, err)
	}
}

func TestJobsOfACancelledOrderStay(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o := released(t, c)
	old := o.Jobs[0]
	if _, err := c.Orders.CancelOrder(t.Context(), helper, o.ID, 0, "The customer changed their mind."); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Jobs.Move(t.Context(), helper, old.ID, job.MoveRequest{State: shop.JobInQueue, Version: old.Version}); !shop.IsCode(err, "changed_meanwhile") || shop.EditOf(err).By != helper.Name {
		t.Errorf("from a page of before: %v", err)
	}
	if _, err := c.Jobs.Move(t.Context(), helper, old.ID, job.MoveRequest{State: shop.JobInQueue}); !shop.IsCode(err, "order_closed") {
		t.Errorf("back to the queue: %v", err)
	}
	c.Read(func(ctx context.Context, tx *db.Tx) error {
		j, err := tx.Job(ctx, old.ID)
		if err == nil && (j.State != shop.JobCancelled || len(j.Next) != 0 || j.ChangedBy != helper.Name) {
			t.Errorf("%+v", j)
		}
		return err
	})
}

// What an order's jobs may become goes by who asks: once money came for it, only who may cancel the order cancels one.
func TestJobsAreOfferedByWhoAsks(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o := released(t, c)
	offers := func(who shop.Actor) []bool {
		t.Helper()
		v, err := c.Orders.StaffOrder(t.Context(), who, o.ID)
		if err != nil {
			t.Fatal(err)
		}
		list, err := c.Jobs.List(t.Context(), who, job.ListFilter{})
		if err != nil || len(list.Jobs) != 1 {
			t.Fatalf("%+v, %v", list, err)
		}
		return []bool{slices.Contains(v.Jobs[0].Next, shop.JobCancelled), slices.Contains(list.Jobs[0].Next, shop.JobCancelled)}
	}
	if got := slices.Concat(offers(helper), offers(grace)); slices.Contains(got, false) {
		t.Errorf("before any money came: %v", got)
	}
	if err := c.Billing.TakePayment(t.Context(), helper, o.InvoiceID, 0, shop.ByTransfer, 5_00, ""); err != nil {
		t.Fatal(err)
	}
	if got := offers(helper); slices.Contains(got, true) {
		t.Errorf("staff are offered to cancel what is paid in part: %v", got)
	}
	if _, err := c.Jobs.Move(t.Context(), helper, o.Jobs[0].ID, job.MoveRequest{State: shop.JobCancelled}); !shop.IsKind(err, shop.Forbidden) {
		t.Errorf("they do it: %v", err)
	}
	if got := offers(grace); slices.Contains(got, false) {
		t.Errorf("an admin is not: %v", got)
	}
	if j, err := c.Jobs.Move(t.Context(), helper, o.Jobs[0].ID, job.MoveRequest{State: shop.JobInQueue}); err != nil || slices.Contains(j.Next, shop.JobCancelled) {
		t.Errorf("after a move: %v, %v", j.Next, err)
	}
}
