package card

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"buildplate/app/shop"
	"buildplate/app/stripetest"
	"buildplate/db"
)

// Whoever wants to pay while an order is being cancelled waits for the end of it and is refused: no payment page opens
// between the moment its page is closed and the moment it is cancelled.
func TestNoPaymentPageOpensWhileAnOrderIsCancelled(t *testing.T) {
	for _, during := range []string{"the closing of its page", "the act"} {
		t.Run(during, func(t *testing.T) {
			var p *payShop
			var id string
			answer, waits := make(chan error, 1), make(chan string, 1)
			var begun atomic.Bool
			tryToPay := func() {
				if !begun.CompareAndSwap(false, true) {
					return
				}
				go func() {
					_, err := p.PayByCard(context.Background(), id)
					answer <- err
				}()
				select {
				case err := <-answer:
					t.Errorf("paying did not wait: %v", err)
					answer <- err
				case order := <-waits:
					if order != id {
						t.Errorf("paying waits for %q", order)
					}
				}
			}
			p = newPayShop(t, false, func(r *http.Request, done bool) stripetest.Fault {
				if done && during != "the act" && strings.HasSuffix(r.URL.Path, "/expire") {
					tryToPay() // Stripe has closed the page, and the shop has not heard of it
				}
				return stripetest.NoFault
			})
			p.Service.stripe.paying.Waits = func(order string) { waits <- order }
			id = p.order(2430)
			p.pay(id)
			anyone := func(context.Context, *db.Tx, *shop.Order) error { return nil }
			p.must(p.WithoutCheckout(context.Background(), id, anyone, func() error {
				if during == "the act" {
					tryToPay()
				}
				p.cancel(id)
				return nil
			}))
			if !begun.Load() {
				t.Fatal("nobody tried to pay")
			}
			if err := <-answer; !shop.IsKind(err, shop.Conflict) {
				t.Errorf("paying a cancelled order: %v", err)
			}
			for _, s := range p.stripe.Sessions() {
				if s.Status == "open" {
					t.Errorf("the cancelled order can be paid: %+v", s)
				}
			}
		})
	}
}
