package card

import (
	"context"
	"errors"
	"testing"

	"buildplate/app/shop"
	"buildplate/db"
)

func TestDisputesInAnyOrder(t *testing.T) {
	p := newPayShop(t, false, nil)
	for _, verdict := range []string{"won", "lost"} {
		for _, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 3, 0, 2}, {2, 0, 3, 1}, {2, 1, 0, 3}, {0, 2, 1, 3}} {
			n := p.news(2430)
			mail := [][]byte{
				n.session(eventCompleted, "complete", "paid"), n.dispute(eventDisputed, "needs_response", 160),
				n.dispute(eventWithdrawn, "needs_response", 160), n.dispute(eventDisputeClosed, verdict, 300),
			}
			for _, k := range order {
				p.must(p.deliver(mail[k]))
			}
			b := p.account(n.row.InvoiceID)
			if len(b.disputes) != 1 || string(b.disputes[0].State) != verdict || b.disputes[0].FundsWithdrawn != (verdict == "lost") || (b.order.Hold == "") != (verdict == "won") {
				t.Errorf("%s in order %v: %s", verdict, order, b.state())
			}
		}
	}
}

func TestSecondPaidSessionIsADuplicate(t *testing.T) {
	p := newPayShop(t, true, nil)
	id := p.order(2430)
	p.pay(id)
	first := p.session(id)
	// The shop believes the first page to be over, as after a restored backup, and Stripe has it open.
	p.write(func(ctx context.Context, tx *db.Tx) error {
		row, err := tx.ActiveCheckout(ctx, id)
		row.State = shop.CheckoutExpired
		return errors.Join(err, tx.SaveCheckout(ctx, row))
	})
	p.pay(id)
	second := p.session(id)
	if second.ID == first.ID {
		t.Fatal("no second session")
	}
	p.must(p.stripe.Pay(first.ID))
	p.stripe.Wait()
	if b := p.settled(id); b.logged(shop.VerbCheckoutRevived) == nil {
		t.Error("nobody is told that an expired page was paid")
	}
	p.must(p.stripe.Pay(second.ID))
	p.stripe.Wait()
	b := p.account(id)
	if len(b.payments) != 2 || b.payments[1].State != shop.PaymentDuplicate || b.order.Jobs.Total != jobsPerOrder || b.inv.Paid != 2430 || b.logged(shop.VerbPaymentDuplicated) == nil {
		t.Fatal(b.state())
	}
	if open := p.causes(); len(open) != 1 || open[0].Kind != shop.AlarmPayment {
		t.Errorf("to look at: %+v", open)
	}
	p.must(p.stripe.Refund(b.payments[1].ProcessorID, 2430))
	p.stripe.Wait()
	b = p.account(id)
	if b.order.Hold != "" || b.inv.Refunds != 0 || b.inv.Balance() != 0 || len(b.refunds) != 1 {
		t.Errorf("sending the duplicate back changed the order: %s", b.state())
	}
	if open := p.causes(); len(open) != 0 {
		t.Errorf("to look at after the refund: %+v", open)
	}
}

func TestRefundsHoldTheJobs(t *testing.T) {
	p := newPayShop(t, true, nil)
	id := p.order(2430)
	p.pay(id)
	p.must(p.stripe.Pay(p.session(id).ID))
	p.stripe.Wait()
	intent := p.settled(id).payments[0].ProcessorID
	p.must(p.stripe.Refund(intent, 500))
	p.must(p.stripe.Refund(intent, 700))
	p.stripe.Wait()
	b := p.account(id)
	if b.inv.Refunds != 1200 || b.order.Hold != "$12.00 was refunded." || b.order.Status() != "on_hold" || b.inv.Balance() != 0 || b.inv.OpenRefunds() != 1200 || len(b.refunds) != 1 {
		t.Error(b.state())
	}
	p.read(func(ctx context.Context, tx *db.Tx) error {
		jobs, err := tx.JobsOf(ctx, id)
		for _, j := range jobs {
			if j.Hold == "" {
				t.Errorf("job %s does not wait", j.Title)
			}
		}
		return err
	})
	ctx, who := context.Background(), shop.Actor{Name: "Grace", Role: shop.RoleStaff}
	if err := p.billing.LiftHold(ctx, who, id, 0, " "); !shop.IsKind(err, shop.Invalid) {
		t.Errorf("without a reason: %v", err)
	}
	p.must(p.billing.LiftHold(ctx, who, id, 0, "a goodwill refund"))
	if err := p.billing.LiftHold(ctx, who, id, 0, "again"); !shop.IsKind(err, shop.Conflict) {
		t.Errorf("lifting twice: %v", err)
	}
	for _, e := range p.stripe.Events() {
		p.must(p.deliver(edit(t, e.Payload, func(map[string]any, map[string]any) {})))
	}
	if b := p.account(id); b.order.Hold != "" || b.inv.Refunds != 1200 {
		t.Errorf("old news brought the hold back: %s", b.state())
	}
	p.must(p.stripe.Refund(intent, 100))
	p.stripe.Wait()
	if b := p.account(id); b.order.Hold == "" || b.inv.Refunds != 1300 {
		t.Errorf("new news does not hold: %s", b.state())
	}
}

