package cart_test

import (
	"context"
	"errors"
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
			if err := tx.InsertCart(ctx, id, shop.HashToken(id), ""); err != nil {
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

// Carts that were begun and in which nothing is any more are gone a day later, by the hour, so that nobody makes the shop slow with
// them; those with a file stay, and those that became orders.
func TestEmptyCartsGoAfterADay(t *testing.T) {
	const many = 1100 // more than any one batch
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	filled, ordered, emptied := c.NewCart(), c.NewCart(), c.NewCart()
	c.Drop(filled, "vase.jpg", photo)
	c.Drop(ordered, "vase.jpg", photo)
	if _, err := c.Review(ordered); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Carts.CreateUpload(t.Context(), shop.Visitor(emptied), "never.stl", 5); err != nil {
		t.Fatal(err)
	}
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		for range many {
			id := shop.NewID()
			if err := tx.InsertCart(ctx, id, shop.HashToken(id), "2001:db8::"); err != nil {
				return err
			}
		}
		return nil
	})
	left := func() (n int) {
		c.Read(func(ctx context.Context, tx *db.Tx) error {
			all, err := tx.StaleCarts(ctx, tx.Now.Add(time.Hour), 2*many)
			n = len(all)
			return err
		})
		return n
	}
	clean := func() {
		t.Helper()
		c.Write(c.Tasks.TrustClock)
		admin := shop.Actor{Role: shop.RoleAdmin}
		if err := errors.Join(c.Tasks.RunChore(t.Context(), admin, "clean.uploads"), c.Tasks.RunDue(t.Context())); err != nil {
			t.Fatal(err)
		}
	}
	c.Pass(23 * time.Hour)
	clean() // gives the upload up
	if n := left(); n != many+3 {
		t.Errorf("%d carts are left within the day", n)
	}
	c.Pass(2 * time.Hour)
	clean()
	if n := left(); n != 2 {
		t.Errorf("%d carts are left", n)
	}
}
