package card

import (
	"context"
	"slices"
	"testing"

	"buildplate/app/shop"
	"buildplate/db"
)

// left has an order leave the shop, or come back.
func (p *payShop) left(id string, state shop.OrderState) {
	p.t.Helper()
	p.write(func(ctx context.Context, tx *db.Tx) error {
		o, err := tx.Order(ctx, id)
		if err != nil {
			return err
		}
		if o.State, o.Completed = state, 0; state == shop.OrderCompleted {
			o.Completed = tx.Now
		}
		return tx.SaveOrder(ctx, o, "")
	})
}

// writeOff gives up what is owed for an order that has left.
func (p *payShop) writeOff(id string) {
	p.t.Helper()
	p.write(func(ctx context.Context, tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, id)
		if err != nil {
			return err
		}
		return p.billing.WriteOff(ctx, tx, grace, inv, "they moved away")
	})
}

// overpaid says whether people are told to send back what was paid too much.
func (p *payShop) overpaid() bool {
	return slices.ContainsFunc(p.causes(), func(a shop.Alarm) bool { return a.Kind == shop.AlarmRefundDue })
}

// Money that a bank gives back after the rest was written off counts: nothing is given up any more, and what is too much is told of.
func TestWonAfterAWriteOff(t *testing.T) {
	for _, paid := range []shop.Cents{0, 1000} {
		p := newPayShop(t, false, nil)
		ctx := t.Context()
		n, pay := lostNews(p)
		id := n.row.InvoiceID
		p.left(id, shop.OrderCompleted)
		p.must(p.billing.AnswerDispute(ctx, grace, pay.ID, 0, shop.AskAgain, "they said so"))
		if paid > 0 {
			p.must(p.billing.TakePayment(ctx, grace, id, 0, shop.ByTransfer, paid, ""))
		}
		p.writeOff(id)
		if b := p.account(id); b.inv.State != shop.WrittenOff || b.inv.GivenUp() != 2430-paid || p.overpaid() {
			t.Fatalf("written off: %s", b.state())
		}
		p.must(p.deliver(n.dispute(eventDisputeClosed, "won", 400)))
		b := p.account(id)
		if b.inv.State != shop.Paid || b.inv.PaidAt == 0 || b.inv.Balance() != -paid || p.overpaid() != (paid > 0) || !b.named(shop.VerbWriteOffUndone, 2430-paid) || b.named(shop.VerbInvoiceOverpaid, paid) != (paid > 0) {
			t.Errorf("won: %s, balance %s, %+v", b.state(), b.inv.Balance(), p.causes())
		}
		p.must(p.deliver(n.dispute(eventDisputeClosed, "won", 400))) // heard of twice
		if again := p.account(id); again.state() != b.state() {
			t.Errorf("the same news: %s", again.state())
		}
		p.left(id, shop.OrderOpen) // nothing was made of it
		p.sound()
	}
}

// So does money of a refund that failed: what it leaves is owed again, or all of it is paid.
func TestARefundThatFailsAfterAWriteOff(t *testing.T) {
	for back, owed := range map[shop.Cents]shop.Cents{200: 300, 500: 0, 1000: -500} {
		p := newPayShop(t, false, nil)
		ctx := t.Context()
		n := p.news(2430)
		id := n.row.InvoiceID
		p.must(p.deliver(n.session(eventCompleted, "complete", "paid")))
		p.must(p.deliver(n.refundAt(120, 1000)))
		p.must(p.billing.AnswerRefund(ctx, grace, id, 0, true))
		p.must(p.billing.TakePayment(ctx, grace, id, 0, shop.ByTransfer, 500, ""))
		p.left(id, shop.OrderCompleted)
		p.writeOff(id)
		p.must(p.deliver(n.refundFailed(400, "re_1", back)))
		want := shop.Paid
		if owed > 0 {
			want = shop.Pending
		}
		if b := p.account(id); b.inv.State != want || b.inv.Balance() != owed || p.overpaid() != (owed < 0) {
			t.Errorf("%s came back: %s, balance %s", back, b.state(), b.inv.Balance())
		}
		p.left(id, shop.OrderOpen) // nothing was made of it
		p.sound()
	}
}

