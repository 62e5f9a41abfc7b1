package api_test

import (
	"net/http"
	"slices"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// Parts that are not made, and models that are refused.
var leftOutScenarios = map[string]scenario{
	"POST /api/orders/{id}/items/{item_id}/leave-out": func(t *testing.T, s *stage) {
		o := s.twoParts(t)
		at := "items/" + o.Items[1].ID + "/leave-out"
		if _, err := s.helper.Try(o.ID, at, map[string]string{"reason": " \u200b"}); apptest.CodeOf(err) != "reason_missing" && apptest.StatusOf(err) != http.StatusUnprocessableEntity {
			t.Errorf("without a reason: %v", err)
		}
		got := s.helper.Act(o.ID, at, order.LeaveOutRequest{Reason: "The mould\r\nbroke."})
		if got.Items[1].LeftOut != "The mould\nbroke." || got.Total != *o.Items[1].CostsWithout || got.Balance != got.Total {
			t.Errorf("%s instead of %s: %+v", got.Total, *o.Items[1].CostsWithout, got.Items[1])
		}
		if kept := s.order(t, o.ID); kept.Price.Total != got.Total || kept.Invoice.Total != got.Total {
			t.Errorf("kept %+v", kept)
		}
		if _, err := s.helper.Try(o.ID, "items/"+o.Items[0].ID+"/leave-out", order.LeaveOutRequest{Reason: "Nor this."}); apptest.CodeOf(err) != "item_is_the_last" {
			t.Errorf("the last of it: %v", err)
		}
	},
	"POST /api/orders/{id}/items/{item_id}/put-back": func(t *testing.T, s *stage) {
		o := s.twoParts(t)
		at := "items/" + o.Items[1].ID + "/put-back"
		if _, err := s.helper.Try(o.ID, at, map[string]any{}); apptest.CodeOf(err) != "item_not_left_out" {
			t.Errorf("what was not left out: %v", err)
		}
		s.helper.Act(o.ID, "items/"+o.Items[1].ID+"/leave-out", order.LeaveOutRequest{Reason: "The mould broke."})
		got := s.helper.Act(o.ID, at, map[string]any{})
		if kept := s.order(t, o.ID); got.Items[1].LeftOut != "" || got.Total != o.Total || kept.Price.Total != o.Total || kept.Invoice.Total != o.Total {
			t.Errorf("%+v, kept %+v", got, kept)
		}
	},
	"POST /api/orders/refusals/same-models": func(t *testing.T, s *stage) {
		_, _, a := s.ordered(t, shop.ByReview)
		_, _, b := s.ordered(t, shop.ByTransfer) // of the same block
		_, _, c := s.ordered(t, shop.ByReview)
		got := post[[]order.SameModelView](t, s.helper.Client, "/api/orders/refusals/same-models", order.SameModelsRequest{Orders: []string{a.ID, c.ID, shop.NewID()}})
		has := func(id string) bool {
			return slices.ContainsFunc(got, func(v order.SameModelView) bool { return v.ID == id })
		}
		if !has(b.ID) || has(a.ID) || has(c.ID) {
			t.Errorf("%+v", got)
		}
		got = post[[]order.SameModelView](t, s.helper.Client, "/api/orders/refusals/same-models", order.SameModelsRequest{Orders: []string{b.ID, a.ID}})
		if !has(b.ID) || !has(c.ID) { // what is not under review is not refused with the others, and waits
			t.Errorf("%+v", got)
		}
	},
}
