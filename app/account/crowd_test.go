package account

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
)

// The owner logs in at once in a new browser at a new address of the shop's network while strangers guess from all the internet, while
// one machine beside it guesses at everybody, and while 250 of them do, in turn and without end. As those begin none can be told from
// the owner: until each was refused a few times it may wait, which here takes seconds.
func TestWhoeverIsNewInTheShopWaitsForNobody(t *testing.T) {
	for name, c := range map[string]struct {
		from  func(i int) string
		after int // seconds
	}{
		"the internet":    {func(i int) string { return fmt.Sprintf("198.%d.%d.7", i>>8&255, i&255) }, 0},
		"one machine":     {func(int) string { return "192.168.1.66" }, 0},
		"all of IPv6":     {func(i int) string { return fmt.Sprintf("2001:db8:%x:%x::", i>>8&0xffff, i) }, 0},
		"a whole network": {func(i int) string { return fmt.Sprintf("192.168.1.%d", i%250) }, 15},
		"another network": {func(i int) string { return fmt.Sprintf("192.168.2.%d", i%250) }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			g, now := newGuard(), shop.TimeOf(time.Now())
			looked, asked := 0, 0
			for second := range 600 {
				for range 100 {
					if _, err := g.begin(now, fmt.Sprintf("somebody%d@example.com", asked%7), From{Address: c.from(asked)}, known{}); err == nil {
						looked++
					}
					asked++
				}
				if second >= c.after && second%15 == 0 { // each time another machine
					b, err := g.begin(now, "ada@example.com", From{Address: fmt.Sprintf("192.168.1.%d", 251+second/15%4)}, known{})
					if err != nil {
						t.Errorf("after %d s: %v", second, err)
					} else {
						b.right()
					}
				}
				now = now.Add(time.Second)
			}
			if looked < 20 || looked > 30+20*10 {
				t.Errorf("%d of %d guesses were looked at", looked, asked)
			}
		})
	}
}

// Where somebody logged in before, a few slips cost nothing, whoever guesses meanwhile from ever new networks; the right password
// settles them, time and again. It holds for whoever is typed, and so tells of no account.
func TestSlipsCostNothing(t *testing.T) {
	for name, here := range map[string]string{"in the shop": "192.168.1.9", "elsewhere": "192.0.2.80", "elsewhere by IPv6": "2001:db8:80::"} {
		t.Run(name, func(t *testing.T) {
			_, pass, login := guarded(t)
			if err := login(From{Address: here}, "ada@example.com", rightPassword); err != nil {
				t.Fatal(err)
			}
			strangers := 0
			guess := func() {
				for range 30 {
					strangers++
					for _, network := range []string{"198.%d.%d.7", "10.%d.%d.7"} {
						_ = login(From{Address: fmt.Sprintf(network, strangers>>8, strangers&255)}, "ada@example.com", "guess")
					}
					_ = login(From{Address: fmt.Sprintf("2001:db9:%x::", strangers)}, "ada@example.com", "guess")
				}
			}
			for range 5 {
				guess()
				for range slips - 1 {
					if err := login(From{Address: here}, "ada@example.com", "a slip"); !shop.IsCode(err, "login_wrong") {
						t.Fatalf("a slip: %v", err)
					}
				}
				if err := login(From{Address: here}, "ada@example.com", rightPassword); err != nil {
					t.Fatalf("after slips: %v", err)
				}
			}
			guess()
			for i := range slips {
				if err := login(From{Address: here}, fmt.Sprintf("nobody%d@example.com", i), "a slip"); !shop.IsCode(err, "login_wrong") {
					t.Errorf("of nobody: %v", err)
				}
			}
			if err := login(From{Address: here}, "ada@example.com", rightPassword); !shop.IsCode(err, "login_limited") {
				t.Fatalf("after all of them: %v", err)
			}
			pass(time.Minute)
			guess()
			if err := login(From{Address: here}, "ada@example.com", rightPassword); err != nil {
				t.Errorf("a minute later: %v", err)
			}
		})
	}
}

