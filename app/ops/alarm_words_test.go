package ops_test

import (
	"context"
	"net/http"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/event"
	"buildplate/app/ops"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
)

// What staff are told of a payment that came twice goes by whether its invoice is paid: it may be the only money by now.
func TestAPaymentThatCameTwiceIsToldByWhatIsOwed(t *testing.T) {
	s := apptest.NewScenario(t, apptest.Setup{})
	admin := apptest.SetUp(t, s)
	v := apptest.NewVisitor(t, s)
	v.Drop("block.stl", apptest.Block(20, 20, 10))
	v.Sliced()
	total := v.Price().Price.Total
	placed := v.Checkout(apptest.Order(shop.ByTransfer, total))
	o := admin.Find(placed.OrderNumber)
	o = admin.Takes(o, shop.ByTransfer, total)
	s.Write(func(ctx context.Context, tx *db.Tx) error {
		p := shop.Payment{
			ID: shop.NewID(), InvoiceID: o.InvoiceID, Amount: total, Currency: "AUD", Method: shop.ByCard, Processor: "stripe", ProcessorID: "pi_twice",
			State: shop.PaymentDuplicate, Created: tx.Now,
		}
		if err := tx.InsertPayment(ctx, p); err != nil {
			return err
		}
		return s.Events.Emit(ctx, tx, event.PaymentChanged{ID: p.ID})
	})
	told := func(owed shop.Cents) {
		t.Helper()
		s.Read(func(ctx context.Context, tx *db.Tx) error {
			open, _, err := tx.AlarmPage(ctx, "", 10)
			if len(open) != 1 || open[0].Kind != shop.AlarmPayment || !open[0].Params.Twice || open[0].Params.Owed != owed {
				t.Errorf("%+v", open)
			}
			return err
		})
	}
	told(0)
	if _, err := apptest.Post[order.StaffOrderView](t.Context(), admin.Client, "/api/payments/"+o.Payments[0].ID+"/reverse", map[string]any{"version": o.Payments[0].Version, "reason": "It was the card."}); err != nil {
		t.Fatal(err)
	}
	told(total)
	for _, p := range admin.Find(o.Number).Payments {
		if p.State == "duplicate" {
			if err := admin.JSON(t.Context(), http.MethodPost, "/api/payments/"+p.ID+"/apply", map[string]any{"version": p.Version, "reason": "This is the money."}, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	if now := admin.Find(o.Number); now.Balance != 0 || now.InvoiceState != shop.Paid {
		t.Errorf("%s is owed, %s", now.Balance, now.InvoiceState)
	}
}

// A refund that somebody made in Stripe calls for attention until an admin says what it means: also where it came while an older
// program ran, which raised no alarm.
func TestARefundCallsForAttentionUntilItIsAnswered(t *testing.T) {
	s := newTrouble(t)
	s.payTwice()
	told := func(what string, amounts ...shop.Cents) string {
		t.Helper()
		s.AlarmsAgree()
		id := ""
		s.Read(func(ctx context.Context, tx *db.Tx) error {
			open, _, err := tx.AlarmPage(ctx, "", 10)
			for _, a := range open {
				if a.Kind != shop.AlarmRefund {
					continue
				}
				if len(amounts) != 1 || a.Params.Amount != amounts[0] || a.Params.Order == "" || a.Params.OrderID != a.ObjectID {
					t.Errorf("%s: %+v", what, a)
				}
				amounts, id = nil, a.ObjectID
			}
			return err
		})
		if len(amounts) > 0 {
			t.Errorf("%s: no alarm", what)
		}
		return id
	}
	told("paid")
	s.must(s.Stripe.Refund(s.took[0], 5_00))
	s.Stripe.Wait()
	told("refunded", 5_00)
	s.must(s.Stripe.Refund(s.took[0], 2_00))
	s.Stripe.Wait()
	id := told("refunded again", 7_00)
	s.Write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.ClearAlarm(ctx, shop.Alarm{Kind: shop.AlarmRefund, ObjectKind: shop.ObjectOrder, ObjectID: id})
		return err
	})
	for range 2 {
		s.must(ops.FirstStart(t.Context(), s.DB, true))
		told("started anew", 7_00)
	}
	s.must(s.Billing.AnswerRefund(t.Context(), grace, id, 0, false))
	told("answered")
}
