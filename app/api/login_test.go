package api_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"buildplate/app/api"
	"buildplate/app/apptest"
	"buildplate/app/shop"
)

// guess tries a password from an address of the local network.
func (r *rig) guess(peer, email, password string, header ...string) (*http.Response, string) {
	r.t.Helper()
	return r.ask(r.shop, "POST", "/api/auth/login", `{"email":"`+email+`","password":"`+password+`"}`, append(header, origin(r.shop), api.PeerHeader+": "+peer)...)
}

// siege has so many guesses made at an admin's password and at accounts of nobody, each from another address, and then
// the admin log in: at the machine itself, and in a browser of an address that guesses too, in which they had logged in
// before. It gives how long the longer one took.
func siege(r *rig, guesses int) time.Duration {
	r.t.Helper()
	const ada = "ada@example.com"
	r.Employ("Ada", ada, shop.RoleAdmin)
	first, text := r.guess("192.0.2.10", ada, apptest.AdminPassword)
	device := cookieIn(first, "buildplate_device")
	if first.StatusCode != http.StatusOK || device == "" {
		r.t.Fatalf("%d %s", first.StatusCode, text)
	}
	codes := map[string]int{}
	for i := range guesses {
		email := ada
		if i%2 == 1 {
			email = fmt.Sprintf("nobody%d@example.com", i)
		}
		res, text := r.guess(fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255), email, "a guess")
		codes[problem(r.t, res, text).Code]++
	}
	if codes["login_limited"] == 0 || codes["login_limited"]+codes["login_wrong"] != guesses {
		r.t.Errorf("the guesses were answered %v", codes)
	}
	worst := time.Duration(0)
	for _, from := range []struct{ peer, cookie string }{{"127.0.0.1", ""}, {"10.0.0.1", "Cookie: buildplate_device=" + device}} {
		began := time.Now()
		res, text := r.guess(from.peer, ada, apptest.AdminPassword, from.cookie)
		worst = max(worst, time.Since(began))
		if res.StatusCode != http.StatusOK {
			r.t.Errorf("the owner at %s: %d %s", from.peer, res.StatusCode, text)
		}
	}
	return worst
}

// The only admin is kept out by nobody's guesses.
func TestTheOwnerLogsInUnderGuesses(t *testing.T) {
	guesses := 200
	if !testing.Short() {
		guesses = 10_000
	}
	r := newRigWith(t, apptest.Setup{Quiet: true, Doors: (*api.Server).PeersByHeader})
	t.Logf("after %d guesses the owner logged in within %s", guesses, siege(r, guesses))
}

// BenchmarkLoginUnderGuesses says how long the owner waits: README promises less than a second.
func BenchmarkLoginUnderGuesses(b *testing.B) {
	for b.Loop() {
		r := newRigWith(b, apptest.Setup{Quiet: true, Doors: (*api.Server).PeersByHeader})
		b.ReportMetric(float64(siege(r, 10_000).Milliseconds()), "ms/login")
	}
}

// Whoever sits at the machine itself or in a browser that is known waits for none of their own wrong passwords; nor does it tell which
// accounts there are. A cookie that was made up, or is another's, is worth nothing.
func TestNobodyKnownWaitsForWrongPasswords(t *testing.T) {
	r := newRigWith(t, apptest.Setup{Quiet: true, Doors: (*api.Server).PeersByHeader})
	const ada, ben = "ada@example.com", "ben@example.com"
	r.Employ("Ada", ada, shop.RoleAdmin)
	r.Employ("Ben", ben, shop.RoleStaff)
	first, _ := r.guess("192.0.2.10", ada, apptest.AdminPassword)
	device := "Cookie: buildplate_device=" + cookieIn(first, "buildplate_device")
	answers := map[string]bool{}
	for _, from := range []struct{ peer, cookie, nobody string }{{"127.0.0.1", "", "nobody@example.com"}, {"::1", "", "nobody@example.com"}, {"10.0.0.1", device, ada}} {
		for i := range 30 {
			res, text := r.guess(from.peer, []string{ada, from.nobody}[i%2], "wrong", from.cookie)
			answers[fmt.Sprint(res.StatusCode, " ", text)] = true
		}
		if res, text := r.guess(from.peer, ada, apptest.AdminPassword, from.cookie); res.StatusCode != http.StatusOK {
			t.Errorf("from %s after 30 wrong ones: %d %s", from.peer, res.StatusCode, text)
		}
	}
	if len(answers) != 1 {
		t.Errorf("wrong passwords are answered in several ways: %v", answers)
	}
	for peer, header := range map[string]string{"10.0.1.1": "Cookie: buildplate_device=a.9999999999.b", "10.0.2.1": device} {
		for range 5 {
			r.guess(peer, ben, "wrong", header)
		}
		if res, text := r.guess(peer, ben, apptest.AdminPassword, header); res.StatusCode != http.StatusTooManyRequests {
			t.Errorf("from %s with %s after 5 wrong ones: %d %s", peer, header, res.StatusCode, text)
		}
	}
	if res, _ := r.guess("10.0.3.1", ben, "wrong", "X-Forwarded-For: 127.0.0.1"); res.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("whoever claims to be at the machine: %d", res.StatusCode)
	}
}

// The cookie of a known device goes to the routes of log-in only, and no page reads it.
func TestTheDeviceCookie(t *testing.T) {
	r := newRig(t)
	r.Employ("Ada", "ada@example.com", shop.RoleAdmin)
	res, _ := r.guess("127.0.0.1", "ada@example.com", apptest.AdminPassword)
	for _, c := range res.Cookies() {
		if c.Name == "buildplate_device" && c.Path == "/api/auth" && c.HttpOnly && c.SameSite == http.SameSiteLaxMode && c.MaxAge > 300*24*60*60 {
			return
		}
	}
	t.Errorf("%v", res.Cookies())
}

// Whoever has no right to something takes none of what others may do: made-up tokens keep nobody from ordering.
func TestStrangersTakeNothingFromBudgets(t *testing.T) {
	r := newRigWith(t, apptest.Setup{Quiet: true, Doors: stopped}) // without a tunnel all share one limit
	cookie := r.visitor()
	for range 300 {
		if res, _ := r.ask(r.public, "POST", "/api/order-links/"+shop.NewToken()+"/pay", `{"method":"card"}`, origin(r.public)); res.StatusCode != http.StatusNotFound {
			t.Fatalf("a made-up link answers %d", res.StatusCode)
		}
		if res, _ := r.ask(r.public, "POST", "/api/quick-order/checkout", `{}`, origin(r.public)); res.StatusCode != http.StatusForbidden && res.StatusCode != http.StatusUnauthorized {
			t.Fatalf("a checkout without a cart answers %d", res.StatusCode)
		}
	}
	if v := r.review(cookie, "part.stl", apptest.Block(20, 20, 5)); v.OrderNumber == "" {
		t.Errorf("%+v", v)
	}
}
