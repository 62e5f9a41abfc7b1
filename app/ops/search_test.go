package ops_test

import (
	"context"
	"errors"
	"testing"

	"buildplate/app/ops"
	"buildplate/app/shop"
	"buildplate/db"
)

// An admin has the index of the search written anew, and what it has lost is in it again, however much that is.
func TestTheSearchIsWrittenAnew(t *testing.T) {
	s := newTrouble(t)
	const lost = 35 // more than some transactions take
	s.Write(func(ctx context.Context, tx *db.Tx) error {
		for range lost { // and nobody tells the search
			if err := tx.InsertClient(ctx, shop.NewID(), shop.Contact{Name: "Ada Lovelace", Email: "ada@example.com"}); err != nil {
				return err
			}
		}
		return nil
	})
	broken := func() int {
		t.Helper()
		findings, err := s.DB.Check(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(findings)
	}
	if n := broken(); n != lost {
		t.Fatalf("%d things are not found, want %d", n, lost)
	}
	s.chore("search.rebuild")
	if n := broken(); n != 0 {
		t.Errorf("%d things are still not found", n)
	}
}

// What this program finds in rows of an older one, it finds once it has started: the index is written anew, once.
func TestTheSearchOfAnOlderProgramIsFilled(t *testing.T) {
	s := newTrouble(t)
	s.Write(func(ctx context.Context, tx *db.Tx) error { // and the search of then knew nothing of it
		return tx.InsertClient(ctx, shop.NewID(), shop.Contact{Name: "Ada Lovelace", Email: "ada@example.com"})
	})
	for start, faults := range []int{0, 1} { // the second time it is as it should be, for all that it knows
		if start == 1 {
			s.Write(func(ctx context.Context, tx *db.Tx) error {
				return tx.InsertClient(ctx, shop.NewID(), shop.Contact{Name: "Mary Shelley", Email: "mary@example.com"})
			})
		}
		if err := errors.Join(ops.FirstStart(t.Context(), s.DB, true), s.Tasks.RunDue(t.Context())); err != nil {
			t.Fatal(err)
		}
		if findings, err := s.DB.Check(t.Context()); err != nil || len(findings) != faults {
			t.Errorf("after start %d: %v, %v", start, findings, err)
		}
	}
	s.chore("search.rebuild")
}
