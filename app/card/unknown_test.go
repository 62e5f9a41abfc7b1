package card

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/db"
)

// lost is news of a page that this shop made and has no row of any more: neither the checkout session nor its invoice.
type lost struct{ news }

func (p *payShop) lost() lost {
	p.t.Helper()
	n := p.news(2430)
	n.row.StripeID, n.row.ID, n.row.InvoiceID = "cs_"+shop.NewID(), shop.NewID(), shop.NewID()
	n.intent = "pi_" + shop.NewID()
	return lost{n}
}

func (l lost) session(kind, status, payment string) []byte {
	return edit(l.p.t, l.news.session(kind, status, payment), func(_, object map[string]any) {
		object["customer_email"] = "ada@example.com"
		object["customer_details"] = map[string]any{"email": "ada@home.example", "name": "Ada"}
		object["metadata"].(map[string]any)["order_number"] = "ORD-9999"
	})
}

// loose are the payments that belong to no order.
func (p *payShop) loose() (loose []shop.Payment) {
	p.t.Helper()
	p.read(func(ctx context.Context, tx *db.Tx) error {
		all, _, err := tx.UnappliedPage(ctx, "", 1000)
		for _, x := range all {
			if x.OrderID == "" {
				loose = append(loose, x)
			}
		}
		return err
	})
	return loose
}

// payment is what was kept of the page's money: one payment.
func (l lost) payment() shop.Payment {
	l.p.t.Helper()
	var found []shop.Payment
	for _, x := range l.p.loose() {
		if x.ProcessorID == l.intent {
			found = append(found, x)
		}
	}
	if len(found) != 1 {
		l.p.t.Fatalf("%s was kept %d times", l.intent, len(found))
	}
	return found[0]
}

func TestMoneyForAnOrderThatIsNotHere(t *testing.T) {
	p := newPayShop(t, false, nil)
	l := p.lost()
	payload := l.session(eventCompleted, "complete", "paid")
	p.must(p.deliver(payload))
	p.must(p.deliver(payload))
	p.must(p.deliver(l.session(eventAsyncPaid, "complete", "paid"))) // another message of the same money
	x := l.payment()
	if x.InvoiceID != "" || x.ClientID != "" || x.State != shop.PaymentNeedsReview || x.Amount != 2430 || x.Currency != "AUD" || x.Reference != l.intent ||
		x.Payer != "ada@home.example" || x.MeantFor != "ORD-9999" {
		t.Errorf("%+v", x)
	}
	if e := p.event(payload); e.State != "applied" {
		t.Errorf("%+v", e)
	}
	if open := p.causes(); len(open) != 1 || open[0].Kind != shop.AlarmPayment || open[0].ObjectID != x.ID {
		t.Errorf("to look at: %+v", open)
	}
	if v := p.failed(); len(v) != 0 {
		t.Errorf("beside the tasks: %+v", v)
	}
}

// What is told of a page that nobody knows may come in any order and more than once: it ends the same.
func TestAnyOrderOfNewsOfAnOrderThatIsNotHere(t *testing.T) {
	p := newPayShop(t, false, nil)
	rng := rand.New(rand.NewPCG(3, 4))
	for range 12 {
		l := p.lost()
		mail := [][]byte{
			l.session(eventCompleted, "complete", "unpaid"), l.session(eventAsyncPaid, "complete", "paid"), l.session(eventExpired, "expired", "unpaid"),
			l.refund(1000), l.refund(2430), l.dispute(eventDisputed, "needs_response", 160),
		}
		mail = append(mail, mail...)
		order := rng.Perm(len(mail))
		for _, i := range order {
			p.must(p.deliver(mail[i]))
		}
		if x := l.payment(); x.State != shop.PaymentReturned || x.Returned != 2430 || x.Decision == "" {
			t.Errorf("in order %v: %+v", order, x)
		}
	}
	for _, a := range p.causes() {
		if a.Kind != shop.AlarmDispute { // those are open in Stripe, whatever went back
			t.Errorf("to look at: %+v", a)
		}
	}
}

