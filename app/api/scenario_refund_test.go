package api_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/billing"
	"buildplate/app/job"
	"buildplate/app/ops"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
)

// paid is an order that a customer has paid by card, with the link to its page.
func (s *stage) paid(t *testing.T) (v *apptest.Visitor, link string, o order.StaffOrderView) {
	t.Helper()
	v, placed, o := s.ordered(t, shop.ByCard)
	v.PaysOn(placed.PayURL)
	return v, placed.OrderURL, s.admin.Find(o.Number)
}

// refund sends something back in Stripe and waits for the shop to hear of it.
func (s *stage) refund(t *testing.T, o order.StaffOrderView, amount shop.Cents) {
	t.Helper()
	if err := s.Stripe.Refund(s.payments(t, o.ID)[0].ProcessorID, int64(amount)); err != nil {
		t.Fatal(err)
	}
	before := s.order(t, o.ID).Refunded()
	apptest.Await(t, "the refund", func() bool { return s.order(t, o.ID).Refunded() > before || before == amount })
}

// due is what is to be sent back of an order, as the list has it.
func (s *stage) due(t *testing.T, c *apptest.Client, orderID string) (v billing.RefundDueView, found bool) {
	t.Helper()
	for after := ""; ; {
		page := get[billing.RefundDueListView](t, c, "/api/payments/refunds-due?after="+after)
		if at := slices.IndexFunc(page.Refunds, func(d billing.RefundDueView) bool { return d.OrderID == orderID }); at >= 0 {
			return page.Refunds[at], true
		}
		if after = page.Next; after == "" {
			return v, false
		}
	}
}

// toldOfRefund says whether an alarm tells staff that money of an order is to be sent back.
func (s *stage) toldOfRefund(t *testing.T, orderID string) bool {
	t.Helper()
	return slices.ContainsFunc(s.alarms(t), func(a ops.AlarmView) bool {
		return a.Kind == shop.AlarmRefundDue && a.OrderID == orderID
	})
}

// prints takes a job from the queue up to a state. Others print on its printer, too: this one is done at once.
func (s *stage) prints(t *testing.T, id string, last shop.JobState) {
	t.Helper()
	printer := get[job.ListView](t, s.helper.Client, "/api/jobs").Printers[0].ID
	s.Write(func(ctx context.Context, tx *db.Tx) error {
		j, err := tx.Job(ctx, id)
		if err != nil {
			return err
		}
		j.PrinterID, j.Shelf = printer, "B3"
		for _, to := range []shop.JobState{shop.JobPrinting, shop.JobPrintingComplete, shop.JobPackaging, shop.JobReadyToCollect} {
			if err := j.Move(to, 0, tx.Now); err != nil || to == last {
				return errors.Join(err, tx.SaveJob(ctx, j, "Flo Helper"), tx.IndexOrder(ctx, j.OrderID))
			}
		}
		return nil
	})
}

// atTheShelf is an order that is printed and waits for whoever collects it; nothing of it is paid.
func (s *stage) atTheShelf(t *testing.T) order.StaffOrderView {
	t.Helper()
	_, _, o := s.ordered(t, shop.AtPickup)
	o = s.helper.Act(o.ID, "release", nil)
	s.prints(t, o.Jobs[0].ID, shop.JobReadyToCollect)
	return s.admin.Find(o.Number)
}

