package api

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"buildplate/app/event"
)

// listen opens a stream and gives its lines; the channel closes with the stream.
func (r *rig) listen(addr, path string, header ...string) (*http.Response, <-chan string, context.CancelFunc) {
	r.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, "GET", "http://"+addr+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		req.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		defer res.Body.Close()
		for scan := bufio.NewScanner(res.Body); scan.Scan(); {
			lines <- scan.Text()
		}
	}()
	return res, lines, cancel
}

// next gives the next line with a prefix.
func next(t *testing.T, lines <-chan string, prefix string) string {
	t.Helper()
	after := time.After(5 * time.Second)
	for {
		select {
		case line, ok := <-lines:
			if !ok {
				t.Fatalf("the stream ended before %q", prefix)
			}
			if strings.HasPrefix(line, prefix) {
				return line
			}
		case <-after:
			t.Fatalf("no %q in time", prefix)
		}
	}
}

func TestCartEvents(t *testing.T) {
	r := newRig(t)
	me := r.visitor(r.public)
	res, lines, _ := r.listen(r.public, cartEventsPath, me, "Last-Event-ID: 17")
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/event-stream" || res.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	next(t, lines, "event: cart")
	if got := next(t, lines, "data: "); !strings.Contains(got, `"version":2`) {
		t.Errorf("the first picture is %s", got)
	}
	token := strings.TrimPrefix(me, "Cookie: buildplate_cart=")
	cartID := r.fake.carts[token]
	for range 20 {
		r.fake.events.Publish(event.CartChanged{ID: cartID})
	}
	r.fake.events.Publish(event.CartChanged{ID: "another"})
	if got := next(t, lines, "data: "); !strings.Contains(got, `"version":3`) {
		t.Errorf("after a change: %s", got)
	}
	time.Sleep(2 * streamPace)
	if n := r.fake.count("Cart"); n > 4 { // one by the visit, one at the start, and what twenty changes at once were merged into
		t.Errorf("the cart was read %d times", n)
	}
}

func TestStaffEvents(t *testing.T) {
	r := newRig(t)
	_, lines, _ := r.listen(r.shop, staffEventsPath, asFloor)
	next(t, lines, "retry: ")
	waitFor(t, "the stream listens", func() bool {
		r.fake.events.Publish(event.OrderPlaced{ID: "o1", Number: "ORD-1001"})
		return len(lines) > 0
	})
	next(t, lines, "event: order_placed")
	if got := next(t, lines, "data: "); got != `data: {"id":"o1","number":"ORD-1001"}` {
		t.Errorf("%s", got)
	}
	r.fake.events.Publish(event.JobChanged{ID: "j1", OrderID: "o1"})
	next(t, lines, "event: job_changed")
	if got := next(t, lines, "data: "); got != `data: {"id":"j1","order_id":"o1"}` {
		t.Errorf("%s", got)
	}
}

func TestStreamsAreCounted(t *testing.T) {
	r := newRig(t)
	me := r.visitor(r.public)
	var cancels []context.CancelFunc
	for range maxStreamsEach {
		res, lines, cancel := r.listen(r.public, cartEventsPath, me)
		if res.StatusCode != 200 {
			t.Fatalf("stream: %d", res.StatusCode)
		}
		next(t, lines, "data: ")
		cancels = append(cancels, cancel)
	}
	if res, text := r.ask(r.public, "GET", cartEventsPath, "", me); res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
		t.Errorf("one stream more: %d %s", res.StatusCode, text)
	}
	other := r.visitor(r.public)
	if res, _, _ := r.listen(r.public, cartEventsPath, other); res.StatusCode != 200 {
		t.Errorf("another visitor: %d", res.StatusCode)
	}
	// A page that went away is noticed at the next word, and its place is free again.
	cancels[0]()
	token := strings.TrimPrefix(me, "Cookie: buildplate_cart=")
	waitFor(t, "a place becomes free", func() bool {
		r.fake.events.Publish(event.CartChanged{ID: r.fake.carts[token]})
		r.server.streams.mu.Lock()
		defer r.server.streams.mu.Unlock()
		return r.server.streams.all == maxStreamsEach
	})

	s := newStreams()
	for i := range maxStreams {
		if _, err := s.enter(string(rune('a' + i))); err != nil {
			t.Fatalf("stream %d: %v", i, err)
		}
	}
	if _, err := s.enter("one more"); err == nil {
		t.Error("there is no end to streams")
	}
}

func TestStreamsEndOnShutdown(t *testing.T) {
	r := newRig(t)
	_, customer, _ := r.listen(r.public, cartEventsPath, r.visitor(r.public))
	_, floor, _ := r.listen(r.shop, staffEventsPath, asFloor)
	next(t, customer, "data: ")
	next(t, floor, "retry: ")
	client.CloseIdleConnections()
	start := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Second)
	defer cancel()
	if err := r.server.Shutdown(ctx); err != nil {
		t.Errorf("shutdown: %v", err)
	}
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("shutdown took %v", took)
	}
	for _, lines := range []<-chan string{customer, floor} {
		waitFor(t, "the stream ends", func() bool {
			for {
				select {
				case _, ok := <-lines:
					if !ok {
						return true
					}
				default:
					return false
				}
			}
		})
	}
}
