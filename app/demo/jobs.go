package demo

import (
	"context"
	"slices"
	"time"

	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// stage is a state that a job comes to, and how long staff leave it where it was before.
type stage struct {
	state shop.JobState
	after time.Duration
}

// stages are those of a job through the shop, up to the shelf.
var stages = []stage{
	{shop.JobPreProcessing, 0},
	{shop.JobInQueue, 12 * time.Minute},
	{shop.JobPrinting, 10 * time.Minute},
	{shop.JobPrintingComplete, 0}, // once it is printed
	{shop.JobPostProcessing, 8 * time.Minute},
	{shop.JobPackaging, 15 * time.Minute},
	{shop.JobReadyToCollect, 20 * time.Minute},
}

// jobPlan is how far a job is to come.
type jobPlan struct {
	jobID  string
	to     shop.JobState
	failed int // copies of its first run
}

// makes takes all jobs of an order through the shop, up to a state.
func makes(to shop.JobState) action { return makesBut(to, 0) }

// makesBut is makes, and so many copies of the first job fail and are printed again.
func makesBut(to shop.JobState, failed int) action {
	return func(ctx context.Context, f *filler, o *placedOrder) error {
		v, err := o.view(ctx, f)
		for i, j := range v.Jobs {
			m := jobPlan{jobID: j.ID, to: to}
			if i == 0 {
				m.failed = failed
			}
			f.next(o, m, j)
		}
		return err
	}
}

// makesOne takes one job of an order up to a state. Back in the queue after a run of which copies failed counts as that
// state.
func makesOne(i int, to shop.JobState, failed int) action {
	return func(ctx context.Context, f *filler, o *placedOrder) error {
		v, err := o.view(ctx, f)
		if err != nil {
			return err
		}
		f.next(o, jobPlan{jobID: v.Jobs[i].ID, to: to, failed: failed}, v.Jobs[i])
		return nil
	}
}

// isCollected: the customer came for all that is ready.
func isCollected(ctx context.Context, f *filler, o *placedOrder) error {
	return f.leaves(ctx, o, 0, order.HandOverRequest{Kind: shop.Collected})
}

// isSent: a parcel with at most so many copies of each item left; 0 for all that is ready.
func isSent(number string, most int) action {
	return func(ctx context.Context, f *filler, o *placedOrder) error {
		return f.leaves(ctx, o, most, order.HandOverRequest{Kind: shop.Sent, Carrier: "Australia Post", TrackingNumber: number})
	}
}

// leaves hands over what is ready of an order, at most so many copies of each item; 0 for all.
func (f *filler) leaves(ctx context.Context, o *placedOrder, most int, req order.HandOverRequest) error {
	v, err := o.view(ctx, f)
	if err != nil {
		return err
	}
	if req.Version, req.InvoiceVersion = v.Version, v.InvoiceVersion; req.Kind == shop.Collected {
		req.CollectedBy = v.Contact.Name
	}
	for _, it := range v.Copies {
		n := it.Ready
		if most > 0 {
			n = min(n, most)
		}
		if n > 0 {
			req.Items = append(req.Items, shop.HandoverItem{ItemID: it.ItemID, Copies: n})
		}
	}
	_, err = f.App.Orders.HandOver(ctx, f.by(o), o.id, req)
	return err
}

// shelf is where an order's packed parts lie: the same one in each sample shop.
func shelf(number string) string {
	last := number[len(number)-1]
	return string('A'+rune(last%3)) + string(last%5+'1')
}

// next puts the next step of a job on the agenda, unless it has arrived.
func (f *filler) next(o *placedOrder, m jobPlan, now shop.Job) {
	if now.State == m.to && m.failed == 0 {
		return
	}
	if now.State == shop.JobPrinting && m.to == shop.JobPaused {
		f.plan(f.at.Add(15*time.Minute), func(ctx context.Context) error { return f.move(ctx, o, m, shop.JobPaused, 0) })
		return
	}
	at := slices.IndexFunc(stages, func(s stage) bool { return s.state == now.State })
	to := stages[at+1]
	after := to.after
	if to.state == shop.JobPrintingComplete {
		after = f.printing(now)
	}
	f.plan(f.at.Add(after), func(ctx context.Context) error { return f.move(ctx, o, m, to.state, m.failed) })
}

// printing is how long a job's run takes, by its slice.
func (f *filler) printing(j shop.Job) time.Duration {
	if j.Laid {
		return time.Duration(j.Seconds) * time.Second
	}
	return time.Duration(j.Seconds*float64(j.Owed)) * time.Second
}

// move moves a job, and plans its next step. A job that is to be printed waits for the printer that is free first.
func (f *filler) move(ctx context.Context, o *placedOrder, m jobPlan, to shop.JobState, failed int) error {
	req := job.MoveRequest{State: to}
	printer := 0
	switch to {
	case shop.JobPrinting:
		for i, free := range f.free {
			if free.Before(f.free[printer]) {
				printer = i
			}
		}
		if f.free[printer].After(f.at) {
			f.plan(f.free[printer], func(ctx context.Context) error { return f.move(ctx, o, m, to, failed) })
			return nil
		}
		req.PrinterID = f.printers[printer]
	case shop.JobPrintingComplete:
		req.FailedCopies, m.failed = failed, 0
		if failed > 0 {
			req.Reason = "Came off the bed."
		}
	case shop.JobReadyToCollect:
		req.Shelf = shelf(o.number)
	case shop.JobPaused:
		req.Note = "Paused to change the spool."
	}
	j, err := f.App.Jobs.Move(ctx, f.by(o), m.jobID, req)
	if err != nil {
		return err
	}
	if to == shop.JobPrinting {
		f.free[printer] = f.at.Add(f.printing(j))
		if m.to == shop.JobPrinting && m.failed == 0 || m.to == shop.JobPaused {
			f.free[printer] = f.now.Add(time.Hour) // it is still at it
		}
	}
	f.next(o, m, j)
	return nil
}
