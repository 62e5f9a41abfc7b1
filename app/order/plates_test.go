package order_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
)

// Thirty copies are ordered as the plates that they were priced from: each has its G-code, whose hash stands on the order and is the
// downloaded file's, and its job, which is signed off run by run until all have left.
func TestThirtyCopiesAreMadePlateByPlate(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	staff := apptest.Helper(t, c)
	visitor := apptest.NewVisitor(t, c)
	visitor.Drop("bracket.stl", apptest.Block(60, 60, 5))
	part := visitor.Sliced().Parts[0]
	if err := visitor.JSON(t.Context(), "PATCH", "/api/quick-order/parts/"+part.ID, map[string]any{"version": visitor.Cart().Version, "copies": 30}, nil); err != nil {
		t.Fatal(err)
	}
	seen := visitor.Sliced()
	placed := visitor.Checkout(apptest.Order(shop.ByCard, visitor.Price().Price.Total))
	visitor.PaysOn(placed.PayURL)
	o := staff.Find(placed.OrderNumber)
	item := o.Items[0]
	if len(item.Plates) != 2 || len(o.Jobs) != 2 || o.Total != seen.Price.Total || item.Seconds != seen.Parts[0].Result.Seconds {
		t.Fatalf("%+v, %+v", item, o.Jobs)
	}
	var seconds, grams float64
	for i, p := range item.Plates {
		was := seen.Parts[0].Plates[i]
		if p.Number != i+1 || p.Runs != was.Runs || p.Copies != was.Copies || p.Seconds != was.Seconds || !p.Laid || len(p.Placements) != p.Copies || p.Layers != was.Layers {
			t.Errorf("plate %d is %+v, and was priced as %+v", i+1, p, was)
		}
		seconds, grams = seconds+float64(p.Runs)*p.Seconds, grams+float64(p.Runs)*(p.Grams+p.SupportGrams)
		got := staff.Download(t, staff.Link(p.GCodeFileID))
		if name := fmt.Sprintf("%s_bracket_PLA-Black_0.20_plate-%dof2.gcode", o.Number, i+1); got.SHA256 != p.GCodeSHA256 || got.Name != name || o.Jobs[i].GCodeFileID != p.GCodeFileID {
			t.Errorf("plate %d came as %s, %s; it says %s", i+1, got.Name, got.SHA256, p.GCodeSHA256)
		}
		if j := o.Jobs[i]; j.Plate != i+1 || j.Plates != 2 || j.Runs != p.Runs || j.OnRun != p.Copies || j.Copies != p.Runs*p.Copies || j.Seconds != p.Seconds {
			t.Errorf("the job of plate %d is %+v", i+1, j)
		}
	}
	if seconds != item.Seconds || fmt.Sprint(grams) != fmt.Sprint(item.Grams+item.SupportGrams) {
		t.Errorf("%g s and %g g in all, the item says %g and %g", seconds, grams, item.Seconds, item.Grams+item.SupportGrams)
	}
	shown := visitor.Order(placed.OrderURL).Items[0]
	if len(shown.Plates) != 2 || shown.Plates[0].Placements != nil || shown.Plates[0].GCodeFileID != "" || shown.LayersURL == "" || shown.Plates[1].LayersURL == shown.LayersURL {
		t.Errorf("the customer sees %+v", shown)
	}
	printer := printers(t, c)[0]
	for _, j := range o.Jobs {
		makeAll(t, c, j, printer)
	}
	o = staff.Find(placed.OrderNumber)
	if o.Items[0].Made != 30 || o.Copies[0].Ready != 30 || o.Copies[0].ToCome != 0 {
		t.Fatalf("%+v", o.Copies)
	}
	v, err := c.Orders.HandOver(t.Context(), grace, o.ID, order.HandOverRequest{Version: o.Version, InvoiceVersion: o.InvoiceVersion, Kind: shop.Collected, CollectedBy: "Ada", Items: []shop.HandoverItem{{ItemID: item.ID, Copies: 30}}})
	if err != nil || v.State != shop.OrderCompleted || v.Jobs[0].State != shop.JobCompleted || v.Jobs[1].State != shop.JobCompleted {
		t.Errorf("%+v, %v", v.Jobs, err)
	}
}

