package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"buildplate/app/shop"
	"buildplate/app/stripetest"
	"buildplate/db"
	"buildplate/db/dbtest"
)

const (
	testKey     = "sk_test_0123456789abcdef"
	testWebhook = "whsec_0123456789abcdef0123456789abcdef"
	testPublic  = "https://print.example"
)

// payShop is a shop with the stand-in for Stripe beside it.
type payShop struct {
	*App
	t      *testing.T
	stripe *stripetest.Server
	hook   *httptest.Server
	broken atomic.Int32 // webhook calls still to be answered with 500
	ahead  atomic.Int64 // of the clock
}

func (p *payShop) now() time.Time { return time.Now().Add(time.Duration(p.ahead.Load())) }

func newPayShop(t *testing.T, webhooks bool, fault func(*http.Request, bool) stripetest.Fault) *payShop {
	t.Helper()
	p := &payShop{t: t}
	d := dbtest.Open(t)
	d.SetNow(p.now)
	p.App = &App{db: d, log: slog.New(slog.DiscardHandler), cfg: Config{PublicURL: testPublic}}
	p.hook = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.broken.Add(-1) >= 0 {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		body, _ := io.ReadAll(r.Body)
		if err := p.ReceiveWebhook(r.Context(), body, r.Header.Get("Stripe-Signature")); err != nil {
			t.Errorf("webhook: %v", err)
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	t.Cleanup(p.hook.Close)
	opts := stripetest.Options{Key: testKey, WebhookSecret: testWebhook, Now: p.now, Pauses: []time.Duration{time.Millisecond}, Fault: fault}
	if webhooks {
		opts.WebhookURL = p.hook.URL
	}
	var err error
	if p.stripe, err = stripetest.Start("127.0.0.1:0", opts); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.stripe.Close() })
	p.App.stripe = newStripeClient(p.stripe.URL())
	p.write(func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(
			tx.SaveSettings(ctx, shop.FirstSettings("UTC"), true),
			tx.StartSeries(ctx, "order", "ORD-", 1001), tx.StartSeries(ctx, "invoice", "INV-", 1),
			tx.SetSecret(ctx, secretStripeKey, testKey), tx.SetSecret(ctx, secretWebhook, testWebhook))
	})
	return p
}

func (p *payShop) write(fn func(context.Context, *db.Tx) error) {
	p.t.Helper()
	ctx := context.Background()
	if err := p.db.Write(ctx, func(tx *db.Tx) error { return fn(ctx, tx) }); err != nil {
		p.t.Fatal(err)
	}
}

func (p *payShop) read(fn func(context.Context, *db.Tx) error) {
	p.t.Helper()
	ctx := context.Background()
	if err := p.db.Read(ctx, func(tx *db.Tx) error { return fn(ctx, tx) }); err != nil {
		p.t.Fatal(err)
	}
}

// order makes an order of two models and a photo.
func (p *payShop) order(total shop.Cents) string {
	p.t.Helper()
	id := shop.NewID()
	p.write(func(ctx context.Context, tx *db.Tx) error {
		number, err := tx.NextNumber(ctx, "order")
		if err != nil {
			return err
		}
		contact := shop.Contact{Name: "Ada", Email: "ada@example.com", Phone: "0400 000 000"}
		client := shop.NewID()
		inv := &shop.Invoice{
			ID: id, OrderNumber: number, ClientID: client, Source: "web", State: shop.Draft, Review: shop.ReviewNone, Payment: shop.ByCard, Currency: "AUD",
			Price:   shop.Price{Rows: []shop.PriceRow{{Kind: shop.RowPart, Label: "Parts", Amount: total}}, Total: total, Currency: "AUD"},
			Contact: contact, Delivery: shop.Delivery{Method: shop.Pickup}, TermsVersion: "1", TermsAt: 1,
		}
		if err := errors.Join(tx.InsertClient(ctx, client, contact), tx.InsertInvoice(ctx, inv)); err != nil {
			return err
		}
		for i, kind := range []string{"model", "model", "review_file"} {
			if err := tx.InsertItem(ctx, shop.Item{ID: shop.NewID(), InvoiceID: id, Name: fmt.Sprintf("part %d", i), Kind: kind, Copies: i + 1}, i); err != nil {
				return err
			}
		}
		return nil
	})
	return id
}

const jobsPerOrder = 2

// books is what the books say of an order.
type books struct {
	inv      *shop.Invoice
	payments []shop.Payment
	refunds  []shop.Refund
	disputes []shop.Dispute
	log      []shop.Activity
}

func (p *payShop) books(id string) (b books) {
	p.t.Helper()
	p.read(func(ctx context.Context, tx *db.Tx) (err error) {
		if b.inv, err = tx.Invoice(ctx, id); err != nil {
			return err
		}
		if b.payments, err = tx.Payments(ctx, id); err != nil {
			return err
		}
		if b.refunds, err = tx.Refunds(ctx, id); err != nil {
			return err
		}
		if b.disputes, err = tx.Disputes(ctx, id); err != nil {
			return err
		}
		b.log, err = tx.Activities(ctx, id)
		return err
	})
	return b
}

// state is what must not depend on the order of news: states and sums, without numbers and times.
func (b books) state() string {
	s := fmt.Sprintf("%s paid=%d refunds=%d hold=%q jobs=%d issued=%t released=%t;", b.inv.State, b.inv.Paid, b.inv.Refunds, b.inv.Hold, b.inv.Jobs.Total, b.inv.Issued != 0, b.inv.Released != 0)
	for _, x := range b.payments {
		s += fmt.Sprintf(" payment %d %s;", x.Amount, x.State)
	}
	for _, x := range b.refunds {
		s += fmt.Sprintf(" refund %d;", x.Amount)
	}
	for _, x := range b.disputes {
		s += fmt.Sprintf(" dispute %s %t;", x.State, x.FundsWithdrawn)
	}
	return s
}

