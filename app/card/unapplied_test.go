package card

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"buildplate/app/billing"
	"buildplate/app/shop"
	"buildplate/app/task"
	"buildplate/db"
)

var grace = shop.Actor{Name: "Grace", Role: shop.RoleAdmin}

// unapplied is an order with one payment that is not what was asked for.
func (p *payShop) unapplied(amount shop.Cents, currency string) (news, shop.Payment) {
	p.t.Helper()
	n := p.news(2430)
	p.must(p.deliver(edit(p.t, n.session(eventCompleted, "complete", "paid"), func(_, object map[string]any) {
		object["amount_total"], object["currency"] = amount, currency
	})))
	b := p.account(n.row.InvoiceID)
	if len(b.payments) != 1 || b.payments[0].State != shop.PaymentNeedsReview {
		p.t.Fatalf("the payment is not unapplied: %s", b.state())
	}
	return n, b.payments[0]
}

func TestAcceptingAnUnappliedPayment(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := context.Background()
	for name, c := range map[string]struct {
		amount  shop.Cents
		state   shop.InvoiceState
		balance shop.Cents
		jobs    int
		logged  shop.Verb
		names   shop.Cents // the sum in the log
	}{
		"less than was asked for": {2000, shop.Pending, 430, 0, shop.VerbPaymentAccepted, 2000},
		"more":                    {3000, shop.Paid, -570, jobsPerOrder, shop.VerbInvoiceOverpaid, 570},
	} {
		t.Run(name, func(t *testing.T) {
			n, pay := p.unapplied(c.amount, "aud")
			id := n.row.InvoiceID
			if err := p.billing.ApplyPayment(ctx, shop.Actor{Role: shop.RoleStaff}, pay.ID, 0, "", "me too"); !shop.IsKind(err, shop.Forbidden) {
				t.Errorf("by staff: %v", err)
			}
			if err := p.billing.ApplyPayment(ctx, grace, pay.ID, 0, "", " "); shop.FieldOf(err) != "reason" {
				t.Errorf("without a reason: %v", err)
			}
			if err := p.billing.ApplyPayment(ctx, grace, pay.ID, 0, p.account(p.order(100)).order.Number, "a mix-up"); !shop.IsCode(err, "number_of_another") {
				t.Errorf("on another order: %v", err)
			}
			if err := p.billing.ApplyPayment(ctx, grace, "unknown", 0, "", "a mix-up"); !shop.IsKind(err, shop.NotFound) {
				t.Errorf("one that is not here: %v", err)
			}
			p.untouched(id)
			var once sync.WaitGroup
			var errs [4]error
			for i := range errs {
				once.Go(func() { errs[i] = p.billing.ApplyPayment(ctx, grace, pay.ID, 0, "", "agreed by phone") })
			}
			once.Wait()
			done := 0
			for _, err := range errs {
				if err == nil {
					done++
				} else if !shop.IsKind(err, shop.Conflict) {
					t.Error(err)
				}
			}
			b := p.account(id)
			if done != 1 || b.inv.State != c.state || b.inv.Balance() != c.balance || b.order.Jobs.Total != c.jobs || b.inv.Number == "" || !b.named(c.logged, c.names) {
				t.Errorf("accepted %d times: %s", done, b.state())
			}
			for _, entry := range b.log {
				if entry.Verb == shop.VerbInvoiceOverpaid && entry.Who != grace.Name {
					t.Errorf("%q accepted it, says the log", entry.Who)
				}
			}
			if b.payments[0].Decision != "agreed by phone" {
				t.Errorf("the reason is not kept: %+v", b.payments[0])
			}
			for _, sum := range []shop.Cents{500, 600} { // from now on it is money like any other
				p.must(p.deliver(n.refund(sum)))
				if b := p.account(id); b.inv.Refunds != sum || b.inv.Balance() != afterRefund(c.balance, sum) {
					t.Errorf("after a refund: %s", b.state())
				}
			}
			if err := p.billing.PaymentSentBack(ctx, grace, pay.ID, 0, "changed my mind"); !shop.IsKind(err, shop.Conflict) {
				t.Errorf("sending back what counts: %v", err)
			}
			p.must(p.billing.AnswerRefund(ctx, grace, id, 0, false))
		})
	}
	if open := p.causes(); len(open) != 0 {
		t.Errorf("still to look at: %+v", open)
	}
}

