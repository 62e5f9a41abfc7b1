package api_test

import (
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"buildplate/app/api"
)

// ownAddress is an address of this machine that is not loopback, or "".
func ownAddress() (own string) {
	addrs, _ := net.InterfaceAddrs()
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() && n.IP.To4() != nil {
			own = n.IP.String()
		}
	}
	return own
}

func TestHosts(t *testing.T) {
	r := newRig(t, func(d *api.Deps) {
		d.PublicURL = func() string { return "https://prints.example" }
		d.Hosts = []string{"box.lan"}
	})
	own := ownAddress()
	name, _ := os.Hostname()
	for _, c := range []struct {
		host         string
		shop, public int
	}{
		{"localhost", 200, 200}, {"127.0.0.1:9999", 200, 200}, {"[::1]:80", 200, 200}, {"LOCALHOST:8080", 200, 200}, {"localhost.", 200, 200},
		{"box.lan:8080", 200, 200}, {name, 200, 200}, {name + ".local:8080", 200, 200}, {own, 200, 200},
		{"prints.example", 421, 200}, {"prints.example:443", 421, 200},
		{"evil.example", 421, 421}, {"127.0.0.1.evil.example", 421, 421}, {"8.8.8.8", 421, 421}, {"localhost.evil", 421, 421}, {"prints.example.evil", 421, 421},
	} {
		if c.host == "" {
			continue
		}
		for addr, want := range map[string]int{r.shop: c.shop, r.public: c.public} {
			if res, _ := r.ask(addr, "GET", "/api/shop", "", "Host: "+c.host); res.StatusCode != want {
				t.Errorf("host %q at %v: %d, want %d", c.host, addr == r.shop, res.StatusCode, want)
			}
		}
	}
}

func TestShopDoorRefusesTunnels(t *testing.T) {
	r := newRig(t)
	for _, header := range []string{"CF-Connecting-IP: 203.0.113.9", "cf-ray: 1", "X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https", "Tailscale-User-Login: x",
		"ngrok-skip: 1", "Forwarded: for=203.0.113.9", "Cdn-Loop: cloudflare", "Via: 1.1 proxy", "True-Client-IP: 203.0.113.9", "X-Client-IP: 203.0.113.9",
		"X_Forwarded_For: 203.0.113.9", "X-Original-Forwarded-For: 203.0.113.9", "X-Envoy-External-Address: 203.0.113.9", "X-Amzn-Trace-Id: a"} {
		if res, _ := r.ask(r.shop, "GET", "/api/shop", "", header); res.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("%s on the shop's door: %d", header, res.StatusCode)
		}
		if res, _ := r.ask(r.public, "GET", "/api/shop", "", header); res.StatusCode != http.StatusOK {
			t.Errorf("%s on the public door: %d", header, res.StatusCode)
		}
	}
	if !strings.Contains(r.log.String(), "point the tunnel at the public door") {
		t.Error("staff are not told in the log")
	}
}

func TestCompressedRequestsAreRefusedFirst(t *testing.T) {
	r := newRig(t)
	for _, addr := range []string{r.shop, r.public} {
		for _, path := range []string{"/api/stripe/webhook", "/api/quick-order/price", "/nowhere"} {
			for _, encoding := range []string{"gzip", "identity", "br, gzip"} {
				res, text := r.ask(addr, "POST", path, "x", "Content-Encoding: "+encoding, "Host: evil.example")
				if res.StatusCode != http.StatusUnsupportedMediaType || res.Header.Get("Content-Type") != api.ProblemType {
					t.Errorf("%s with %s: %d %s", path, encoding, res.StatusCode, text)
				}
			}
		}
	}
}

