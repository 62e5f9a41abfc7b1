package apptest

import (
	"testing"
	"time"

	"buildplate/app/cart"
	"buildplate/app/shop"
	"buildplate/slicer/slicertest/meshtest"
)

const (
	largeFile   = 190 << 20
	mostGrowth  = 64 << 20
	largePieces = shop.MaxUploadPiece
)

// A ball of four million triangles passes through the shop without being held in memory: uploaded, inspected, sliced
// and shown. What needs all of it is done by children.
func TestLargeUploadKeepsMemoryFlat(t *testing.T) {
	p := Start(t, Options{})
	v := NewVisitor(t, p)
	v.Drop("small.stl", Block(20, 20, 5))
	v.Sliced()

	file := meshtest.BinarySTL(meshtest.Sphere(8, 1000))
	if len(file) < largeFile {
		t.Fatalf("%d bytes", len(file))
	}
	before := p.PeakMemory(t)
	began := time.Now()
	if err := v.Upload(t.Context(), "large.stl", file, largePieces); err != nil {
		t.Fatal(err)
	}
	took := time.Since(began)
	found, err := v.WaitSliced(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	got := found.Parts[1]
	if got.Bytes != int64(len(file)) || got.State != cart.ShownState(shop.PartSliced) {
		t.Fatalf("%d MiB became %s with %d bytes: %q", len(file)>>20, got.State, got.Bytes, got.Message)
	}
	shown, err := v.Send(t.Context(), "GET", "/api/quick-order/parts/"+got.ID+"/mesh", nil)
	if err != nil || shown.Status != 200 || len(shown.Body) != len(file) {
		t.Errorf("the viewer gets %d, %d bytes: %v", shown.Status, len(shown.Body), err)
	}
	grown := p.PeakMemory(t) - before
	t.Logf("%d MiB in %s (%.0f MB/s), sliced after %s; peak memory %d MiB before, %d MiB more after",
		len(file)>>20, took.Round(time.Millisecond), float64(len(file))/1e6/took.Seconds(), time.Since(began).Round(time.Millisecond), before>>20, grown>>20)
	if grown >= mostGrowth {
		t.Errorf("the peak of memory rose by %d MiB, from %d", grown>>20, before>>20)
	}
	p.Stop(t)
	if b := Audit(t, p.Data, Stopped); b.Bytes < int64(len(file)) {
		t.Errorf("%d bytes are kept", b.Bytes)
	}
}
