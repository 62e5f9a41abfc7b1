package apptest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
)

func asItIs(context.Context, *db.Tx) error { return nil }

// theOrder reads the only order there is.
func theOrder(ctx context.Context, staff *Client) (order.StaffOrderView, error) {
	all, err := everyOrder(ctx, staff)
	if err != nil || len(all) != 1 {
		return order.StaffOrderView{}, fmt.Errorf("%d orders: %w", len(all), err)
	}
	return all[0], nil
}

// untilDone has somebody look at the only order and press again until it is as they want it. What was done before the shop died
// is refused as changed meanwhile, or as done: they look again.
func untilDone(ctx context.Context, staff *Client, done func(order.StaffOrderView) bool, press func(order.StaffOrderView) error) error {
	for {
		o, err := theOrder(ctx, staff)
		if err != nil || done(o) {
			return err
		}
		if err := press(o); lasting(err) != nil && StatusOf(err) != http.StatusConflict {
			return err
		}
		if err := rest(ctx); err != nil {
			return fmt.Errorf("it is %s: %w", o.Status, err)
		}
	}
}

// prints has a job printed.
func prints(t *testing.T, staff *Staff, j shop.Job) {
	t.Helper()
	board, err := Get[job.ListView](t.Context(), staff.Client, "/api/jobs")
	if err != nil {
		t.Fatal(err)
	}
	version := j.Version
	for _, to := range []shop.JobState{shop.JobPrinting, shop.JobPrintingComplete} {
		moved, err := Post[shop.Job](t.Context(), staff.Client, "/api/jobs/"+j.ID+"/status", job.MoveRequest{State: to, PrinterID: board.Printers[0].ID, Version: version})
		if err != nil {
			t.Fatal(err)
		}
		version = moved.Version
	}
}

// halfCollected is a paid order of two parts, of which one was printed and collected.
func halfCollected(t *testing.T, p *Process, staff *Staff) func(context.Context, *db.Tx) error {
	o := orderedParts(t, p, staff, 2)
	halfLeaves(t, staff, staff.Takes(o, shop.ByTransfer, o.Total))
	return asItIs
}

// halfLeaves has the first part of an order printed and collected.
func halfLeaves(t *testing.T, staff *Staff, o order.StaffOrderView) {
	t.Helper()
	prints(t, staff, o.Jobs[0])
	staff.Act(o.ID, "handovers", order.HandOverRequest{Kind: shop.Collected, CollectedBy: "Lin Wei", Items: []shop.HandoverItem{{ItemID: o.Jobs[0].ItemID, Copies: 1}}})
}

func cancelTheRest(ctx context.Context, staff *Client, _ string) error {
	return untilDone(ctx, staff, func(o order.StaffOrderView) bool { return o.State == shop.OrderCompleted }, func(o order.StaffOrderView) error {
		_, err := Post[any](ctx, staff, "/api/orders/"+o.ID+"/cancel-rest", order.CancelRestRequest{Version: o.Version, Reason: "Not needed any more."})
		return err
	})
}

func restIsCancelled(t *testing.T, staff *Client) {
	o, err := theOrder(t.Context(), staff)
	if err != nil {
		t.Fatal(err)
	}
	stopped := 0
	for _, j := range o.Jobs {
		if j.State == shop.JobCancelled {
			stopped++
		}
	}
	if n := told(o, shop.VerbRestCancelled); n != 1 || stopped != 1 || o.DueBack <= 0 || len(o.RefundsDue) != 1 || o.RefundsDue[0].Left != o.DueBack || len(o.Handovers) != 1 {
		t.Errorf("told %d times, %d jobs stopped, %s due back, %+v", n, stopped, o.DueBack, o.RefundsDue)
	}
}

// refundNoted is an order that was paid and cancelled, and of whose money staff noted that it was sent back.
func refundNoted(t *testing.T, p *Process, staff *Staff) func(context.Context, *db.Tx) error {
	o := orderedParts(t, p, staff, 1)
	o = staff.Takes(o, shop.ByTransfer, o.Total)
	o = staff.Act(o.ID, "cancel", map[string]string{"reason": "Changed their mind."})
	if _, err := Post[any](t.Context(), staff.Client, refundOf(o), map[string]any{"version": o.RefundsDue[0].Version, "reference": "slip 77"}); err != nil {
		t.Fatal(err)
	}
	return asItIs
}