func (b books) says(text string) bool {
	for _, a := range b.log {
		if strings.Contains(a.Sentence, text) {
			return true
		}
	}
	return false
}

// settled fails the test unless the order was paid once and its jobs are on the floor.
func (p *payShop) settled(id string) books {
	p.t.Helper()
	b := p.books(id)
	if b.inv.State != shop.Paid || b.inv.InvoiceNumber == "" || b.inv.Released == 0 || b.inv.Jobs.Total != jobsPerOrder || len(b.payments) != 1 {
		p.t.Errorf("order %s is not settled once: %s", b.inv.OrderNumber, b.state())
	}
	return b
}

func (p *payShop) untouched(id string) books {
	p.t.Helper()
	b := p.books(id)
	if b.inv.State != shop.Draft || b.inv.Issued != 0 || b.inv.Jobs.Total != 0 || b.inv.Paid != 0 {
		p.t.Errorf("order %s was settled: %s", b.inv.OrderNumber, b.state())
	}
	return b
}

func (p *payShop) pay(id string) string {
	p.t.Helper()
	u, err := p.PayByCard(context.Background(), id)
	if err != nil {
		p.t.Fatal(err)
	}
	return u
}

// session is the stand-in's latest session of an order.
func (p *payShop) session(order string) stripetest.Session {
	p.t.Helper()
	var found stripetest.Session
	for _, s := range p.stripe.Sessions() {
		if s.Metadata["invoice_id"] == order {
			found = s
		}
	}
	if found.ID == "" {
		p.t.Fatalf("Stripe has no session of order %s", order)
	}
	return found
}

func (p *payShop) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// deliver hands an event to the webhook, signed.
func (p *payShop) deliver(payload []byte) error {
	return p.ReceiveWebhook(context.Background(), payload, stripetest.Sign(payload, time.Now(), testWebhook))
}

func (p *payShop) event(payload []byte) (e db.StripeEvent) {
	p.t.Helper()
	var head struct{ ID string }
	p.must(json.Unmarshal(payload, &head))
	p.read(func(ctx context.Context, tx *db.Tx) (err error) {
		e, err = tx.Event(ctx, head.ID)
		return err
	})
	return e
}

