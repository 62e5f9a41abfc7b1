package billing

import (
	"context"
	"slices"

	"buildplate/app/shop"
	"buildplate/db"
)

// keepDues brings what is to be sent back of an order's payments in line with the order: all that is left of them once it is
// closed; else what is more than its invoice asks for, however that came, of the latest payments first. What a
// cardholder disputes waits for their bank, and what it took back is not sent back again. How says
// why nothing is due any more. Whoever calls it tells that the order changed.
func keepDues(ctx context.Context, tx *db.Tx, orderID, paymentID, how string) error {
	o, err := tx.Order(ctx, orderID)
	if err != nil || o.Invoice == nil {
		return err
	}
	payments, err := tx.PaymentsOf(ctx, orderID)
	if err != nil {
		return err
	}
	surplus := max(-o.Balance()-o.Invoice.Disputed, 0)
	for _, pay := range slices.Backward(payments) {
		var wanted shop.Cents
		switch {
		case pay.State != shop.PaymentSettled:
		case o.Closed != 0:
			wanted = pay.Left()
		case pay.InvoiceID == o.Invoice.ID:
			wanted = min(pay.Left(), surplus)
			surplus -= wanted
		}
		said := how
		if pay.ID != paymentID {
			said = ""
		}
		if err := keepDue(ctx, tx, orderID, pay, wanted, said); err != nil {
			return err
		}
	}
	return nil
}

// keepDue brings what is to be sent back of one payment in line with what is wanted.
func keepDue(ctx context.Context, tx *db.Tx, orderID string, pay shop.Payment, wanted shop.Cents, how string) error {
	due, err := tx.RefundDue(ctx, pay.ID)
	if err != nil && !shop.IsKind(err, shop.NotFound) {
		return err
	}
	open := due.State == shop.RefundOpen
	switch {
	case wanted > 0 && (!open || due.Left != wanted || due.Amount < wanted):
		return tx.OpenRefundDue(ctx, pay.ID, orderID, wanted, pay.Left()-wanted)
	case wanted == 0 && open:
		return tx.FinishRefundDue(ctx, pay.ID, "", how)
	case wanted == 0 && err == nil && how != "":
		return explain(ctx, tx, pay, due, how)
	}
	return nil
}

// explain says why nothing of a payment is due any more, where a dispute said so before: it goes on with that, or the money was
// refunded. What was sent back otherwise keeps its word.
func explain(ctx context.Context, tx *db.Tx, pay shop.Payment, due shop.RefundDue, how string) error {
	if due.Reference != "" && due.Reference != shop.BankDecides && due.Reference != shop.TakenByBank {
		return nil
	}
	refunded := pay.Returned >= pay.Amount
	switch {
	case due.Reference == "":
	case how == shop.BankDecides, how == shop.TakenByBank:
	case how == shop.LeftByBank && refunded:
		how = RefundedInStripe
	case how != shop.LeftByBank && !refunded: // a part alone
		return nil
	}
	return tx.ExplainRefundDue(ctx, pay.ID, how)
}
