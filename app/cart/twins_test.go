package cart_test

import (
	"context"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/shop"
	"buildplate/slicer"
	"buildplate/slicer/slicertest"
	"buildplate/slicer/slicertest/meshtest"
)

// busy is an engine that begins nothing until it is freed.
type busy struct {
	slicertest.Stub
	freed chan struct{}
}

func (b busy) Slice(ctx context.Context, j slicer.Job) (slicer.Report, error) {
	select {
	case <-b.freed:
		return b.Stub.Slice(ctx, j)
	case <-ctx.Done():
		return slicer.Report{}, context.Cause(ctx)
	}
}

// The same model is sliced once for all who wait for it, from the mesh of whoever came first. When that part is taken out
// before its turn, the others' is sliced.
func TestATwinOfAPartTakenOutIsSliced(t *testing.T) {
	for name, between := range map[string]bool{"of one cart": false, "of strangers": true} {
		t.Run(name, func(t *testing.T) {
			engine := busy{freed: make(chan struct{})}
			c := apptest.NewScenario(t, apptest.Setup{Engine: engine, Quiet: true, NoDoors: true})
			put := func(cart string, height float64) {
				t.Helper()
				c.Drop(cart, "block.stl", meshtest.BinarySTL(meshtest.Box(20, 20, height)))
				if err := c.Carts.Slice(t.Context(), cart); err != nil {
					t.Fatal(err)
				}
			}
			put(c.NewCart(), 5) // keeps the queue busy
			first := c.NewCart()
			other := first
			if between {
				other = c.NewCart()
			}
			put(first, 10)
			gone := c.Parts(first)[0]
			put(other, 10)
			if _, err := c.Carts.DeletePart(t.Context(), shop.Visitor(first), 0, gone.ID); err != nil {
				t.Fatal(err)
			}
			if twin := c.Parts(other)[0]; twin.SliceKey != gone.SliceKey || twin.State != shop.PartQueued {
				t.Fatalf("the twin is %s and waits for %.8s, not %.8s", twin.State, twin.SliceKey, gone.SliceKey)
			}
			close(engine.freed)
			var twin shop.Part
			apptest.Await(t, "the twin to be worked on no more", func() bool {
				twin = c.Parts(other)[0]
				return twin.State != shop.PartQueued
			})
			if twin.State != shop.PartSliced {
				t.Errorf("the twin is %s: %s", twin.State, twin.Message)
			}
		})
	}
}

// Parts of one name are told apart wherever they go: the second is numbered, those of an archive, too.
func TestPartsOfOneNameAreNumbered(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	cart := c.NewCart()
	c.Drop(cart, "block.stl", meshtest.BinarySTL(meshtest.Box(20, 20, 5)))
	c.Drop(cart, "block.stl", meshtest.BinarySTL(meshtest.Box(20, 20, 6)))
	c.Drop(cart, "more.zip", meshtest.ZIP(meshtest.File{Name: "a/block.stl", Data: meshtest.BinarySTL(meshtest.Box(20, 20, 7))}, meshtest.File{Name: "b/block.stl", Data: meshtest.BinarySTL(meshtest.Box(20, 20, 8))}))
	seen := map[string]bool{}
	for _, p := range c.Parts(cart) {
		seen[p.Name] = true
	}
	for _, name := range []string{"block.stl", "block (2).stl", "block (3).stl", "block (4).stl"} {
		if !seen[name] || len(seen) != 4 {
			t.Fatalf("the parts are called %v", seen)
		}
	}
}