// makeAll prints a job run by run, of which the first one loses a copy, and puts it on the shelf.
func makeAll(t *testing.T, c *apptest.Scenario, j shop.Job, printer string) {
	t.Helper()
	move := func(req job.MoveRequest) shop.Job {
		t.Helper()
		j, err := c.Jobs.Move(t.Context(), helper, j.ID, req)
		if err != nil {
			t.Fatal(err)
		}
		return j
	}
	for runs := 0; j.Owed > 0; runs++ {
		on := min(j.OnRun, j.Owed)
		move(job.MoveRequest{State: shop.JobPrinting, PrinterID: printer})
		good, over := on, on+1
		_, err := c.Jobs.Move(t.Context(), helper, j.ID, job.MoveRequest{State: shop.JobPrintingComplete, GoodCopies: &over})
		if !shop.IsCode(err, "good_copies_out_of_range") {
			t.Errorf("%d of %d: %v", over, on, err)
		}
		failed := 0
		if runs == 0 && on > 1 {
			good, failed = on-1, 1
		}
		was := j
		j = move(job.MoveRequest{State: shop.JobPrintingComplete, GoodCopies: &good, FailedCopies: failed})
		if j.Owed != was.Owed-good {
			t.Errorf("%d are owed after %d good of %d", j.Owed, good, was.Owed)
		}
	}
	move(job.MoveRequest{State: shop.JobPackaging})
	move(job.MoveRequest{State: shop.JobReadyToCollect, Shelf: "B3"})
}

// What was ordered before copies were laid out has one copy's G-code, says so, and is signed off at once as before.
func TestOneCopysGCodeSaysSo(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o := blocks(t, c, "Uma Thorn", 6)
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		all, err := tx.PlatesOf(ctx, o.ID)
		if err != nil {
			return err
		}
		all[0].Runs, all[0].Copies, all[0].Placements = 6, 1, nil
		return tx.SavePlate(ctx, all[0])
	})
	v, err := c.Orders.StaffOrder(t.Context(), helper, o.ID)
	if p := v.Items[0].Plates[0]; err != nil || p.Laid || p.Runs != 6 || v.Jobs[0].NextRun() != 6 {
		t.Errorf("%+v, %v", v.Items[0].Plates, err)
	}
}

// A plate that is cancelled while copies of the others have left leaves nothing to wait for, and a price that says so.
func TestAPlateOfAnItemIsCancelled(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o := releasedOf(t, c, "Uma Thorn", [][]byte{apptest.Block(60, 60, 5)}, []int{12})
	makeAll(t, c, o.Jobs[0], printers(t, c)[0])
	first := o.Jobs[0].Copies
	v, err := c.Orders.StaffOrder(t.Context(), grace, o.ID)
	if err != nil || v.Copies[0].Here != first || v.Copies[0].ToCome != 12-first {
		t.Fatalf("%+v, %v", v.Copies, err)
	}
	v, err = c.Orders.HandOver(t.Context(), grace, o.ID, order.HandOverRequest{
		Version: v.Version, InvoiceVersion: v.InvoiceVersion, Kind: shop.Collected, CollectedBy: "Uma", UnpaidReason: "a regular", Items: []shop.HandoverItem{{ItemID: v.Items[0].ID, Copies: first}},
	})
	if err != nil || v.State != shop.OrderOpen {
		t.Fatalf("%s, %v", v.State, err)
	}
	_, err = c.Jobs.Move(t.Context(), grace, o.Jobs[1].ID, job.MoveRequest{State: shop.JobCancelled, Reason: "enough"})
	if !shop.IsCode(err, "job_is_the_rest") || !strings.Contains(shop.MessageOf(err), o.Number) {
		t.Errorf("the rest of an order: %v", err)
	}
}

