package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"buildplate/app/api"
	"buildplate/app/apptest"
	"buildplate/app/cart"
	"buildplate/app/event"
	"buildplate/app/shop"
)

// listen opens a stream and gives its lines; the channel closes with the stream.
func (r *rig) listen(addr, path string, header ...string) (*http.Response, <-chan string, context.CancelFunc) {
	r.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, "GET", "http://"+addr+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		req.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	lines := make(chan string, 10_000)
	go func() {
		defer close(lines)
		defer res.Body.Close()
		for scan := bufio.NewScanner(res.Body); scan.Scan(); {
			lines <- scan.Text()
		}
	}()
	return res, lines, cancel
}

// next gives the next line with a prefix.
func next(t testing.TB, lines <-chan string, prefix string) string {
	t.Helper()
	after := time.After(patience)
	for {
		select {
		case line, ok := <-lines:
			if !ok {
				t.Fatalf("the stream ended before %q", prefix)
			}
			if strings.HasPrefix(line, prefix) {
				return line
			}
		case <-after:
			t.Fatalf("no %q in time", prefix)
		}
	}
}

// picture is the next cart that a stream shows.
func picture(t testing.TB, lines <-chan string) (v cart.View) {
	t.Helper()
	next(t, lines, "event: cart")
	if err := json.Unmarshal([]byte(strings.TrimPrefix(next(t, lines, "data: "), "data: ")), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestCartEvents(t *testing.T) {
	r := newRig(t)
	me, other := r.visitor(), r.visitor()
	r.Drop(r.cartOf(me), "mine.stl", apptest.Block(20, 20, 5))
	r.Drop(r.cartOf(other), "theirs.stl", apptest.Block(20, 20, 5))
	res, lines, _ := r.listen(r.public, cartEventsPath, me, "Last-Event-ID: 17")
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/event-stream" || res.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	if next(t, lines, "retry: ") != "retry: 3000" {
		t.Error("the page is not told when to come back")
	}
	first := picture(t, lines)
	if len(first.Parts) != 1 || first.Parts[0].Name != "mine.stl" {
		t.Errorf("the first picture is %+v", first)
	}
	_, theirs, _ := r.listen(r.public, cartEventsPath, other)
	picture(t, theirs)

	// A thousand changes at once are a few pictures, and another's change is none.
	patch := func(cookie, part, body string) {
		t.Helper()
		if res, text := r.ask(r.public, "PATCH", "/api/quick-order/parts/"+part, body, cookie, origin(r.public)); res.StatusCode != 200 {
			t.Fatalf("%d %s", res.StatusCode, text)
		}
	}
	for range 1000 {
		r.Events.Publish(event.CartChanged{ID: first.Parts[0].ID}) // no cart of this id
		r.Events.Publish(event.CartChanged{ID: r.cartOf(me)})
	}
	patch(other, r.Parts(r.cartOf(other))[0].ID, `{"version":1,"copies":3}`)
	if v := picture(t, theirs); v.Parts[0].Choices.Copies != 3 {
		t.Errorf("after a change: %+v", v)
	}
	patch(me, first.Parts[0].ID, `{"version":1,"copies":2}`)
	pictures := 0
	for seen := first; seen.Parts[0].Choices.Copies != 2; pictures++ {
		seen = picture(t, lines)
		if len(seen.Parts) != 1 || seen.Parts[0].ID != first.Parts[0].ID {
			t.Fatalf("a stream shows another's cart: %+v", seen)
		}
	}
	if pictures > 20 {
		t.Errorf("the cart was read %d times", pictures)
	}
}

func TestStaffEvents(t *testing.T) {
	r := newRig(t)
	_, lines, _ := r.listen(r.shop, staffEventsPath, r.asStaff())
	next(t, lines, "retry: ") // it listens
	placed := r.review(r.visitor(), "part.stl", apptest.Block(20, 20, 5))
	next(t, lines, "event: order_placed")
	if got, want := next(t, lines, "data: "), `data: {"id":"`+r.find(placed.OrderNumber).ID+`","number":"`+placed.OrderNumber+`"}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	r.Events.Publish(event.JobChanged{ID: "j1", OrderID: "o1"})
	next(t, lines, "event: job_changed")
	if got := next(t, lines, "data: "); got != `data: {"id":"j1","order_id":"o1"}` {
		t.Errorf("%s", got)
	}
}

// Whoever logs out hears no more of the shop, on whatever page is still open. A page sees the beats, so that it knows a
// silent stream from a dead one.
func TestAStaffStreamEndsWithItsSession(t *testing.T) {
	r := newRigWith(t, apptest.Setup{Quiet: true, Doors: func(s *api.Server) { s.SetBeat(20 * time.Millisecond) }})
	session := r.asStaff()
	_, lines, _ := r.listen(r.shop, staffEventsPath, session)
	_, others, _ := r.listen(r.public, cartEventsPath, r.visitor())
	for range 2 {
		next(t, lines, "event: beat")
	}
	if res, text := r.ask(r.shop, "POST", "/api/auth/logout", "", session, origin(r.shop)); res.StatusCode >= 300 {
		t.Fatalf("%d %s", res.StatusCode, text)
	}
	after := time.After(patience)
	for open := true; open; {
		select {
		case _, open = <-lines:
		case <-after:
			t.Fatal("the stream went on after the log-out")
		}
	}
	next(t, others, "event: beat")
}

func TestStreamsAreCounted(t *testing.T) {
	r := newRig(t)
	r.Server.QuietStreams()
	me := r.visitor()
	var cancels []context.CancelFunc
	for range api.MaxStreamsEach {
		res, lines, cancel := r.listen(r.public, cartEventsPath, me)
		if res.StatusCode != 200 {
			t.Fatalf("stream: %d", res.StatusCode)
		}
		next(t, lines, "data: ")
		cancels = append(cancels, cancel)
	}
	res, text := r.ask(r.public, "GET", cartEventsPath, "", me)
	if p := problem(t, res, text); p.Status != http.StatusServiceUnavailable || p.Code != "unavailable" || res.Header.Get("Retry-After") == "" {
		t.Errorf("one stream more: %d %s", res.StatusCode, text)
	}
	other := r.visitor()
	if res, _, _ := r.listen(r.public, cartEventsPath, other); res.StatusCode != 200 {
		t.Errorf("another visitor: %d", res.StatusCode)
	}
	// A page that went away gives its place back at once, though there is nothing to tell it.
	for i, cancel := range cancels {
		cancel()
		apptest.Await(t, "a place becomes free", func() bool { return r.Server.OpenStreams() == api.MaxStreamsEach-i })
	}

	acquire := api.StreamPlaces()
	for i := range api.MaxStreams { // nor do the /64s of one network
		err := acquire(fmt.Sprint("cart ", i), fmt.Sprintf("2001:db8:0:%x::", i), false)
		if (err == nil) != (i < api.MaxStreamsNetwork) {
			t.Fatalf("stream %d of one network: %v", i, err)
		}
	}
	acquire = api.StreamPlaces()
	for i := range api.MaxStreams { // thirty carts of one address do not take them all
		address := fmt.Sprintf("192.0.2.%d", i/api.MaxStreamsAddress)
		if err := acquire(fmt.Sprint("cart ", i), address, false); err != nil {
			t.Fatalf("stream %d: %v", i, err)
		}
		if i == api.MaxStreamsAddress-1 && acquire("another cart", address, false) == nil {
			t.Error("one address takes all streams")
		}
	}
	if err := acquire("one more", "", false); err == nil {
		t.Error("there is no end to streams")
	}
	for i := range api.MaxStreamsStaff {
		if err := acquire(fmt.Sprint("session ", i), "", true); err != nil {
			t.Fatalf("customers take staff's places: %v", err)
		}
	}
	if err := acquire("one more", "", true); err == nil {
		t.Error("there is no end to staff's streams")
	}
}

// Six tabs of one login all hear what happens; one login takes no end of places all the same.
func TestSixTabsOfOneLogin(t *testing.T) {
	r := newRig(t)
	login := r.asStaff()
	var tabs []<-chan string
	for i := range 6 {
		res, lines, _ := r.listen(r.shop, staffEventsPath, login)
		if res.StatusCode != 200 {
			t.Fatalf("tab %d: %d", i, res.StatusCode)
		}
		next(t, lines, "retry: ")
		tabs = append(tabs, lines)
	}
	r.Events.Publish(event.JobChanged{ID: "j1", OrderID: "o1"})
	for _, lines := range tabs {
		next(t, lines, "event: job_changed")
	}
	for i := len(tabs); i < api.MaxStreamsLogin; i++ {
		if res, _, _ := r.listen(r.shop, staffEventsPath, login); res.StatusCode != 200 {
			t.Fatalf("tab %d: %d", i, res.StatusCode)
		}
	}
	if res, _, _ := r.listen(r.shop, staffEventsPath, login); res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
		t.Errorf("one tab more: %d", res.StatusCode)
	}
}

// A page that is loaded again and again has one place, not one for each time.
func TestReloadsKeepTheirPlace(t *testing.T) {
	r := newRig(t)
	r.Server.QuietStreams()
	for path, who := range map[string]struct{ addr, cookie string }{
		staffEventsPath: {r.shop, r.asStaff()},
		cartEventsPath:  {r.public, r.visitor()},
	} {
		for range 3 * api.MaxStreamsLogin {
			var res *http.Response
			var cancel context.CancelFunc
			apptest.Await(t, "a reload is let in", func() bool {
				res, _, cancel = r.listen(who.addr, path, who.cookie)
				return res.StatusCode == 200
			})
			cancel()
		}
	}
}

// A stream would go on for half an hour: a shutdown that ends before its time ended it.
func TestStreamsEndOnShutdown(t *testing.T) {
	r := newRig(t)
	_, customer, _ := r.listen(r.public, cartEventsPath, r.visitor())
	_, staff, _ := r.listen(r.shop, staffEventsPath, r.asStaff())
	next(t, customer, "data: ")
	next(t, staff, "retry: ")
	client.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := r.Server.Shutdown(ctx); err != nil {
		t.Errorf("shutdown: %v", err)
	}
	for _, lines := range []<-chan string{customer, staff} {
		for open := true; open; {
			select {
			case _, open = <-lines:
			case <-ctx.Done():
				t.Fatal("a stream did not end")
			}
		}
	}
}

// Without a tunnel that names addresses, a few carts can hold all streams of customers. The next page is told to ask now and
// then instead (lib/events.ts does), and its customer buys all the same; staff still have theirs.
func TestCustomersBuyWhileAllStreamsAreHeld(t *testing.T) {
	r := newRigWith(t, apptest.Setup{})
	var cookie string
	for i := range api.MaxStreams {
		if i%api.MaxStreamsEach == 0 {
			cookie = r.visitor()
		}
		if res, _, _ := r.listen(r.public, cartEventsPath, cookie); res.StatusCode != http.StatusOK {
			t.Fatalf("stream %d: %d", i, res.StatusCode)
		}
	}
	v := apptest.NewVisitor(t, r)
	v.Drop("block.stl", apptest.Block(20, 20, 10))
	if res, _, _ := r.listen(r.public, cartEventsPath, "Cookie: "+v.Cookies()); res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
		t.Errorf("one more stream: %d", res.StatusCode)
	}
	if c := v.Sliced(); !c.CanPay {
		t.Errorf("the cart is %+v", c)
	}
	placed := v.Checkout(apptest.Order(shop.ByTransfer, v.Price().Price.Total))
	if o := v.Order(placed.OrderURL); o.Number != placed.OrderNumber {
		t.Errorf("%+v", o)
	}
	if res, _, _ := r.listen(r.shop, staffEventsPath, r.asStaff()); res.StatusCode != http.StatusOK {
		t.Errorf("staff: %d", res.StatusCode)
	}
}
