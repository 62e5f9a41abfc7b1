package apptest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
)

func (w *walk) jobSteps() []step {
	return []step{{"move a job", 44, w.on(w.move), nil}}
}

// finish makes what it can of an order's jobs, up to the shelf.
func (w *walk) finish(ctx context.Context, o order.StaffOrderView) error {
	board, err := w.Jobs.List(ctx, w.admin, "active")
	if err != nil {
		return err
	}
	printer := board.Printers[w.dice.IntN(len(board.Printers))].ID
	for _, j := range o.Jobs {
		for _, to := range []shop.JobState{shop.JobInQueue, shop.JobPrinting, shop.JobPrintingComplete, shop.JobPackaging, shop.JobReadyToCollect} {
			if slices.Contains(j.Next, to) {
				if j, err = w.Jobs.Move(ctx, w.helper, j.ID, job.MoveRequest{State: to, PrinterID: printer, Shelf: "B3"}); err != nil {
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
		Method: one(w, shop.ByCash, shop.ByTerminal, shop.ByTransfer),
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
	now, err := w.Orders.HandOver(ctx, who, o.ID, req)
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
	now, err := w.Orders.CancelRest(ctx, w.anybody(), o.ID, w.from(o.Version), "Not any more.")
	if err == nil && (now.State != shop.OrderCompleted || now.Paid != o.Paid) {
		w.t.Errorf("%s is %s after the rest was cancelled", o.Number, now.State)
	}
	return err
}

// move moves a job, mostly where it may go, with failed copies now and then.
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
		printers, err := w.Jobs.List(ctx, w.admin, "active")
		if err != nil || len(printers.Printers) == 0 {
			return fmt.Errorf("no printers: %w", err)
		}
		req.PrinterID = printers.Printers[w.dice.IntN(len(printers.Printers))].ID
	}
	if to == shop.JobReadyToCollect {
		req.Shelf = "B" + string(rune('1'+w.dice.IntN(9)))
	}
	if to == shop.JobPrintingComplete && w.dice.IntN(3) == 0 {
		req.FailedCopies = w.dice.IntN(j.Owed + 2)
	}
	moved, err := w.Jobs.Move(ctx, w.anybody(), j.ID, req)
	if err == nil && (moved.Done < j.Done || moved.Version != j.Version+1) {
		w.t.Errorf("%s: %d good copies became %d, version %d became %d", strings.ToLower(string(to)), j.Done, moved.Done, j.Version, moved.Version)
	}
	return err
}
