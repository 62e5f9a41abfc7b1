package card

import (
	"slices"
	"testing"

	"buildplate/app/shop"
	"buildplate/db"

	"context"
)

// lostNews is an order that was paid by card, and the bank took the money back for good.
func lostNews(p *payShop) (news, shop.Payment) {
	n := p.news(2430)
	p.must(p.deliver(n.session(eventCompleted, "complete", "paid")))
	p.must(p.deliver(n.dispute(eventDisputed, "needs_response", 160)))
	p.must(p.deliver(n.dispute(eventDisputeClosed, "lost", 300)))
	return n, p.paymentNow(n)
}

// paymentNow is the order's first payment as it is.
func (p *payShop) paymentNow(n news) shop.Payment { return p.account(n.row.InvoiceID).payments[0] }

// undecided says whether people have to decide what becomes of money that a bank took.
func (p *payShop) undecided() bool {
	return slices.ContainsFunc(p.causes(), func(a shop.Alarm) bool { return a.Kind == shop.AlarmDisputeLost })
}

// Money that counted and was lost is asked for again once an admin says so: under the same number, with the order held until it is paid.
func TestALostPaymentIsAskedForAgain(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := t.Context()
	n, pay := lostNews(p)
	id, helper := n.row.InvoiceID, shop.Actor{ID: grace.ID, Name: "Ben", Role: shop.RoleStaff}
	before := p.account(id)
	if before.inv.State != shop.Paid || before.inv.Undecided != 2430 || before.inv.Missing() != 2430 || !before.order.HeldForMoney() || !p.undecided() {
		t.Fatalf("lost: %s, %+v", before.state(), p.causes())
	}
	for code, err := range map[shop.Code]error{
		"admin_only": p.billing.AnswerDispute(ctx, helper, pay.ID, pay.Version, shop.AskAgain, "they said so"), "reason_length": p.billing.AnswerDispute(ctx, grace, pay.ID, pay.Version, shop.AskAgain, " "),
		"changed_meanwhile": p.billing.AnswerDispute(ctx, grace, pay.ID, pay.Version-1, shop.AskAgain, "they said so"), "payment_not_found": p.billing.AnswerDispute(ctx, grace, shop.NewID(), 0, shop.AskAgain, "they said so"),
		"dispute_not_answered": p.billing.UndoDisputeAnswer(ctx, grace, pay.ID, pay.Version, "a mistake"),
	} {
		if !shop.IsCode(err, code) {
			t.Errorf("%v, want %s", err, code)
		}
	}
	if err := p.billing.LiftHold(ctx, helper, id, 0, "they seem honest"); !shop.IsCode(err, "admin_only") {
		t.Errorf("staff lift the hold for a dispute: %v", err)
	}
	p.must(p.billing.AnswerDispute(ctx, grace, pay.ID, pay.Version, shop.AskAgain, "they said so"))
	if err := p.billing.LiftHold(ctx, helper, id, 0, "they seem honest"); !shop.IsCode(err, "admin_only") {
		t.Errorf("staff lift the hold for what is owed again: %v", err)
	}
	b := p.account(id)
	if b.inv.State != shop.Pending || b.inv.Number != before.inv.Number || b.inv.Balance() != 2430 || b.inv.Paid != 0 || b.inv.AskedAgain != 2430 || b.inv.Undecided != 0 || b.inv.Missing() != 0 ||
		b.order.Hold != shop.HoldUnpaid || b.order.PayReason() == "" || !b.order.Payable() || p.undecided() || !b.named(shop.VerbDisputeOwed, 2430) || b.payments[0].Version <= pay.Version || b.payments[0].Changed == 0 {
		t.Errorf("asked for again: %s, %+v", b.state(), b.payments[0])
	}
	for version, code := range map[int]shop.Code{pay.Version: "changed_meanwhile", 0: "dispute_answered"} {
		if err := p.billing.AnswerDispute(ctx, grace, pay.ID, version, shop.BearsLoss, "again"); !shop.IsCode(err, code) {
			t.Errorf("answered twice: %v, want %s", err, code)
		}
	}

	p.must(p.billing.UndoDisputeAnswer(ctx, grace, pay.ID, b.payments[0].Version, "I was wrong"))
	if b := p.account(id); b.inv.State != shop.Paid || b.inv.PaidAt != before.inv.PaidAt || b.inv.Undecided != 2430 || b.order.Hold != before.order.Hold || !p.undecided() || !b.named(shop.VerbDisputeUndone, 2430) {
		t.Errorf("taken back: %s", b.state())
	}

	p.must(p.billing.AnswerDispute(ctx, grace, pay.ID, 0, shop.AskAgain, "they said so after all"))
	p.must(p.billing.TakePayment(ctx, grace, id, 0, shop.ByTransfer, 1000, ""))
	if err := p.billing.UndoDisputeAnswer(ctx, grace, pay.ID, 0, "I was wrong"); !shop.IsCode(err, "dispute_paid_again") {
		t.Errorf("taken back when some of it was paid: %v", err)
	}
	if b := p.account(id); b.inv.State != shop.Pending || b.inv.Balance() != 1430 || b.order.Hold != shop.HoldUnpaid {
		t.Errorf("a part is paid: %s", b.state())
	}
	p.must(p.billing.TakePayment(ctx, grace, id, 0, shop.ByTransfer, 1430, ""))
	if b := p.account(id); b.inv.State != shop.Paid || b.order.Hold != "" || b.inv.Missing() != 0 || b.order.PayReason() != "" {
		t.Errorf("paid again: %s", b.state())
	}
	// The bank gives it back after all: then it was paid twice, and what came last is due back.
	p.must(p.deliver(n.dispute(eventDisputeClosed, "won", 400)))
	if b := p.account(id); b.inv.Balance() != -2430 || b.inv.AskedAgain != 0 || b.payments[0].Answered || b.order.Hold != "" || b.order.DueBack() != 2430 || len(p.causes()) == 0 || slices.ContainsFunc(p.causes(), func(a shop.Alarm) bool { return a.Kind != shop.AlarmRefundDue }) {
		t.Errorf("won after all: %s, %+v", b.state(), p.causes())
	}
	p.sound()
}

