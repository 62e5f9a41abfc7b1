package api

import (
	"fmt"
	"testing"
	"time"

	"github.com/valyala/fasthttp"
)

func TestLargeBodiesAreBounded(t *testing.T) {
	now := time.Unix(0, 0)
	clock := func() time.Time { return now }
	b := newBodies(newKnownUploads(clock), clock)
	header := func() *fasthttp.RequestHeader { return new(fasthttp.RequestHeader) }
	if b.take(header(), "unknown", "ann") {
		t.Error("an upload nobody saw got a large body")
	}
	b.known.saw("a")
	first := header()
	if !b.take(first, "a", "ann") || !b.take(header(), "a", "ann") || b.take(header(), "a", "ann") {
		t.Error("one upload may have two pieces on the way")
	}
	if !b.done(first) || b.done(first) {
		t.Error("a right is given back once")
	}
	for i := range 2 * maxPartsVisitor { // the tricklers of one address leave room for others
		id := fmt.Sprint("trickle ", i)
		b.known.saw(id)
		if got := b.take(header(), id, "eve"); got != (i < maxPartsVisitor) {
			t.Errorf("piece %d of one visitor: %v", i, got)
		}
	}
	granted := 1 + maxPartsVisitor
	for i := range 100 {
		id := fmt.Sprint(i)
		b.known.saw(id)
		if b.take(header(), id, fmt.Sprint("visitor ", i%5)) {
			granted++
		}
	}
	if granted != maxParts {
		t.Errorf("%d large bodies at once, want %d", granted, maxParts)
	}
	now = now.Add(partTimeout + 6*time.Second)
	if !b.take(header(), "99", "bob") {
		t.Error("rights of dead connections never expire")
	}
	now = now.Add(2 * knownUploadTime)
	if b.take(header(), "99", "bob") {
		t.Error("an upload is known for ever")
	}
	for i := range maxKnownUploads + 10 {
		b.known.saw(fmt.Sprint("u", i))
	}
	if len(b.known.ids) > maxKnownUploads {
		t.Errorf("%d uploads remembered", len(b.known.ids))
	}
}
