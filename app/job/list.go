package job

import (
	"context"

	"buildplate/app/shop"
	"buildplate/db"
)

const jobsPerPage = 50

// List lists a page of a view's jobs and, with the first one, the printers and how many jobs there are of each kind.
// Errors: Invalid for an After that is no Next.
func (s *Service) List(ctx context.Context, who shop.Actor, f ListFilter) (ListView, error) {
	v := ListView{Printers: []PrinterView{}}
	if err := who.Must(shop.SeeJobs, shop.TheShop); err != nil {
		return v, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		v.Jobs, v.Next, err = tx.JobPage(ctx, db.JobFilter{ListFilter: db.ListFilter{Tab: f.View, Text: f.Query, After: f.After, Limit: jobsPerPage}, State: f.State, PrinterID: f.PrinterID})
		for i := range v.Jobs {
			v.Jobs[i].Offer(who)
		}
		if err != nil || f.After != "" { // the rest stands on the first page
			return err
		}
		if v.Printers, err = Printers(ctx, tx); err != nil {
			return err
		}
		counts, err := tx.CountJobs(ctx, f.Query)
		if err != nil {
			return err
		}
		v.Counts, v.CountsMore = counted(counts, f), counts.Partly
		v.QueueHours, err = tx.QueueHours(ctx)
		return err
	})
	if v.Jobs == nil {
		v.Jobs = []shop.Job{}
	}
	return v, err
}

// Printers lists the printers for who is to choose one. It is a step of use cases that have asked for the right to it.
func Printers(ctx context.Context, tx *db.Tx) ([]PrinterView, error) {
	printers, err := tx.Printers(ctx)
	if err != nil {
		return nil, err
	}
	running, paused, err := tx.OnPrinters(ctx)
	if err != nil {
		return nil, err
	}
	classes, err := tx.MachineClasses(ctx)
	if err != nil {
		return nil, err
	}
	out := []PrinterView{}
	for _, p := range printers {
		v := PrinterView{ID: p.ID, Name: p.Name, Status: p.Status, MachineID: p.ClassID, Printing: running[p.ID], Paused: paused[p.ID]}
		for _, c := range classes {
			if c.ID == p.ClassID {
				v.Machine, v.AnyMachine = c.Name, c.Interchangeable
			}
		}
		out = append(out, v)
	}
	return out, nil
}

// counted are the numbers beside what a list can be narrowed to, each as if the others stayed as they are: views and
// printers of all the view's states, states of the view.
func counted(c db.JobCounts, f ListFilter) map[string]int {
	out := map[string]int{}
	if f.View == "" {
		f.View = "active"
	}
	add := func(key string, n int) { out[key] = min(out[key]+n, db.MostCounted+1) }
	for _, state := range shop.JobStates {
		n := c.States[state]
		if f.PrinterID != "" {
			n = c.Printers[f.PrinterID][state]
		}
		view := "active"
		if state.Final() {
			view = "done"
		}
		add(view, n)
		add("all", n)
		if f.View != "all" && f.View != view {
			continue
		}
		add(string(state), n)
		if f.State == "" || f.State == state {
			for printer, states := range c.Printers {
				add(printer, states[state])
			}
		}
	}
	return out
}
