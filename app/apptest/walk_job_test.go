package apptest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
)

func (w *walk) jobSteps() []step {
	return []step{
		{"move a job", 40, w.on(w.move), nil},
		{"move several jobs", 6, w.moveSeveral, nil},
		{"undo going back", 6, w.undoBack, nil},
		{"correct a run", 8, w.on(w.correctRun), nil},
	}
}

// finish makes what it can of an order's jobs, up to the shelf.
func (w *walk) finish(ctx context.Context, o order.StaffOrderView) error {
	board, err := w.Jobs.List(ctx, w.admin, job.ListFilter{})
	if err != nil {
		return err
	}
	printer := board.Printers[w.dice.IntN(len(board.Printers))].ID
	for _, j := range o.Jobs {
		run := []shop.JobState{shop.JobInQueue, shop.JobPrinting, shop.JobPrintingComplete}
		for _, to := range slices.Concat(run, run, run, []shop.JobState{shop.JobPackaging, shop.JobReadyToCollect}) {
			if slices.Contains(j.Next, to) && (j.Owed > 0 || !slices.Contains(run, to)) {
				req := job.MoveRequest{State: to, Shelf: "B3"}
				if to == shop.JobPrinting {
					req.PrinterID = printer
				}
				if j, err = w.Jobs.Move(ctx, w.helper, j.ID, req); err != nil {
					w.sound(err)
					break
				}
			}
		}
	}
	return nil
}

// handOver gives away some of what is here of an order: few are at any time, so it looks for one, and makes one.
func (w *walk) handOver(ctx context.Context, o order.StaffOrderView) error {
	if err := w.finish(ctx, o); err != nil {
		return err
	}
	open, err := w.Orders.Orders(ctx, w.admin, order.OrderFilter{Tab: "open"})
	if err != nil {
		return err
	}
	for _, row := range open.Orders {
		if row.Status == "ready_to_collect" && w.dice.IntN(2) == 0 {
			o.ID, o.Number = row.ID, row.Number
		}
	}
	if o, err = w.Orders.StaffOrder(ctx, w.admin, o.ID); err != nil {
		return err
	}
	req := order.HandOverRequest{
		Kind: one(w, shop.Collected, shop.Sent), CollectedBy: "Lin Wei", Carrier: "Australia Post", TrackingNumber: shop.NewID(),
		Method: one(w, shop.ByCash, shop.ByTerminal, shop.ByTransfer), InvoiceVersion: o.InvoiceVersion,
	}
	for _, it := range o.Copies {
		if it.Here > 0 {
			req.Items = append(req.Items, shop.HandoverItem{ItemID: it.ItemID, Copies: 1 + w.dice.IntN(it.Here)})
		}
	}
	who := w.anybody()
	if w.dice.IntN(6) == 0 {
		req.UnpaidReason = "a regular"
	}
	last := (&shop.Handover{Items: req.Items}).Last(o.Copies)
	if (last || o.Balance > 0) && w.dice.IntN(4) > 0 {
		req.Costs = o.HandoverCosts
	}
	now, err := w.Orders.HandOver(ctx, who, o.ID, req)
	if err == nil && last && o.HandoverCosts != nil && now.State == shop.OrderCompleted && (req.Costs == nil || now.Total-now.Adjusted != *req.Costs) {
		w.t.Errorf("%s was completed without what was cancelled of it, and costs %s instead of %s", o.Number, now.Total-now.Adjusted, *o.HandoverCosts)
	}
	if err == nil && now.Balance > 0 && (req.UnpaidReason == "" || who.Role != shop.RoleAdmin) {
		w.t.Errorf("%s was handed over by %s, and %s is owed", o.Number, who.Name, now.Balance)
	}
	return err
}

// undoHandover takes back one of an order's handovers, at random: each of its copies is here again.
func (w *walk) undoHandover(ctx context.Context, o order.StaffOrderView) error {
	h, found := some(w, o.Handovers)
	if !found {
		return errNothing
	}
	now, err := w.Orders.UndoHandover(ctx, w.anybody(), o.ID, h.ID, w.from(h.Version), "a mistake")
	left := func(o order.StaffOrderView) (n int) {
		for _, it := range o.Copies {
			n += it.Left
		}
		return n
	}
	if err == nil && (left(now) != left(o)-h.Copies() || now.Paid != o.Paid) {
		w.t.Errorf("%s: %d copies had left, and %d of them came back: %d", o.Number, left(o), h.Copies(), left(now))
	}
	if err == nil && now.Adjusted != o.Adjusted-h.Lowered {
		w.t.Errorf("%s was lowered by %s, of it %s as these left, and is lowered by %s now", o.Number, o.Adjusted, h.Lowered, now.Adjusted)
	}
	return err
}

