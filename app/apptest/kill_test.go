package apptest

import (
	"context"
	"crypto/sha256"
	"math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"buildplate/app/apptest/need"
	"buildplate/app/cart"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/app/stripetest"
)

// Twenty-five times, and a thousand in the long form, the power goes while customers upload, order and pay, staff take money and Stripe sends its messages.
// Customers go on where they were, as their pages do. In the end nothing is lost that the shop had acknowledged: no
// byte of an upload, no order, no payment; and nothing is there twice.
func TestKilledUnderLoad(t *testing.T) {
	t.Parallel() // it has a program of its own, and waits more than it computes
	kills, patience := 25, 4*time.Minute
	switch {
	case need.Soak():
		kills, patience = 1000, 3*time.Hour
	case testing.Short():
		kills = 8
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 0))

	binary := Binary(t)
	public := FreeAddress(t)
	standIn, err := stripetest.Start("127.0.0.1:0", stripetest.Options{
		Key: setting.DemoStripeKey, WebhookSecret: setting.DemoWebhookSecret, WebhookURL: "http://" + public + "/api/stripe/webhook", Pauses: []time.Duration{200 * time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer standIn.Close()
	o := Options{Data: filepath.Join(t.TempDir(), "data"), Shop: FreeAddress(t), Public: public, Stripe: standIn.URL()}
	p := Start(t, o)
	staff := SetUp(t, p)

	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	s := &siege{public: p.Public, staff: staff.Client, done: make(chan struct{}), orders: map[string]ordered{}}
	var customers sync.WaitGroup
	for i := range 4 {
		customers.Go(func() { s.shopAround(ctx, t, i) })
	}
	customers.Go(func() { s.uploadLarge(ctx, t) })

	began := time.Now()
	for range kills { // after as much as the dice choose; nothing waits for a time
		if chance.IntN(5) == 0 { // while it starts: at once, once its door listens, or after its first answers
			p.Kill()
			if p, _, err = launch(binary, t.TempDir, o); err != nil {
				t.Fatal(err)
			}
			if n := chance.IntN(5); n > 0 {
				s.listens(ctx, t)
				s.acknowledges(ctx, t, n-1)
			}
		} else {
			s.acknowledges(ctx, t, 1+chance.IntN(300))
		}
		p.Kill()
		if p, err = start(binary, t.TempDir, o); err != nil {
			t.Fatal(err)
		}
	}
	took := time.Since(began)
	s.closing.Store(true)
	customers.Wait()
	standIn.Wait() // every message was taken

	p.Kill()
	if p, err = start(binary, t.TempDir, o); err != nil {
		t.Fatal(err)
	}
	defer func() { p.Kill() }()
	s.uploadsAreThere(t)
	p.Stop(t)
	b := Audit(t, o.Data, Killed)
	s.compare(t, b, standIn)
	t.Logf("%d kills in %s: %d orders acknowledged, %d of them paid and %d copies handed over, %d uploads; afterwards %d orders, %d files (%d MB), %d files swept",
		kills, took.Round(time.Second), len(s.orders), b.Paid, b.Left, len(s.uploads), len(b.Orders), b.Files, b.Bytes>>20, b.Swept)
	if len(s.orders) < kills/2 || len(s.uploads) < kills/5 {
		t.Errorf("only %d orders and %d uploads went through %d kills: this proves little", len(s.orders), len(s.uploads), kills)
	}
}

// siege is what the customers were promised while the shop was killed again and again.
type siege struct {
	public  string
	staff   *Client
	closing atomic.Bool   // no new errands
	unheard bool          // customers do not wait to read that they have paid
	done    chan struct{} // told of each request that was acknowledged, if somebody listens just then

	mu      sync.Mutex
	orders  map[string]ordered // by number
	uploads []uploaded
}

// customer is a browser whose acknowledged requests are told of: those that keep something, not those that only look.
func (s *siege) customer() *Client {
	c := NewClient(s.public)
	c.Via(func(t http.RoundTripper) http.RoundTripper { return telling{t, s.done} })
	return c
}

type telling struct {
	http.RoundTripper
	done chan<- struct{}
}

func (c telling) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := c.RoundTripper.RoundTrip(r)
	if err == nil && r.Method != http.MethodGet && r.Method != http.MethodHead && res.StatusCode < http.StatusBadRequest {
		select {
		case c.done <- struct{}{}:
		default:
		}
	}
	return res, err
}

// acknowledges waits until the shop has acknowledged n more requests of customers.
func (s *siege) acknowledges(ctx context.Context, t *testing.T, n int) {
	t.Helper()
	for range n {
		select {
		case <-s.done:
		case <-ctx.Done():
			t.Fatalf("customers wait for an answer: %v", ctx.Err())
		}
	}
}

// listens waits until the public door takes connections, which is before what was interrupted is taken up.
func (s *siege) listens(ctx context.Context, t *testing.T) {
	t.Helper()
	for {
		c, err := (&net.Dialer{}).DialContext(ctx, "tcp", strings.TrimPrefix(s.public, "http://"))
		if err == nil {
			_ = c.Close()
			return
		}
		if rest(ctx) != nil {
			t.Fatalf("the door does not open: %v", err)
		}
	}
}

// uploadLarge sends files in many pieces, which nobody orders. They hold noise, so that looking at them is short.
func (s *siege) uploadLarge(ctx context.Context, t *testing.T) {
	for n := byte(0); !s.closing.Load() && ctx.Err() == nil; n++ {
		c := s.customer()
		file := make([]byte, 1<<20+int(n))
		_, _ = rand.NewChaCha8(sha256.Sum256([]byte{n})).Read(file)
		u, err := again(ctx, func() (*Upload, error) {
			if _, err := Get[cart.View](ctx, c, "/api/quick-order/cart"); err != nil {
				return nil, err
			}
			return c.CreateUpload(ctx, "noise.stl", int64(len(file)))
		})
		if err == nil {
			err = c.Deliver(ctx, u, file, 40_000)
		}
		if err != nil {
			t.Errorf("a large upload: %v", err)
			return
		}
		s.mu.Lock()
		s.uploads = append(s.uploads, uploaded{c, len(file)})
		s.mu.Unlock()
	}
}

// uploadsAreThere looks for every upload that was acknowledged to its last byte.
func (s *siege) uploadsAreThere(t *testing.T) {
	for _, u := range s.uploads {
		cart, err := u.client.WaitSliced(t.Context(), 1)
		if err != nil || len(cart.Parts) != 1 || cart.Parts[0].Bytes != int64(u.size) {
			t.Errorf("an upload of %d bytes: the cart has %+v: %v", u.size, cart.Parts, err)
		}
	}
}

// compare holds what was promised against the totals.
func (s *siege) compare(t *testing.T, b Totals, standIn *stripetest.Server) {
	t.Helper()
	byNumber, carts := map[string]*shop.Order{}, map[string]bool{}
	for _, v := range b.Orders {
		if carts[v.CartID] {
			t.Errorf("order %s: its cart was ordered twice", v.Number)
		}
		byNumber[v.Number], carts[v.CartID] = v, true
	}
	for number, o := range s.orders {
		v := byNumber[number]
		switch {
		case v == nil:
			t.Errorf("order %s was acknowledged and is lost", number)
		case v.Price.Total != o.total:
			t.Errorf("order %s has the total %s, acknowledged was %s", number, v.Price.Total, o.total)
		case o.paid && v.PaidAt() == 0:
			t.Errorf("order %s was paid and is %s", number, v.Status())
		case o.left != (v.Copies.Left == 1) || o.left != (v.State == shop.OrderCompleted):
			t.Errorf("order %s was handed over: %v; it is %s, and %d copies have left", number, o.left, v.Status(), v.Copies.Left)
		}
	}
	if len(b.Orders) != len(s.orders) {
		t.Errorf("%d orders are kept, %d were acknowledged", len(b.Orders), len(s.orders))
	}
	if b.Payments != b.Paid || b.Issued != b.Paid || b.Released != b.Paid || b.Jobs != b.Items || b.Jobs != b.Paid || b.Returned != 0 {
		t.Errorf("paid orders %d, payments %d, invoices %d, released %d, jobs %d for %d models, payments to send back %d", b.Paid, b.Payments, b.Issued, b.Released, b.Jobs, b.Items, b.Returned)
	}
	charged, byCard := 0, 0
	for _, session := range standIn.Sessions() {
		if session.PaymentStatus == "paid" {
			charged++
		}
	}
	for _, o := range s.orders {
		if o.card && o.paid {
			byCard++
		}
	}
	if charged != byCard {
		t.Errorf("Stripe charged %d times for %d orders", charged, byCard)
	}
}
