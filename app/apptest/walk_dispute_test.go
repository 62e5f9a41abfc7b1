package apptest

import (
	"context"
	"slices"

	"buildplate/app/billing"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
)

func (w *walk) dispute(_ context.Context, o order.StaffOrderView) error {
	p, err := w.byCard(o)
	if err != nil {
		return err
	}
	id, err := w.Stripe.Dispute(p.Reference)
	if err != nil {
		return errNothing
	}
	if w.Stripe.Wait(); w.dice.IntN(2) == 0 {
		_ = w.Stripe.CloseDispute(id, w.dice.IntN(2) == 0)
	}
	return nil
}

// deciding is a payment of an order about which something may be decided; few are at any time, so it looks for an order with one.
func (w *walk) deciding(ctx context.Context, o order.StaffOrderView, what string) (order.StaffOrderView, billing.PaymentRowView, error) {
	may := func(p billing.PaymentRowView) bool { return slices.Contains(p.Actions, what) }
	o = w.where(ctx, o, func(o order.StaffOrderView) bool { return slices.ContainsFunc(o.Payments, may) })
	if at := slices.IndexFunc(o.Payments, may); at >= 0 {
		return o, o.Payments[at], nil
	}
	p, found := some(w, o.Payments)
	if !found {
		return o, p, errNothing
	}
	return o, p, nil
}

// answerDispute decides what becomes of money that a bank took, and holds the order's money against what it was.
func (w *walk) answerDispute(ctx context.Context, o order.StaffOrderView) error {
	o, p, err := w.deciding(ctx, o, "answer_dispute")
	if err != nil {
		return err
	}
	answer := one(w, shop.AskAgain, shop.BearsLoss)
	if err := w.Billing.AnswerDispute(ctx, w.admin, p.ID, w.from(p.Version), answer, "as agreed"); err != nil {
		return err
	}
	if err := w.Billing.AnswerDispute(ctx, w.admin, p.ID, 0, answer, "again"); !shop.IsCode(err, "dispute_answered") {
		w.t.Errorf("%s: a lost payment decided about twice: %v", o.Number, err)
	}
	now, err := w.Orders.StaffOrder(ctx, w.admin, o.ID)
	if err != nil {
		return err
	}
	if asked := now.AskedAgain - o.AskedAgain; now.Undecided != o.Undecided-p.Undecided || now.Paid != o.Paid-asked || (asked > 0) != (answer == shop.AskAgain) || now.InvoiceNumber != o.InvoiceNumber {
		w.t.Errorf("%s: %s was lost, %s of it is asked for again (%s): paid %s, before %s", o.Number, p.Undecided, asked, answer, now.Paid, o.Paid)
	}
	w.Read(func(ctx context.Context, tx *db.Tx) error { // as the audit has it
		v, err := tx.Invoice(ctx, o.InvoiceID)
		if err != nil {
			return err
		}
		if short := v.Asked() + v.Rounding - v.Lowered - (v.Held() - v.Disputed + v.Borne); answer == shop.AskAgain && v.Balance() < min(now.AskedAgain-o.AskedAgain, short) {
			w.t.Errorf("%s: %s is asked for again, %s of its money is not here, and %s is owed", o.Number, now.AskedAgain-o.AskedAgain, short, v.Balance())
		}
		return nil
	})
	if now.Balance > 0 && now.InvoiceState == shop.Paid {
		w.t.Errorf("%s: %s is owed and it is %s", o.Number, now.Balance, now.InvoiceState)
	}
	return nil
}

func (w *walk) undoDisputeAnswer(ctx context.Context, o order.StaffOrderView) error {
	o, p, err := w.deciding(ctx, o, "undo_dispute_answer")
	if err != nil {
		return err
	}
	if err := w.Billing.UndoDisputeAnswer(ctx, w.admin, p.ID, w.from(p.Version), "a mistake"); err != nil {
		return err
	}
	now, err := w.Orders.StaffOrder(ctx, w.admin, o.ID)
	if err == nil && (now.Undecided <= o.Undecided || now.AskedAgain > o.AskedAgain || now.Paid-o.Paid != o.AskedAgain-now.AskedAgain) {
		w.t.Errorf("%s: %s is to be decided about and %s was: paid %s, before %s", o.Number, now.Undecided, o.Undecided, now.Paid, o.Paid)
	}
	return err
}
