package api

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"testing"
	"time"
)

func TestThrottlePerVisitorAndForAll(t *testing.T) {
	now := time.Unix(1000, 0)
	th := newThrottle(func() time.Time { return now })
	addr := func(i int) netip.Addr { return netip.MustParseAddr(fmt.Sprintf("198.51.100.%d", i)) }
	b := budgets[limitLogin]
	for i := range int(b.eachBurst) {
		if err := th.allow(limitLogin, addr(1), true); err != nil {
			t.Fatalf("attempt %d: %v", i, err)
		}
	}
	err := th.allow(limitLogin, addr(1), true)
	var p *Problem
	if !errors.As(err, &p) || p.Status != 429 || p.Kind != "throttled" || p.retryAfter != 3*time.Second {
		t.Fatalf("one more: %+v", p)
	}
	if err := th.allow(limitLogin, addr(2), true); err != nil {
		t.Errorf("another visitor waits too: %v", err)
	}
	if err := th.allow(limitUpload, addr(1), true); err != nil {
		t.Errorf("another thing waits too: %v", err)
	}
	// Rotating addresses come up against the limit for all; what one visitor was refused did not count.
	passed := 0
	for i := range 200 {
		if th.allow(limitLogin, addr(3+i), true) == nil {
			passed++
		}
	}
	if want := int(b.allBurst) - int(b.eachBurst) - 1; passed != want {
		t.Errorf("%d passed, want %d", passed, want)
	}
	// Over an hour nobody gets more than the rate.
	passed = 0
	for range 3600 {
		now = now.Add(time.Second)
		for range 3 {
			if th.allow(limitLogin, netip.Addr{}, false) == nil {
				passed++
			}
		}
	}
	if most := int(b.all)*60 + int(b.allBurst); passed > most {
		t.Errorf("%d logins in an hour, want at most %d", passed, most)
	}
	for i := range maxVisitors * 2 {
		_ = th.allow(limitPart, netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), true)
	}
	if len(th.each) > maxVisitors {
		t.Errorf("%d visitors remembered", len(th.each))
	}
}

func TestLoginsAreThrottled(t *testing.T) {
	r := newRig(t)
	const body = `{"email":"ada@example.com","password":"wrong password"}`
	var last *http.Response
	var text string
	for range int(budgets[limitLogin].eachBurst) + 1 {
		last, text = r.ask(r.shop, "POST", "/api/auth/login", body, origin(r.shop))
	}
	wait, err := strconv.Atoi(last.Header.Get("Retry-After"))
	if last.StatusCode != 429 || err != nil || wait < 1 || wait > 3 {
		t.Errorf("%d, Retry-After %q: %s", last.StatusCode, last.Header.Get("Retry-After"), text)
	}
	if n := r.fake.count("Login"); n != int(budgets[limitLogin].eachBurst) {
		t.Errorf("%d passwords were checked", n)
	}
}

// An account that waits says for how long, as the limits of a door do.
func TestALockedAccountSaysForHowLong(t *testing.T) {
	r := newRig(t)
	res, text := r.ask(r.shop, "POST", "/api/auth/login", `{"email":"locked@example.com","password":"whatever it is"}`, origin(r.shop))
	if res.StatusCode != 429 || res.Header.Get("Retry-After") != "42" {
		t.Errorf("%d, Retry-After %q: %s", res.StatusCode, res.Header.Get("Retry-After"), text)
	}
	res, _ = r.ask(r.shop, "POST", "/api/auth/login", `{"email":"ada@example.com","password":"wrong password"}`, origin(r.shop))
	if res.StatusCode != 401 || res.Header.Get("Retry-After") != "" {
		t.Errorf("a wrong password: %d, Retry-After %q", res.StatusCode, res.Header.Get("Retry-After"))
	}
}

// Whose word is taken: only the tunnel's own header, only on the public door, and never a list that a visitor began.
func TestClientAddresses(t *testing.T) {
	for _, c := range []struct {
		tunnel Tunnel
		header []string
		known  bool
	}{
		{TunnelNone, []string{"CF-Connecting-IP: 203.0.113.9", "X-Forwarded-For: 203.0.113.9"}, false},
		{TunnelCloudflared, []string{"CF-Connecting-IP: 203.0.113.9", "X-Forwarded-For: 6.6.6.6, 203.0.113.9"}, true},
		{TunnelCloudflared, []string{"X-Forwarded-For: 203.0.113.9"}, false},
		{TunnelCloudflared, []string{"CF-Connecting-IP: nonsense"}, false},
		{TunnelCloudflared, []string{"CF-Connecting-IP: 203.0.113.9", "CF-Connecting-IP: 203.0.113.10"}, false},
		{TunnelTailscale, []string{"X-Forwarded-For: 203.0.113.9"}, true},
		{TunnelTailscale, []string{"X-Forwarded-For: 6.6.6.6, 203.0.113.9"}, false},
		{TunnelTailscale, []string{"CF-Connecting-IP: 203.0.113.9"}, false},
	} {
		r := newRig(t, func(d *Deps) { d.Tunnel = c.tunnel })
		r.ask(r.public, "GET", "/api/quick-order/cart", "", c.header...)
		th := r.server.public.throttle
		th.mu.Lock()
		_, known := th.each[visit{limitCart, netip.MustParseAddr("203.0.113.9")}]
		if known != c.known || len(th.each) > 1 || !c.known && len(th.each) != 0 {
			t.Errorf("%s with %v: visitors %v", c.tunnel, c.header, th.each)
		}
		th.mu.Unlock()
	}
}

// Behind a tunnel that says nothing, everybody shares one limit, and staff on the shop's door do not feel it.
func TestDoorsCountApart(t *testing.T) {
	r := newRig(t)
	refused := 0
	for range int(budgets[limitCart].allBurst) + 20 {
		if res, _ := r.ask(r.public, "GET", "/api/quick-order/cart", ""); res.StatusCode == 429 {
			refused++
		}
	}
	if refused == 0 {
		t.Error("carts are made without end")
	}
	if res, _ := r.ask(r.shop, "GET", "/api/quick-order/cart", ""); res.StatusCode != 200 {
		t.Errorf("the counter got %d", res.StatusCode)
	}
}
