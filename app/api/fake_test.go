package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"buildplate/app/cart"
	"buildplate/app/catalog"
	"buildplate/app/event"
	"buildplate/app/file"
	"buildplate/app/order"
	"buildplate/app/setting"
	"buildplate/app/shop"
)

// fakeShop answers the use cases that tests reach; any other call panics on the nil interface, which a test sees as 500.
type fakeShop struct {
	UseCases
	events event.Bus

	mu       sync.Mutex
	carts    map[string]string // token -> id
	uploads  map[string]*fakeUpload
	sessions map[string]shop.Actor
	calls    map[string]int
	webhooks [][]byte
	parts    []string
	tokens   []string
	loginIP  string
	checkout func() (order.CheckoutView, error)
	priced   shop.Delivery
	files    map[string]file.Download
	opened   atomic.Int32
	closed   atomic.Int32
}

type fakeUpload struct {
	cart, name string
	length     int64
	data       []byte
}

func newFake() *fakeShop {
	return &fakeShop{
		carts: map[string]string{}, uploads: map[string]*fakeUpload{}, calls: map[string]int{}, files: map[string]file.Download{},
		sessions: map[string]shop.Actor{
			"floor-token": {StaffID: "s1", Name: "Flo", Email: "flo@example.com", Role: shop.RoleStaff},
			"admin-token": {StaffID: "s2", Name: "Ada", Email: "ada@example.com", Role: shop.RoleAdmin},
		},
	}
}

func (f *fakeShop) called(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls[name]++
}

func (f *fakeShop) count(name string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls[name]
}

func (f *fakeShop) Events() *event.Bus { return &f.events }

func (f *fakeShop) Shop(context.Context) (catalog.ShopView, error) {
	f.called("Shop")
	return catalog.ShopView{Name: "Corner Prints"}, nil
}

func (f *fakeShop) OpenCart(_ context.Context, token string) (string, string, error) {
	f.called("OpenCart")
	f.mu.Lock()
	defer f.mu.Unlock()
	if id := f.carts[token]; id != "" {
		return id, "", nil
	}
	fresh := shop.NewToken()
	f.carts[fresh] = shop.NewID()
	return f.carts[fresh], fresh, nil
}

func (f *fakeShop) CartForUpload(ctx context.Context, token string) (string, string, error) {
	f.called("CartForUpload")
	return f.OpenCart(ctx, token)
}

func (f *fakeShop) Cart(_ context.Context, id string) (cart.View, error) {
	f.called("Cart")
	return cart.View{Parts: []cart.PartView{}, ReviewReasons: []string{}, Version: int64(f.count("Cart"))}, nil
}

func (f *fakeShop) CreateUpload(_ context.Context, cartID, name string, length int64) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	id := shop.NewID()
	f.uploads[id] = &fakeUpload{cart: cartID, name: name, length: length}
	return id, nil
}

func (f *fakeShop) upload(cartID, id string) (*fakeUpload, error) {
	u := f.uploads[id]
	if u == nil || u.cart != cartID {
		return nil, shop.NotFoundf("upload_not_found", "This upload is not known any more. Please start it again.")
	}
	return u, nil
}

func (f *fakeShop) Upload(_ context.Context, cartID, id string) (cart.UploadView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	u, err := f.upload(cartID, id)
	if err != nil {
		return cart.UploadView{}, err
	}
	return cart.UploadView{Length: u.length, Offset: int64(len(u.data)), Expires: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC).UnixMilli()}, nil
}

func (f *fakeShop) AppendUpload(_ context.Context, cartID, id string, offset int64, body io.Reader) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	u, err := f.upload(cartID, id)
	if err != nil {
		return 0, err
	}
	if offset != int64(len(u.data)) {
		return 0, shop.Conflictf("upload_offset_moved", "The upload goes on at another place.")
	}
	piece, err := io.ReadAll(body)
	u.data = append(u.data, piece...)
	return int64(len(u.data)), err
}

