package api

import (
	"fmt"
	"math"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/valyala/fasthttp"
)

func header() *fasthttp.RequestHeader { return new(fasthttp.RequestHeader) }

// sending is a door's places for pieces, and the uploads that it knows.
type sending struct {
	*bodies
	known *knownUploads
}

// may takes the right to send, without waiting.
func (s sending) may(h *fasthttp.RequestHeader, uploadID string) bool {
	owner, ok := s.known.ownerOf(uploadID)
	if !ok {
		return false
	}
	granted, _ := s.take(h, uploadID, owner)
	return granted
}

// await takes it with some patience.
func (s sending) await(h *fasthttp.RequestHeader, uploadID string) bool {
	owner, ok := s.known.ownerOf(uploadID)
	return ok && s.bodies.await(h, uploadID, owner)
}

func TestLargeBodiesAreBounded(t *testing.T) {
	now := time.Unix(0, 0)
	clock := func() time.Time { return now }
	known := newKnownUploads(clock)
	public, counter := sending{newParts(Public, clock), known}, sending{newParts(Shop, clock), known}
	if public.may(header(), "unknown") {
		t.Error("an upload nobody saw got a large body")
	}
	known.saw("a", "alone")
	first := header()
	if !public.may(first, "a") || !public.may(header(), "a") || public.may(header(), "a") {
		t.Error("one upload may have two pieces on the way")
	}
	if !public.done(first) || public.done(first) {
		t.Error("a right is given back once")
	}
	at := func(b sending, from string) (granted int) {
		for i := range 100 {
			id := fmt.Sprint(from, i)
			owner := from
			if owner == "" {
				owner = id
			}
			known.saw(id, owner)
			if b.may(header(), id) {
				granted++
			}
		}
		return granted
	}
	if n := at(public, "203.0.113.9"); n != maxPartsOwner { // the tricklers of one address leave room for others
		t.Errorf("one visitor sends %d pieces at once, want %d", n, maxPartsOwner)
	}
	if n := at(public, ""); n != maxPartsPublic-maxPartsOwner-1 {
		t.Errorf("%d more at the public door, want %d", n, maxPartsPublic-maxPartsOwner-1)
	}
	now = now.Add(partTimeout + 6*time.Second)
	granted := 0
	for i := range 100 {
		id := fmt.Sprint("home", i)
		known.saw(id, fmt.Sprintf("2001:db8:0:%x::", i))
		if public.may(header(), id) {
			granted++
		}
	}
	if granted != maxPartsNetwork {
		t.Errorf("the /64s of one network send %d pieces at once, want %d", granted, maxPartsNetwork)
	}
	if n := at(counter, "192.0.2.1"); n != maxPartsOwner {
		t.Errorf("one sender at the shop's own door has %d, want %d", n, maxPartsOwner)
	}
	if n := at(counter, ""); n != maxPartsShop-maxPartsOwner {
		t.Errorf("%d more for the shop's own door, want %d", n, maxPartsShop-maxPartsOwner)
	}
	now = now.Add(partTimeout + 6*time.Second)
	if !public.may(header(), "a") {
		t.Error("rights of dead connections never expire")
	}
	now = now.Add(2 * knownUploadTime)
	if public.may(header(), "a") {
		t.Error("an upload is known for ever")
	}
	for i := range maxKnownUploads + 10 {
		known.saw(fmt.Sprint("u", i), "somebody")
	}
	if len(known.ids) > maxKnownUploads {
		t.Errorf("%d uploads remembered", len(known.ids))
	}
}

// signedAt is a signature that could be Stripe's.
func signedAt(at time.Time) string {
	return fmt.Sprintf("t=%d,v1=%064x,v0=%064x", at.Unix(), 1, 2)
}

// Where no tunnel names addresses, one visitor may begin as many large events as there are places, and send nothing more or go: each
// place is free again after seconds, and an event that waits for it has it.
func TestALargeEventHoldsNoPlaceForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newMessages(time.Now)
		for range maxMessages {
			if granted, _ := b.take(header(), "", ""); !granted {
				t.Fatal("no place")
			}
		}
		began := time.Now()
		if !b.await(header(), "", "") || time.Since(began) > messageTimeout+2*time.Second {
			t.Errorf("no place after %s", time.Since(began))
		}
	})
}

