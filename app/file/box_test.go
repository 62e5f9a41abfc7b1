package file

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"testing"

	"buildplate/app/shop"
	"buildplate/slicer"
	"buildplate/slicer/slicertest/meshtest"
)

// counting counts the bytes that are read of a file.
type counting struct {
	io.ReaderAt
	read atomic.Int64
}

func (c *counting) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.ReaderAt.ReadAt(p, off)
	c.read.Add(int64(n))
	return n, err
}

// The box round a mesh is found once, however many ask for a few bytes of it at once; what else is remembered is bounded.
func TestABoxIsFoundOnce(t *testing.T) {
	data := meshtest.BinarySTL(meshtest.Sphere(20, 60))
	from := &counting{ReaderAt: bytes.NewReader(data)}
	m, err := slicer.OpenMesh(from, int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	want, err := m.Box(shop.Inch.Scale(), slicer.NoRotation)
	if err != nil {
		t.Fatal(err)
	}
	from.read.Store(0)
	var b boxes
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if got, err := b.of(t.Context(), viewKey{blobID: "a", unit: shop.Inch}, m); err != nil || got != want {
				t.Errorf("%v, %v, want %v", got, err, want)
			}
		})
	}
	all.Wait()
	if n := from.read.Load(); n > int64(len(data)) {
		t.Errorf("%d bytes of %d were read", n, len(data))
	}
	if got, err := b.of(t.Context(), viewKey{blobID: "a", unit: shop.Millimetre}, m); err != nil || got == want {
		t.Errorf("in another unit: %v, %v", got, err)
	}
	if got, err := b.of(t.Context(), viewKey{blobID: "a", unit: shop.Inch, pose: shop.Pose{W: 0.8, X: 0.6}}, m); err != nil || got == want {
		t.Errorf("turned: %v, %v", got, err)
	}
	for i := range maxBoxes + 10 {
		b.put(viewKey{blobID: fmt.Sprint(i), unit: shop.Millimetre}, want)
	}
	if len(b.known) > maxBoxes {
		t.Errorf("%d boxes remembered", len(b.known))
	}
}
