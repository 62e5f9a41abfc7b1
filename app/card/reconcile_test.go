package card

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/app/stripetest"
	"buildplate/db"
)

func TestPollingSettlesWhenNothingComes(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := context.Background()
	id, lapsed := p.order(2430), p.order(1500)
	p.pay(id)
	p.pay(lapsed)
	p.must(p.stripe.Pay(p.session(id).ID))
	calls := len(p.stripe.Calls())
	p.must(p.reconcileSessions(ctx))
	if len(p.stripe.Calls()) != calls {
		t.Error("young sessions are asked about")
	}
	p.ahead.Store(int64(6 * time.Minute))
	p.must(p.reconcileSessions(ctx))
	p.settled(id)
	p.untouched(lapsed)
	p.ahead.Store(int64(25 * time.Hour))
	p.must(p.reconcileSessions(ctx))
	if open, err := p.openSessions(ctx, shop.TimeOf(p.now())); err != nil || len(open) != 0 {
		t.Errorf("still open: %v, %v", open, err)
	}
}

func TestEventListBringsWhatNoWebhookBrought(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := context.Background()
	var ids []string
	for range 60 { // more than a page of the list
		id := p.order(2430)
		p.pay(id)
		p.must(p.stripe.Pay(p.session(id).ID))
		p.must(p.stripe.Refund(p.session(id).PaymentIntent, 30))
		ids = append(ids, id)
	}
	p.must(p.reconcileEvents(ctx))
	for _, id := range ids {
		if b := p.settled(id); b.inv.Refunds != 30 || b.order.Hold == "" {
			t.Fatal(b.state())
		}
	}
	p.ahead.Store(int64(2 * time.Hour))
	late := p.order(2430)
	p.pay(late)
	p.must(p.stripe.Pay(p.session(late).ID))
	p.must(p.reconcileEvents(ctx))
	p.settled(late)
	p.ahead.Store(int64(4 * time.Hour))
	calls := len(p.stripe.Calls())
	p.must(p.reconcileEvents(ctx))
	if n := len(p.stripe.Calls()) - calls; n != 1 {
		t.Errorf("%d calls to read what is behind the cursor", n)
	}
}

func TestPagesOfClosedOrdersAreClosed(t *testing.T) {
	p := newPayShop(t, false, nil)
	id, other := p.order(2430), p.order(1500)
	p.pay(id)
	p.pay(other)
	p.cancel(id)
	p.must(p.expireStaleSessions(context.Background()))
	if p.session(id).Status != "expired" || p.session(other).Status != "open" {
		t.Errorf("%s and %s", p.session(id).Status, p.session(other).Status)
	}
}

// Whoever takes a payment does not wait for Stripe: the page is closed in the background, as often as it takes.
func TestThePageOfAPaidInvoiceIsClosedInTheBackground(t *testing.T) {
	var down atomic.Bool
	p := newPayShop(t, false, func(*http.Request, bool) stripetest.Fault {
		if down.Load() {
			return stripetest.Drop
		}
		return stripetest.NoFault
	})
	ctx := context.Background()
	id := p.order(2430)
	p.pay(id)
	calls := len(p.stripe.Calls())
	p.must(p.billing.TakePayment(ctx, grace, id, 0, shop.ByCash, 2430, ""))
	if n := len(p.stripe.Calls()) - calls; n != 0 {
		t.Errorf("whoever took the money waited for %d calls to Stripe", n)
	}
	down.Store(true)
	p.must(p.tasks.RunDue(ctx))
	if s := p.session(id).Status; s != "open" {
		t.Fatalf("the page is %s although Stripe was away", s)
	}
	down.Store(false)
	p.ahead.Add(int64(2 * time.Minute))
	p.must(p.tasks.RunDue(ctx))
	if s := p.session(id).Status; s != "expired" {
		t.Errorf("the page is %s", s)
	}
	calls = len(p.stripe.Calls())
	cash := p.order(2430)
	p.must(p.billing.TakePayment(ctx, grace, cash, 0, shop.ByCash, 2430, ""))
	p.must(p.tasks.RunDue(ctx))
	if n := len(p.stripe.Calls()) - calls; n != 0 {
		t.Errorf("Stripe was asked %d times about an order that has no page", n)
	}
}

func TestClosingThePageBeforeAnOrderGoes(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := context.Background()
	nothing := func() error { return nil }
	anyone := func(context.Context, *db.Tx, *shop.Order) error { return nil }
	drop := func(id string) error {
		return p.db.Write(ctx, func(tx *db.Tx) error { return tx.DropCheckouts(ctx, id) })
	}
	unpaid, paid, delayed := p.order(2430), p.order(2430), p.order(2430)
	for _, id := range []string{unpaid, paid, delayed} {
		p.pay(id)
		if err := drop(id); !shop.IsKind(err, shop.Conflict) {
			t.Errorf("dropping an open page: %v", err)
		}
	}
	p.must(p.stripe.Pay(p.session(paid).ID))
	p.must(p.stripe.PayLater(p.session(delayed).ID))
	p.must(p.WithoutCheckout(ctx, unpaid, anyone, nothing))
	p.must(p.WithoutCheckout(ctx, paid, anyone, nothing))
	if err := p.WithoutCheckout(ctx, delayed, anyone, nothing); !shop.IsKind(err, shop.Conflict) {
		t.Errorf("closing while the bank decides: %v", err)
	}
	if s := p.session(unpaid).Status; s != "expired" {
		t.Errorf("the page is %s", s)
	}
	p.must(drop(unpaid))
	p.settled(paid)
	p.must(p.WithoutCheckout(ctx, p.order(100), anyone, nothing)) // it has none

	orphan := p.order(2430)
	p.pay(orphan)
	p.write(func(ctx context.Context, tx *db.Tx) error { return tx.SetSecret(ctx, setting.SecretStripeKey, "") })
	if err := p.WithoutCheckout(ctx, orphan, anyone, nothing); !shop.IsKind(err, shop.Unavailable) {
		t.Errorf("closing without a key: %v", err)
	}
	p.ahead.Store(int64(24 * time.Hour))
	p.must(p.reconcileSessions(ctx))
	p.must(drop(orphan))
}

// A key that was removed stops card payment, and a page that is open is still paid: the webhook tells of it, and no work fails
// for want of the key.
func TestAPageThatIsOpenIsPaidAfterTheKeyIsRemoved(t *testing.T) {
	p := newPayShop(t, true, nil)
	ctx := t.Context()
	id := p.order(2430)
	p.pay(id)
	p.write(func(ctx context.Context, tx *db.Tx) error { return tx.SetSecret(ctx, setting.SecretStripeKey, "") })
	if _, err := p.PayByCard(ctx, p.order(2000)); !shop.IsCode(err, "card_not_set_up") {
		t.Errorf("another page opens: %v", err)
	}
	p.ahead.Store(int64(time.Hour))
	p.must(p.reconcileSessions(ctx))
	p.must(p.expireStaleSessions(ctx))
	p.must(p.stripe.Pay(p.session(id).ID))
	p.stripe.Wait()
	p.settled(id)
}
