package api_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/cart"
	"buildplate/app/shop"
	"buildplate/db"
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
		"/api/payments/unknown/apply":                 {"number": o.Number, "reason": "No reason."},
		"/api/payments/unknown/sent-back":             {"reason": "No reason."},
		"/api/payments/unknown/reverse":               {"reason": "No reason."},
		"/api/payments/unknown/sent-back/undo":        {"reason": "No reason."},
		"/api/payments/unknown/refund-sent":           {"reference": "in cash"},
		"/api/payments/unknown/refund-sent/undo":      {"reason": "No reason."},
	} {
		if err := s.admin.JSON(t.Context(), http.MethodPost, path, body, nil); apptest.CodeOf(err) != "value_missing" {
			t.Errorf("%s without a version: %v", path, err)
		}
	}
	for _, path := range []string{"/api/orders/" + o.ID, "/api/order-files/" + o.Files[0].ID, "/api/invoices/" + o.InvoiceID} {
		if err := s.admin.JSON(t.Context(), http.MethodDelete, path, nil, nil); apptest.CodeOf(err) != "value_missing" {
			t.Errorf("deleting %s without a version: %v", path, err)
		}
	}
	v := s.admin.Settings()
	v.Version = 0
	if err := s.admin.JSON(t.Context(), http.MethodPut, "/api/settings", v, nil); apptest.CodeOf(err) != "version_missing" {
		t.Errorf("settings without a version: %v", err)
	}
}

// An order is deleted as it was seen: not one that a colleague approved meanwhile.
func TestADeletionNamesWhatWasSeen(t *testing.T) {
	t.Parallel()
	s := newStage(t, apptest.Setup{})
	_, _, o := s.ordered(t, shop.ByReview)
	total := shop.Cents(20_00)
	s.helper.Act(o.ID, "approve", map[string]any{"adjusted_total": total, "reason": "As agreed."})
	at := "/api/orders/" + o.ID + "?version="
	err := s.admin.JSON(t.Context(), http.MethodDelete, at+strconv.Itoa(o.Version), nil, nil)
	if apptest.CodeOf(err) != "changed_meanwhile" || !strings.Contains(err.Error(), "Flo Helper") {
		t.Errorf("as it was before: %v", err)
	}
	send(t, s.admin.Client, http.MethodDelete, at+strconv.Itoa(s.admin.Find(o.Number).Version), "", 204)
}

// Two admins decide about one payment: the second hears who was quicker, and what went back of it counts as a change, too.
func TestADecisionAboutAPaymentNamesWhatWasSeen(t *testing.T) {
	t.Parallel()
	s := newStage(t, apptest.Setup{})
	s.Employ("Ida Rhodes", "ida@example.com", shop.RoleAdmin)
	ida := &apptest.Staff{Client: apptest.NewClient(s.Address().Shop)}
	post[any](t, ida.Client, "/api/auth/login", map[string]string{"email": "ida@example.com", "password": apptest.AdminPassword})
	decide := func(c *apptest.Client, id, what string, version int) error {
		_, err := apptest.Post[any](t.Context(), c, "/api/payments/"+id+"/"+what, map[string]any{"version": version, "reason": "A test."})
		return err
	}
	o, id := s.unapplied(t)
	if err := decide(ida.Client, id, "apply", 1); err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"apply", "sent-back", "reverse"} {
		if err := decide(s.admin.Client, id, what, 1); apptest.CodeOf(err) != "changed_meanwhile" || !strings.Contains(err.Error(), "Ida Rhodes") {
			t.Errorf("%s, of what Ida decided about: %v", what, err)
		}
	}
	if money := s.payments(t, o.ID); len(money) != 1 || money[0].State != shop.PaymentSettled || money[0].Version != 2 {
		t.Errorf("%+v", money)
	}
	_, id = s.unapplied(t)
	s.Write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.SaveRefund(ctx, shop.Refund{ID: shop.NewID(), PaymentID: id, Processor: "stripe", ProcessorID: "ch_1", Amount: 1_00, Created: tx.Now, Updated: tx.Now})
		return err
	})
	if err := decide(s.admin.Client, id, "apply", 1); apptest.CodeOf(err) != "changed_meanwhile" {
		t.Errorf("of which something went back: %v", err)
	}
	if v, _ := s.listed(t, s.admin.Client, id); decide(s.admin.Client, id, "sent-back", v.Version) != nil {
		t.Errorf("from what is stored: %+v", v)
	}
}

