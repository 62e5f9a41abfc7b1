package api_test

import (
	"net/http"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/shop"
)

// What staff decide names the version that it was decided on: the money that two of them saw is recorded by one, and what
// a colleague did is not undone unseen.
func TestASaveNamesWhatItWasMadeFrom(t *testing.T) {
	t.Parallel()
	s := newStage(t, apptest.Setup{})
	_, _, o := s.ordered(t, shop.ByTransfer)
	part := map[string]any{"version": o.InvoiceVersion, "method": "transfer", "amount": 5_00, "reference": "statement 7"}
	post[any](t, s.helper.Client, "/api/invoices/"+o.InvoiceID+"/mark-paid", part)
	err := s.admin.JSON(t.Context(), http.MethodPost, "/api/invoices/"+o.InvoiceID+"/mark-paid", part, nil)
	if apptest.ChangedBy(err) != "Flo Helper" {
		t.Errorf("the same money again: %v", err)
	}
	if money := s.payments(t, o.ID); len(money) != 1 {
		t.Errorf("%d payments", len(money))
	}
	s.helper.Act(o.ID, "release", nil)
	if _, err := s.admin.Try(o.ID, "cancel", map[string]any{"version": o.Version, "reason": "Too late."}); apptest.ChangedBy(err) != "Flo Helper" {
		t.Errorf("of the order before: %v", err)
	}
	for path, body := range map[string]map[string]any{
		"/api/orders/" + o.ID + "/cancel":             {"reason": "No reason."},
		"/api/orders/" + o.ID + "/release":            {},
		"/api/invoices/" + o.InvoiceID + "/mark-paid": {"method": "transfer", "amount": 5_00},
	} {
		if err := s.admin.JSON(t.Context(), http.MethodPost, path, body, nil); apptest.CodeOf(err) != "value_missing" {
			t.Errorf("%s without a version: %v", path, err)
		}
	}
	v := s.admin.Settings()
	v.Version = 0
	if err := s.admin.JSON(t.Context(), http.MethodPut, "/api/settings", v, nil); apptest.CodeOf(err) != "version_missing" {
		t.Errorf("settings without a version: %v", err)
	}
}
