package order_test

import (
	"context"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
)

// What is back in the queue is on no printer, in the list, among its printer's jobs and on its order's page, and an order of which
// nothing is begun or made any more is in the queue, too. Undone, all of it is as it was.
func TestAJobThatIsQueuedAgainIsOnNoPrinter(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o := blocks(t, c, "Uma Thorn", 2)
	before, printer := o.Status, printers(t, c)[0]
	look := func() (order.StaffOrderView, shop.Job, job.ListView) {
		t.Helper()
		v, err := c.Orders.StaffOrder(t.Context(), helper, o.ID)
		if err != nil {
			t.Fatal(err)
		}
		all, err := c.Jobs.List(t.Context(), helper, job.ListFilter{})
		if err != nil {
			t.Fatal(err)
		}
		on, err := c.Jobs.List(t.Context(), helper, job.ListFilter{PrinterID: printer})
		if err != nil {
			t.Fatal(err)
		}
		return v, all.Jobs[0], on
	}
	move := func(req job.MoveRequest) {
		t.Helper()
		if _, err := c.Jobs.Move(t.Context(), helper, o.Jobs[0].ID, req); err != nil {
			t.Fatal(err)
		}
	}
	move(job.MoveRequest{State: shop.JobPrinting, PrinterID: printer})
	if v, j, on := look(); v.Status != "in_production" || v.Jobs[0].Printer == "" || j.Printer == "" || len(on.Jobs) != 1 || on.Counts[printer] != 1 {
		t.Errorf("while it prints: %s, %q, %q, %+v", v.Status, v.Jobs[0].Printer, j.Printer, on)
	}
	move(job.MoveRequest{State: shop.JobInQueue})
	v, j, on := look()
	if v.Status != before || v.Jobs[0].Printer != "" || j.Printer != "" || len(on.Jobs) != 0 || on.Counts[printer] != 0 {
		t.Errorf("back in the queue: %s, not %s; %q, %q, %+v", v.Status, before, v.Jobs[0].Printer, j.Printer, on)
	}
	for _, s := range v.Steps {
		if s.Key == "printing" && s.Done {
			t.Errorf("nothing is printed: %+v", s)
		}
	}
	if _, err := c.Jobs.Undo(t.Context(), helper, job.UndoRequest{Jobs: []job.Ref{{ID: j.ID, Version: j.Version}}}); err != nil {
		t.Fatal(err)
	}
	if v, j, _ := look(); v.Status != "in_production" || j.Printer == "" {
		t.Errorf("undone: %s, %q", v.Status, j.Printer)
	}
	one := 1
	move(job.MoveRequest{State: shop.JobPrintingComplete, GoodCopies: &one, FailedCopies: 1, Reason: "It came loose."})
	if v, j, _ := look(); v.Status != "in_production" || j.State != shop.JobInQueue || j.Printer != "" {
		t.Errorf("with a good copy and one owed: %s, %s on %q", v.Status, j.State, j.Printer)
	}
}

// What was cancelled waits for nothing: neither a hold nor a day is said of it.
func TestACancelledJobIsNeitherHeldNorPromised(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o := blocks(t, c, "Uma Thorn", 1, 1)
	cancelled := o.Jobs[0].ID
	if _, err := c.Jobs.Move(t.Context(), helper, cancelled, job.MoveRequest{State: shop.JobCancelled}); err != nil {
		t.Fatal(err)
	}
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		held, err := tx.Order(ctx, o.ID)
		if err != nil {
			return err
		}
		if err := job.Hold(ctx, tx, held, shop.HoldUnpaid, "a test"); err != nil {
			return err
		}
		return tx.IndexOrder(ctx, o.ID)
	})
	v, err := c.Orders.StaffOrder(t.Context(), helper, o.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range v.Jobs {
		if gone := j.ID == cancelled; gone != (j.Hold == "") || gone != (j.Ready == nil) {
			t.Errorf("%s: %q, %+v", j.State, j.Hold, j.Ready)
		}
	}
}