// What staff do with refunds, payments by mistake and orders that are collected.
var refundScenarios = map[string]scenario{
	"POST /api/payments/{id}/reverse": func(t *testing.T, s *stage) {
		_, _, o := s.ordered(t, shop.ByTransfer)
		o = s.helper.Takes(o, shop.ByCash, o.CashDue)
		at := "/api/payments/" + o.Payments[0].ID + "/reverse"
		if _, err := apptest.Post[any](t.Context(), s.helper.Client, at, map[string]any{"version": 1, "reason": "Typed wrong."}); apptest.StatusOf(err) != http.StatusForbidden {
			t.Errorf("by staff: %v", err)
		}
		post[any](t, s.admin.Client, at, map[string]any{"version": 1, "reason": "It was for another order."})
		got := s.admin.Find(o.Number)
		if got.InvoiceState != shop.Pending || got.InvoiceNumber != o.InvoiceNumber || got.Balance != got.Total || got.Rounding != 0 || got.Hold == "" || got.Payments[0].State != "reversed" || got.Payments[0].Decision != "It was for another order." {
			t.Errorf("%+v", got.OrderRowView)
		}
		if _, err := apptest.Post[any](t.Context(), s.admin.Client, at, map[string]any{"version": got.Payments[0].Version, "reason": "Again."}); apptest.CodeOf(err) != "payment_reversed" {
			t.Errorf("twice: %v", err)
		}
		// Paid after all, its jobs go on.
		if got = s.helper.Takes(got, shop.ByTerminal, got.Balance); got.InvoiceState != shop.Paid || got.Hold != "" || got.Paid != got.Total || got.Rounding != 0 {
			t.Errorf("paid again: %+v", got.OrderRowView)
		}
	},
	"POST /api/orders/{id}/refund-answer": func(t *testing.T, s *stage) {
		for answer, owed := range map[string]shop.Cents{"lowered": 0, "owed": 2_00} {
			v, link, o := s.paid(t)
			s.refund(t, o, 2_00)
			o = s.admin.Find(o.Number)
			if o.Balance != 0 || o.OpenRefunds != 2_00 || o.Refunded != 2_00 || !slices.Contains(o.Actions, "answer_refund") || slices.Contains(s.helper.Find(o.Number).Actions, "answer_refund") {
				t.Errorf("%+v", o)
			}
			told := func() bool {
				return slices.ContainsFunc(s.alarms(t), func(a ops.AlarmView) bool { return a.Kind == shop.AlarmRefund && a.OrderID == o.ID })
			}
			if !told() {
				t.Error("nothing calls for attention")
			}
			if page := v.Order(link); page.Balance != 0 || len(page.Refunds) != 1 || page.Refunds[0].Amount != 2_00 || page.Refunds[0].Method != "card" || page.Refunds[0].At == 0 || len(page.PayMethods) != 0 {
				t.Errorf("the customer reads %+v", page)
			}
			got := s.admin.Act(o.ID, "refund-answer", map[string]any{"answer": answer, "version": o.Version})
			if got.Balance != owed || got.OpenRefunds != 0 || (got.InvoiceState == shop.Paid) != (owed == 0) || got.InvoiceNumber != o.InvoiceNumber || (got.Hold == "") != (owed == 0) || told() {
				t.Errorf("%s: %+v", answer, got)
			}
			if page := v.Order(link); page.Balance != owed || (len(page.PayMethods) > 0) != (owed > 0) {
				t.Errorf("%s: the customer reads %+v", answer, page)
			}
			if _, err := s.admin.Try(o.ID, "refund-answer", map[string]string{"answer": "owed"}); apptest.CodeOf(err) != "refund_answered" {
				t.Errorf("twice: %v", err)
			}
			if owed > 0 {
				if got = s.helper.Takes(got, shop.ByTransfer, owed); got.InvoiceState != shop.Paid || got.Balance != 0 || got.Hold != "" {
					t.Errorf("paid again: %+v", got.OrderRowView)
				}
			}
		}
	},
	"GET /api/payments/refunds-due": func(t *testing.T, s *stage) {
		v, link, o := s.paid(t)
		if _, err := s.helper.Try(o.ID, "cancel", map[string]string{"reason": "Not any more."}); apptest.StatusOf(err) != http.StatusForbidden {
			t.Errorf("cancelled by staff: %v", err)
		}
		got := s.admin.Act(o.ID, "cancel", map[string]string{"reason": "Not any more."})
		if got.Status != "cancelled" || got.InvoiceState != shop.Void || got.DueBack != o.Total || got.Jobs[0].State != shop.JobCancelled || len(got.RefundsDue) != 1 {
			t.Errorf("%+v", got)
		}
		for c, actions := range map[*apptest.Client][]string{s.helper.Client: {}, s.admin.Client: {"note"}} {
			if d, found := s.due(t, c, o.ID); !found || d.Left != o.Total || d.State != "open" || d.Method != "card" || d.OrderNumber != o.Number || !slices.Equal(d.Actions, actions) {
				t.Errorf("%+v", d)
			}
		}
		if page := v.Order(link); page.DueBack != o.Total || page.Balance != 0 || !s.toldOfRefund(t, o.ID) {
			t.Errorf("the customer reads %+v", page)
		}
		// Stripe says that it went back: in two steps, and nobody has to note it.
		s.refund(t, o, 1_00)
		if d, _ := s.due(t, s.admin.Client, o.ID); d.Left != o.Total-1_00 || d.State != "open" {
			t.Errorf("after a part: %+v", d)
		}
		if err := s.Stripe.Refund(s.payments(t, o.ID)[0].ProcessorID, int64(o.Total-1_00)); err != nil {
			t.Fatal(err)
		}
		apptest.Await(t, "the refund to be done", func() bool { d, _ := s.due(t, s.admin.Client, o.ID); return d.State == "done" })
		if page := v.Order(link); page.DueBack != 0 || page.Refunds[0].Amount != o.Total || s.toldOfRefund(t, o.ID) {
			t.Errorf("the customer reads %+v", page)
		}
	},
	"POST /api/payments/{id}/refund-sent": func(t *testing.T, s *stage) {
		_, _, o := s.ordered(t, shop.ByTransfer)
		o = s.helper.Takes(o, shop.ByCash, o.CashDue)
		s.admin.Act(o.ID, "cancel", map[string]string{"reason": "Not any more."})
		at := "/api/payments/" + o.Payments[0].ID + "/refund-sent"
		open, _ := s.due(t, s.admin.Client, o.ID)
		body := func(version int, reference string) map[string]any {
			return map[string]any{"version": version, "reference": reference}
		}
		if _, err := apptest.Post[any](t.Context(), s.helper.Client, at, body(open.Version, "in cash")); apptest.StatusOf(err) != http.StatusForbidden {
			t.Errorf("by staff: %v", err)
		}
		// It goes back in two parts: the first leaves the rest due, and nobody notes the same one twice.
		part := map[string]any{"version": open.Version, "amount": 5, "reference": "a coin"}
		post[any](t, s.admin.Client, at, part)
		if _, err := apptest.Post[any](t.Context(), s.admin.Client, at, part); apptest.CodeOf(err) != "changed_meanwhile" {
			t.Errorf("a part, twice: %v", err)
		}
		d, _ := s.due(t, s.admin.Client, o.ID)
		if d.State != "open" || d.Left != open.Left-5 || !s.toldOfRefund(t, o.ID) {
			t.Errorf("after a part: %+v", d)
		}
		if _, err := apptest.Post[any](t.Context(), s.admin.Client, at, map[string]any{"version": d.Version, "amount": d.Left + 5, "reference": "too much"}); apptest.CodeOf(err) != "refund_amount_out_of_range" {
			t.Errorf("more than is due: %v", err)
		}
		post[any](t, s.admin.Client, at, body(d.Version, "in cash, at the counter"))
		if d, _ := s.due(t, s.admin.Client, o.ID); d.State != "done" || d.Left != 0 || d.Reference != "in cash, at the counter" || d.By == "" || s.toldOfRefund(t, o.ID) {
			t.Errorf("%+v", d)
		}
		got := s.admin.Find(o.Number)
		if rows := got.RefundRows; len(rows) != 2 || rows[0].Amount+rows[1].Amount != o.Paid || rows[0].Method != "cash" || rows[0].Reason == rows[1].Reason || rows[0].By == "" || got.Held != 0 || got.DueBack != 0 {
			t.Errorf("%+v", got)
		}
		if _, err := apptest.Post[any](t.Context(), s.admin.Client, at, body(d.Version, "again")); apptest.CodeOf(err) != "changed_meanwhile" {
			t.Errorf("twice: %v", err)
		}
		send(t, s.admin.Client, http.MethodPost, "/api/payments/"+shop.NewID()+"/refund-sent", `{"version":1,"reference":"x"}`, 404)
	},
	"POST /api/payments/{id}/refund-sent/undo": func(t *testing.T, s *stage) {
		v, placed, o := s.ordered(t, shop.ByTransfer)
		o = s.helper.Takes(o, shop.ByTransfer, o.Total)
		o = s.admin.Act(o.ID, "cancel", map[string]string{"reason": "Not any more."})
		at := "/api/payments/" + o.Payments[0].ID + "/refund-sent"
		d := o.RefundsDue[0]
		if _, err := apptest.Post[any](t.Context(), s.admin.Client, at+"/undo", map[string]any{"version": d.Version, "reason": "What?"}); apptest.CodeOf(err) != "refund_not_noted" {
			t.Errorf("of nothing: %v", err)
		}
		post[any](t, s.admin.Client, at, map[string]any{"version": d.Version, "reference": "in cash"})
		d, _ = s.due(t, s.admin.Client, o.ID)
		if !slices.Equal(d.Actions, []string{"undo"}) || d.Noted != o.Total {
			t.Errorf("%+v", d)
		}
		undo := map[string]any{"version": d.Version, "reason": "It was another order's."}
		if _, err := apptest.Post[any](t.Context(), s.helper.Client, at+"/undo", undo); apptest.StatusOf(err) != http.StatusForbidden {
			t.Errorf("by staff: %v", err)
		}
		post[any](t, s.admin.Client, at+"/undo", undo)
		if d, _ := s.due(t, s.admin.Client, o.ID); d.State != "open" || d.Left != o.Total || d.Noted != 0 || !s.toldOfRefund(t, o.ID) {
			t.Errorf("%+v", d)
		}
		if page := v.Order(placed.OrderURL); page.DueBack != o.Total || len(page.Refunds) != 0 {
			t.Errorf("the customer reads %+v", page)
		}
		if _, err := apptest.Post[any](t.Context(), s.admin.Client, at+"/undo", undo); apptest.CodeOf(err) != "changed_meanwhile" {
			t.Errorf("twice: %v", err)
		}
	},
}

