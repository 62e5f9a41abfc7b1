package order_test

import (
	"context"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/billing"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
)

// threeLeft is an order of five copies for $40.00 of which three have left, unpaid, after it was paid by some payments.
func threeLeft(t *testing.T, c *apptest.Scenario, paid ...shop.Cents) order.StaffOrderView {
	t.Helper()
	o, item := fiveCopies(t, c, 3)
	for _, amount := range paid {
		if err := c.Billing.TakePayment(t.Context(), helper, o.InvoiceID, 0, shop.ByTransfer, amount, ""); err != nil {
			t.Fatal(err)
		}
	}
	return threeLeave(t, c, seen(t, c, o.ID), item)
}

func threeLeave(t *testing.T, c *apptest.Scenario, o order.StaffOrderView, item string) order.StaffOrderView {
	t.Helper()
	req := collected(item, 3)
	if o.Balance > 0 {
		req.UnpaidReason = "a regular"
	}
	o, err := handOver(t.Context(), c.Orders, grace, o.ID, req)
	if err != nil {
		t.Fatal(err)
	}
	if o.RestCosts == nil || *o.RestCosts != 24_00 {
		t.Errorf("three of five copies for $40.00 cost %v", o.RestCosts)
	}
	return o
}

// byCard pays all of an order on Stripe's page.
func byCard(t *testing.T, c *apptest.Scenario, o order.StaffOrderView) order.StaffOrderView {
	t.Helper()
	if _, err := c.Orders.PayLink(t.Context(), grace, o.InvoiceID); err != nil {
		t.Fatal(err)
	}
	all := c.Stripe.Sessions()
	if err := c.Stripe.Pay(all[len(all)-1].ID); err != nil {
		t.Fatal(err)
	}
	c.Stripe.Wait()
	apptest.Await(t, "paid", func() bool { o = seen(t, c, o.ID); return o.Balance == 0 })
	return o
}

func cancelsRest(t *testing.T, c *apptest.Scenario, who shop.Actor, o order.StaffOrderView) order.StaffOrderView {
	t.Helper()
	o, err := c.Orders.CancelRest(t.Context(), who, o.ID, order.CancelRestRequest{Version: o.Version, Reason: "No more black."})
	if err != nil {
		t.Fatal(err)
	}
	if o.State != shop.OrderCompleted || o.Total != 40_00 || o.RestCosts != nil {
		t.Errorf("%+v", o.OrderRowView)
	}
	return o
}

