package apptest

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"buildplate/app/apptest/need"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/app/stripetest"
)

// Customers pay by card while the shop is killed again and again; of Stripe's messages a fifth never arrives, and the others
// come twice. Once Stripe was asked what it reported, each payment has settled its order, once. Row 9: a hundred kills in the
// long form.
func TestStormOfMessagesThroughKills(t *testing.T) {
	kills := 10
	switch {
	case need.Soak():
		kills = 100
	case testing.Short():
		kills = 3
	}
	public := FreeAddress(t)
	post := newPost(t, "http://"+public+"/api/stripe/webhook")
	standIn, err := stripetest.Start("127.0.0.1:0", stripetest.Options{
		Key: setting.DemoStripeKey, WebhookSecret: setting.DemoWebhookSecret, WebhookURL: post.URL, Pauses: []time.Duration{200 * time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer standIn.Close()
	binary := Binary(t)
	o := Options{Data: filepath.Join(t.TempDir(), "data"), Shop: FreeAddress(t), Public: public, Stripe: standIn.URL()}
	p := Start(t, o)
	staff := SetUp(t, p)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
	defer cancel()
	s := &siege{public: p.Public, staff: staff.Client, unheard: true, done: make(chan struct{}), orders: map[string]ordered{}}
	var customers sync.WaitGroup
	for i := range 3 {
		customers.Go(func() { s.shopAround(ctx, t, i) })
	}
	for range kills {
		s.acknowledges(ctx, t, 5+rand.IntN(40))
		p.Kill()
		if p, err = start(binary, t.TempDir, o); err != nil {
			t.Fatal(err)
		}
	}
	s.closing.Store(true)
	customers.Wait()
	standIn.Wait()
	defer func() { p.Kill() }()
	for _, kind := range []string{"stripe.events", "stripe.retry"} {
		if _, err := Post[any](ctx, staff.Client, "/api/chores/"+kind+"/run", nil); err != nil && CodeOf(err) != "chore_running" {
			t.Fatal(err)
		}
	}
	number := ""
	Await(t, "all orders to be paid", func() bool {
		for number = range s.orders {
			if staff.Find(number).InvoiceState != shop.Paid {
				return false
			}
		}
		return true
	})
	p.Stop(t)
	b := Audit(t, o.Data, Killed)
	s.compare(t, b, standIn)
	t.Logf("%d kills, %d orders, %d messages, of which %d never arrived", kills, len(s.orders), post.sent.Load(), post.lost.Load())
	if len(s.orders) < kills || post.lost.Load() == 0 {
		t.Error("too few orders, or no message was lost: this proves little")
	}
}

// post carries Stripe's messages: each fifth is lost, and Stripe never hears of it, and the others are handed over twice.
type post struct {
	*httptest.Server
	sent, lost atomic.Int64

	mu   sync.Mutex
	gone map[string]bool // messages so far: whether they are lost
}

// loses says whether a message is lost, however often it is sent.
func (p *post) loses(message string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	gone, known := p.gone[message]
	if !known {
		gone = len(p.gone)%5 == 4
		p.gone[message] = gone
		if gone {
			p.lost.Add(1)
		}
	}
	return gone
}

func newPost(t *testing.T, to string) *post {
	p := &post{gone: map[string]bool{}}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		p.sent.Add(1)
		if p.loses(string(body)) {
			return
		}
		for range 2 {
			req, err := http.NewRequestWithContext(r.Context(), http.MethodPost, to, bytes.NewReader(body))
			if err != nil {
				w.WriteHeader(http.StatusBadGateway)
				return
			}
			req.Header = r.Header.Clone()
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				w.WriteHeader(http.StatusBadGateway)
				return
			}
			_ = res.Body.Close()
			if res.StatusCode != http.StatusOK {
				w.WriteHeader(res.StatusCode)
				return
			}
		}
	}))
	t.Cleanup(p.Close)
	return p
}
