package order_test

import (
	"slices"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/job"
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
		{job.ListFilter{View: "all", Query: "block.stl"}, []string{tom.Jobs[0].ID, uma.Jobs[1].ID, uma.Jobs[0].ID}, map[string]int{"all": 3}},
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