// edit changes an event, and gives it an id of its own.
func edit(t *testing.T, payload []byte, change func(event, object map[string]any)) []byte {
	t.Helper()
	var e map[string]any
	d := json.NewDecoder(bytes.NewReader(payload))
	d.UseNumber()
	if err := d.Decode(&e); err != nil {
		t.Fatal(err)
	}
	e["id"] = "evt_" + shop.NewID()
	change(e, e["data"].(map[string]any)["object"].(map[string]any))
	out, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestPayByCardSaysWhatIsPaid(t *testing.T) {
	p := newPayShop(t, true, nil)
	id := p.order(2430)
	payURL := p.pay(id)
	s := p.session(id)
	b := p.books(id)
	var row *shop.CheckoutSession
	p.read(func(ctx context.Context, tx *db.Tx) (err error) { row, err = tx.LiveCheckout(ctx, id); return err })
	if payURL != s.URL || s.Amount != 2430 || s.Currency != "aud" || s.Name != "Order "+b.inv.OrderNumber || s.Email != "ada@example.com" || s.Reference != row.ID {
		t.Errorf("session: %+v", s)
	}
	if s.SuccessURL != testPublic+"/return/"+row.ID+"?result=success" || s.CancelURL != testPublic+"/return/"+row.ID+"?result=cancel" {
		t.Errorf("ways back: %s, %s", s.SuccessURL, s.CancelURL)
	}
	if s.Metadata["invoice_id"] != id || s.Metadata["order_number"] != b.inv.OrderNumber || s.Metadata["intent_id"] != row.ID || !shop.ValidID(s.Metadata["instance"]) {
		t.Errorf("metadata: %v", s.Metadata)
	}
	if row.State != shop.SessionOpen || row.StripeID != s.ID || row.Expires/1000 != s.Expires.Unix() {
		t.Errorf("stored: %+v", row)
	}
	p.must(p.stripe.Pay(s.ID))
	p.stripe.Wait()
	p.settled(id)
	if _, err := p.PayByCard(context.Background(), id); !shop.IsKind(err, shop.Conflict) {
		t.Errorf("paying a paid order: %v", err)
	}
	if _, err := p.PayByCard(context.Background(), shop.NewID()); !shop.IsKind(err, shop.NotFound) {
		t.Errorf("paying an order that is not there: %v", err)
	}
}

func TestPayingOnThePageEndsInTheShop(t *testing.T) {
	p := newPayShop(t, true, nil)
	p.broken.Store(3) // Stripe delivers again until it is taken
	id := p.order(2430)
	payURL := p.pay(id)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	press := func(action string) *http.Response {
		res, err := client.PostForm(payURL, url.Values{"action": {action}})
		p.must(err)
		_ = res.Body.Close()
		return res
	}
	if res := press("decline"); res.StatusCode != http.StatusPaymentRequired {
		t.Errorf("a declined card answers %s", res.Status)
	}
	if res := press("cancel"); res.Header.Get("Location") != p.session(id).CancelURL {
		t.Errorf("cancel leads to %q", res.Header.Get("Location"))
	}
	p.untouched(id)
	if res := press("pay"); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != p.session(id).SuccessURL {
		t.Errorf("paying answers %s to %q", res.Status, res.Header.Get("Location"))
	}
	p.stripe.Wait()
	p.settled(id)
	if res := press("pay"); res.StatusCode != http.StatusConflict {
		t.Errorf("paying again answers %s", res.Status)
	}
}

func TestWebhookStormSettlesEachOrderOnce(t *testing.T) {
	const orders = 250
	p := newPayShop(t, false, nil)
	ids := make([]string, orders)
	for i := range ids {
		ids[i] = p.order(shop.Cents(1500 + i))
		p.pay(ids[i])
		p.must(p.stripe.Pay(p.session(ids[i]).ID))
	}
	var mail [][]byte
	for _, e := range p.stripe.Events() {
		twin := edit(t, e.Payload, func(map[string]any, map[string]any) {}) // another event about the same session
		mail = append(mail, e.Payload, e.Payload, twin, twin)
	}
	if len(mail) != 4*orders {
		t.Fatalf("%d deliveries", len(mail))
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(mail), func(i, j int) { mail[i], mail[j] = mail[j], mail[i] })
	start := time.Now()
	queue := make(chan []byte)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for payload := range queue {
				if err := p.deliver(payload); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for _, payload := range mail {
		queue <- payload
	}
	close(queue)
	wg.Wait()
	t.Logf("%d deliveries in %v", len(mail), time.Since(start))
	numbers := map[string]bool{}
	for _, id := range ids {
		numbers[p.settled(id).inv.InvoiceNumber] = true
	}
	for i := range orders {
		if n := fmt.Sprintf("INV-%04d", i+1); !numbers[n] {
			t.Errorf("there is no invoice %s", n)
		}
	}
}

// news builds the events about one order, as if from Stripe, without any call.
type news struct {
	row              *shop.CheckoutSession
	instance, intent string
	p                *payShop
}

func (p *payShop) news(total shop.Cents) news {
	id := p.order(total)
	n := news{p: p, intent: "pi_" + shop.NewID()}
	p.write(func(ctx context.Context, tx *db.Tx) (err error) {
		inv, err := tx.Invoice(ctx, id)
		if err != nil {
			return err
		}
		if n.row, err = p.newIntent(ctx, tx, stripeKeys{secret: testKey}, inv); err != nil {
			return err
		}
		n.instance, err = instance(ctx, tx)
		n.row.StripeID, n.row.State = "cs_"+n.row.ID, shop.SessionOpen
		return errors.Join(err, tx.SaveCheckout(ctx, n.row))
	})
	return n
}

func (n news) event(kind string, created int64, object map[string]any) []byte {
	b, err := json.Marshal(map[string]any{"id": "evt_" + shop.NewID(), "type": kind, "created": created, "livemode": false, "api_version": "2023-10-16", "data": map[string]any{"object": object}})
	n.p.must(err)
	return b
}

func (n news) session(kind, status, payment string) []byte {
	return n.event(kind, 100, map[string]any{
		"id": n.row.StripeID, "status": status, "payment_status": payment, "amount_total": n.row.Amount, "currency": "aud", "livemode": false, "payment_intent": n.intent,
		"metadata": map[string]string{"instance": n.instance, "invoice_id": n.row.InvoiceID, "intent_id": n.row.ID},
	})
}

func (n news) refund(amount shop.Cents) []byte {
	return n.event(eventRefunded, 200, map[string]any{"id": "ch_" + n.row.ID, "amount_refunded": amount, "payment_intent": n.intent, "metadata": map[string]string{"instance": n.instance}})
}

func (n news) dispute(kind, status string, created int64) []byte {
	return n.event(kind, created, map[string]any{"id": "dp_" + n.row.ID, "amount": n.row.Amount, "status": status, "created": 150, "payment_intent": n.intent})
}

func TestAnyOrderOfNewsEndsTheSame(t *testing.T) {
	p := newPayShop(t, false, nil)
	kinds := []string{"completed", "async ok", "async fail", "expired", "refund", "dispute"}
	ends, example := map[int]string{}, map[int][]int{}
	rng := rand.New(rand.NewPCG(1, 2))
	orders := 0
	var try func(sequence []int, rest int)
	try = func(sequence []int, rest int) {
		set := 0
		for _, k := range sequence {
			set |= 1 << k
		}
		if len(sequence) > 0 && (!testing.Short() || len(sequence) <= 3) {
			orders++
			n := p.news(2430)
			mail := [][]byte{
				n.session(eventCompleted, "complete", "unpaid"), n.session(eventAsyncPaid, "complete", "paid"), n.session(eventAsyncFailed, "complete", "unpaid"),
				n.session(eventExpired, "expired", "unpaid"), n.refund(1000), n.dispute(eventDisputed, "needs_response", 160),
			}
			for i, k := range sequence {
				p.must(p.deliver(mail[k]))
				if again := rng.IntN(i + 1); rng.IntN(2) == 0 { // now and then something is delivered once more
					p.must(p.deliver(mail[sequence[again]]))
				}
			}
			var row *shop.CheckoutSession
			p.read(func(ctx context.Context, tx *db.Tx) (err error) { row, err = tx.Checkout(ctx, n.row.ID); return err })
			end := string(row.State) + " " + p.books(n.row.InvoiceID).state()
			if ends[set] == "" {
				ends[set], example[set] = end, append([]int(nil), sequence...)
			} else if ends[set] != end {
				t.Errorf("news %v ends in\n%s\nbut %v in\n%s", sequence, end, example[set], ends[set])
			}
		}
		for k := range kinds {
			if rest&(1<<k) != 0 {
				try(append(sequence, k), rest&^(1<<k))
			}
		}
	}
	try(nil, 1<<len(kinds)-1)
	t.Logf("%d orders, %d sets of news", orders, len(ends))
	held := `paid PAID paid=2430 refunds=1000 hold="A cardholder disputes a payment of 24.30." jobs=2 issued=true released=true; payment 2430 settled; refund 1000; dispute open false;`
	for set, want := range map[int]string{
		0b000001: `processing DRAFT paid=0 refunds=0 hold="" jobs=0 issued=false released=false;`,
		0b000010: `paid PAID paid=2430 refunds=0 hold="" jobs=2 issued=true released=true; payment 2430 settled;`,
		0b000101: `failed DRAFT paid=0 refunds=0 hold="" jobs=0 issued=false released=false;`,
		0b110000: `open DRAFT paid=0 refunds=0 hold="" jobs=0 issued=false released=false;`,
		0b110010: held,
	} {
		if ends[set] != want {
			t.Errorf("set %06b ends in\n%s\nwant\n%s", set, ends[set], want)
		}
	}
	if !testing.Short() && ends[1<<len(kinds)-1] != held {
		t.Errorf("all news end in %s", ends[1<<len(kinds)-1])
	}
}

func TestDisputesInAnyOrder(t *testing.T) {
	p := newPayShop(t, false, nil)
	for _, verdict := range []string{"won", "lost"} {
		for _, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 3, 0, 2}, {2, 0, 3, 1}, {2, 1, 0, 3}, {0, 2, 1, 3}} {
			n := p.news(2430)
			mail := [][]byte{
				n.session(eventCompleted, "complete", "paid"), n.dispute(eventDisputed, "needs_response", 160),
				n.dispute(eventWithdrawn, "needs_response", 160), n.dispute(eventDisputeClosed, verdict, 300),
			}
			for _, k := range order {
				p.must(p.deliver(mail[k]))
			}
			b := p.books(n.row.InvoiceID)
			if len(b.disputes) != 1 || string(b.disputes[0].State) != verdict || b.disputes[0].FundsWithdrawn != (verdict == "lost") || (b.inv.Hold == "") != (verdict == "won") {
				t.Errorf("%s in order %v: %s", verdict, order, b.state())
			}
		}
	}
}

