package event

import (
	"context"
	"errors"
	"testing"

	"buildplate/db"
	"buildplate/db/dbtest"
)

func TestSubscribersRunInTheTransaction(t *testing.T) {
	d := dbtest.Open(t)
	var b Bus
	pages, cancel := b.Listen(Staff)
	defer cancel()
	var told []string
	Subscribe(&b, func(ctx context.Context, tx *db.Tx, e OrderPlaced) error {
		if len(pages) != 0 {
			t.Error("a page heard of it before the commit")
		}
		told = append(told, e.Number)
		return tx.SetSecret(ctx, "told", e.Number)
	})
	Subscribe(&b, func(context.Context, *db.Tx, OrderChanged) error {
		t.Error("another kind's subscriber ran")
		return nil
	})
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		return b.Emit(t.Context(), tx, OrderPlaced{ID: "1", Number: "ORD-1001"})
	})
	if err != nil || len(told) != 1 {
		t.Fatalf("%v, told %v", err, told)
	}
	if e := <-pages; e != (OrderPlaced{ID: "1", Number: "ORD-1001"}) {
		t.Errorf("the page heard %#v", e)
	}
	if got := secret(t, d); got != "ORD-1001" {
		t.Errorf("the subscriber's row holds %q", got)
	}
}

func TestNobodyHearsOfWhatWasNotKept(t *testing.T) {
	d := dbtest.Open(t)
	var b Bus
	pages, cancel := b.Listen(Staff)
	defer cancel()
	broken := errors.New("broken")
	Subscribe(&b, func(ctx context.Context, tx *db.Tx, e OrderPlaced) error {
		if err := tx.SetSecret(ctx, "told", e.Number); err != nil {
			return err
		}
		if e.Number == "" {
			return broken
		}
		return nil
	})
	emit := func(e Event) func(*db.Tx) error {
		return func(tx *db.Tx) error { return b.Emit(t.Context(), tx, e) }
	}
	if err := d.Write(t.Context(), emit(OrderPlaced{ID: "1"})); !errors.Is(err, broken) {
		t.Errorf("a subscriber's error became %v", err)
	}
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		// What a failed attempt within a transaction announced is not announced either.
		_ = tx.Attempt(t.Context(), func() error { return errors.Join(emit(OrderPlaced{ID: "2", Number: "ORD-2"})(tx), broken) })
		return emit(OrderChanged{ID: "3"})(tx)
	})
	if err != nil {
		t.Fatal(err)
	}
	if e := <-pages; e != (OrderChanged{ID: "3"}) || len(pages) != 0 {
		t.Errorf("the page heard %#v and %d more", e, len(pages))
	}
	if got := secret(t, d); got != "" {
		t.Errorf("a row stayed: %q", got)
	}
}

func secret(t *testing.T, d *db.DB) (s string) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		s, err = tx.Secret(t.Context(), "told")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
