package card

import (
	"context"
	"errors"
	"testing"

	"buildplate/app/shop"
	"buildplate/db"
)

// An invoice that stands alone is paid like an order's, by card and at the counter, and no page is told of an order.
func TestAnInvoiceThatStandsAlone(t *testing.T) {
	p := newPayShop(t, true, nil)
	ctx := t.Context()
	alone := func() string {
		id, client := shop.NewID(), shop.NewID()
		p.write(func(ctx context.Context, tx *db.Tx) error {
			return errors.Join(tx.InsertClient(ctx, client, shop.Contact{Name: "Ada", Email: "ada@example.com"}),
				tx.InsertInvoice(ctx, &shop.Invoice{ID: id, ClientID: client, State: shop.Draft, Currency: "AUD", Tax: shop.Tax{Mode: shop.TaxNone}, Total: 2430},
					[]shop.InvoiceLine{{ID: shop.NewID(), Kind: shop.LineOther, Name: "An hour", Quantity: shop.Cents(100).Decimal(), UnitPrice: shop.Cents(2430).Decimal(), Amount: 2430}}))
		})
		return id
	}
	paid := func(name, id string) {
		t.Helper()
		p.read(func(ctx context.Context, tx *db.Tx) error {
			inv, err := tx.Invoice(ctx, id)
			if err != nil || inv.State != shop.Paid || inv.Number == "" || inv.Balance() != 0 {
				t.Errorf("%s: %+v, %v", name, inv, err)
			}
			return err
		})
	}
	quiet := func(name string, act func() error) {
		t.Helper()
		if n := p.heard("", act); n != 0 {
			t.Errorf("%s: pages hear %d times of an order without an id", name, n)
		}
	}

	counter := alone()
	quiet("cash", func() error { return p.billing.TakePayment(ctx, grace, counter, 0, shop.ByCash, 2430, "") })
	paid("cash", counter)

	byCard := alone()
	p.pay(byCard)
	s := p.session(byCard)
	if state, o, err := p.CheckReturn(ctx, s.Reference); err != nil || state != "open" || o != nil {
		t.Errorf("back from the page: %s, %+v, %v", state, o, err)
	}
	quiet("by card", func() error { err := p.stripe.Pay(s.ID); p.stripe.Wait(); return err })
	paid("by card", byCard)
	if state, o, err := p.CheckReturn(ctx, s.Reference); err != nil || state != "paid" || o != nil {
		t.Errorf("back from the page, paid: %s, %+v, %v", state, o, err)
	}

	later := alone()
	l := p.lost()
	p.must(p.deliver(l.session(eventCompleted, "complete", "paid")))
	p.write(func(ctx context.Context, tx *db.Tx) error {
		number, err := tx.NextNumber(ctx, "invoice")
		if err != nil {
			return err
		}
		inv, err := tx.Invoice(ctx, later)
		return errors.Join(err, inv.Issue(number, tx.Now), tx.SaveInvoice(ctx, inv, ""))
	})
	var number string
	p.read(func(ctx context.Context, tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, later)
		number = inv.Number
		return err
	})
	quiet("applied", func() error { return p.billing.ApplyPayment(ctx, grace, l.payment().ID, 0, number, "by phone") })
	paid("applied", later)

	// What is too much for it is for no order, so nothing is due back by itself: that is an alarm.
	more := p.lost()
	p.must(p.deliver(edit(t, more.session(eventCompleted, "complete", "paid"), func(_, object map[string]any) { object["amount_total"] = 3000 })))
	over := alone()
	p.write(func(ctx context.Context, tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, over)
		if err != nil {
			return err
		}
		if number, err = tx.NextNumber(ctx, "invoice"); err != nil {
			return err
		}
		return errors.Join(inv.Issue(number, tx.Now), tx.SaveInvoice(ctx, inv, ""))
	})
	p.must(p.billing.ApplyPayment(ctx, grace, more.payment().ID, 0, number, "by phone"))
	if open := p.causes(); len(open) != 1 || open[0].Kind != shop.AlarmOverpaid {
		t.Errorf("to look at: %+v", open)
	}
}
