package hostile_test

import (
	"net"
	"net/http"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/apptest/wait"
	"buildplate/app/cart"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// customer is an honest one, whose answers are noted.
type customer struct {
	f *field
	*apptest.Client
	seen *answers
}

func (f *field) customer(seen *answers) customer {
	c := customer{f, f.neighbour(), seen}
	c.Via(func(t http.RoundTripper) http.RoundTripper { return note{t, seen} })
	return c
}

// buys goes from the first page to the paid order; nothing on the way is refused.
func (c customer) buys(t *testing.T) {
	t.Helper()
	looksAround(t, c.Client, "/", "/api/shop", "/api/quick-order/cart")
	placed := c.orders(t, c.f.newPart())
	v := apptest.VisitorOf(t, c.Client)
	v.PaysOn(placed.PayURL)
	if o := v.Order(placed.OrderURL); o.Status != "paid" || o.Balance != 0 {
		t.Errorf("the order is %s and owes %s", o.Status, o.Balance)
	}
	c.seen.complain(t)
}

// looksAround asks for pages, all of which are to be had.
func looksAround(t *testing.T, c *apptest.Client, pages ...string) {
	t.Helper()
	for _, page := range pages {
		if a, err := c.Send(t.Context(), http.MethodGet, page, nil); err != nil || a.Status != http.StatusOK {
			t.Errorf("%s answered %d: %v", page, a.Status, err)
		}
	}
}

// newPart is one that nobody has ordered before.
func (f *field) newPart() []byte { return apptest.Block(12+float64(f.visitors.Add(1))/100, 10, 4) }

// orders uploads a part, waits for its slice and orders it.
func (c customer) orders(t *testing.T, part []byte) order.CheckoutView {
	t.Helper()
	v := apptest.VisitorOf(t, c.Client)
	v.Drop("part.stl", part)
	if cart := c.f.sliced(t, v); !cart.CanPay {
		t.Fatalf("the cart cannot be paid: %+v", cart)
	}
	return v.Checkout(apptest.Order(shop.ByCard, v.Price().Price.Total))
}

// sliced waits for the slices of a cart at the pace of a page, not of a test. Before the first attack it learns how long a part
// takes alone.
func (f *field) sliced(t *testing.T, v *apptest.Visitor) cart.View {
	t.Helper()
	quiet := f.harm == ""
	for began := time.Now(); ; {
		c, took := v.Cart(), time.Since(began)
		if !c.Busy && len(c.Parts) > 0 {
			if quiet && !c.Parts[0].FromCache && (f.alone == 0 || took < f.alone) {
				f.alone = took
			}
			return c
		}
		if longest := f.longestSlice(); !quiet && took > longest {
			t.Fatalf("the part was not sliced within %s; alone it takes %s", longest, f.alone)
		}
		if err := wait.Pause(t.Context(), 400*time.Millisecond); err != nil {
			t.Fatal("the part was not sliced")
		}
	}
}

// payer has the payment page open.
type payer struct {
	client *apptest.Client
	page   string
	number string // of the order
}

// checkedOut orders what was sliced for somebody before, and gets as far as the payment page.
func (f *field) checkedOut(t *testing.T) payer {
	t.Helper()
	c := f.customer(&answers{})
	placed := c.orders(t, apptest.Block(12, 10, 4))
	return payer{c.Client, placed.PayURL, placed.OrderNumber}
}

// ordered is an order whose customer has it in a browser.
type ordered struct {
	client *apptest.Client
	number string
	link   string // address of its page
}

// ordered buys what was sliced before, as somebody who means harm and has to come by an order first.
func (f *field) ordered(t *testing.T) ordered {
	t.Helper()
	c := customer{f, f.neighbour(), nil}
	placed := c.orders(t, apptest.Block(12, 10, 4))
	c.Patience = 0
	return ordered{c.Client, placed.OrderNumber, placed.OrderURL}
}

// pays presses Pay on Stripe's page. The shop hears of it from Stripe alone.
func (p payer) pays(t *testing.T) {
	t.Helper()
	if _, err := p.client.Pay(t.Context(), p.page); err != nil {
		t.Error(err)
	}
}

// sells logs the owner in anew and takes an order at the counter, from the file to the cash.
func (f *field) sells(t *testing.T, seen *answers, owner *apptest.Staff) {
	t.Helper()
	began := time.Now()
	in := apptest.LogIn(t, f)
	if took := time.Since(began); took > patient(mostLogin) {
		t.Errorf("the owner waited %s to log in", took)
	}
	in.Via(func(t http.RoundTripper) http.RoundTripper { return note{t, seen} })
	looksAround(t, in.Client, "/api/orders?tab=all", "/api/jobs", "/api/status")
	counter := apptest.VisitorOf(t, in.Client)
	counter.Drop("walk-in.stl", apptest.Block(11+float64(f.visitors.Add(1))/100, 10, 4))
	f.sliced(t, counter)
	req := order.CounterOrderRequest{
		Contact: shop.Contact{Name: "Walk-in"}, Delivery: shop.Delivery{Method: shop.Pickup}, Payment: shop.ByCash, ExpectedTotal: counter.Price().Price.Total,
	}
	placed, err := apptest.Post[order.PlacedView](t.Context(), in.Client, "/api/orders/counter", req)
	if err != nil {
		t.Fatal(err)
	}
	if o := owner.Find(placed.OrderNumber); o.InvoiceState != shop.Paid {
		t.Errorf("the counter's order is %s", o.InvoiceState)
	}
	seen.complain(t)
}

// ownAddress is an address of this machine that is not loopback, or nil.
func ownAddress() net.IP {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	for _, a := range all {
		if ip, ok := a.(*net.IPNet); ok && !ip.IP.IsLoopback() && ip.IP.To4() != nil {
			return ip.IP
		}
	}
	return nil
}

// shopAddress is where the shop's door listens: at all addresses of the machine, where it has one in a network.
func shopAddress(t *testing.T) string {
	t.Helper()
	_, port, err := net.SplitHostPort(apptest.FreeAddress(t))
	if err != nil {
		t.Fatal(err)
	}
	if ownAddress() == nil {
		return "127.0.0.1:" + port
	}
	return ":" + port
}
