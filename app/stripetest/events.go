package stripetest

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/stripe/stripe-go/v76/webhook"
)

// event is something that happened, as it was then.
type event struct {
	id, kind string
	created  time.Time
	payload  json.RawMessage
}

// Event is an event as it is delivered.
type Event struct {
	ID, Type string
	Payload  []byte
}

// Events lists everything that happened, oldest first.
func (s *Server) Events() []Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expireDue()
	var all []Event
	for _, e := range s.events {
		all = append(all, Event{ID: e.id, Type: e.kind, Payload: e.payload})
	}
	return all
}

// Sign makes the Stripe-Signature header of a payload.
func Sign(payload []byte, at time.Time, secret string) string {
	return fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(webhook.ComputeSignature(at, payload, secret)))
}

// DeliverTo delivers what happens from now on to a webhook; "" delivers nothing. Earlier events stay in the list.
func (s *Server) DeliverTo(webhookURL string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opts.WebhookURL = webhookURL
}

// emit keeps an event and begins to deliver it.
func (s *Server) emit(kind string, object any) {
	e := &event{id: id("evt"), kind: kind, created: s.opts.Now()}
	payload, err := json.Marshal(map[string]any{
		"id": e.id, "object": "event", "api_version": s.opts.EventVersion, "created": e.created.Unix(), "data": map[string]any{"object": object},
		"livemode": false, "pending_webhooks": 1, "request": map[string]any{"id": nil, "idempotency_key": nil}, "type": kind,
	})
	if err != nil {
		panic(err) // maps of strings and numbers
	}
	e.payload = payload
	s.events = append(s.events, e)
	if s.opts.WebhookURL != "" {
		url, secret := s.opts.WebhookURL, s.opts.WebhookSecret
		s.deliveries.start(func() { s.deliver(e, url, secret) })
	}
}

// deliver sends an event until it is taken, with growing pauses, signed anew each time.
func (s *Server) deliver(e *event, url, secret string) {
	for try := 0; ; try++ {
		err := s.deliverOnce(e, url, secret)
		if err == nil || s.ctx.Err() != nil {
			return
		}
		s.opts.Log.Info("an event was not taken", "event", e.id, "type", e.kind, "try", try+1, "err", err)
		select {
		case <-s.ctx.Done():
			return
		case <-time.After(s.opts.Pauses[min(try, len(s.opts.Pauses)-1)]):
		}
	}
}

func (s *Server) deliverOnce(e *event, url, secret string) error {
	req, err := http.NewRequestWithContext(s.ctx, http.MethodPost, url, bytes.NewReader(e.payload))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("User-Agent", "Stripe/1.0 (stand-in)")
	req.Header.Set("Stripe-Signature", Sign(e.payload, time.Now(), secret))
	res, err := s.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	if res.StatusCode >= 300 {
		return fmt.Errorf("status %s", res.Status)
	}
	return nil
}

// Wait waits until everything that happened was delivered.
func (s *Server) Wait() { s.deliveries.wait() }

// deliveries are what is on its way. Unlike a sync.WaitGroup they may begin again while somebody waits for their end.
type deliveries struct {
	mu  sync.Mutex
	on  int
	end chan struct{} // closed when none is on its way any more
}

func (d *deliveries) start(deliver func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.on++; d.on == 1 {
		d.end = make(chan struct{})
	}
	go func() {
		defer d.done()
		deliver()
	}()
}

func (d *deliveries) done() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.on--; d.on == 0 {
		close(d.end)
	}
}

// wait waits for the end of all that was on its way when it was called.
func (d *deliveries) wait() {
	d.mu.Lock()
	on, end := d.on, d.end
	d.mu.Unlock()
	if on > 0 {
		<-end
	}
}

func (s *Server) listEvents(r *http.Request) (any, error) {
	s.expireDue()
	limit := 10
	if text := r.Form.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 100 {
			return nil, refuse(http.StatusBadRequest, "limit", "Invalid integer: %s", text)
		}
		limit = n
	}
	var since int64
	if text := r.Form.Get("created[gte]"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, refuse(http.StatusBadRequest, "created[gte]", "Invalid timestamp: %s", text)
		}
		since = n
	}
	var kinds []string
	for key, values := range r.Form {
		if strings.HasPrefix(key, "types[") {
			kinds = append(kinds, values...)
		}
	}
	if len(kinds) > 20 {
		return nil, refuse(http.StatusBadRequest, "types", "You may pass up to 20 types.")
	}
	after := r.Form.Get("starting_after")
	page, more := []json.RawMessage{}, false
	for _, e := range slices.Backward(s.events) {
		if after != "" {
			if e.id == after {
				after = ""
			}
			continue
		}
		if e.created.Unix() < since || len(kinds) > 0 && !slices.Contains(kinds, e.kind) {
			continue
		}
		if len(page) == limit {
			more = true
			break
		}
		page = append(page, e.payload)
	}
	return map[string]any{"object": "list", "url": "/v1/events", "has_more": more, "data": page}, nil
}
