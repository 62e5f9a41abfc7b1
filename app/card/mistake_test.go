package card

import (
	"slices"
	"testing"

	"buildplate/app/billing"
	"buildplate/app/setting"
	"buildplate/app/shop"
)

// A transfer of ten times as much as was owed was a slip: both payments that were noted are taken back, and neither counts afterwards.
func TestATransferTypedTooHighIsTakenBack(t *testing.T) {
	for _, firstRest := range []bool{false, true} {
		p := newPayShop(t, false, nil)
		ctx := t.Context()
		id := p.news(2430).row.InvoiceID
		p.must(p.billing.TakeOverpaid(ctx, grace, id, 0, 24300, "a slip"))
		b := p.account(id)
		if b.inv.State != shop.Paid || len(b.payments) != 2 || len(p.causes()) != 1 || p.causes()[0].Kind != shop.AlarmPayment {
			t.Fatalf("typed: %s, %+v", b.state(), p.causes())
		}
		for _, row := range billing.PaymentRows(grace, b.order, b.inv, b.payments, setting.StripeDashboard{}) {
			if !slices.Contains(row.Actions, "reverse") {
				t.Errorf("%s %s: %v", row.State, row.Amount, row.Actions)
			}
		}
		payments := b.payments
		slices.SortFunc(payments, func(a, b shop.Payment) int { return int(a.Amount - b.Amount) })
		if firstRest {
			slices.Reverse(payments)
		}
		for _, pay := range payments {
			for code, err := range map[shop.Code]error{
				"reason_length": p.billing.ReversePayment(ctx, grace, pay.ID, 0, " "), "changed_meanwhile": p.billing.ReversePayment(ctx, grace, pay.ID, pay.Version+1, "a slip"),
			} {
				if !shop.IsCode(err, code) {
					t.Errorf("%v, want %s", err, code)
				}
			}
			p.must(p.billing.ReversePayment(ctx, grace, pay.ID, pay.Version, "a slip"))
		}
		for _, pay := range payments {
			for what, err := range map[string]error{
				"applied": p.billing.ApplyPayment(ctx, grace, pay.ID, 0, "", "theirs"), "sent back": p.billing.PaymentSentBack(ctx, grace, pay.ID, 0, "theirs"),
				"reversed": p.billing.ReversePayment(ctx, grace, pay.ID, 0, "again"),
			} {
				if !shop.IsCode(err, "payment_reversed") {
					t.Errorf("%s after it was reversed: %v", what, err)
				}
			}
		}
		b = p.account(id)
		if b.inv.State != shop.Pending || b.inv.Balance() != 2430 || len(p.causes()) != 0 || !b.named(shop.VerbPaymentReversed, payments[1].Amount) || b.order.Hold != shop.HoldUnpaid {
			t.Errorf("taken back: %s, %+v", b.state(), p.causes())
		}
		if list, err := p.billing.Unapplied(ctx, grace, ""); err != nil || len(list.Payments) != 0 {
			t.Errorf("%+v wait, %v", list.Payments, err)
		}
		p.sound()
	}
}
