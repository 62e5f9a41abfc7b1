package card

import (
	"context"
	"testing"

	"buildplate/app/billing"
	"buildplate/app/shop"
	"buildplate/db"
)

// The jobs of an order that was paid and is owed again wait until it is paid, whatever else held them between.
func TestAnotherHoldDoesNotHideThatItIsOwed(t *testing.T) {
	t.Run("a dispute that was won", func(t *testing.T) {
		p := newPayShop(t, false, nil)
		ctx := t.Context()
		n := p.news(2430)
		id := n.row.InvoiceID
		p.must(p.deliver(n.session(eventCompleted, "complete", "paid")))
		p.must(p.deliver(n.refundAt(120, 1000)))
		p.must(p.billing.AnswerRefund(ctx, grace, id, 0, true))
		p.must(p.billing.TakePayment(ctx, grace, id, 0, shop.ByTransfer, 1000, ""))
		p.must(p.deliver(n.dispute(eventDisputed, "needs_response", 160)))
		for _, x := range p.account(id).payments {
			if x.Method == shop.ByTransfer {
				p.must(p.billing.ReversePayment(ctx, grace, x.ID, 0, "another order's"))
			}
		}
		if b := p.account(id); !b.order.HeldForMoney() || b.inv.Balance() != 1000 {
			t.Errorf("disputed and reversed: %s", b.state())
		}
		p.must(p.deliver(n.dispute(eventDisputeClosed, "won", 300)))
		if b := p.account(id); b.order.Hold != shop.HoldUnpaid || b.inv.Balance() != 1000 {
			t.Errorf("won: %s, %s is owed", b.state(), b.inv.Balance())
		}
		p.must(p.billing.TakePayment(ctx, grace, id, 0, shop.ByTransfer, 1000, ""))
		if b := p.account(id); b.order.Hold != "" || b.inv.State != shop.Paid {
			t.Errorf("paid: %s", b.state())
		}
		p.sound()
	})
	t.Run("a loss that the shop carries", func(t *testing.T) {
		p := newPayShop(t, false, nil)
		ctx := t.Context()
		n := p.news(2430)
		id := n.row.InvoiceID
		p.must(p.deliver(n.session(eventCompleted, "complete", "paid")))
		p.must(p.deliver(n.refundAt(120, 1000)))
		p.must(p.deliver(n.disputeOf(1430, eventDisputeClosed, "lost", 300)))
		p.must(p.billing.AnswerRefund(ctx, grace, id, 0, true))
		p.must(p.billing.AnswerDispute(ctx, grace, p.paymentNow(n).ID, 0, shop.BearsLoss, "our mistake"))
		if b := p.account(id); b.order.Hold != shop.HoldUnpaid || b.inv.Balance() != 1000 {
			t.Errorf("carried, and a refund owed again: %s, %s is owed", b.state(), b.inv.Balance())
		}
		p.sound()
	})
}

// What was never paid holds nothing: an order released before it is paid goes on when its deposit's dispute is won, or its deposit
// turns out a mistake.
func TestWhatWasNeverPaidHoldsNothing(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := t.Context()
	id := p.order(2430)
	p.write(func(ctx context.Context, tx *db.Tx) error {
		o, err := tx.Order(ctx, id)
		if err != nil {
			return err
		}
		return billing.Release(ctx, tx, o, "Grace")
	})
	p.must(p.billing.TakePayment(ctx, grace, id, 0, shop.ByTransfer, 1000, ""))
	p.must(p.billing.ReversePayment(ctx, grace, p.account(id).payments[0].ID, 0, "another order's"))
	if b := p.account(id); b.order.Hold != "" || b.order.Released == 0 {
		t.Errorf("a deposit reversed: %s", b.state())
	}
	p.sound()
}
