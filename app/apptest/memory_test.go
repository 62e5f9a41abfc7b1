package apptest

import (
	"math/rand/v2"
	"testing"
	"time"

	"buildplate/app"
	"buildplate/app/shop"
)

const (
	largeFile   = 200 << 20
	mostGrowth  = 64 << 20
	largePieces = app.UploadPart
)

// A file of 200 MB passes through the shop without being held in memory. It is noise under a model's name: the shop
// takes, hashes and stores all of it, and the inspection refuses it at its first look. (A mesh of that size is another
// matter: it has to be in memory to be looked at, by design.)
func TestLargeUploadKeepsMemoryFlat(t *testing.T) {
	p := Start(t, Options{})
	v := NewVisitor(t, p)
	v.Drop("small.stl", Block(20, 20, 5))
	v.Sliced()

	file := make([]byte, largeFile)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(file)
	before := p.PeakMemory(t)
	began := time.Now()
	if err := v.Upload(t.Context(), "large.stl", file, largePieces); err != nil {
		t.Fatal(err)
	}
	took := time.Since(began)
	cart, err := v.WaitSliced(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	grown := p.PeakMemory(t) - before
	t.Logf("%d MiB in %s (%.0f MB/s), inspected after %s; peak memory %d MiB before, %d MiB more after",
		largeFile>>20, took.Round(time.Millisecond), largeFile/1e6/took.Seconds(), time.Since(began).Round(time.Millisecond), before>>20, grown>>20)
	if grown >= mostGrowth {
		t.Errorf("the peak of memory rose by %d MiB, from %d", grown>>20, before>>20)
	}
	if got := cart.Parts[1]; got.Bytes != largeFile || got.State != shop.PartFailed || got.Sentence == "" {
		t.Errorf("200 MB of noise became %s with %d bytes: %q", got.State, got.Bytes, got.Sentence)
	}
	p.Stop(t)
	if b := Close(t, p.Data, Stopped); b.Bytes < largeFile {
		t.Errorf("%d bytes are kept", b.Bytes)
	}
}
