package apptest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"buildplate/app/apptest/wait"
	"buildplate/app/cart"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// Visitor is a customer's browser at the public door. Its methods fail the test where Client's give an error.
type Visitor struct {
	*Client
	tb testing.TB
}

// NewVisitor is a customer who has never been here.
func NewVisitor(tb testing.TB, s Shop) *Visitor { return &Visitor{NewClient(s.doors().Public), tb} }

// VisitorOf is the customer at a browser.
func VisitorOf(tb testing.TB, c *Client) *Visitor { return &Visitor{c, tb} }

// sliceTimeout is how long a part, however large, may take to be sliced on a machine that does other things as well.
const sliceTimeout = 4 * time.Minute

// Piece is the size of the pieces of an upload where nothing else is said: several to most models.
const Piece = 512

// Drop uploads a file.
func (v *Visitor) Drop(name string, file []byte) {
	v.tb.Helper()
	if err := v.Upload(v.tb.Context(), name, file, max(Piece, len(file)/8)); err != nil {
		v.tb.Fatal(err)
	}
}

// DropFine uploads a FineBall.
func (v *Visitor) DropFine(name string) {
	v.tb.Helper()
	if err := v.Upload(v.tb.Context(), name, FineBall(), shop.MaxUploadPiece); err != nil {
		v.tb.Fatal(err)
	}
}

// Cart reads the cart.
func (v *Visitor) Cart() cart.View {
	v.tb.Helper()
	cart, err := Get[cart.View](v.tb.Context(), v.Client, "/api/quick-order/cart")
	return must(v.tb, cart, err)
}

// must fails the test for an error beside a value.
func must[T any](tb testing.TB, v T, err error) T {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

// Sliced waits until nothing in the cart is worked on any more.
func (v *Visitor) Sliced() cart.View {
	v.tb.Helper()
	cart, err := v.WaitSliced(v.tb.Context(), 1)
	if err != nil {
		v.tb.Fatal(err)
	}
	return cart
}

// WaitSliced waits until the cart has so many parts and none is worked on, through restarts of the shop.
func (c *Client) WaitSliced(ctx context.Context, parts int) (v cart.View, err error) {
	ctx, cancel := context.WithTimeout(ctx, sliceTimeout)
	defer cancel()
	for {
		v, err = Get[cart.View](ctx, c, "/api/quick-order/cart")
		if err == nil && !v.Busy && len(v.Parts) >= parts {
			return v, nil
		}
		if err := lasting(err); err != nil {
			return v, err
		}
		if e := rest(ctx); e != nil {
			return v, errors.Join(fmt.Errorf("the cart was not ready in time: %d parts, busy %t", len(v.Parts), v.Busy), e, err)
		}
	}
}

// Price asks for the price of the cart for collecting.
func (v *Visitor) Price() cart.PriceView {
	v.tb.Helper()
	price, err := v.PriceFor(v.tb.Context(), pickup)
	return must(v.tb, price, err)
}

var pickup = shop.Delivery{Method: shop.Pickup}

// PriceFor asks for the price of the cart for a way of delivery.
func (c *Client) PriceFor(ctx context.Context, d shop.Delivery) (cart.PriceView, error) {
	return Post[cart.PriceView](ctx, c, "/api/quick-order/price", map[string]any{"delivery": d})
}

// Order is what a customer with no wishes fills in.
func Order(payment shop.PaymentMethod, total shop.Cents) order.CheckoutRequest {
	return order.CheckoutRequest{
		Contact:  shop.Contact{Name: "Ada Lovelace", Email: "ada@example.com", Phone: "02 5550 1234"},
		Delivery: pickup, TermsVersion: "1", TermsAccepted: true, Payment: payment, ExpectedTotal: total,
	}
}

// Checkout orders the cart.
func (v *Visitor) Checkout(req order.CheckoutRequest) order.CheckoutView {
	v.tb.Helper()
	out, err := v.CheckOut(v.tb.Context(), req)
	return must(v.tb, out, err)
}

// CheckOut orders the cart.
func (c *Client) CheckOut(ctx context.Context, req order.CheckoutRequest) (order.CheckoutView, error) {
	return Post[order.CheckoutView](ctx, c, "/api/quick-order/checkout", req)
}

// Pay presses Pay on the stand-in's page. It gives the address that the customer is sent back to.
func (c *Client) Pay(ctx context.Context, payURL string) (back string, err error) {
	a, err := c.Send(ctx, http.MethodPost, payURL, []byte(url.Values{"action": {"pay"}}.Encode()), "Content-Type", "application/x-www-form-urlencoded")
	switch {
	case err != nil:
		return "", err
	case a.Status != http.StatusSeeOther:
		return "", fmt.Errorf("the payment page answered %d", a.Status)
	}
	return a.Header.Get("Location"), nil
}

// PaysOn presses Pay, comes back to the shop and waits until it says that the order is paid.
func (v *Visitor) PaysOn(payURL string) {
	v.tb.Helper()
	back, err := v.Pay(v.tb.Context(), payURL)
	if err != nil {
		v.tb.Fatal(err)
	}
	at, err := url.Parse(back)
	if err != nil {
		v.tb.Fatal(err)
	}
	intent := strings.TrimPrefix(at.Path, "/return/")
	Await(v.tb, "the return page to say paid", func() bool {
		ret, err := Post[order.ReturnView](v.tb.Context(), v.Client, "/api/checkout/"+intent+"/return", nil)
		return must(v.tb, ret, err).State == "paid"
	})
}

// OrderAt reads the page behind a customer's link, as /order/TOKEN.
func (c *Client) OrderAt(ctx context.Context, orderURL string) (order.CustomerOrderView, error) {
	return Get[order.CustomerOrderView](ctx, c, "/api/order-links/"+Token(orderURL))
}

// Order reads the page behind a customer's link.
func (v *Visitor) Order(orderURL string) order.CustomerOrderView {
	v.tb.Helper()
	o, err := v.OrderAt(v.tb.Context(), orderURL)
	return must(v.tb, o, err)
}

// Token is the secret part of an order's link.
func Token(orderURL string) string { return orderURL[strings.LastIndexByte(orderURL, '/')+1:] }

// Await is wait.Until, the one poller, for tests of the shop, which import this package anyway. No event tells a test what it
// awaits: a shop in another process has none, a task is done after the last event of its transaction, a file is closed and a
// stream ends without one, and what a page hears may be dropped, so that it looks again as well.
func Await(tb testing.TB, what string, ok func() bool) {
	tb.Helper()
	wait.Until(tb, what, ok)
}
