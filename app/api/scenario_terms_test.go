package api_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/event"
	"buildplate/app/ops"
	"buildplate/app/order"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// What the shop promises about files, and what customers and staff say to it.
var termsScenarios = map[string]scenario{
	"GET /api/terms/{version}": func(t *testing.T, s *stage) {
		v := apptest.NewVisitor(t, s)
		terms := get[setting.PublishedTermsView](t, v.Client, "/api/terms/1")
		if terms.Version != "1" || !terms.Current || terms.Since == 0 || len(terms.Paragraphs) < 5 || strings.ContainsAny(strings.Join(terms.Paragraphs, ""), "{}") {
			t.Errorf("%+v", terms)
		}
		_, err := apptest.Get[setting.PublishedTermsView](t.Context(), v.Client, "/api/terms/99")
		if apptest.CodeOf(err) != "terms_not_found" {
			t.Errorf("a version that never was: %v", err)
		}
	},
	"GET /api/settings/terms": func(t *testing.T, s *stage) {
		v := get[setting.TermsView](t, s.admin.Client, "/api/settings/terms")
		if v.Version == 0 || v.Published.Version != "1" || len(v.Retention) != 6 || !strings.Contains(v.Text, "{guest}") || v.Words["guest"] != "for 90 days after the order is done" {
			t.Errorf("%+v", v)
		}
	},
	"PUT /api/settings/terms": func(t *testing.T, s *stage) {
		other := newStage(t, apptest.Setup{})
		s.elsewhere = other.rig
		v := get[setting.TermsView](t, other.admin.Client, "/api/settings/terms")
		stale := v
		v.Text += "\n\nBe kind."
		v.Retention = slices.Clone(v.Retention)
		v.Retention[1].Days = 30
		var got setting.TermsView
		if err := other.admin.JSON(t.Context(), http.MethodPut, "/api/settings/terms", v, &got); err != nil || got.Published.Version != "2" || !strings.HasSuffix(got.Text, "Be kind.") {
			t.Fatalf("%+v %v", got, err)
		}
		other.read(t, func(ctx context.Context, tx *db.Tx) error {
			kept, err := tx.Settings(ctx)
			if kept.Retention.Guest != 30 || kept.Terms.Version != "2" || kept.BusinessName == "" {
				t.Errorf("kept %+v, %+v", kept.Retention, kept.Terms)
			}
			return err
		})
		// Customers read it at once, and agree to no other; the one of before stays readable.
		visitor, _ := other.sliced(t, "part.stl")
		_, err := visitor.CheckOut(t.Context(), apptest.Order(shop.ByTransfer, visitor.Price().Price.Total))
		if apptest.CodeOf(err) != "terms_not_accepted" {
			t.Errorf("the terms of before are agreed to: %v", err)
		}
		now := get[setting.PublishedTermsView](t, visitor.Client, "/api/terms/2")
		before := get[setting.PublishedTermsView](t, visitor.Client, "/api/terms/1")
		text := strings.Join(now.Paragraphs, "\n")
		if !now.Current || before.Current || !strings.Contains(text, "for 30 days after the order is done") || !strings.Contains(strings.Join(before.Paragraphs, "\n"), "for 90 days") {
			t.Errorf("%+v, %+v", now, before)
		}
		if err := other.admin.JSON(t.Context(), http.MethodPut, "/api/settings/terms", stale, nil); apptest.CodeOf(err) != "changed_meanwhile" {
			t.Errorf("from an older page: %v", err)
		}
		for _, c := range []struct {
			code, field string
			change      func(v *setting.TermsView)
		}{
			{"value_out_of_range", "version", func(v *setting.TermsView) { v.Version = 0 }},
			{"terms_slot_unknown", "text", func(v *setting.TermsView) { v.Text = "For {ever}." }},
			{"retention_too_short", "retention.guest", func(v *setting.TermsView) { v.Retention[1].Days = 3 }},
			{"retention_missing", "retention.addresses", func(v *setting.TermsView) { v.Retention = v.Retention[:5] }},
		} {
			var refusal *apptest.Problem
			bad := got
			bad.Retention = slices.Clone(got.Retention)
			c.change(&bad)
			if err := other.admin.JSON(t.Context(), http.MethodPut, "/api/settings/terms", bad, nil); !errors.As(err, &refusal) || refusal.Code != c.code || refusal.Field != c.field {
				t.Errorf("%s: %v", c.code, err)
			}
		}
		// What is saved as it was makes no new version.
		if err := other.admin.JSON(t.Context(), http.MethodPut, "/api/settings/terms", got, &got); err != nil || got.Published.Version != "2" {
			t.Errorf("%+v %v", got, err)
		}
	},
	"POST /api/settings/terms/preview": func(t *testing.T, s *stage) {
		v := get[setting.TermsView](t, s.admin.Client, "/api/settings/terms")
		if same := post[setting.PublishedTermsView](t, s.admin.Client, "/api/settings/terms/preview", v); !same.Current || same.Version != v.Published.Version || !slices.Equal(same.Paragraphs, v.Published.Paragraphs) {
			t.Errorf("%+v", same)
		}
		v.Text, v.Retention[1].Days = "Kept {guest}.\n\nEnd.", 0
		if got := post[setting.PublishedTermsView](t, s.admin.Client, "/api/settings/terms/preview", v); got.Current || got.Version == v.Published.Version || !slices.Equal(got.Paragraphs, []string{"Kept until you ask us to delete them.", "End."}) {
			t.Errorf("%+v", got)
		}
		if now := get[setting.TermsView](t, s.admin.Client, "/api/settings/terms"); now.Text == v.Text {
			t.Error("a preview was kept")
		}
	},
	"POST /api/order-links/{token}/keep-files": func(t *testing.T, s *stage) {
		v, _ := s.sliced(t, "part.stl")
		req := apptest.Order(shop.ByTransfer, v.Price().Price.Total)
		req.KeepFiles = true
		placed := v.Checkout(req)
		at := "/api/order-links/" + apptest.Token(placed.OrderURL)
		if o := get[order.CustomerOrderView](t, v.Client, at); !o.Keeping.Keep || !o.Keeping.MayKeep || o.TermsVersion != "1" {
			t.Errorf("ticked at checkout: %+v", o.Keeping)
		}
		if o := post[order.CustomerOrderView](t, v.Client, at+"/keep-files", map[string]bool{"keep": false}); o.Keeping.Keep {
			t.Errorf("%+v", o.Keeping)
		}
		for range 2 { // a double click
			if o := post[order.CustomerOrderView](t, v.Client, at+"/keep-files", map[string]bool{"keep": true}); !o.Keeping.Keep {
				t.Errorf("%+v", o.Keeping)
			}
		}
		seen := s.admin.Find(placed.OrderNumber)
		if seen.Version != 1 {
			t.Errorf("a wish made version %d", seen.Version)
		}
		if !seen.Keeping.Keep || len(seen.Activity) != 3 || seen.Activity[0].Code != shop.VerbFilesKept || seen.Activity[1].Code != shop.VerbFilesLetGo || !s.order(t, seen.ID).KeepFiles {
			t.Errorf("%+v, %+v", seen.Keeping, seen.Activity)
		}
	},
	"POST /api/orders/{id}/keep-files": func(t *testing.T, s *stage) {
		_, _, o := s.ordered(t, shop.ByTransfer)
		now := s.helper.Act(o.ID, "keep-files", map[string]any{"keep": true})
		if !now.Keeping.Keep || now.Version == o.Version || !s.order(t, o.ID).KeepFiles {
			t.Errorf("%+v", now.Keeping)
		}
		if _, err := s.helper.Try(o.ID, "keep-files", map[string]any{"version": o.Version, "keep": false}); apptest.CodeOf(err) != "changed_meanwhile" {
			t.Errorf("from an older page: %v", err)
		}
	},
	"POST /api/status/confirm-deletion": func(t *testing.T, s *stage) {
		s.Write(func(ctx context.Context, tx *db.Tx) error {
			return s.Events.Emit(ctx, tx, event.DeletionHeld{Files: 700, Of: 900})
		})
		_, err := apptest.Post[ops.StatusView](t.Context(), s.admin.Client, "/api/status/confirm-deletion", map[string]int{"files": 699})
		if apptest.CodeOf(err) != "deletion_changed" {
			t.Errorf("another number is confirmed: %v", err)
		}
		post[ops.StatusView](t, s.admin.Client, "/api/status/confirm-deletion", map[string]int{"files": 700})
		apptest.Await(t, "the alarm is over", func() bool {
			return !slices.ContainsFunc(get[ops.StatusView](t, s.admin.Client, "/api/status").Alarms, func(a ops.AlarmView) bool { return a.Kind == shop.AlarmDeletion })
		})
	},
}