// What was chosen for a part in one tab is not undone unseen by another that had not seen it. Nobody is in the way of their
// own choices, of those for other parts, and of what the shop itself does with the parts.
func TestTwoTabsChoose(t *testing.T) {
	t.Parallel()
	s := newStage(t, apptest.Setup{})
	v, _ := s.sliced(t, "one.stl", "two.stl")
	first := v.Cart()
	choose := func(part int, version int64, what string, value any) (cart.View, error) {
		var got cart.View
		err := v.JSON(t.Context(), http.MethodPatch, "/api/quick-order/parts/"+first.Parts[part].ID, map[string]any{"version": version, what: value}, &got)
		return got, err
	}
	got, err := choose(0, first.Version, "infill", 40)
	if err != nil {
		t.Fatal(err)
	}
	sliced := v.Sliced()
	if sliced.Version <= got.Version {
		t.Fatalf("slicing left the version at %d", got.Version)
	}
	if _, err := choose(0, got.Version, "copies", 3); err != nil {
		t.Errorf("the same tab goes on, and a slice came meanwhile: %v", err)
	}
	if _, err := choose(1, first.Version, "copies", 2); err != nil {
		t.Errorf("another tab, another part: %v", err)
	}
	_, err = choose(0, first.Version, "copies", 9)
	if apptest.CodeOf(err) != "changed_meanwhile" || !strings.Contains(err.Error(), "Another tab") {
		t.Errorf("another tab, the same part: %v", err)
	}
	all := map[string]any{"version": first.Version, "choices": map[string]any{"copies": 9}}
	if err := v.JSON(t.Context(), http.MethodPatch, "/api/quick-order/parts", all, nil); apptest.CodeOf(err) != "changed_meanwhile" {
		t.Errorf("another tab, all parts: %v", err)
	}
	now := v.Cart()
	if a, b := now.Parts[0].Choices, now.Parts[1].Choices; a.Copies != 3 || a.Infill != 40 || b.Copies != 2 {
		t.Errorf("%+v, %+v", a, b)
	}
	remove := func(part int, version int64) error {
		return v.JSON(t.Context(), http.MethodDelete, fmt.Sprintf("/api/quick-order/parts/%s?version=%d", first.Parts[part].ID, version), nil, nil)
	}
	if err := remove(0, first.Version); apptest.CodeOf(err) != "changed_meanwhile" || !strings.Contains(err.Error(), "Another tab") {
		t.Errorf("another tab takes it out: %v", err)
	}
	if got, err = choose(0, now.Version, "copies", 9); err != nil || got.Parts[0].Choices.Copies != 9 {
		t.Errorf("from what is stored: %+v, %v", got.Parts[0].Choices, err)
	}
	for path, body := range map[string]map[string]any{"/api/quick-order/parts/" + first.Parts[0].ID: {"copies": 1}, "/api/quick-order/parts": {"choices": map[string]any{"copies": 1}}} {
		if err := v.JSON(t.Context(), http.MethodPatch, path, body, nil); apptest.CodeOf(err) != "value_missing" {
			t.Errorf("%s without a version: %v", path, err)
		}
	}
	if err := remove(1, now.Version); err != nil || len(v.Cart().Parts) != 1 {
		t.Errorf("taken out from what is stored: %v", err)
	}
}
