package order_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
)

// blocks is a released order of so many copies of a block for each of its models, to be collected.
func blocks(t *testing.T, c *apptest.Scenario, name string, copies ...int) order.StaffOrderView {
	t.Helper()
	var models [][]byte
	for i := range copies {
		models = append(models, apptest.Block(20, 20, 10+float64(i)))
	}
	v := releasedOf(t, c, name, models, copies)
	if len(v.Jobs) != len(copies) {
		t.Fatalf("%+v", v.Jobs)
	}
	return v
}

// releasedOf is a released order of so many copies of each model, to be collected.
func releasedOf(t *testing.T, c *apptest.Scenario, name string, models [][]byte, copies []int) order.StaffOrderView {
	t.Helper()
	who := grace
	who.CartID = c.NewCart()
	for i, n := range copies {
		c.Begin(who.CartID, "block.stl", models[i], len(models[i]))
		c.AwaitSliced(who.CartID)
		parts := c.Parts(who.CartID)
		if _, err := c.Carts.PatchParts(t.Context(), shop.Visitor(who.CartID), 0, []string{parts[len(parts)-1].ID}, shop.ChoicesPatch{Copies: &n}); err != nil {
			t.Fatal(err)
		}
	}
	c.AwaitSliced(who.CartID)
	total := shop.Cents(40_00)
	placed, err := c.Orders.TakeCounterOrder(t.Context(), who, order.CounterOrderRequest{
		Contact: shop.Contact{Name: name, Phone: "0400 000 000"}, Delivery: shop.Delivery{Method: shop.Pickup}, Payment: shop.AtPickup, AdjustedTotal: &total, Reason: "agreed by phone",
	})
	if err != nil {
		t.Fatal(err)
	}
	v, err := c.Orders.ReleaseOrder(t.Context(), helper, placed.OrderID, 0, "")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// printers are the shop's, by their ids.
func printers(t *testing.T, c *apptest.Scenario) (ids []string) {
	t.Helper()
	v, err := c.Jobs.List(t.Context(), helper, job.ListFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range v.Printers {
		ids = append(ids, p.ID)
	}
	return ids
}

func lastTold(t *testing.T, c *apptest.Scenario, orderID string) string {
	t.Helper()
	v, err := c.Orders.StaffOrder(t.Context(), helper, orderID)
	if err != nil {
		t.Fatal(err)
	}
	return v.Activity[0].Message
}

// Four of six come off well: two are owed, everybody reads so, and they are printed again before anything goes on.
func TestFailedCopiesArePrintedAgain(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o := blocks(t, c, "Uma Thorn", 6)
	id, printer := o.Jobs[0].ID, printers(t, c)[0]
	move := func(req job.MoveRequest) (shop.Job, error) { return c.Jobs.Move(t.Context(), helper, id, req) }
	must := func(req job.MoveRequest) shop.Job {
		t.Helper()
		j, err := move(req)
		if err != nil {
			t.Fatal(err)
		}
		return j
	}
	record := func(good, failed int, reason string) job.MoveRequest {
		return job.MoveRequest{State: shop.JobPrintingComplete, GoodCopies: &good, FailedCopies: failed, Reason: reason}
	}
	must(job.MoveRequest{State: shop.JobPrinting, PrinterID: printer})
	c.Pass(time.Hour)
	for code, req := range map[shop.Code]job.MoveRequest{
		"good_copies_out_of_range": record(6, 1, ""), "failed_copies_out_of_range": record(0, 7, ""), "run_without_copies": record(0, 0, ""),
	} {
		if _, err := move(req); !shop.IsCode(err, code) || !strings.HasSuffix(shop.FieldOf(err), "_copies") {
			t.Errorf("%s: %v", code, err)
		}
	}
	j := must(record(4, 2, "Came off the bed."))
	if j.State != shop.JobInQueue || j.Done != 4 || j.Failed != 2 || j.Owed != 2 || j.PrinterID != printer || slices.Contains(j.Next, shop.JobPackaging) {
		t.Errorf("after the first run: %+v", j)
	}
	seen, err := c.Orders.StaffOrder(t.Context(), helper, o.ID)
	if err != nil || len(seen.Jobs[0].Attempts) != 1 || seen.Jobs[0].Attempts[0].Good != 4 || seen.Jobs[0].Attempts[0].Failed != 2 || seen.Jobs[0].Attempts[0].Reason != "Came off the bed." || seen.Jobs[0].Attempts[0].WorkedMS < time.Hour.Milliseconds() ||
		seen.Items[0].Made != 4 || seen.Items[0].Again != 2 || seen.Status != "in_production" {
		t.Errorf("%+v, %+v, %v", seen.Jobs, seen.Items, err)
	}
	if m := seen.Activity[0].Message; !strings.Contains(m, "4 good, 2 failed (Came off the bed)") || !strings.Contains(m, "2 copies are still to be made") || strings.Contains(m, "→") {
		t.Errorf("it reads %q", m)
	}
	must(job.MoveRequest{State: shop.JobPrinting})
	if j = must(job.MoveRequest{State: shop.JobPrintingComplete}); j.State != shop.JobPrintingComplete || j.Done != 6 || j.Owed != 0 {
		t.Errorf("after the second run: %+v", j)
	}
	for _, to := range []shop.JobState{shop.JobPackaging, shop.JobReadyToCollect} {
		must(job.MoveRequest{State: to, Shelf: "B3"})
	}
	if seen, err = c.Orders.StaffOrder(t.Context(), helper, o.ID); err != nil || seen.Items[0].Made != 6 || seen.Items[0].Again != 0 || len(seen.Jobs[0].Attempts) != 2 {
		t.Errorf("%+v, %v", seen.Items, err)
	}
}

// Going back to the queue loses no good copy, and is taken back whole: the state, and the run that it stopped.
func TestGoingBackToTheQueueIsUndone(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o := blocks(t, c, "Uma Thorn", 3, 1)
	all := printers(t, c)
	id := o.Jobs[0].ID
	move := func(id string, req job.MoveRequest) shop.Job {
		t.Helper()
		j, err := c.Jobs.Move(t.Context(), helper, id, req)
		if err != nil {
			t.Fatal(err)
		}
		return j
	}
	undo := func(j shop.Job) (shop.Job, shop.Code) {
		t.Helper()
		v, err := c.Jobs.Undo(t.Context(), helper, job.UndoRequest{Jobs: []job.Ref{{ID: j.ID, Version: j.Version}}})
		if err != nil || len(v.Moved)+len(v.Refused) != 1 {
			t.Fatalf("%+v, %v", v, err)
		}
		if len(v.Refused) > 0 {
			return shop.Job{}, v.Refused[0].Code
		}
		return v.Moved[0], ""
	}
	if _, code := undo(o.Jobs[0]); code != "nothing_to_undo" {
		t.Errorf("a new job: %s", code)
	}
	// A print is stopped by mistake: it goes on, its hours count, and nothing else took the printer.
	was := move(id, job.MoveRequest{State: shop.JobPrinting, PrinterID: all[0]})
	c.Pass(time.Hour)
	back := move(id, job.MoveRequest{State: shop.JobInQueue})
	c.Pass(time.Minute)
	now, code := undo(back)
	if code != "" || now.State != shop.JobPrinting || now.Started != was.Started || now.Running == 0 || now.Attempt.ID != was.Attempt.ID {
		t.Fatalf("%+v, %s", now, code)
	}
	if m := lastTold(t, c, o.ID); !strings.Contains(m, "it is printing") {
		t.Errorf("it reads %q", m)
	}
	if _, code := undo(now); code != "nothing_to_undo" {
		t.Errorf("twice: %s", code)
	}
	c.Pass(time.Hour)
	if now = move(id, job.MoveRequest{State: shop.JobPrintingComplete}); now.WorkedMS < (2*time.Hour+time.Minute).Milliseconds() || now.Done != 3 {
		t.Errorf("it worked %d ms: %+v", now.WorkedMS, now)
	}
	// From the shelf, by mistake: its copies are there, and so is the job, as it was.
	move(id, job.MoveRequest{State: shop.JobPackaging})
	move(id, job.MoveRequest{State: shop.JobReadyToCollect, Shelf: "b3"})
	back = move(id, job.MoveRequest{State: shop.JobInQueue})
	if back.Done != 3 || back.Owed != 0 || back.Shelf != "" {
		t.Errorf("%+v", back)
	}
	stale := back
	stale.Version--
	if _, code := undo(stale); code != "changed_meanwhile" {
		t.Errorf("from an old page: %s", code)
	}
	if now, code = undo(back); code != "" || now.State != shop.JobReadyToCollect || now.Done != 3 || now.Shelf != "B3" {
		t.Errorf("%+v, %s", now, code)
	}
	// What has left the shop does not go back by hand, and neither does anything complete it.
	if err := c.Billing.TakePayment(t.Context(), helper, o.InvoiceID, 0, shop.ByTransfer, o.Balance, ""); err != nil {
		t.Fatal(err)
	}
	given := order.HandOverRequest{Kind: shop.Collected, CollectedBy: "Uma Thorn", Items: []shop.HandoverItem{{ItemID: o.Jobs[0].ItemID, Copies: 3}}}
	back = move(id, job.MoveRequest{State: shop.JobInQueue})
	if _, err := handOver(t.Context(), c.Orders, helper, o.ID, given); err != nil {
		t.Fatal(err)
	}
	if _, code := undo(back); code != "changed_meanwhile" {
		t.Errorf("handed over meanwhile: %s", code)
	}
	for _, to := range []shop.JobState{shop.JobInQueue, shop.JobCancelled, shop.JobReadyToCollect} {
		if _, err := c.Jobs.Move(t.Context(), helper, id, job.MoveRequest{State: to, Shelf: "B3"}); !shop.IsCode(err, "handover_needed") {
			t.Errorf("from completed to %s: %v", to, err)
		}
	}
	// A failed copy brings a job back by itself; that is not undone.
	other := o.Jobs[1].ID
	move(other, job.MoveRequest{State: shop.JobPrinting, PrinterID: all[0]})
	if _, code := undo(move(other, job.MoveRequest{State: shop.JobPrintingComplete, FailedCopies: 1})); code != "nothing_to_undo" {
		t.Errorf("after a run: %s", code)
	}
	// Somebody else's print has the printer meanwhile.
	move(other, job.MoveRequest{State: shop.JobPrinting, PrinterID: all[0]})
	back = move(other, job.MoveRequest{State: shop.JobInQueue})
	third := blocks(t, c, "Tom Baxter", 1)
	move(third.Jobs[0].ID, job.MoveRequest{State: shop.JobPrinting, PrinterID: all[0]})
	if _, code := undo(back); code != "printer_busy" {
		t.Errorf("on a busy printer: %s", code)
	}
}

// Several move at once, each by its own rules and from its own version; those that do not are named with why.
func TestSeveralJobsMoveAtOnce(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o := blocks(t, c, "Uma Thorn", 1, 2, 3, 1)
	refs := []job.Ref{}
	for _, j := range o.Jobs {
		refs = append(refs, job.Ref{ID: j.ID, Version: j.Version})
	}
	// One moved meanwhile, one runs, and one is not there.
	if _, err := c.Jobs.Move(t.Context(), grace, refs[1].ID, job.MoveRequest{State: shop.JobPreProcessing}); err != nil {
		t.Fatal(err)
	}
	running, err := c.Jobs.Move(t.Context(), helper, refs[2].ID, job.MoveRequest{State: shop.JobPrinting, PrinterID: printers(t, c)[0]})
	if err != nil {
		t.Fatal(err)
	}
	refs[2].Version = running.Version
	gone := job.Ref{ID: shop.NewID(), Version: 1}
	v, err := c.Jobs.MoveAll(t.Context(), helper, job.MoveAllRequest{State: shop.JobPreProcessing, Jobs: append(refs, gone)})
	if err != nil {
		t.Fatal(err)
	}
	var moved []string
	for _, j := range v.Moved {
		moved = append(moved, j.ID)
		if j.State != shop.JobPreProcessing {
			t.Errorf("%+v", j)
		}
	}
	refused := map[string]shop.Code{}
	for _, r := range v.Refused {
		refused[r.ID] = r.Code
		if !strings.HasSuffix(r.Message, ".") {
			t.Errorf("it reads %q", r.Message)
		}
	}
	if !slices.Equal(moved, []string{refs[0].ID, refs[3].ID}) || len(refused) != 3 || refused[refs[1].ID] != "changed_meanwhile" || refused[refs[2].ID] != "job_move_refused" || refused[gone.ID] != "job_not_found" {
		t.Errorf("moved %q, refused %v", moved, refused)
	}
	// A run that ends among others has all its copies good.
	v, err = c.Jobs.MoveAll(t.Context(), helper, job.MoveAllRequest{State: shop.JobPrintingComplete, Jobs: refs[2:3]})
	if err != nil || len(v.Moved) != 1 || v.Moved[0].Done != 3 || v.Moved[0].Owed != 0 {
		t.Errorf("%+v, %v", v, err)
	}
	// What is packed goes on a shelf, one for all.
	refs[2].Version = v.Moved[0].Version
	if v, err = c.Jobs.MoveAll(t.Context(), helper, job.MoveAllRequest{State: shop.JobPackaging, Jobs: refs[2:3]}); err != nil || len(v.Moved) != 1 {
		t.Fatalf("%+v, %v", v, err)
	}
	refs[2].Version = v.Moved[0].Version
	if _, err := c.Jobs.MoveAll(t.Context(), helper, job.MoveAllRequest{State: shop.JobReadyToCollect, Jobs: refs[2:3]}); !shop.IsCode(err, "shelf_missing") || shop.FieldOf(err) != "shelf" {
		t.Errorf("without a shelf: %v", err)
	}
	if v, err = c.Jobs.MoveAll(t.Context(), helper, job.MoveAllRequest{State: shop.JobReadyToCollect, Shelf: "c1", Jobs: refs[2:3]}); err != nil || len(v.Moved) != 1 || v.Moved[0].Shelf != "C1" {
		t.Errorf("%+v, %v", v, err)
	}
	if m := lastTold(t, c, o.ID); m != "Put block (3).stl on shelf C1." {
		t.Errorf("it reads %q", m)
	}
	if found, err := c.Jobs.List(t.Context(), helper, job.ListFilter{Query: "C1"}); err != nil || len(found.Jobs) != 1 || found.Jobs[0].ID != refs[2].ID {
		t.Errorf("the shelf finds %d jobs, %v", len(found.Jobs), err)
	}
	if _, err := c.Jobs.MoveAll(t.Context(), shop.Visitor(c.NewCart()), job.MoveAllRequest{State: shop.JobInQueue, Jobs: refs}); !shop.IsKind(err, shop.Unauthenticated) && !shop.IsKind(err, shop.Forbidden) {
		t.Errorf("a visitor: %v", err)
	}
}

// What has no slice is made without a printer, and offers none.
func TestAJobMadeElsewhereTakesNoPrinter(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	cart := c.NewCart()
	c.Drop(cart, "vase.jpg", []byte("\xff\xd8\xff\xe0 a photo"))
	placed, err := c.Review(cart)
	if err != nil {
		t.Fatal(err)
	}
	total := shop.Cents(80_00)
	var id string
	c.Read(func(ctx context.Context, tx *db.Tx) error {
		o, err := tx.OrderByCart(ctx, cart)
		id = o.ID
		return err
	})
	o, err := c.Orders.ApproveOrder(t.Context(), grace, id, order.ApproveRequest{AdjustedTotal: &total, Reason: "as agreed"})
	if err != nil {
		t.Fatalf("%s: %v", placed.OrderNumber, err)
	}
	if o, err = c.Orders.ReleaseOrder(t.Context(), helper, o.ID, 0, "A regular."); err != nil || len(o.Jobs) != 1 || !o.Jobs[0].Elsewhere || slices.Contains(o.Jobs[0].Next, shop.JobPrinting) {
		t.Fatalf("%+v, %v", o.Jobs, err)
	}
	printer := printers(t, c)[0]
	for code, req := range map[shop.Code]job.MoveRequest{
		"job_made_elsewhere":   {State: shop.JobPrinting},
		"job_needs_no_printer": {State: shop.JobInQueue, PrinterID: printer},
	} {
		if _, err := c.Jobs.Move(t.Context(), helper, o.Jobs[0].ID, req); !shop.IsCode(err, code) {
			t.Errorf("%s: %v", code, err)
		}
	}
	if _, err := c.Jobs.Move(t.Context(), helper, o.Jobs[0].ID, job.MoveRequest{State: shop.JobPrintingComplete}); err != nil {
		t.Fatal(err)
	}
	if m := lastTold(t, c, o.ID); m != "Made 1 copy of vase.jpg: good." {
		t.Errorf("it reads %q", m)
	}
}
