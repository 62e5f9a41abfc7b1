package card

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"buildplate/app/apptest/need"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/app/stripetest"
	"buildplate/db"
)

// Row 8: 10 000 messages at each commit, 100 000 in the long form; 1 000 in the short.
func TestWebhookStormSettlesEachOrderOnce(t *testing.T) {
	orders := 2500
	switch {
	case need.Soak():
		orders = 25_000
	case testing.Short():
		orders = 250
	}
	p := newPayShop(t, false, nil)
	ids := make([]string, orders)
	for i := range ids {
		ids[i] = p.order(shop.Cents(1500 + i))
		p.pay(ids[i])
		p.must(p.stripe.Pay(p.session(ids[i]).ID))
	}
	var mail [][]byte
	for _, e := range p.stripe.Events() {
		twin := edit(t, e.Payload, func(map[string]any, map[string]any) {}) // another event about the same session
		mail = append(mail, e.Payload, e.Payload, twin, twin)
	}
	if len(mail) != 4*orders {
		t.Fatalf("%d deliveries", len(mail))
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(mail), func(i, j int) { mail[i], mail[j] = mail[j], mail[i] })
	start := time.Now()
	queue := make(chan []byte)
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			for payload := range queue {
				if err := p.deliver(payload); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for _, payload := range mail {
		queue <- payload
	}
	close(queue)
	wg.Wait()
	t.Logf("%d deliveries in %v", len(mail), time.Since(start))
	for _, payload := range mail {
		if e := p.event(payload); e.State != "applied" || e.Attempts != 1 {
			t.Errorf("event %s: %s, applied %d times", e.ID, e.State, e.Attempts)
		}
	}
	numbers := map[string]bool{}
	for _, id := range ids {
		numbers[p.settled(id).inv.Number] = true
	}
	for i := range orders {
		if n := fmt.Sprintf("INV-%04d", i+1); !numbers[n] {
			t.Errorf("there is no invoice %s", n)
		}
	}
}

func TestForgedWebhooksAreRefused(t *testing.T) {
	p := newPayShop(t, false, nil)
	n := p.news(2430)
	body := n.session(eventCompleted, "complete", "paid")
	now := time.Now()
	ctx := context.Background()
	refused := func(name string, kind shop.Kind, body []byte, signature string) {
		t.Helper()
		if err := p.ReceiveWebhook(ctx, body, signature); !shop.IsKind(err, kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	good := stripetest.Sign(body, now, testWebhook)
	refused("no signature", shop.Invalid, body, "")
	refused("garbage", shop.Invalid, body, "t=abc,v1=zz")
	refused("another secret", shop.Invalid, body, stripetest.Sign(body, now, "whsec_ffffffffffffffffffffffffffffffff"))
	refused("empty secret", shop.Invalid, body, stripetest.Sign(body, now, ""))
	refused("six minutes old", shop.Invalid, body, stripetest.Sign(body, now.Add(-6*time.Minute), testWebhook))
	refused("another body", shop.Invalid, append(body[:len(body):len(body)], ' '), good)
	refused("no event", shop.Invalid, []byte(`{}`), stripetest.Sign([]byte(`{}`), now, testWebhook))
	big := append([]byte(`{"id":"evt_big","type":"charge.refunded","x":"`), bytes.Repeat([]byte("a"), 300<<10)...)
	big = append(big, `"}`...)
	refused("300 KiB", shop.TooLarge, big, stripetest.Sign(big, now, testWebhook))
	for i := range good {
		flipped := []byte(good)
		flipped[i] ^= 1
		if i < 2 || strings.ContainsAny(string(good[i]), "tv1=,") && i < 17 { // the same header in other words
			continue
		}
		if err := p.ReceiveWebhook(ctx, body, string(flipped)); err == nil {
			t.Errorf("taken with byte %d of the signature flipped: %s", i, flipped)
		}
	}
	for name, secret := range map[string]string{"none": "", "no prefix": "0123456789abcdef0123456789abcdef0123", "short": "whsec_0123"} {
		p.write(func(ctx context.Context, tx *db.Tx) error { return tx.SetSecret(ctx, setting.SecretWebhook, secret) })
		refused("secret set: "+name, shop.Unavailable, body, stripetest.Sign(body, now, secret))
	}
	p.untouched(n.row.InvoiceID)

	p.write(func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(tx.SetSecret(ctx, setting.SecretWebhook, "whsec_ffffffffffffffffffffffffffffffff"), tx.SetSecret(ctx, setting.SecretWebhookBefore, testWebhook))
	})
	other := edit(t, body, func(event, _ map[string]any) { event["api_version"] = "2026-03-31.acacia" })
	if err := p.deliver(other); err != nil {
		t.Errorf("an event of another version, signed with the secret before: %v", err)
	}
	if e := p.event(other); e.APIVersion != "2026-03-31.acacia" || e.State != "applied" {
		t.Errorf("stored: %+v", e)
	}
	p.settled(n.row.InvoiceID)
}

func TestMismatchesMakeNoJob(t *testing.T) {
	p := newPayShop(t, false, nil)
	for name, c := range map[string]struct {
		change  func(object map[string]any)
		payment shop.PaymentState // "" for none
		event   string
	}{
		"amount":          {func(o map[string]any) { o["amount_total"] = 1 }, shop.PaymentNeedsReview, "applied"},
		"currency":        {func(o map[string]any) { o["currency"] = "usd" }, shop.PaymentNeedsReview, "applied"},
		"nothing charged": {func(o map[string]any) { o["amount_total"], o["payment_status"] = 0, "no_payment_required" }, "", "applied"},
		"live mode":       {func(o map[string]any) { o["livemode"] = true }, "", "ignored"},
		"another shop":    {func(o map[string]any) { o["metadata"].(map[string]any)["instance"] = shop.NewID() }, "", "ignored"},
		"no mark":         {func(o map[string]any) { delete(o, "metadata") }, "", "ignored"},
		"unknown session": {func(o map[string]any) { o["id"] = "cs_other" }, shop.PaymentNeedsReview, "applied"},
		"unknown order": {func(o map[string]any) {
			o["id"] = "cs_more"
			o["metadata"].(map[string]any)["invoice_id"] = shop.NewID()
		}, "", "applied"},
	} {
		t.Run(name, func(t *testing.T) {
			n := p.news(2430)
			payload := edit(t, n.session(eventCompleted, "complete", "paid"), func(_, object map[string]any) { c.change(object) })
			p.must(p.deliver(payload))
			p.must(p.deliver(payload))
			b := p.untouched(n.row.InvoiceID)
			if e := p.event(payload); e.State != c.event {
				t.Errorf("event: %s (%s)", e.State, e.Error)
			}
			if c.payment == "" && len(b.payments) != 0 || c.payment != "" && (len(b.payments) != 1 || b.payments[0].State != c.payment) {
				t.Errorf("payments: %+v", b.payments)
			}
		})
	}
	if open := p.causes(); len(open) != 4 { // the payment for an order that is not here among them
		t.Errorf("to look at: %+v", open)
	}
}

func TestFailedEventsAreTriedAgain(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := context.Background()
	n := p.news(2430)
	// An invoice stands in the way of the number: a fault of ours, not of Stripe's.
	blocker := p.order(100)
	p.write(func(ctx context.Context, tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, blocker)
		if err != nil {
			return err
		}
		return errors.Join(inv.Issue("INV-0001", 1), tx.SaveInvoice(ctx, inv, ""))
	})
	payload := n.session(eventCompleted, "complete", "paid")
	p.must(p.deliver(payload)) // it is ours now
	p.untouched(n.row.InvoiceID)
	if e := p.event(payload); e.State != "failed" || e.Error == "" || e.Attempts != 1 {
		t.Fatalf("%+v", e)
	}
	p.must(p.retryFailedEvents(ctx))
	if e := p.event(payload); e.Attempts != 1 {
		t.Error("tried again at once")
	}
	p.write(func(ctx context.Context, tx *db.Tx) error { _, err := tx.NextNumber(ctx, "invoice"); return err })
	p.ahead.Store(int64(61 * time.Second))
	p.must(p.retryFailedEvents(ctx))
	if e := p.event(payload); e.State != "applied" || e.Attempts != 2 || e.Error != "" {
		t.Errorf("%+v", e)
	}
	if b := p.settled(n.row.InvoiceID); b.inv.Number != "INV-0002" {
		t.Error(b.inv.Number)
	}
	// A refund of something that was never ours is left alone in the end.
	stray := p.news(100)
	p.must(p.deliver(stray.dispute(eventDisputed, "needs_response", 1)))
	for range eventTries {
		p.ahead.Add(int64(7 * time.Hour))
		p.must(p.retryFailedEvents(ctx))
	}
	p.read(func(ctx context.Context, tx *db.Tx) error {
		failed, err := tx.FailedEvents(ctx, db.StripeEvent{}, 100)
		if len(failed) != 0 {
			t.Errorf("still failed: %+v", failed)
		}
		return err
	})
}

func TestAnEventIsNotTakenWithoutTheKeys(t *testing.T) {
	p := newPayShop(t, false, nil)
	n := p.news(2430)
	payload := n.session(eventCompleted, "complete", "paid")
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // the caller is gone before the keys are read
	if err := p.ReceiveWebhook(ctx, payload, stripetest.Sign(payload, time.Now(), testWebhook)); err == nil {
		t.Error("taken without the keys")
	}
	p.untouched(n.row.InvoiceID)
	p.must(p.deliver(payload))
	p.settled(n.row.InvoiceID)
}
