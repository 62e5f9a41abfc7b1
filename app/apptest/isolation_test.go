package apptest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"buildplate/app/order"
	"buildplate/app/shop"
)

// route is a line of `buildplate routes --json`.
type route struct {
	Method string
	Path   string
	Doors  []string
	Roles  []string
}

func (r route) staff() bool {
	return slices.Contains(r.Roles, "staff") || slices.Contains(r.Roles, "admin")
}

func routes(t *testing.T) (all []route) {
	t.Helper()
	out, err := exec.Command(Binary(t), "routes", "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// filled puts an order's id wherever a path has a name.
func (r route) filled(id string) string {
	parts := strings.Split(r.Path, "/")
	for i, part := range parts {
		if strings.HasPrefix(part, "{") {
			parts[i] = id
		}
	}
	return strings.TrimSuffix(strings.Join(parts, "/"), "/*")
}

// What belongs to staff is not there on the public door, whoever asks, and asks for a login on the shop's.
func TestStaffRoutesAreBehindTheirDoor(t *testing.T) {
	p := Start(t, Options{})
	staff := SetUp(t, p)
	v := NewVisitor(t, p)
	v.Drop("part.stl", Block(20, 20, 5))
	v.Sliced()
	id := staff.Find(v.Checkout(Order(shop.ByTransfer, v.Price().Price.Total)).OrderNumber).ID

	outside := NewClient(p.Public)
	outside.http.Jar = staff.http.Jar // an admin's own cookies: jars do not tell ports apart
	visitor := NewClient(p.Shop)
	visitor.http.Jar = v.http.Jar
	checked := 0
	for _, r := range routes(t) {
		if slices.Contains(r.Doors, "public") {
			continue
		}
		at := r.filled(id)
		for _, c := range []*Client{outside, v.Client, NewClient(p.Public)} {
			a, err := c.Send(t.Context(), r.Method, at, []byte("{}"), "Content-Type", "application/json")
			if err != nil || a.Status != http.StatusNotFound {
				t.Errorf("%s %s on the public door: %d %v", r.Method, at, a.Status, err)
			}
		}
		if !r.staff() {
			continue
		}
		checked++
		for _, c := range []*Client{visitor, NewClient(p.Shop)} {
			a, err := c.Send(t.Context(), r.Method, at, []byte("{}"), "Content-Type", "application/json")
			if err != nil || a.Status != http.StatusUnauthorized {
				t.Errorf("%s %s on the shop's door without a login: %d %v", r.Method, at, a.Status, err)
			}
		}
	}
	if checked < 20 {
		t.Errorf("only %d routes are staff's", checked)
	}
	if o := staff.Find(v.Cart().Order.Number); o.Status != "awaiting_payment" || len(o.Files) == 0 {
		t.Errorf("somebody changed the order: %s with %d files", o.Status, len(o.Files))
	}
	// A session that ended opens nothing any more.
	again := LogIn(t, p)
	kept := again.Cookies()
	if err := again.JSON(t.Context(), http.MethodPost, "/api/auth/logout", nil, nil); err != nil {
		t.Fatal(err)
	}
	if a, err := NewClient(p.Shop).Send(t.Context(), http.MethodGet, "/api/auth/me", nil, "Cookie", kept); err != nil || a.Status != http.StatusUnauthorized {
		t.Errorf("with the cookie of a session that was logged out: %d %v", a.Status, err)
	}
	if a, err := NewClient(p.Shop).Send(t.Context(), http.MethodGet, "/api/auth/me", nil, "Cookie", staff.Cookies()); err != nil || a.Status != http.StatusOK {
		t.Errorf("with the cookie of a session that goes on: %d %v", a.Status, err)
	}
	p.Stop(t)
	Audit(t, p.Data, Stopped)
}

// The marks that must never reach another visitor.
const (
	canaryFile = "canary-7f3a.stl"
	canaryName = "Canary McSecret"
)

// Visitors cannot see or change what is another's: not the cart, a part, its mesh, an upload on its way, an order, its
// files.
func TestVisitorsAreApart(t *testing.T) {
	p := Start(t, Options{})
	staff := SetUp(t, p)
	a, b := NewVisitor(t, p), NewVisitor(t, p)
	model := Block(20, 20, 5)
	a.Drop(canaryFile, model)
	part := a.Sliced().Parts[0]
	open, err := a.CreateUpload(t.Context(), canaryFile, int64(len(model)))
	if open = must(t, open, err); a.Append(t.Context(), open, 0, model[:100]) != nil {
		t.Fatal("the upload does not begin")
	}
	ordering := NewVisitor(t, p) // A's other browser
	ordering.Drop(canaryFile, model)
	ordering.Sliced()
	req := Order(shop.ByCard, ordering.Price().Price.Total)
	req.Contact.Name = canaryName
	placed := ordering.Checkout(req)
	theirs := staff.Find(placed.OrderNumber)

	b.Drop("mine.stl", Block(20, 20, 6))
	b.Sliced()
	mine := b.Checkout(Order(shop.ByTransfer, b.Price().Price.Total))
	b.Drop("mine too.stl", Block(20, 20, 6))
	own := b.Sliced().Parts[0].ID

	tusHead := []string{"Tus-Resumable", "1.0.0"}
	tusPatch := append([]string{"Upload-Offset", "100", "Content-Type", "application/offset+octet-stream"}, tusHead...)
	const asJSON, wrongToken = "application/json", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	file, item := FileOf(t, theirs, "model").ID, theirs.Items[0].ID
	myOrder := "/api/order-links/" + Token(mine.OrderURL)
	for _, ask := range []struct {
		method, path, body string
		header             []string
		want               int // with B's cookies
		bare               int // with none; 0: the same
	}{
		{"PATCH", "/api/quick-order/parts/" + part.ID, `{"version":1,"copies":99}`, []string{"Content-Type", asJSON}, 404, 401},
		{"PATCH", "/api/quick-order/parts", `{"version":1,"choices":{"copies":99},"ids":["` + part.ID + `"]}`, []string{"Content-Type", asJSON}, 404, 401},
		{"PATCH", "/api/quick-order/parts", `{"version":1,"choices":{"copies":99},"ids":["` + own + `","` + part.ID + `"]}`, []string{"Content-Type", asJSON}, 404, 401},
		{"DELETE", "/api/quick-order/parts/" + part.ID + "?version=1", "", nil, 404, 401},
		{"GET", "/api/quick-order/parts/" + part.ID + "/mesh", "", nil, 404, 401},
		{"HEAD", open.Path, "", tusHead, 404, 401},
		{"PATCH", open.Path, string(model[100:]), tusPatch, 404, 401},
		{"DELETE", open.Path, "", tusHead, 404, 401},
		{"GET", "/api/order-links/" + wrongToken, "", nil, 404, 0},
		{"GET", "/api/order-links/" + theirs.ID, "", nil, 404, 0},
		{"GET", "/api/order-links/" + placed.OrderNumber, "", nil, 404, 0},
		{"POST", "/api/order-links/" + wrongToken + "/pay", `{"method":"card"}`, []string{"Content-Type", asJSON}, 404, 0},
		{"POST", myOrder + "/files/" + file + "/link", "", nil, 404, 0},
		{"GET", myOrder + "/items/" + item + "/mesh", "", nil, 404, 0},
		{"GET", "/f/" + file, "", nil, 404, 0},
	} {
		want := ask.want
		for _, c := range []*Client{b.Client, NewClient(p.Public)} {
			got, err := c.Send(t.Context(), ask.method, ask.path, []byte(ask.body), ask.header...)
			if err != nil || got.Status != want {
				t.Errorf("%s %s: %d, want %d: %v", ask.method, ask.path, got.Status, want, err)
			}
			if bytes.Contains(got.Body, []byte("canary")) || bytes.Contains(got.Body, []byte(canaryName)) {
				t.Errorf("%s %s tells of another visitor: %.300s", ask.method, ask.path, got.Body)
			}
			if ask.bare != 0 {
				want = ask.bare
			}
		}
	}
	if got := b.Cart(); len(got.Parts) != 1 || got.Parts[0].ID != own || got.Parts[0].Choices.Copies != 1 {
		t.Errorf("B's cart: %+v", got)
	}
	// The return page tells nobody but the browser that ordered where the order is.
	intent, err := Post[order.PayView](t.Context(), ordering.Client, "/api/order-links/"+Token(placed.OrderURL)+"/pay", map[string]string{"method": "card"})
	back, err2 := ordering.Pay(t.Context(), must(t, intent, err).PayURL)
	if err2 != nil {
		t.Fatal(err2)
	}
	at := back[strings.Index(back, "/return/")+len("/return/") : strings.IndexByte(back, '?')]
	ret, err := Post[order.ReturnView](t.Context(), b.Client, "/api/checkout/"+at+"/return", nil)
	if ret = must(t, ret, err); ret.OrderURL != "" {
		t.Errorf("the return page gives B the order %s", ret.OrderURL)
	}

	// And A finds everything as it was.
	now := a.Cart()
	if len(now.Parts) != 1 || now.Parts[0].Choices.Copies != 1 || now.Parts[0].Name != canaryFile {
		t.Errorf("A's cart: %+v", now.Parts)
	}
	if err := a.Deliver(t.Context(), open, model, 200); err != nil {
		t.Errorf("A's upload does not go on: %v", err)
	}
	if _, err := a.WaitSliced(t.Context(), 2); err != nil {
		t.Error(err)
	}
	p.Stop(t)
	Audit(t, p.Data, Stopped)
}