// Money is kept only of what this shop asked for: the account may serve other business.
func TestMoneyThatIsNotOurs(t *testing.T) {
	p := newPayShop(t, false, nil)
	live := func() {
		p.write(func(ctx context.Context, tx *db.Tx) error {
			return tx.SetSecret(ctx, setting.SecretStripeKey, "sk_live_0123456789abcdef")
		})
	}
	for name, c := range map[string]struct {
		before func()
		change func(object map[string]any)
	}{
		"a payment link, without metadata": {nil, func(o map[string]any) { o["metadata"] = map[string]any{} }},
		"another shop's":                   {nil, func(o map[string]any) { o["metadata"].(map[string]any)["instance"] = shop.NewID() }},
		"an invoice's name alone":          {nil, func(o map[string]any) { delete(o["metadata"].(map[string]any), "instance") }},
		"not paid yet":                     {nil, func(o map[string]any) { o["payment_status"] = "unpaid" }},
		"nothing charged":                  {nil, func(o map[string]any) { o["amount_total"], o["payment_status"] = 0, "no_payment_required" }},
		"a test card, where money is real": {live, func(map[string]any) {}},
	} {
		t.Run(name, func(t *testing.T) {
			l := p.lost()
			if c.before != nil {
				c.before()
				defer p.write(func(ctx context.Context, tx *db.Tx) error { return tx.SetSecret(ctx, setting.SecretStripeKey, testKey) })
			}
			payload := edit(t, l.session(eventCompleted, "complete", "paid"), func(_, object map[string]any) { c.change(object) })
			p.must(p.deliver(payload))
			if e := p.event(payload); e.State != "ignored" {
				t.Errorf("%s (%s)", e.State, e.Error)
			}
			for _, x := range p.loose() {
				if x.ProcessorID == l.intent {
					t.Errorf("kept: %+v", x)
				}
			}
		})
	}
	if open := p.causes(); len(open) != 0 {
		t.Errorf("to look at: %+v", open)
	}
}

// The client of a page that this shop made is known where they still are.
func TestTheClientOfMoneyForAnOrderThatIsNotHere(t *testing.T) {
	p := newPayShop(t, false, nil)
	n := p.news(100)
	client := p.account(n.row.InvoiceID).inv.ClientID
	var params sessionParams
	p.must(json.Unmarshal(n.row.Params, &params))
	if params.Metadata["client_id"] != client {
		t.Errorf("Stripe is told %v", params.Metadata)
	}
	for told, want := range map[string]string{client: client, shop.NewID(): ""} {
		l := p.lost()
		p.must(p.deliver(edit(t, l.session(eventCompleted, "complete", "paid"), func(_, object map[string]any) {
			object["metadata"].(map[string]any)["client_id"] = told
		})))
		if x := l.payment(); x.ClientID != want {
			t.Errorf("told %s: %+v", told, x)
		}
	}
}

func TestApplyingMoneyThatBelongsToNoOrder(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := context.Background()
	for name, c := range map[string]struct {
		total, balance shop.Cents
		state          shop.InvoiceState
		logged         shop.Verb
		names          shop.Cents // the sum in the log
	}{
		"just what is owed": {2430, 0, shop.Paid, shop.VerbPaymentAccepted, 2430},
		"less than is owed": {5000, 2570, shop.Pending, shop.VerbPaymentAccepted, 2430},
		"more than is owed": {2000, -430, shop.Paid, shop.VerbInvoiceOverpaid, 430},
	} {
		t.Run(name, func(t *testing.T) {
			l := p.lost()
			p.must(p.deliver(l.session(eventCompleted, "complete", "paid")))
			id, pay := p.order(c.total), l.payment()
			number := p.account(id).order.Number
			if err := p.billing.ApplyPayment(ctx, shop.Actor{Role: shop.RoleStaff}, pay.ID, 0, number, "me too"); !shop.IsKind(err, shop.Forbidden) {
				t.Errorf("by staff: %v", err)
			}
			if err := p.billing.ApplyPayment(ctx, grace, pay.ID, 0, "ORD-0", "by phone"); shop.FieldOf(err) != "number" {
				t.Errorf("to nothing: %v", err)
			}
			if err := p.billing.ApplyPayment(ctx, grace, pay.ID, 0, number, " "); shop.FieldOf(err) != "reason" {
				t.Errorf("without a reason: %v", err)
			}
			p.untouched(id)
			if n := p.heard(id, func() error {
				return p.billing.ApplyPayment(ctx, grace, pay.ID, 0, " "+strings.ToLower(number), "by phone")
			}); n != 1 {
				t.Errorf("pages heard of it %d times", n)
			}
			b := p.account(id)
			if b.inv.State != c.state || b.inv.Balance() != c.balance || b.inv.Number == "" || !b.named(c.logged, c.names) || len(b.payments) != 1 ||
				b.payments[0].ClientID != b.inv.ClientID || b.payments[0].Decision != "by phone" || (b.order.Jobs.Total > 0) != (c.state == shop.Paid) {
				t.Errorf("%s %+v", b.state(), b.payments)
			}
			if err := p.billing.ApplyPayment(ctx, grace, pay.ID, 0, number, "again"); !shop.IsCode(err, "payment_settled") {
				t.Errorf("twice: %v", err)
			}
			if err := p.billing.ApplyPayment(ctx, grace, pay.ID, pay.Version, number, "again"); !shop.IsCode(err, "changed_meanwhile") {
				t.Errorf("twice, from what it was before: %v", err)
			}
			p.must(p.deliver(l.refund(500))) // from now on it is money like any other
			if b := p.account(id); b.inv.Refunds != 500 || b.inv.Balance() != afterRefund(c.balance, 500) {
				t.Errorf("after a refund: %s", b.state())
			}
			p.must(p.billing.AnswerRefund(ctx, grace, id, 0, false))
		})
	}
	if open := p.causes(); len(open) != 0 {
		t.Errorf("to look at: %+v", open)
	}
}

