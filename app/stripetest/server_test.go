package stripetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/webhook"
)

const (
	key    = "sk_test_abcdefghijklmnop"
	secret = "whsec_abcdefghijklmnopqrstuvwxyz012345"
)

// api calls the stand-in as stripe-go does.
type api struct {
	t *testing.T
	*Server
}

func start(t *testing.T, opts Options) api {
	t.Helper()
	opts.Key, opts.WebhookSecret = key, secret
	s, err := Start("127.0.0.1:0", opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return api{t, s}
}

func (a api) call(method, path, idempotency string, form url.Values) (int, http.Header, map[string]any) {
	a.t.Helper()
	target, body := a.URL()+path, io.Reader(strings.NewReader(form.Encode()))
	if method == http.MethodGet {
		target, body = target+"?"+form.Encode(), nil
	}
	req, err := http.NewRequest(method, target, body)
	if err != nil {
		a.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if idempotency != "" {
		req.Header.Set("Idempotency-Key", idempotency)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	defer res.Body.Close()
	var object map[string]any
	if err := json.NewDecoder(res.Body).Decode(&object); err != nil {
		a.t.Fatal(err)
	}
	return res.StatusCode, res.Header, object
}

func order() url.Values {
	return url.Values{
		"mode": {"payment"}, "success_url": {"https://shop.example/done?x=1"}, "cancel_url": {"https://shop.example/back"}, "payment_method_types[0]": {"card"},
		"line_items[0][quantity]": {"1"}, "line_items[0][price_data][currency]": {"aud"}, "line_items[0][price_data][unit_amount]": {"2430"},
		"line_items[0][price_data][product_data][name]": {"Order <ORD-1>"}, "metadata[order]": {"7"}, "payment_intent_data[metadata][order]": {"7"},
	}
}

func (a api) create() string {
	a.t.Helper()
	status, _, s := a.call("POST", "/v1/checkout/sessions", "", order())
	if status != 200 {
		a.t.Fatalf("create: %d %v", status, s)
	}
	return s["id"].(string)
}

func TestSameKeySameAnswer(t *testing.T) {
	a := start(t, Options{})
	_, _, first := a.call("POST", "/v1/checkout/sessions", "k", order())
	_, header, again := a.call("POST", "/v1/checkout/sessions", "k", order())
	if first["id"] != again["id"] || header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("%v, then %v", first["id"], again["id"])
	}
	other := order()
	other.Set("line_items[0][price_data][unit_amount]", "99")
	if status, _, e := a.call("POST", "/v1/checkout/sessions", "k", other); status != 400 || e["error"].(map[string]any)["type"] != "idempotency_error" {
		t.Errorf("other parameters: %d %v", status, e)
	}
	if n := len(a.Sessions()); n != 1 {
		t.Errorf("%d sessions", n)
	}
}

func TestRefusals(t *testing.T) {
	a := start(t, Options{})
	for name, change := range map[string]func(url.Values){
		"unknown parameter": func(f url.Values) { f.Set("colour", "red") },
		"upper case":        func(f url.Values) { f.Set("line_items[0][price_data][currency]", "AUD") },
		"too little":        func(f url.Values) { f.Set("line_items[0][price_data][unit_amount]", "49") },
		"no mode":           func(f url.Values) { f.Del("mode") },
		"no name":           func(f url.Values) { f.Del("line_items[0][price_data][product_data][name]") },
		"relative address":  func(f url.Values) { f.Set("success_url", "/done") },
		"too short":         func(f url.Values) { f.Set("expires_at", fmt.Sprint(time.Now().Add(20*time.Minute).Unix())) },
		"too long":          func(f url.Values) { f.Set("expires_at", fmt.Sprint(time.Now().Add(25*time.Hour).Unix())) },
		"foreign letters":   func(f url.Values) { f.Set("customer_email", "zoë@example.com") },
		"no address":        func(f url.Values) { f.Set("customer_email", "nobody") },
	} {
		f := order()
		change(f)
		if status, _, reply := a.call("POST", "/v1/checkout/sessions", "", f); status != 400 {
			t.Errorf("%s: %d %v", name, status, reply)
		}
	}
	for _, path := range []string{"/v1/checkout/sessions/cs_none", "/v1/prices"} {
		if status, _, _ := a.call("GET", path, "", nil); status != 404 {
			t.Errorf("%s: %d", path, status)
		}
	}
	res, err := http.Get(a.URL() + "/v1/events")
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a key: %s", res.Status)
	}
}

func TestSessionsLiveAndEnd(t *testing.T) {
	var ahead atomic.Int64
	a := start(t, Options{Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
	paid, closed, lapsed, late := a.create(), a.create(), a.create(), a.create()
	if err := a.Pay(paid); err != nil {
		t.Fatal(err)
	}
	if status, _, _ := a.call("POST", "/v1/checkout/sessions/"+paid+"/expire", "", nil); status != 400 {
		t.Errorf("a paid session expires: %d", status)
	}
	if status, _, s := a.call("POST", "/v1/checkout/sessions/"+closed+"/expire", "", nil); status != 200 || s["status"] != "expired" || s["url"] != nil {
		t.Errorf("expire: %d %v", status, s)
	}
	if a.Pay(closed) == nil || a.Pay(paid) == nil {
		t.Error("a session that is not open is paid")
	}
	if err := a.PayLater(late); err != nil {
		t.Fatal(err)
	}
	ahead.Store(int64(25 * time.Hour))
	_, _, s := a.call("GET", "/v1/checkout/sessions/"+late, "", url.Values{"expand[0]": {"payment_intent"}})
	if s["status"] != "complete" || s["payment_status"] != "unpaid" || s["payment_intent"].(map[string]any)["status"] != "processing" {
		t.Errorf("delayed: %v", s)
	}
	if err := a.Finish(late, true); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{paid: "complete", closed: "expired", lapsed: "expired", late: "complete"} {
		if _, _, s := a.call("GET", "/v1/checkout/sessions/"+id, "", nil); s["status"] != want {
			t.Errorf("%v, want %s", s["status"], want)
		}
	}
}

func TestEventsAreListedNewestFirst(t *testing.T) {
	a := start(t, Options{})
	for range 7 {
		if err := a.Pay(a.create()); err != nil {
			t.Fatal(err)
		}
	}
	intent := a.Sessions()[6].PaymentIntent
	if status, _, _ := a.call("POST", "/v1/refunds", "", url.Values{"payment_intent": {intent}, "amount": {"1000"}}); status != 200 {
		t.Errorf("refund: %d", status)
	}
	if status, _, _ := a.call("POST", "/v1/refunds", "", url.Values{"payment_intent": {intent}, "amount": {"1431"}}); status != 400 {
		t.Errorf("refund of more than is left: %d", status)
	}
	var seen []string
	query := url.Values{"limit": {"3"}, "types[0]": {"checkout.session.completed"}, "types[1]": {"charge.refunded"}, "types[2]": {"refund.created"}}
	for {
		_, _, page := a.call("GET", "/v1/events", "", query)
		for _, e := range page["data"].([]any) {
			seen = append(seen, e.(map[string]any)["id"].(string))
		}
		if page["has_more"] != true {
			break
		}
		query.Set("starting_after", seen[len(seen)-1])
	}
	all := a.Events()
	if len(seen) != 9 || len(all) != 9 {
		t.Fatalf("listed %d of %d", len(seen), len(all))
	}
	for i, e := range all {
		if seen[len(seen)-1-i] != e.ID {
			t.Errorf("event %d is out of place", i)
		}
	}
	if _, _, page := a.call("GET", "/v1/events", "", url.Values{"created[gte]": {fmt.Sprint(time.Now().Add(time.Hour).Unix())}}); len(page["data"].([]any)) != 0 {
		t.Error("events from the future")
	}
}

func TestDeliveryGoesOnUntilTaken(t *testing.T) {
	var mu sync.Mutex
	var taken []stripe.Event
	tries := 0
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		if tries++; tries <= 3 {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		e, err := webhook.ConstructEvent(body, r.Header.Get("Stripe-Signature"), secret) // stripe-go's own judgement
		if err != nil {
			t.Error(err)
		}
		taken = append(taken, e)
	}))
	defer hook.Close()
	a := start(t, Options{WebhookURL: hook.URL, Pauses: []time.Duration{time.Millisecond}})
	if err := a.Pay(a.create()); err != nil {
		t.Fatal(err)
	}
	a.Wait()
	if len(taken) != 1 || tries != 4 || taken[0].Type != "checkout.session.completed" {
		t.Errorf("%d tries, taken %v", tries, taken)
	}
}

func TestPage(t *testing.T) {
	a := start(t, Options{Later: time.Millisecond})
	id := a.create()
	page := a.URL() + "/pay/" + id
	read := func(path string) (int, string) {
		res, err := http.Get(path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var b bytes.Buffer
		_, _ = b.ReadFrom(res.Body)
		return res.StatusCode, b.String()
	}
	if status, text := read(page); status != 200 || !strings.Contains(text, "Pay 24.30 AUD") || !strings.Contains(text, "Order &lt;ORD-1&gt;") || !strings.Contains(text, "stands in for Stripe") {
		t.Errorf("%d\n%s", status, text)
	}
	if status, text := read(a.URL() + "/pay/style.css"); status != 200 || !strings.Contains(text, "color-scheme") {
		t.Errorf("style: %d", status)
	}
	if status, _ := read(a.URL() + "/pay/cs_none"); status != 404 {
		t.Errorf("a page that is not there: %d", status)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, c := range []struct {
		action, to string
		status     int
	}{{"dance", "", 400}, {"decline", "", 402}, {"cancel", "https://shop.example/back", 303}, {"later", "https://shop.example/done?x=1", 303}, {"pay", "", 409}} {
		res, err := client.PostForm(page, url.Values{"action": {c.action}})
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != c.status || res.Header.Get("Location") != c.to {
			t.Errorf("%s: %s to %q", c.action, res.Status, res.Header.Get("Location"))
		}
	}
	a.Wait()
	if s := a.Sessions()[0]; s.PaymentStatus != "paid" {
		t.Errorf("the delayed payment: %+v", s)
	}
	if _, text := read(page); !strings.Contains(text, "cannot be paid again") {
		t.Error("the page does not say that it is done")
	}
}

func TestMountedUnderAPrefix(t *testing.T) {
	s := New(Options{Key: key, BaseURL: "https://shop.example/stripe"})
	defer s.Close()
	door := httptest.NewServer(http.StripPrefix("/stripe", s))
	defer door.Close()
	a := api{t, s}
	a.opts.BaseURL = door.URL + "/stripe"
	a.create()
	res, err := http.Get(a.Sessions()[0].URL)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != 200 {
		t.Errorf("the page under a prefix: %s", res.Status)
	}
}

func TestDeliveryBeginsWhenItIsAskedFor(t *testing.T) {
	var taken atomic.Int64
	hook := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { taken.Add(1) }))
	defer hook.Close()
	a := start(t, Options{})
	for _, url := range []string{"", hook.URL, ""} {
		a.DeliverTo(url)
		if err := a.Pay(a.create()); err != nil {
			t.Fatal(err)
		}
		a.Wait()
	}
	if n := taken.Load(); n != 1 || len(a.Events()) != 3 {
		t.Errorf("%d of %d events were delivered", n, len(a.Events()))
	}
}