func TestCrossSiteRequests(t *testing.T) {
	r := newRig(t, func(d *api.Deps) { d.PublicURL = func() string { return "https://prints.example" } })
	const body = `{"delivery":{"method":"pickup"}}`
	const price = "/api/quick-order/price"
	plain := r.visitor()
	res := r.begin(r.public, "Host: prints.example")
	safe := "Cookie: " + res.Cookies()[0].Name + "=" + res.Cookies()[0].Value
	for _, c := range []struct {
		name   string
		status int
		header []string
	}{
		{"same origin", 200, []string{plain, origin(r.public)}},
		{"same origin, both headers", 200, []string{plain, origin(r.public), "Sec-Fetch-Site: same-origin"}},
		{"fetch metadata alone", 200, []string{plain, "Sec-Fetch-Site: same-origin"}},
		{"neither header", 403, []string{plain}},
		{"other origin", 403, []string{plain, "Origin: http://evil.example"}},
		{"other port", 403, []string{plain, "Origin: http://127.0.0.1:1"}},
		{"null origin", 403, []string{plain, "Origin: null"}},
		{"cross-site", 403, []string{plain, origin(r.public), "Sec-Fetch-Site: cross-site"}},
		{"same-site", 403, []string{plain, origin(r.public), "Sec-Fetch-Site: same-site"}},
		{"typed in", 403, []string{plain, "Sec-Fetch-Site: none"}},
		{"no cookie, other origin", 403, []string{"Origin: http://evil.example"}},
		{"no cookie, neither", 401, nil},
		{"https", 200, []string{safe, "Host: prints.example", "Origin: https://prints.example"}},
		{"http page against the https shop", 403, []string{safe, "Host: prints.example", "Origin: http://prints.example"}},
	} {
		if res, text := r.ask(r.public, "POST", price, body, c.header...); res.StatusCode != c.status {
			t.Errorf("%s: %d, want %d: %s", c.name, res.StatusCode, c.status, text)
		}
	}
	if res, _ := r.ask(r.public, "POST", webhookPath, someEvent, r.signed(someEvent), plain); res.StatusCode != 200 {
		t.Errorf("a webhook without Origin: %d", res.StatusCode)
	}
}

// What reads STEP files is compiled and makes functions as it starts: its script alone may, and no page of either door.
func TestOnlyTheStepWorkerMayEvaluate(t *testing.T) {
	r := newRig(t)
	for _, door := range []string{r.shop, r.public} {
		for _, path := range []string{"/assets/step.worker-D7Y1c2bW.js", "/", "/checkout", "/assets/app-C3X9b1aZ.js", "/assets/step.worker-none.js", "/api/shop", "/icon.svg"} {
			res, _ := r.ask(door, "GET", path, "")
			policy := res.Header.Get("Content-Security-Policy")
			if path == "/assets/step.worker-D7Y1c2bW.js" {
				if policy != "default-src 'none'; script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'" || res.StatusCode != 200 {
					t.Errorf("%s: %d with policy %q", path, res.StatusCode, policy)
				}
				continue
			}
			if policy == "" || strings.Contains(policy, "unsafe-eval") {
				t.Errorf("%s: policy %q", path, policy)
			}
		}
	}
}

func TestSecurityHeaders(t *testing.T) {
	r := newRig(t, func(d *api.Deps) { d.PayOrigin = "http://127.0.0.1:9" })
	for _, path := range []string{"/", "/staff", "/api/shop", "/api/none", "/healthz", "/assets/none.js"} {
		res, _ := r.ask(r.shop, "GET", path, "")
		h := res.Header
		policy := h.Get("Content-Security-Policy")
		if !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "script-src 'self' ") || strings.Contains(policy, "unsafe-eval") {
			t.Errorf("%s: policy %q", path, policy)
		}
		if path == "/" && !strings.Contains(policy, "form-action 'self' https://checkout.stripe.com http://127.0.0.1:9;") {
			t.Errorf("forms: %q", policy)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY"} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
		if h.Get("Permissions-Policy") == "" || h.Get("Server") != "" || len(h.Values("Access-Control-Allow-Origin")) > 0 {
			t.Errorf("%s: headers %v", path, h)
		}
	}
}
