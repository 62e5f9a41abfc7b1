package api_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"buildplate/app/api"
	"buildplate/app/apptest"
	"buildplate/app/shop"
	"buildplate/db"
)

// promise begins an upload of the largest size, of which nothing comes.
func (r *rig) promise(addr string, header ...string) (*http.Response, string) {
	r.t.Helper()
	r.Server.ForgetVisits()
	return r.ask(addr, "POST", uploadPath, "", append(header, tus, fmt.Sprintf("Upload-Length: %d", shop.MaxFileBytes), origin(addr))...)
}

// Who begins uploads and sends nothing shuts out nobody, and minutes later nothing is left of them.
func TestPromisedBytesShutOutNobody(t *testing.T) {
	r := newRig(t)
	const many = 64<<30/shop.MaxFileBytes + 10 // more than all may leave
	var first string
	for i := range many {
		res, text := r.promise(r.public)
		if res.StatusCode != http.StatusCreated {
			t.Fatalf("creation %d: %d %s", i, res.StatusCode, text)
		}
		if i == 0 {
			first = strings.TrimPrefix(res.Header.Get("Location"), uploadPath+"/")
		}
	}
	me := r.visitor()
	at := r.create(me, "clip.stl", 10)
	r.piece(me, at, 0, "0123")
	if left := time.Until(r.upload(at).Expires.Time()); left < 23*time.Hour {
		t.Errorf("an upload that has begun goes on for %s", left)
	}
	r.Pass(11 * time.Minute)
	open := func() (n int) {
		r.Read(func(ctx context.Context, tx *db.Tx) (err error) {
			_, _, n, err = tx.OpenUploads(ctx, "", 1)
			return err
		})
		return n
	}
	if n := open(); n != 1 {
		t.Errorf("%d uploads are under way", n)
	}
	r.promise(r.public) // takes the oldest away, with their files
	if _, err := r.Store.StatStaging(first); err == nil {
		t.Error("the first one's file is still there")
	}
	if res, _ := r.piece(me, at, 4, "456789"); res.StatusCode != http.StatusNoContent || len(r.Parts(r.cartOf(me))) != 1 {
		t.Errorf("the one that began could not go on: %d", res.StatusCode)
	}
}

// A visitor has a share, by the address that the tunnel vouches for.
func TestVisitorsHaveSharesByAddress(t *testing.T) {
	r := newRig(t, func(d *api.Deps) { d.Tunnel = api.TunnelCloudflared })
	for i := range shop.MaxVisitorUploads {
		if res, text := r.promise(r.public, "CF-Connecting-IP: 203.0.113.9"); res.StatusCode != http.StatusCreated {
			t.Fatalf("creation %d: %d %s", i, res.StatusCode, text)
		}
	}
	res, text := r.promise(r.public, "CF-Connecting-IP: 203.0.113.9")
	if p := problem(t, res, text); p.Status != 429 || p.Code != "uploads_too_many" || res.Header.Get("Retry-After") != "5" {
		t.Errorf("one more: %d %s", res.StatusCode, text)
	}
	if res, text := r.promise(r.public, "CF-Connecting-IP: 203.0.113.10"); res.StatusCode != http.StatusCreated {
		t.Errorf("another visitor: %d %s", res.StatusCode, text)
	}
	r.Pass(4 * time.Minute) // they have stopped
	if res, text := r.promise(r.public, "CF-Connecting-IP: 203.0.113.9"); res.StatusCode != http.StatusCreated {
		t.Errorf("afterwards: %d %s", res.StatusCode, text)
	}
}

// What is refused begins no cart: neither a row nor a cookie is left of it, for an upload nor for a link, and for nobody whose cart
// was ordered.
func TestRefusedUploadsBeginNoCart(t *testing.T) {
	r := newRig(t, func(d *api.Deps) { d.Tunnel = api.TunnelCloudflared })
	const from = "CF-Connecting-IP: 203.0.113.9"
	ordered := r.visitor()
	r.review(ordered, "part.stl", apptest.Block(20, 20, 5))
	for range shop.MaxVisitorUploads {
		r.promise(r.public, from)
	}
	before := r.carts()
	for _, who := range []string{"Cookie: buildplate_cart=forged", ordered} {
		res, text := r.promise(r.public, from, who)
		if res.StatusCode != http.StatusTooManyRequests || len(res.Cookies()) != 0 {
			t.Errorf("an upload: %d with cookies %v: %s", res.StatusCode, res.Cookies(), text)
		}
		res, text = r.ask(r.public, "POST", "/api/quick-order/links", `{"link":"https://example.com/vase"}`, from, who, origin(r.public))
		if res.StatusCode != http.StatusTooManyRequests || len(res.Cookies()) != 0 {
			t.Errorf("a link: %d with cookies %v: %s", res.StatusCode, res.Cookies(), text)
		}
	}
	if n := r.carts(); n != before {
		t.Errorf("%d carts were begun", n-before)
	}
	res, text := r.ask(r.public, "POST", "/api/quick-order/links", `{"link":"https://example.com/vase"}`, "CF-Connecting-IP: 203.0.113.10", origin(r.public))
	if res.StatusCode != 200 || len(res.Cookies()) != 1 || r.carts() != before+1 {
		t.Errorf("a link that is taken: %d with cookies %v, %d carts: %s", res.StatusCode, res.Cookies(), r.carts()-before, text)
	}
}

