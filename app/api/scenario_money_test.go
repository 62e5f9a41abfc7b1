package api_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/billing"
	"buildplate/app/event"
	"buildplate/app/ops"
	"buildplate/app/order"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// payments are an order's payments as they are stored.
func (s *stage) payments(t *testing.T, id string) (all []shop.Payment) {
	t.Helper()
	s.read(t, func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = tx.PaymentsOf(ctx, id)
		return err
	})
	return all
}

// unapplied is an order whose whole price came by card in a way that a person has to look at.
func (s *stage) unapplied(t *testing.T) (o order.StaffOrderView, paymentID string) {
	t.Helper()
	_, _, o = s.ordered(t, shop.ByTransfer)
	p := shop.Payment{
		ID: shop.NewID(), InvoiceID: o.InvoiceID, Amount: o.Total, Currency: "AUD", Method: shop.ByCard, Processor: "stripe", ProcessorID: "pi_" + shop.NewID(),
		Reference: "unknown page", State: shop.PaymentNeedsReview, Created: shop.TimeOf(s.Now()),
	}
	s.keep(t, p)
	return o, p.ID
}

// keep stores a payment as what Stripe says of one is stored.
func (s *stage) keep(t *testing.T, p shop.Payment) {
	t.Helper()
	err := s.DB.Write(t.Context(), func(tx *db.Tx) error {
		if err := tx.InsertPayment(t.Context(), p); err != nil {
			return err
		}
		return s.Events.Emit(t.Context(), tx, event.PaymentChanged{ID: p.ID})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// loose is a payment that belongs to no order.
func (s *stage) loose(t *testing.T, amount shop.Cents) string {
	t.Helper()
	p := shop.Payment{
		ID: shop.NewID(), Amount: amount, Currency: "AUD", Method: shop.ByCard, Processor: "stripe", ProcessorID: "pi_" + shop.NewID(), Reference: "unknown page",
		State: shop.PaymentNeedsReview, Payer: "ada@example.com", MeantFor: "ORD-9999", Created: shop.TimeOf(s.Now()),
	}
	s.keep(t, p)
	return p.ID
}

// listed is a payment in the list of those that fit no invoice.
func (s *stage) listed(t *testing.T, c *apptest.Client, id string) (v billing.UnappliedView, found bool) {
	t.Helper()
	for after := ""; ; {
		page := get[billing.UnappliedListView](t, c, "/api/payments/unapplied?after="+after)
		for _, v := range page.Payments {
			if v.ID == id {
				return v, true
			}
		}
		if after = page.Next; after == "" {
			return v, false
		}
	}
}

// alarms are all that are open, page by page.
func (s *stage) alarms(t *testing.T) (all []ops.AlarmView) {
	t.Helper()
	for after := ""; ; {
		page := get[ops.AlarmListView](t, s.helper.Client, "/api/alarms?after="+after)
		all = append(all, page.Alarms...)
		if after = page.Next; after == "" {
			return all
		}
	}
}

// alarmed says whether staff are told of a payment.
func (s *stage) alarmed(t *testing.T, id string) (told bool) {
	t.Helper()
	for _, a := range s.alarms(t) {
		told = told || a.Kind == shop.AlarmPayment && a.ObjectID == id && a.OrderID == ""
	}
	return told
}

// What staff do with money.
var moneyScenarios = map[string]scenario{
	"GET /api/invoices/{id}": func(t *testing.T, s *stage) {
		_, _, o := s.ordered(t, shop.ByTransfer)
		got := get[billing.InvoiceView](t, s.helper.Client, "/api/invoices/"+o.InvoiceID)
		sum := shop.Cents(0)
		for _, l := range got.Lines {
			sum += l.Amount
		}
		if got.State != shop.Draft || got.OrderNumber != o.Number || got.Total != o.Total || sum != o.Total || got.Lines[0].ItemID != o.Items[0].ID || got.TaxTotal != o.TaxTotal {
			t.Errorf("%+v, of %+v", got, o.OrderRowView)
		}
		if len(got.Payments) != 0 {
			t.Errorf("nothing was paid, and yet %+v", got.Payments)
		}
		send(t, s.helper.Client, http.MethodGet, "/api/invoices/"+o.ID, "", 404)
		o, payment := s.unapplied(t)
		for c, actions := range map[*apptest.Client][]string{s.helper.Client: {}, s.admin.Client: {"apply", "sent_back"}} {
			got = get[billing.InvoiceView](t, c, "/api/invoices/"+o.InvoiceID)
			if len(got.Payments) != 1 || got.Payments[0].ID != payment || got.Payments[0].Amount != o.Total || got.Paid != 0 || !slices.Equal(got.Payments[0].Actions, actions) {
				t.Errorf("%+v", got)
			}
		}
	},
	"GET /api/invoices": func(t *testing.T, s *stage) {
		_, _, o := s.ordered(t, shop.ByTransfer)
		list := get[billing.InvoiceListView](t, s.helper.Client, "/api/invoices?tab=draft&q="+o.Number)
		if len(list.Invoices) != 1 || list.Next != "" || list.Counts["draft"] != 1 || list.Counts["all"] != 1 || list.Counts["paid"] != 0 {
			t.Fatalf("%+v", list)
		}
		if v := list.Invoices[0]; v.ID != o.InvoiceID || v.OrderID != o.ID || v.OrderNumber != o.Number || v.Customer != o.Customer || v.Total != o.Total || v.Balance != o.Total || v.Number != "" || v.State != shop.Draft || !slices.Equal(v.Actions, []string{"delete"}) {
			t.Errorf("%+v", v)
		}
		paid := post[billing.InvoiceView](t, s.helper.Client, "/api/invoices/"+o.InvoiceID+"/mark-paid", map[string]any{"version": o.InvoiceVersion, "method": "transfer", "amount": o.Total})
		list = get[billing.InvoiceListView](t, s.helper.Client, "/api/invoices?tab=paid&q="+paid.Number)
		if len(list.Invoices) != 1 || list.Counts["paid"] != 1 || list.Counts["draft"] != 0 {
			t.Fatalf("%+v", list)
		}
		if v := list.Invoices[0]; v.Number != paid.Number || v.Balance != 0 || v.PaidAt == 0 || len(v.Actions) != 0 {
			t.Errorf("%+v", v)
		}
	},
	"DELETE /api/invoices/{id}": func(t *testing.T, s *stage) {
		_, placed, o := s.ordered(t, shop.ByTransfer)
		at := "/api/invoices/" + o.InvoiceID
		send(t, s.helper.Client, http.MethodDelete, at, "", 422) // without a version
		send(t, s.helper.Client, http.MethodDelete, fmt.Sprintf("%s?version=%d", at, o.InvoiceVersion+1), "", 409)
		send(t, s.helper.Client, http.MethodDelete, fmt.Sprintf("%s?version=%d", at, o.InvoiceVersion), "", 204)
		err := s.DB.Read(t.Context(), func(tx *db.Tx) error { _, err := tx.Order(t.Context(), o.ID); return err })
		if !shop.IsKind(err, shop.NotFound) || len(s.stored(t, o.ID)) != 0 {
			t.Errorf("its order is still there: %v", err)
		}
		send(t, apptest.NewVisitor(t, s).Client, http.MethodGet, "/api/order-links/"+apptest.Token(placed.OrderURL), "", 404)
		if list := get[billing.InvoiceListView](t, s.helper.Client, "/api/invoices?q="+o.Number); len(list.Invoices) != 0 || list.Counts["all"] != 0 {
			t.Errorf("it is found: %+v", list)
		}
		issued := s.released(t)
		send(t, s.helper.Client, http.MethodDelete, fmt.Sprintf("/api/invoices/%s?version=%d", issued.InvoiceID, issued.InvoiceVersion), "", 409)
	},
	"GET /api/payments/unapplied": func(t *testing.T, s *stage) {
		id := s.loose(t, 24_30)
		for c, actions := range map[*apptest.Client][]string{s.helper.Client: {}, s.admin.Client: {"apply", "sent_back"}} {
			v, found := s.listed(t, c, id)
			if !found || v.Amount != 24_30 || v.Payer != "ada@example.com" || v.MeantFor != "ORD-9999" || v.StripeID == "" || v.At == 0 || v.OrderID != "" || !slices.Equal(v.Actions, actions) {
				t.Errorf("%+v", v)
			}
		}
		if !s.alarmed(t, id) {
			t.Error("staff are not told")
		}
		o, payment := s.unapplied(t)
		v, _ := s.listed(t, s.admin.Client, payment)
		if v.OrderID != o.ID || v.OrderNumber != o.Number || !slices.Equal(v.Actions, []string{"apply", "sent_back"}) {
			t.Errorf("%+v", v)
		}
		if on := s.admin.Find(o.Number).Payments[0]; !slices.Equal(on.Actions, v.Actions) || on.Version != v.Version || v.Version != 1 {
			t.Errorf("on the order's page %+v", on)
		}
	},
	"POST /api/payments/{id}/apply": func(t *testing.T, s *stage) {
		_, _, o := s.ordered(t, shop.ByTransfer)
		id := s.loose(t, o.Total)
		at := "/api/payments/" + id + "/apply"
		if _, err := apptest.Post[any](t.Context(), s.admin.Client, at, map[string]any{"version": 1, "number": "ORD-0", "reason": "It is theirs."}); apptest.CodeOf(err) != "number_unknown" {
			t.Errorf("to nothing: %v", err)
		}
		post[any](t, s.admin.Client, at, map[string]any{"version": 1, "number": o.Number, "reason": "It is theirs."})
		if money := s.payments(t, o.ID); s.order(t, o.ID).PaidAt() == 0 || len(money) != 1 || money[0].ID != id || money[0].State != shop.PaymentSettled || money[0].Decision != "It is theirs." {
			t.Errorf("kept %+v", money)
		}
		if _, found := s.listed(t, s.admin.Client, id); found || s.alarmed(t, id) {
			t.Error("it still waits for a person")
		}
		// One of an order counts for it without a number.
		o, id = s.unapplied(t)
		post[any](t, s.admin.Client, "/api/payments/"+id+"/apply", map[string]any{"version": 1, "reason": "It is theirs."})
		if money, now := s.payments(t, o.ID), s.admin.Find(o.Number); now.InvoiceState != shop.Paid || len(money) != 1 || money[0].State != shop.PaymentSettled || money[0].Decision != "It is theirs." {
			t.Errorf("%+v, kept %+v", now, money)
		}
	},
	"POST /api/payments/{id}/sent-back": func(t *testing.T, s *stage) {
		id := s.loose(t, 24_30)
		post[any](t, s.admin.Client, "/api/payments/"+id+"/sent-back", map[string]any{"version": 1, "reason": "Refunded in Stripe."})
		if v, found := s.listed(t, s.admin.Client, id); !found || v.State != "returned" || v.Decision != "Refunded in Stripe." || !slices.Equal(v.Actions, []string{"undo_sent_back"}) || s.alarmed(t, id) {
			t.Errorf("%+v", v)
		}
		// One that counts is told what to do by how it was paid: nobody finds a transfer in Stripe.
		_, _, counts := s.ordered(t, shop.ByTransfer)
		counts = s.helper.Takes(counts, shop.ByTransfer, counts.Balance)
		_, err := apptest.Post[any](t.Context(), s.admin.Client, "/api/payments/"+counts.Payments[0].ID+"/sent-back", map[string]any{"version": 1, "reason": "It went back."})
		if apptest.CodeOf(err) != "payment_settled" || strings.Contains(err.Error(), "Stripe") || !strings.Contains(err.Error(), "bank transfer") {
			t.Errorf("a transfer that counts: %v", err)
		}
		o, id := s.unapplied(t)
		post[any](t, s.admin.Client, "/api/payments/"+id+"/sent-back", map[string]any{"version": 1, "reason": "It was somebody else's."})
		if money, now := s.payments(t, o.ID), s.admin.Find(o.Number); now.Balance != o.Total || len(money) != 1 || money[0].State != shop.PaymentReturned {
			t.Errorf("%+v, kept %+v", now, money)
		}
	},
	"POST /api/payments/{id}/sent-back/undo": func(t *testing.T, s *stage) {
		o, id := s.unapplied(t)
		at := "/api/payments/" + id + "/sent-back"
		post[any](t, s.admin.Client, at, map[string]any{"version": 1, "reason": "Refunded in Stripe."})
		undo := map[string]any{"version": s.payments(t, o.ID)[0].Version, "reason": "It was another one."}
		if _, err := apptest.Post[any](t.Context(), s.helper.Client, at+"/undo", undo); apptest.StatusOf(err) != http.StatusForbidden {
			t.Errorf("by staff: %v", err)
		}
		post[any](t, s.admin.Client, at+"/undo", undo)
		money := s.payments(t, o.ID)
		if len(money) != 1 || !money[0].Unapplied() || money[0].Decision != "It was another one." {
			t.Errorf("kept %+v", money)
		}
		stray := s.loose(t, 24_30)
		post[any](t, s.admin.Client, "/api/payments/"+stray+"/sent-back", map[string]any{"version": 1, "reason": "Refunded in Stripe."})
		post[any](t, s.admin.Client, "/api/payments/"+stray+"/sent-back/undo", map[string]any{"version": 2, "reason": "It was another one."})
		if v, found := s.listed(t, s.admin.Client, stray); !found || v.State != "needs_review" || !s.alarmed(t, stray) {
			t.Errorf("%+v", v)
		}
		if _, err := apptest.Post[any](t.Context(), s.admin.Client, at+"/undo", map[string]any{"version": money[0].Version, "reason": "Again."}); apptest.CodeOf(err) != "payment_not_returned" {
			t.Errorf("twice: %v", err)
		}
		post[any](t, s.admin.Client, "/api/payments/"+id+"/apply", map[string]any{"version": money[0].Version, "reason": "It is theirs."})
		if now := s.admin.Find(o.Number); now.InvoiceState != shop.Paid {
			t.Errorf("%+v", now)
		}
	},
	"POST /api/invoices/{id}/mark-paid": func(t *testing.T, s *stage) {
		_, _, o := s.ordered(t, shop.ByTransfer)
		got := post[billing.InvoiceView](t, s.helper.Client, "/api/invoices/"+o.InvoiceID+"/mark-paid", map[string]any{"version": o.InvoiceVersion, "method": "transfer", "amount": o.Total, "reference": "statement 7"})
		if now := s.order(t, o.ID); got.State != shop.Paid || got.Balance != 0 || got.Number == "" || now.Released == 0 || now.InvoiceNumber() != got.Number {
			t.Errorf("%+v", got)
		}
		if money := s.payments(t, o.ID); len(money) != 1 || money[0].Amount != o.Total || money[0].Reference != "statement 7" || money[0].State != shop.PaymentSettled {
			t.Errorf("%+v", money)
		}
	},
	"POST /api/orders/{id}/lift-hold": func(t *testing.T, s *stage) {
		v, placed, o := s.ordered(t, shop.ByCard)
		v.PaysOn(placed.PayURL)
		if err := s.Stripe.Refund(s.payments(t, o.ID)[0].ProcessorID, int64(o.Total)/2); err != nil {
			t.Fatal(err)
		}
		apptest.Await(t, "the refund to hold the order", func() bool { return s.order(t, o.ID).Hold != "" })
		got := s.helper.Act(o.ID, "lift-hold", map[string]string{"reason": "The rest stays as it is."})
		if got.Hold != "" || s.order(t, o.ID).Hold != "" {
			t.Errorf("%+v", got)
		}
		if a := got.Activity[0]; a.Message != "Lifted the hold: The rest stays as it is." || a.Who != "Flo Helper" {
			t.Errorf("its page tells of it as %+v", a)
		}
	},
	"POST /api/invoices/{id}/stripe-session": func(t *testing.T, s *stage) {
		_, _, o := s.ordered(t, shop.ByTransfer)
		got := post[struct {
			PayURL string `json:"pay_url"`
		}](t, s.helper.Client, "/api/invoices/"+o.InvoiceID+"/stripe-session", nil)
		if page := send(t, s.helper.Client, http.MethodGet, got.PayURL, "", 200); !strings.Contains(string(page.Body), o.Total.String()) {
			t.Errorf("%s does not ask for %s", got.PayURL, o.Total)
		}
		s.read(t, func(ctx context.Context, tx *db.Tx) error {
			open, err := tx.ActiveCheckout(ctx, o.InvoiceID)
			if err == nil && open.Amount != o.Total {
				t.Errorf("%+v", open)
			}
			return err
		})
	},
}

// Each payment that Stripe took leads staff to Stripe's own page about it, in the mode that it was taken in; the demonstration's
// stand-in has none.
func TestPaymentsLeadToStripe(t *testing.T) {
	t.Parallel()
	s := newStage(t, apptest.Setup{})
	_, _, o := s.paid(t)
	s.admin.Act(o.ID, "cancel", map[string]string{"reason": "Not any more."})
	loose := s.loose(t, 24_30)
	urls := func() []string {
		v, _ := s.listed(t, s.admin.Client, loose)
		due, _ := s.due(t, s.admin.Client, o.ID)
		return []string{s.admin.Find(o.Number).Payments[0].StripeURL, due.StripeURL, v.StripeURL}
	}
	if got := urls(); !slices.Equal(got, []string{"", "", ""}) {
		t.Errorf("the stand-in's lead to %q", got)
	}
	id, at := s.payments(t, o.ID)[0].ProcessorID, "https://dashboard.stripe.com/"
	v, _ := s.listed(t, s.admin.Client, loose)
	for key, mode := range map[string]string{"sk_test_of_the_shop_itself": "test/", "sk_live_of_the_shop_itself": ""} {
		s.Write(func(ctx context.Context, tx *db.Tx) error { return tx.SetSecret(ctx, setting.SecretStripeKey, key) })
		want := []string{at + "test/payments/" + id, at + "test/payments/" + id, at + mode + "payments/" + v.StripeID} // the first was taken in test mode
		if got := urls(); !slices.Equal(got, want) {
			t.Errorf("with %s they lead to %q, want %q", key, got, want)
		}
	}
	s.Write(func(ctx context.Context, tx *db.Tx) error {
		return tx.SetSecret(ctx, setting.SecretStripeKey, setting.DemoStripeKey)
	})
}
