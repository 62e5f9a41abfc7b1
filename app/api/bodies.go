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
// exist: maxParts x partLimit bounds the memory that visitors can make the shop use.
const (
	maxParts        = 32
	maxPartsEach    = 2 // the second is the retry after a lost connection
	knownUploadTime = time.Hour
	maxKnownUploads = 10_000
)

// bodies hands out the right to send a large body. fasthttp asks before it reads one.
type bodies struct {
	mu    sync.Mutex
	known map[string]time.Time // uploads that this process has seen, until when
	held  map[*fasthttp.RequestHeader]heldPart
	now   func() time.Time
}

type heldPart struct {
	upload string
	until  time.Time
}

func newBodies(now func() time.Time) *bodies {
	return &bodies{known: map[string]time.Time{}, held: map[*fasthttp.RequestHeader]heldPart{}, now: now}
}

// saw remembers an upload that exists, so that its next piece may be large. A client that was away, or a shop that was
// restarted, asks for the offset first, and that counts.
func (b *bodies) saw(uploadID string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	if len(b.known) >= maxKnownUploads {
		for id, until := range b.known { // the old ones, and enough others that this is rare
			if until.Before(now) || len(b.known) > maxKnownUploads*9/10 {
				delete(b.known, id)
			}
		}
	}
	b.known[uploadID] = now.Add(knownUploadTime)
}

// take grants a large body to one request, or not. What is never given back (the connection died) expires.
func (b *bodies) take(h *fasthttp.RequestHeader, uploadID string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	if b.known[uploadID].Before(now) {
		return false
	}
	same := 0
	for other, held := range b.held {
		switch {
		case held.until.Before(now):
			delete(b.held, other)
		case held.upload == uploadID:
			same++
		}
	}
	if same >= maxPartsEach || len(b.held) >= maxParts {
		return false
	}
	b.held[h] = heldPart{upload: uploadID, until: now.Add(partTimeout + 5*time.Second)}
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
func (b *bodies) received(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	conf := fasthttp.RequestConfig{ReadTimeout: readTimeout, WriteTimeout: replyTimeout, MaxRequestBodySize: bodyLimit}
	path, _, _ := bytes.Cut(h.RequestURI(), []byte("?"))
	switch method, path := string(h.Method()), string(path); {
	case method == fasthttp.MethodPatch && strings.HasPrefix(path, uploadPath+"/"):
		if b.take(h, path[len(uploadPath)+1:]) {
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