func TestForgedWebhooksAreRefused(t *testing.T) {
	p := newPayShop(t, false, nil)
	n := p.news(2430)
	body := n.session(eventCompleted, "complete", "paid")
	now := time.Now()
	ctx := context.Background()
	refused := func(name string, kind shop.Kind, body []byte, signature string) {
		t.Helper()
		if err := p.ReceiveWebhook(ctx, body, signature); !shop.IsKind(err, kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	good := stripetest.Sign(body, now, testWebhook)
	refused("no signature", shop.Invalid, body, "")
	refused("garbage", shop.Invalid, body, "t=abc,v1=zz")
	refused("another secret", shop.Invalid, body, stripetest.Sign(body, now, "whsec_ffffffffffffffffffffffffffffffff"))
	refused("empty secret", shop.Invalid, body, stripetest.Sign(body, now, ""))
	refused("six minutes old", shop.Invalid, body, stripetest.Sign(body, now.Add(-6*time.Minute), testWebhook))
	refused("another body", shop.Invalid, append(body[:len(body):len(body)], ' '), good)
	refused("no event", shop.Invalid, []byte(`{}`), stripetest.Sign([]byte(`{}`), now, testWebhook))
	big := append([]byte(`{"id":"evt_big","type":"charge.refunded","x":"`), bytes.Repeat([]byte("a"), 300<<10)...)
	big = append(big, `"}`...)
	refused("300 KiB", shop.TooLarge, big, stripetest.Sign(big, now, testWebhook))
	for i := range good {
		flipped := []byte(good)
		flipped[i] ^= 1
		if i < 2 || strings.ContainsAny(string(good[i]), "tv1=,") && i < 17 { // the same header in other words
			continue
		}
		if err := p.ReceiveWebhook(ctx, body, string(flipped)); err == nil {
			t.Errorf("taken with byte %d of the signature flipped: %s", i, flipped)
		}
	}
	for name, secret := range map[string]string{"none": "", "no prefix": "0123456789abcdef0123456789abcdef0123", "short": "whsec_0123"} {
		p.write(func(ctx context.Context, tx *db.Tx) error { return tx.SetSecret(ctx, secretWebhook, secret) })
		refused("secret set: "+name, shop.Unavailable, body, stripetest.Sign(body, now, secret))
	}
	p.untouched(n.row.InvoiceID)

	p.write(func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(tx.SetSecret(ctx, secretWebhook, "whsec_ffffffffffffffffffffffffffffffff"), tx.SetSecret(ctx, secretWebhookBefore, testWebhook))
	})
	other := edit(t, body, func(event, _ map[string]any) { event["api_version"] = "2026-03-31.acacia" })
	if err := p.deliver(other); err != nil {
		t.Errorf("an event of another version, signed with the secret before: %v", err)
	}
	if e := p.event(other); e.APIVersion != "2026-03-31.acacia" || e.State != "applied" {
		t.Errorf("stored: %+v", e)
	}
	p.settled(n.row.InvoiceID)
}

func TestMismatchesMakeNoJob(t *testing.T) {
	p := newPayShop(t, false, nil)
	for name, c := range map[string]struct {
		change  func(object map[string]any)
		payment shop.PaymentState // "" for none
		event   string
	}{
		"amount":          {func(o map[string]any) { o["amount_total"] = 1 }, shop.PaymentNeedsReview, "applied"},
		"currency":        {func(o map[string]any) { o["currency"] = "usd" }, shop.PaymentNeedsReview, "applied"},
		"nothing charged": {func(o map[string]any) { o["amount_total"], o["payment_status"] = 0, "no_payment_required" }, "", "applied"},
		"live mode":       {func(o map[string]any) { o["livemode"] = true }, "", "ignored"},
		"another shop":    {func(o map[string]any) { o["metadata"].(map[string]any)["instance"] = shop.NewID() }, "", "ignored"},
		"no mark":         {func(o map[string]any) { delete(o, "metadata") }, "", "ignored"},
		"unknown session": {func(o map[string]any) { o["id"] = "cs_other" }, shop.PaymentNeedsReview, "applied"},
		"unknown order": {func(o map[string]any) {
			o["id"] = "cs_more"
			o["metadata"].(map[string]any)["invoice_id"] = shop.NewID()
		}, "", "failed"},
	} {
		t.Run(name, func(t *testing.T) {
			n := p.news(2430)
			payload := edit(t, n.session(eventCompleted, "complete", "paid"), func(_, object map[string]any) { c.change(object) })
			p.must(p.deliver(payload))
			p.must(p.deliver(payload))
			b := p.untouched(n.row.InvoiceID)
			if e := p.event(payload); e.State != c.event {
				t.Errorf("event: %s (%s)", e.State, e.Error)
			}
			if c.payment == "" && len(b.payments) != 0 || c.payment != "" && (len(b.payments) != 1 || b.payments[0].State != c.payment) {
				t.Errorf("payments: %+v", b.payments)
			}
		})
	}
	warnings, err := p.PaymentWarnings(context.Background())
	if err != nil || len(warnings) != 4 { // three payments to look at, and the event that fails
		t.Errorf("warnings: %q, %v", warnings, err)
	}
}

func TestMoneyForAClosedOrder(t *testing.T) {
	p := newPayShop(t, false, nil)
	n := p.news(2430)
	p.write(func(ctx context.Context, tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, n.row.InvoiceID)
		return errors.Join(err, inv.Cancel("changed their mind", 1), tx.SaveInvoice(ctx, inv))
	})
	p.must(p.deliver(n.session(eventCompleted, "complete", "paid")))
	b := p.books(n.row.InvoiceID)
	if b.inv.State != shop.Void || b.inv.Jobs.Total != 0 || len(b.payments) != 1 || b.payments[0].State != shop.PaymentNeedsReview || !b.says("after the order was closed") {
		t.Error(b.state())
	}
}

