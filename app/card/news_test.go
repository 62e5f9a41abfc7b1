package card

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/app/stripetest"
	"buildplate/db"
)

// news builds the events about one order, as if from Stripe, without any call.
type news struct {
	row              *shop.CheckoutSession
	instance, intent string
	p                *payShop
}

func (p *payShop) news(total shop.Cents) news {
	id := p.order(total)
	n := news{p: p, intent: "pi_" + shop.NewID()}
	p.write(func(ctx context.Context, tx *db.Tx) (err error) {
		inv, err := tx.Invoice(ctx, id)
		if err != nil {
			return err
		}
		if n.row, err = p.newIntent(ctx, tx, setting.StripeKeys{Secret: testKey}, inv); err != nil {
			return err
		}
		n.instance, err = instance(ctx, tx)
		n.row.StripeID, n.row.State = "cs_"+n.row.ID, shop.CheckoutOpen
		return errors.Join(err, tx.SaveCheckout(ctx, n.row))
	})
	return n
}

func (n news) event(kind string, created int64, object map[string]any) []byte {
	b, err := json.Marshal(map[string]any{"id": "evt_" + shop.NewID(), "type": kind, "created": created, "livemode": false, "api_version": "2023-10-16", "data": map[string]any{"object": object}})
	n.p.must(err)
	return b
}

func (n news) session(kind, status, payment string) []byte {
	return n.event(kind, 100, map[string]any{
		"id": n.row.StripeID, "status": status, "payment_status": payment, "amount_total": n.row.Amount, "currency": "aud", "livemode": false, "payment_intent": n.intent,
		"metadata": map[string]string{"instance": n.instance, "invoice_id": n.row.InvoiceID, "intent_id": n.row.ID},
	})
}

func (n news) refund(amount shop.Cents) []byte {
	return n.event(eventRefunded, 200, map[string]any{"id": "ch_" + n.row.ID, "amount_refunded": amount, "payment_intent": n.intent, "metadata": map[string]string{"instance": n.instance}})
}

func (n news) dispute(kind, status string, created int64) []byte {
	return n.event(kind, created, map[string]any{"id": "dp_" + n.row.ID, "amount": n.row.Amount, "status": status, "created": 150, "payment_intent": n.intent})
}

// take records a signed event in a transaction of the caller's.
func (p *payShop) take(ctx context.Context, k *recorder, payload []byte) error {
	e, err := readEvent(setting.StripeKeys{Webhook: []string{testWebhook}}, payload, stripetest.Sign(payload, time.Now(), testWebhook))
	return errors.Join(err, k.record(ctx, e, payload))
}

func TestAnyOrderOfNewsEndsTheSame(t *testing.T) {
	p := newPayShop(t, false, nil)
	kinds := []string{"completed", "async ok", "async fail", "expired", "refund", "dispute"}
	ends, example := map[int]string{}, map[int][]int{}
	rng := rand.New(rand.NewPCG(1, 2))
	orders := 0
	var try func(sequence []int, rest int)
	try = func(sequence []int, rest int) {
		set := 0
		for _, k := range sequence {
			set |= 1 << k
		}
		if n := len(sequence); n > 0 && (n <= 3 || n == len(kinds) && !testing.Short()) {
			orders++
			n := p.news(2430)
			mail := [][]byte{
				n.session(eventCompleted, "complete", "unpaid"), n.session(eventAsyncPaid, "complete", "paid"), n.session(eventAsyncFailed, "complete", "unpaid"),
				n.session(eventExpired, "expired", "unpaid"), n.refund(1000), n.dispute(eventDisputed, "needs_response", 160),
			}
			p.must(p.withRecorder(context.Background(), func(ctx context.Context, k *recorder) error { // as the webhook does, with one commit for all
				for i, kind := range sequence {
					if err := p.take(ctx, k, mail[kind]); err != nil {
						return err
					}
					if again := rng.IntN(i + 1); rng.IntN(2) == 0 { // now and then something is delivered once more
						if err := p.take(ctx, k, mail[sequence[again]]); err != nil {
							return err
						}
					}
				}
				return nil
			}))
			var row *shop.CheckoutSession
			p.read(func(ctx context.Context, tx *db.Tx) (err error) { row, err = tx.Checkout(ctx, n.row.ID); return err })
			end := string(row.State) + " " + p.account(n.row.InvoiceID).state()
			if ends[set] == "" {
				ends[set], example[set] = end, append([]int(nil), sequence...)
			} else if ends[set] != end {
				t.Errorf("news %v ends in\n%s\nbut %v in\n%s", sequence, end, example[set], ends[set])
			}
		}
		for k := range kinds {
			if rest&(1<<k) != 0 {
				try(append(sequence, k), rest&^(1<<k))
			}
		}
	}
	try(nil, 1<<len(kinds)-1)
	t.Logf("%d orders, %d sets of news", orders, len(ends))
	held := `paid PAID paid=2430 refunds=1000 hold="A cardholder disputes a payment of $24.30." jobs=3 issued=true released=true; payment 2430 settled; refund 1000; dispute open false;`
	for set, want := range map[int]string{
		0b000001: `processing DRAFT paid=0 refunds=0 hold="" jobs=0 issued=false released=false;`,
		0b000010: `paid PAID paid=2430 refunds=0 hold="" jobs=3 issued=true released=true; payment 2430 settled;`,
		0b000101: `failed DRAFT paid=0 refunds=0 hold="" jobs=0 issued=false released=false;`,
		0b110000: `open DRAFT paid=0 refunds=0 hold="" jobs=0 issued=false released=false;`,
		0b110010: held,
	} {
		if ends[set] != want {
			t.Errorf("set %06b ends in\n%s\nwant\n%s", set, ends[set], want)
		}
	}
	if !testing.Short() && ends[1<<len(kinds)-1] != held {
		t.Errorf("all news end in %s", ends[1<<len(kinds)-1])
	}
}
