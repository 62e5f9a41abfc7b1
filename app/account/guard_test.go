package account

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"buildplate/app/shop"
	"buildplate/db/dbtest"
)

const rightPassword = "correct horse battery"

// guarded is a shop whose clock stands still, and how Ada logs in there.
func guarded(t *testing.T) (s *Service, pass func(time.Duration), login func(from From, email, password string) error) {
	t.Helper()
	d := dbtest.Open(t)
	at := time.Now().Truncate(time.Second)
	d.SetNow(func() time.Time { return at })
	s, _ = officeAt(t, d, shop.User{Name: "Ada", Role: shop.RoleAdmin}, shop.User{Name: "Ben", Role: shop.RoleStaff})
	return s, func(by time.Duration) { at = at.Add(by) }, func(from From, email, password string) error {
		_, _, err := s.Login(t.Context(), from, email, password)
		return err
	}
}

// After five wrong passwords a source waits, and is told for how long: in the message and as a figure. Nobody else waits.
func TestASourceWaitsAfterWrongPasswords(t *testing.T) {
	_, pass, login := guarded(t)
	here, there := From{Address: "192.0.2.1"}, From{Address: "192.0.2.2"}
	for range freeFailures {
		if err := login(here, "ada@example.com", "wrong"); !shop.IsCode(err, "login_wrong") || shop.AfterOf(err) != 0 {
			t.Fatal(err)
		}
	}
	words := []string{"Wait 1 second and try again.", "Wait 2 seconds and try again.", "Wait 4 seconds and try again."}
	for failures, want := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
		err := login(here, "ADA@example.com ", rightPassword)
		if !shop.IsCode(err, "login_locked") || shop.AfterOf(err) != want {
			t.Fatalf("after %d more: %v, to wait %s", failures, err, shop.AfterOf(err))
		}
		if !strings.Contains(err.Error(), words[failures]) {
			t.Errorf("%v", err)
		}
		pass(want - time.Millisecond)
		if err := login(here, "ada@example.com", "wrong"); shop.AfterOf(err) != time.Second { // a rest of a second is a second
			t.Errorf("right before the end: %v, to wait %s", err, shop.AfterOf(err))
		}
		pass(time.Millisecond)
		if failures < 2 {
			if err := login(here, "ada@example.com", "wrong"); !shop.IsCode(err, "login_wrong") {
				t.Errorf("after the wait: %v", err)
			}
		}
	}
	if err := login(there, "ada@example.com", rightPassword); err != nil {
		t.Errorf("from another address, meanwhile: %v", err)
	}
	if err := login(here, "ada@example.com", rightPassword); err != nil {
		t.Errorf("after the last wait: %v", err)
	}
}

// Accounts that are there and accounts that are not are answered alike, guess by guess.
func TestGuessesDoNotTellWhichAccountsExist(t *testing.T) {
	answers := func(email string) (all []string) {
		_, pass, login := guarded(t)
		for range 12 {
			err := login(From{Address: "192.0.2.1"}, email, "wrong")
			all = append(all, fmt.Sprint(shop.KindOf(err), shop.CodeOf(err), shop.MessageOf(err), shop.AfterOf(err)))
			pass(time.Second)
		}
		return all
	}
	there, nobody := answers("ada@example.com"), answers("nobody@example.com")
	if strings.Join(there, "\n") != strings.Join(nobody, "\n") || !strings.Contains(strings.Join(there, " "), "login_locked") {
		t.Errorf("of somebody:\n%s\nof nobody:\n%s", strings.Join(there, "\n"), strings.Join(nobody, "\n"))
	}
}

// All who guess, here and elsewhere, may do so fifty times in a minute, and each standing has its part.
func TestBudgets(t *testing.T) {
	if most := elsewhere.burst + elsewhere.perMinute + here.burst + here.perMinute; most > 50 {
		t.Errorf("strangers may try %d times in a minute", most)
	}
	for _, b := range []budget{elsewhere, here} {
		left := b.burst
		for as, leave := range b.leave {
			if leave < 0 || leave >= left {
				t.Errorf("%+v has nothing for standing %d", b, as)
			}
			left = leave
		}
	}
}