// The shop carries the loss: the order goes on, and nothing is missing of it any more.
func TestTheShopCarriesALoss(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := t.Context()
	n, pay := lostNews(p)
	id := n.row.InvoiceID
	p.must(p.billing.AnswerDispute(ctx, grace, pay.ID, pay.Version, shop.BearsLoss, "we sent the wrong colour"))
	b := p.account(id)
	if b.inv.State != shop.Paid || b.inv.Borne != 2430 || b.inv.Missing() != 0 || b.order.Hold != "" || p.undecided() || b.order.DueBack() != 0 || !b.named(shop.VerbDisputeBorne, 2430) {
		t.Errorf("carried: %s", b.state())
	}
	p.must(p.deliver(n.dispute(eventDisputeClosed, "lost", 300))) // heard of twice
	if b := p.account(id); b.order.Hold != "" || b.inv.Borne != 2430 {
		t.Errorf("the same news: %s", b.state())
	}
	p.must(p.billing.UndoDisputeAnswer(ctx, grace, pay.ID, b.payments[0].Version, "they pay it after all"))
	if b := p.account(id); b.order.Hold == "" || b.inv.Undecided != 2430 || b.inv.Missing() != 2430 {
		t.Errorf("taken back: %s", b.state())
	}
	p.must(p.billing.AnswerDispute(ctx, grace, pay.ID, 0, shop.BearsLoss, "no"))
	// Another verdict, and the first one again: it is decided anew.
	p.must(p.deliver(n.dispute(eventDisputeClosed, "won", 400)))
	if b := p.account(id); b.payments[0].Answered || b.order.Hold != "" {
		t.Errorf("won: %s", b.state())
	}
	p.must(p.deliver(n.dispute(eventDisputeClosed, "lost", 500)))
	if b := p.account(id); b.inv.Undecided != 2430 || b.order.Hold == "" || !p.undecided() {
		t.Errorf("and lost: %s", b.state())
	}
	p.sound()
}

