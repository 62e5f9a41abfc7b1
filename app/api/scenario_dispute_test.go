package api_test

import (
	"slices"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// takenByBank is an order that was paid by card and whose payment a bank took back for good, with the link to its page.
func (s *stage) takenByBank(t *testing.T) (v *apptest.Visitor, link string, o order.StaffOrderView) {
	t.Helper()
	v, link, o = s.paid(t)
	dispute, err := s.Stripe.Dispute(o.Payments[0].Reference)
	if err != nil {
		t.Fatal(err)
	}
	s.Stripe.Wait()
	if o = s.helper.Find(o.Number); o.Status != "on_hold" || o.Disputed != o.Total || len(o.Disputes) != 1 || o.Disputes[0].EvidenceDue == 0 || o.Disputes[0].State != shop.DisputeOpen || slices.Contains(o.Actions, "lift_hold") || o.Next != "" {
		t.Errorf("disputed: %+v, %v", o.Disputes, o.Actions)
	}
	if _, err := s.helper.Try(o.ID, "lift-hold", map[string]string{"reason": "They seem honest."}); apptest.CodeOf(err) != "admin_only" {
		t.Errorf("staff lift its hold: %v", err)
	}
	if o = s.admin.Find(o.Number); !slices.Contains(o.Actions, "lift_hold") || slices.Contains(o.Actions, "answer_dispute") {
		t.Errorf("disputed: an admin is offered %v", o.Actions)
	}
	if err := s.Stripe.CloseDispute(dispute, false); err != nil {
		t.Fatal(err)
	}
	s.Stripe.Wait()
	o = s.admin.Find(o.Number)
	if o.Undecided != o.Total || o.Missing != o.Total || o.Disputed != 0 || o.Next != "answer_dispute" || slices.Contains(s.helper.Find(o.Number).Actions, "answer_dispute") || !slices.Contains(o.Payments[0].Actions, "answer_dispute") {
		t.Errorf("lost: %+v, %v", o.Disputes, o.Actions)
	}
	return v, link, o
}

// answers decides what becomes of the order's lost payment.
func (s *stage) answers(t *testing.T, o order.StaffOrderView, answer string) order.StaffOrderView {
	t.Helper()
	p := o.Payments[0]
	post[any](t, s.admin.Client, "/api/payments/"+p.ID+"/dispute-answer", map[string]any{"version": p.Version, "answer": answer, "reason": "As agreed."})
	return s.admin.Find(o.Number)
}

// What an admin does with money that counted and that a bank took back.
var disputeScenarios = map[string]scenario{
	"POST /api/payments/{id}/dispute-answer": func(t *testing.T, s *stage) {
		v, link, o := s.takenByBank(t)
		if page := v.Order(link); page.Balance != 0 || page.PayReason != "" || len(page.PayMethods) != 0 {
			t.Errorf("before it is decided the customer reads %+v", page)
		}
		at := "/api/payments/" + o.Payments[0].ID + "/dispute-answer"
		for name, c := range map[string]struct {
			by   *apptest.Staff
			body map[string]any
			code string
		}{
			"by staff":            {s.helper, map[string]any{"version": o.Payments[0].Version, "answer": "owed", "reason": "No."}, "admin_only"},
			"without a reason":    {s.admin, map[string]any{"version": o.Payments[0].Version, "answer": "owed", "reason": " "}, "reason_length"},
			"from an older page":  {s.admin, map[string]any{"version": o.Payments[0].Version - 1, "answer": "owed", "reason": "No."}, "changed_meanwhile"},
			"without a version":   {s.admin, map[string]any{"answer": "owed", "reason": "No."}, "malformed"},
			"with another answer": {s.admin, map[string]any{"version": o.Payments[0].Version, "answer": "perhaps", "reason": "No."}, "malformed"},
		} {
			if _, err := apptest.Post[any](t.Context(), c.by.Client, at, c.body); err == nil || c.code != "malformed" && apptest.CodeOf(err) != c.code {
				t.Errorf("%s: %v", name, err)
			}
		}
		if p, found := s.listed(t, s.admin.Client, o.Payments[0].ID); !found || p.Undecided != o.Total || p.OrderNumber != o.Number || !slices.Contains(p.Actions, "answer_dispute") {
			t.Errorf("with the payments to decide about: %v, %+v", found, p)
		}
		got := s.answers(t, o, "owed")
		if _, found := s.listed(t, s.admin.Client, o.Payments[0].ID); found {
			t.Error("it was decided about, and waits")
		}
		if got.InvoiceState != shop.Pending || got.InvoiceNumber != o.InvoiceNumber || got.Balance != o.Total || got.Paid != 0 || got.AskedAgain != o.Total || got.Undecided != 0 || got.Missing != 0 || got.Hold != shop.HoldWords(shop.HoldUnpaid) || got.Next != "mark_paid" ||
			got.Disputes[0].Answer != "owed" || got.Disputes[0].Answered != o.Total || got.Disputes[0].Reason != "As agreed." || got.Disputes[0].By == "" || !slices.Contains(got.Payments[0].Actions, "undo_dispute_answer") {
			t.Errorf("asked for again: %+v, %+v", got.OrderRowView, got.Disputes)
		}
		if page := v.Order(link); page.Balance != o.Total || page.PayReason == "" || !slices.Contains(page.PayMethods, shop.ByCard) || page.Status != "on_hold" {
			t.Errorf("the customer reads %+v", page)
		}
		if _, err := apptest.Post[any](t.Context(), s.admin.Client, at, map[string]any{"version": got.Payments[0].Version, "answer": "borne", "reason": "Again."}); apptest.CodeOf(err) != "dispute_answered" || apptest.StatusOf(err) != 409 {
			t.Errorf("twice: %v", err)
		}
		if got = s.helper.Takes(got, shop.ByTransfer, got.Balance); got.InvoiceState != shop.Paid || got.Hold != "" || got.Status != "paid" {
			t.Errorf("paid again: %+v", got.OrderRowView)
		}
		if page := v.Order(link); page.PayReason != "" || page.Balance != 0 {
			t.Errorf("paid, the customer reads %+v", page)
		}

		_, _, o = s.takenByBank(t)
		if got := s.answers(t, o, "borne"); got.InvoiceState != shop.Paid || got.Balance != 0 || got.Hold != "" || got.Status != "paid" || got.Missing != 0 || got.Undecided != 0 || got.Disputes[0].Answer != "borne" {
			t.Errorf("carried: %+v, %+v", got.OrderRowView, got.Disputes)
		}
	},
	"POST /api/payments/{id}/dispute-answer/undo": func(t *testing.T, s *stage) {
		_, _, o := s.takenByBank(t)
		at := "/api/payments/" + o.Payments[0].ID + "/dispute-answer/undo"
		if _, err := apptest.Post[any](t.Context(), s.admin.Client, at, map[string]any{"version": o.Payments[0].Version, "reason": "A mistake."}); apptest.CodeOf(err) != "dispute_not_answered" {
			t.Errorf("of what was not: %v", err)
		}
		for _, answer := range []string{"owed", "borne"} {
			o = s.answers(t, o, answer)
			if _, err := apptest.Post[any](t.Context(), s.helper.Client, at, map[string]any{"version": o.Payments[0].Version, "reason": "A mistake."}); apptest.CodeOf(err) != "admin_only" {
				t.Errorf("%s, by staff: %v", answer, err)
			}
			post[any](t, s.admin.Client, at, map[string]any{"version": o.Payments[0].Version, "reason": "A mistake."})
			if o = s.admin.Find(o.Number); o.InvoiceState != shop.Paid || o.Balance != 0 || o.Undecided != o.Total || o.Status != "on_hold" || o.Next != "answer_dispute" || o.Disputes[0].Answer != "" {
				t.Errorf("%s: %+v, %+v", answer, o.OrderRowView, o.Disputes)
			}
		}
		o = s.helper.Takes(s.answers(t, o, "owed"), shop.ByTerminal, 1_00)
		if _, err := apptest.Post[any](t.Context(), s.admin.Client, at, map[string]any{"version": o.Payments[0].Version, "reason": "A mistake."}); apptest.CodeOf(err) != "dispute_paid_again" || slices.Contains(o.Payments[0].Actions, "undo_dispute_answer") {
			t.Errorf("some of it was paid: %v", err)
		}
	},
}
