package card

import (
	"context"
	"errors"
	"testing"

	"buildplate/app/event"
	"buildplate/app/shop"
)

// heard counts how often pages hear that the order changed while act runs.
func (p *payShop) heard(order string, act func() error) (times int) {
	p.t.Helper()
	pages, cancel := p.events.Listen(event.Staff)
	p.must(act())
	cancel() // everything was told before act returned
	for e := range pages {
		if e == (event.OrderChanged{ID: order}) {
			times++
		}
	}
	return times
}

// Whatever a change of an order's money consists of, pages read the order again once.
func TestPagesHearOfAChangeOnce(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := context.Background()
	for name, prepare := range map[string]func() (order string, act func() error){
		"a payment in cash": func() (string, func() error) {
			id := p.order(2430)
			return id, func() error { return p.billing.TakePayment(ctx, grace, id, 0, shop.ByCash, 2430, "") }
		},
		"a payment accepted": func() (string, func() error) {
			n, pay := p.unapplied(2000, "aud")
			return n.row.InvoiceID, func() error { return p.billing.ApplyPayment(ctx, grace, pay.ID, 0, "", "agreed") }
		},
		"a payment sent back": func() (string, func() error) {
			n, pay := p.unapplied(2000, "aud")
			return n.row.InvoiceID, func() error { return p.billing.PaymentSentBack(ctx, grace, pay.ID, 0, "agreed") }
		},
		"a payment by card": func() (string, func() error) {
			n := p.news(2430)
			return n.row.InvoiceID, func() error { return p.deliver(n.session(eventCompleted, "complete", "paid")) }
		},
		"a payment by card whose refund and dispute came first": func() (string, func() error) {
			n := p.news(2430)
			p.must(p.deliver(n.refund(1000)))
			p.must(p.deliver(n.dispute(eventDisputed, "needs_response", 160)))
			return n.row.InvoiceID, func() error { return p.deliver(n.session(eventCompleted, "complete", "paid")) }
		},
		"a refund": func() (string, func() error) {
			n := p.news(2430)
			p.must(p.deliver(n.session(eventCompleted, "complete", "paid")))
			return n.row.InvoiceID, func() error { return p.deliver(n.refund(1000)) }
		},
		"a refund of a payment that does not count": func() (string, func() error) {
			n, _ := p.unapplied(2000, "aud")
			return n.row.InvoiceID, func() error { return p.deliver(n.refund(1000)) }
		},
		"a dispute": func() (string, func() error) {
			n := p.news(2430)
			p.must(p.deliver(n.session(eventCompleted, "complete", "paid")))
			return n.row.InvoiceID, func() error { return p.deliver(n.dispute(eventDisputed, "needs_response", 160)) }
		},
		"a hold lifted": func() (string, func() error) {
			n := p.news(2430)
			p.must(errors.Join(p.deliver(n.session(eventCompleted, "complete", "paid")), p.deliver(n.refund(1000))))
			return n.row.InvoiceID, func() error { return p.billing.LiftHold(ctx, grace, n.row.InvoiceID, 0, "agreed") }
		},
	} {
		t.Run(name, func(t *testing.T) {
			order, act := prepare()
			if n := p.heard(order, act); n != 1 {
				t.Errorf("pages heard of it %d times", n)
			}
		})
	}
}

// A refund that waits for its payment changes nothing yet.
func TestPagesHearNothingOfAnEventThatWaits(t *testing.T) {
	p := newPayShop(t, false, nil)
	n := p.news(2430)
	if times := p.heard(n.row.InvoiceID, func() error { return p.deliver(n.refund(1000)) }); times != 0 {
		t.Errorf("pages heard of it %d times", times)
	}
}