func TestSecondPaidSessionIsADuplicate(t *testing.T) {
	p := newPayShop(t, true, nil)
	id := p.order(2430)
	p.pay(id)
	first := p.session(id)
	// The shop believes the first page to be over, as after a restored backup, and Stripe has it open.
	p.write(func(ctx context.Context, tx *db.Tx) error {
		row, err := tx.LiveCheckout(ctx, id)
		row.State = shop.SessionExpired
		return errors.Join(err, tx.SaveCheckout(ctx, row))
	})
	p.pay(id)
	second := p.session(id)
	if second.ID == first.ID {
		t.Fatal("no second session")
	}
	p.must(p.stripe.Pay(first.ID))
	p.stripe.Wait()
	if b := p.settled(id); !b.says("was paid after all") {
		t.Error("nobody is told that an expired page was paid")
	}
	p.must(p.stripe.Pay(second.ID))
	p.stripe.Wait()
	b := p.books(id)
	if len(b.payments) != 2 || b.payments[1].State != shop.PaymentDuplicate || b.inv.Jobs.Total != jobsPerOrder || b.inv.Paid != 2430 || !b.says("a second time") {
		t.Fatal(b.state())
	}
	if w, _ := p.PaymentWarnings(context.Background()); len(w) != 1 || !strings.Contains(w[0], "paid twice") {
		t.Errorf("warnings: %q", w)
	}
	p.must(p.stripe.Refund(b.payments[1].ProcessorID, 2430))
	p.stripe.Wait()
	b = p.books(id)
	if b.inv.Hold != "" || b.inv.Refunds != 0 || b.inv.Balance() != 0 || len(b.refunds) != 1 {
		t.Errorf("sending the duplicate back changed the order: %s", b.state())
	}
	if w, _ := p.PaymentWarnings(context.Background()); len(w) != 0 {
		t.Errorf("warnings after the refund: %q", w)
	}
}

func TestReturnPageSettlesWhenTheWebhookIsLate(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := context.Background()
	id := p.order(2430)
	p.pay(id)
	s := p.session(id)
	back := func(want string) {
		t.Helper()
		p.ahead.Add(int64(3 * time.Second))
		if state, inv, err := p.checkReturn(ctx, s.Reference); err != nil || state != want || inv.ID != id {
			t.Errorf("%s, %v, want %s", state, err, want)
		}
	}
	back("open")
	calls := len(p.stripe.Calls())
	if _, _, err := p.checkReturn(ctx, s.Reference); err != nil || len(p.stripe.Calls()) != calls {
		t.Error("Stripe is asked again at once")
	}
	p.must(p.stripe.Pay(s.ID))
	back("paid")
	p.settled(id)
	for _, e := range p.stripe.Events() { // here it comes
		p.must(p.deliver(e.Payload))
	}
	p.settled(id)
	back("paid")
	if _, _, err := p.checkReturn(ctx, shop.NewID()); !shop.IsKind(err, shop.NotFound) {
		t.Errorf("an attempt that is not there: %v", err)
	}
}

