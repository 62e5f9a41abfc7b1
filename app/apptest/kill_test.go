package apptest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"buildplate/app/apptest/need"
	"buildplate/app/billing"
	"buildplate/app/cart"
	"buildplate/app/file"
	"buildplate/app/job"
	"buildplate/app/order"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/app/stripetest"
)

// Fifty times, and a thousand in the long form, the power goes while customers upload, order and pay, staff take money and Stripe sends its messages.
// Customers go on where they were, as their pages do. In the end nothing is lost that the shop had acknowledged: no
// byte of an upload, no order, no payment; and nothing is there twice.
func TestKilledUnderLoad(t *testing.T) {
	t.Parallel() // it has a program of its own, and waits more than it computes
	kills, patience := 50, 4*time.Minute
	switch {
	case need.Soak():
		kills, patience = 1000, time.Hour
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

type ordered struct {
	total shop.Cents
	card  bool
	paid  bool
	left  bool // it was handed over
}

type uploaded struct {
	client *Client
	size   int
}

// again repeats what may be repeated, until the shop answers. Errors: a refusal that will not pass; those of ctx.
func again[T any](ctx context.Context, do func() (T, error)) (T, error) {
	for {
		v, err := do()
		if err == nil || lasting(err) != nil {
			return v, err
		}
		if e := rest(ctx); e != nil {
			return v, errors.Join(e, err)
		}
	}
}

// shopAround orders one part after another, some paid by card, some by transfer, some when they are collected.
func (s *siege) shopAround(ctx context.Context, t *testing.T, who int) {
	for n := 0; !s.closing.Load() && ctx.Err() == nil; n++ {
		height := 2.0
		if n%3 == 0 { // one that was never sliced
			height += float64(who+4*n+1) / 100
		}
		method := shop.ByCard
		if who == 3 {
			method = []shop.PaymentMethod{shop.ByTransfer, shop.AtPickup}[n%2]
		}
		if err := s.errand(ctx, s.customer(), Block(20, 20, height), method); err != nil {
			t.Errorf("customer %d: %v", who, err)
			return
		}
	}
}

func (s *siege) errand(ctx context.Context, c *Client, model []byte, method shop.PaymentMethod) error {
	_, err := again(ctx, func() (cart.View, error) { return Get[cart.View](ctx, c, "/api/quick-order/cart") })
	if err != nil {
		return fmt.Errorf("first visit: %w", err)
	}
	u, err := again(ctx, func() (*Upload, error) { return c.CreateUpload(ctx, "part.stl", int64(len(model))) })
	if err != nil {
		return err
	}
	if err := c.Deliver(ctx, u, model, len(model)/5+1); err != nil {
		return fmt.Errorf("upload: %w", err)
	}
	v, err := c.WaitSliced(ctx, 1)
	if err != nil {
		return err
	}
	if len(v.Parts) != 1 || v.Parts[0].Bytes != int64(len(model)) || !v.CanPay {
		return fmt.Errorf("the cart after the upload: %+v", v)
	}
	price, err := again(ctx, func() (cart.PriceView, error) { return c.PriceFor(ctx, pickup) })
	if err != nil {
		return fmt.Errorf("price: %w", err)
	}
	req := Order(method, price.Price.Total)
	placed, err := again(ctx, func() (order.CheckoutView, error) { return c.CheckOut(ctx, req) })
	if err != nil {
		return fmt.Errorf("checkout: %w", err)
	}
	s.promise(placed.OrderNumber, ordered{total: price.Price.Total, card: method == shop.ByCard})
	twice, err := again(ctx, func() (order.CheckoutView, error) { return c.CheckOut(ctx, req) })
	if err != nil || twice.OrderNumber != placed.OrderNumber {
		return fmt.Errorf("ordered %s, and once more: %s: %w", placed.OrderNumber, twice.OrderNumber, err)
	}
	switch method {
	case shop.ByCard:
		err = payByCard(ctx, c, placed)
	case shop.AtPickup:
		err = s.handOver(ctx, placed.OrderNumber)
	default:
		err = s.takeTransfer(ctx, placed.OrderNumber, price.Price.Total)
	}
	if err != nil {
		return fmt.Errorf("order %s: pay: %w", placed.OrderNumber, err)
	}
	s.promise(placed.OrderNumber, ordered{total: price.Price.Total, card: method == shop.ByCard, paid: true, left: method == shop.AtPickup})
	if s.unheard {
		return nil
	}
	return collect(ctx, c, placed, model)
}

func (s *siege) promise(number string, o ordered) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.orders[number] = o
}

func payByCard(ctx context.Context, c *Client, placed order.CheckoutView) error {
	if placed.PayURL == "" { // the order's page has a button as well
		pay, err := again(ctx, func() (order.PayView, error) {
			return Post[order.PayView](ctx, c, "/api/order-links/"+Token(placed.OrderURL)+"/pay", map[string]string{"method": "card"})
		})
		if err != nil {
			return err
		}
		placed.PayURL = pay.PayURL
	}
	_, err := c.Pay(ctx, placed.PayURL)
	return err
}

// takeTransfer is staff finding the money in the bank. A second time is refused, which is as good.
func (s *siege) takeTransfer(ctx context.Context, number string, total shop.Cents) error {
	id, err := s.find(ctx, number)
	if err != nil {
		return err
	}
	_, err = again(ctx, func() (billing.InvoiceView, error) {
		o, err := Get[order.StaffOrderView](ctx, s.staff, "/api/orders/"+id)
		if err != nil {
			return billing.InvoiceView{}, err
		}
		return Post[billing.InvoiceView](ctx, s.staff, "/api/invoices/"+o.InvoiceID+"/mark-paid", map[string]any{"version": o.InvoiceVersion, "method": "transfer", "amount": total})
	})
	if StatusOf(err) == http.StatusConflict {
		return nil
	}
	return err
}

// find is the id of an order by its number, as staff see it.
func (s *siege) find(ctx context.Context, number string) (string, error) {
	list, err := again(ctx, func() (order.OrderListView, error) {
		return Get[order.OrderListView](ctx, s.staff, "/api/orders?tab=all&q="+number)
	})
	if err != nil {
		return "", err
	}
	at := slices.IndexFunc(list.Orders, func(o order.OrderRowView) bool { return o.Number == number })
	if at < 0 {
		return "", fmt.Errorf("%s is not on staff's list", number)
	}
	return list.Orders[at].ID, nil
}

// handOver is staff releasing an order, printing it, and giving it away for its money. What was done before the power went is
// refused as changed meanwhile: they look again, and go on from there.
func (s *siege) handOver(ctx context.Context, number string) error {
	id, err := s.find(ctx, number)
	if err != nil {
		return err
	}
	board, err := again(ctx, func() (job.ListView, error) { return Get[job.ListView](ctx, s.staff, "/api/jobs") })
	if err != nil {
		return err
	}
	at := "/api/orders/" + id
	for {
		o, err := again(ctx, func() (order.StaffOrderView, error) { return Get[order.StaffOrderView](ctx, s.staff, at) })
		switch {
		case err != nil:
		case o.State == shop.OrderCompleted && (len(o.Payments) != 1 || len(o.Handovers) != 1 || o.Balance != 0):
			return fmt.Errorf("%d handovers and %d payments, %s is owed", len(o.Handovers), len(o.Payments), o.Balance)
		case o.State == shop.OrderCompleted:
			return nil
		case !o.Released:
			_, err = Post[any](ctx, s.staff, at+"/release", map[string]any{"version": o.Version})
		case o.Copies[0].Here > 0:
			_, err = Post[any](ctx, s.staff, at+"/handovers", order.HandOverRequest{
				Version: o.Version, InvoiceVersion: o.InvoiceVersion, Kind: shop.Collected, CollectedBy: o.Customer, Items: []shop.HandoverItem{{ItemID: o.Copies[0].ItemID, Copies: o.Copies[0].Here}}, Method: shop.ByTerminal,
			})
		default:
			move := job.MoveRequest{State: shop.JobPrinting, PrinterID: board.Printers[0].ID, Version: o.Jobs[0].Version}
			if o.Jobs[0].State == shop.JobPrinting {
				move = job.MoveRequest{State: shop.JobPrintingComplete, Version: o.Jobs[0].Version}
			}
			_, err = Post[any](ctx, s.staff, "/api/jobs/"+o.Jobs[0].ID+"/status", move)
		}
		if err := lasting(err); err != nil && CodeOf(err) != "changed_meanwhile" {
			return err
		}
		if err := rest(ctx); err != nil {
			return fmt.Errorf("it is %s: %w", o.Status, err)
		}
	}
}

// collect waits until the order's page says paid, or that all of it was collected, and gets the file back that was sent.
func collect(ctx context.Context, c *Client, placed order.CheckoutView, model []byte) error {
	var o order.CustomerOrderView
	for o.Status != "paid" && o.Status != "completed" {
		var err error
		if o, err = again(ctx, func() (order.CustomerOrderView, error) { return c.OrderAt(ctx, placed.OrderURL) }); err != nil {
			return fmt.Errorf("order %s: its page: %w", placed.OrderNumber, err)
		}
		if err := rest(ctx); err != nil {
			return fmt.Errorf("order %s was paid and its page says %s: %w", placed.OrderNumber, o.Status, err)
		}
	}
	a, err := again(ctx, func() (Answer, error) {
		link, err := Post[file.LinkView](ctx, c, "/api/order-links/"+Token(placed.OrderURL)+"/files/"+o.Files[0].ID+"/link", nil)
		if err != nil {
			return Answer{}, err
		}
		return c.Send(ctx, http.MethodGet, link.URL, nil)
	})
	if err != nil || a.Status != http.StatusOK || !bytes.Equal(a.Body, model) {
		return fmt.Errorf("order %s gives %d and %d bytes for the model of %d: %w", placed.OrderNumber, a.Status, len(a.Body), len(model), err)
	}
	return nil
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
