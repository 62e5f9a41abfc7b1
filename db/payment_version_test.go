package db

import (
	"context"
	"testing"

	"buildplate/app/shop"
)

// Each decision about a payment is another version of it, also when one of before was taken back: a page that is overtaken is told.
func TestEachDecisionIsAVersion(t *testing.T) {
	d := openAt(t, t.TempDir()+"/shop.db", readFile(t, "../schema.sql"), Options{})
	err := d.Write(t.Context(), func(tx *Tx) error {
		ctx := t.Context()
		p := shop.Payment{ID: shop.NewID(), Amount: 10_00, Currency: "AUD", Method: shop.ByCard, Processor: "stripe", ProcessorID: "pi_1", State: shop.PaymentNeedsReview, Created: 7}
		if err := tx.InsertPayment(ctx, p); err != nil {
			return err
		}
		version := 0
		for i, decide := range []func(context.Context) error{
			func(context.Context) error { return nil },
			func(ctx context.Context) error { return tx.ReturnPayment(ctx, p.ID, "", "it went back") },
			func(ctx context.Context) error { return tx.UnreturnPayment(ctx, p.ID, "", "it did not") },
			func(ctx context.Context) error { return tx.ReturnPayment(ctx, p.ID, "", "now it did") },
		} {
			if err := decide(ctx); err != nil {
				return err
			}
			now, err := tx.Payment(ctx, p.ID)
			if err != nil || now.Version <= version {
				t.Errorf("decision %d: version %d after %d, %v", i, now.Version, version, err)
			}
			version = now.Version
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
