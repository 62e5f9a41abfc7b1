package api

import (
	"bytes"
	"encoding/hex"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
)

// Sizes of request bodies, and the times in which a request must arrive and a reply be taken.
const (
	bodyLimit    = 64 << 10  // of any request that has no reason for more
	webhookLimit = 256 << 10 // Stripe's events
	readBuffer   = 16 << 10  // what is read of a connection at once: the longest header
	partLimit    = 4 << 20   // one piece of an upload: small enough for any tunnel

	readTimeout  = 15 * time.Second
	partTimeout  = 60 * time.Second
	idleTimeout  = 30 * time.Second
	replyTimeout = 60 * time.Second
	fileTimeout  = 30 * time.Minute
)

// Pieces of uploads are held in memory while they arrive, so only so many may at a time, and only for uploads that
// exist: that times partLimit bounds the memory that the visitors of a door can make the shop use. Each door has its own
// places, so that the tunnel's visitors take none from the counter, and no visitor has them all. Who finds them taken waits,
// with nothing read and nothing held; only so many wait, since each of them holds a connection.
const (
	maxPartsPublic  = 20
	maxPartsShop    = 16
	maxPartsOwner   = 8   // of one address, or of one cart where addresses are not known
	maxPartsNetwork = 10  // of the largest network that counts as one
	maxPartsEach    = 2   // of one upload: the second is the retry after a lost connection
	maxPartsWaiting = 128 // of a door
	partPatience    = 5 * time.Second
	knownUploadTime = time.Hour
	maxKnownUploads = 10_000
)

// An event of Stripe's is a few kilobytes; one that is larger than bodyLimit is held in memory as a whole while it arrives, as
// a piece of an upload is, and anybody can begin one. So these have places, too, for whatever says how long it is and could be
// signed; whether it is, only its whole body tells. Where no tunnel names addresses one visitor may have all places, but none for
// long: an event comes within seconds, and one for which there is no place now waits for the next. Who finds none is told to come
// again, as Stripe does; the events that a shop's orders cause never need one.
const (
	maxMessages        = 16 // at once, at a door
	maxMessagesOwner   = 4  // of one address
	maxMessagesNetwork = 8
	messageTimeout     = 3 * time.Second // Stripe sends one from a data centre, in a tenth of that to a slow line
	signedWithin       = 5 * time.Minute // before or after now: Stripe's own library asks as much of the past
)

// knownUploads are the uploads that exist, as far as this process has seen them, through whichever door.
type knownUploads struct {
	mu  sync.Mutex
	ids map[string]knownUpload
	now func() time.Time
}

type knownUpload struct {
	owner string // who sends it: an address or a cart
	until time.Time
}

func newKnownUploads(now func() time.Time) *knownUploads {
	return &knownUploads{ids: map[string]knownUpload{}, now: now}
}

// saw remembers an upload that exists, so that its next piece may be large. A client that was away, or a shop that was
// restarted, asks for the offset first, and that counts.
func (k *knownUploads) saw(uploadID, owner string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	if len(k.ids) >= maxKnownUploads {
		for id, known := range k.ids { // the old ones, and enough others that this is rare
			if known.until.Before(now) || len(k.ids) > maxKnownUploads*9/10 {
				delete(k.ids, id)
			}
		}
	}
	k.ids[uploadID] = knownUpload{owner: owner, until: now.Add(knownUploadTime)}
}

// ownerOf is who sends an upload, and whether it is known. What a request says of itself does not count here.
func (k *knownUploads) ownerOf(uploadID string) (owner string, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	known := k.ids[uploadID]
	return known.owner, !known.until.Before(k.now())
}

// places is how many large bodies may arrive at once: in all, of one owner, of one network, of one upload.
type places struct{ all, owner, network, each int }

// bodies hands out the right to send a large body. fasthttp asks before it reads one.
type bodies struct {
	places
	patience time.Duration
	lasts    time.Duration // how long a body may take

	mu      sync.Mutex
	waiting int
	held    map[*fasthttp.RequestHeader]heldPart
	freed   chan struct{} // closed when a right is given back
	now     func() time.Time
}

type heldPart struct {
	upload, owner string
	until         time.Time
}

func newBodies(of places, lasts time.Duration, now func() time.Time) *bodies {
	return &bodies{places: of, patience: partPatience, lasts: lasts, held: map[*fasthttp.RequestHeader]heldPart{}, freed: make(chan struct{}), now: now}
}

// newParts are the places for pieces of uploads, newMessages those for large events of Stripe's.
func newParts(kind Door, now func() time.Time) *bodies {
	of := places{all: maxPartsShop, owner: maxPartsOwner, network: maxPartsNetwork, each: maxPartsEach}
	if kind == Public {
		of.all = maxPartsPublic
	}
	return newBodies(of, partTimeout+5*time.Second, now)
}

func newMessages(now func() time.Time) *bodies {
	return newBodies(places{all: maxMessages, owner: maxMessagesOwner, network: maxMessagesNetwork, each: maxMessages + 1}, messageTimeout+time.Second, now)
}

