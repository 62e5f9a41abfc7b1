package api_test

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"buildplate/app/api"
	"buildplate/app/apptest"
	"buildplate/app/shop"
	"buildplate/db"
)

// stopped has the doors count visits by a clock that stands still.
func stopped(s *api.Server) {
	at := time.Unix(1000, 0)
	s.CountVisitsBy(func() time.Time { return at })
}

// Whose word is taken: only the tunnel's own header, only on the public door, and never a list that a visitor began.
func TestClientAddresses(t *testing.T) {
	for _, c := range []struct {
		tunnel api.Tunnel
		header []string
		known  bool
	}{
		{api.TunnelNone, []string{"CF-Connecting-IP: 203.0.113.9", "X-Forwarded-For: 203.0.113.9"}, false},
		{api.TunnelCloudflared, []string{"CF-Connecting-IP: 203.0.113.9", "X-Forwarded-For: 6.6.6.6, 203.0.113.9"}, true},
		{api.TunnelCloudflared, []string{"X-Forwarded-For: 203.0.113.9"}, false},
		{api.TunnelCloudflared, []string{"CF-Connecting-IP: nonsense"}, false},
		{api.TunnelCloudflared, []string{"CF-Connecting-IP: 203.0.113.9", "CF-Connecting-IP: 203.0.113.10"}, false},
		{api.TunnelTailscale, []string{"X-Forwarded-For: 203.0.113.9"}, true},
		{api.TunnelTailscale, []string{"X-Forwarded-For: 6.6.6.6, 203.0.113.9"}, false},
		{api.TunnelTailscale, []string{"CF-Connecting-IP: 203.0.113.9"}, false},
	} {
		r := newRig(t, func(d *api.Deps) { d.Tunnel = c.tunnel })
		r.begin(r.public, c.header...)
		visitors := r.Server.Visitors(api.Public)
		if known := slices.Contains(visitors, netip.MustParseAddr("203.0.113.9")); known != c.known || len(visitors) > 1 || !c.known && len(visitors) != 0 {
			t.Errorf("%s with %v: visitors %v", c.tunnel, c.header, visitors)
		}
	}
}

// A tunnel's headers are its own word only: who reaches the public door from another machine counts by that machine's address,
// whatever they say, unless the tunnel is there.
func TestAddressesFromElsewhere(t *testing.T) {
	for _, c := range []struct{ peer, want string }{
		{"127.0.0.1", "203.0.113.9"}, {"::1", "203.0.113.9"}, {"172.18.0.3", "203.0.113.9"}, {"::ffff:172.18.0.3", "203.0.113.9"},
		{"192.0.2.7", "192.0.2.7"}, {"172.19.0.3", "172.19.0.3"}, {"2001:db8:1:2:3::4", "2001:db8:1:2::"},
	} {
		r := newRig(t, func(d *api.Deps) {
			d.Tunnel, d.TunnelFrom = api.TunnelCloudflared, []netip.Prefix{netip.MustParsePrefix("172.18.0.0/16")}
		})
		r.Server.PeersByHeader()
		r.begin(r.public, "CF-Connecting-IP: 203.0.113.9", api.PeerHeader+": "+c.peer)
		if got := r.Server.Visitors(api.Public); len(got) != 1 || got[0] != netip.MustParseAddr(c.want) {
			t.Errorf("from %s: visitors %v, want %s", c.peer, got, c.want)
		}
	}
}

// What is done is written down with the address that the door vouches for, and without one where it vouches for none.
func TestActivityHasTheAddressThatTheDoorVouchesFor(t *testing.T) {
	for _, c := range []struct {
		tunnel       api.Tunnel
		header, want string
	}{
		{api.TunnelNone, "CF-Connecting-IP: 203.0.113.9", ""},
		{api.TunnelCloudflared, "CF-Connecting-IP: 203.0.113.9", "203.0.113.9"},
		{api.TunnelCloudflared, "CF-Connecting-IP: 2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"},
		{api.TunnelCloudflared, "X-Forwarded-For: 203.0.113.9", ""},
	} {
		r := newRigWith(t, apptest.Setup{}, func(d *api.Deps) { d.Tunnel = c.tunnel })
		admin := apptest.SetUp(t, r)
		v := apptest.NewVisitor(t, r)
		v.Drop("block.stl", apptest.Block(20, 20, 10))
		v.Sliced()
		placed := v.Checkout(apptest.Order(shop.ByTransfer, v.Price().Price.Total))
		id := admin.Find(placed.OrderNumber).ID
		res, text := r.ask(r.public, "POST", "/api/order-links/"+apptest.Token(placed.OrderURL)+"/pay", `{"method":"pickup"}`, origin(r.public), c.header)
		if res.StatusCode != 200 || strings.Contains(text, `"activity"`) {
			t.Fatalf("%d %s", res.StatusCode, text)
		}
		admin.Act(id, "release", map[string]string{})
		r.Read(func(ctx context.Context, tx *db.Tx) error {
			log, _, err := tx.ActivityPage(ctx, id, "", 200)
			for _, a := range log {
				want := map[shop.Verb]string{shop.VerbMethodChosen: c.want, shop.VerbOrderReleased: "127.0.0.1"}[a.Verb]
				if a.Address != want {
					t.Errorf("%s, %s: %s was done from %q, want %q", c.tunnel, c.header, a.Verb, a.Address, want)
				}
			}
			if len(log) != 3 {
				t.Errorf("%+v", log)
			}
			return err
		})
	}
}

