package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"buildplate/app/shop"
)

func problem(t *testing.T, res *http.Response, body string) Problem {
	t.Helper()
	var p Problem
	if res.Header.Get("Content-Type") != problemType {
		t.Errorf("answered as %q", res.Header.Get("Content-Type"))
	}
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		t.Fatalf("%v in %q", err, body)
	}
	if p.Status != res.StatusCode || p.Title == "" || p.Detail == "" || p.Kind == "" {
		t.Errorf("status %d: %s", res.StatusCode, body)
	}
	return p
}

func TestEveryKindHasAStatus(t *testing.T) {
	for k := shop.Internal; !strings.HasPrefix(k.String(), "Kind("); k++ {
		if row := kinds[k]; row.status < 400 || row.name == "" {
			t.Errorf("%v has no row", k)
		}
	}
}

func TestProblems(t *testing.T) {
	r := newRig(t)
	me := r.visitor(r.public)
	send := func(method, path, body string) Problem {
		t.Helper()
		res, text := r.ask(r.public, method, path, body, me, origin(r.public))
		return problem(t, res, text)
	}
	for _, c := range []struct {
		method, path, body  string
		status              int
		kind, field, phrase string
	}{
		{"GET", "/api/orders/bad", "", 404, "not_found", "", "This link is not known."},
		{"GET", "/api/nothing", "", 404, "not_found", "", "nothing at this address"},
		{"POST", "/api/shop", "{}", 404, "not_found", "", "nothing at this address"},
		{"PATCH", "/api/quick-order/parts/x", `{"infill":99}`, 422, "invalid", "infill", "percentage"},
		{"PATCH", "/api/quick-order/parts/x", `{"infill":101}`, 422, "invalid", "infill", "<= 100"},
		{"PATCH", "/api/quick-order/parts/x", `{"quality":"0.3"}`, 422, "invalid", "quality", "one of"},
		{"PATCH", "/api/quick-order/parts/x", `{"colour":"red"}`, 422, "invalid", "colour", "unexpected"},
		{"PATCH", "/api/quick-order/parts/x", `{"infill":`, 400, "invalid", "", "not the JSON"},
		{"PATCH", "/api/quick-order/parts/x", ``, 400, "invalid", "", "understood"},
		{"PATCH", "/api/quick-order/parts/" + strings.Repeat("x", 80), `{}`, 404, "not_found", "", ""},
		{"POST", "/api/quick-order/price", `{"delivery":{"method":"drone"}}`, 422, "invalid", "delivery.method", "one of"},
	} {
		p := send(c.method, c.path, c.body)
		if p.Status != c.status || p.Kind != c.kind || p.Code == "" || p.Field != c.field || !strings.Contains(p.Detail, c.phrase) {
			t.Errorf("%s %.60s %s: %+v", c.method, c.path, c.body, p)
		}
	}

	const order = `{"contact":{"name":"A","email":"a@example.com","phone":"0400 000 000"},"delivery":{"method":"pickup"},"terms_version":"1","terms_accepted":true,"payment":"card","expected_total":1500}`
	r.fake.checkout = func() (order.CheckoutView, error) {
		return order.CheckoutView{}, &order.TotalMoved{Price: shop.Price{Total: 1820, Currency: "AUD"}}
	}
	p := send("POST", "/api/quick-order/checkout", order)
	if p.Status != 409 || p.Kind != "total_moved" || p.Code != "total_changed" || p.Price == nil || p.Price.Total != 1820 || !strings.Contains(p.Detail, "18.20") {
		t.Errorf("total moved: %+v", p)
	}
	r.fake.checkout = func() (order.CheckoutView, error) {
		return order.CheckoutView{}, shop.Unavailablef("card_service_unreachable", "The card service does not answer. Please try again.").Because(errors.New("dial tcp 10.0.0.1: refused"))
	}
	if p := send("POST", "/api/quick-order/checkout", order); p.Status != 503 || p.Kind != "unavailable" || strings.Contains(p.Detail, "10.0.0.1") {
		t.Errorf("unavailable: %+v", p)
	}
	if !strings.Contains(r.log.String(), "10.0.0.1") {
		t.Error("the cause is not in the log")
	}
}

