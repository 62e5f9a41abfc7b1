package app

import (
	"context"
	"testing"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer/mesh/meshtest"
)

// An order is drawn up from a cart's version. A part that gets its result from the cache after that must raise the
// version, or the order would be written without the slice that its part has.
func TestAResultFromTheCacheRaisesTheCartsVersion(t *testing.T) {
	c := newCartShop(t)
	cart := c.cart()
	c.drop(cart, "block.stl", meshtest.BinarySTL(meshtest.Box(20, 20, 10)))
	part := c.parts(cart)[0]
	key := c.keyOf(part)
	c.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.SaveSlice(ctx, shop.Slice{Key: key, Failed: true, Facts: shop.SliceFacts{Code: "too_detailed", Message: "Too detailed to slice here."}})
		return err
	})
	before := c.version(cart)
	if err := c.sliceCart(t.Context(), cart); err != nil {
		t.Fatal(err)
	}
	if p := c.parts(cart)[0]; p.State != shop.PartFailed || p.Message != "Too detailed to slice here." {
		t.Fatalf("the part is %s: %s", p.State, p.Message)
	}
	after := c.version(cart)
	if after <= before {
		t.Errorf("the version stayed at %d", after)
	}
	if err := c.sliceCart(t.Context(), cart); err != nil {
		t.Fatal(err)
	}
	if again := c.version(cart); again != after {
		t.Errorf("nothing changed, and the version went from %d to %d", after, again)
	}
}

// A failure of the shop's own is not kept for the next customer with the same part; one that is the part's is.
func TestOnlyVerdictsAreKept(t *testing.T) {
	c := newCartShop(t)
	first := c.cart()
	c.drop(first, "block.stl", meshtest.BinarySTL(meshtest.Box(20, 20, 10)))
	part := c.parts(first)[0]
	key := c.keyOf(part)
	for code, want := range map[string]shop.PartState{"internal": shop.PartQueued, "crashed": shop.PartQueued, "too_detailed": shop.PartFailed} {
		c.write(func(ctx context.Context, tx *db.Tx) error {
			if err := tx.ForgetFailedSlice(ctx, key); err != nil {
				return err
			}
			_, err := tx.SaveSlice(ctx, shop.Slice{Key: key, Failed: true, Facts: shop.SliceFacts{Code: code, Message: "It did not work."}})
			return err
		})
		cart := c.cart()
		c.drop(cart, "the same.stl", meshtest.BinarySTL(meshtest.Box(20, 20, 10)))
		if err := c.sliceCart(t.Context(), cart); err != nil {
			t.Fatal(err)
		}
		if p := c.parts(cart)[0]; p.State != want {
			t.Errorf("after %q the part is %s, want %s", code, p.State, want)
		}
	}
}

// keyOf is the key of the slice that a queued part waits for.
func (c *cartShop) keyOf(part shop.Part) (key string) {
	c.t.Helper()
	look, ok := lookOf(part)
	if part.State != shop.PartQueued || !ok {
		c.t.Fatalf("the part is %s", part.State)
	}
	c.read(func(ctx context.Context, tx *db.Tx) error {
		menu, err := menuOf(ctx, tx)
		if err != nil {
			return err
		}
		class, err := tx.MachineClass(ctx)
		if err != nil {
			return err
		}
		plan, err := c.planFor(part, look, class, menu)
		key = plan.Key
		return err
	})
	return key
}
