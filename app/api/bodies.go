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
	partLimit    = 4 << 20   // one piece of an upload: small enough for any tunnel

	readTimeout  = 15 * time.Second
	partTimeout  = 60 * time.Second
	idleTimeout  = 30 * time.Second
	replyTimeout = 60 * time.Second
	fileTimeout  = 30 * time.Minute
)

// Pieces of uploads are held in memory while they arrive, so only so many may at a time, and only for uploads that
// exist: maxParts x partLimit bounds the memory that the visitors of a door can make the shop use. Each door has its own
// places, so that the tunnel's visitors take none from the counter.
const (
	maxParts        = 32
	maxPartsEach    = 2 // of an upload: the second is the retry after a lost connection
	maxPartsVisitor = 8 // of an address, or where none is known of a cart
	knownUploadTime = time.Hour
	maxKnownUploads = 10_000
)

// knownUploads are the uploads that exist, as far as this process has seen them.
type knownUploads struct {
	mu  sync.Mutex
	ids map[string]time.Time // until when
	now func() time.Time
}

func newKnownUploads(now func() time.Time) *knownUploads {
	return &knownUploads{ids: map[string]time.Time{}, now: now}
}

// saw remembers an upload that exists, so that its next piece may be large. A client that was away, or a shop that was
// restarted, asks for the offset first, and that counts.
func (k *knownUploads) saw(uploadID string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	if len(k.ids) >= maxKnownUploads {
		for id, until := range k.ids { // the old ones, and enough others that this is rare
			if until.Before(now) || len(k.ids) > maxKnownUploads*9/10 {
				delete(k.ids, id)
			}
		}
	}
	k.ids[uploadID] = now.Add(knownUploadTime)
}

func (k *knownUploads) has(uploadID string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return !k.ids[uploadID].Before(k.now())
}

// bodies hands out the right to send a large body. fasthttp asks before it reads one.
type bodies struct {
	known *knownUploads
	mu    sync.Mutex
	held  map[*fasthttp.RequestHeader]heldPart
	now   func() time.Time
}

type heldPart struct {
	upload, visitor string
	until           time.Time
}

func newBodies(known *knownUploads, now func() time.Time) *bodies {
	return &bodies{known: known, held: map[*fasthttp.RequestHeader]heldPart{}, now: now}
}

// take grants a large body to one request of a visitor, or not. What is never given back (the connection died) expires.
func (b *bodies) take(h *fasthttp.RequestHeader, uploadID, visitor string) bool {
	if !b.known.has(uploadID) {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	same, visitors := 0, 0
	for other, held := range b.held {
		if held.until.Before(now) {
			delete(b.held, other)
			continue
		}
		if held.upload == uploadID {
			same++
		}
		if held.visitor == visitor {
			visitors++
		}
	}
	if same >= maxPartsEach || visitors >= maxPartsVisitor || len(b.held) >= maxParts {
		return false
	}
	b.held[h] = heldPart{upload: uploadID, visitor: visitor, until: now.Add(partTimeout + 5*time.Second)}
	return true
}

// done gives the right back, and says whether the request had it.
func (b *bodies) done(h *fasthttp.RequestHeader) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, ok := b.held[h]
	delete(b.held, h)
	return ok
}

// received sets a request's limits as soon as its header is in. What it does not recognise gets the small ones.
func (d *door) received(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	conf := fasthttp.RequestConfig{ReadTimeout: readTimeout, WriteTimeout: replyTimeout, MaxRequestBodySize: bodyLimit}
	path, _, _ := bytes.Cut(h.RequestURI(), []byte("?"))
	switch method, path := string(h.Method()), string(path); {
	case method == fasthttp.MethodPatch && strings.HasPrefix(path, uploadPath+"/"):
		if d.bodies.take(h, path[len(uploadPath)+1:], d.visitor(h)) {
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

// visitor is who sends a request, as far as its header says: the address that the tunnel vouches for, else the cart.
func (d *door) visitor(h *fasthttp.RequestHeader) string {
	if d.kind == Public {
		if addr, known := addressOf(d.tunnelAddress(h)); known {
			return addr.String()
		}
	}
	for _, name := range []string{cartCookie, hostPrefix + cartCookie} {
		if token := h.Cookie(name); len(token) > 0 {
			return string(token)
		}
	}
	return ""
}