// When visitors have filled what they may, staff can still take an order.
func TestStaffHaveAReserve(t *testing.T) {
	r := newRigWith(t, apptest.Setup{Quiet: true, Damaged: true})
	r.Write(func(ctx context.Context, tx *db.Tx) error {
		return tx.InsertBlob(ctx, db.Blob{ID: shop.NewID(), Bucket: "tmp", Size: shop.MaxTmpBytes - shop.StaffTmpBytes, SHA256: strings.Repeat("0", 64)})
	})
	for _, addr := range []string{r.public, r.shop} {
		res, text := r.promise(addr, "Cookie: buildplate_staff=forged")
		if p := problem(t, res, text); p.Status != 503 || p.Code != "storage_full" {
			t.Errorf("a visitor: %d %s", res.StatusCode, text)
		}
	}
	if res, text := r.promise(r.public, r.asStaff()); res.StatusCode != 503 {
		t.Errorf("a staff cookie at the public door: %d %s", res.StatusCode, text)
	}
	if res, text := r.promise(r.shop, r.asStaff()); res.StatusCode != http.StatusCreated {
		t.Errorf("staff: %d %s", res.StatusCode, text)
	}
}

// Each new cart is taken from the budget, whatever the cookie says, and no look makes one.
func TestAForgedCookieMakesNoCartsWithoutLimit(t *testing.T) {
	r := newRigWith(t, apptest.Setup{Quiet: true, Doors: stopped})
	forged := func(i int) string { return fmt.Sprintf("Cookie: buildplate_cart=forged-%d", i) }
	for i := range 3 {
		for path, want := range map[string]int{"/api/quick-order/cart": 200, cartEventsPath: 401, "/api/quick-order/parts/x/mesh": 401} {
			if res, text := r.ask(r.public, "GET", path, "", forged(i)); res.StatusCode != want || len(res.Cookies()) != 0 {
				t.Errorf("%s: %d with cookies %v: %s", path, res.StatusCode, res.Cookies(), text)
			}
		}
		if res, _ := r.ask(r.public, "POST", "/api/quick-order/price", `{"delivery":{"method":"pickup"}}`, forged(i), origin(r.public)); res.StatusCode != 401 {
			t.Errorf("a price: %d", res.StatusCode)
		}
	}
	if n := r.carts(); n != 0 {
		t.Fatalf("%d carts were made by looks", n)
	}
	refused := 0
	for i := range api.CartBurst + 20 {
		if res := r.begin(r.public, forged(i), origin(r.public)); res.StatusCode == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused != 20 || r.carts() != api.CartBurst {
		t.Errorf("%d were refused, %d carts were made", refused, r.carts())
	}
}

// A cart is read so often at once and no oftener, which another cart does not feel.
func TestLooksAreCounted(t *testing.T) {
	r := newRigWith(t, apptest.Setup{Quiet: true, Doors: stopped})
	me := r.visitor()
	for range api.ReadBurst {
		if res, text := r.ask(r.public, "GET", "/api/quick-order/cart", "", me); res.StatusCode != 200 {
			t.Fatalf("%d %s", res.StatusCode, text)
		}
	}
	if res, _ := r.ask(r.public, "GET", "/api/quick-order/cart", "", me); res.StatusCode != 429 || res.Header.Get("Retry-After") == "" {
		t.Errorf("one more: %d", res.StatusCode)
	}
	if res, _ := r.ask(r.public, "GET", "/api/quick-order/cart", "", r.visitor()); res.StatusCode != 200 {
		t.Errorf("another cart: %d", res.StatusCode)
	}
}

// More pieces at once than the shop has room for: each is kept, or told when to come again. No connection is reset.
func TestUploadsWaitTheirTurn(t *testing.T) {
	r := newRig(t)
	r.Server.SetPatience(20 * time.Millisecond)
	const visitors, size = 48, 1 << 20
	body := strings.Repeat("x", size)
	again := make([]int, visitors)
	var all sync.WaitGroup
	for i := range visitors {
		r.Server.ForgetVisits()
		me := r.visitor()
		at := r.create(me, "a.stl", size)
		all.Go(func() {
			for {
				req, err := http.NewRequest("PATCH", "http://"+r.public+at, strings.NewReader(body))
				if err != nil {
					t.Error(err)
					return
				}
				for _, line := range []string{me, tus, "Upload-Offset: 0", "Content-Type: " + api.TusType} {
					name, value, _ := strings.Cut(line, ": ")
					req.Header.Set(name, value)
				}
				res, err := client.Do(req)
				if err != nil {
					t.Errorf("upload %d, after %d tries: %v", i, again[i], err)
					return
				}
				_, _ = io.Copy(io.Discard, res.Body)
				_ = res.Body.Close()
				if res.StatusCode == http.StatusNoContent {
					return
				}
				if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") != "1" {
					t.Errorf("upload %d: %d %v", i, res.StatusCode, res.Header)
					return
				}
				again[i]++
			}
		})
	}
	all.Wait()
	if n := r.Server.HeldBodies(); n != 0 {
		t.Errorf("%d rights to send were never given back", n)
	}
}