func (f *fakeShop) AbortUpload(_ context.Context, cartID, id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, err := f.upload(cartID, id); err != nil {
		return err
	}
	delete(f.uploads, id)
	return nil
}

func (f *fakeShop) PatchParts(_ context.Context, _ string, ids []string, p shop.ChoicesPatch) (cart.View, error) {
	f.called("PatchParts")
	f.mu.Lock()
	f.parts = append(f.parts, ids...)
	f.mu.Unlock()
	if p.Infill != nil && *p.Infill == 99 {
		return cart.View{}, shop.Invalidf("infill_out_of_range", "infill", "Infill is a percentage from 0 to 100.")
	}
	return cart.View{Parts: []cart.PartView{}, ReviewReasons: ids}, nil
}

func (f *fakeShop) PriceCart(_ context.Context, _ string, d shop.Delivery) (cart.PriceView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.priced = d
	return cart.PriceView{}, nil
}

func (f *fakeShop) Checkout(context.Context, string, order.CheckoutRequest) (order.CheckoutView, error) {
	f.called("Checkout")
	return f.checkout()
}

func (f *fakeShop) MyOrder(context.Context, string) (string, error) { return "/order/abc", nil }

func (f *fakeShop) CustomerOrder(_ context.Context, token string) (order.CustomerOrderView, error) {
	f.mu.Lock()
	f.tokens = append(f.tokens, token)
	f.mu.Unlock()
	if token != "good" {
		return order.CustomerOrderView{}, shop.NotFoundf("order_link_unknown", "This link is not known.")
	}
	return order.CustomerOrderView{Number: "ORD-1001"}, nil
}

func (f *fakeShop) ReceiveWebhook(_ context.Context, body []byte, signature string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.webhooks = append(f.webhooks, body)
	switch signature {
	case "good":
		return nil
	case "busy":
		return shop.Unavailablef("shop_busy", "The shop is busy.").Because(errors.New("database is locked"))
	}
	return shop.Invalidf("event_signature_wrong", "", "The signature does not fit.")
}

func (f *fakeShop) PartMesh(context.Context, string, string) (file.Mesh, error) {
	body := f.open("solid mesh")
	return file.Mesh{Reader: body, Size: 10, ETag: "abc123"}, nil
}

// closing counts that every opened file is closed.
type closing struct {
	*bytes.Reader
	shop *fakeShop
}

func (c closing) Close() error { c.shop.closed.Add(1); return nil }

func (f *fakeShop) open(text string) io.ReadSeekCloser {
	f.opened.Add(1)
	return closing{bytes.NewReader([]byte(text)), f}
}

func (f *fakeShop) OpenSigned(_ context.Context, signed string) (file.Download, error) {
	name, text, ok := strings.Cut(signed, ".")
	if !ok {
		return file.Download{}, shop.NotFoundf("download_link_expired", "This link has expired. Please ask for it again.")
	}
	f.mu.Lock()
	if d, ok := f.files[name]; ok {
		name = d.Name
	}
	f.mu.Unlock()
	return file.Download{Reader: f.open(text), Size: int64(len(text)), Name: name}, nil
}

func (f *fakeShop) Login(_ context.Context, email, password, ip string) (shop.Actor, string, error) {
	f.called("Login")
	f.mu.Lock()
	defer f.mu.Unlock()
	f.loginIP = ip
	if email == "locked@example.com" {
		locked := shop.TooManyf("login_locked", "Too many wrong passwords. Please wait 42 seconds and try again.")
		locked.After = 42 * time.Second
		return shop.Actor{}, "", fmt.Errorf("login: %w", locked)
	}
	if password != "right password" {
		return shop.Actor{}, "", shop.Unauthenticatedf("login_wrong", "E-mail or password is wrong.")
	}
	return f.sessions["admin-token"], "admin-token", nil
}