func TestWhereMoneyThatBelongsToNoOrderCannotGo(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := context.Background()
	l := p.lost()
	p.must(p.deliver(edit(t, l.session(eventCompleted, "complete", "paid"), func(_, object map[string]any) { object["currency"] = "usd" })))
	if err := p.billing.ApplyPayment(ctx, grace, l.payment().ID, 0, p.account(p.order(2430)).order.Number, "why not"); !shop.IsCode(err, "currency_mismatch") {
		t.Errorf("in another currency: %v", err)
	}
	l = p.lost()
	p.must(p.deliver(l.session(eventCompleted, "complete", "paid")))
	pay := l.payment()
	paid, closed := p.order(2430), p.order(2430)
	p.must(p.billing.TakePayment(ctx, grace, paid, 0, shop.ByTransfer, 2430, ""))
	p.cancel(closed)
	for id, code := range map[string]shop.Code{paid: "nothing_due", closed: "order_closed"} {
		if err := p.billing.ApplyPayment(ctx, grace, pay.ID, 0, p.account(id).order.Number, "why not"); !shop.IsCode(err, code) {
			t.Errorf("%v, want %s", err, code)
		}
	}
	// An order's payment counts for that one or for none.
	n, other := p.unapplied(2000, "aud")
	before := p.account(n.row.InvoiceID).state()
	for _, number := range []string{p.account(p.order(2430)).order.Number, "ORD-0"} {
		if err := p.billing.ApplyPayment(ctx, grace, other.ID, 0, number, "why not"); !shop.IsCode(err, "number_of_another") || shop.FieldOf(err) != "number" {
			t.Errorf("a payment of an order, to another: %v", err)
		}
	}
	if after := p.account(n.row.InvoiceID).state(); after != before {
		t.Errorf("refused, and yet %s became %s", before, after)
	}
	if err := p.billing.ApplyPayment(ctx, grace, other.ID, 0, p.account(n.row.InvoiceID).order.Number, "it is theirs"); err != nil {
		t.Errorf("to its own: %v", err)
	}
	p.must(p.billing.PaymentSentBack(ctx, grace, pay.ID, 0, "refunded in Stripe"))
	if x := l.payment(); x.State != shop.PaymentReturned || x.Decision != "refunded in Stripe" {
		t.Errorf("%+v", x)
	}
	if err := p.billing.ApplyPayment(ctx, grace, pay.ID, 0, p.account(p.order(100)).order.Number, "after all"); !shop.IsCode(err, "payment_returned") {
		t.Errorf("after it was sent back: %v", err)
	}
}

// A refund in Stripe of all of it decides about money that never counted; of a part of it, a person still does.
func TestARefundReturnsMoneyThatNeverCounted(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := context.Background()
	n, pay := p.unapplied(2000, "aud")
	p.must(p.deliver(n.refund(500)))
	if x := p.account(n.row.InvoiceID).payments[0]; x.State != shop.PaymentNeedsReview || x.Returned != 500 || len(p.causes()) != 1 {
		t.Errorf("after a part: %+v", x)
	}
	p.must(p.deliver(n.refund(2000)))
	b := p.account(n.row.InvoiceID)
	if x := b.payments[0]; x.State != shop.PaymentReturned || x.Decision == "" || b.inv.Refunds != 0 || b.order.Hold != "" || len(p.causes()) != 0 {
		t.Errorf("after all of it: %s %+v", b.state(), x)
	}
	if err := p.billing.ApplyPayment(ctx, grace, pay.ID, 0, "", "why not"); !shop.IsCode(err, "payment_returned") {
		t.Errorf("accepted: %v", err)
	}
}

// Polling Stripe's list of events finds what no webhook brought, and nothing twice.
func TestPollingFindsMoneyForAnOrderThatIsNotHere(t *testing.T) {
	p := newPayShop(t, false, nil)
	id := p.order(2430)
	p.pay(id)
	s := p.session(id)
	p.write(func(ctx context.Context, tx *db.Tx) error { // as an older backup has it
		row, err := tx.ActiveCheckout(ctx, id)
		if err != nil {
			return err
		}
		row.State = shop.CheckoutExpired
		return errors.Join(tx.SaveCheckout(ctx, row), tx.DropCheckouts(ctx, id), tx.DeleteOrder(ctx, id))
	})
	p.order(100)
	p.news(100) // the shop has made pages, and so reads the list
	p.must(p.stripe.Pay(s.ID))
	for range 2 {
		p.ahead.Add(int64(time.Hour))
		p.must(p.reconcileEvents(t.Context()))
		for _, e := range p.stripe.Events() {
			p.must(p.deliver(e.Payload))
		}
	}
	if all := p.loose(); len(all) != 1 || all[0].Payer != "ada@example.com" || all[0].MeantFor == "" || all[0].InvoiceID != "" {
		t.Errorf("%+v", all)
	}
}