// What cannot be signed by Stripe, or does not say how long it is, has no place for as much as a byte.
func TestOnlyWhatCouldBeSignedHasAPlace(t *testing.T) {
	d := New(Deps{}).public
	now := time.Now()
	for name, c := range map[string]struct {
		length    int
		signature string
		most      int
	}{
		"a large event": {bodyLimit + 1, signedAt(now), webhookLimit}, "one of a while ago": {bodyLimit + 1, signedAt(now.Add(-4 * time.Minute)), webhookLimit},
		"one of a clock that is ahead": {bodyLimit + 1, signedAt(now.Add(4 * time.Minute)), webhookLimit}, "one of next year": {bodyLimit + 1, signedAt(now.AddDate(1, 0, 0)), bodyLimit},
		"one of no time that there is": {bodyLimit + 1, signedAt(time.Unix(math.MaxInt64, 0)), bodyLimit},
		"one that is too old":          {bodyLimit + 1, signedAt(now.Add(-6 * time.Minute)), bodyLimit}, "no signature": {bodyLimit + 1, "", bodyLimit},
		"no time": {bodyLimit + 1, fmt.Sprintf("v1=%064x", 1), bodyLimit}, "no sum": {bodyLimit + 1, fmt.Sprintf("t=%d,v1=00", now.Unix()), bodyLimit},
		"of no length": {-1, signedAt(now), bodyLimit}, "too large": {webhookLimit + 1, signedAt(now), bodyLimit}, "an ordinary one": {bodyLimit, "", bodyLimit},
	} {
		h := header()
		h.SetMethod(fasthttp.MethodPost)
		h.SetRequestURI(webhookPath)
		h.SetContentLength(c.length)
		h.Set("Stripe-Signature", c.signature)
		conf := d.received(h)
		if conf.MaxRequestBodySize != c.most || d.messages.done(h) != (c.most == webhookLimit) {
			t.Errorf("%s may have %d bytes", name, conf.MaxRequestBodySize)
		}
		if c.most == webhookLimit && conf.ReadTimeout != messageTimeout {
			t.Errorf("%s may take %s", name, conf.ReadTimeout)
		}
	}
}

// Large events of Stripe's are held in memory while they arrive: so many at once, few of them from one address, and each place
// is given back. Ordinary events need none.
func TestLargeEventsAreBounded(t *testing.T) {
	d := New(Deps{Tunnel: TunnelCloudflared}).public
	d.messages.patience = 0
	begin := func(length int, from string) (h *fasthttp.RequestHeader, most int) {
		h = header()
		h.SetMethod(fasthttp.MethodPost)
		h.SetRequestURI(webhookPath)
		h.SetContentLength(length)
		h.Set("Stripe-Signature", signedAt(time.Now()))
		if from != "" {
			h.Set("Cf-Connecting-Ip", from)
		}
		return h, d.received(h).MaxRequestBodySize
	}
	large := func(from func(i int) string) (held []*fasthttp.RequestHeader) {
		for i := range 100 {
			if h, most := begin(bodyLimit+1, from(i)); most == webhookLimit {
				held = append(held, h)
			}
		}
		return held
	}
	one := large(func(int) string { return "203.0.113.9" })
	if len(one) != maxMessagesOwner {
		t.Errorf("one address sends %d at once, want %d", len(one), maxMessagesOwner)
	}
	if home := large(func(i int) string { return fmt.Sprintf("2001:db8:0:%x::1", i) }); len(home) != maxMessagesNetwork {
		t.Errorf("the /64s of one network send %d at once, want %d", len(home), maxMessagesNetwork)
	}
	if rest := large(func(int) string { return "" }); len(rest) != maxMessages-maxMessagesOwner-maxMessagesNetwork {
		t.Errorf("%d more are sent, want %d", len(rest), maxMessages-maxMessagesOwner-maxMessagesNetwork)
	}
	if _, most := begin(bodyLimit, "203.0.113.9"); most != bodyLimit {
		t.Errorf("an ordinary event may have %d bytes", most)
	}
	if !d.messages.done(one[0]) || len(large(func(int) string { return "203.0.113.9" })) != 1 {
		t.Error("the place of one that arrived is not given back")
	}
}