func TestDelayedPayment(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := context.Background()
	for _, webhooks := range []bool{false, true} {
		for _, paid := range []bool{false, true} {
			id := p.order(2430)
			p.pay(id)
			s := p.session(id)
			told := func(want string) {
				t.Helper()
				if webhooks {
					for _, e := range p.stripe.Events() {
						p.must(p.deliver(e.Payload))
					}
				} else {
					p.ahead.Add(int64(3 * time.Second))
				}
				if state, _, err := p.checkReturn(ctx, s.Reference); err != nil || state != want {
					t.Errorf("webhooks %t: %s, %v, want %s", webhooks, state, err, want)
				}
			}
			p.must(p.stripe.PayLater(s.ID))
			told("processing")
			p.untouched(id)
			if _, err := p.PayByCard(ctx, id); !shop.IsKind(err, shop.Conflict) {
				t.Errorf("paying while the bank decides: %v", err)
			}
			p.must(p.stripe.Finish(s.ID, paid))
			if paid {
				told("paid")
				p.settled(id)
			} else {
				told("expired")
				p.untouched(id)
				if again := p.pay(id); again == s.URL {
					t.Error("the failed page is given out again")
				}
			}
		}
	}
}

func TestPollingSettlesWhenNothingComes(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := context.Background()
	id, lapsed := p.order(2430), p.order(1500)
	p.pay(id)
	p.pay(lapsed)
	p.must(p.stripe.Pay(p.session(id).ID))
	calls := len(p.stripe.Calls())
	p.must(p.ReconcileSessions(ctx))
	if len(p.stripe.Calls()) != calls {
		t.Error("young sessions are asked about")
	}
	p.ahead.Store(int64(6 * time.Minute))
	p.must(p.ReconcileSessions(ctx))
	p.settled(id)
	p.untouched(lapsed)
	p.ahead.Store(int64(25 * time.Hour))
	p.must(p.ReconcileSessions(ctx))
	if live, err := p.liveSessions(ctx, p.now()); err != nil || len(live) != 0 {
		t.Errorf("still live: %v, %v", live, err)
	}
}

func TestEventListBringsWhatNoWebhookBrought(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := context.Background()
	var ids []string
	for range 60 { // more than a page of the list
		id := p.order(2430)
		p.pay(id)
		p.must(p.stripe.Pay(p.session(id).ID))
		p.must(p.stripe.Refund(p.session(id).PaymentIntent, 30))
		ids = append(ids, id)
	}
	p.must(p.ReconcileEvents(ctx))
	for _, id := range ids {
		if b := p.settled(id); b.inv.Refunds != 30 || b.inv.Hold == "" {
			t.Fatal(b.state())
		}
	}
	p.ahead.Store(int64(2 * time.Hour))
	late := p.order(2430)
	p.pay(late)
	p.must(p.stripe.Pay(p.session(late).ID))
	p.must(p.ReconcileEvents(ctx))
	p.settled(late)
	p.ahead.Store(int64(4 * time.Hour))
	calls := len(p.stripe.Calls())
	p.must(p.ReconcileEvents(ctx))
	if n := len(p.stripe.Calls()) - calls; n != 1 {
		t.Errorf("%d calls to read what is behind the cursor", n)
	}
}

func TestRefundsHoldTheJobs(t *testing.T) {
	p := newPayShop(t, true, nil)
	id := p.order(2430)
	p.pay(id)
	p.must(p.stripe.Pay(p.session(id).ID))
	p.stripe.Wait()
	intent := p.settled(id).payments[0].ProcessorID
	p.must(p.stripe.Refund(intent, 500))
	p.must(p.stripe.Refund(intent, 700))
	p.stripe.Wait()
	b := p.books(id)
	if b.inv.Refunds != 1200 || b.inv.Hold != "12.00 was refunded." || b.inv.Status() != "on_hold" || b.inv.Balance() != 1200 || len(b.refunds) != 1 {
		t.Error(b.state())
	}
	p.read(func(ctx context.Context, tx *db.Tx) error {
		jobs, err := tx.JobsOf(ctx, id)
		for _, j := range jobs {
			if j.Hold == "" {
				t.Errorf("job %s does not wait", j.Title)
			}
		}
		return err
	})
}

func TestDisputeHoldsUntilItIsWon(t *testing.T) {
	p := newPayShop(t, true, nil)
	id := p.order(2430)
	p.pay(id)
	p.must(p.stripe.Pay(p.session(id).ID))
	p.stripe.Wait()
	dispute, err := p.stripe.Dispute(p.settled(id).payments[0].ProcessorID)
	p.must(err)
	p.stripe.Wait()
	if b := p.books(id); b.inv.Hold == "" || len(b.disputes) != 1 || !b.disputes[0].FundsWithdrawn {
		t.Error(b.state())
	}
	p.must(p.stripe.CloseDispute(dispute, true))
	p.stripe.Wait()
	if b := p.books(id); b.inv.Hold != "" || b.disputes[0].FundsWithdrawn || !b.says("was won") {
		t.Error(b.state())
	}
}

