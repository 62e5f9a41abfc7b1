package order_test

import (
	"slices"
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// The list is narrowed by view, state, printer and text, and says how many there would be.
func TestJobsAreListedByWhatTheyAre(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	uma, tom := blocks(t, c, "Uma Thorn", 1, 2), blocks(t, c, "Tom Baxter", 1)
	all := printers(t, c)
	if _, err := c.Jobs.Move(t.Context(), helper, uma.Jobs[1].ID, job.MoveRequest{State: shop.JobPrinting, PrinterID: all[0]}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Jobs.Move(t.Context(), helper, tom.Jobs[0].ID, job.MoveRequest{State: shop.JobCancelled}); err != nil {
		t.Fatal(err)
	}
	for _, ask := range []struct {
		f      job.ListFilter
		want   []string
		counts map[string]int
	}{
		{job.ListFilter{}, []string{uma.Jobs[0].ID, uma.Jobs[1].ID}, map[string]int{"active": 2, "done": 1, "all": 3, "QUEUED": 1, "PRINTING": 1, all[0]: 1}},
		{job.ListFilter{View: "done"}, []string{tom.Jobs[0].ID}, map[string]int{"active": 2, "done": 1, "all": 3, "CANCELLED": 1}},
		{job.ListFilter{View: "all"}, []string{tom.Jobs[0].ID, uma.Jobs[1].ID, uma.Jobs[0].ID}, map[string]int{"all": 3, "CANCELLED": 1, "QUEUED": 1, all[0]: 1}},
		{job.ListFilter{State: shop.JobPrinting}, []string{uma.Jobs[1].ID}, map[string]int{"active": 2, "QUEUED": 1, "PRINTING": 1, all[0]: 1}},
		{job.ListFilter{State: shop.JobQueued}, []string{uma.Jobs[0].ID}, map[string]int{"QUEUED": 1, "PRINTING": 1, all[0]: 0}},
		{job.ListFilter{PrinterID: all[0]}, []string{uma.Jobs[1].ID}, map[string]int{"active": 1, "done": 0, "QUEUED": 0, "PRINTING": 1, all[0]: 1}},
		{job.ListFilter{View: "all", Query: tom.Number}, []string{tom.Jobs[0].ID}, map[string]int{"active": 0, "done": 1, "all": 1}},
		{job.ListFilter{View: "all", Query: "thorn"}, []string{uma.Jobs[1].ID, uma.Jobs[0].ID}, map[string]int{"active": 2, "all": 2, all[0]: 1}},
		{job.ListFilter{View: "all", Query: "block.stl"}, []string{tom.Jobs[0].ID, uma.Jobs[0].ID}, map[string]int{"all": 2, all[0]: 0}}, // the other is block (2).stl
		{job.ListFilter{View: "all", Query: "block"}, []string{tom.Jobs[0].ID, uma.Jobs[1].ID, uma.Jobs[0].ID}, map[string]int{"all": 3}},
		{job.ListFilter{View: "all", Query: "nobody"}, []string{}, map[string]int{"active": 0, "all": 0}},
	} {
		v, err := c.Jobs.List(t.Context(), helper, ask.f)
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, j := range v.Jobs {
			got = append(got, j.ID)
		}
		if !slices.Equal(got, ask.want) || v.Next != "" {
			t.Errorf("%+v: %q, want %q", ask.f, got, ask.want)
		}
		for key, n := range ask.counts {
			if v.Counts[key] != n {
				t.Errorf("%+v counts %v, %s is %d", ask.f, v.Counts, key, n)
			}
		}
	}
	v, err := c.Jobs.List(t.Context(), helper, job.ListFilter{})
	if err != nil || v.QueueHours <= 0 || v.Printers[0].Printing != "block (2).stl of ORD-1001" || v.Printers[0].Paused != "" {
		t.Errorf("%+v, %v", v, err)
	}
}

// What names one part of an order finds that part's job; what names the order finds all of them.
func TestJobsAreFoundByTheirOwnPart(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	who := grace
	who.CartID = c.NewCart()
	for i, name := range []string{"Vase.stl", "bräcket.stl", "thorn clip.stl"} {
		block := apptest.Block(20, 20, 10+float64(i))
		c.Begin(who.CartID, name, block, len(block))
	}
	c.AwaitSliced(who.CartID)
	total := shop.Cents(40_00)
	placed, err := c.Orders.TakeCounterOrder(t.Context(), who, order.CounterOrderRequest{
		Contact: shop.Contact{Name: "Uma Thorn", Phone: "0400 000 000"}, Delivery: shop.Delivery{Method: shop.Pickup}, Payment: shop.AtPickup, AdjustedTotal: &total, Reason: "agreed by phone",
	})
	if err != nil {
		t.Fatal(err)
	}
	o, err := c.Orders.ReleaseOrder(t.Context(), helper, placed.OrderID, 0, "")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"vase": "Vase.stl", "VASE.STL": "Vase.stl", "bracket": "bräcket.stl", "bra\u0308cket": "bräcket.stl", "uma vase": "Vase.stl", "vase bracket": "", "lamp": "", ".stl": "Vase.stl bräcket.stl thorn clip.stl",
		"thorn": "Vase.stl bräcket.stl thorn clip.stl", "clip": "thorn clip.stl", "uma": "Vase.stl bräcket.stl thorn clip.stl", "um": "Vase.stl bräcket.stl thorn clip.stl", o.Number: "Vase.stl bräcket.stl thorn clip.stl", "0400000000": "Vase.stl bräcket.stl thorn clip.stl", "va": "",
	} {
		v, err := c.Jobs.List(t.Context(), helper, job.ListFilter{View: "all", Query: text})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, j := range v.Jobs {
			got = append(got, j.Title)
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want || v.Counts["all"] != len(got) {
			t.Errorf("%q finds the jobs %q of %d, want %q", text, got, v.Counts["all"], want)
		}
	}
}
