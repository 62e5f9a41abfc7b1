package apptest

import (
	"buildplate/app/shop"
	"buildplate/db"
)

// askedAgain checks that what a bank took of an order and its customer is asked for again is owed, as far as the shop does not have it:
// until more comes, or more goes back.
func (b *auditor) askedAgain(tx *db.Tx, o *shop.Order, payments []shop.Payment) error {
	v := o.Invoice
	if v == nil || o.Closed != 0 || v.State == shop.WrittenOff || v.AskedAgain == 0 {
		return nil
	}
	disputes, err := tx.Disputes(b.ctx, v.ID)
	if err != nil {
		return err
	}
	refunds, err := tx.RefundsOf(b.ctx, o.ID)
	if err != nil {
		return err
	}
	since := tx.Now
	for _, d := range disputes {
		if d.Answer == shop.AskAgain {
			since = min(since, d.AnsweredAt)
		}
	}
	for _, p := range payments {
		if p.Created >= since || p.Changed > since {
			return nil
		}
	}
	for _, r := range refunds {
		if r.Updated > since {
			return nil
		}
	}
	if short := v.Asked() + v.Rounding - v.Lowered - (v.Held() - v.Disputed + v.Borne); o.Balance() < min(v.AskedAgain, short) {
		b.tb.Errorf("order %s: %s was lost and is asked for again, %s of its money is not here, and %s is owed", o.Number, v.AskedAgain, short, o.Balance())
	}
	return nil
}
