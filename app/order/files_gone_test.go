package order_test

import (
	"context"
	"slices"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/billing"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
)

// Older versions let files of an order be deleted that was paid afterwards. Its job is not printed from nothing: a model, or
// G-code, takes their place, at the price that was paid.
func TestWhatLostItsFilesIsMadeAnotherWay(t *testing.T) {
	for name, again := range map[string]func(a atCounter, o order.StaffOrderView) (order.StaffOrderView, error){
		"a model": func(a atCounter, o order.StaffOrderView) (order.StaffOrderView, error) {
			return a.replaces(o, 0, a.brings("again.stl", apptest.Block(20, 20, 10)), false)
		},
		"G-code": func(a atCounter, o order.StaffOrderView) (order.StaffOrderView, error) {
			part := a.brings("again.gcode", []byte(cura))
			return a.Orders.AttachGCode(t.Context(), a.who, o.ID, o.Items[0].ID, order.AttachGCodeRequest{Version: o.Version, PartID: part.ID})
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
			a := newCounter(t, c)
			o := a.seen(released(t, c).ID)
			loseFiles(t, c, o)
			if err := c.Billing.TakePayment(t.Context(), helper, o.InvoiceID, 0, shop.ByTransfer, o.Balance, ""); err != nil {
				t.Fatal(err)
			}
			o = a.seen(o.ID)
			j, it := o.Jobs[0], o.Items[0]
			if !j.GCodeGone || j.Elsewhere || slices.Contains(j.Next, shop.JobPrinting) || !it.Remakable || !it.FilesGone {
				t.Errorf("%+v, %+v", j, it)
			}
			start := job.MoveRequest{State: shop.JobPrinting, PrinterID: printers(t, c)[0]}
			if _, err := c.Jobs.Move(t.Context(), helper, j.ID, start); !shop.IsCode(err, "gcode_gone") {
				t.Errorf("it is printed from nothing: %v", err)
			}
			v, err := again(a, o)
			if err != nil {
				t.Fatal(err)
			}
			if v.Total != o.Total || v.Jobs[0].GCodeGone || v.Items[0].FilesGone {
				t.Errorf("%+v", v)
			}
			if _, err := c.Jobs.Move(t.Context(), helper, j.ID, start); err != nil {
				t.Errorf("it is not printed with %s: %v", name, err)
			}
		})
	}
}

// loseFiles takes away all files of an order.
func loseFiles(t *testing.T, c *apptest.Scenario, o order.StaffOrderView) {
	t.Helper()
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		files, err := tx.OrderFiles(ctx, o.ID)
		for _, f := range files {
			if err == nil {
				err = tx.DeleteOrderFile(ctx, f.ID)
			}
			if err == nil {
				err = c.Files.Trash(ctx, tx, f.BlobID)
			}
		}
		return err
	})
}

// What was cancelled when the rest left, and is made after all once the models went by age, gets a model in their place.
func TestTheRestAfterTheFilesWent(t *testing.T) {
	s := newNights(t)
	a := newCounter(t, s.Scenario)
	o := s.placed(2)
	first := o
	first.Jobs = o.Jobs[:1]
	s.move(first, shop.JobPrinting, shop.JobPrintingComplete)
	if _, err := handOver(t.Context(), s.Orders, s.admin, o.ID, collected(o.Jobs[0].ItemID, 1)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Orders.CancelRest(t.Context(), s.admin, o.ID, order.CancelRestRequest{Reason: "not needed"}); err != nil {
		t.Fatal(err)
	}
	for _, d := range s.see(o.ID).RefundsDue { // while money is owed either way its files stay
		if err := s.Billing.NoteRefund(t.Context(), s.admin, d.PaymentID, billing.SentBackRequest{Version: d.Version, Reference: "in cash"}); err != nil {
			t.Fatal(err)
		}
	}
	for range 40 {
		if s.pass(10 * day); s.files(o)[0] == 0 {
			break
		}
	}
	rest := o.Jobs[1]
	if _, err := s.Jobs.Move(t.Context(), s.admin, rest.ID, job.MoveRequest{State: shop.JobInQueue}); err != nil {
		t.Fatal(err)
	}
	if err := s.Billing.AnswerRefund(t.Context(), s.admin, o.ID, 0, true); err != nil { // what was sent back is owed again
		t.Fatal(err)
	}
	if err := s.Billing.LiftHold(t.Context(), s.admin, o.ID, 0, "They pay when they collect it."); err != nil {
		t.Fatal(err)
	}
	o = s.see(o.ID)
	item := slices.IndexFunc(o.Items, func(it order.StaffItemView) bool { return it.ID == rest.ItemID })
	if len(o.Files) > 0 || !o.Items[item].FilesGone || o.Items[1-item].Remakable || !o.Jobs[1].GCodeGone {
		t.Errorf("%d files, %+v, %+v", len(o.Files), o.Items, o.Jobs[1])
	}
	o, err := a.replaces(o, item, a.brings("again.stl", apptest.Block(20, 20, 10)), false)
	if err != nil {
		t.Fatal(err)
	}
	s.move(order.StaffOrderView{Jobs: o.Jobs[1:]}, shop.JobPrinting)
}
