package db

import (
	"testing"

	"buildplate/app/shop"
)

// A refund that staff noted and Stripe tells of is one: what the bank took back is no part of what they can have sent.
func TestANotedRefundYieldsToStripeAndTheBank(t *testing.T) {
	d := openAt(t, t.TempDir()+"/shop.db", readFile(t, "../schema.sql"), Options{})
	err := d.Write(t.Context(), func(tx *Tx) error {
		ctx := t.Context()
		p := shop.Payment{ID: shop.NewID(), Amount: 20_00, Currency: "AUD", Method: shop.ByCard, Processor: "stripe", ProcessorID: "pi_1", State: shop.PaymentNeedsReview, Created: 7}
		if err := tx.InsertPayment(ctx, p); err != nil {
			return err
		}
		if err := tx.SaveDispute(ctx, shop.Dispute{ID: "dp_1", PaymentID: p.ID, Amount: 5_00, State: shop.DisputeLost, Seen: 8, Created: 8}); err != nil {
			return err
		}
		if err := tx.NoteRefund(ctx, p, 15_00, "in Stripe", ""); err != nil {
			return err
		}
		if _, err := tx.SaveRefund(ctx, shop.Refund{ID: shop.NewID(), PaymentID: p.ID, Processor: "stripe", ProcessorID: "ch_1", Amount: 10_00, Created: 9, Updated: 9, Seen: 9}); err != nil {
			return err
		}
		if err := tx.YieldNotedRefund(ctx, p.ID, 10_00); err != nil {
			return err
		}
		now, err := tx.Payment(ctx, p.ID)
		if err != nil || now.Returned != 15_00 || now.Disputed != 5_00 || now.Left() != 0 {
			t.Errorf("%s went back and %s is disputed, %s is left: %v", now.Returned, now.Disputed, now.Left(), err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
