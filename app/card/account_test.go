package card

import (
	"context"
	"fmt"

	"buildplate/app/shop"
	"buildplate/db"
)

// account is what the database says of an order.
type account struct {
	order    *shop.Order
	inv      *shop.Invoice
	payments []shop.Payment
	refunds  []shop.Refund
	disputes []shop.Dispute
	log      []shop.Activity
}

func (p *payShop) account(id string) (b account) {
	p.t.Helper()
	p.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if b.inv, err = tx.Invoice(ctx, id); err != nil {
			return err
		}
		if b.order, err = tx.Order(ctx, id); err != nil {
			return err
		}
		if b.payments, err = tx.PaymentsOf(ctx, id); err != nil {
			return err
		}
		if b.refunds, err = tx.RefundsOf(ctx, id); err != nil {
			return err
		}
		if b.disputes, err = tx.Disputes(ctx, id); err != nil {
			return err
		}
		b.log, _, err = tx.ActivityPage(ctx, id, "", 200)
		return err
	})
	return b
}

// state is what must not depend on the order of news: states and sums, without numbers and times.
func (b account) state() string {
	s := fmt.Sprintf("%s paid=%d refunds=%d hold=%q jobs=%d issued=%t released=%t;", b.inv.State, b.inv.Paid, b.inv.Refunds, b.order.Hold, b.order.Jobs.Total, b.inv.Issued != 0, b.order.Released != 0)
	for _, x := range b.payments {
		s += fmt.Sprintf(" payment %d %s;", x.Amount, x.State)
	}
	for _, x := range b.refunds {
		s += fmt.Sprintf(" refund %d;", x.Amount)
	}
	for _, x := range b.disputes {
		s += fmt.Sprintf(" dispute %s %t;", x.State, x.FundsWithdrawn)
	}
	return s
}

// logged is the newest activity with this verb, nil where there is none.
func (b account) logged(verb shop.Verb) *shop.Activity {
	for i := range b.log {
		if b.log[i].Verb == verb {
			return &b.log[i]
		}
	}
	return nil
}

// named says whether the newest activity with this verb names the sum.
func (b account) named(verb shop.Verb, sum shop.Cents) bool {
	a := b.logged(verb)
	return a != nil && a.Params.Amount == sum
}

// settled fails the test unless the order was paid once and its jobs are released.
func (p *payShop) settled(id string) account {
	p.t.Helper()
	b := p.account(id)
	if b.inv.State != shop.Paid || b.inv.Number == "" || b.order.Released == 0 || b.order.Jobs.Total != jobsPerOrder || len(b.payments) != 1 {
		p.t.Errorf("order %s is not settled once: %s", b.order.Number, b.state())
	}
	return b
}

func (p *payShop) untouched(id string) account {
	p.t.Helper()
	b := p.account(id)
	if b.inv.State != shop.Draft || b.inv.Issued != 0 || b.order.Jobs.Total != 0 || b.inv.Paid != 0 {
		p.t.Errorf("order %s was settled: %s", b.order.Number, b.state())
	}
	return b
}