func TestWhatCannotBeAccepted(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := context.Background()
	review := func(id string) {
		p.write(func(ctx context.Context, tx *db.Tx) error {
			o, err := tx.Order(ctx, id)
			if err != nil {
				return err
			}
			o.Review = shop.ReviewRequested
			return errors.Join(billing.Void(ctx, tx, o, "", ""), tx.SaveOrder(ctx, o, ""))
		})
	}
	for name, c := range map[string]struct {
		currency string
		before   func(n news)
		code     shop.Code
	}{
		"another currency": {"usd", func(news) {}, "currency_mismatch"},
		"a closed order":   {"aud", func(n news) { p.cancel(n.row.InvoiceID) }, "order_closed"},
		"under review":     {"aud", func(n news) { review(n.row.InvoiceID) }, "order_in_review"},
		"paid meanwhile": {"aud", func(n news) {
			p.must(p.billing.TakePayment(ctx, grace, n.row.InvoiceID, 0, shop.ByTransfer, 2430, ""))
		}, "nothing_due"},
	} {
		t.Run(name, func(t *testing.T) {
			n, pay := p.unapplied(2000, c.currency)
			c.before(n)
			before := p.account(n.row.InvoiceID).state()
			err := p.billing.ApplyPayment(ctx, grace, pay.ID, 0, "", "why not")
			if !shop.IsCode(err, c.code) {
				t.Errorf("%v", err)
			}
			if after := p.account(n.row.InvoiceID).state(); after != before {
				t.Errorf("refused, and yet %s became %s", before, after)
			}
			if !pay.Unapplied() {
				t.Error("staff are not offered to note that it was sent back")
			}
			p.must(p.billing.PaymentSentBack(ctx, grace, pay.ID, 0, "refunded in Stripe"))
			if x := p.account(n.row.InvoiceID).payments[0]; x.State != shop.PaymentReturned || x.Decision != "refunded in Stripe" || x.Unapplied() {
				t.Errorf("%+v", x)
			}
			if b := p.account(n.row.InvoiceID); b.order.Jobs.Total != 0 && name != "paid meanwhile" || b.logged(shop.VerbPaymentSentBack).Params.Reason != "refunded in Stripe" {
				t.Error(b.state())
			}
			for _, err := range []error{
				p.billing.PaymentSentBack(ctx, grace, pay.ID, 0, "again"), p.billing.ApplyPayment(ctx, grace, pay.ID, 0, "", "after all"),
			} {
				if !shop.IsKind(err, shop.Conflict) {
					t.Errorf("deciding twice: %v", err)
				}
			}
		})
	}
	if open := p.causes(); len(open) != 0 {
		t.Errorf("still to look at: %+v", open)
	}
}

// Staff took cash by mistake while the customer paid by card. Once the mistake is reversed, the card's money is the only one: it
// counts when somebody says so.
func TestAPaymentThatCameTwiceCountsWhenItIsTheOnlyOne(t *testing.T) {
	p := newPayShop(t, false, nil)
	n := p.news(2430)
	p.write(func(ctx context.Context, tx *db.Tx) error {
		n.row.State = shop.CheckoutExpired
		return tx.SaveCheckout(ctx, n.row)
	})
	id := n.row.InvoiceID
	p.must(p.billing.TakePayment(t.Context(), grace, id, 0, shop.ByTransfer, 2430, ""))
	p.must(p.deliver(n.session(eventCompleted, "complete", "paid")))
	taken, byCard := p.account(id).payments[0], p.account(id).payments[1]
	if err := p.billing.ApplyPayment(t.Context(), grace, byCard.ID, 0, "", "this is the money"); byCard.State != shop.PaymentDuplicate || !shop.IsCode(err, "nothing_due") {
		t.Fatalf("%s: %v", byCard.State, err)
	}
	p.must(p.billing.ReversePayment(t.Context(), grace, taken.ID, 0, "it was the card"))
	p.must(p.billing.ApplyPayment(t.Context(), grace, byCard.ID, 0, "", "this is the money"))
	if b := p.account(id); b.inv.State != shop.Paid || b.inv.Balance() != 0 || b.order.Hold != "" || len(p.causes()) != 0 {
		t.Errorf("%s: %+v", b.state(), p.causes())
	}
}

func second[T any](_ T, err error) error { return err }

