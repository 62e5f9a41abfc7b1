package card

import (
	"context"
	"testing"

	"buildplate/app/billing"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/db/dbtest"
)

// disputeOf is a dispute over a part of the payment.
func (n news) disputeOf(amount shop.Cents, kind, status string, created int64) []byte {
	return edit(n.p.t, n.dispute(kind, status, created), func(_, object map[string]any) { object["amount"] = amount })
}

// listed is a payment as the list of unapplied ones shows it.
func (p *payShop) listed(id string) (found billing.UnappliedView) {
	p.t.Helper()
	list, err := p.billing.Unapplied(context.Background(), grace, "")
	p.must(err)
	for _, v := range list.Payments {
		if v.ID == id {
			found = v
		}
	}
	return found
}

func (p *payShop) waits(id string) (waits bool) {
	for _, a := range p.causes() {
		waits = waits || a.Kind == shop.AlarmPayment && a.ObjectID == id
	}
	return waits
}

// While a cardholder disputes a payment that does not count, their bank decides about it: nobody else does. What it takes in
// whole is settled by that, and comes back with another verdict.
func TestADisputedPaymentWaitsForTheBank(t *testing.T) {
	for _, ofOrder := range []bool{true, false} {
		p := newPayShop(t, false, nil)
		ctx := t.Context()
		var n news
		var pay shop.Payment
		if ofOrder {
			n, pay = p.unapplied(2000, "aud")
			n.row.Amount = 2000
		} else {
			l := p.lost()
			p.must(p.deliver(l.session(eventCompleted, "complete", "paid")))
			n, pay = l.news, l.payment()
		}
		number := ""
		if !ofOrder {
			number = p.account(p.order(2430)).order.Number
		}
		refused := func(when string, code shop.Code) {
			t.Helper()
			for what, err := range map[string]error{
				"applied": p.billing.ApplyPayment(ctx, grace, pay.ID, 0, number, "it came"), "sent back": p.billing.PaymentSentBack(ctx, grace, pay.ID, 0, "in Stripe"),
			} {
				if !shop.IsCode(err, code) {
					t.Errorf("%s when %s: %v", what, when, err)
				}
			}
		}
		p.must(p.deliver(n.dispute(eventDisputed, "needs_response", 160)))
		refused("disputed", "payment_disputed")
		if v := p.listed(pay.ID); v.Disputed != pay.Amount || len(v.Actions) != 0 || !p.waits(pay.ID) {
			t.Errorf("disputed: %+v", v)
		}
		p.must(p.deliver(n.dispute(eventDisputeClosed, "lost", 300)))
		refused("lost", "payment_lost")
		if err := p.billing.UndoSentBack(ctx, grace, pay.ID, 0, "it was not"); !shop.IsCode(err, "payment_lost") {
			t.Errorf("undone: %v", err)
		}
		var now shop.Payment
		read := func() {
			p.read(func(ctx context.Context, tx *db.Tx) (err error) { now, err = tx.Payment(ctx, pay.ID); return err })
		}
		if read(); now.State != shop.PaymentReturned || now.Decision != shop.TakenByBank || now.Counts() != 0 || p.waits(pay.ID) {
			t.Errorf("lost: %+v, %+v", now, p.causes())
		}
		p.must(p.deliver(n.dispute(eventDisputeClosed, "won", 400)))
		if read(); !now.Unapplied() || now.Decision != shop.LeftByBank || !p.waits(pay.ID) {
			t.Errorf("won after all: %+v", now)
		}
		if v := p.listed(pay.ID); v.Disputed != 0 || v.Counts != pay.Amount || len(v.Actions) != 2 {
			t.Errorf("won after all: %+v", v)
		}
		p.must(p.billing.ApplyPayment(ctx, grace, pay.ID, 0, number, "it came"))
	}
}

// Of a payment that a bank took a part of, the rest counts, and what it took is owed like anything that was not paid.
func TestWhatABankLeavesOfAPaymentCounts(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := t.Context()
	lose := func() (string, news, shop.Payment) {
		l := p.lost()
		p.must(p.deliver(l.session(eventCompleted, "complete", "paid")))
		p.must(p.deliver(l.disputeOf(1000, eventDisputed, "needs_response", 160)))
		p.must(p.deliver(l.disputeOf(1000, eventDisputeClosed, "lost", 300)))
		pay := l.payment()
		if v := p.listed(pay.ID); v.Counts != 1430 || len(v.Actions) != 2 || !p.waits(pay.ID) {
			t.Errorf("lost in part: %+v", v)
		}
		return p.order(2430), l.news, pay
	}
	id, _, pay := lose()
	p.must(p.billing.ApplyPayment(ctx, grace, pay.ID, 0, p.account(id).order.Number, "it was for this"))
	b := p.account(id)
	if b.inv.State != shop.Pending || b.inv.Paid != 1430 || b.inv.Balance() != 1000 || b.inv.Missing() != 0 || b.inv.Disputed != 0 || b.order.Hold != "" || !b.named(shop.VerbPaymentAccepted, 1430) {
		t.Errorf("applied: %s, %s is missing", b.state(), b.inv.Missing())
	}
	p.must(p.billing.TakePayment(ctx, grace, id, 0, shop.ByTransfer, 1000, ""))
	if b := p.account(id); b.inv.State != shop.Paid || b.inv.Missing() != 0 || b.order.Jobs.Total != jobsPerOrder {
		t.Errorf("paid: %s", b.state())
	}

	id, n, pay := lose()
	p.must(p.billing.ApplyPayment(ctx, grace, pay.ID, 0, p.account(id).order.Number, "it was for this"))
	p.must(p.deliver(n.disputeOf(1000, eventDisputeClosed, "won", 400)))
	if b := p.account(id); b.inv.State != shop.Paid || b.inv.Balance() != 0 || b.inv.Paid != 2430 || b.order.Jobs.Total != jobsPerOrder {
		t.Errorf("won after all: %s", b.state())
	}
	p.must(p.deliver(n.disputeOf(1000, eventDisputeClosed, "lost", 500)))
	if b := p.account(id); b.inv.State != shop.Paid || b.inv.Missing() != 1000 || b.order.Hold == "" {
		t.Errorf("and lost: %s", b.state())
	}

	_, _, pay = lose()
	p.must(p.billing.PaymentSentBack(ctx, grace, pay.ID, 0, "the rest, in Stripe"))
	if p.waits(pay.ID) {
		t.Error("sent back, and still to be looked at")
	}
	p.sound()
}

