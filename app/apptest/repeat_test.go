package apptest

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"buildplate/app/cart"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// Sixteen clicks at once in two tabs are one order, one payment page and one payment.
func TestManyClicksAreOneOrder(t *testing.T) {
	p := Start(t, Options{})
	staff := SetUp(t, p)
	v := NewVisitor(t, p)
	v.Drop("part.stl", Block(20, 20, 5))
	v.Sliced()
	req := Order(shop.ByCard, v.Price().Price.Total)
	tab := NewClient(p.Public) // a second tab shares the cookies, not the connection
	tab.http.Jar = v.http.Jar

	const clicks = 16
	answers := make([]order.CheckoutView, clicks)
	errs := make([]error, clicks)
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range clicks {
		c := []*Client{v.Client, tab}[i%2]
		all.Go(func() {
			<-start
			answers[i], errs[i] = c.CheckOut(t.Context(), req)
		})
	}
	close(start)
	all.Wait()
	for i := range clicks {
		if errs[i] != nil || answers[i].OrderNumber != answers[0].OrderNumber || answers[i].PayURL != answers[0].PayURL || answers[i].PayURL == "" {
			t.Errorf("click %d: %+v, %v; the first gave %+v", i, answers[i], errs[i], answers[0])
		}
		if o := v.Order(answers[i].OrderURL); o.Number != answers[0].OrderNumber {
			t.Errorf("click %d leads to %s", i, o.Number)
		}
	}

	// Two tabs on the payment page, the message and the return page: one payment.
	for range 4 {
		all.Go(func() { _, _ = tab.Pay(t.Context(), answers[0].PayURL) })
	}
	all.Wait()
	Await(t, "the order to be paid", func() bool { return v.Order(answers[0].OrderURL).Status == "paid" })
	// The back button, and a click on the old page.
	back, err := tab.CheckOut(t.Context(), req)
	if must(t, back, err); back.OrderNumber != answers[0].OrderNumber || back.PayURL != "" {
		t.Errorf("ordering again after paying: %+v", back)
	}
	_, err = Post[order.PayView](t.Context(), v.Client, "/api/order-links/"+Token(back.OrderURL)+"/pay", map[string]string{"method": "card"})
	if StatusOf(err) != http.StatusConflict {
		t.Errorf("paying again: %v", err)
	}
	if o := staff.Find(back.OrderNumber); len(o.Payments) != 1 || len(o.Jobs) != 1 {
		t.Errorf("%d payments, %d jobs", len(o.Payments), len(o.Jobs))
	}
	if cart := v.Cart(); cart.Order == nil || cart.Order.Number != back.OrderNumber {
		t.Errorf("the cart leads to %+v", cart.Order)
	}
	// A new file is a new order.
	v.Drop("another.stl", Block(20, 20, 5))
	v.Sliced()
	if second := v.Checkout(Order(shop.ByTransfer, v.Price().Price.Total)); second.OrderNumber == back.OrderNumber {
		t.Error("the next cart became the same order")
	}
	p.Stop(t)
	if b := Audit(t, p.Data, Stopped); len(b.Orders) != 2 || b.Payments != 1 || b.Paid != 1 || b.Issued != 1 || b.Jobs != 1 {
		t.Errorf("the audit: %+v", b)
	}
}

// A customer whose connection breaks while the order is placed asks again and finds the order placed.
func TestLostAnswerThenAgain(t *testing.T) {
	p := Start(t, Options{})
	SetUp(t, p)
	placed := 0
	for i := range 12 {
		v := NewVisitor(t, p)
		v.Drop("part.stl", Block(20, 20, 5))
		v.Sliced()
		req := Order(shop.ByTransfer, v.Price().Price.Total)
		ctx, cancel := context.WithCancel(t.Context())
		// The request goes out whole; the connection ends before the answer is read, sooner or later in its making.
		lost := &Client{Base: v.Base, http: &http.Client{Jar: v.http.Jar, Transport: &http.Transport{}}}
		done := make(chan error, 1)
		go func() {
			_, err := lost.CheckOut(ctx, req)
			done <- err
		}()
		for range i {
			_ = v.Cart() // a few milliseconds
		}
		cancel()
		if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("lost answer: %v", err)
		}
		first := v.Checkout(req)
		if again := v.Checkout(req); again.OrderNumber != first.OrderNumber {
			t.Errorf("asked twice: %s and %s", first.OrderNumber, again.OrderNumber)
		}
		placed++
	}
	p.Stop(t)
	if b := Audit(t, p.Data, Stopped); len(b.Orders) != placed {
		t.Errorf("%d customers, %d orders", placed, len(b.Orders))
	}
}