func refundOf(o order.StaffOrderView) string {
	return "/api/payments/" + o.Payments[0].ID + "/refund-sent"
}

func takeRefundBack(ctx context.Context, staff *Client, _ string) error {
	return untilDone(ctx, staff, func(o order.StaffOrderView) bool { return o.DueBack == o.Total }, func(o order.StaffOrderView) error {
		_, err := Post[any](ctx, staff, refundOf(o)+"/undo", map[string]any{"version": o.RefundsDue[0].Version, "reason": "It was another order's."})
		return err
	})
}

func refundIsDueAgain(t *testing.T, staff *Client) {
	o, err := theOrder(t.Context(), staff)
	if err != nil {
		t.Fatal(err)
	}
	if n := told(o, shop.VerbRefundNoteUndone); n != 1 || o.Held != o.Total || len(o.RefundRows) != 0 || o.RefundsDue[0].State != "open" || o.RefundsDue[0].Left != o.Total || o.RefundsDue[0].Noted != 0 {
		t.Errorf("told %d times, %s held, %+v, %+v", n, o.Held, o.RefundRows, o.RefundsDue)
	}
}

// severalInReview are orders that wait for a review.
func severalInReview(t *testing.T, p *Process, _ *Staff) func(context.Context, *db.Tx) error {
	for i := range 4 {
		v := NewVisitor(t, p)
		v.Drop(fmt.Sprintf("part %d.stl", i), Block(10, 10, 4))
		v.Sliced()
		v.Checkout(Order(shop.ByReview, 0))
	}
	return asItIs
}

// refuseSeveral refuses all orders at once, and again those that are not.
func refuseSeveral(ctx context.Context, staff *Client, _ string) error {
	for {
		all, err := everyOrder(ctx, staff)
		if err != nil {
			return err
		}
		req := order.RefuseAllRequest{Reason: "Not something we print."}
		for _, o := range all {
			if o.State == shop.OrderOpen {
				req.Orders = append(req.Orders, job.Ref{ID: o.ID, Version: o.Version})
			}
		}
		if len(req.Orders) == 0 {
			return nil
		}
		v, err := Post[order.EndedView](ctx, staff, "/api/orders/refusals", req)
		if lasting(err) != nil {
			return err
		}
		if err := rest(ctx); err != nil {
			return fmt.Errorf("%+v: %w", v.Left, err)
		}
	}
}

func severalAreRefused(t *testing.T, staff *Client) {
	all, err := everyOrder(t.Context(), staff)
	if err != nil || len(all) != 4 {
		t.Fatalf("%d orders, %v", len(all), err)
	}
	if slices.ContainsFunc(all, func(o order.StaffOrderView) bool {
		return o.State != shop.OrderRefused || told(o, shop.VerbOrderRefused) != 1
	}) {
		t.Errorf("%+v", all)
	}
}

// takenBackAgain is an order of two parts whose customer takes it back, in a browser of their own, and presses again until they have
// the parts in their cart.
func takenBackAgain() work {
	var public, at string
	return work{
		prepare: func(t *testing.T, p *Process, staff *Staff) func(context.Context, *db.Tx) error {
			o := orderedParts(t, p, staff, 2)
			link, err := Post[order.MadeLinkView](t.Context(), staff.Client, "/api/orders/"+o.ID+"/link", nil)
			if err != nil {
				t.Fatal(err)
			}
			public, at = p.Public, "/api/order-links/"+Token(link.URL)+"/take-back"
			return asItIs
		},
		do: func(ctx context.Context, _ *Client, _ string) error {
			customer := NewClient(public)
			if _, err := again(ctx, func() (order.TakenBackView, error) { return Post[order.TakenBackView](ctx, customer, at, nil) }); err != nil {
				return err
			}
			v, err := customer.WaitSliced(ctx, 2)
			if err == nil && (len(v.Parts) != 2 || v.Order != nil) {
				err = fmt.Errorf("the cart has %d parts, %+v", len(v.Parts), v.Order)
			}
			return err
		},
		done: func(t *testing.T, staff *Client) {
			o, err := theOrder(t.Context(), staff)
			if err != nil {
				t.Fatal(err)
			}
			if n := told(o, shop.VerbOrderTakenBack); n != 1 || o.State != shop.OrderCancelled || o.InvoiceState != shop.Void || o.InvoiceNumber != "" {
				t.Errorf("told %d times, %s, %s %q", n, o.State, o.InvoiceState, o.InvoiceNumber)
			}
		},
	}
}