// What stands in the path reaches the use case, beside a body as well.
func TestPathParameters(t *testing.T) {
	r := newRig(t)
	_, text := r.ask(r.public, "PATCH", "/api/quick-order/parts/part-7", `{"copies":2}`, r.visitor(r.public), origin(r.public))
	if !strings.Contains(text, `"review_reasons":["part-7"]`) {
		t.Errorf("%s", text)
	}
	_, text = r.ask(r.shop, "GET", "/api/invoices?tab=paid&page=3", "", asFloor)
	if !strings.Contains(text, `"page":3`) || !strings.Contains(text, `{"paid":1}`) {
		t.Errorf("%s", text)
	}
	// Every path parameter of every typed route is described, or it would be empty in the handler.
	s := New(Deps{})
	for _, row := range Routes() {
		item := s.shop.huma.OpenAPI().Paths[row.Path]
		if item == nil {
			continue
		}
		var names []string
		for _, p := range operation(item, row.Method).Parameters {
			if p.In == "path" {
				names = append(names, "{"+p.Name+"}")
			}
		}
		for _, name := range names {
			if !strings.Contains(row.Path, name) {
				t.Errorf("%s %s has no %s", row.Method, row.Path, name)
			}
		}
		if len(names) != strings.Count(row.Path, "{") {
			t.Errorf("%s %s describes %v", row.Method, row.Path, names)
		}
	}
}

func TestInternalErrorsStayInside(t *testing.T) {
	r := newRig(t)
	res, text := r.ask(r.shop, "GET", "/api/invoices?q=boom", "", asFloor)
	p := problem(t, res, text)
	if p.Status != 500 || p.Kind != "internal" || p.Code != "internal" || strings.Contains(text, "row 7") || p.Detail != shop.MessageOf(nil) {
		t.Errorf("%s", text)
	}
	// A handler that panics (here: a use case that the fake has not) is a 500 as well, and the door stays open.
	res, text = r.ask(r.shop, "GET", "/api/tasks", "", asFloor)
	if p := problem(t, res, text); p.Status != 500 {
		t.Errorf("%s", text)
	}
	for _, want := range []string{"disk on fire at row 7", "GET /api/invoices", "handler panicked"} {
		if !strings.Contains(r.log.String(), want) {
			t.Errorf("the log lacks %q", want)
		}
	}
	if res, _ := r.ask(r.shop, "GET", "/healthz", ""); res.StatusCode != 200 {
		t.Errorf("after a panic: %d", res.StatusCode)
	}
}

func TestWebhook(t *testing.T) {
	r := newRig(t)
	body := `{"id":"evt_1",  "spaces":"kept"}`
	for signature, want := range map[string]int{"good": 200, "forged": 400, "": 400, "busy": 503} {
		if res, text := r.ask(r.public, "POST", webhookPath, body, "Stripe-Signature: "+signature); res.StatusCode != want {
			t.Errorf("%q: %d %s", signature, res.StatusCode, text)
		}
	}
	for _, got := range r.hooks() {
		if string(got) != body {
			t.Errorf("received %q", got)
		}
	}
	n := len(r.hooks())
	big := strings.Repeat("x", webhookLimit)
	if res, _ := r.ask(r.public, "POST", webhookPath, big, "Stripe-Signature: good"); res.StatusCode != 200 {
		t.Errorf("256 KiB: %d", res.StatusCode)
	}
	got := raw(t, r.public, "POST "+webhookPath+" HTTP/1.1\r\nHost: localhost\r\nContent-Length: 262145\r\n\r\n", timeToAnswer)
	if !strings.HasPrefix(got, "HTTP/1.1 413") || len(r.hooks()) != n+1 {
		t.Errorf("256 KiB and a byte: %.100s", got)
	}
}