// Nobody pays another price than they saw: whatever moved it between the price and the order.
func TestPriceThatMoved(t *testing.T) {
	p := Start(t, Options{})
	staff := SetUp(t, p)
	moved := func(t *testing.T, v *Visitor, req order.CheckoutRequest) shop.Cents {
		t.Helper()
		_, err := v.CheckOut(t.Context(), req)
		var problem *Problem
		if !errors.As(err, &problem) || problem.Status != http.StatusConflict || problem.Code != "total_moved" || problem.Price == nil {
			t.Fatalf("ordering at a price that moved: %v", err)
		}
		if problem.Price.Total == req.ExpectedTotal {
			t.Errorf("the price moved from %s to %s", req.ExpectedTotal, problem.Price.Total)
		}
		if now := v.Price().Price.Total; now != problem.Price.Total {
			t.Errorf("the refusal says %s, the page %s", problem.Price.Total, now)
		}
		return problem.Price.Total
	}

	t.Run("the shop changed its prices", func(t *testing.T) {
		v := NewVisitor(t, p)
		v.Drop("part.stl", Block(20, 20, 5))
		v.Sliced()
		req := Order(shop.ByCard, v.Price().Price.Total)
		set := staff.Settings()
		set.Pricing.Setup = set.Pricing.Setup.Add(shop.MustRate("10"))
		staff.Save(set)
		req.ExpectedTotal = moved(t, v, req)
		v.Checkout(req)
	})
	t.Run("another tab changed the cart", func(t *testing.T) {
		v := NewVisitor(t, p)
		v.Drop("part.stl", Block(20, 20, 5))
		v.Sliced()
		req := Order(shop.ByCard, v.Price().Price.Total)
		had := v.Cart()
		part := had.Parts[0].ID
		if err := v.JSON(t.Context(), http.MethodPatch, "/api/quick-order/parts/"+part, map[string]any{"version": had.Version, "copies": 3}, nil); err != nil {
			t.Fatal(err)
		}
		v.Sliced()
		req.ExpectedTotal = moved(t, v, req)
		placed := v.Checkout(req)
		if o := v.Order(placed.OrderURL); o.Items[0].Copies != 3 || o.Price.Total != req.ExpectedTotal {
			t.Errorf("ordered %d copies for %s", o.Items[0].Copies, o.Price.Total)
		}
	})
	t.Run("a choice is being sliced", func(t *testing.T) {
		v := NewVisitor(t, p)
		v.Drop("part.stl", Block(60, 60, 40))
		v.Sliced()
		req := Order(shop.ByCard, v.Price().Price.Total)
		had := v.Cart()
		part := had.Parts[0].ID
		if err := v.JSON(t.Context(), http.MethodPatch, "/api/quick-order/parts/"+part, map[string]any{"version": had.Version, "quality": "0.12", "infill": 60}, nil); err != nil {
			t.Fatal(err)
		}
		// Slicing takes a second; until then no order may be placed at a guess, nor at the old price.
		if _, err := v.CheckOut(t.Context(), req); StatusOf(err) != http.StatusConflict {
			t.Errorf("ordering while the price is not exact: %v", err)
		}
		v.Sliced()
		req.ExpectedTotal = moved(t, v, req)
		v.Checkout(req)
	})
	t.Run("a price that the customer made up", func(t *testing.T) {
		v := NewVisitor(t, p)
		v.Drop("part.stl", Block(20, 20, 5))
		v.Sliced()
		moved(t, v, Order(shop.ByCard, 1))
		if len(v.Cart().Parts) != 1 || v.Cart().Order != nil {
			t.Error("the refused order left its mark on the cart")
		}
	})
	t.Run("a unit chosen before the part was looked at", func(t *testing.T) {
		before := NewVisitor(t, p)
		before.DropFine("fine.stl") // keeps the inspection busy
		v := NewVisitor(t, p)
		v.Drop("inches.stl", Block(4, 3, 2))
		had := v.Cart()
		part := had.Parts[0]
		if err := v.JSON(t.Context(), http.MethodPatch, "/api/quick-order/parts/"+part.ID, map[string]any{"version": had.Version, "unit": "inch"}, nil); err != nil {
			t.Fatal(err)
		}
		if part.State != cart.ShownState(shop.PartInspecting) {
			t.Errorf("the part was looked at too early for this test: %s", part.State)
		}
		got := v.Sliced().Parts[0]
		if got.State != cart.ShownState(shop.PartSliced) || math.Abs(got.Inspection.SizeMM[0]-4*25.4) > 0.001 {
			t.Errorf("a part 4 inches long is %s and measures %v mm", got.State, got.Inspection.SizeMM)
		}
		before.Sliced()
	})
	p.Stop(t)
	if b := Audit(t, p.Data, Stopped); len(b.Orders) != 3 || b.Payments != 0 {
		t.Errorf("the audit: %+v", b)
	}
}

// A page of another site can order nothing in a visitor's name.
func TestOtherSitesCannotOrder(t *testing.T) {
	p := Start(t, Options{})
	SetUp(t, p)
	v := NewVisitor(t, p)
	v.Drop("part.stl", Block(20, 20, 5))
	v.Sliced()
	at, err := url.Parse(p.Public)
	if err != nil {
		t.Fatal(err)
	}
	for _, origin := range []string{"https://evil.example", "null", "http://localhost:1", "http://" + at.Hostname()} {
		a, err := v.Send(t.Context(), http.MethodPost, "/api/quick-order/checkout", []byte(`{}`), "Content-Type", "application/json", "Origin", origin)
		if err != nil || a.Status != http.StatusForbidden {
			t.Errorf("from %s: %d %v", origin, a.Status, err)
		}
	}
	if v.Cart().Order != nil {
		t.Error("the cart was ordered")
	}
	p.Stop(t)
	Audit(t, p.Data, Stopped)
}
