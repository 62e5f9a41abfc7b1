package hostile_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"buildplate/app/account"
	"buildplate/app/apptest"
	"buildplate/app/apptest/need"
)

// strangers are machines of the local network that guess at passwords: each address of this machine's network that leads
// to it, or the one that it has.
type strangers struct {
	base string
	many bool
	most int64 // how many addresses they take in turn, of one network; 0: ever other ones
	next atomic.Int64
}

// strangers finds out from where guesses can come. Guesses from loopback would prove nothing: they are made at the machine
// itself, which is never kept out, so that without another address there is no test.
func (f *field) strangers(t testing.TB) *strangers {
	t.Helper()
	own := ownAddress()
	if own == nil {
		need.Without(t, "network", "this machine has no address but loopback, and the test may not have a network of its own: run it as root")
	}
	_, port, err := net.SplitHostPort(strings.TrimPrefix(f.Shop, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	return &strangers{base: "http://" + net.JoinHostPort(own.String(), port), many: own.Equal(net.IPv4(10, 86, 0, 1))}
}

// another is a browser on the next of their machines, which comes but once until all have come.
func (s *strangers) another() *apptest.Client {
	n := s.next.Add(1)
	if s.most > 0 {
		n = n / 2 % s.most // of two guesses one claims another address: each machine makes both
	}
	return s.at(1+byte(n>>8&0x7f), byte(n))
}

// at is a new browser on a machine of the local network, by the end of its address where there are many.
func (s *strangers) at(network, host byte) *apptest.Client {
	c := apptest.NewClient(s.base)
	c.Patience = 0
	var from net.Addr
	if s.many {
		from = &net.TCPAddr{IP: net.IPv4(10, 86, network, host)}
	}
	c.Via(func(http.RoundTripper) http.RoundTripper {
		return &http.Transport{DisableKeepAlives: true, DialContext: (&net.Dialer{LocalAddr: from}).DialContext}
	})
	return c
}

// guess tries a password at an account, and gives the answer's status and code.
func (s *strangers) guess(ctx context.Context, email string, i int, header ...string) (status int, code string, err error) {
	body := fmt.Appendf(nil, `{"email":%q,"password":"wrong guess %d"}`, email, i)
	a, err := s.another().SendOnce(ctx, http.MethodPost, "/api/auth/login", body, append(header, "Content-Type", "application/json")...)
	if err != nil {
		return 0, "", err
	}
	var p apptest.Problem
	err = json.Unmarshal(a.Body, &p)
	return a.Status, p.Code, err
}

// guessPasswords tries the owner's account from other machines of the local network, and accounts that are none.
func guessPasswords(ctx context.Context, f *field) {
	f.again(ctx, hands, func(i int) {
		who := apptest.AdminEmail
		if i%2 == 1 {
			who = fmt.Sprintf("nobody%d@example.com", i)
		}
		status, code, err := f.guessers.guess(ctx, who, i)
		f.strikes.ended(ctx, status, err)
		if code == "login_limited" {
			f.slowed.Add(1)
		}
	})
}

// askForSetup asks a shop that is set up what its first answers were, and tries to give them anew.
func askForSetup(ctx context.Context, f *field) {
	f.again(ctx, hands, func(int) {
		c := f.guessers.another()
		if a := f.sends(ctx, c, http.MethodGet, "/api/setup?token="+secret(), nil); a.Status == http.StatusOK {
			var v account.SetupView
			if json.Unmarshal(a.Body, &v) != nil || v.Needed || v.LinkWorks || v.Defaults != nil {
				f.told.Add(1)
			}
		}
		body := fmt.Appendf(nil, `{"token":%q,"name":"Mallory","email":"mallory@example.com","password":"correct horse battery"}`, secret())
		if a := f.sends(ctx, c, http.MethodPost, "/api/setup", body, "Content-Type", "application/json"); a.Status > 0 && a.Status < http.StatusBadRequest {
			f.told.Add(1)
		}
	})
}

// However many guess at however many accounts, from ever other addresses or from all of one network in turn, few of their guesses
// cost a hash, no more than 50 in a minute, and as many that claim another address cost none. The owner logs in at once: at the
// machine, on a device of the same network on which they did before, in a new browser at an address from which they did, in one
// at an address that is new, of a network from which nobody guesses, and of theirs once each of them was refused a few times.
func TestFewGuessesAreLookedAt(t *testing.T) {
	for name, addresses := range map[string]int64{"ever other addresses": 0, "one network": 250} {
		t.Run(name, func(t *testing.T) { fewGuessesAreLookedAt(t, addresses) })
	}
}

// place is where the owner logs in from during guesses, and how long that took at most.
type place struct {
	name    string
	browser func() *apptest.Client
	often   int         // so often in the first moments; whoever goes on to log in in new browsers does so each half minute
	from    func() bool // not before this, nil for at once
	logins  int
	last    time.Time
	slowest time.Duration
}

// logIn logs the owner in when it is time to.
func (p *place) logIn(t *testing.T) {
	t.Helper()
	if p.logins >= p.often && time.Since(p.last) < 30*time.Second || p.from != nil && !p.from() {
		return
	}
	p.logins++
	p.last = time.Now()
	_, err := apptest.Post[account.UserView](t.Context(), p.browser(), "/api/auth/login", map[string]string{"email": apptest.AdminEmail, "password": apptest.AdminPassword})
	if err != nil {
		t.Fatalf("the owner, %s: %v", p.name, err)
	}
	p.slowest = max(p.slowest, time.Since(p.last))
}

// fewGuessesAreLookedAt has guesses come from so many addresses of one network, or with 0 from ever other ones.
func fewGuessesAreLookedAt(t *testing.T, addresses int64) {
	beside(t)
	guesses := 1000
	if need.Soak() {
		guesses = 10_000
	}
	f := open(t, "none")
	s := f.strangers(t)
	s.most = addresses
	apptest.SetUp(t, f)
	const always = 1 << 30
	laptop := s.at(1, 252)
	places := []*place{
		{name: "at the machine", browser: func() *apptest.Client { return apptest.NewClient(f.Shop) }, often: always},
		{name: "on a known device of the network", browser: func() *apptest.Client { return laptop }, often: always},
	}
	if s.many {
		places = append(places, &place{name: "in a new browser at an address from before", browser: func() *apptest.Client { return s.at(1, 252) }, often: 5})
	}
	if s.many && addresses > 0 {
		elsewhere := &place{name: "in a new browser at a new address of another network", often: 3}
		elsewhere.browser = func() *apptest.Client { return s.at(100, byte(elsewhere.logins)) }
		places = append(places, elsewhere)
	}
	places[1].logIn(t)
	var looked, limited, claimed, other atomic.Int64
	if s.many && addresses > 0 && need.Soak() { // the short form ends before all of them have been refused a few times
		beside := &place{name: "in a new browser at a new address of their network"}
		unused := []byte{250, 251, 253, 254}
		beside.browser = func() *apptest.Client { return s.at(1, unused[beside.logins%len(unused)]) }
		var known time.Time
		beside.from = func() bool {
			if known.IsZero() && limited.Load() > 5*addresses {
				known = time.Now()
			}
			return !known.IsZero() && time.Since(known) > 10*time.Second
		}
		places = append(places, beside)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var next atomic.Int64
	done := make(chan struct{})
	began := time.Now()
	go func() {
		defer close(done)
		f.again(ctx, 32, func(int) {
			i := int(next.Add(1))
			if i > 2*guesses {
				stop()
				return
			}
			who := fmt.Sprintf("somebody%d@example.com", i%100)
			if i%100 < 2 {
				who = apptest.AdminEmail
			}
			var header []string
			if i%2 == 1 {
				header = []string{"X-Forwarded-For", fmt.Sprintf("203.0.113.%d", i%250)}
			}
			switch status, code, err := s.guess(t.Context(), who, i, header...); {
			case err != nil && !errors.Is(err, context.Canceled):
				t.Errorf("guess %d: %v", i, err)
			case code == "login_wrong":
				looked.Add(1)
			case code == "login_limited" || code == "login_locked":
				limited.Add(1)
			case header != nil && status == http.StatusMisdirectedRequest:
				claimed.Add(1) // whoever claims another address has not come through a tunnel
			default:
				other.Add(1)
				t.Errorf("guess %d was answered %q", i, code)
			}
		})
	}()
	for guessing := true; guessing; {
		select {
		case <-done:
			guessing = false
		default:
		}
		for _, p := range places {
			p.logIn(t)
		}
	}
	took := time.Since(began)
	t.Logf("%d guesses in %s: %d were looked at, %d limited, %d claimed another address", 2*guesses, took.Round(time.Second), looked.Load(), limited.Load(), claimed.Load())
	for _, p := range places {
		t.Logf("the owner logged in %d times %s; the slowest took %s", p.logins, p.name, p.slowest.Round(time.Millisecond))
		if p.logins == 0 {
			t.Errorf("the owner never logged in %s: this proves nothing of it", p.name)
		}
		if most := patient(mostLogin); p.slowest > most {
			t.Errorf("the owner waited %s %s", p.slowest, p.name)
		}
	}
	const perMinute, burst = 20, 30
	if most := int64(burst + perMinute*took.Minutes() + 1); looked.Load() > most || looked.Load() == 0 {
		t.Errorf("%d guesses were looked at; %d may be", looked.Load(), most)
	}
	if limited.Load() == 0 || claimed.Load() == 0 {
		t.Error("none was limited, or none refused for what it claimed: this proves nothing")
	}
}