// Behind a tunnel that says nothing, everybody shares one limit, and staff on the shop's door do not feel it.
func TestDoorsCountApart(t *testing.T) {
	r := newRigWith(t, apptest.Setup{Quiet: true, Doors: stopped})
	refused := 0
	for range api.CartBurst + 20 {
		if res := r.begin(r.public); res.StatusCode == 429 {
			refused++
		}
	}
	if refused != 20 || r.carts() != api.CartBurst {
		t.Errorf("%d visits were refused, %d carts were made", refused, r.carts())
	}
	for range api.CartBurst + 20 { // the machine itself is no visitor
		if res := r.begin(r.shop); res.StatusCode != 201 {
			t.Fatalf("the counter got %d", res.StatusCode)
		}
	}
}

// An order is read by its link so often at once and no oftener, which another order does not feel; a link that opens nothing
// takes nothing.
func TestLooksByLinkAreCounted(t *testing.T) {
	r := newRigWith(t, apptest.Setup{})
	place := func() (at string) {
		v := apptest.NewVisitor(t, r)
		v.Drop("block.stl", apptest.Block(20, 20, 10))
		v.Sliced()
		return "/api/order-links/" + apptest.Token(v.Checkout(apptest.Order(shop.ByTransfer, v.Price().Price.Total)).OrderURL)
	}
	mine, other := place(), place()
	stopped(r.Server)
	r.Server.ForgetVisits()
	for range api.PageAllBurst {
		if res, _ := r.ask(r.public, "GET", mine+"x", ""); res.StatusCode == 200 || res.StatusCode == 429 {
			t.Fatalf("no link: %d", res.StatusCode)
		}
	}
	for range api.ReadBurst {
		if res, text := r.ask(r.public, "GET", mine, ""); res.StatusCode != 200 {
			t.Fatalf("%d %s", res.StatusCode, text)
		}
	}
	for _, path := range []string{mine, mine + "/items/none/mesh"} {
		if res, _ := r.ask(r.public, "GET", path, ""); res.StatusCode != 429 || res.Header.Get("Retry-After") == "" {
			t.Errorf("one more: %d", res.StatusCode)
		}
	}
	if res, _ := r.ask(r.public, "GET", other, ""); res.StatusCode != 200 {
		t.Errorf("another order: %d", res.StatusCode)
	}
}

// The shop is read so often at once, by strangers together where no address is known; who has a cart does not feel it.
func TestLooksAtTheShopAreCounted(t *testing.T) {
	r := newRigWith(t, apptest.Setup{Quiet: true, Doors: stopped})
	for range api.PageAllBurst {
		if res, text := r.ask(r.public, "GET", "/api/shop", ""); res.StatusCode != 200 {
			t.Fatalf("%d %s", res.StatusCode, text)
		}
	}
	if res, _ := r.ask(r.public, "GET", "/api/shop", ""); res.StatusCode != 429 || res.Header.Get("Retry-After") == "" {
		t.Errorf("one more: %d", res.StatusCode)
	}
	if res, _ := r.ask(r.public, "GET", "/api/quick-order/cart", "", r.visitor()); res.StatusCode != 200 {
		t.Errorf("a cart: %d", res.StatusCode)
	}
}

// Without a tunnel that names addresses, visitors count by their carts: what one asks in vain, again and again, takes nothing
// from another, neither orders that cannot be placed nor payments that are not there.
func TestWhatIsAskedInVainTakesNothingFromOthers(t *testing.T) {
	r := newRigWith(t, apptest.Setup{Quiet: true, Doors: stopped})
	empty := `{"contact":{"name":"","email":"","phone":""},"delivery":{"method":"pickup"},"terms_version":"","terms_accepted":false,"payment":"review","expected_total":0}`
	mine, other := r.visitor(), r.visitor()
	refused := map[int]int{}
	for range 300 {
		res, _ := r.ask(r.public, "POST", "/api/quick-order/checkout", empty, mine, origin(r.public))
		refused[res.StatusCode]++
	}
	if refused[422] != api.PartBurst || refused[429] != 300-api.PartBurst {
		t.Errorf("one cart's orders without a name were answered %v, want %d of 422 and the rest of 429", refused, api.PartBurst)
	}
	for range 700 {
		if res, text := r.ask(r.public, "POST", "/api/checkout/nothing/return", "", origin(r.public)); res.StatusCode != 404 {
			t.Fatalf("a payment that is not there: %d %s", res.StatusCode, text)
		}
	}
	if res, text := r.ask(r.public, "POST", "/api/quick-order/price", `{"delivery":{"method":"pickup"}}`, other, origin(r.public)); res.StatusCode != 200 {
		t.Errorf("another cart's price: %d %s", res.StatusCode, text)
	}
	r.review(other, "part.stl", apptest.Block(20, 20, 5))
}

// Orders are counted once they would be placed, those that are there already as well: a link is made each time.
func TestOrdersAreCounted(t *testing.T) {
	r := newRigWith(t, apptest.Setup{Quiet: true, Doors: stopped})
	mine := r.visitor()
	r.review(mine, "part.stl", apptest.Block(20, 20, 5))
	again := `{"contact":{"name":"Ada","email":"ada@example.com","phone":"0255501234"},"delivery":{"method":"pickup"},"terms_version":"","terms_accepted":true,"payment":"review","expected_total":0}`
	answers := map[int]int{}
	for range api.CheckoutBurst {
		res, _ := r.ask(r.public, "POST", "/api/quick-order/checkout", again, mine, origin(r.public))
		answers[res.StatusCode]++
	}
	if answers[200] != api.CheckoutBurst-1 || answers[429] != 1 {
		t.Errorf("the same order once more is answered %v, want %d of 200", answers, api.CheckoutBurst-1)
	}
}