func customerOf(t *testing.T, c *apptest.Scenario, o order.StaffOrderView) order.CustomerOrderView {
	t.Helper()
	v, err := c.Orders.CustomerOrder(t.Context(), shop.Guest(o.ID), "")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// What left unpaid is owed at its price, not at that of the whole order: it is paid at the counter, and the order is over.
func TestTheRestOfAnUnpaidOrderIsNotOwed(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	o := threeLeft(t, c)
	was := o.Version
	o = cancelsRest(t, c, helper, o)
	if o.Balance != 24_00 || o.Adjusted != 16_00 || o.InvoiceState != shop.Pending || len(o.Adjustments) != 1 || o.Adjustments[0].Amount != 16_00 || o.DueBack != 0 {
		t.Errorf("%+v, %+v", o.OrderRowView, o.Adjustments)
	}
	if v := customerOf(t, c, o); v.Balance != 24_00 || v.Adjusted != 16_00 || v.Price.Total != 40_00 || v.DueBack != 0 {
		t.Errorf("the customer owes %s, %s less than %s", v.Balance, v.Adjusted, v.Price.Total)
	}
	for name, version := range map[string]int{"changed_meanwhile": was, "order_closed": 0} {
		if _, err := c.Orders.CancelRest(t.Context(), grace, o.ID, order.CancelRestRequest{Version: version, Reason: "Again."}); !shop.IsCode(err, shop.Code(name)) {
			t.Errorf("a second time: %v", err)
		}
	}
	if err := c.Billing.TakePayment(t.Context(), helper, o.InvoiceID, o.InvoiceVersion, shop.ByCash, 24_05, ""); !shop.IsCode(err, "amount_over_due") {
		t.Errorf("more than that: %v", err)
	}
	if err := c.Billing.TakePayment(t.Context(), helper, o.InvoiceID, o.InvoiceVersion, shop.ByCash, 24_00, ""); err != nil {
		t.Fatal(err)
	}
	if o = seen(t, c, o.ID); o.InvoiceState != shop.Paid || o.Balance != 0 || o.Status != "completed" || o.OpenRefunds != 0 || o.Missing != 0 {
		t.Errorf("%+v", o.OrderRowView)
	}
}

// What was paid beyond what has left is due back of the latest payments, until it is noted as sent back.
func TestThePaidRestIsDueBack(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	o := cancelsRest(t, c, grace, threeLeft(t, c, 30_00, 10_00))
	left := map[shop.Cents]shop.Cents{}
	for _, d := range o.RefundsDue {
		left[d.Amount] = d.Left
	}
	if o.DueBack != 16_00 || len(left) != 2 || left[10_00] != 10_00 || left[6_00] != 6_00 || o.InvoiceState != shop.Paid {
		t.Errorf("%s is due back: %+v", o.DueBack, o.RefundsDue)
	}
	if v := customerOf(t, c, o); v.Balance != 0 || v.DueBack != 16_00 || len(v.PayMethods) != 0 {
		t.Errorf("the customer owes %s and gets %s", v.Balance, v.DueBack)
	}
	for i, d := range o.RefundsDue {
		if err := c.Billing.NoteRefund(t.Context(), grace, d.PaymentID, billing.SentBackRequest{Version: d.Version, Reference: "in cash"}); err != nil {
			t.Fatal(err)
		}
		now := seen(t, c, o.ID)
		if i == 0 && now.DueBack != 16_00-d.Left || i == 1 && (now.DueBack != 0 || now.Balance != 0 || now.Refunded != 16_00 || now.OpenRefunds != 0 || now.Missing != 0 || now.Hold != "") {
			t.Errorf("after %d: %+v, open %s, missing %s", i+1, now.OrderRowView, now.OpenRefunds, now.Missing)
		}
	}
	if v := customerOf(t, c, o); v.Balance != 0 || v.DueBack != 0 || v.PayNote != "" || len(v.Refunds) != 2 {
		t.Errorf("the customer owes %s and gets %s: %q", v.Balance, v.DueBack, v.PayNote)
	}
}

// Stripe's refund of what is due ends it, whether it comes before the rest is cancelled, after, or after staff noted it.
func TestTheRestIsRefundedInStripe(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	paid := func() order.StaffOrderView {
		o, item := fiveCopies(t, c, 3)
		return threeLeave(t, c, byCard(t, c, o), item)
	}
	refund := func(o order.StaffOrderView, amount shop.Cents) order.StaffOrderView {
		if err := c.Stripe.Refund(o.Payments[0].Reference, int64(amount)); err != nil {
			t.Fatal(err)
		}
		c.Stripe.Wait()
		apptest.Await(t, "the refund", func() bool {
			o = seen(t, c, o.ID)
			return o.Refunded > 0 && o.DueBack == 0 && o.Payments[0].Returned >= amount
		})
		return o
	}
	for name, act := range map[string]func(o order.StaffOrderView) order.StaffOrderView{
		"before": func(o order.StaffOrderView) order.StaffOrderView {
			if o = refund(o, 16_00); o.Hold == "" || o.OpenRefunds != 16_00 {
				t.Errorf("refunded before: %q, %s open", o.Hold, o.OpenRefunds)
			}
			return cancelsRest(t, c, grace, o)
		},
		"before, and answered": func(o order.StaffOrderView) order.StaffOrderView {
			o = refund(o, 16_00)
			if err := c.Billing.AnswerRefund(t.Context(), grace, o.ID, o.Version, false); err != nil {
				t.Fatal(err)
			}
			return cancelsRest(t, c, grace, seen(t, c, o.ID))
		},
		"after": func(o order.StaffOrderView) order.StaffOrderView {
			if o = cancelsRest(t, c, grace, o); o.DueBack != 16_00 {
				t.Errorf("%s is due back", o.DueBack)
			}
			return refund(o, 16_00)
		},
		"after it was noted": func(o order.StaffOrderView) order.StaffOrderView {
			o = cancelsRest(t, c, grace, o)
			if err := c.Billing.NoteRefund(t.Context(), grace, o.Payments[0].ID, billing.SentBackRequest{Version: 0, Reference: "in Stripe"}); err != nil {
				t.Fatal(err)
			}
			return refund(o, 16_00)
		},
	} {
		o := act(paid())
		if o.DueBack != 0 || o.Refunded != 16_00 || o.Balance != 0 || o.OpenRefunds != 0 || o.Missing != 0 || o.Hold != "" || o.InvoiceState != shop.Paid {
			t.Errorf("%s: %+v, open %s, missing %s", name, o.OrderRowView, o.OpenRefunds, o.Missing)
		}
		if v := customerOf(t, c, o); v.Balance != 0 || v.PayNote != "" {
			t.Errorf("%s: the customer owes %s: %q", name, v.Balance, v.PayNote)
		}
		// What goes back beyond it is a question again.
		if err := c.Stripe.Refund(o.Payments[0].Reference, 5_00); err != nil {
			t.Fatal(err)
		}
		apptest.Await(t, "the refund", func() bool { o = seen(t, c, o.ID); return o.Refunded == 21_00 })
		if o.OpenRefunds != 5_00 || o.Missing != 5_00 || o.Balance != 0 {
			t.Errorf("%s, and more: open %s, missing %s, %s owed", name, o.OpenRefunds, o.Missing, o.Balance)
		}
	}
}

// A payment page that asks for the whole price is closed before the price is another, and a new one asks for that.
func TestAPaymentPageOfBeforeIsClosed(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{})
	o := threeLeft(t, c)
	if _, err := c.Orders.PayLink(t.Context(), grace, o.InvoiceID); err != nil {
		t.Fatal(err)
	}
	page := c.Stripe.Sessions()[0]
	if page.Amount != 40_00 || page.Status != "open" {
		t.Fatalf("%+v", page)
	}
	o = cancelsRest(t, c, helper, o)
	if page = c.Stripe.Sessions()[0]; page.Status != "expired" {
		t.Errorf("the page of before is %s", page.Status)
	}
	if _, err := c.Orders.PayLink(t.Context(), grace, o.InvoiceID); err != nil {
		t.Fatal(err)
	}
	if page = c.Stripe.Sessions()[1]; page.Amount != 24_00 {
		t.Errorf("a new page asks for %d", page.Amount)
	}
}