// A payment that a bank had taken before the shop settled that by itself is not in hand, and is done once somebody says so.
func TestAPaymentThatWasLostBefore(t *testing.T) {
	p := newPayShop(t, false, nil)
	l := p.lost()
	p.must(p.deliver(l.session(eventCompleted, "complete", "paid")))
	pay := l.payment()
	p.write(func(ctx context.Context, tx *db.Tx) error {
		return tx.SaveDispute(ctx, shop.Dispute{ID: "dp_1", PaymentID: pay.ID, Amount: pay.Amount, State: shop.DisputeLost, Seen: 1, Created: 1})
	})
	if v := p.listed(pay.ID); len(v.Actions) != 1 || v.Actions[0] != "sent_back" || v.Counts != 0 || p.waits(pay.ID) {
		t.Errorf("%+v", v)
	}
	if err := p.billing.ApplyPayment(t.Context(), grace, pay.ID, 0, p.account(p.order(2430)).order.Number, "it came"); !shop.IsCode(err, "payment_lost") {
		t.Errorf("applied: %v", err)
	}
	p.must(p.billing.PaymentSentBack(t.Context(), grace, pay.ID, 0, "gone"))
	if v := p.listed(pay.ID); v.State != string(shop.PaymentReturned) || v.Decision != shop.TakenByBank {
		t.Errorf("%+v", v)
	}
}

// sound finds every rule of the database kept.
func (p *payShop) sound() {
	p.t.Helper()
	dbtest.Reindex(p.t, p.db)
	dbtest.Check(p.t, p.db)
}

func (p *payShop) due(id string) (due shop.RefundDue) {
	p.t.Helper()
	p.read(func(ctx context.Context, tx *db.Tx) error {
		all, err := tx.RefundsDueOf(ctx, id)
		due = all[0]
		return err
	})
	return due
}

// What is due back of a cancelled order says what became of it, whatever a bank does afterwards, and each news is another version
// of it: no page notes another sum than it shows.
func TestWhatIsDueBackKeepsItsWord(t *testing.T) {
	type step struct {
		what string
		mail func(n news) []byte
		word string
		left shop.Cents
	}
	disputed := step{"disputed", func(n news) []byte { return n.dispute(eventDisputed, "needs_response", 260) }, shop.BankDecides, 0}
	verdict := func(status string, created int64, word string, left shop.Cents) step {
		return step{status, func(n news) []byte { return n.dispute(eventDisputeClosed, status, created) }, word, left}
	}
	refund := func(amount shop.Cents, word string, left shop.Cents) step {
		return step{"refunded", func(n news) []byte { return n.refund(amount) }, word, left}
	}
	part := func(amount shop.Cents, left shop.Cents) step {
		return step{"a part disputed", func(n news) []byte { return n.disputeOf(amount, eventDisputed, "needs_response", 260) }, "", left}
	}
	as := func(s step, word string) step { s.word = word; return s }
	for name, steps := range map[string][]step{
		"refunded, then disputed and won":  {refund(2430, billing.RefundedInStripe, 0), as(disputed, billing.RefundedInStripe), verdict("won", 360, billing.RefundedInStripe, 0)},
		"refunded, then disputed and lost": {refund(2430, billing.RefundedInStripe, 0), as(disputed, billing.RefundedInStripe), verdict("lost", 360, billing.RefundedInStripe, 0)},
		"disputed and lost, and then won":  {disputed, verdict("lost", 360, shop.TakenByBank, 0), verdict("won", 460, "", 2430)},
		"disputed, refunded and won":       {disputed, refund(2430, billing.RefundedInStripe, 0), verdict("won", 360, billing.RefundedInStripe, 0)},
		"disputed, a part refunded, lost":  {disputed, refund(1000, shop.BankDecides, 0), verdict("lost", 360, shop.TakenByBank, 0), verdict("won", 460, "", 1430)},
		"lost, and refunded all the same":  {disputed, verdict("lost", 360, shop.TakenByBank, 0), refund(2430, billing.RefundedInStripe, 0), verdict("won", 460, billing.RefundedInStripe, 0)},
		"more and more of it is disputed":  {part(500, 1930), part(1000, 1430), verdict("won", 360, "", 2430)},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPayShop(t, false, nil)
			n := p.news(2430)
			p.must(p.deliver(n.session(eventCompleted, "complete", "paid")))
			p.cancel(n.row.InvoiceID)
			was := p.due(n.row.InvoiceID)
			for _, s := range steps {
				p.must(p.deliver(s.mail(n)))
				due := p.due(n.row.InvoiceID)
				if due.Reference != s.word || due.Left != s.left || (due.State == shop.RefundOpen) != (s.left > 0) {
					t.Errorf("%s: %s %q, %s left", s.what, due.State, due.Reference, due.Left)
				}
				if due.Version <= was.Version {
					t.Errorf("%s: version %d after %d", s.what, due.Version, was.Version)
				}
				was = due
				p.sound()
			}
		})
	}
}