// A piece for which there is no room now waits for one that is done, and not for ever.
func TestAPieceWaitsItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		known := newKnownUploads(time.Now)
		b := sending{newParts(Public, time.Now), known}
		var held []*fasthttp.RequestHeader
		for i := range maxPartsOwner {
			id := fmt.Sprint(i)
			known.saw(id, "one")
			held = append(held, header())
			if !b.await(held[i], id) {
				t.Fatalf("piece %d was refused", i)
			}
		}
		known.saw("late", "one")
		began := time.Now()
		go func() {
			time.Sleep(partPatience / 2)
			b.done(held[0])
		}()
		if !b.await(header(), "late") || time.Since(began) != partPatience/2 {
			t.Errorf("it did not wait for the one that was done, but %s", time.Since(began))
		}
		began = time.Now()
		known.saw("later", "one")
		if b.await(header(), "later") || time.Since(began) != partPatience {
			t.Errorf("it was not refused after its patience, but after %s", time.Since(began))
		}
		began = time.Now()
		if b.await(header(), "unknown") || time.Since(began) != 0 {
			t.Error("what nobody saw waited")
		}
	})
}

// Waiting holds a connection: when very many wait, the next one is told at once to come again.
func TestOnlySoManyPiecesWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		known := newKnownUploads(time.Now)
		b := sending{newParts(Public, time.Now), known}
		began := time.Now()
		for i := range maxPartsOwner + maxPartsWaiting {
			id := fmt.Sprint(i)
			known.saw(id, "one")
			go b.await(header(), id)
			synctest.Wait()
		}
		known.saw("more", "one")
		if b.await(header(), "more") || time.Since(began) != 0 {
			t.Errorf("one more waited for %s", time.Since(began))
		}
		known.saw("other", "another")
		if !b.await(header(), "other") || time.Since(began) != 0 {
			t.Error("another visitor had to wait, with room left")
		}
		time.Sleep(partPatience)
		synctest.Wait()
		if b.waiting != 0 {
			t.Errorf("%d wait for ever", b.waiting)
		}
	})
}

// What a piece waits for its turn is not held against it: only a client that lets the shop wait is cut.
func TestWaitingIsNotSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		defer client.Close()
		conn := &gatedConn{Conn: server, gate: newGate(), still: time.Now()}
		defer conn.Close()
		buf := make([]byte, 1<<10)
		come := func(text string) error {
			go func() { _, _ = client.Write([]byte(text)) }()
			_, err := conn.Read(buf)
			return err
		}
		if err := come("PATCH / HTTP/1.1"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * slowGrace) // nothing is read meanwhile
		_ = conn.SetReadDeadline(time.Now().Add(partTimeout))
		if err := come("a piece"); err != nil {
			t.Errorf("it was cut: %v", err)
		}
		began := time.Now()
		if _, err := conn.Read(buf); err == nil || time.Since(began) < slowGrace || time.Since(began) > slowGrace+time.Second {
			t.Errorf("one that sends nothing more is cut after %s: %v", time.Since(began), err)
		}
	})
}

// A request that trickles in is cut soon after its grace; one that keeps up is not, however long it takes.
func TestTricklesAreCut(t *testing.T) {
	for name, c := range map[string]struct {
		bytes int // every second
		cut   bool
	}{"a byte": {1, true}, "half of what it must": {slowestRate / 2, true}, "what it must": {slowestRate, false}} {
		synctest.Test(t, func(t *testing.T) {
			var writing sync.WaitGroup
			defer writing.Wait()
			client, server := net.Pipe()
			defer client.Close()
			conn := &gatedConn{Conn: server, gate: newGate(), still: time.Now()}
			defer conn.Close()
			writing.Go(func() {
				for piece := make([]byte, c.bytes); ; time.Sleep(time.Second) {
					if _, err := client.Write(piece); err != nil {
						return
					}
				}
			})
			began, buf := time.Now(), make([]byte, 4*slowestRate)
			var err error
			for err == nil && time.Since(began) < time.Hour {
				_, err = conn.Read(buf)
			}
			if (err != nil) != c.cut || (c.cut && time.Since(began) > 3*slowGrace) {
				t.Errorf("%s a second: %v after %s", name, err, time.Since(began))
			}
		})
	}
}