func TestDisputeHoldsUntilItIsWon(t *testing.T) {
	p := newPayShop(t, true, nil)
	id := p.order(2430)
	p.pay(id)
	p.must(p.stripe.Pay(p.session(id).ID))
	p.stripe.Wait()
	dispute, err := p.stripe.Dispute(p.settled(id).payments[0].ProcessorID)
	p.must(err)
	p.stripe.Wait()
	if b := p.account(id); b.order.Hold == "" || len(b.disputes) != 1 || !b.disputes[0].FundsWithdrawn {
		t.Error(b.state())
	}
	p.must(p.stripe.CloseDispute(dispute, true))
	p.stripe.Wait()
	if b := p.account(id); b.order.Hold != "" || b.disputes[0].FundsWithdrawn || b.logged(shop.VerbDisputeWon) == nil {
		t.Error(b.state())
	}
}

func TestARefundThatFailsIsTold(t *testing.T) {
	p := newPayShop(t, false, nil)
	n := p.news(2430)
	p.must(p.deliver(n.session(eventCompleted, "complete", "paid")))
	p.must(p.deliver(n.refund(2430)))
	update := func(status string) []byte {
		return n.event(eventRefundUpdated, 300, map[string]any{"id": "re_1", "amount": 2430, "status": status, "payment_intent": n.intent})
	}
	p.must(p.deliver(update("succeeded")))
	failed := update("failed")
	p.must(p.deliver(failed))
	p.must(p.deliver(failed))
	told := 0
	b := p.account(n.row.InvoiceID)
	for _, a := range b.log {
		if a.Verb == shop.VerbRefundFailed {
			told++
		}
	}
	if told != 1 || b.order.Hold != shop.HoldRefundFailed || b.inv.Refunds != 0 || b.order.Status() != "on_hold" {
		t.Errorf("told %d times: %s", told, b.state())
	}
	p.must(p.deliver(n.refundAt(400, 500))) // another try, of which Stripe says only what went back
	if b := p.account(n.row.InvoiceID); b.inv.Refunds != 500 || b.order.Hold != "$5.00 was refunded." {
		t.Errorf("after another refund: %s", b.state())
	}
}

func (n news) refundAt(created int64, amount shop.Cents) []byte {
	return edit(n.p.t, n.refund(amount), func(event, _ map[string]any) { event["created"] = created })
}

func (n news) refundFailed(created int64, id string, amount shop.Cents) []byte {
	return n.event(eventRefundUpdated, created, map[string]any{"id": id, "amount": amount, "status": "failed", "payment_intent": n.intent})
}

// A refund of a cancelled order fails at the bank: the shop has the money again, and it is due back until it is sent another way.
func TestAFailedRefundIsDueAgain(t *testing.T) {
	p := newPayShop(t, false, nil)
	n := p.news(2430)
	p.must(p.deliver(n.session(eventCompleted, "complete", "paid")))
	id := n.row.InvoiceID
	p.cancel(id)
	due := func(what string, want shop.Cents) {
		t.Helper()
		b, causes := p.account(id), p.causes()
		if b.order.DueBack() != want || b.inv.Refunds != 2430-want || (len(causes) == 1 && causes[0].Kind == shop.AlarmRefundDue) != (want > 0) {
			t.Errorf("%s: %s, %s due back, %+v", what, b.state(), b.order.DueBack(), causes)
		}
	}
	due("cancelled", 2430)
	version := p.account(id).payments[0].Version
	for _, step := range []struct {
		what string
		mail []byte
		left shop.Cents
	}{
		{"a part was refunded", n.refundAt(200, 430), 2000},
		{"the rest was", n.refundAt(210, 2430), 0},
		{"that failed", n.refundFailed(300, "re_2", 2000), 2000},
		{"it is said twice", n.refundFailed(300, "re_2", 2000), 2000},
		{"old news come late", n.refundAt(205, 430), 2000},
		{"it is sent again", n.refundAt(400, 2430), 0},
	} {
		p.must(p.deliver(step.mail))
		due(step.what, step.left)
		if now := p.account(id).payments[0].Version; now < version {
			t.Errorf("%s: the payment's version %d became %d", step.what, version, now)
		} else {
			version = now
		}
	}
}

// News of refunds and of their failures come in any order, and the end is what Stripe has.
func TestFailedRefundsInAnyOrder(t *testing.T) {
	p := newPayShop(t, false, nil)
	for _, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 0, 3, 2}, {2, 0, 3, 1}, {3, 0, 1, 2}, {0, 2, 1, 3}} {
		n := p.news(2430)
		p.must(p.deliver(n.session(eventCompleted, "complete", "paid")))
		p.cancel(n.row.InvoiceID)
		mail := [][]byte{n.refundAt(200, 2430), n.refundFailed(300, "re_a"+n.row.ID, 2430), n.refundAt(400, 1000), n.refundFailed(500, "re_b"+n.row.ID, 300)}
		for _, k := range order {
			p.must(p.deliver(mail[k]))
		}
		if b := p.account(n.row.InvoiceID); b.inv.Refunds != 700 || b.order.DueBack() != 1730 {
			t.Errorf("in order %v: %s, %s due back", order, b.state(), b.order.DueBack())
		}
	}
}

