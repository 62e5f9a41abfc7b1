package db

import (
	"errors"
	"path/filepath"
	"testing"
	"testing/fstest"

	"buildplate/app/shop"
)

// What was sent back before stays so: what Stripe said was said then, what staff noted stands beside it, and a failure that is
// heard of afterwards is taken off the first.
func TestRefundsOfBeforeMayFailAfterwards(t *testing.T) {
	all, err := loadMigrations(migrationFiles())
	if err != nil {
		t.Fatal(err)
	}
	known := fstest.MapFS{}
	for _, m := range all[:21] {
		known[m.name] = &fstest.MapFile{Data: []byte(m.sql)}
	}
	path := filepath.Join(t.TempDir(), "shop.db")
	d := openAt(t, path, readFile(t, "testdata/schema/0022.sql"), Options{Migrations: known})
	err = d.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(t.Context(), `
			INSERT INTO payments (id, amount, currency, method, processor, processor_id, state, created) VALUES ('p', 2430, 'AUD', 'card', 'stripe', 'pi_1', 'needs_review', 7);
			INSERT INTO refunds (id, payment_id, processor, processor_id, amount, created, updated) VALUES ('r', 'p', 'stripe', 'ch_1', 1000, 8, 80), ('h', 'p', 'hand', 'p', 30, 9, 90)`)
		return err
	})
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	d = openAt(t, path, "", Options{})
	ctx := t.Context()
	err = d.Write(ctx, func(tx *Tx) error {
		before, err := tx.Payment(ctx, "p")
		if err != nil || before.Returned != 1030 {
			t.Errorf("%+v, %v", before, err)
		}
		for _, want := range []bool{true, false} {
			news, err := tx.FailRefund(ctx, shop.RefundFailure{ID: "re_1", PaymentID: "p", Amount: 400, State: "failed", Seen: 100}, "stripe")
			if err != nil || news != want {
				t.Errorf("the failure is news: %v, %v", news, err)
			}
		}
		after, err := tx.Payment(ctx, "p")
		if err != nil || after.Returned != 630 || after.Version <= before.Version {
			t.Errorf("%+v became %+v, %v", before, after, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := rowsOf(t, d, "SELECT id, amount, seen FROM refunds ORDER BY id"); len(got) != 2 || got[0] != "[h 30 0]" || got[1] != "[r 600 8]" {
		t.Errorf("%q", got)
	}
}