// After the rest of an order was cancelled, a plate comes back only where that puts something back: of one with as many copies as have
// left, nothing would.
func TestAPlateThatHasLeftIsNotPutBack(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o := releasedOf(t, c, "Uma Thorn", [][]byte{apptest.Block(60, 60, 5)}, []int{12})
	makeAll(t, c, o.Jobs[0], printers(t, c)[0])
	second := o.Jobs[1].Copies
	o = seen(t, c, o.ID)
	req := order.HandOverRequest{Version: o.Version, InvoiceVersion: o.InvoiceVersion, Kind: shop.Collected, CollectedBy: "Uma", UnpaidReason: "a regular", Items: []shop.HandoverItem{{ItemID: o.Items[0].ID, Copies: second}}}
	if _, err := c.Orders.HandOver(t.Context(), grace, o.ID, req); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Orders.CancelRest(t.Context(), grace, o.ID, order.CancelRestRequest{Reason: "enough"}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Jobs.Move(t.Context(), grace, o.Jobs[1].ID, job.MoveRequest{State: shop.JobInQueue}); !shop.IsCode(err, "job_has_left") {
		t.Errorf("%d have left, and a plate of %d is put back: %v", second, second, err)
	}
	if j, err := c.Jobs.Move(t.Context(), grace, o.Jobs[0].ID, job.MoveRequest{State: shop.JobInQueue}); err != nil || j.State != shop.JobInQueue || j.Owed != 0 {
		t.Errorf("%+v, %v", j, err)
	}
}

// A model that takes another's place is laid out anew: plates that it does not need any more go with their jobs and files, and those
// that it needs beside have theirs. One copy's slice does, too; any other number of copies is not what was ordered.
func TestAnotherModelIsLaidOutAnew(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{NoDoors: true}))
	copies := 30
	o := a.requested(map[string][]byte{"vase.step": []byte("ISO-10303-21; of a vase")}, shop.ChoicesPatch{Copies: &copies})
	total := shop.Cents(80_00)
	o, err := a.Orders.ApproveOrder(t.Context(), grace, o.ID, order.ApproveRequest{Version: o.Version, AdjustedTotal: &total, Reason: "As agreed"})
	if err == nil {
		o, err = a.Orders.ReleaseOrder(t.Context(), helper, o.ID, o.Version, "")
	}
	if err != nil || len(o.Jobs) != 1 || len(o.Items[0].Plates) != 0 {
		t.Fatalf("%+v, %v", o.Jobs, err)
	}
	replace := func(copies int, size float64) (order.StaffOrderView, error) {
		t.Helper()
		part := a.brings("vase.stl", apptest.Block(size, size, 10))
		if _, err := a.Carts.PatchParts(t.Context(), a.who, 0, []string{part.ID}, shop.ChoicesPatch{Copies: &copies}); err != nil {
			t.Fatal(err)
		}
		a.AwaitSliced(a.who.CartID)
		v, err := a.Orders.ReplaceModel(t.Context(), a.who, o.ID, o.Items[0].ID, order.ReplaceModelRequest{Version: a.seen(o.ID).Version, PartID: part.ID})
		if err != nil {
			if _, err := a.Carts.DeletePart(t.Context(), a.who, 0, part.ID); err != nil {
				t.Fatal(err)
			}
		}
		return v, err
	}
	if _, err := replace(7, 60); !shop.IsCode(err, "copies_differ") {
		t.Errorf("seven of thirty: %v", err)
	}
	for _, c := range []struct {
		copies, plates int
		size           float64
	}{{30, 2, 60}, {30, 1, 20}, {1, 1, 60}, {30, 2, 60}} {
		v, err := replace(c.copies, c.size)
		if err != nil || len(v.Items[0].Plates) != c.plates || len(v.Jobs) != c.plates {
			t.Fatalf("%+v: %+v, %+v, %v", c, v.Items[0].Plates, v.Jobs, err)
		}
		made := 0
		for i, p := range v.Items[0].Plates {
			made += p.Runs * p.Copies
			if p.GCodeFileID == "" || v.Jobs[i].GCodeFileID != p.GCodeFileID || p.Laid != (c.copies > 1) {
				t.Errorf("%+v: %+v", c, p)
			}
		}
		kinds := map[string]int{}
		for _, f := range v.Files {
			kinds[f.Kind]++
		}
		if made != 30 || kinds["gcode"] != c.plates || kinds["settings"] != c.plates || kinds["mesh"] != 1 {
			t.Errorf("%+v: %d copies, %v", c, made, kinds)
		}
	}
}