// A payment that never counted and whose refund failed waits for a decision again.
func TestAFailedRefundOfAnUnappliedPayment(t *testing.T) {
	p := newPayShop(t, false, nil)
	n, pay := p.unapplied(2000, "aud")
	p.must(p.deliver(n.refundAt(200, 2000)))
	if b := p.account(n.row.InvoiceID); b.payments[0].State != shop.PaymentReturned || len(p.causes()) != 0 {
		t.Fatalf("%s: %+v", b.state(), p.causes())
	}
	p.must(p.deliver(n.refundFailed(300, "re_1", 2000)))
	b, causes := p.account(n.row.InvoiceID), p.causes()
	if !b.payments[0].Unapplied() || b.payments[0].Version <= pay.Version || len(causes) != 1 || causes[0].Kind != shop.AlarmPayment {
		t.Errorf("%s: %+v", b.state(), causes)
	}
	p.must(p.billing.ApplyPayment(t.Context(), grace, pay.ID, 0, "", "keep it, then"))
	if b := p.account(n.row.InvoiceID); b.inv.Balance() != 430 {
		t.Errorf("it does not count: %s", b.state())
	}
}

// What was refunded is owed again, and then the refund fails: nobody is to pay it twice.
func TestAFailedRefundIsNotOwedAgain(t *testing.T) {
	p := newPayShop(t, false, nil)
	n := p.news(2430)
	p.must(p.deliver(n.session(eventCompleted, "complete", "paid")))
	p.must(p.deliver(n.refundAt(200, 2430)))
	p.must(p.billing.AnswerRefund(t.Context(), grace, n.row.InvoiceID, 0, true))
	if b := p.account(n.row.InvoiceID); b.inv.Balance() != 2430 || b.inv.State != shop.Pending {
		t.Fatal(b.state())
	}
	p.must(p.deliver(n.refundFailed(300, "re_1", 2430)))
	if b := p.account(n.row.InvoiceID); b.inv.Balance() != 0 || b.inv.State != shop.Paid || b.order.Hold != shop.HoldRefundFailed {
		t.Error(b.state())
	}
	p.must(p.billing.LiftHold(t.Context(), grace, n.row.InvoiceID, 0, "they keep the parts"))
	if b := p.account(n.row.InvoiceID); b.order.Hold != "" {
		t.Error(b.state())
	}
}

// An order whose first invoice was void has one with another id: pages are told of the order, not of the invoice.
func TestRefundsAndDisputesTellOfTheOrder(t *testing.T) {
	p := newPayShop(t, false, nil)
	id, second := p.order(100), shop.NewID()
	p.write(func(ctx context.Context, tx *db.Tx) error {
		first, err := tx.Invoice(ctx, id)
		if err != nil {
			return err
		}
		if err := first.Void("agreed anew", tx.Now); err != nil {
			return err
		}
		if err := tx.SaveInvoice(ctx, first, ""); err != nil {
			return err
		}
		inv := &shop.Invoice{ID: second, OrderID: id, ClientID: first.ClientID, State: shop.Draft, Currency: "AUD", Tax: shop.Tax{Mode: shop.TaxNone}, Total: 100}
		lines, err := tx.InvoiceLines(ctx, id)
		if err != nil {
			return err
		}
		for i := range lines {
			lines[i].ID = shop.NewID()
		}
		if err := tx.InsertInvoice(ctx, inv, lines); err != nil {
			return err
		}
		if inv, err = tx.Invoice(ctx, second); err != nil {
			return err
		}
		if err := tx.SetSecret(ctx, secretInstance, "here"); err != nil {
			return err
		}
		k := &recorder{card: p.Service, tx: tx}
		paid := shop.Payment{
			ID: shop.NewID(), InvoiceID: second, Amount: 100, Currency: "AUD", Method: shop.ByCard, Processor: processorStripe,
			ProcessorID: "pi_second", Reference: "pi_second", State: shop.PaymentSettled, Created: tx.Now,
		}
		if err := k.received(ctx, inv, paid, shop.VerbPaymentReceived, shop.ActivityParams{}); err != nil {
			return err
		}
		k.touched = nil
		if err := k.refunded(ctx, stripeEvent{ID: "evt_refund", Created: 100}, &stripeCharge{ID: "ch_second", Intent: expandable{ID: "pi_second"}, AmountRefunded: 50, Metadata: map[string]string{"instance": "here"}}); err != nil {
			return err
		}
		if len(k.touched) != 1 || k.touched[0] != id {
			t.Errorf("a refund tells of %v", k.touched)
		}
		k.touched = nil
		if err := k.disputed(ctx, stripeEvent{ID: "evt_dispute", Created: 101}, &stripeDispute{ID: "dp_second", Intent: expandable{ID: "pi_second"}, Amount: 50, Status: "needs_response"}); err != nil {
			return err
		}
		if len(k.touched) != 1 || k.touched[0] != id {
			t.Errorf("a dispute tells of %v", k.touched)
		}
		return nil
	})
}