// take grants a large body to one request of an upload, or not; owner is "" where nothing is known of who sends it. One that is
// refused because others send just now may wait until freed is closed. What is never given back (the connection died) expires.
func (b *bodies) take(h *fasthttp.RequestHeader, uploadID, owner string) (granted bool, freed <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	same, theirs, network := 0, 0, 0
	widest := widestOf(owner)
	for other, held := range b.held {
		if held.until.Before(now) {
			delete(b.held, other)
			continue
		}
		if held.upload == uploadID {
			same++
		}
		if owner != "" && held.owner == owner {
			theirs++
		}
		if owner != "" && widestOf(held.owner) == widest {
			network++
		}
	}
	switch {
	case same >= b.each:
		return false, nil
	case len(b.held) >= b.all, theirs >= b.owner, network >= b.network:
		return false, b.freed
	}
	b.held[h] = heldPart{upload: uploadID, owner: owner, until: now.Add(b.lasts)}
	return true, nil
}

// await is take with some patience: a customer who drops fifty files is not refused, their browser sends a little later. It also
// wakes when a right expires, which nobody says.
func (b *bodies) await(h *fasthttp.RequestHeader, uploadID, owner string) bool {
	granted, freed := b.take(h, uploadID, owner)
	if granted || freed == nil || !b.queue() {
		return granted
	}
	defer b.unqueue()
	over := time.NewTimer(b.patience)
	defer over.Stop()
	for {
		expired := time.NewTimer(b.untilExpiry())
		select {
		case <-freed:
		case <-expired.C:
		case <-over.C:
			expired.Stop()
			return false
		}
		expired.Stop()
		if granted, freed = b.take(h, uploadID, owner); granted || freed == nil {
			return granted
		}
	}
}

// untilExpiry is how long it takes until the first of the rights that are held is over.
func (b *bodies) untilExpiry() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	now, first := b.now(), b.lasts
	for _, held := range b.held {
		first = min(first, held.until.Sub(now))
	}
	return max(first, 0) + time.Millisecond // it is over after its time
}

// queue says whether one more may wait; whoever did calls unqueue.
func (b *bodies) queue() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waiting >= maxPartsWaiting {
		return false
	}
	b.waiting++
	return true
}

func (b *bodies) unqueue() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waiting--
}

// done gives the right back, and says whether the request had it.
func (b *bodies) done(h *fasthttp.RequestHeader) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, ok := b.held[h]
	if ok {
		delete(b.held, h)
		close(b.freed)
		b.freed = make(chan struct{})
	}
	return ok
}

// received sets a request's limits as soon as its header is in. What it does not recognise gets the small ones.
func (d *door) received(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	conf := fasthttp.RequestConfig{ReadTimeout: readTimeout, WriteTimeout: replyTimeout, MaxRequestBodySize: bodyLimit}
	path, _, _ := bytes.Cut(h.RequestURI(), []byte("?"))
	switch method, path := string(h.Method()), string(path); {
	case method == fasthttp.MethodPatch && strings.HasPrefix(path, uploadPath+"/"):
		uploadID := path[len(uploadPath)+1:]
		if owner, ok := d.server.known.ownerOf(uploadID); ok && d.parts.await(h, uploadID, owner) {
			conf.MaxRequestBodySize, conf.ReadTimeout = partLimit, partTimeout
		}
	case method == fasthttp.MethodPost && path == webhookPath && h.ContentLength() > bodyLimit && h.ContentLength() <= webhookLimit && d.maybeSigned(h):
		sender := "" // what the tunnel says is good enough here: whoever makes it up takes a place, and no more than that
		if addr, ok := addressOf(d.tunnelAddress(h)); ok {
			sender = addr.String()
		}
		if d.messages.await(h, "", sender) {
			conf.MaxRequestBodySize, conf.ReadTimeout = webhookLimit, messageTimeout
		}
	case path == cartEventsPath || path == staffEventsPath:
		conf.WriteTimeout = 0 // the stream sets its own, beat by beat
	case strings.HasPrefix(path, filePath) || strings.HasSuffix(path, "/mesh") || strings.HasSuffix(path, "/layers"):
		conf.WriteTimeout = fileTimeout
	}
	return conf
}

// maybeSigned says whether an event has a signature of the right form, of just now by either clock.
func (d *door) maybeSigned(h *fasthttp.RequestHeader) bool {
	recent, signed := false, false
	for _, field := range strings.Split(string(h.Peek("Stripe-Signature")), ",") {
		switch name, value, _ := strings.Cut(field, "="); name {
		case "t":
			at, err := strconv.ParseInt(value, 10, 64)
			recent = err == nil && d.messages.now().Sub(time.Unix(at, 0)).Abs() <= signedWithin
		case "v1":
			sum, err := hex.DecodeString(value)
			signed = signed || err == nil && len(sum) == 32
		}
	}
	return recent && signed
}
