package api

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/valyala/fasthttp"
)

func header() *fasthttp.RequestHeader { return new(fasthttp.RequestHeader) }

// may takes the right to send, without waiting.
func (b *bodies) may(door Door, h *fasthttp.RequestHeader, uploadID string) bool {
	granted, _ := b.take(door, h, uploadID)
	return granted
}

func TestLargeBodiesAreBounded(t *testing.T) {
	now := time.Unix(0, 0)
	b := newBodies(func() time.Time { return now })
	if b.may(Shop, header(), "unknown") {
		t.Error("an upload nobody saw got a large body")
	}
	b.saw("a", "alone")
	first := header()
	if !b.may(Shop, first, "a") || !b.may(Shop, header(), "a") || b.may(Shop, header(), "a") {
		t.Error("one upload may have two pieces on the way")
	}
	if !b.done(first) || b.done(first) {
		t.Error("a right is given back once")
	}
	at := func(door Door, from string) (granted int) {
		for i := range 100 {
			id := fmt.Sprint(door, from, i)
			owner := from
			if owner == "" {
				owner = id
			}
			b.saw(id, owner)
			if b.may(door, header(), id) {
				granted++
			}
		}
		return granted
	}
	if n := at(Public, "203.0.113.9"); n != maxPartsOwner {
		t.Errorf("one visitor sends %d pieces at once, want %d", n, maxPartsOwner)
	}
	if n := at(Public, ""); n != maxPartsPublic-maxPartsOwner {
		t.Errorf("%d more at the public door, want %d", n, maxPartsPublic-maxPartsOwner)
	}
	if n := at(Shop, ""); n != maxParts-maxPartsPublic-1 {
		t.Errorf("%d left for the shop's own door, want %d", n, maxParts-maxPartsPublic-1)
	}
	now = now.Add(partTimeout + 6*time.Second)
	if !b.may(Public, header(), "a") {
		t.Error("rights of dead connections never expire")
	}
	now = now.Add(2 * knownUploadTime)
	if b.may(Public, header(), "a") {
		t.Error("an upload is known for ever")
	}
	for i := range maxKnownUploads + 10 {
		b.saw(fmt.Sprint("u", i), "somebody")
	}
	if len(b.known) > maxKnownUploads {
		t.Errorf("%d uploads remembered", len(b.known))
	}
}

// A piece for which there is no room now waits for one that is done, and not for ever.
func TestAPieceWaitsItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBodies(time.Now)
		var held []*fasthttp.RequestHeader
		for i := range maxPartsOwner {
			id := fmt.Sprint(i)
			b.saw(id, "one")
			held = append(held, header())
			if !b.await(Public, held[i], id) {
				t.Fatalf("piece %d was refused", i)
			}
		}
		b.saw("late", "one")
		began := time.Now()
		go func() {
			time.Sleep(partPatience / 2)
			b.done(held[0])
		}()
		if !b.await(Public, header(), "late") || time.Since(began) != partPatience/2 {
			t.Errorf("it did not wait for the one that was done, but %s", time.Since(began))
		}
		began = time.Now()
		b.saw("later", "one")
		if b.await(Public, header(), "later") || time.Since(began) != partPatience {
			t.Errorf("it was not refused after its patience, but after %s", time.Since(began))
		}
		began = time.Now()
		if b.await(Public, header(), "unknown") || time.Since(began) != 0 {
			t.Error("what nobody saw waited")
		}
	})
}
