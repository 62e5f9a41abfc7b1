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
// exist: maxParts x partLimit bounds the memory that visitors can make the shop use. No visitor has them all, and the shop's
// own door always has some. Who finds them taken waits, with nothing read and nothing held.
const (
	maxParts        = 32
	maxPartsPublic  = 28 // at the public door
	maxPartsOwner   = 8  // of one address, or of one cart where addresses are not known
	maxPartsEach    = 2  // of one upload: the second is the retry after a lost connection
	partPatience    = 5 * time.Second
	knownUploadTime = time.Hour
	maxKnownUploads = 10_000
)

// bodies hands out the right to send a large body. fasthttp asks before it reads one.
type bodies struct {
	patience time.Duration

	mu    sync.Mutex
	known map[string]knownUpload
	held  map[*fasthttp.RequestHeader]heldPart
	freed chan struct{} // closed when a right is given back
	now   func() time.Time
}

// knownUpload is one that this process has seen.
type knownUpload struct {
	owner string // who sends it: an address or a cart
	until time.Time
}

type heldPart struct {
	upload, owner string
	door          Door
	until         time.Time
}

func newBodies(now func() time.Time) *bodies {
	return &bodies{
		patience: partPatience, known: map[string]knownUpload{}, held: map[*fasthttp.RequestHeader]heldPart{}, freed: make(chan struct{}), now: now,
	}
}

// saw remembers an upload that exists, so that its next piece may be large. A client that was away, or a shop that was
// restarted, asks for the offset first, and that counts.
func (b *bodies) saw(uploadID, owner string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	if len(b.known) >= maxKnownUploads {
		for id, k := range b.known { // the old ones, and enough others that this is rare
			if k.until.Before(now) || len(b.known) > maxKnownUploads*9/10 {
				delete(b.known, id)
			}
		}
	}
	b.known[uploadID] = knownUpload{owner: owner, until: now.Add(knownUploadTime)}
}

// take grants a large body to one request, or not. One that is refused because others send just now may wait until freed
// is closed. What is never given back (the connection died) expires.
func (b *bodies) take(door Door, h *fasthttp.RequestHeader, uploadID string) (granted bool, freed <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	k := b.known[uploadID]
	if k.until.Before(now) {
		return false, nil
	}
	same, theirs, public := 0, 0, 0
	for other, held := range b.held {
		if held.until.Before(now) {
			delete(b.held, other)
			continue
		}
		if held.upload == uploadID {
			same++
		}
		if held.owner == k.owner {
			theirs++
		}
		if held.door == Public {
			public++
		}
	}
	switch {
	case same >= maxPartsEach:
		return false, nil
	case len(b.held) >= maxParts, theirs >= maxPartsOwner, door == Public && public >= maxPartsPublic:
		return false, b.freed
	}
	b.held[h] = heldPart{upload: uploadID, owner: k.owner, door: door, until: now.Add(partTimeout + 5*time.Second)}
	return true, nil
}

// await is take with some patience: a customer who drops fifty files is not refused, their browser sends a little later.
func (b *bodies) await(door Door, h *fasthttp.RequestHeader, uploadID string) bool {
	over := time.NewTimer(b.patience)
	defer over.Stop()
	for {
		granted, freed := b.take(door, h, uploadID)
		if granted || freed == nil {
			return granted
		}
		select {
		case <-freed:
		case <-over.C:
			return false
		}
	}
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
func (b *bodies) received(door Door, h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	conf := fasthttp.RequestConfig{ReadTimeout: readTimeout, WriteTimeout: replyTimeout, MaxRequestBodySize: bodyLimit}
	path, _, _ := bytes.Cut(h.RequestURI(), []byte("?"))
	switch method, path := string(h.Method()), string(path); {
	case method == fasthttp.MethodPatch && strings.HasPrefix(path, uploadPath+"/"):
		if b.await(door, h, path[len(uploadPath)+1:]) {
			conf.MaxRequestBodySize, conf.ReadTimeout = partLimit, partTimeout
		}
	case method == fasthttp.MethodPost && path == webhookPath:
		conf.MaxRequestBodySize = webhookLimit
	case path == cartEventsPath || path == staffEventsPath:
		conf.WriteTimeout = 0 // the stream sets its own, beat by beat
	case strings.HasPrefix(path, filePath) || strings.HasSuffix(path, "/mesh"):
		conf.WriteTimeout = fileTimeout
	}
	return conf
}