// correctHandover writes down anew who collected one, or which number it has.
func (w *walk) correctHandover(ctx context.Context, o order.StaffOrderView) error {
	h, found := some(w, o.Handovers)
	if !found {
		return errNothing
	}
	_, err := w.Orders.CorrectHandover(ctx, w.anybody(), o.ID, h.ID, order.HandoverCorrection{
		Version: w.from(h.Version), CollectedBy: "Wei Lin", Carrier: "StarTrack", TrackingNumber: shop.NewID(), Reason: "a slip of the pen",
	})
	return err
}

// cancelRest closes an order of which some has left: few are at any time, so it looks for one, and makes one.
func (w *walk) cancelRest(ctx context.Context, o order.StaffOrderView) error {
	partly := func(o order.StaffOrderView) bool {
		return o.State == shop.OrderOpen && slices.ContainsFunc(o.Copies, func(c shop.ItemCopies) bool { return c.Left > 0 })
	}
	for _, id := range w.orders {
		if partly(o) {
			break
		}
		found, err := w.Orders.StaffOrder(ctx, w.admin, id)
		if err == nil && partly(found) {
			o = found
		}
	}
	req := order.CancelRestRequest{Version: w.from(o.Version), Reason: "Not any more."}
	costs := o.Total - o.Adjusted
	if o.RestCosts != nil {
		costs = *o.RestCosts
	}
	if w.dice.IntN(3) == 0 { // as somebody agreed on with the customer
		costs = shop.Cents(w.dice.Int64N(int64(o.Total-o.Adjusted) + 2))
		req.Costs, req.CostsReason = &costs, "as agreed"
	}
	now, err := w.Orders.CancelRest(ctx, w.anybody(), o.ID, req)
	if err != nil {
		return err
	}
	if now.State != shop.OrderCompleted || now.Paid != o.Paid || now.Total != o.Total || now.Total-now.Adjusted != costs {
		w.t.Errorf("%s is %s after the rest was cancelled, and %s is asked for instead of %s", o.Number, now.State, now.Total-now.Adjusted, costs)
	}
	if _, err := w.Orders.CancelRest(ctx, w.admin, o.ID, order.CancelRestRequest{Reason: "again"}); !shop.IsCode(err, "order_closed") {
		w.t.Errorf("%s: the rest was cancelled twice: %v", o.Number, err)
	}
	return nil
}

// move moves a job, mostly where it may go, and counts what came of a run: some of it failed, or was not on it, now and then.
func (w *walk) move(ctx context.Context, o order.StaffOrderView) error {
	if len(o.Jobs) == 0 {
		return errNothing
	}
	j := o.Jobs[w.dice.IntN(len(o.Jobs))]
	to := shop.JobPrinting
	if len(j.Next) > 0 {
		to = j.Next[w.dice.IntN(len(j.Next))]
	}
	req := job.MoveRequest{State: to, Version: w.from(j.Version)}
	if to == shop.JobPrinting {
		printers, err := w.Jobs.List(ctx, w.admin, job.ListFilter{})
		if err != nil || len(printers.Printers) == 0 {
			return fmt.Errorf("no printers: %w", err)
		}
		req.PrinterID = printers.Printers[w.dice.IntN(len(printers.Printers))].ID
	}
	if to == shop.JobReadyToCollect {
		req.Shelf = w.shelf()
	}
	if to == shop.JobCancelled && w.dice.IntN(4) > 0 {
		req.Reason = "no more black"
	}
	if to == shop.JobPrintingComplete && w.dice.IntN(3) == 0 {
		req.FailedCopies, req.Reason = w.dice.IntN(j.Owed+2), "came off the bed"
		if good := w.dice.IntN(j.Owed + 2); w.dice.IntN(2) == 0 {
			req.GoodCopies = &good
		}
	}
	moved, err := w.Jobs.Move(ctx, w.anybody(), j.ID, req)
	if err == nil {
		w.sameJob(j, moved)
	}
	if err == nil && to == shop.JobPrintingComplete && (moved.State == shop.JobInQueue) != (moved.Owed > 0) {
		w.t.Errorf("after a run %d copies are owed, and the job is %s", moved.Owed, moved.State)
	}
	return err
}

