package apptest

import (
	"context"
	"slices"
	"testing"
	"time"

	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/app/stripetest"
	"buildplate/db"
)

// bank stands in for Stripe, and outlives the shop.
type bank struct{ *stripetest.Server }

// open has it tell a shop at a public door of what happens.
func (b *bank) open(t *testing.T, public string) {
	t.Helper()
	var err error
	b.Server, err = stripetest.Start("127.0.0.1:0", stripetest.Options{
		Key: setting.DemoStripeKey, WebhookSecret: setting.DemoWebhookSecret, WebhookURL: "http://" + public + "/api/stripe/webhook", Pauses: []time.Duration{200 * time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
}

// lost is an order of two parts that was paid by card, of which one was collected and the other cancelled: that one's money was sent
// back, and the cardholder's bank took the rest.
func (b *bank) lost(t *testing.T, p *Process, staff *Staff) func(context.Context, *db.Tx) error {
	t.Helper()
	v := NewVisitor(t, p)
	for i := range 2 {
		v.Drop("part.stl", Block(10, 10, 2+float64(i)))
	}
	if _, err := v.WaitSliced(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	placed := v.Checkout(Order(shop.ByCard, v.Price().Price.Total))
	v.PaysOn(placed.PayURL)
	o := staff.Find(placed.OrderNumber)
	halfLeaves(t, staff, o)
	if err := cancelTheRest(t.Context(), staff.Client, ""); err != nil {
		t.Fatal(err)
	}
	o = staff.Find(o.Number)
	pi := o.Payments[0].Reference
	if err := b.Refund(pi, int64(o.DueBack)); err != nil {
		t.Fatal(err)
	}
	dispute, err := b.Dispute(pi)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.CloseDispute(dispute, false); err != nil {
		t.Fatal(err)
	}
	b.Wait()
	if o = staff.Find(o.Number); o.Undecided == 0 || o.DueBack != 0 || o.Refunded == 0 {
		t.Fatalf("%+v", o.OrderRowView)
	}
	return asItIs
}

// decidePayment presses a button of the first payment of the only order, until it is as somebody wants it.
func decidePayment(ctx context.Context, staff *Client, what string, body map[string]any, done func(order.StaffOrderView) bool) error {
	return untilDone(ctx, staff, done, func(o order.StaffOrderView) error {
		body["version"], body["reason"] = o.Payments[0].Version, "As agreed."
		_, err := Post[any](ctx, staff, "/api/payments/"+o.Payments[0].ID+"/"+what, body)
		return err
	})
}

func askAgain(ctx context.Context, staff *Client, _ string) error {
	return decidePayment(ctx, staff, "dispute-answer", map[string]any{"answer": shop.AskAgain}, func(o order.StaffOrderView) bool { return o.AskedAgain > 0 })
}

// lossAskedFor is that the customer is asked again for what their bank took.
func lossAskedFor() work {
	b := &bank{}
	return work{bank: b, prepare: b.lost, do: askAgain, done: func(t *testing.T, staff *Client) {
		o, err := theOrder(t.Context(), staff)
		if err != nil {
			t.Fatal(err)
		}
		if costs := o.Total - o.Adjusted; told(o, shop.VerbDisputeOwed) != 1 || o.Balance != costs || o.InvoiceState != shop.Pending || o.OpenRefunds != 0 || o.Undecided != 0 {
			t.Errorf("told %d times, it costs %s, %s is owed, %s open, %s undecided", told(o, shop.VerbDisputeOwed), costs, o.Balance, o.OpenRefunds, o.Undecided)
		}
	}}
}

// lossUndone is that this is taken back.
func lossUndone() work {
	b := &bank{}
	return work{
		bank: b,
		prepare: func(t *testing.T, p *Process, staff *Staff) func(context.Context, *db.Tx) error {
			stopped := b.lost(t, p, staff)
			if err := askAgain(t.Context(), staff.Client, ""); err != nil {
				t.Fatal(err)
			}
			return stopped
		},
		do: func(ctx context.Context, staff *Client, _ string) error {
			return decidePayment(ctx, staff, "dispute-answer/undo", map[string]any{}, func(o order.StaffOrderView) bool { return o.AskedAgain == 0 })
		},
		done: func(t *testing.T, staff *Client) {
			o, err := theOrder(t.Context(), staff)
			if err != nil {
				t.Fatal(err)
			}
			if n := told(o, shop.VerbDisputeUndone); n != 1 || o.Balance != 0 || o.OwedAgain != 0 || o.Undecided == 0 || o.InvoiceState != shop.Paid || o.OpenRefunds != 0 || o.DueBack != 0 {
				t.Errorf("told %d times, %s owed, %s of refunds, %s undecided, %s", n, o.Balance, o.OwedAgain, o.Undecided, o.InvoiceState)
			}
		},
	}
}

// heldForMoney is a released order whose payment was a mistake.
func heldForMoney(t *testing.T, p *Process, staff *Staff) func(context.Context, *db.Tx) error {
	t.Helper()
	o := orderedParts(t, p, staff, 2)
	staff.Takes(o, shop.ByTransfer, o.Total)
	if err := decidePayment(t.Context(), staff.Client, "reverse", map[string]any{}, func(o order.StaffOrderView) bool { return o.Hold != "" }); err != nil {
		t.Fatal(err)
	}
	return asItIs
}

func liftHold(ctx context.Context, staff *Client, _ string) error {
	return untilDone(ctx, staff, func(o order.StaffOrderView) bool { return o.Hold == "" }, func(o order.StaffOrderView) error {
		_, err := Post[any](ctx, staff, "/api/orders/"+o.ID+"/lift-hold", map[string]any{"version": o.Version, "reason": "A regular."})
		return err
	})
}

func holdIsLifted(t *testing.T, staff *Client) {
	o, err := theOrder(t.Context(), staff)
	if err != nil {
		t.Fatal(err)
	}
	held := slices.ContainsFunc(o.Jobs, func(j shop.Job) bool { return j.Hold != "" })
	if n := told(o, shop.VerbHoldLifted); n != 1 || held || o.Balance != o.Total {
		t.Errorf("told %d times, jobs on hold %v, %s owed", n, held, o.Balance)
	}
}

// restWasCancelled is a paid order of two parts, of which one was collected and the other cancelled.
func restWasCancelled(t *testing.T, p *Process, staff *Staff) func(context.Context, *db.Tx) error {
	t.Helper()
	stopped := halfCollected(t, p, staff)
	if err := cancelTheRest(t.Context(), staff.Client, ""); err != nil {
		t.Fatal(err)
	}
	return stopped
}

func putBack(ctx context.Context, staff *Client, _ string) error {
	return untilDone(ctx, staff, func(o order.StaffOrderView) bool { return o.State == shop.OrderOpen }, func(o order.StaffOrderView) error {
		j := o.Jobs[slices.IndexFunc(o.Jobs, func(j shop.Job) bool { return j.State == shop.JobCancelled })]
		_, err := Post[any](ctx, staff, "/api/jobs/"+j.ID+"/status", job.MoveRequest{State: shop.JobInQueue, Version: j.Version})
		return err
	})
}

func restIsPutBack(t *testing.T, staff *Client) {
	o, err := theOrder(t.Context(), staff)
	if err != nil {
		t.Fatal(err)
	}
	stopped := slices.ContainsFunc(o.Jobs, func(j shop.Job) bool { return j.State == shop.JobCancelled })
	if n := told(o, shop.VerbInvoiceRestored); n != 1 || stopped || o.Adjusted != 0 || o.DueBack != 0 || o.Balance != 0 || o.InvoiceState != shop.Paid {
		t.Errorf("told %d times, %s less, %s due back, %s owed, %s", n, o.Adjusted, o.DueBack, o.Balance, o.InvoiceState)
	}
}

func correctHandover(ctx context.Context, staff *Client, _ string) error {
	return untilDone(ctx, staff, func(o order.StaffOrderView) bool { return o.Handovers[0].CollectedBy == "Wei Lin" }, func(o order.StaffOrderView) error {
		h := o.Handovers[0]
		_, err := Post[any](ctx, staff, "/api/orders/"+o.ID+"/handovers/"+h.ID+"/correct", order.HandoverCorrection{Version: h.Version, CollectedBy: "Wei Lin", Reason: "A slip of the pen."})
		return err
	})
}

func handoverIsCorrected(t *testing.T, staff *Client) {
	o, err := theOrder(t.Context(), staff)
	if err != nil {
		t.Fatal(err)
	}
	if n := told(o, shop.VerbHandoverCorrected); n != 1 || len(o.Handovers) != 1 || o.Copies[0].Left != 1 || o.DueBack != 0 {
		t.Errorf("told %d times, %+v", n, o.Handovers)
	}
}
