package api_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/billing"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// leftUnpaid is an order that an admin let go without its money, with the link to its page.
func (s *stage) leftUnpaid(t *testing.T) (v *apptest.Visitor, link string, o order.StaffOrderView) {
	t.Helper()
	v, placed, o := s.ordered(t, shop.AtPickup)
	o = s.helper.Act(o.ID, "release", nil)
	s.prints(t, o.Jobs[0].ID, shop.JobReadyToCollect)
	req := collected(s.admin.Find(o.Number))
	req.UnpaidReason = "They have always paid."
	return v, placed.OrderURL, s.admin.Act(o.ID, "handovers", req)
}

// found says under which tabs of a list a search finds one thing.
func (s *stage) found(t *testing.T, path, text string) (tabs map[string]int) {
	t.Helper()
	type page struct {
		Counts map[string]int `json:"counts"`
	}
	return get[page](t, s.helper.Client, path+"?tab=all&q="+url.QueryEscape(text)).Counts
}

// writesOff gives up what is owed for an order, as it is now.
func (s *stage) writesOff(t *testing.T, o order.StaffOrderView) order.StaffOrderView {
	t.Helper()
	inv := post[billing.InvoiceView](t, s.admin.Client, "/api/invoices/"+o.InvoiceID+"/write-off", map[string]any{"version": o.InvoiceVersion, "reason": "Moved abroad."})
	if inv.State != shop.WrittenOff || inv.Balance != 0 || inv.WriteOff == nil || inv.WriteOff.Amount != o.Balance || inv.WriteOff.Reason != "Moved abroad." || inv.WriteOff.By == "" || inv.Number != o.InvoiceNumber {
		t.Errorf("%+v, %+v", inv, inv.WriteOff)
	}
	return s.admin.Find(o.Number)
}