// What an order costs less was not paid again: the answer can be taken back, until something is paid.
func TestAnAnswerAboutALoweredOrderIsTakenBack(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := t.Context()
	n, pay := lostNews(p)
	id := n.row.InvoiceID
	p.must(p.billing.AnswerDispute(ctx, grace, pay.ID, 0, shop.AskAgain, "they said so"))
	p.write(func(ctx context.Context, tx *db.Tx) error {
		o, err := tx.Order(ctx, id)
		if err != nil {
			return err
		}
		jobs, err := tx.JobsOf(ctx, id)
		if err != nil {
			return err
		}
		for _, j := range jobs {
			j.State = shop.JobCancelled
			if err := tx.SaveJob(ctx, j, ""); err != nil {
				return err
			}
		}
		return p.billing.Lower(ctx, tx, grace, o, shop.NewID(), 1000, "the rest is cancelled")
	})
	p.must(p.billing.TakePayment(ctx, grace, id, 0, shop.ByTransfer, 400, ""))
	if err := p.billing.UndoDisputeAnswer(ctx, grace, pay.ID, 0, "I was wrong"); !shop.IsCode(err, "dispute_paid_again") {
		t.Errorf("taken back when some of it was paid: %v", err)
	}
	p.must(p.billing.ReversePayment(ctx, grace, p.account(id).payments[1].ID, 0, "another order's"))
	if b := p.account(id); b.inv.Balance() != 1000 || b.order.Hold != shop.HoldUnpaid {
		t.Errorf("lowered: %s, %s is owed", b.state(), b.inv.Balance())
	}
	p.must(p.billing.UndoDisputeAnswer(ctx, grace, pay.ID, 0, "I was wrong"))
	if b := p.account(id); b.inv.State != shop.Paid || b.inv.Undecided != 2430 || b.order.DueBack() != 0 || !p.undecided() || !b.order.HeldForMoney() {
		t.Errorf("taken back: %s, %s due back", b.state(), b.order.DueBack())
	}
	p.sound()
}

// What went back otherwise is not asked for again, and a refund that fails after it was is.
func TestALostPaymentThatWasRefundedInPart(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := t.Context()
	n := p.news(2430)
	p.must(p.deliver(n.session(eventCompleted, "complete", "paid")))
	p.must(p.deliver(n.refundAt(120, 430)))
	p.must(p.billing.AnswerRefund(ctx, grace, n.row.InvoiceID, 0, false))
	p.must(p.deliver(n.dispute(eventDisputed, "needs_response", 160)))
	p.must(p.deliver(n.dispute(eventDisputeClosed, "lost", 300)))
	pay := p.paymentNow(n)
	p.must(p.billing.AnswerDispute(ctx, grace, pay.ID, 0, shop.AskAgain, "the rest"))
	if b := p.account(n.row.InvoiceID); b.inv.Balance() != 2000 || b.inv.AskedAgain != 2000 || b.inv.Missing() != 0 || b.inv.State != shop.Pending {
		t.Errorf("%s, %s is owed, %s missing", b.state(), b.inv.Balance(), b.inv.Missing())
	}
	p.must(p.deliver(n.refundFailed(400, "re_1", 430)))
	if b := p.account(n.row.InvoiceID); b.inv.Balance() != 2430 || b.inv.AskedAgain != 2430 || b.inv.Missing() != 0 {
		t.Errorf("a refund failed: %s, %s is owed, %s missing", b.state(), b.inv.Balance(), b.inv.Missing())
	}
	p.sound()
}

// By when Stripe wants the evidence is kept with the dispute.
func TestADisputeKeepsItsDate(t *testing.T) {
	p := newPayShop(t, false, nil)
	n := p.news(2430)
	p.must(p.deliver(n.session(eventCompleted, "complete", "paid")))
	p.must(p.deliver(edit(t, n.dispute(eventDisputed, "needs_response", 160), func(_, object map[string]any) { object["evidence_details"] = map[string]any{"due_by": 1000} })))
	p.must(p.deliver(edit(t, n.dispute(eventDisputeClosed, "lost", 300), func(_, object map[string]any) { object["evidence_details"] = map[string]any{"due_by": nil} })))
	p.read(func(ctx context.Context, tx *db.Tx) error {
		all, err := tx.Disputes(ctx, n.row.InvoiceID)
		if err == nil && (len(all) != 1 || all[0].EvidenceDue != 1000_000) {
			t.Errorf("%+v", all)
		}
		return err
	})
}