// A refund for which the order cost less, and that fails after what was lost besides was given up, leaves more owed than that.
func TestMoreIsOwedAfterAWriteOff(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := t.Context()
	n := p.news(2430)
	id := n.row.InvoiceID
	p.must(p.deliver(n.session(eventCompleted, "complete", "paid")))
	p.must(p.deliver(n.refundAt(120, 430)))
	p.must(p.billing.AnswerRefund(ctx, grace, id, 0, false))
	p.must(p.deliver(n.dispute(eventDisputed, "needs_response", 160)))
	p.must(p.deliver(n.dispute(eventDisputeClosed, "lost", 300)))
	p.left(id, shop.OrderCompleted)
	p.must(p.billing.AnswerDispute(ctx, grace, p.paymentNow(n).ID, 0, shop.AskAgain, "they said so"))
	p.writeOff(id)
	if b := p.account(id); b.inv.GivenUp() != 2000 {
		t.Fatalf("written off: %s, %s given up", b.state(), b.inv.GivenUp())
	}
	p.must(p.deliver(n.refundFailed(400, "re_1", 430)))
	if b := p.account(id); b.inv.State != shop.Pending || b.inv.Balance() != 2430 || !b.named(shop.VerbWriteOffUndone, 2000) {
		t.Errorf("the refund failed: %s, %s owed", b.state(), b.inv.Balance())
	}
	p.left(id, shop.OrderOpen) // nothing was made of it
	p.sound()
}

// A refund of what the bank took brings nothing: what was given up stays so.
func TestARefundAfterAWriteOffBringsNothing(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := t.Context()
	n, pay := lostNews(p)
	id := n.row.InvoiceID
	p.left(id, shop.OrderCompleted)
	p.must(p.billing.AnswerDispute(ctx, grace, pay.ID, 0, shop.AskAgain, "they said so"))
	p.writeOff(id)
	p.must(p.deliver(n.refundAt(500, 430)))
	if b := p.account(id); b.inv.State != shop.WrittenOff || b.inv.GivenUp() == 0 {
		t.Errorf("a part was refunded: %s", b.state())
	}
	p.must(p.billing.UndoWriteOff(ctx, grace, id, 0, "they are back"))
	p.left(id, shop.OrderOpen) // nothing was made of it
	p.sound()
}

// What was lost and answered before the write-off is another matter once the bank decides again.
func TestABankDecidesAgainAfterAWriteOff(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := t.Context()
	n, pay := lostNews(p)
	id := n.row.InvoiceID
	p.must(p.billing.LiftHold(ctx, grace, id, 0, "as agreed"))
	p.left(id, shop.OrderCompleted)
	p.must(p.billing.AnswerDispute(ctx, grace, pay.ID, 0, shop.AskAgain, "they said so"))
	p.writeOff(id)
	if err := p.billing.UndoDisputeAnswer(ctx, grace, pay.ID, 0, "I was wrong"); !shop.IsCode(err, "invoice_written_off") {
		t.Errorf("taken back after the write-off: %v", err)
	}
	p.must(p.deliver(n.dispute(eventDisputeClosed, "won", 400)))
	p.must(p.deliver(n.dispute(eventDisputeClosed, "lost", 500)))
	if b := p.account(id); b.inv.State != shop.Paid || b.inv.Undecided != 2430 || !p.undecided() {
		t.Errorf("lost again: %s", b.state())
	}
	if err := p.billing.UndoWriteOff(ctx, grace, id, 0, "again"); !shop.IsCode(err, "invoice_not_written_off") {
		t.Errorf("the write-off taken back twice: %v", err)
	}
	p.left(id, shop.OrderOpen) // nothing was made of it
	p.sound()
}
