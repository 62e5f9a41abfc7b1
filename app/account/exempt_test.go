package account

import (
	"fmt"
	"testing"
	"time"

	"buildplate/app/shop"
)

// At the machine itself and on a known device no wrong password has a right one wait, however many there were and of whomever. What
// is no such device, though it says so, is slowed down like any stranger.
func TestWrongPasswordsKeepNobodyWaitingWhoIsKnown(t *testing.T) {
	s, _, login := guarded(t)
	device, err := s.Device(t.Context(), "Ada", "")
	if err != nil {
		t.Fatal(err)
	}
	console := From{Console: true, Address: "127.0.0.1"}
	answers := map[string]map[string]bool{}
	for name, from := range map[string]From{
		"at the machine itself": console, "there, in a known browser": {Console: true, Address: "127.0.0.1", Devices: device}, "on a known device": {Address: "192.0.2.77", Devices: device},
	} {
		for i := range 30 {
			who := "ada@example.com"
			if from.Console && i%2 == 1 {
				who = "nobody@example.com"
			}
			err := login(from, who, "wrong")
			if !shop.IsCode(err, "login_wrong") {
				t.Fatalf("%s, guess %d at %s: %v", name, i, who, err)
			}
			if answers[who] == nil {
				answers[who] = map[string]bool{}
			}
			answers[who][fmt.Sprint(shop.KindOf(err), shop.CodeOf(err), shop.MessageOf(err), shop.AfterOf(err))] = true
		}
		if err := login(from, "ada@example.com", rightPassword); err != nil {
			t.Errorf("%s, after 30 wrong ones: %v", name, err)
		}
	}
	if a, b := fmt.Sprint(answers["ada@example.com"]), fmt.Sprint(answers["nobody@example.com"]); a != b {
		t.Errorf("of somebody: %s; of nobody: %s", a, b)
	}
	for name, from := range map[string]From{
		"with a forged cookie": {Address: "192.0.2.78", Devices: "a.9999999999.b"}, "from loopback at another door": {Address: "127.0.0.1"}, "on another's device": {Address: "192.0.2.79", Devices: device},
	} {
		for range freeFailures {
			_ = login(from, "ben@example.com", "wrong")
		}
		if err := login(from, "ben@example.com", rightPassword); !shop.IsKind(err, shop.TooMany) {
			t.Errorf("%s, after %d wrong ones: %v", name, freeFailures, err)
		}
	}
}

// A known device may not keep the cores busy with guesses: what it may try in a minute is more than anybody types, and it is another's
// matter neither on another device nor at the machine itself.
func TestAKnownDeviceHasItsLimit(t *testing.T) {
	g, now := newGuard(), shop.TimeOf(time.Now())
	try := func(from From, known known) (begun, error) { return g.begin(now, "ada@example.com", from, known) }
	for i := range devicePerMinute {
		b, err := try(From{}, known{device: "laptop"})
		if err != nil {
			t.Fatalf("try %d: %v", i, err)
		}
		b.unseen() // nobody looked at it
		if _, err = try(From{}, known{device: "laptop"}); err != nil {
			t.Fatalf("try %d: %v", i, err)
		}
	}
	if _, err := try(From{}, known{device: "laptop"}); !shop.IsCode(err, "login_locked") || shop.AfterOf(err) != time.Second {
		t.Fatalf("after %d: %v", devicePerMinute, err)
	}
	for name, who := range map[string]known{"another device": {device: "phone"}, "a session": {session: "of Ada"}} {
		if _, err := try(From{}, who); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := try(From{Console: true}, known{device: "laptop"}); err != nil {
		t.Errorf("at the machine itself: %v", err)
	}
	now = now.Add(time.Second)
	b, err := try(From{}, known{device: "laptop"})
	if err != nil {
		t.Fatalf("a second later: %v", err)
	}
	b.right()
	if len(g.tries) != 2 {
		t.Errorf("after the right one, %v are counted", g.tries)
	}
}