// What an admin does with an order that left unpaid and will not be paid.
var writeOffScenarios = map[string]scenario{
	"POST /api/invoices/{id}/write-off": func(t *testing.T, s *stage) {
		at := func(o order.StaffOrderView) string { return "/api/invoices/" + o.InvoiceID + "/write-off" }
		_, _, open := s.ordered(t, shop.ByTransfer)
		if _, err := apptest.Post[any](t.Context(), s.admin.Client, at(open), map[string]any{"version": open.InvoiceVersion, "reason": "No."}); apptest.CodeOf(err) != "order_not_done" {
			t.Errorf("of what is still to be made: %v", err)
		}
		v, link, o := s.leftUnpaid(t)
		if !slices.Contains(o.Actions, "write_off") || slices.Contains(s.helper.Find(o.Number).Actions, "write_off") {
			t.Errorf("an admin is offered %v", o.Actions)
		}
		o = s.helper.Takes(o, shop.ByTerminal, 2_00) // of which a part is paid
		for name, c := range map[string]struct {
			by   *apptest.Staff
			body map[string]any
			code string
		}{
			"by staff":                          {s.helper, map[string]any{"version": o.InvoiceVersion, "reason": "No."}, "admin_only"},
			"without a reason":                  {s.admin, map[string]any{"version": o.InvoiceVersion, "reason": " "}, "reason_length"},
			"from a page of before the payment": {s.admin, map[string]any{"version": o.InvoiceVersion - 1, "reason": "No."}, "changed_meanwhile"},
		} {
			if _, err := apptest.Post[any](t.Context(), c.by.Client, at(o), c.body); apptest.CodeOf(err) != c.code {
				t.Errorf("%s: %v", name, err)
			}
		}
		if tabs := s.found(t, "/api/orders", o.Number); tabs["unpaid"] != 1 {
			t.Errorf("before it stands under %v", tabs)
		}
		owed := o.Balance
		o = s.writesOff(t, o)
		if o.Status != "completed" || o.Balance != 0 || o.GivenUp != owed || o.Paid != 2_00 || o.InvoiceState != shop.WrittenOff || o.WriteOff == nil || len(o.PayMethods) != 0 || slices.Contains(o.Actions, "mark_paid") || slices.Contains(o.Actions, "write_off") || o.Keeping.Stop == shop.StopUnpaid {
			t.Errorf("%+v", o)
		}
		if page := v.Order(link); page.Status != "completed" || page.GivenUp == 0 || page.Price.Total-page.Adjusted+page.Rounding-page.Paid-page.GivenUp != 0 || page.Balance != 0 || len(page.PayMethods) != 0 || page.PayNote != "" || page.Transfer != nil {
			t.Errorf("the customer reads %+v", page)
		}
		if orders, invoices := s.found(t, "/api/orders", o.Number), s.found(t, "/api/invoices", o.Number); orders["unpaid"] != 0 || orders["done"] != 1 || invoices["unpaid"] != 0 || invoices["written_off"] != 1 {
			t.Errorf("it stands under %v and %v", orders, invoices)
		}
		if _, err := apptest.Post[any](t.Context(), s.admin.Client, at(o), map[string]any{"version": o.InvoiceVersion, "reason": "Again."}); apptest.CodeOf(err) != "invoice_written_off" || apptest.StatusOf(err) != http.StatusConflict {
			t.Errorf("twice: %v", err)
		}
		// Nothing is taken for it, and nothing of it comes back, before that is undone.
		if _, err := apptest.Post[any](t.Context(), s.helper.Client, "/api/invoices/"+o.InvoiceID+"/mark-paid", map[string]any{"version": o.InvoiceVersion, "method": "cash", "amount": 5_00}); apptest.CodeOf(err) != "invoice_written_off" {
			t.Errorf("paid at the counter: %v", err)
		}
		h := o.Handovers[0]
		if _, err := apptest.Post[any](t.Context(), s.helper.Client, "/api/orders/"+o.ID+"/handovers/"+h.ID+"/undo", map[string]any{"version": h.Version, "reason": "It came back."}); apptest.CodeOf(err) != "invoice_written_off" {
			t.Errorf("its handover undone: %v", err)
		}
		p := o.Payments[0] // it would be given up, too, without anybody deciding that
		if _, err := apptest.Post[any](t.Context(), s.admin.Client, "/api/payments/"+p.ID+"/reverse", map[string]any{"version": p.Version, "reason": "Another order's."}); apptest.CodeOf(err) != "invoice_written_off" || slices.Contains(p.Actions, "reverse") {
			t.Errorf("its payment reversed: %v, and what is offered is %v", err, p.Actions)
		}
		if now := s.admin.Find(o.Number); now.GivenUp != owed || now.Paid != 2_00 {
			t.Errorf("refused, and yet %+v", now.OrderRowView)
		}
	},
	"POST /api/invoices/{id}/write-off/undo": func(t *testing.T, s *stage) {
		_, _, o := s.leftUnpaid(t)
		at := "/api/invoices/" + o.InvoiceID + "/write-off/undo"
		if _, err := apptest.Post[any](t.Context(), s.admin.Client, at, map[string]any{"version": o.InvoiceVersion, "reason": "They pay."}); apptest.CodeOf(err) != "invoice_not_written_off" {
			t.Errorf("of what was not: %v", err)
		}
		owed := o.Balance
		stale := o.InvoiceVersion
		o = s.writesOff(t, o)
		for c, want := range map[*apptest.Staff]string{s.helper: "admin_only", s.admin: "changed_meanwhile"} {
			if _, err := apptest.Post[any](t.Context(), c.Client, at, map[string]any{"version": stale, "reason": "They pay."}); apptest.CodeOf(err) != want {
				t.Errorf("%v, want %s", err, want)
			}
		}
		if inv := post[billing.InvoiceView](t, s.admin.Client, at, map[string]any{"version": o.InvoiceVersion, "reason": "They pay."}); inv.State != shop.Pending || inv.Balance != owed || inv.WriteOff != nil || inv.Number != o.InvoiceNumber {
			t.Errorf("%+v", inv)
		}
		if o = s.admin.Find(o.Number); o.Balance != owed || !slices.Contains(o.Actions, "mark_paid") || s.found(t, "/api/orders", o.Number)["unpaid"] != 1 {
			t.Errorf("%+v", o)
		}
		if undone := o.UndoneWriteOffs; len(undone) != 1 || undone[0].Amount != owed || undone[0].Reason != "Moved abroad." || undone[0].Undone == 0 || undone[0].UndoneBy != undone[0].By || undone[0].By == "" || undone[0].UndoReason != "They pay." {
			t.Errorf("of the write-off that was undone, its page says %+v", undone)
		}
		// Money that comes for what is written off is kept and seen; once it counts, what it leaves is owed again.
		o = s.writesOff(t, o)
		late := shop.Payment{
			ID: shop.NewID(), InvoiceID: o.InvoiceID, Amount: 3_00, Currency: "AUD", Method: shop.ByCard, Processor: "stripe", ProcessorID: "pi_" + shop.NewID(),
			State: shop.PaymentNeedsReview, Created: shop.TimeOf(s.Now()),
		}
		s.keep(t, late)
		if p, found := s.listed(t, s.admin.Client, late.ID); !found || !slices.Contains(p.Actions, "apply") {
			t.Errorf("it is listed: %v, %+v", found, p)
		}
		post[any](t, s.admin.Client, "/api/payments/"+late.ID+"/apply", map[string]any{"version": 1, "reason": "It is theirs."})
		if o = s.admin.Find(o.Number); o.InvoiceState != shop.Pending || o.Balance != owed-3_00 || o.Paid != 3_00 || o.WriteOff != nil ||
			len(o.UndoneWriteOffs) != 2 || o.UndoneWriteOffs[1].UndoReason != "A payment came after all: It is theirs." {
			t.Errorf("%+v, %+v", o.OrderRowView, o.UndoneWriteOffs)
		}
		// The whole of it pays the invoice.
		o = s.writesOff(t, o)
		late.ID, late.ProcessorID, late.Amount = shop.NewID(), "pi_"+shop.NewID(), owed-3_00
		s.keep(t, late)
		post[any](t, s.admin.Client, "/api/payments/"+late.ID+"/apply", map[string]any{"version": 1, "reason": "It is theirs, too."})
		if o = s.admin.Find(o.Number); o.InvoiceState != shop.Paid || o.Balance != 0 || o.GivenUp != 0 {
			t.Errorf("%+v", o.OrderRowView)
		}
	},
}