// What the order costs is worked out; another amount wants a reason, and staff take off no more than they may of any price.
func TestTheRestCostsWhatWasAgreedOn(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o := threeLeft(t, c)
	asks := func(who shop.Actor, costs shop.Cents, why string) error {
		_, err := c.Orders.CancelRest(t.Context(), who, o.ID, order.CancelRestRequest{Reason: "No more black.", Costs: &costs, CostsReason: why})
		return err
	}
	for name, c := range map[string]struct {
		who   shop.Actor
		costs shop.Cents
		why   string
		code  shop.Code
	}{
		"without a reason":     {grace, 20_00, " ", "reason_missing"},
		"more than was agreed": {grace, 40_01, "a lot of work", "costs_out_of_range"},
		"less than staff may":  {helper, 20_00, "a regular", "discount_too_large"},
	} {
		if err := asks(c.who, c.costs, c.why); !shop.IsCode(err, c.code) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if now := seen(t, c, o.ID); now.State != shop.OrderOpen || now.Adjusted != 0 {
		t.Errorf("refused, and yet %+v", now.OrderRowView)
	}
	if err := asks(helper, 22_00, "a regular"); err != nil {
		t.Fatal(err)
	}
	if now := seen(t, c, o.ID); now.Balance != 22_00 || now.Adjustments[0].Reason != "a regular" || now.ShopMessage != "No more black." {
		t.Errorf("%+v, %+v", now.OrderRowView, now.Adjustments)
	}
	// All of it stays to be paid where that is what was agreed on, and nothing is lowered then.
	o = threeLeft(t, c)
	if err := asks(helper, 40_00, "made for them alone"); err != nil {
		t.Fatal(err)
	}
	if now := seen(t, c, o.ID); now.Balance != 40_00 || len(now.Adjustments) != 0 || now.State != shop.OrderCompleted {
		t.Errorf("%+v, %+v", now.OrderRowView, now.Adjustments)
	}
}

// What is due back follows the money: a payment that was entered by mistake takes it along, and what comes back and is cancelled
// as a whole is due back as a whole.
func TestWhatIsDueBackOfTheRestFollowsTheMoney(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o := cancelsRest(t, c, grace, threeLeft(t, c, 30_00, 10_00))
	if err := c.Billing.ReversePayment(t.Context(), grace, o.Payments[1].ID, 0, "another order's"); err != nil {
		t.Fatal(err)
	}
	if o = seen(t, c, o.ID); o.DueBack != 6_00 || o.InvoiceState != shop.Paid {
		t.Errorf("%s is due back: %+v", o.DueBack, o.RefundsDue)
	}
	o, err := c.Orders.UndoHandover(t.Context(), grace, o.ID, o.Handovers[0].ID, 0, "It came back.")
	if err != nil {
		t.Fatal(err)
	}
	if o, err = c.Orders.CancelOrder(t.Context(), grace, o.ID, 0, "No more black."); err != nil || o.DueBack != 30_00 || o.Balance != 0 {
		t.Errorf("all of it: %+v, %v", o.OrderRowView, err)
	}

	o = cancelsRest(t, c, grace, threeLeft(t, c, 40_00))
	if err := c.Billing.ReversePayment(t.Context(), grace, o.Payments[0].ID, 0, "another order's"); err != nil {
		t.Fatal(err)
	}
	if o = seen(t, c, o.ID); o.DueBack != 0 || o.Balance != 24_00 || o.InvoiceState != shop.Pending {
		t.Errorf("reversed: %+v", o.OrderRowView)
	}
	// Money for which nobody asked, and that is accepted, pays what is owed now; the rest of it is due back at once.
	stray := shop.NewID()
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		return tx.InsertPayment(ctx, shop.Payment{
			ID: stray, InvoiceID: o.InvoiceID, Amount: 30_00, Currency: "AUD", Method: shop.ByCard, Processor: "stripe", ProcessorID: "pi_1", State: shop.PaymentNeedsReview, Created: tx.Now,
		})
	})
	if err := c.Billing.ApplyPayment(t.Context(), grace, stray, 0, "", "it is theirs"); err != nil {
		t.Fatal(err)
	}
	if o = seen(t, c, o.ID); o.DueBack != 6_00 || o.InvoiceState != shop.Paid {
		t.Errorf("accepted: %+v, %+v", o.OrderRowView, o.RefundsDue)
	}
}