// Events of Stripe that cannot be applied stand among the tasks, and a person may try them again however often the
// shop did.
func TestFailedEventsStandAmongTheTasks(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := context.Background()
	n := p.news(2430)
	blocker := p.order(100)
	p.write(func(ctx context.Context, tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, blocker)
		return errors.Join(err, inv.Issue("INV-0001", 1), tx.SaveInvoice(ctx, inv, ""))
	})
	payload := n.session(eventCompleted, "complete", "paid")
	p.must(p.deliver(payload))
	p.must(p.deliver(p.news(100).dispute(eventDisputed, "needs_response", 1))) // waits for its payment: nobody's work
	task := func() task.View {
		t.Helper()
		v := p.failed()
		if len(v) != 1 {
			t.Fatalf("%+v", v)
		}
		return v[0]
	}
	if k := task(); k.State != "ready" || k.Attempts != 1 || k.Error == "" || k.Kind != "Stripe: "+eventCompleted {
		t.Errorf("after the first try: %+v", k)
	}
	for range eventTries - 1 {
		p.ahead.Add(int64(7 * time.Hour))
		p.must(p.retryFailedEvents(ctx))
	}
	k := task()
	if k.State != "dead" || k.Attempts != eventTries {
		t.Errorf("after the last try: %+v", k)
	}
	if err := p.RetryEvent(ctx, grace, k.ID); !shop.IsKind(err, shop.Conflict) {
		t.Errorf("trying while the fault stands: %v", err)
	}
	p.untouched(n.row.InvoiceID)
	p.write(func(ctx context.Context, tx *db.Tx) error { return second(tx.NextNumber(ctx, "invoice")) })
	p.must(p.RetryEvent(ctx, grace, k.ID))
	p.settled(n.row.InvoiceID)
	if err := p.RetryEvent(ctx, grace, k.ID); !shop.IsKind(err, shop.NotFound) {
		t.Errorf("trying what is done: %v", err)
	}
	if err := p.RetryEvent(ctx, grace, "evt_nothing"); !shop.IsKind(err, shop.NotFound) {
		t.Errorf("trying nothing: %v", err)
	}
	p.settled(n.row.InvoiceID)
	if v := p.failed(); len(v) != 0 {
		t.Errorf("%+v", v)
	}
}

// failed lists the events that stand among the tasks.
func (p *payShop) failed() (v []task.View) {
	p.t.Helper()
	p.read(func(ctx context.Context, tx *db.Tx) error {
		failed, _, err := tx.FailedPage(ctx, "", 100)
		for _, f := range failed {
			if f.Event != nil {
				v = append(v, EventTask(*f.Event))
			}
		}
		return err
	})
	return v
}

// Money goes back in Stripe before a payment is applied: what the page asks for afterwards counts once it is paid, and what does
// not count is never asked for.
func TestWhatIsAskedForAfterARefundCounts(t *testing.T) {
	for _, refundFirst := range []bool{true, false} {
		t.Run(fmt.Sprintf("refund before the payment %t", refundFirst), func(t *testing.T) {
			p := newPayShop(t, true, nil)
			l := p.lost()
			paid := edit(t, l.session(eventCompleted, "complete", "paid"), func(_, object map[string]any) { object["amount_total"] = 1500 })
			refund := edit(t, l.refund(1000), func(_, object map[string]any) { object["payment_intent"] = map[string]any{"id": l.intent} })
			if refundFirst {
				paid, refund = refund, paid
			}
			p.must(p.deliver(paid))
			p.must(p.deliver(refund))
			x := l.payment()
			if x.Returned != 1000 {
				t.Fatalf("the refund is not kept: %+v", x)
			}
			id := p.order(1500)
			p.must(p.billing.ApplyPayment(t.Context(), grace, x.ID, 0, p.account(id).order.Number, "it was for this"))
			if b := p.account(id); b.order.Hold == "" {
				t.Errorf("after it was applied: %s", b.state())
			}
			p.must(p.billing.LiftHold(t.Context(), grace, id, 0, "agreed"))
			if u, err := p.PayByCard(t.Context(), id); !shop.IsCode(err, "invoice_paid") {
				t.Errorf("nothing is owed, and a page asks for it: %s, %v", u, err)
			}
			p.must(p.billing.AnswerRefund(t.Context(), grace, id, 0, true))
			p.pay(id)
			session := p.session(id)
			if session.Amount != 1000 {
				t.Errorf("the page asks for %d", session.Amount)
			}
			p.must(p.stripe.Pay(session.ID))
			p.stripe.Wait()
			b := p.account(id)
			if len(b.payments) != 2 || b.payments[0].State != shop.PaymentSettled || b.payments[1].State != shop.PaymentSettled || b.inv.State != shop.Paid || b.order.Hold != "" {
				t.Errorf("after it was paid: %s", b.state())
			}
			if open := p.causes(); len(open) != 0 {
				t.Errorf("to look at: %+v", open)
			}
		})
	}
}
