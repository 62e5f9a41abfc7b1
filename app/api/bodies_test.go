package api

import (
	"fmt"
	"testing"
	"time"

	"github.com/valyala/fasthttp"
)

func TestLargeBodiesAreBounded(t *testing.T) {
	now := time.Unix(0, 0)
	b := newBodies(func() time.Time { return now })
	header := func() *fasthttp.RequestHeader { return new(fasthttp.RequestHeader) }
	if b.take(header(), "unknown") {
		t.Error("an upload nobody saw got a large body")
	}
	b.saw("a")
	first := header()
	if !b.take(first, "a") || !b.take(header(), "a") || b.take(header(), "a") {
		t.Error("one upload may have two pieces on the way")
	}
	if !b.done(first) || b.done(first) {
		t.Error("a right is given back once")
	}
	granted := 1
	for i := range 100 {
		id := fmt.Sprint(i)
		b.saw(id)
		if b.take(header(), id) {
			granted++
		}
	}
	if granted != maxParts {
		t.Errorf("%d large bodies at once, want %d", granted, maxParts)
	}
	now = now.Add(partTimeout + 6*time.Second)
	if !b.take(header(), "99") {
		t.Error("rights of dead connections never expire")
	}
	now = now.Add(2 * knownUploadTime)
	if b.take(header(), "99") {
		t.Error("an upload is known for ever")
	}
	for i := range maxKnownUploads + 10 {
		b.saw(fmt.Sprint("u", i))
	}
	if len(b.known) > maxKnownUploads {
		t.Errorf("%d uploads remembered", len(b.known))
	}
}
