package ops_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"buildplate/app/ops"
	"buildplate/app/shop"
	"buildplate/db"
)

// The index of the search is written anew, and what it has lost is in it again, however much that is.
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
	s.rebuild()
	if n := broken(); n != 0 {
		t.Errorf("%d things are still not found", n)
	}
}

// rebuild has the index written anew, as an upgrade does.
func (s *trouble) rebuild() {
	s.t.Helper()
	s.Write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Enqueue(ctx, "search.rebuild", "", nil, tx.Now)
		return err
	})
	s.must(s.Tasks.RunDue(s.t.Context()))
}

// Nothing but an upgrade asks for it: it is no work that comes by itself.
func TestTheSearchIsNotWrittenAnewByItself(t *testing.T) {
	s := newTrouble(t)
	if err := s.Tasks.RunChore(t.Context(), grace, "search.rebuild"); !shop.IsCode(err, "chore_not_found") {
		t.Errorf("%v", err)
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
		s.Write(func(ctx context.Context, tx *db.Tx) error { // whatever tasks of before are there
			_, err := tx.PruneTasks(ctx, tx.Now.Add(time.Hour), 1000)
			return err
		})
		if err := errors.Join(ops.FirstStart(t.Context(), s.DB, true), s.Tasks.RunDue(t.Context())); err != nil {
			t.Fatal(err)
		}
		if findings, err := s.DB.Check(t.Context()); err != nil || len(findings) != faults {
			t.Errorf("after start %d: %v, %v", start, findings, err)
		}
	}
	s.rebuild()
}
