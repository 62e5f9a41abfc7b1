package account

import (
	"fmt"
	"sync"
	"time"

	"buildplate/app/shop"
)

// freeFailures is how often a password may be wrong before an address or a session waits; the wait doubles up to longestWait.
const (
	freeFailures = 5
	longestWait  = 15 * time.Minute
)

// devicePerMinute is how many wrong passwords a known device may try at its account: more than anybody types, and few enough that
// they leave the cores to others.
const devicePerMinute = 60

// maxTries bounds the sources remembered. The limits for all strangers hold for those that were forgotten, too.
const maxTries = 10_000

// From is where a login comes from.
type From struct {
	Address string // as the door vouches for it
	Console bool   // the machine itself, at the shop's own door
	Devices string // the devices that the browser says it is; see knownDevice
}

// known is what the shop knows of where a login comes from.
type known struct {
	device  string // the device on which its account logged in before; "" for none
	session string // whose session it is, where somebody is logged in already; "" for none
	address bool   // somebody logged in from that address before
}

// guard slows down guessing at passwords. What it counts is an account from one source: an address, or a session in which somebody
// chooses another password. So nobody's guesses keep another out: strangers share limits beside that. The machine itself is under no
// limit, and a device on which that account logged in before under one that nobody meets who types: there no wrong password has a
// right one wait. It counts before a password is looked at, and by what was typed, so that an address of nobody is answered like
// everybody's; and takes back what was counted where nobody looked at it.
type guard struct {
	mu              sync.Mutex
	tries           map[try]*tries
	here, elsewhere *crowd
	swept           shop.Time
	turn            chan struct{} // a hash of a stranger from where others guess: they never hold all places
}

type try struct{ account, source string }

type tries struct {
	failures int
	until    shop.Time // when a password is looked at again
	device   *bucket   // of a known device, which has nothing else
	seen     shop.Time
}

// begun is a try at a password that may be looked at.
type begun struct {
	right  func() // tells that the password was right
	unseen func() // tells that nobody looked at it
	inLine bool   // it waits for its turn among those of strangers where others guess
}

func newGuard() *guard {
	return &guard{tries: map[try]*tries{}, here: newCrowd(here), elsewhere: newCrowd(elsewhere), turn: make(chan struct{}, 1)}
}

// begin counts a try at an account's password, which is wrong until right or unseen is called. Errors: TooMany, and then nothing
// is counted.
func (g *guard) begin(now shop.Time, account string, from From, known known) (b begun, err error) {
	if from.Console {
		return begun{right: func() {}, unseen: func() {}}, nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if now.Sub(g.swept).Abs() > time.Minute || len(g.tries) >= maxTries || g.here.full() || g.elsewhere.full() {
		g.sweep(now)
	}
	if known.device != "" {
		return g.beginOnDevice(now, try{account, "device " + known.device})
	}
	of, stranger := try{account, "address " + from.Address}, known.session == ""
	if !stranger {
		of.source = "session " + known.session
	}
	t := g.tries[of]
	if t == nil {
		t = &tries{}
	}
	if wait := t.until.Sub(now); wait > 0 {
		return b, errLocked(wait)
	}
	var l look // of nobody's, unless a stranger's
	if stranger {
		crowd := g.elsewhere
		if isHere(from.Address) {
			crowd = g.here
		}
		var wait time.Duration
		if l, wait = crowd.take(now, from.Address, known.address); wait > 0 {
			return b, waitsFor(wait, shop.TooManyf("login_limited", "Too many attempts to log in just now. Wait %s, or use a browser in which you logged in before.", inSeconds(wait)))
		}
	}
	before := t.until
	t.failures++
	t.seen = now
	if t.failures >= freeFailures {
		t.until = now.Add(min(time.Second<<min(t.failures-freeFailures, 12), longestWait))
	}
	after := t.until
	g.tries[of] = t
	b.inLine = l.inLine
	b.right = func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.tries, of)
		if stranger {
			l.right()
		}
	}
	b.unseen = func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if t.failures--; t.failures <= 0 && g.tries[of] == t {
			delete(g.tries, of)
		}
		if t.until == after {
			t.until = before
		}
		l.unseen()
	}
	return b, nil
}

// beginOnDevice is begin on a device on which the account logged in before.
func (g *guard) beginOnDevice(now shop.Time, of try) (b begun, err error) {
	t := g.tries[of]
	if t == nil {
		t = &tries{device: newBucket(devicePerMinute, devicePerMinute)}
	}
	if wait := t.device.take(now, 0); wait > 0 {
		return b, errLocked(wait)
	}
	t.seen = now
	g.tries[of] = t
	b.right = func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.tries, of)
	}
	b.unseen = func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		t.device.putBack()
	}
	return b, nil
}

// seconds are whole ones: a rest of a second is a second.
func seconds(wait time.Duration) int { return int((wait + time.Second - 1) / time.Second) }

func inSeconds(wait time.Duration) string {
	if n := seconds(wait); n != 1 {
		return fmt.Sprintf("%d seconds", n)
	}
	return "1 second"
}

func errLocked(wait time.Duration) error {
	return waitsFor(wait, shop.TooManyf("login_locked", "Too many wrong passwords. Wait %s and try again.", inSeconds(wait)))
}

func waitsFor(wait time.Duration, refusal *shop.Error) error {
	refusal.After = time.Duration(seconds(wait)) * time.Second
	return refusal
}

// sweep forgets what was long ago, and when too much remains, any of it. A clock that was put back begins anew; of two who come at
// once either may be the first to look at it.
func (g *guard) sweep(now shop.Time) {
	back := g.swept.Sub(now) > time.Minute
	g.swept = now
	for of, t := range g.tries {
		if back || now.Sub(t.seen) > 2*longestWait || len(g.tries) > maxTries*9/10 {
			delete(g.tries, of)
		}
	}
	g.here.sweep(now, back)
	g.elsewhere.sweep(now, back)
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
