package card

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"buildplate/app/shop"
	"buildplate/db"
)

// inCash is what is handed over for an amount that ends in each digit, less the amount.
var inCash = [10]shop.Cents{0, -1, -2, 2, 1, 0, -1, -2, 2, 1}

// Whatever digit a total ends in, coins pay it off to exactly nothing: the difference is an entry of its own, and the
// rows of the document and its tax stay as they are.
func TestCashPaysOffToTheCent(t *testing.T) {
	p := newPayShop(t, true, nil)
	ctx := context.Background()
	for digit, rounding := range inCash {
		total := shop.Cents(1230 + digit)
		due := total + rounding
		t.Run(fmt.Sprintf("in one piece %s", total), func(t *testing.T) {
			id := p.order(total)
			if b := p.account(id); b.inv.Balance() != total || shop.DefaultSettings("UTC").CashDue(total) != due {
				t.Fatalf("owed %s, in cash %s", b.inv.Balance(), shop.DefaultSettings("UTC").CashDue(total))
			}
			if rounding != 0 {
				err := p.billing.TakePayment(ctx, grace, id, 0, shop.ByCash, total, "")
				if !shop.IsCode(err, "cash_amount_wrong") || !strings.Contains(shop.MessageOf(err), due.String()) {
					t.Errorf("paying with coins that are not there: %v", err)
				}
				p.untouched(id)
			}
			p.must(p.billing.TakePayment(ctx, grace, id, 0, shop.ByCash, due, ""))
			b := p.settled(id)
			p.evens(b, total, rounding)
		})
		t.Run(fmt.Sprintf("the rest of %s", total), func(t *testing.T) {
			id := p.order(total + 1000)
			p.must(p.billing.TakePayment(ctx, grace, id, 0, shop.ByTransfer, 700, ""))
			p.must(p.billing.TakePayment(ctx, grace, id, 0, shop.ByCash, 300, "")) // a part is not rounded
			if b := p.account(id); b.inv.Balance() != total || b.inv.Rounding != 0 {
				t.Errorf("after two parts: %s owed, rounded by %s", b.inv.Balance(), b.inv.Rounding)
			}
			p.must(p.billing.TakePayment(ctx, grace, id, 0, shop.ByCash, due, ""))
			p.evens(p.account(id), total+1000, rounding)
		})
		// A refund that is owed again owes anew what was paid by card, to the cent; coins pay it off, and a later refund is a question.
		t.Run(fmt.Sprintf("after a refund, %s", total), func(t *testing.T) {
			n, card := p.unapplied(2000, "aud")
			id := n.row.InvoiceID
			if err := p.billing.ApplyPayment(ctx, grace, card.ID, 0, "", "the rest comes in cash"); err != nil {
				t.Fatal(err)
			}
			p.must(p.deliver(n.refund(total - 430)))
			if b := p.account(id); b.inv.Balance() != 430 || b.inv.OpenRefunds() != total-430 {
				t.Fatalf("before anybody said so %s is owed: %s", b.inv.Balance(), b.state())
			}
			p.must(p.billing.AnswerRefund(ctx, grace, id, 0, true))
			if b := p.account(id); b.inv.Balance() != total {
				t.Fatalf("owed after the refund: %s", b.inv.Balance())
			}
			p.must(p.billing.TakePayment(ctx, grace, id, 0, shop.ByCash, due, ""))
			b := p.account(id)
			if b.inv.Balance() != 0 || b.inv.State != shop.Paid || b.inv.Rounding != rounding || !b.inv.Covered() {
				t.Errorf("paid off: %s, balance %s, rounding %s", b.state(), b.inv.Balance(), b.inv.Rounding)
			}
			p.must(p.deliver(n.refund(2000)))
			if b := p.account(id); b.inv.Balance() != 0 || b.inv.OpenRefunds() != 2430-total || b.inv.Rounding != rounding {
				t.Errorf("after another refund %s is owed", b.inv.Balance())
			}
		})
	}
}

// A card payment that comes after the order was paid off in cash is a second payment, although the cash was a cent or
// two less than the total.
func TestCashRoundedDownCoversTheOrder(t *testing.T) {
	p := newPayShop(t, false, nil)
	n := p.news(2432)
	p.write(func(ctx context.Context, tx *db.Tx) error { // the page is not to be closed first
		n.row.State = shop.CheckoutExpired
		return tx.SaveCheckout(ctx, n.row)
	})
	p.must(p.billing.TakePayment(t.Context(), grace, n.row.InvoiceID, 0, shop.ByCash, 2430, ""))
	p.settled(n.row.InvoiceID)
	p.must(p.deliver(n.session(eventCompleted, "complete", "paid")))
	b := p.account(n.row.InvoiceID)
	if len(b.payments) != 2 || b.payments[1].State != shop.PaymentDuplicate || b.inv.Balance() != 0 {
		t.Error(b.state())
	}
}

// The shop may decide against rounding, and coins that do not exist are not asked for.
func TestCashWithoutRounding(t *testing.T) {
	p := newPayShop(t, false, nil)
	tiny := p.order(2)
	if err := p.billing.TakePayment(t.Context(), grace, tiny, 0, shop.ByCash, 1, ""); shop.FieldOf(err) != "amount" || !shop.IsCode(err, "cash_too_small") {
		t.Errorf("two cents: %v", err)
	}
	p.write(func(ctx context.Context, tx *db.Tx) error {
		s, err := tx.Settings(ctx)
		s.RoundCash = false
		return errors.Join(err, tx.SaveSettings(ctx, s, true, ""))
	})
	id := p.order(1232)
	p.must(p.billing.TakePayment(t.Context(), grace, id, 0, shop.ByCash, 1232, ""))
	p.evens(p.settled(id), 1232, 0)
}

// evens fails the test unless nothing is owed and the entries say why.
func (p *payShop) evens(b account, total, rounding shop.Cents) {
	p.t.Helper()
	var paid shop.Cents
	for _, x := range b.payments {
		paid += x.Amount
	}
	if b.inv.Balance() != 0 || b.inv.State != shop.Paid || b.inv.Rounding != rounding || paid != total+rounding || b.inv.Total != total || !b.inv.Covered() {
		p.t.Errorf("total %s, rounding %s, paid %s: %s, balance %s", total, b.inv.Rounding, paid, b.state(), b.inv.Balance())
	}
	if took := b.logged(shop.VerbPaymentRecorded); took == nil || (took.Params.Of != 0) != (rounding != 0) {
		p.t.Errorf("the log of a rounding by %s: %+v", rounding, b.log)
	}
}