// What nobody looked at does not count, whether it was right or wrong: not for its account and address, not for its network, and not
// for what strangers may try.
func TestWhatNobodyLookedAtDoesNotCount(t *testing.T) {
	s, _, login := guarded(t)
	from := From{Address: "192.0.2.1"}
	s.passwords.slots <- struct{}{}
	s.passwords.slots <- struct{}{}
	s.guard.turn <- struct{}{}
	busy := 0
	for i := range 30 { // behind what takes long, until they give up
		ctx, stop := context.WithTimeout(t.Context(), 20*time.Millisecond)
		address, password := []string{"192.0.2.1", "192.0.2.2", "192.168.1.7"}[i%3], []string{rightPassword, "wrong"}[i%2]
		_, _, err := s.Login(ctx, From{Address: address}, "ada@example.com", password)
		if shop.IsCode(err, "login_wrong") || shop.IsKind(err, shop.TooMany) {
			t.Fatalf("login %d: %v", i, err)
		}
		stop()
		if shop.IsCode(err, "login_busy") {
			busy++
		}
		ctx, stop = context.WithTimeout(t.Context(), 20*time.Millisecond)
		_, err = s.ChangePassword(ctx, shop.Actor{ID: "Ada", Role: shop.RoleAdmin}, PasswordRequest{Current: password, Password: "another password"})
		if shop.IsCode(err, "password_wrong") || shop.IsKind(err, shop.TooMany) {
			t.Fatalf("change %d: %v", i, err)
		}
		stop()
	}
	if g := s.guard; busy == 0 || len(g.tries) > 0 || len(g.elsewhere.networks)+len(g.here.networks) > 0 || g.elsewhere.shared.used+g.here.shared.used > 0 {
		t.Errorf("of %d logins that gave up in line: %d tries, %v, %v, %v and %v of the budgets used", busy, len(g.tries), g.elsewhere.networks, g.here.networks, g.elsewhere.shared.used, g.here.shared.used)
	}
	<-s.passwords.slots
	<-s.passwords.slots
	<-s.guard.turn
	if err := login(from, "ada@example.com", rightPassword); err != nil {
		t.Error(err)
	}
	// Nor do refusals: after hundreds the account waits no longer than the budget does.
	g, now := newGuard(), s.db.Now()
	for i := range 500 {
		_, _ = g.begin(now, "ben@example.com", From{Address: fmt.Sprintf("198.51.%d.7", i)}, known{})
		_, _ = g.begin(now, "ada@example.com", From{Address: "203.0.113.7"}, known{})
	}
	if n := g.tries[try{"ada@example.com", "address 203.0.113.7"}]; n != nil && n.failures >= freeFailures {
		t.Errorf("%d refusals count as wrong passwords", n.failures)
	}
	if _, err := g.begin(now.Add(time.Minute), "ada@example.com", From{Address: "203.0.113.7"}, known{}); err != nil {
		t.Errorf("a minute later: %v", err)
	}
}

// A hash that is made anew, of the same password, ends neither devices nor what is known of addresses; cookies of before go on too.
func TestARenewedHashKeepsWhatIsKnown(t *testing.T) {
	s, _, login := guarded(t)
	const here = "192.0.2.80"
	device, err := s.Device(t.Context(), "Ada", "")
	if err != nil {
		t.Fatal(err)
	}
	err = s.db.Write(t.Context(), func(tx *db.Tx) error { return tx.LoggedInFrom(t.Context(), "Ada", here) })
	if err != nil {
		t.Fatal(err)
	}
	knows := func(cookie string) (device, address bool) {
		_, known, err := s.whoLogsIn(t.Context(), From{Address: here, Devices: cookie}, "ada@example.com")
		if err != nil {
			t.Fatal(err)
		}
		return known.device != "", known.address
	}
	key := ""
	err = s.db.Read(t.Context(), func(tx *db.Tx) (err error) { key, err = tx.Secret(t.Context(), deviceKey); return err })
	if err != nil {
		t.Fatal(err)
	}
	was := stored(t, s.db, "Ada").Password
	before := deviceOf(key, "Ada", was, "before", fmt.Sprint(s.db.Now().Add(time.Hour).Time().Unix()))
	if known, _ := knows(before); !known {
		t.Error("a cookie of an earlier release is not known")
	}
	if err := login(From{Console: true}, "ada@example.com", rightPassword); err != nil {
		t.Fatal(err)
	}
	if now := stored(t, s.db, "Ada").Password; now == was || !strings.HasPrefix(now, "$argon2id$v=19$m=19456,") {
		t.Fatalf("the hash was not made anew: %s", now)
	}
	if device, address := knows(device); !device || !address {
		t.Errorf("after a new hash the device is known: %v, the address: %v", device, address)
	}
	if err := login(From{Console: true}, "ada@example.com", rightPassword); err != nil {
		t.Error(err)
	}
}
