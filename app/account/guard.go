package account

import (
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"buildplate/app/shop"
)

// freeFailures is how often a password may be wrong before its source waits; the wait doubles up to longestWait.
const (
	freeFailures = 5
	longestWait  = 15 * time.Minute
)

// What strangers may try: one address, and all of them together, who have 50 tries in a minute at most. Each try costs a core
// for a moment and 19 MiB.
const (
	addressPerMinute, addressBurst     = 20, 10
	strangersPerMinute, strangersBurst = 20, 30
)

// maxTries bounds the sources remembered. The limit for all strangers holds for those that were forgotten, too.
const maxTries = 10_000

// From is where a login comes from.
type From struct {
	Address string // as the door vouches for it
	Console bool   // the machine itself, at the shop's own door
	Devices string // the devices that the browser says it is; see knownDevice
}

// guard slows down guessing at passwords. What it counts is an account from one source: an address, the machine itself, or
// a device on which that account logged in before. So nobody's guesses keep another out: strangers share a limit, which
// known devices and the machine itself are not under. It counts before a password is looked at, and by what was typed,
// so that an address of nobody is answered like everybody's.
type guard struct {
	mu        sync.Mutex
	tries     map[try]*tries
	addresses map[string]*limiter
	strangers *rate.Limiter
	swept     shop.Time
	turn      chan struct{} // a stranger's hash: they never hold all places
}

type try struct{ account, source string }

type tries struct {
	failures int
	until    shop.Time // when a password is looked at again
	seen     shop.Time
}

type limiter struct {
	*rate.Limiter
	seen shop.Time
}

func newGuard() *guard {
	return &guard{
		tries: map[try]*tries{}, addresses: map[string]*limiter{}, strangers: rate.NewLimiter(rate.Limit(strangersPerMinute)/60, strangersBurst),
		turn: make(chan struct{}, 1),
	}
}

// begin counts a try at an account's password, which is wrong until right is called. Device is the known device it comes
// from, "" for none. Errors: TooMany.
func (g *guard) begin(now shop.Time, account string, from From, device string) (right func(), err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now.Sub(g.swept) > time.Minute || now.Before(g.swept) || len(g.tries) >= maxTries || len(g.addresses) >= maxTries {
		g.sweep(now)
	}
	of := try{account, "address " + from.Address}
	switch {
	case device != "":
		of.source = "device " + device
	case from.Console:
		of.source = "console"
	}
	t := g.tries[of]
	if t == nil {
		t = &tries{}
	}
	if wait := t.until.Sub(now); wait > 0 {
		return nil, waitsFor(wait, shop.TooManyf("login_locked", "Too many wrong passwords. Wait %s and try again.", inSeconds(wait)))
	}
	if device == "" && !from.Console {
		if wait := g.stranger(now, from.Address); wait > 0 {
			return nil, waitsFor(wait, shop.TooManyf("login_limited", "Too many attempts to log in just now. Wait %s, or use a browser in which you logged in before.", inSeconds(wait)))
		}
	}
	t.failures++
	t.seen = now
	if t.failures >= freeFailures {
		t.until = now.Add(min(time.Second<<min(t.failures-freeFailures, 12), longestWait))
	}
	g.tries[of] = t
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.tries, of)
	}, nil
}

// stranger takes one from an address's limit and from everybody's, or says how long to wait. An address over its own
// takes nothing from the others.
func (g *guard) stranger(now shop.Time, address string) time.Duration {
	own := g.addresses[address]
	if own == nil {
		own = &limiter{Limiter: rate.NewLimiter(rate.Limit(addressPerMinute)/60, addressBurst)}
		g.addresses[address] = own
	}
	own.seen = now
	for _, l := range []*rate.Limiter{own.Limiter, g.strangers} {
		r := l.ReserveN(now.Time(), 1)
		if wait := r.DelayFrom(now.Time()); wait > 0 {
			r.CancelAt(now.Time())
			return wait
		}
	}
	return 0
}

// seconds are whole ones: a rest of a second is a second.
func seconds(wait time.Duration) int { return int((wait + time.Second - 1) / time.Second) }

func inSeconds(wait time.Duration) string {
	if n := seconds(wait); n != 1 {
		return fmt.Sprintf("%d seconds", n)
	}
	return "1 second"
}

func waitsFor(wait time.Duration, refusal *shop.Error) error {
	refusal.After = time.Duration(seconds(wait)) * time.Second
	return refusal
}

// sweep forgets what was long ago, and when too much remains, any of it. A clock that was put back begins anew.
func (g *guard) sweep(now shop.Time) {
	back := now.Before(g.swept)
	g.swept = now
	for of, t := range g.tries {
		if back || now.Sub(t.seen) > 2*longestWait || len(g.tries) > maxTries*9/10 {
			delete(g.tries, of)
		}
	}
	for address, l := range g.addresses {
		if back || now.Sub(l.seen) > longestWait || len(g.addresses) > maxTries*9/10 {
			delete(g.addresses, address)
		}
	}
}

// forgive ends every wait for an account: it was shown in another way who they are.
func (g *guard) forgive(account string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for of := range g.tries {
		if of.account == account {
			delete(g.tries, of)
		}
	}
}
