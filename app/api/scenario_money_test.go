package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/billing"
	"buildplate/app/order"
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
	if err := s.DB.Write(t.Context(), func(tx *db.Tx) error { return tx.InsertPayment(t.Context(), p) }); err != nil {
		t.Fatal(err)
	}
	return o, p.ID
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
		send(t, s.helper.Client, http.MethodGet, "/api/invoices/"+o.ID, "", 404)
	},
	"POST /api/invoices/{id}/mark-paid": func(t *testing.T, s *stage) {
		_, _, o := s.ordered(t, shop.ByTransfer)
		got := post[billing.InvoiceView](t, s.helper.Client, "/api/invoices/"+o.InvoiceID+"/mark-paid", map[string]any{"method": "transfer", "amount": o.Total, "reference": "statement 7"})
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
		got := post[order.StaffOrderView](t, s.helper.Client, "/api/orders/"+o.ID+"/lift-hold", map[string]string{"reason": "The rest stays as it is."})
		if got.Hold != "" || s.order(t, o.ID).Hold != "" {
			t.Errorf("%+v", got)
		}
	},
	"POST /api/orders/{id}/payments/{payment_id}/accept": func(t *testing.T, s *stage) {
		o, payment := s.unapplied(t)
		got := post[order.StaffOrderView](t, s.admin.Client, "/api/orders/"+o.ID+"/payments/"+payment+"/accept", map[string]string{"reason": "It is theirs."})
		if money := s.payments(t, o.ID); got.InvoiceState != shop.Paid || len(money) != 1 || money[0].State != shop.PaymentSettled || money[0].Decision != "It is theirs." {
			t.Errorf("%+v, kept %+v", got, money)
		}
	},
	"POST /api/orders/{id}/payments/{payment_id}/sent-back": func(t *testing.T, s *stage) {
		o, payment := s.unapplied(t)
		got := post[order.StaffOrderView](t, s.admin.Client, "/api/orders/"+o.ID+"/payments/"+payment+"/sent-back", map[string]string{"reason": "It was somebody else's."})
		if money := s.payments(t, o.ID); got.Balance != o.Total || len(money) != 1 || money[0].State != shop.PaymentReturned {
			t.Errorf("%+v, kept %+v", got, money)
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
