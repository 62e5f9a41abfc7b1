package file_test

import (
	"context"
	"fmt"
	"io"
	"sync"
	"testing"

	"buildplate/app/apptest"
	"buildplate/db"
	"buildplate/storage"
)

// The worker and the nightly sweep may unlink files at the same time, and neither is a fault of the other.
func TestTwoDrainsTakeTurns(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	for i := range 40 {
		b, err := c.Files.Put(t.Context(), storage.Tmp, fmt.Sprintf("%d.stl", i), func(w io.Writer) error {
			_, err := io.WriteString(w, "solid")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		c.Write(func(ctx context.Context, tx *db.Tx) error {
			if err := tx.InsertBlob(ctx, b); err != nil {
				return err
			}
			return c.Files.Trash(ctx, tx, b.ID)
		})
	}
	var both sync.WaitGroup
	for range 4 {
		both.Go(func() {
			if err := c.Files.Drain(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
}