// However many guess from wherever, few of their guesses cost a hash, and the machine itself, a device and an address on which
// somebody logged in before are not kept out.
func TestGuessesKeepNobodyOut(t *testing.T) {
	s, pass, login := guarded(t)
	burst, perMinute := elsewhere.burst, elsewhere.perMinute
	for _, address := range []string{"192.0.2.80", "192.0.2.81", "192.0.2.82"} {
		if err := login(From{Address: address}, "ada@example.com", rightPassword); err != nil {
			t.Fatal(err)
		}
	}
	device, err := s.Device(t.Context(), "Ada", "")
	if err != nil {
		t.Fatal(err)
	}
	looked, limited := 0, 0
	for i := range 3000 {
		email := []string{"ada@example.com", "ben@example.com", fmt.Sprintf("nobody%d@example.com", i)}[i%3]
		switch err := login(From{Address: fmt.Sprintf("198.%d.%d.7", i>>8, i&255), Devices: "a.9999999999.b"}, email, "guess"); {
		case shop.IsCode(err, "login_wrong"):
			looked++
		case shop.IsCode(err, "login_limited") && shop.AfterOf(err) >= time.Second:
			limited++
		default:
			t.Fatalf("guess %d: %v", i, err)
		}
		pass(20 * time.Millisecond) // fifty a second, for a minute
	}
	if looked > burst+perMinute+1 || looked+limited != 3000 {
		t.Errorf("%d of 3000 guesses were looked at", looked)
	}
	for i := range burst { // what they may try in this moment, too
		_ = login(From{Address: fmt.Sprintf("203.0.%d.9", i)}, "ada@example.com", "guess")
	}
	if err := login(From{Address: "192.0.2.77"}, "ada@example.com", rightPassword); !shop.IsCode(err, "login_limited") {
		t.Fatalf("a stranger, meanwhile: %v", err)
	}
	if err := login(From{Console: true, Address: "127.0.0.1"}, "ada@example.com", rightPassword); err != nil {
		t.Errorf("at the machine itself: %v", err)
	}
	for range 2 * burst {
		if err := login(From{Address: "192.0.2.77", Devices: device}, "ada@example.com", rightPassword); err != nil {
			t.Fatalf("on a known device: %v", err)
		}
	}
	if err := login(From{Address: "192.0.2.78", Devices: device}, "ben@example.com", rightPassword); !shop.IsCode(err, "login_limited") {
		t.Errorf("on a device that is somebody else's: %v", err)
	}
	// Ben never logged in from there, and nobody is nobody: whose address it is decides, never whose account.
	answers := map[string]bool{}
	for i, email := range []string{"ada@example.com", "ben@example.com", "nobody@example.com"} {
		err := login(From{Address: fmt.Sprintf("192.0.2.8%d", i)}, email, "wrong")
		answers[fmt.Sprint(shop.KindOf(err), shop.CodeOf(err), shop.MessageOf(err))] = true
	}
	if len(answers) != 1 {
		t.Errorf("they tell who is known: %v", answers)
	}
	if err := login(From{Address: "192.0.2.80"}, "ada@example.com", rightPassword); err != nil {
		t.Errorf("from an address where she logged in before, in a new browser and after a slip: %v", err)
	}
	pass(time.Minute)
	for i := range slips + 1 {
		_ = login(From{Address: "192.0.2.81"}, fmt.Sprintf("nobody%d@example.com", i), "guess")
	}
	for i := range 3 * burst {
		_ = login(From{Address: fmt.Sprintf("203.1.%d.9", i)}, "ada@example.com", "guess")
	}
	if err := login(From{Address: "192.0.2.81"}, "ada@example.com", rightPassword); !shop.IsCode(err, "login_limited") {
		t.Errorf("from where others guess: %v", err)
	}
}

// What is remembered of guesses is bounded, and a clock that is put back keeps nobody waiting.
func TestTheGuardsMemory(t *testing.T) {
	g := newGuard()
	now := shop.TimeOf(time.Now())
	for i := range 3 * maxTries {
		_, _ = g.begin(now, fmt.Sprint(i), From{}, known{device: "laptop"})
		_, _ = g.begin(now, "ada", From{Address: fmt.Sprintf("198.%d.%d.9", i>>8, i&255)}, known{})
		_, _ = g.begin(now, "ada", From{Address: fmt.Sprintf("10.%d.%d.9", i>>8, i&255)}, known{})
		now = now.Add(8 * time.Second)
		for _, c := range []*crowd{g.here, g.elsewhere} {
			if i%5000 == 4999 && (len(c.networks) > len(c.addresses) || len(c.addresses) < maxOrigins/4) {
				t.Errorf("%d networks of %d addresses", len(c.networks), len(c.addresses))
			}
		}
	}
	for i := range 3 * maxOrigins {
		_, _ = g.begin(now, "ada", From{Address: fmt.Sprintf("198.%d.%d.8", i>>8, i&255)}, known{})
	}
	if len(g.tries) > maxTries {
		t.Errorf("%d tries", len(g.tries))
	}
	for _, c := range []*crowd{g.here, g.elsewhere} {
		if len(c.addresses) > maxOrigins || len(c.networks) > maxOrigins || len(c.turned) > maxOrigins || len(c.addresses) < maxOrigins/4 {
			t.Errorf("%d addresses, %d networks and %d that were refused", len(c.addresses), len(c.networks), len(c.turned))
		}
	}
	now = now.Add(guessMemory + time.Minute)
	_, _ = g.begin(now, "ada", From{}, known{device: "laptop"})
	for _, c := range []*crowd{g.here, g.elsewhere} {
		if len(c.addresses)+len(c.networks)+len(c.turned) > 0 {
			t.Errorf("after a day, %d addresses, %d networks and %d that were refused", len(c.addresses), len(c.networks), len(c.turned))
		}
	}
	if _, err := g.begin(now, "ada", From{Address: "192.0.2.1"}, known{}); err != nil {
		t.Error(err)
	}
	g.swept = now
	if _, _ = g.begin(now.Add(-time.Second), "ada", From{}, known{device: "laptop"}); len(g.elsewhere.addresses) != 1 || g.elsewhere.networks["192.0.2.0/24"] != 1 {
		t.Errorf("whoever looked at the clock a moment before had it forget all")
	}
	g = newGuard()
	for range 20 {
		_, _ = g.begin(now, "ada", From{}, known{session: "of Ada"})
		now = now.Add(longestWait)
	}
	if _, err := g.begin(now.Add(-24*time.Hour), "ada", From{}, known{session: "of Ada"}); err != nil {
		t.Error(err)
	}
}
