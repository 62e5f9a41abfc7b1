package api_test

import (
	"net/http"
	"slices"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/billing"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// collected is a handover of all that is here of an order to its customer.
func collected(o order.StaffOrderView) order.HandOverRequest {
	req := order.HandOverRequest{Kind: shop.Collected, CollectedBy: o.Customer}
	for _, it := range o.Copies {
		if it.Here > 0 {
			req.Items = append(req.Items, shop.HandoverItem{ItemID: it.ItemID, Copies: it.Here})
		}
	}
	return req
}

// gone is an order that was paid at the counter and collected.
func (s *stage) gone(t *testing.T) order.StaffOrderView {
	t.Helper()
	o := s.atTheShelf(t)
	req := collected(o)
	req.Method = shop.ByCash
	return s.helper.Act(o.ID, "handovers", req)
}

// partlyGone is an order of two parts that was paid; one of them was printed and collected, and the other waits.
func (s *stage) partlyGone(t *testing.T) order.StaffOrderView {
	t.Helper()
	o := s.twoParts(t)
	o = s.helper.Takes(o, shop.ByTransfer, o.Balance)
	s.prints(t, o.Jobs[0].ID, shop.JobPrintingComplete)
	return s.helper.Act(o.ID, "handovers", collected(s.admin.Find(o.Number)))
}

// twoParts is an order of two parts that is to be paid.
func (s *stage) twoParts(t *testing.T) order.StaffOrderView {
	t.Helper()
	v, _ := s.sliced(t, "one.stl", "other.stl")
	return s.admin.Find(v.Checkout(apptest.Order(shop.ByTransfer, v.Price().Price.Total)).OrderNumber)
}

// What leaves the shop.
var handoverScenarios = map[string]scenario{
	"POST /api/orders/{id}/handovers": func(t *testing.T, s *stage) {
		o := s.atTheShelf(t)
		if !slices.Contains(o.Actions, "hand_over") || o.Status != "ready_to_collect" || o.Shelf != "B3" {
			t.Fatalf("%+v", o.OrderRowView)
		}
		req := collected(o)
		if _, err := s.helper.Try(o.ID, "handovers", req); apptest.CodeOf(err) != "method_missing" {
			t.Errorf("unpaid: %v", err)
		}
		req.UnpaidReason = "They have always paid."
		if _, err := s.helper.Try(o.ID, "handovers", req); apptest.StatusOf(err) != http.StatusForbidden {
			t.Errorf("unpaid, for a reason of staff: %v", err)
		}
		req.UnpaidReason, req.Method, req.Reference, req.Version = "", "terminal", "slip 12", o.Version
		got := s.helper.Act(o.ID, "handovers", req)
		if got.Status != "completed" || got.InvoiceState != shop.Paid || got.Paid != got.Total || len(got.Payments) != 1 || got.Payments[0].Method != "terminal" || got.Payments[0].Reference != "slip 12" {
			t.Errorf("%+v", got)
		}
		if h := got.Handovers; len(h) != 1 || h[0].CollectedBy != o.Customer || h[0].By != "Flo Helper" || h[0].Items[0].Name == "" || h[0].UnpaidReason != "" {
			t.Errorf("%+v", h)
		}
		if _, err := s.admin.Try(o.ID, "handovers", req); apptest.CodeOf(err) != "changed_meanwhile" || apptest.StatusOf(err) != http.StatusConflict {
			t.Errorf("twice, from the same page: %v", err)
		}
		req.Version = 0
		if _, err := s.helper.Try(o.ID, "handovers", req); apptest.CodeOf(err) != "nothing_to_hand_over" {
			t.Errorf("twice: %v", err)
		}
		// An admin may let it go first and take the money later.
		other := s.atTheShelf(t)
		req = collected(other)
		req.UnpaidReason = "They have always paid."
		if got := s.admin.Act(other.ID, "handovers", req); got.Status != "completed" || got.Balance != got.Total || got.Handovers[0].UnpaidReason == "" || !slices.Contains(got.Actions, "mark_paid") {
			t.Errorf("%+v", got)
		}
	},
	"POST /api/orders/{id}/handovers/{handover_id}/correct": func(t *testing.T, s *stage) {
		o := s.gone(t)
		h := o.Handovers[0]
		at := "/api/orders/" + o.ID + "/handovers/" + h.ID + "/correct"
		fix := order.HandoverCorrection{Version: h.Version, CollectedBy: "Their brother", Reason: "The name was asked for."}
		if got := post[order.StaffOrderView](t, s.helper.Client, at, fix); got.Handovers[0].CollectedBy != "Their brother" || got.Handovers[0].Version != h.Version+1 || got.State != shop.OrderCompleted {
			t.Errorf("%+v", got.Handovers)
		}
		if _, err := apptest.Post[any](t.Context(), s.admin.Client, at, fix); apptest.CodeOf(err) != "changed_meanwhile" {
			t.Errorf("from a page of before: %v", err)
		}
		fix.Version, fix.CollectedBy = h.Version+1, " "
		if _, err := apptest.Post[any](t.Context(), s.helper.Client, at, fix); apptest.CodeOf(err) != "collector_missing" {
			t.Errorf("nobody: %v", err)
		}
	},
	"POST /api/orders/{id}/handovers/{handover_id}/undo": func(t *testing.T, s *stage) {
		o := s.gone(t)
		h := o.Handovers[0]
		at := "/api/orders/" + o.ID + "/handovers/" + h.ID + "/undo"
		got := post[order.StaffOrderView](t, s.helper.Client, at, map[string]any{"version": h.Version, "reason": "It was another order."})
		if got.State != shop.OrderOpen || got.Status != "ready_to_collect" || got.Shelf != "B3" || got.Balance != 0 || got.Handovers[0].UndoReason != "It was another order." || got.Jobs[0].State != shop.JobReadyToCollect {
			t.Errorf("%+v", got)
		}
		if _, err := apptest.Post[any](t.Context(), s.helper.Client, at, map[string]any{"version": h.Version + 1, "reason": "Again."}); apptest.CodeOf(err) != "handover_undone" {
			t.Errorf("twice: %v", err)
		}
	},
	"POST /api/orders/{id}/cancel-rest": func(t *testing.T, s *stage) {
		o := s.atTheShelf(t)
		if _, err := s.admin.Try(o.ID, "cancel-rest", map[string]string{"reason": "Not any more."}); apptest.CodeOf(err) != "nothing_left_yet" {
			t.Errorf("before anything left: %v", err)
		}
		o = s.gone(t)
		for action, code := range map[string]string{"cancel": "order_left", "cancel-rest": "order_closed"} {
			if _, err := s.admin.Try(o.ID, action, map[string]string{"reason": "Not any more."}); apptest.CodeOf(err) != code {
				t.Errorf("%s when all has left: %v", action, err)
			}
		}
		part := s.partlyGone(t)
		if _, err := s.helper.Try(part.ID, "cancel-rest", map[string]string{"reason": "No more black."}); apptest.StatusOf(err) != http.StatusForbidden {
			t.Errorf("of a paid order, by staff: %v", err)
		}
		if part.RestCosts == nil || *part.RestCosts >= part.Total {
			t.Errorf("what has left of %s costs %v", part.Total, part.RestCosts)
		}
		if _, err := s.admin.Try(part.ID, "cancel-rest", map[string]any{"reason": "No more black.", "costs": *part.RestCosts + 1}); apptest.CodeOf(err) != "reason_missing" {
			t.Errorf("for another amount: %v", err)
		}
		got := s.admin.Act(part.ID, "cancel-rest", map[string]any{"reason": " No\u200b more\u202e black.\x07\r\nSorry.\u2066 ", "costs": *part.RestCosts})
		if got.Total-got.Adjusted != *part.RestCosts || got.DueBack != got.Adjusted || got.Balance != -got.Adjusted || len(got.RefundsDue) != 1 {
			t.Errorf("%s less than %s, %s is due back: %+v", got.Adjusted, got.Total, got.DueBack, got.RefundsDue)
		}
		if inv := get[billing.InvoiceView](t, s.admin.Client, "/api/invoices/"+got.InvoiceID); inv.Adjusted != got.Adjusted || len(inv.Adjustments) != 1 || inv.Adjustments[0].By == "" || inv.Total != got.Total {
			t.Errorf("%+v", inv)
		}
		if got.State != shop.OrderCompleted || got.Jobs[0].State != shop.JobCompleted || got.Jobs[1].State != shop.JobCancelled || got.ShopMessage != "No more black.\nSorry." || got.Copies[0].Left != 1 || got.Copies[1].ToCome != 0 {
			t.Errorf("%+v", got)
		}
	},
}