// correctRun counts the copies of one of an order's runs anew: no other good copy is lost, and none that has left.
func (w *walk) correctRun(ctx context.Context, o order.StaffOrderView) error {
	for _, id := range append([]string{o.ID}, w.orders...) {
		found, err := w.Orders.StaffOrder(ctx, w.admin, id)
		if err != nil {
			continue // deleted
		}
		at := slices.IndexFunc(found.Jobs, func(j shop.Job) bool {
			return j.Done > 0 && !j.State.Final() && j.State != shop.JobPrinting && j.State != shop.JobPaused
		})
		if at < 0 {
			continue
		}
		was := found.Jobs[at]
		run, _ := some(w, slices.DeleteFunc(slices.Clone(was.Attempts), func(a shop.Attempt) bool { return a.Good+a.Failed == 0 }))
		req := job.CorrectRequest{AttemptID: run.ID, GoodCopies: max(run.Good+1-w.dice.IntN(3), 0), FailedCopies: run.Failed + w.dice.IntN(2), Reason: "a tag broke", Version: w.from(was.Version)}
		now, err := w.Jobs.Correct(ctx, w.anybody(), was.ID, req)
		if err != nil {
			return err
		}
		left := 0
		for _, it := range found.Copies {
			if it.ItemID == was.ItemID {
				left = it.Left
			}
		}
		if now.Done != was.Done+req.GoodCopies-run.Good || now.Failed != was.Failed+req.FailedCopies-run.Failed || now.Done+now.Owed != now.Copies || now.Done < left || now.Version != was.Version+1 {
			w.t.Errorf("%d good and %d failed became %d and %d of %d, of which %d have left, version %d became %d", was.Done, was.Failed, now.Done, now.Failed, now.Copies, left, was.Version, now.Version)
		}
		if now.State.Made() != (now.Owed == 0) {
			w.t.Errorf("after a correction %d copies are owed, and the job is %s", now.Owed, now.State)
		}
		after, err := w.Orders.StaffOrder(ctx, w.admin, id)
		if err != nil {
			return err
		}
		if on := onRuns(after.Jobs[at]); !maps.Equal(on, onRuns(was)) {
			w.t.Errorf("after a correction %v copies were on the runs, before it %v", on, onRuns(was))
		}
		return nil
	}
	return errNothing
}

// onRuns says how many copies were on each run of a job.
func onRuns(j shop.Job) map[string]int {
	on := map[string]int{}
	for _, a := range j.Attempts {
		on[a.ID] = a.On
	}
	return on
}

// sameJob holds a job that was moved against what it was: no good copy is lost, and it is one version further.
func (w *walk) sameJob(was, now shop.Job) {
	if now.Done < was.Done || now.Done+now.Owed != now.Copies || now.Version != was.Version+1 {
		w.t.Errorf("%s: %d good copies became %d of %d, version %d became %d", strings.ToLower(string(now.State)), was.Done, now.Done, now.Copies, was.Version, now.Version)
	}
}

func (w *walk) shelf() string { return "B" + string(rune('1'+w.dice.IntN(9))) }

// moveSeveral moves a few jobs of the list at once: each by itself, and none is lost.
func (w *walk) moveSeveral(ctx context.Context) error {
	board, err := w.Jobs.List(ctx, w.admin, job.ListFilter{View: one(w, "active", "all")})
	if err != nil {
		return err
	}
	if len(board.Jobs) == 0 {
		return errNothing
	}
	req := job.MoveAllRequest{
		State: one(w, shop.JobPreProcessing, shop.JobInQueue, shop.JobPaused, shop.JobPrintingComplete, shop.JobPostProcessing, shop.JobPackaging, shop.JobReadyToCollect),
		Shelf: w.shelf(),
	}
	was, old := map[string]shop.Job{}, ""
	for _, j := range board.Jobs[:min(len(board.Jobs), 1+w.dice.IntN(5))] {
		was[j.ID] = j
		req.Jobs = append(req.Jobs, job.Ref{ID: j.ID, Version: j.Version})
	}
	if one := &req.Jobs[w.dice.IntN(len(req.Jobs))]; one.Version > 1 && w.dice.IntN(4) == 0 {
		one.Version--
		old = one.ID
	}
	got, err := w.Jobs.MoveAll(ctx, w.anybody(), req)
	if err == nil && len(got.Moved)+len(got.Refused) != len(req.Jobs) {
		w.t.Errorf("of %d jobs %d moved and %d did not", len(req.Jobs), len(got.Moved), len(got.Refused))
	}
	for _, j := range got.Moved {
		if j.ID == old {
			w.t.Error("one of several jobs was moved from an old version")
		}
		if j.Version != was[j.ID].Version { // else it was there already
			w.sameJob(was[j.ID], j)
		}
	}
	return err
}

// undoBack puts a job of the list in the queue and takes it back to where it was, unless somebody came between.
func (w *walk) undoBack(ctx context.Context) error {
	board, err := w.Jobs.List(ctx, w.admin, job.ListFilter{View: "all"})
	if err != nil {
		return err
	}
	at := slices.IndexFunc(board.Jobs, func(j shop.Job) bool { return slices.Contains(j.Next, shop.JobInQueue) })
	if at < 0 {
		return errNothing
	}
	was := board.Jobs[at]
	back, err := w.Jobs.Move(ctx, w.anybody(), was.ID, job.MoveRequest{State: shop.JobInQueue, Version: w.from(was.Version)})
	if err != nil {
		return err
	}
	w.sameJob(was, back)
	got, err := w.Jobs.Undo(ctx, w.anybody(), job.UndoRequest{Jobs: []job.Ref{{ID: back.ID, Version: back.Version}}})
	for _, j := range got.Moved {
		if w.sameJob(back, j); j.State != was.State || j.Shelf != was.Shelf {
			w.t.Errorf("it was %s on shelf %q, and is %s on %q", was.State, was.Shelf, j.State, j.Shelf)
		}
	}
	return err
}
