package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"buildplate/app"
	"buildplate/app/api"
	"buildplate/app/apptest"
	"buildplate/app/cart"
	"buildplate/app/order"
	"buildplate/app/shop"
)

func TestProblems(t *testing.T) {
	r := newRigWith(t, apptest.Setup{})
	v := apptest.NewVisitor(t, r)
	v.Drop("part.stl", apptest.Block(20, 20, 5))
	part := "/api/quick-order/parts/" + v.Sliced().Parts[0].ID
	price := v.Price().Price
	me := "Cookie: " + v.Cookies()
	send := func(method, path, body string) api.Problem {
		t.Helper()
		res, text := r.ask(r.public, method, path, body, me, origin(r.public))
		return problem(t, res, text)
	}
	for _, c := range []struct {
		method, path, body string
		status             int
		kind, code, field  string
	}{
		{"GET", "/api/order-links/bad", "", 404, "not_found", "order_link_unknown", ""},
		{"GET", "/api/nothing", "", 404, "not_found", "not_found", ""},
		{"POST", "/api/shop", "{}", 404, "not_found", "not_found", ""},
		{"PATCH", part, `{"version":1,"material_id":"glass"}`, 422, "invalid", "material_not_offered", "material_id"},
		{"PATCH", part, `{"version":1,"infill":101}`, 422, "invalid", "value_out_of_range", "infill"},
		{"PATCH", part, `{"version":1,"infill":1.5}`, 422, "invalid", "value_malformed", "infill"},
		{"PATCH", part, `{"version":1,"infill":1e2}`, 422, "invalid", "value_malformed", "infill"},
		{"PATCH", part, `{"version":1,"infill":"much"}`, 422, "invalid", "value_malformed", "infill"},
		{"PATCH", part, `{"version":1,"supports":"maybe"}`, 422, "invalid", "value_not_offered", "supports"},
		{"POST", "/api/quick-order/price", `{}`, 422, "invalid", "value_missing", "delivery"},
		{"POST", "/api/quick-order/price", `{"delivery":{}}`, 422, "invalid", "value_missing", "delivery.method"},
		{"POST", "/api/quick-order/price", `{"delivery":{"method":"ship","city":"` + strings.Repeat("x", 81) + `"}}`, 422, "invalid", "value_too_long", "delivery.city"},
		{"PATCH", part, `{"version":1,"quality":"0.3"}`, 422, "invalid", "value_not_offered", "quality"},
		{"PATCH", part, `{"version":1,"colour":"red"}`, 422, "invalid", "value_unknown", "colour"},
		{"PATCH", part, `{"version":1,"infill":`, 400, "invalid", "body_malformed", ""},
		{"PATCH", part, ``, 400, "invalid", "body_malformed", ""},
		{"PATCH", "/api/quick-order/parts/unknown", `{"version":1,"infill":20}`, 404, "not_found", "part_not_found", ""},
		{"PATCH", "/api/quick-order/parts/" + strings.Repeat("x", 80), `{"version":1}`, 404, "not_found", "not_found", ""},
		{"POST", "/api/quick-order/price", `{"delivery":{"method":"drone"}}`, 422, "invalid", "value_not_offered", "delivery.method"},
	} {
		p := send(c.method, c.path, c.body)
		if p.Status != c.status || p.Kind != c.kind || p.Code != c.code || p.Field != c.field {
			t.Errorf("%s %.60s %s: %+v", c.method, c.path, c.body, p)
		}
		if strings.Contains(p.Detail, "expected") || strings.Contains(p.Detail, "json:") || strings.Contains(p.Detail, "Go ") || strings.Contains(p.Detail, "%") || !strings.HasSuffix(p.Detail, ".") {
			t.Errorf("%s %.60s %s: %s", c.method, c.path, c.body, p.Detail)
		}
	}

	// Where a value does not fit, its name begins the sentence, whether it is one thing or several.
	for body, want := range map[string]string{
		`{"version":1,"infill":101}`:      "Infill: enter 100 or less.",
		`{"version":1,"infill":-1}`:       "Infill: enter 0 or more.",
		`{"version":1,"infill":"much"}`:   "Infill: enter a whole number, like 7.",
		`{"version":1,"choices":[]}`:      "Choices: this cannot be set here.",
		`{"version":1,"quality":"0.3"}`:   "Quality: choose one of the options.",
		`{"infill":20,"material_id":"x"}`: "Version: fill this in.",
	} {
		if p := send("PATCH", part, body); p.Detail != want {
			t.Errorf("%s: %q, not %q", body, p.Detail, want)
		}
	}

	checkout := func(total shop.Cents) string {
		t.Helper()
		body, err := json.Marshal(apptest.Order(shop.ByTransfer, total))
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	p := send("POST", "/api/quick-order/checkout", checkout(price.Total-1))
	if p.Status != 409 || p.Kind != "conflict" || p.Code != "total_moved" || p.Price == nil || p.Price.Total != price.Total || !strings.Contains(p.Detail, price.Total.In(price.Currency)) {
		t.Errorf("total moved: %+v", p)
	}
	placed := v.Checkout(apptest.Order(shop.ByTransfer, price.Total))
	if err := r.Stripe.Close(); err != nil {
		t.Fatal(err)
	}
	if p := send("POST", "/api/order-links/"+apptest.Token(placed.OrderURL)+"/pay", `{"method":"card"}`); p.Status != 503 || p.Kind != "unavailable" || p.Code != "card_service_unreachable" || strings.Contains(p.Detail, "127.0.0.1") {
		t.Errorf("unavailable: %+v", p)
	}
	if !strings.Contains(r.log.String(), "127.0.0.1") {
		t.Error("the cause is not in the log")
	}
}

// What stands in the path reaches the use case, beside a body as well.
func TestPathParameters(t *testing.T) {
	r := newRig(t)
	me := r.visitor()
	for _, name := range []string{"one.stl", "two.stl", "three.stl"} {
		r.Drop(r.cartOf(me), name, apptest.Block(20, 20, 5))
	}
	two := r.Parts(r.cartOf(me))[1]
	_, text := r.ask(r.public, "PATCH", "/api/quick-order/parts/"+two.ID, `{"version":1,"copies":2}`, me, origin(r.public))
	var v cart.View
	if err := json.Unmarshal([]byte(text), &v); err != nil || len(v.Parts) != 3 {
		t.Fatalf("%v: %s", err, text)
	}
	for _, p := range v.Parts {
		if (p.ID == two.ID) != (p.Choices.Copies == 2) {
			t.Errorf("%s has %d copies", p.Name, p.Choices.Copies)
		}
	}
	r.review(me, "four.stl", apptest.Block(20, 20, 5))
	_, text = r.ask(r.shop, "GET", "/api/orders?tab=review&q=nobody", "", r.asStaff())
	var list order.OrderListView
	if err := json.Unmarshal([]byte(text), &list); err != nil || list.Counts["review"] != 0 || len(list.Orders) != 0 || list.Next != "" {
		t.Errorf("%s", text)
	}
	// Every path parameter of every typed route is described, or it would be empty in the handler.
	for _, row := range api.Routes() {
		if !row.IsTyped() {
			continue
		}
		names := r.Server.PathParameters(row)
		for _, name := range names {
			if !strings.Contains(row.Path, "{"+name+"}") {
				t.Errorf("%s %s has no %s", row.Method, row.Path, name)
			}
		}
		if len(names) != strings.Count(row.Path, "{") {
			t.Errorf("%s %s describes %v", row.Method, row.Path, names)
		}
	}
}

// panicking makes doors whose shop lacks what looks after background work: asking for it panics.
func panicking(d *api.Deps) {
	a := d.App
	d.App = &app.App{
		Events: a.Events, Tasks: a.Tasks, Files: a.Files, Settings: a.Settings, Accounts: a.Accounts, Catalog: a.Catalog, Slices: a.Slices,
		Jobs: a.Jobs, Carts: a.Carts, Billing: a.Billing, Cards: a.Cards, Orders: a.Orders,
	}
}

func TestInternalErrorsStayInside(t *testing.T) {
	r := newRig(t, panicking)
	staff := r.asStaff()
	r.damage("orders")
	res, text := r.ask(r.shop, "GET", "/api/orders", "", staff)
	p := problem(t, res, text)
	if p.Status != 500 || p.Kind != "internal" || p.Code != "internal" || strings.Contains(text, "orders") || p.Detail != shop.MessageOf(nil) {
		t.Errorf("%s", text)
	}
	// A handler that panics is a 500 as well, and the door stays open.
	res, text = r.ask(r.shop, "GET", "/api/tasks", "", staff)
	if p := problem(t, res, text); p.Status != 500 || p.Code != "internal" {
		t.Errorf("%s", text)
	}
	for _, want := range []string{"no such table: orders", "GET /api/orders", "handler panicked"} {
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
	hook := func(event, signature string) int {
		t.Helper()
		res, _ := r.ask(r.public, "POST", webhookPath, event, signature)
		return res.StatusCode
	}
	for signature, want := range map[string]int{r.signed("another event"): 400, "Stripe-Signature: forged": 400, "": 400, r.signed(someEvent): 200} {
		if got := hook(someEvent, signature); got != want {
			t.Errorf("%q: %d", signature, got)
		}
	}
	if got := r.event("evt_1").Payload; got != someEvent {
		t.Errorf("received %q", got)
	}
	// Stripe sends again what the shop could not take, and only that.
	second := strings.Replace(someEvent, "evt_1", "evt_2", 1)
	t.Run("damaged", func(t *testing.T) {
		r := *r
		r.t = t
		r.damage("webhook_events")
		if got := hook(second, r.signed(second)); got != 500 {
			t.Errorf("while the shop cannot keep it: %d", got)
		}
	})
	if got := hook(second, r.signed(second)); got != 200 || r.event("evt_2").Payload != second {
		t.Errorf("sent again: %d", got)
	}
	n := r.handled("POST " + webhookPath)
	largest := strings.Replace(someEvent, "evt_1", "evt_3", 1) + strings.Repeat(" ", 256_000-len(someEvent))
	if got := hook(largest, r.signed(largest)); got != 200 || r.event("evt_3").Payload != largest {
		t.Errorf("256 kB: %d", got)
	}
	// What no event of Stripe's can be, the door still lets in up to its own limit, and not a byte more.
	full := strings.Repeat("x", api.WebhookLimit)
	res, text := r.ask(r.public, "POST", webhookPath, full, r.signed(full))
	if p := problem(t, res, text); p.Status != 413 || p.Code != "event_too_large" || r.handled("POST "+webhookPath) != n+2 {
		t.Errorf("256 KiB: %+v", p)
	}
	got := raw(t, r.public, "POST "+webhookPath+" HTTP/1.1\r\nHost: localhost\r\nContent-Length: 262145\r\n\r\n")
	if !strings.HasPrefix(got, "HTTP/1.1 413") || r.handled("POST "+webhookPath) != n+2 {
		t.Errorf("256 KiB and a byte: %.100s", got)
	}
	if got := hook("{}", r.signed("{}")); got != 400 {
		t.Errorf("an event without a name: %d", got)
	}
}
