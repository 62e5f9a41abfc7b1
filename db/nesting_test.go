package db

import (
	"context"
	"strings"
	"testing"
)

// A transaction within another is refused in every test, and says who opened both; one after another is not, nor one that
// another goroutine has open, nor what waits for the commit.
func TestNoTransactionWithinAnother(t *testing.T) {
	d := openLedger(t, Options{})
	var said []string
	d.nesting.refuse = func(reason string) { // as the end of the process does, it lets nobody wait
		said = append(said, reason)
		panic(reason)
	}
	ctx := t.Context()
	nothing := func(*Tx) error { return nil }
	begin := map[string]func(ctx context.Context, fn func(*Tx) error) error{
		"read": d.Read, "write": d.Write,
		"detached": func(ctx context.Context, fn func(*Tx) error) error {
			return d.WriteDetached(ctx, func(_ context.Context, tx *Tx) error { return fn(tx) })
		},
	}
	for outer, open := range begin {
		for inner, again := range begin {
			said = nil
			err := open(ctx, func(*Tx) error {
				defer func() { _ = recover() }()
				return again(ctx, nothing)
			})
			if err != nil {
				t.Fatal(err)
			}
			if len(said) != 1 || strings.Count(said[0], "TestNoTransactionWithinAnother") < 2 {
				t.Errorf("a %s within a %s: %q", inner, outer, said)
			}
		}
	}
	said = nil
	for range 2 {
		err := d.Write(ctx, func(tx *Tx) error {
			tx.AfterCommit(func() {
				if err := d.Read(ctx, nothing); err != nil {
					t.Error(err)
				}
			})
			other := make(chan error)
			go func() { other <- d.Read(ctx, nothing) }()
			return <-other
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	func() {
		defer func() { _ = recover() }()
		_ = d.Read(ctx, func(*Tx) error { panic("a fault") })
	}()
	if err := d.Read(ctx, nothing); err != nil || len(said) > 0 {
		t.Errorf("%v, %q", err, said)
	}
}