// A connection that has brought a piece and stays open holds none of it.
func TestOpenConnectionsHoldNoPieces(t *testing.T) {
	const conns, most = 12, 3 * api.PartLimit
	r := newRig(t)
	me := r.visitor()
	at := r.create(me, "a.stl", conns*api.PartLimit)
	body := strings.Repeat("x", api.PartLimit)
	held := func() int64 {
		runtime.GC() // what is pooled goes with the second
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := held()
	for i := range conns {
		r.Server.ForgetVisits()
		conn := r.dial(r.public, fmt.Sprintf("PATCH %s HTTP/1.1\r\nHost: %s\r\n%s\r\n%s\r\nContent-Type: %s\r\nUpload-Offset: %d\r\nContent-Length: %d\r\n\r\n",
			at, r.public, me, tus, api.TusType, i*api.PartLimit, api.PartLimit))
		if _, err := io.WriteString(conn, body); err != nil {
			t.Fatal(err)
		}
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != http.StatusNoContent || res.Close {
			t.Fatalf("piece %d: %d, and the connection closes: %t", i, res.StatusCode, res.Close)
		}
	}
	if grew := held() - before; grew > most {
		t.Errorf("%d open connections that brought a piece each hold %d MiB", conns, grew>>20)
	}
}

// Whose pieces drip holds only some of the room, and is told so in an answer that arrives.
func TestARefusedPieceIsAnswered(t *testing.T) {
	r := newRig(t)
	r.Server.SetPatience(20 * time.Millisecond)
	me := r.visitor()
	var last string
	for held := 0; held < api.MaxPartsOwner; {
		last = r.create(me, "a.stl", api.PartLimit)
		for range 2 {
			conn, err := net.Dial("tcp", r.public)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_, _ = fmt.Fprintf(conn, "PATCH %s HTTP/1.1\r\nHost: %s\r\n%s\r\n%s\r\nContent-Type: %s\r\nUpload-Offset: 0\r\nContent-Length: %d\r\n\r\nx", last, r.public, me, tus, api.TusType, api.PartLimit)
			held++
			apptest.Await(t, "the piece to begin", func() bool { return r.Server.HeldBodies() == held })
		}
	}
	r.Pass(4 * time.Minute) // four more may begin
	waiting := r.create(me, "b.stl", api.PartLimit)
	for range 5 {
		// As a browser does: it sends the whole piece before it listens.
		answer := raw(t, r.public, fmt.Sprintf("PATCH %s HTTP/1.1\r\nHost: %s\r\n%s\r\n%s\r\nContent-Type: %s\r\nUpload-Offset: 0\r\nContent-Length: %d\r\n\r\n%s",
			waiting, r.public, me, tus, api.TusType, api.PartLimit, strings.Repeat("x", api.PartLimit)))
		if !strings.HasPrefix(answer, "HTTP/1.1 503") || !strings.Contains(answer, "Retry-After: 1\r\n") || !strings.Contains(answer, "Tus-Resumable: 1.0.0") {
			t.Errorf("%.300q", answer)
		}
	}
	other := r.visitor()
	if res, text := r.piece(other, r.create(other, "c.stl", api.PartLimit), 0, strings.Repeat("x", api.PartLimit)); res.StatusCode != 204 {
		t.Errorf("another visitor: %d %s", res.StatusCode, text)
	}
}
