package account

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
)

// Guesses from all of a network, and from ever other addresses of it, keep nobody waiting who comes from another one; and when all
// its addresses have been tried, nobody who is new in it.
func TestWhoeverIsNewDoesNotWaitForThoseWhoGuess(t *testing.T) {
	for name, network := range map[string]string{"IPv4": "192.168.1.%d", "IPv6": "2001:db8:0:%x::"} {
		t.Run(name, func(t *testing.T) {
			g, now := newGuard(), shop.TimeOf(time.Now())
			logIn := func(address string) error {
				b, err := g.begin(now, "ada@example.com", From{Address: address}, known{})
				if err == nil {
					b.right()
				}
				return err
			}
			const minutes = 60
			looked, waited := 0, 0
			for second := range minutes * 60 {
				for i := range 10 { // as fast as they like, each from another of its 250 addresses than the one before
					if _, err := g.begin(now, "nobody@example.com", From{Address: fmt.Sprintf(network, (10*second+i)%250)}, known{}); err == nil {
						looked++
					}
				}
				if second%30 == 7 {
					if err := logIn(fmt.Sprintf("10.%d.0.1", second%250)); err != nil {
						t.Fatalf("from another network, after %d s: %v", second, err)
					}
					if logIn(fmt.Sprintf(network, 251)) != nil {
						waited = second
					}
				}
				now = now.Add(time.Second)
			}
			of := elsewhere
			if isHere(fmt.Sprintf(network, 1)) {
				of = here
			}
			burst, perMinute := of.burst, of.perMinute
			t.Logf("%d guesses were looked at in %d minutes; whoever was new in their network waited for the last time after %s", looked, minutes, time.Duration(waited)*time.Second)
			if looked > burst+perMinute*minutes || waited == 0 || waited > minutes*60*3/4 {
				t.Error("too many were looked at, or somebody new waited too long, or nobody did: then this proves nothing")
			}
		})
	}
}

// An address is known while addresses are kept, until its user chooses another password or is removed.
func TestKnownAddresses(t *testing.T) {
	const here = "192.0.2.80"
	tests := map[string]struct {
		does  func(t *testing.T, s *Service)
		known bool
	}{
		"nothing": {func(*testing.T, *Service) {}, true},
		"a slip": {func(t *testing.T, s *Service) {
			_, _, _ = s.Login(t.Context(), From{Address: here}, "ben@example.com", "wrong")
		}, true},
		"a new password": {func(t *testing.T, s *Service) { savePassword(t, s, "Ben") }, false},
		"another's":      {func(t *testing.T, s *Service) { savePassword(t, s, "Ada") }, true},
		"their removal":  {removeBen, false},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			s, _, login := guarded(t)
			for _, from := range []From{{Address: here}, {Address: "127.0.0.1", Console: true}, {Address: "::1"}, {}} {
				if err := login(from, "ben@example.com", rightPassword); err != nil {
					t.Fatal(err)
				}
			}
			c.does(t, s)
			for _, address := range []string{here, "192.0.2.81", "127.0.0.1", "::1", ""} {
				_, known, err := s.whoLogsIn(t.Context(), From{Address: address}, "nobody@example.com")
				if err != nil || known.address != (c.known && address == here) {
					t.Errorf("%q is known: %v, %v", address, known.address, err)
				}
			}
		})
	}
}

func savePassword(t *testing.T, s *Service, id string) {
	t.Helper()
	if err := s.db.Write(t.Context(), func(tx *db.Tx) error { return tx.SavePassword(t.Context(), id, storedPBKDF2) }); err != nil {
		t.Fatal(err)
	}
}

func removeBen(t *testing.T, s *Service) {
	t.Helper()
	if err := s.Remove(t.Context(), shop.Actor{ID: "Ada", Name: "Ada", Role: shop.RoleAdmin}, "Ben", 1); err != nil {
		t.Fatal(err)
	}
}

// However long a stranger's guess is being looked at, it takes one place of two: the machine itself and a known device wait for none
// of those that wait behind it.
func TestGuessesInLineKeepNobodyWaiting(t *testing.T) {
	s, _, login := guarded(t)
	if err := login(From{Console: true}, "ada@example.com", rightPassword); err != nil {
		t.Fatal(err)
	}
	device, err := s.Device(t.Context(), "Ada", "")
	if err != nil {
		t.Fatal(err)
	}
	s.guard.turn <- struct{}{}
	s.passwords.slots <- struct{}{}
	ended, stop := context.WithCancel(t.Context())
	var line sync.WaitGroup
	s.guard.elsewhere.networks["198.51.100.0/24"] = 1
	for i := range elsewhere.burst - elsewhere.leave[newAddress] {
		line.Go(func() {
			_, _, err := s.Login(ended, From{Address: fmt.Sprintf("198.51.100.%d", i)}, "ada@example.com", rightPassword)
			if !shop.IsCode(err, "login_busy") {
				t.Errorf("a stranger behind it: %v", err)
			}
		})
	}
	for name, from := range map[string]From{"the machine itself": {Console: true, Address: "127.0.0.1"}, "a known device": {Address: "192.0.2.77", Devices: device}} {
		if err := login(from, "ada@example.com", rightPassword); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	stop()
	line.Wait()
	if c := s.guard.elsewhere; c.networks["198.51.100.0/24"] != 1 || c.shared.used > 0 { // nobody looked at what they typed
		t.Errorf("behind it %d wrong passwords were counted, and %v of the budget", c.networks["198.51.100.0/24"]-1, c.shared.used)
	}
}

// One address that guesses at many accounts is slowed down before it takes what others may try.
func TestOneAddressTakesNothingFromOthers(t *testing.T) {
	_, _, login := guarded(t)
	for i := range 70 {
		_ = login(From{Address: "192.0.2.1"}, fmt.Sprintf("nobody%d@example.com", i), "guess")
	}
	for _, email := range []string{"ada@example.com", "ben@example.com"} {
		if err := login(From{Address: "192.0.2.2"}, email, rightPassword); err != nil {
			t.Errorf("%s: %v", email, err)
		}
	}
}