func TestCrashBetweenStripeAndCommitKeepsOneSession(t *testing.T) {
	var crash atomic.Pointer[context.CancelFunc]
	created := false
	p := newPayShop(t, false, func(r *http.Request, done bool) stripetest.Fault {
		if stop := crash.Load(); stop != nil && r.Method == http.MethodPost && done == created {
			(*stop)() // the shop dies: it neither hears the answer nor asks again
			return stripetest.Drop
		}
		return stripetest.NoFault
	})
	crashes := 0
	for i := range 40 {
		id := p.order(2430)
		for round := range 1 + i%5 {
			created = round%2 == 0
			ctx, cancel := context.WithCancel(context.Background())
			crash.Store(&cancel)
			if _, err := p.PayByCard(ctx, id); err == nil {
				t.Fatal("a crash gave a page")
			}
			crashes++
			cancel()
			crash.Store(nil)
			p.App = &App{db: p.db, log: p.log, cfg: Config{PublicURL: testPublic}, stripe: newStripeClient(p.stripe.URL())} // started again
			p.ahead.Add(int64(time.Minute))
		}
		p.pay(id)
		if i%2 == 0 {
			p.must(p.stripe.Pay(p.session(id).ID))
			p.pay2(id)
		}
	}
	live := map[string]int{}
	for _, s := range p.stripe.Sessions() {
		live[s.Metadata["invoice_id"]]++
	}
	for id, n := range live {
		if n != 1 {
			t.Errorf("order %s has %d sessions", id, n)
		}
	}
	t.Logf("%d crashes, %d orders, %d sessions", crashes, 40, len(p.stripe.Sessions()))
}

// pay2 presses Pay on an order that is paid, unknown to the shop.
func (p *payShop) pay2(id string) {
	p.t.Helper()
	if _, err := p.PayByCard(context.Background(), id); !shop.IsKind(err, shop.Conflict) {
		p.t.Errorf("paying twice: %v", err)
	}
	p.settled(id)
}

