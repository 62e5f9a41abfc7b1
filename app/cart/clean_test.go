package cart_test

import (
	"context"
	"fmt"
	"strings"
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
	c.Begin(cart, "block.stl", block, len(block)) // the background work inspects it
	c.AwaitSliced(cart)
	key := c.Parts(cart)[0].SliceKey
	for range 31 { // day by day: a clock that jumps is not believed, and nothing is deleted by age
		c.Pass(23*time.Hour + 30*time.Minute)
		c.Write(c.Tasks.TrustClock)
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

// However many are left over, one night takes them all, in transactions that stay short: carts first, then the slices
// that their parts kept.
func TestANightTakesAllThatIsOld(t *testing.T) {
	const many = 260 // more than any one batch
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		for i := range many {
			id, raw, gcode, key := shop.NewID(), shop.NewID(), shop.NewID(), fmt.Sprintf("key-%d", i)
			if err := tx.InsertCart(ctx, id, shop.HashToken(id)); err != nil {
				return err
			}
			for _, b := range []db.Blob{{ID: raw, CartID: id, Name: "part.stl"}, {ID: gcode, Name: "part.gcode"}} {
				b.Bucket, b.SHA256 = "tmp", strings.Repeat("0", 64)
				if err := tx.InsertBlob(ctx, b); err != nil {
					return err
				}
			}
			if _, err := tx.SaveSlice(ctx, shop.Slice{Key: key, GCodeBlob: gcode}); err != nil {
				return err
			}
			part := shop.Part{ID: shop.NewID(), CartID: id, Name: "part.stl", Kind: shop.KindModel, State: shop.PartSliced, RawBlob: raw, SliceKey: key, Choices: shop.Choices{Copies: 1}}
			if err := tx.InsertPart(ctx, part); err != nil {
				return err
			}
		}
		return nil
	})
	left := func() (carts, slices int) {
		c.Read(func(ctx context.Context, tx *db.Tx) error {
			oldCarts, err := tx.StaleCarts(ctx, tx.Now.Add(time.Hour), 2*many)
			if carts = len(oldCarts); err != nil {
				return err
			}
			for i := range many {
				if _, err := tx.Slice(ctx, fmt.Sprintf("key-%d", i)); err == nil {
					slices++
				} else if !shop.IsKind(err, shop.NotFound) {
					return err
				}
			}
			return nil
		})
		return carts, slices
	}
	if carts, slices := left(); carts != many || slices != many {
		t.Fatalf("%d carts and %d slices to begin with", carts, slices)
	}
	c.Pass(31 * 24 * time.Hour)
	c.Write(func(ctx context.Context, tx *db.Tx) error { return c.Tasks.AcceptClock(ctx, tx) })
	ctx, stop := context.WithCancel(t.Context())
	wait, err := c.Tasks.StartSchedule(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer wait()
	defer stop()
	apptest.Await(t, "all of them are gone", func() bool {
		carts, slices := left()
		return carts == 0 && slices == 0
	})
	stop()
	wait() // the files are held against the rows when nobody is at work on them
	c.FilesAgree()
}