func (f *fakeShop) Logout(context.Context, string) error { f.called("Logout"); return nil }

func (f *fakeShop) Session(_ context.Context, token string) (shop.Actor, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p, ok := f.sessions[token]
	if !ok {
		return p, shop.Unauthenticatedf("login_needed", "Please log in again.")
	}
	return p, nil
}

func (f *fakeShop) Orders(_ context.Context, filter order.OrderFilter) (order.OrderListView, error) {
	if filter.Query == "boom" {
		return order.OrderListView{}, errors.New("disk on fire at row 7")
	}
	return order.OrderListView{Orders: []order.OrderRowView{}, Page: filter.Page, Counts: map[string]int{filter.Tab: 1}}, nil
}

func (f *fakeShop) ShopSettings(context.Context) (setting.View, error) {
	return setting.View{BusinessName: "Corner Prints"}, nil
}

func (f *fakeShop) DeleteDraft(context.Context, shop.Actor, string) error { return nil }

// rig is both doors on loopback ports.
type rig struct {
	t            *testing.T
	fake         *fakeShop
	server       *Server
	shop, public string // host:port
	log          *syncBuffer
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

var site = fstest.MapFS{
	"index.html":             {Data: []byte("<!doctype html><title>customers</title>")},
	"staff.html":             {Data: []byte("<!doctype html><title>staff</title>")},
	".vite/manifest.json":    {Data: []byte("{}")},
	"icon.svg":               {Data: []byte("<svg/>")},
	"assets/app-C3X9b1aZ.js": {Data: []byte("console.log('" + strings.Repeat("print ", 500) + "')")},
}

func newRig(t *testing.T, change ...func(*Deps)) *rig {
	t.Helper()
	return newRigWith(t, func(*Server) {}, change...)
}

// newRigWith lets a test change the doors before they serve.
func newRigWith(t *testing.T, prepare func(*Server), change ...func(*Deps)) *rig {
	t.Helper()
	r := &rig{t: t, fake: newFake(), log: &syncBuffer{}}
	deps := Deps{App: r.fake, UI: site, UIBuilt: true, FileBytes: 64 << 20, Log: slog.New(slog.NewTextHandler(r.log, nil))}
	for _, f := range change {
		f(&deps)
	}
	r.server = New(deps)
	prepare(r.server)
	serve := func(listen func(net.Listener) error) string {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() { _ = listen(ln) }() // ends with Shutdown
		return ln.Addr().String()
	}
	r.shop, r.public = serve(r.server.Shop().Listener), serve(r.server.Public().Listener)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		_ = r.server.Shutdown(ctx)
	})
	return r
}

// ask makes a request to a door. Header lines are "Name: value"; "Host: x" sets the host.
func (r *rig) ask(addr, method, path, body string, header ...string) (*http.Response, string) {
	r.t.Helper()
	req, err := http.NewRequest(method, "http://"+addr+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		if name == "Host" {
			req.Host = value
			continue
		}
		req.Header.Add(name, value)
	}
	if body != "" && req.Header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := client.Do(req)
	if err != nil {
		r.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatalf("%s %s: %v", method, path, err)
	}
	return res, string(text)
}

var client = &http.Client{
	Timeout:       20 * time.Second,
	Transport:     &http.Transport{DisableCompression: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// visitor gets a cart cookie at a door, as a header line.
func (r *rig) visitor(addr string) string {
	r.t.Helper()
	res, _ := r.ask(addr, "GET", "/api/quick-order/cart", "")
	if len(res.Cookies()) != 1 {
		r.t.Fatalf("cart answers %d with cookies %v", res.StatusCode, res.Cookies())
	}
	return "Cookie: " + res.Cookies()[0].Name + "=" + res.Cookies()[0].Value
}

const (
	asFloor = "Cookie: buildplate_staff=floor-token"
	asAdmin = "Cookie: buildplate_staff=admin-token"
)

func origin(addr string) string { return "Origin: http://" + addr }
