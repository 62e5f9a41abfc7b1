package ops_test

import (
	"context"
	"testing"

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
