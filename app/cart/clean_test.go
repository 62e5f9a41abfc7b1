package cart_test

import (
	"context"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer/slicertest/meshtest"
)

// A shop that was off at night cleans up when it starts: old carts, and then the slices that only they used.
func TestOldCartsGoAndThenTheirSlices(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	cart := c.NewCart()
	block := meshtest.BinarySTL(meshtest.Box(20, 20, 10))
	c.Begin(cart, "block.stl", block, len(block))
	c.AwaitSliced(cart)
	key := c.Parts(cart)[0].SliceKey
	for range 31 { // day by day: a clock that jumps is not believed, and nothing is deleted by age
		c.Pass(23*time.Hour + 30*time.Minute)
		if ok, err := c.Files.ClockTrusted(t.Context()); !ok || err != nil {
			t.Fatalf("the clock is held: %v", err)
		}
	}
	c.Pass(23 * time.Hour)
	ctx, stop := context.WithCancel(t.Context())
	wait, err := c.Tasks.StartSchedule(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer wait()
	defer stop()
	apptest.Await(t, "the slice is gone", func() bool {
		var gone bool
		c.Read(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Slice(ctx, key)
			if gone = shop.IsKind(err, shop.NotFound); gone {
				return nil
			}
			return err
		})
		return gone
	})
	c.Read(func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Cart(ctx, cart); !shop.IsKind(err, shop.NotFound) {
			t.Errorf("the cart is still there: %v", err)
		}
		return nil
	})
	c.FilesAgree()
}
