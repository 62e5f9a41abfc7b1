package api

import (
	"bytes"
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
	maxPartsPublic  = 28
	maxPartsShop    = 16
	maxPartsOwner   = 8   // of one address, or of one cart where addresses are not known
	maxPartsNetwork = 14  // of the largest network that counts as one
	maxPartsEach    = 2   // of one upload: the second is the retry after a lost connection
	maxPartsWaiting = 128 // of a door
	partPatience    = 5 * time.Second
	knownUploadTime = time.Hour
	maxKnownUploads = 10_000
)

// An event of Stripe's is a few kilobytes; one that is larger than bodyLimit is held in memory as a whole while it arrives, as
// a piece of an upload is, and anybody can begin one. So these have places, too. Who finds them taken is told to come again,
// as Stripe does; the events that a shop's orders cause never need one.
const (
	maxMessages        = 16 // at once, at a door
	maxMessagesOwner   = 4  // of one address
	maxMessagesNetwork = 8
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

func newBodies(of places, now func() time.Time) *bodies {
	return &bodies{places: of, patience: partPatience, held: map[*fasthttp.RequestHeader]heldPart{}, freed: make(chan struct{}), now: now}
}

// newParts are the places for pieces of uploads, newMessages those for large events of Stripe's.
func newParts(kind Door, now func() time.Time) *bodies {
	of := places{all: maxPartsShop, owner: maxPartsOwner, network: maxPartsNetwork, each: maxPartsEach}
	if kind == Public {
		of.all = maxPartsPublic
	}
	return newBodies(of, now)
}

func newMessages(now func() time.Time) *bodies {
	return newBodies(places{all: maxMessages, owner: maxMessagesOwner, network: maxMessagesNetwork, each: maxMessages}, now)
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
	b.held[h] = heldPart{upload: uploadID, owner: owner, until: now.Add(partTimeout + 5*time.Second)}
	return true, nil
}

// await is take with some patience: a customer who drops fifty files is not refused, their browser sends a little later.
func (b *bodies) await(h *fasthttp.RequestHeader, uploadID, owner string) bool {
	granted, freed := b.take(h, uploadID, owner)
	if granted || freed == nil || !b.queue() {
		return granted
	}
	defer b.unqueue()
	over := time.NewTimer(b.patience)
	defer over.Stop()
	for {
		select {
		case <-freed:
		case <-over.C:
			return false
		}
		if granted, freed = b.take(h, uploadID, owner); granted || freed == nil {
			return granted
		}
	}
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
	case method == fasthttp.MethodPost && path == webhookPath && (h.ContentLength() > bodyLimit || h.ContentLength() < 0):
		sender := "" // what the tunnel says is good enough here: whoever makes it up takes a place, and no more than that
		if addr, ok := addressOf(d.tunnelAddress(h)); ok {
			sender = addr.String()
		}
		if granted, _ := d.messages.take(h, "", sender); granted {
			conf.MaxRequestBodySize = webhookLimit
		}
	case path == cartEventsPath || path == staffEventsPath:
		conf.WriteTimeout = 0 // the stream sets its own, beat by beat
	case strings.HasPrefix(path, filePath) || strings.HasSuffix(path, "/mesh"):
		conf.WriteTimeout = fileTimeout
	}
	return conf
}
