package apptest

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"
	"time"

	"buildplate/app/cart"
	"buildplate/app/shop"
	"buildplate/slicer/slicertest/meshtest"
)

// shards is a binary STL of so many triangles that share no corner: much to read, and it packs well.
func shards(triangles int) []byte {
	file := make([]byte, 84+50*triangles)
	binary.LittleEndian.PutUint32(file[80:], uint32(triangles))
	for i := range triangles {
		x, y := float32(i%1000)/8, float32(i/1000)/8
		for at, v := range []float32{x, y, 0, x + 0.1, y, 0, x, y + 0.1, float32(i%7) + 1} {
			binary.LittleEndian.PutUint32(file[84+50*i+12+4*at:], math.Float32bits(v))
		}
	}
	return file
}

// mostDelay is how many times as long as in a quiet shop a cube may take beside one visitor's costly files. One after
// another, these keep it waiting for hundreds of times as long.
const mostDelay = 20

// One visitor's archives, of few large models and of many small ones, do not keep another's cube waiting: it is
// inspected and sliced in its turn.
func TestCostlyFilesDelayNobodyElse(t *testing.T) {
	p := Start(t, Options{})
	var large, small []meshtest.File
	for i := range 5 {
		large = append(large, meshtest.File{Name: fmt.Sprint("large-", i, ".stl"), Data: shards(1_000_000 + i)})
	}
	for i := range 50 {
		small = append(small, meshtest.File{Name: fmt.Sprint("small-", i, ".stl"), Data: shards(50_000 + i)})
	}
	files := map[string][]byte{"first.zip": meshtest.ZIP(large...), "second.zip": meshtest.ZIP(small...)}
	files["third.zip"] = files["first.zip"]

	cube := func(side float64) time.Duration {
		v := NewVisitor(t, p)
		began := time.Now()
		v.Drop("cube.stl", Block(side, side, side))
		if c := v.Sliced(); c.Parts[0].State != cart.ShownState(shop.PartSliced) || c.Parts[0].FromCache {
			t.Fatalf("the cube: %+v", c.Parts[0])
		}
		return time.Since(began)
	}
	cube(20)
	quiet := cube(20.5)
	costly := NewVisitor(t, p)
	for name, file := range files {
		if err := costly.Upload(t.Context(), name, file, shop.MaxUploadPiece); err != nil {
			t.Fatal(err)
		}
	}
	beside := cube(21)
	busy := 0
	for _, part := range costly.Cart().Parts {
		if part.State == cart.ShownState(shop.PartInspecting) {
			busy++
		}
	}
	t.Logf("a cube takes %s in a quiet shop, %s beside the archives: %.1f times as long; %d of them were still being read",
		quiet.Round(time.Millisecond), beside.Round(time.Millisecond), beside.Seconds()/quiet.Seconds(), busy)
	if busy == 0 {
		t.Error("the archives were read before the cube was sliced: it was beside nothing")
	}
	if beside > mostDelay*quiet {
		t.Errorf("beside one visitor's archives a cube takes %.1f times as long", beside.Seconds()/quiet.Seconds())
	}
}

// Sixty carts of one visitor are one in the queue.
func TestManyCartsAreOneVisitor(t *testing.T) {
	t.Parallel() // it has a program of its own, and waits more than it computes
	p := Start(t, Options{Env: []string{"BUILDPLATE_TUNNEL=cloudflared", "BUILDPLATE_WORKERS=1"}})
	// Parts that are sliced as soon as their unit is answered: it takes a minute until one address may begin so many.
	const carts = 60
	many := make([]*Visitor, carts)
	for i := range many {
		many[i] = NewVisitor(t, p)
		many[i].From = "203.0.113.9"
		many[i].Drop("block.stl", Block(2, 1, 0.5+float64(i)/200))
	}
	for _, v := range many {
		found := v.Sliced()
		asked := found.Parts[0]
		if asked.State != cart.ShownState(shop.PartNeedsUnits) {
			t.Fatalf("the part is %s", asked.State)
		}
		if err := v.JSON(t.Context(), "PATCH", "/api/quick-order/parts/"+asked.ID, map[string]any{"version": found.Version, "unit": "inch"}, nil); err != nil {
			t.Fatal(err)
		}
	}
	other := NewVisitor(t, p)
	other.From = "203.0.113.10"
	other.Drop("block.stl", Block(20, 20, 20))
	var part cart.PartView
	Await(t, "a block to be inspected", func() bool {
		part = other.Cart().Parts[0]
		return part.State != cart.ShownState(shop.PartInspecting)
	})
	waits := 0
	for _, v := range many {
		if s := v.Cart().Parts[0].State; s == cart.ShownState(shop.PartQueued) || s == cart.ShownState(shop.PartInspecting) {
			waits++
		}
	}
	t.Logf("%d of %d carts wait; another visitor's part is at place %d, %s", waits, carts, part.QueuePosition, part.State)
	if waits < carts/6 {
		t.Errorf("only %d of %d carts wait: this says nothing", waits, carts)
	}
	if part.QueuePosition > 2 {
		t.Errorf("another visitor's part is at place %d", part.QueuePosition)
	}
}
