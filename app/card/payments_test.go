package card

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"buildplate/app/billing"
	"buildplate/app/shop"
	"buildplate/db"
)

func TestMoneyForAClosedOrder(t *testing.T) {
	p := newPayShop(t, false, nil)
	n := p.news(2430)
	p.cancel(n.row.InvoiceID)
	p.must(p.deliver(n.session(eventCompleted, "complete", "paid")))
	b := p.account(n.row.InvoiceID)
	if b.inv.State != shop.Void || b.order.Jobs.Total != 0 || len(b.payments) != 1 || b.payments[0].State != shop.PaymentNeedsReview || b.logged(shop.VerbPaymentAfterClose) == nil {
		t.Error(b.state())
	}
}

func TestReturnPageSettlesWhenTheWebhookIsLate(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := context.Background()
	id := p.order(2430)
	p.pay(id)
	s := p.session(id)
	back := func(want string) {
		t.Helper()
		p.ahead.Add(int64(3 * time.Second))
		if state, inv, err := p.CheckReturn(ctx, s.Reference); err != nil || state != want || inv.ID != id {
			t.Errorf("%s, %v, want %s", state, err, want)
		}
	}
	back("open")
	calls := len(p.stripe.Calls())
	if _, _, err := p.CheckReturn(ctx, s.Reference); err != nil || len(p.stripe.Calls()) != calls {
		t.Error("Stripe is asked again at once")
	}
	p.must(p.stripe.Pay(s.ID))
	back("paid")
	p.settled(id)
	for _, e := range p.stripe.Events() { // here it comes
		p.must(p.deliver(e.Payload))
	}
	p.settled(id)
	back("paid")
	if _, _, err := p.CheckReturn(ctx, shop.NewID()); !shop.IsKind(err, shop.NotFound) {
		t.Errorf("a checkout that is not there: %v", err)
	}
}

func TestDelayedPayment(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := context.Background()
	for _, webhooks := range []bool{false, true} {
		for _, paid := range []bool{false, true} {
			id := p.order(2430)
			p.pay(id)
			s := p.session(id)
			told := func(want string) {
				t.Helper()
				if webhooks {
					for _, e := range p.stripe.Events() {
						p.must(p.deliver(e.Payload))
					}
				} else {
					p.ahead.Add(int64(3 * time.Second))
				}
				if state, _, err := p.CheckReturn(ctx, s.Reference); err != nil || state != want {
					t.Errorf("webhooks %t: %s, %v, want %s", webhooks, state, err, want)
				}
			}
			p.must(p.stripe.PayLater(s.ID))
			told("processing")
			p.untouched(id)
			if _, err := p.PayByCard(ctx, id); !shop.IsKind(err, shop.Conflict) {
				t.Errorf("paying while the bank decides: %v", err)
			}
			p.must(p.stripe.Finish(s.ID, paid))
			if paid {
				told("paid")
				p.settled(id)
			} else {
				told("expired")
				p.untouched(id)
				if again := p.pay(id); again == s.URL {
					t.Error("the failed page is given out again")
				}
			}
		}
	}
}

func TestMarkPaid(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := context.Background()
	who := shop.Actor{Name: "Grace", Role: shop.RoleStaff}
	id := p.order(2430)
	for _, c := range []struct {
		method shop.PaymentMethod
		amount shop.Cents
		field  string
	}{{shop.ByCard, 2430, "method"}, {shop.ByCash, 0, "amount"}, {shop.ByCash, -5, "amount"}, {shop.ByTransfer, 2431, "amount"}} {
		err := p.billing.TakePayment(ctx, who, id, 0, c.method, c.amount, "")
		if !shop.IsKind(err, shop.Invalid) || shop.FieldOf(err) != c.field {
			t.Errorf("%v: %v", c, err)
		}
	}
	p.untouched(id)
	if err := p.billing.TakePayment(ctx, who, id, 0, shop.ByTransfer, 1000, strings.Repeat("ß", 201)); !shop.IsCode(err, "reference_too_long") {
		t.Errorf("a reference of 201 letters: %v", err)
	}
	other := p.order(500)
	p.must(p.billing.TakePayment(ctx, who, other, 0, shop.ByTransfer, 500, strings.Repeat("ß", 200))) // of two bytes each
	p.must(p.billing.TakePayment(ctx, who, id, 0, shop.ByTransfer, 1000, " NAB 77 "))
	b := p.account(id)
	if b.inv.State != shop.Pending || b.inv.Number != "INV-0002" || b.order.Released != 0 || b.order.Jobs.Total != 0 || b.inv.Balance() != 1430 || b.payments[0].Reference != "NAB 77" {
		t.Errorf("after a part: %s", b.state())
	}
	p.must(p.billing.TakePayment(ctx, who, id, 0, shop.ByCash, 1430, ""))
	b = p.account(id)
	took := b.logged(shop.VerbPaymentRecorded)
	if b.inv.State != shop.Paid || b.inv.Number != "INV-0002" || b.order.Jobs.Total != jobsPerOrder || took == nil ||
		took.Params.Amount != 1430 || took.Params.Method != shop.ByCash {
		t.Errorf("after the rest: %s", b.state())
	}
	if err := p.billing.TakePayment(ctx, who, id, 0, shop.ByCash, 1, ""); !shop.IsKind(err, shop.Conflict) {
		t.Errorf("taking money for a paid order: %v", err)
	}
}

// What comes for an invoice that was written off is taken, and waits for somebody to say that it counts.
func TestMoneyForAWrittenOffInvoice(t *testing.T) {
	p := newPayShop(t, false, nil)
	n := p.news(2430)
	p.write(func(ctx context.Context, tx *db.Tx) error {
		o, err := tx.Order(ctx, n.row.InvoiceID)
		if err != nil {
			return err
		}
		if err := billing.Release(ctx, tx, o, "Ada"); err != nil {
			return err
		}
		o.Invoice.State = shop.WrittenOff
		return errors.Join(tx.SaveInvoice(ctx, o.Invoice, "Ada"), tx.InsertWriteOff(ctx, shop.WriteOff{ID: shop.NewID(), InvoiceID: o.Invoice.ID, Amount: 2430, Reason: "They moved."}))
	})
	p.must(p.deliver(n.session(eventCompleted, "complete", "paid")))
	b := p.account(n.row.InvoiceID)
	if b.inv.State != shop.WrittenOff || b.inv.Paid != 0 || len(b.payments) != 1 || b.payments[0].State != shop.PaymentNeedsReview || b.logged(shop.VerbPaymentWrittenOff) == nil {
		t.Error(b.state())
	}
}
