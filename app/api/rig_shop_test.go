package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/order"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/app/stripetest"
	"buildplate/db"
)

// Paths that many tests ask.
const (
	uploadPath      = "/api/quick-order/upload"
	webhookPath     = "/api/stripe/webhook"
	cartEventsPath  = "/api/quick-order/events"
	staffEventsPath = "/api/events"
)

// someEvent is a Stripe event's that does not concern the shop, with spaces that a reader would lose.
const someEvent = `{"id":"evt_1",  "object":"event", "type":"customer.created","created":1,"data":{"object":{}},  "spaces":"kept"}`

// signed is the header of an event that Stripe signed now.
func (r *rig) signed(event string) string {
	return "Stripe-Signature: " + stripetest.Sign([]byte(event), r.Now(), setting.DemoWebhookSecret)
}

// event is what the shop keeps of a Stripe event's.
func (r *rig) event(id string) (e db.StripeEvent) {
	r.t.Helper()
	r.Read(func(ctx context.Context, tx *db.Tx) (err error) {
		e, err = tx.Event(ctx, id)
		return err
	})
	return e
}

// review orders a file for a person to look at, through the public door.
func (r *rig) review(cookie, name string, file []byte) (v order.CheckoutView) {
	r.t.Helper()
	r.Drop(r.cartOf(cookie), name, file)
	body, err := json.Marshal(apptest.Order(shop.ByReview, 0))
	if err != nil {
		r.t.Fatal(err)
	}
	res, text := r.ask(r.public, "POST", "/api/quick-order/checkout", string(body), cookie, origin(r.public))
	if err := json.Unmarshal([]byte(text), &v); err != nil || res.StatusCode != http.StatusOK {
		r.t.Fatalf("checkout answers %d: %s", res.StatusCode, text)
	}
	return v
}

// find is the stored order of a number.
func (r *rig) find(number string) (o *shop.Order) {
	r.t.Helper()
	r.Read(func(ctx context.Context, tx *db.Tx) error {
		found, _, err := tx.OrderPage(ctx, db.ListFilter{Tab: "all", Text: number, Limit: 1})
		if err != nil {
			return err
		}
		o, err = tx.Order(ctx, found[0].ID)
		return err
	})
	return o
}

// filesOf are the stored files of an order.
func (r *rig) filesOf(number string) (files []shop.OrderFile) {
	r.t.Helper()
	id := r.find(number).ID
	r.Read(func(ctx context.Context, tx *db.Tx) (err error) {
		files, err = tx.OrderFiles(ctx, id)
		return err
	})
	return files
}

// carts counts the carts that were not ordered.
func (r *rig) carts() (n int) {
	r.t.Helper()
	r.Read(func(ctx context.Context, tx *db.Tx) error {
		all, err := tx.StaleCarts(ctx, shop.TimeOf(r.Now().Add(time.Hour)), 10_000)
		n = len(all)
		return err
	})
	return n
}