// What staff noted and Stripe says later is one refund, and Stripe's figure stands.
func TestARefundThatBothTellOfIsOne(t *testing.T) {
	t.Parallel()
	s := newStage(t, apptest.Setup{})
	_, _, o := s.paid(t)
	s.admin.Act(o.ID, "cancel", map[string]string{"reason": "Not any more."})
	due, _ := s.due(t, s.admin.Client, o.ID)
	post[any](t, s.admin.Client, "/api/payments/"+o.Payments[0].ID+"/refund-sent", map[string]any{"version": due.Version, "reference": "by transfer"})
	if err := s.Stripe.Refund(s.payments(t, o.ID)[0].ProcessorID, int64(o.Total)); err != nil {
		t.Fatal(err)
	}
	apptest.Await(t, "the refund", func() bool {
		rows := s.admin.Find(o.Number).RefundRows
		return len(rows) == 1 && rows[0].Reason == "Refunded in Stripe" && rows[0].Amount == o.Total
	})
}

// A paid order whose files must not stay: its jobs stop, all of it is due back, and its files are gone and never taken again.
func TestAPaidOrderIsRefusedAndItsFilesDeleted(t *testing.T) {
	t.Parallel()
	s := newStage(t, apptest.Setup{})
	v, link, o := s.paid(t)
	hash := apptest.FileOf(t, o, "model").SHA256
	if slices.Contains(s.helper.Find(o.Number).Actions, "refuse_and_delete") || !slices.Contains(o.Actions, "refuse_and_delete") || slices.Contains(o.Actions, "refuse") {
		t.Errorf("offered: %q", o.Actions)
	}
	if _, err := s.helper.Try(o.ID, "refuse", map[string]any{"reason": "A weapon.", "delete_files": true}); apptest.StatusOf(err) != http.StatusForbidden {
		t.Errorf("by staff: %v", err)
	}
	if _, err := s.admin.Try(o.ID, "refuse", map[string]any{"reason": "A weapon."}); apptest.CodeOf(err) != "order_not_in_review" {
		t.Errorf("with its files left: %v", err)
	}
	got := s.admin.Act(o.ID, "refuse", map[string]any{"reason": "A weapon.", "delete_files": true})
	if got.Status != "refused" || got.DueBack != o.Total || len(got.Files) != 0 || got.Jobs[0].State != shop.JobCancelled || got.InvoiceState != shop.Void || !s.toldOfRefund(t, o.ID) {
		t.Errorf("%+v", got)
	}
	if page := v.Order(link); page.ShopMessage != "A weapon." || page.DueBack != o.Total || len(page.Files) != 0 {
		t.Errorf("the customer reads %+v", page)
	}
	s.read(t, func(ctx context.Context, tx *db.Tx) error {
		refused, err := tx.FileRefused(ctx, hash)
		if !refused {
			t.Error("the file would be taken again")
		}
		return err
	})
	if _, err := s.admin.Try(o.ID, "refuse", map[string]any{"reason": "Again.", "delete_files": true}); apptest.CodeOf(err) != "order_not_open" {
		t.Errorf("twice: %v", err)
	}
}

// A finished order of which something was refunded is done: it owes nothing, and nothing of it waits.
func TestAPartialRefundOfAFinishedOrder(t *testing.T) {
	t.Parallel()
	s := newStage(t, apptest.Setup{})
	v, link, o := s.paid(t)
	s.prints(t, o.Jobs[0].ID, shop.JobPrintingComplete)
	s.helper.Act(o.ID, "handovers", collected(s.admin.Find(o.Number)))
	s.refund(t, o, 2_00)
	got := s.admin.Find(o.Number)
	if got.Status != "completed" || got.Balance != 0 || got.Hold != "" || got.OpenRefunds != 2_00 || got.InvoiceState != shop.Paid {
		t.Errorf("%+v", got.OrderRowView)
	}
	if list := get[order.OrderListView](t, s.helper.Client, "/api/orders?tab=unpaid"); len(list.Orders) != 0 {
		t.Errorf("unpaid: %+v", list.Orders)
	}
	if page := v.Order(link); page.Status != "completed" || page.Balance != 0 || len(page.Refunds) != 1 {
		t.Errorf("the customer reads %+v", page)
	}
}