func TestDoubleClickGivesOnePage(t *testing.T) {
	p := newPayShop(t, false, nil)
	id := p.order(2430)
	urls := make([]string, 8)
	var wg sync.WaitGroup
	for i := range urls {
		wg.Go(func() {
			var err error
			if urls[i], err = p.PayByCard(context.Background(), id); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, u := range urls {
		if u != urls[0] || u == "" {
			t.Errorf("pages: %q", urls)
		}
	}
	if n := len(p.stripe.Sessions()); n != 1 {
		t.Errorf("%d sessions", n)
	}
}

func TestAnotherAmountGetsAnotherPage(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := context.Background()
	id := p.order(2430)
	before := p.pay(id)
	p.must(p.takePayment(ctx, Principal{Name: "Grace"}, id, shop.ByCash, 1000, ""))
	open := func() (n int) {
		for _, s := range p.stripe.Sessions() {
			if s.Status == "open" {
				n++
			}
		}
		return n
	}
	if open() != 0 {
		t.Error("the page for the whole amount is still open")
	}
	after := p.pay(id)
	if after == before || p.session(id).Amount != 1430 || open() != 1 {
		t.Errorf("page %s for %d, %d open", after, p.session(id).Amount, open())
	}
	p.must(p.stripe.Pay(p.session(id).ID))
	p.ahead.Add(int64(time.Hour))
	p.must(p.ReconcileSessions(ctx))
	if b := p.books(id); b.inv.State != shop.Paid || b.inv.Paid != 2430 || b.inv.Jobs.Total != jobsPerOrder {
		t.Error(b.state())
	}
}

func TestPagesOfClosedOrdersAreClosed(t *testing.T) {
	p := newPayShop(t, false, nil)
	id, other := p.order(2430), p.order(1500)
	p.pay(id)
	p.pay(other)
	p.write(func(ctx context.Context, tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, id)
		return errors.Join(err, inv.Cancel("no", 1), tx.SaveInvoice(ctx, inv))
	})
	p.must(p.ExpireStaleSessions(context.Background()))
	if p.session(id).Status != "expired" || p.session(other).Status != "open" {
		t.Errorf("%s and %s", p.session(id).Status, p.session(other).Status)
	}
}

func TestMarkPaid(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := context.Background()
	who := Principal{Name: "Grace"}
	id := p.order(2430)
	for _, c := range []struct {
		method shop.PaymentMethod
		amount shop.Cents
		field  string
	}{{shop.ByCard, 2430, "method"}, {shop.ByCash, 0, "amount"}, {shop.ByCash, -5, "amount"}, {shop.ByTransfer, 2431, "amount"}} {
		err := p.takePayment(ctx, who, id, c.method, c.amount, "")
		if !shop.IsKind(err, shop.Invalid) || shop.FieldOf(err) != c.field {
			t.Errorf("%v: %v", c, err)
		}
	}
	p.untouched(id)
	p.must(p.takePayment(ctx, who, id, shop.ByTransfer, 1000, " NAB 77 "))
	b := p.books(id)
	if b.inv.State != shop.Pending || b.inv.InvoiceNumber != "INV-0001" || b.inv.Released != 0 || b.inv.Jobs.Total != 0 || b.inv.Balance() != 1430 || b.payments[0].Reference != "NAB 77" {
		t.Errorf("after a part: %s", b.state())
	}
	p.must(p.takePayment(ctx, who, id, shop.ByCash, 1430, ""))
	b = p.books(id)
	if b.inv.State != shop.Paid || b.inv.InvoiceNumber != "INV-0001" || b.inv.Jobs.Total != jobsPerOrder || !b.says("Took 14.30 AUD in cash.") {
		t.Errorf("after the rest: %s", b.state())
	}
	if err := p.takePayment(ctx, who, id, shop.ByCash, 1, ""); !shop.IsKind(err, shop.Conflict) {
		t.Errorf("taking money for a paid order: %v", err)
	}
}

func TestFailedEventsAreTriedAgain(t *testing.T) {
	p := newPayShop(t, false, nil)
	ctx := context.Background()
	n := p.news(2430)
	// An invoice stands in the way of the number: a fault of ours, not of Stripe's.
	blocker := p.order(100)
	p.write(func(ctx context.Context, tx *db.Tx) error {
		inv, err := tx.Invoice(ctx, blocker)
		if err != nil {
			return err
		}
		return errors.Join(inv.Issue("INV-0001", 1), tx.SaveInvoice(ctx, inv))
	})
	payload := n.session(eventCompleted, "complete", "paid")
	p.must(p.deliver(payload)) // it is ours now
	p.untouched(n.row.InvoiceID)
	if e := p.event(payload); e.State != "failed" || e.Error == "" || e.Attempts != 1 {
		t.Fatalf("%+v", e)
	}
	p.must(p.RetryFailedEvents(ctx))
	if e := p.event(payload); e.Attempts != 1 {
		t.Error("tried again at once")
	}
	p.write(func(ctx context.Context, tx *db.Tx) error { _, err := tx.NextNumber(ctx, "invoice"); return err })
	p.ahead.Store(int64(61 * time.Second))
	p.must(p.RetryFailedEvents(ctx))
	if e := p.event(payload); e.State != "applied" || e.Attempts != 2 || e.Error != "" {
		t.Errorf("%+v", e)
	}
	if b := p.settled(n.row.InvoiceID); b.inv.InvoiceNumber != "INV-0002" {
		t.Error(b.inv.InvoiceNumber)
	}
	// A refund of something that was never ours is left alone in the end.
	stray := p.news(100)
	p.must(p.deliver(stray.dispute(eventDisputed, "needs_response", 1)))
	for range eventTries {
		p.ahead.Add(int64(7 * time.Hour))
		p.must(p.RetryFailedEvents(ctx))
	}
	p.read(func(ctx context.Context, tx *db.Tx) error {
		failed, err := tx.FailedEvents(ctx)
		if len(failed) != 0 {
			t.Errorf("still failed: %+v", failed)
		}
		return err
	})
}

func TestAnEventIsNotTakenWithoutTheBooks(t *testing.T) {
	p := newPayShop(t, false, nil)
	n := p.news(2430)
	payload := n.session(eventCompleted, "complete", "paid")
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // the caller is gone before the keys are read
	if err := p.ReceiveWebhook(ctx, payload, stripetest.Sign(payload, time.Now(), testWebhook)); err == nil {
		t.Error("taken without the keys")
	}
	p.untouched(n.row.InvoiceID)
	p.must(p.deliver(payload))
	p.settled(n.row.InvoiceID)
}

func TestCardPaymentThatCannotBe(t *testing.T) {
	fault := stripetest.NoFault
	p := newPayShop(t, false, func(_ *http.Request, done bool) stripetest.Fault {
		if done {
			return stripetest.NoFault
		}
		return fault
	})
	ctx := context.Background()
	id := p.order(2430)
	unavailable := func(name string) {
		t.Helper()
		if _, err := p.PayByCard(ctx, id); !shop.IsKind(err, shop.Unavailable) || strings.Contains(shop.MessageOf(err), "sk_") {
			t.Errorf("%s: %v", name, err)
		}
	}
	fault = stripetest.InternalError
	unavailable("Stripe is down")
	fault = stripetest.NoFault
	p.cfg.PublicURL = ""
	other := p.order(1500)
	if _, err := p.PayByCard(ctx, other); !shop.IsKind(err, shop.Unavailable) {
		t.Errorf("without a public address: %v", err)
	}
	p.cfg.PublicURL = testPublic
	p.write(func(ctx context.Context, tx *db.Tx) error {
		return tx.SetSecret(ctx, secretStripeKey, "sk_test_somebodyelses")
	})
	unavailable("a wrong key")
	p.write(func(ctx context.Context, tx *db.Tx) error { return tx.SetSecret(ctx, secretStripeKey, "") })
	unavailable("no key")
	p.write(func(ctx context.Context, tx *db.Tx) error { return tx.SetSecret(ctx, secretStripeKey, testKey) })
	p.pay(id)
	if n := len(p.stripe.Sessions()); n != 1 {
		t.Errorf("%d sessions after all that", n)
	}
	tiny := p.order(10) // below what Stripe takes
	if _, err := p.PayByCard(ctx, tiny); !shop.IsKind(err, shop.Unavailable) {
		t.Errorf("an amount that Stripe refuses: %v", err)
	}
	if _, err := p.PayByCard(ctx, tiny); !shop.IsKind(err, shop.Unavailable) {
		t.Errorf("and again: %v", err)
	}
}

func TestAnIntentOlderThanStripeTakesStartsAnew(t *testing.T) {
	down := true
	p := newPayShop(t, false, func(r *http.Request, done bool) stripetest.Fault {
		if down && !done && r.Method == http.MethodPost {
			return stripetest.InternalError
		}
		return stripetest.NoFault
	})
	ctx := context.Background()
	for _, later := range []time.Duration{22*time.Hour + 45*time.Minute, 30 * time.Hour} {
		down = true
		id := p.order(2430)
		if _, err := p.PayByCard(ctx, id); err == nil {
			t.Fatal("Stripe was down")
		}
		down = false
		p.ahead.Add(int64(later))
		p.pay(id)
		p.must(p.stripe.Pay(p.session(id).ID))
		p.pay2(id)
	}
}
