package card

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/app/stripetest"
	"buildplate/db"
)

// secret sets, or forgets, one of Stripe's secrets.
func (p *payShop) secret(name, value string) {
	p.t.Helper()
	p.write(func(ctx context.Context, tx *db.Tx) error { return tx.SetSecret(ctx, name, value) })
}

// forget removes Stripe's key as the settings do.
func (p *payShop) forget() error {
	return p.WithoutKey(context.Background(), func() error { p.secret(setting.SecretStripeKey, ""); return nil })
}

// Without a signing secret no page stays open when the key goes: nobody would hear of what is paid on it.
func TestAKeyThatGoesClosesPages(t *testing.T) {
	var down atomic.Bool
	p := newPayShop(t, false, func(*http.Request, bool) stripetest.Fault {
		if down.Load() {
			return stripetest.InternalError
		}
		return stripetest.NoFault
	})
	p.secret(setting.SecretWebhook, "")
	id, paid := p.order(2430), p.order(1000)
	p.pay(id)
	p.pay(paid)
	p.must(p.stripe.Pay(p.session(paid).ID)) // and nobody has heard of it
	down.Store(true)
	err := p.forget()
	if !shop.IsCode(err, "payment_pages_open") || !strings.Contains(shop.MessageOf(err), p.account(id).order.Number) {
		t.Errorf("Stripe does not answer: %v", err)
	}
	if keys, err := p.settings.StripeKeys(t.Context()); err != nil || keys.Secret == "" {
		t.Errorf("the key is gone all the same: %v", err)
	}
	down.Store(false)
	p.must(p.forget())
	if p.session(id).Status != "expired" || p.stripe.Pay(p.session(id).ID) == nil {
		t.Errorf("the page is %s", p.session(id).Status)
	}
	if b := p.account(paid); b.inv.State != shop.Paid {
		t.Errorf("what was paid before: %s", b.state())
	}
	p.must(p.forget()) // there is none any more
	p.sound()
}

// With one the page stays, and what is paid on it is heard of. With a key that Stripe refuses there is nothing to be done.
func TestAKeyThatGoesLeavesPagesThatAreHeardOf(t *testing.T) {
	p := newPayShop(t, true, nil)
	id := p.order(2430)
	p.pay(id)
	p.must(p.forget())
	p.must(p.stripe.Pay(p.session(id).ID))
	p.stripe.Wait()
	p.settled(id)

	p = newPayShop(t, false, nil)
	p.secret(setting.SecretWebhook, "")
	p.pay(p.order(2430))
	p.secret(setting.SecretStripeKey, "sk_test_of_another_account")
	p.must(p.forget())
}

// What a bank still decides about is waited for.
func TestAKeyStaysWhileABankDecides(t *testing.T) {
	p := newPayShop(t, false, nil)
	p.secret(setting.SecretWebhook, "")
	id := p.order(2430)
	p.pay(id)
	p.must(p.stripe.PayLater(p.session(id).ID))
	if err := p.forget(); !shop.IsCode(err, "payments_processing") || !strings.Contains(shop.MessageOf(err), p.account(id).order.Number) {
		t.Errorf("%v", err)
	}
	p.must(p.stripe.Finish(p.session(id).ID, true))
	p.must(p.forget())
	if b := p.account(id); b.inv.State != shop.Paid {
		t.Errorf("decided: %s", b.state())
	}
	p.sound()
}
