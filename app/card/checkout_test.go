package card

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/app/stripetest"
	"buildplate/db"
)

func TestPayByCardSaysWhatIsPaid(t *testing.T) {
	p := newPayShop(t, true, nil)
	id := p.order(2430)
	payURL := p.pay(id)
	s := p.session(id)
	b := p.account(id)
	var row *shop.CheckoutSession
	p.read(func(ctx context.Context, tx *db.Tx) (err error) { row, err = tx.ActiveCheckout(ctx, id); return err })
	if payURL != s.URL || s.Amount != 2430 || s.Currency != "aud" || s.Name != "Order "+b.order.Number || s.Email != "ada@example.com" || s.Reference != row.ID {
		t.Errorf("session: %+v", s)
	}
	if s.SuccessURL != testPublic+"/return/"+row.ID+"?result=success" || s.CancelURL != testPublic+"/return/"+row.ID+"?result=cancel" {
		t.Errorf("ways back: %s, %s", s.SuccessURL, s.CancelURL)
	}
	if s.Metadata["invoice_id"] != id || s.Metadata["order_number"] != b.order.Number || s.Metadata["intent_id"] != row.ID || len(s.Metadata["instance"]) != 36 {
		t.Errorf("metadata: %v", s.Metadata)
	}
	if row.State != shop.CheckoutOpen || row.StripeID != s.ID || row.Expires.Time().Unix() != s.Expires.Unix() {
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

// An address that mail can be sent to and Stripe does not take keeps nobody from paying: they type one on Stripe's page.
func TestAnAddressThatStripeRefusesIsLeftOut(t *testing.T) {
	p := newPayShop(t, false, nil)
	p.email = "zoë@bücher.example"
	id := p.order(2430)
	payURL := p.pay(id)
	if s := p.session(id); s.Email != "" || s.Amount != 2430 || s.URL != payURL {
		t.Errorf("session: %+v", s)
	}
	if again := p.pay(id); again != payURL || len(p.stripe.Sessions()) != 1 {
		t.Errorf("once more: %s after %s, %d sessions", again, payURL, len(p.stripe.Sessions()))
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

// Row 12: 200 crashes, always.
func TestCrashBetweenStripeAndCommitKeepsOneSession(t *testing.T) {
	const orders, promised = 70, 200
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
	for i := range orders {
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
			p.restart()
			p.ahead.Add(int64(time.Minute))
		}
		p.pay(id)
		if i%2 == 0 {
			p.must(p.stripe.Pay(p.session(id).ID))
			p.pay2(id)
		}
	}
	open := map[string]int{}
	for _, s := range p.stripe.Sessions() {
		open[s.Metadata["invoice_id"]]++
	}
	for id, n := range open {
		if n != 1 {
			t.Errorf("order %s has %d sessions", id, n)
		}
	}
	t.Logf("%d crashes, %d orders, %d sessions", crashes, orders, len(p.stripe.Sessions()))
	if crashes < promised || len(open) != orders {
		t.Errorf("%d crashes, and sessions of %d orders", crashes, len(open))
	}
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
	p.must(p.billing.TakePayment(ctx, shop.Actor{Name: "Grace", Role: shop.RoleStaff}, id, 0, shop.ByCash, 1000, ""))
	open := func() (n int) {
		for _, s := range p.stripe.Sessions() {
			if s.Status == "open" {
				n++
			}
		}
		return n
	}
	p.must(p.tasks.RunDue(ctx))
	if open() != 0 {
		t.Error("the page for the whole amount is still open")
	}
	after := p.pay(id)
	if after == before || p.session(id).Amount != 1430 || open() != 1 {
		t.Errorf("page %s for %d, %d open", after, p.session(id).Amount, open())
	}
	p.must(p.stripe.Pay(p.session(id).ID))
	p.ahead.Add(int64(time.Hour))
	p.must(p.reconcileSessions(ctx))
	if b := p.account(id); b.inv.State != shop.Paid || b.inv.Paid != 2430 || b.order.Jobs.Total != jobsPerOrder {
		t.Error(b.state())
	}
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
	p.reach("")
	other := p.order(1500)
	if _, err := p.PayByCard(ctx, other); !shop.IsKind(err, shop.Unavailable) {
		t.Errorf("without a public address: %v", err)
	}
	p.reach(testPublic)
	p.write(func(ctx context.Context, tx *db.Tx) error {
		return tx.SetSecret(ctx, setting.SecretStripeKey, "sk_test_somebodyelses")
	})
	unavailable("a wrong key")
	p.write(func(ctx context.Context, tx *db.Tx) error { return tx.SetSecret(ctx, setting.SecretStripeKey, "") })
	unavailable("no key")
	p.write(func(ctx context.Context, tx *db.Tx) error { return tx.SetSecret(ctx, setting.SecretStripeKey, testKey) })
	p.pay(id)
	if n := len(p.stripe.Sessions()); n != 1 {
		t.Errorf("%d sessions after all that", n)
	}
	calls := len(p.stripe.Calls())
	if _, err := p.PayByCard(ctx, p.order(49)); !shop.IsCode(err, "below_card_minimum") || len(p.stripe.Calls()) != calls {
		t.Errorf("less than a card takes: %v", err)
	}
	huge := p.order(1_000_000_00) // above what Stripe takes
	for range 2 {
		if _, err := p.PayByCard(ctx, huge); !shop.IsKind(err, shop.Unavailable) {
			t.Errorf("an amount that Stripe refuses: %v", err)
		}
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