// What was made before its job was cancelled is not lost from sight: it is spare, and can leave once that is back in the queue.
func TestGoodCopiesOfACancelledJobAreSpare(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	o, item := fiveCopies(t, c, 3)
	if err := c.Billing.TakePayment(t.Context(), helper, o.InvoiceID, 0, shop.ByTransfer, o.Total, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Jobs.Move(t.Context(), grace, o.Jobs[0].ID, job.MoveRequest{State: shop.JobCancelled}); !shop.IsCode(err, "reason_missing") || shop.FieldOf(err) != "reason" {
		t.Errorf("of a paid order, without a reason: %v", err)
	}
	j := seen(t, c, o.ID).Jobs[0]
	if !j.Money || j.Held != o.Total || !j.Last || j.Rest {
		t.Errorf("before it is cancelled: %+v", j)
	}
	if _, err := c.Jobs.Move(t.Context(), grace, j.ID, job.MoveRequest{State: shop.JobCancelled, Reason: "No more black."}); err != nil {
		t.Fatal(err)
	}
	if said := lastTold(t, c, o.ID); said != "Cancelled the job block.stl: No more black." {
		t.Errorf("the log says %q", said)
	}
	o = seen(t, c, o.ID)
	if at := o.Copies[0]; at.Here != 0 || at.Spare != 3 || at.ToCome != 0 || o.Status != "stopped" || o.Next != "requeue" || o.DueBack != 0 {
		t.Errorf("%+v, %s, next %q, %s due back", at, o.Status, o.Next, o.DueBack)
	}
	if _, err := c.Jobs.Move(t.Context(), helper, j.ID, job.MoveRequest{State: shop.JobInQueue}); err != nil {
		t.Fatal(err)
	}
	if o, err := handOver(t.Context(), c.Orders, helper, o.ID, collected(item, 3)); err != nil || o.Copies[0].Left != 3 || o.Copies[0].Spare != 0 {
		t.Errorf("%+v, %v", o.Copies, err)
	}
}
