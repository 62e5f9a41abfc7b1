package card

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"buildplate/app/billing"
	"buildplate/app/event"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/app/stripetest"
	"buildplate/app/task"
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
	*Service
	t       *testing.T
	billing *billing.Service
	stripe  *stripetest.Server
	hook    *httptest.Server
	broken  atomic.Int32 // webhook calls still to be answered with 500
	ahead   atomic.Int64 // of the clock
	email   string       // of who orders
}

func (p *payShop) now() time.Time { return time.Now().Add(time.Duration(p.ahead.Load())) }

func newPayShop(t *testing.T, webhooks bool, fault func(*http.Request, bool) stripetest.Fault) *payShop {
	t.Helper()
	p := &payShop{t: t, email: "ada@example.com"}
	d := dbtest.Open(t)
	t.Cleanup(func() { dbtest.Reindex(t, d) })
	d.SetNow(p.now)
	p.Service = &Service{db: d, events: &event.Bus{}, log: slog.New(slog.DiscardHandler)}
	p.reach(testPublic)
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
	p.restart()
	p.write(func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(
			tx.SaveSettings(ctx, shop.DefaultSettings("UTC"), true, ""),
			tx.StartSeries(ctx, "order", "ORD-", 1001), tx.StartSeries(ctx, "invoice", "INV-", 1),
			tx.SetSecret(ctx, setting.SecretStripeKey, testKey), tx.SetSecret(ctx, setting.SecretWebhook, testWebhook))
	})
	return p
}

// reach says where the shop's public door is.
func (p *payShop) reach(url string) {
	p.settings = setting.New(p.db, setting.Config{PublicURL: url}, p.log)
	p.Service.settings = p.settings
}

// restart is what a restart leaves: the database, and new services on it.
func (p *payShop) restart() {
	events := &event.Bus{}
	p.billing = billing.New(p.db, events)
	p.Service = New(Deps{
		DB: p.db, Log: p.log, Events: events, Settings: p.settings, Tasks: task.New(p.db, events, p.log), StripeURL: p.stripe.URL(),
	})
	event.Subscribe(events, p.PaymentTaken) // as app.New does
	event.Subscribe(events, p.PaymentStopped)
}

// causes is what staff would have to look at.
func (p *payShop) causes() (open []shop.Alarm) {
	p.read(func(ctx context.Context, tx *db.Tx) (err error) {
		open, err = tx.AlarmCauses(ctx)
		return err
	})
	return open
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

// order makes an order of two models and a photo, whose invoice has its id, as those of the first shops have.
func (p *payShop) order(total shop.Cents) string {
	p.t.Helper()
	id := shop.NewID()
	p.write(func(ctx context.Context, tx *db.Tx) error {
		number, err := tx.NextNumber(ctx, "order")
		if err != nil {
			return err
		}
		contact := shop.Contact{Name: "Ada", Email: p.email, Phone: "0400 000 000"}
		client := shop.NewID()
		o := &shop.Order{
			ID: id, Number: number, ClientID: client, Source: shop.FromWeb, State: shop.OrderOpen, Review: shop.ReviewNone, Payment: shop.ByCard, Currency: "AUD",
			Price:   shop.Price{Rows: []shop.PriceRow{{Kind: shop.RowPart, Label: "Parts", Amount: total}}, Total: total, Currency: "AUD"},
			Contact: contact, Delivery: shop.Delivery{Method: shop.Pickup}, TermsVersion: "1", TermsAt: 1,
		}
		if err := errors.Join(tx.InsertClient(ctx, client, contact), tx.InsertOrder(ctx, o)); err != nil {
			return err
		}
		items := []shop.Item{}
		for i, kind := range []string{"model", "model", "review_file"} {
			it := shop.Item{ID: shop.NewID(), OrderID: id, Name: fmt.Sprintf("part %d", i), Kind: kind, Copies: i + 1}
			if i == 0 {
				it.Price.Total = total
			}
			if err := tx.InsertItem(ctx, it, i); err != nil {
				return err
			}
			items = append(items, it)
			plate := shop.Plate{ID: shop.NewID(), OrderID: id, Origin: shop.PlatePriced, Position: i + 1, Runs: it.Copies, ItemID: it.ID, Copies: 1}
			if err := tx.InsertPlate(ctx, plate); err != nil {
				return err
			}
		}
		lines := o.Price.Lines(items)
		for i := range lines {
			lines[i].ID = shop.NewID()
		}
		return tx.InsertInvoice(ctx, &shop.Invoice{
			ID: id, OrderID: id, ClientID: client, State: shop.Draft, Currency: "AUD", Tax: shop.Tax{Mode: shop.TaxNone}, Total: total,
		}, lines)
	})
	return id
}

// afterRefund is what is owed when something was sent back: that is owed by nobody, but for a surplus that gets smaller.
func afterRefund(balance, refund shop.Cents) shop.Cents {
	if balance >= 0 {
		return balance
	}
	return min(balance+refund, 0)
}

// cancel closes an order as the shop does, but for its payment page.
func (p *payShop) cancel(id string) {
	p.t.Helper()
	p.write(func(ctx context.Context, tx *db.Tx) error {
		o, err := tx.Order(ctx, id)
		if err != nil {
			return err
		}
		if err := errors.Join(o.Cancel("no", 1), billing.Void(ctx, tx, o, "no", ""), tx.SaveOrder(ctx, o, "")); err != nil {
			return err
		}
		_, err = p.billing.Due(ctx, tx, o)
		return err
	})
}

const jobsPerOrder = 3

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
