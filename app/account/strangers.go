package account

import (
	"net/netip"
	"time"

	"golang.org/x/time/rate"

	"buildplate/app/shop"
)

// standing is what is known of an address from which a stranger tries, the worst first.
type standing int

// Standings. It goes by the address alone, never by the account, so that no answer tells of one.
const (
	guessed    standing = iota // a password was wrong from there
	newAddress                 // not, but from others of its network
	newNetwork                 // not from all of its network
	familiar                   // somebody logged in from there before
)

// budgets are what all strangers of a standing may try; when that is used up, they take what those below them may. Each try costs a
// core for a moment and 19 MiB. Together they are 50 tries in a minute at most. Whoever guesses falls to the first of them, and has so many
// addresses and networks only: when those are used up, what the others may do is for who is new.
var budgets = [...]struct{ burst, perMinute int }{
	guessed:    {10, 5}, // slips are wrong passwords, too
	newAddress: {6, 9},
	newNetwork: {6, 3},
	familiar:   {8, 3},
}

// What one address may try, and how often it may be wrong before it is familiar no more.
const (
	addressPerMinute, addressBurst = 20, 10
	familiarWrong                  = 3
)

const (
	// guessMemory is how long it is remembered from where a password was wrong.
	guessMemory = 24 * time.Hour
	// maxOrigins bounds the addresses remembered.
	maxOrigins = 10_000
)

// strangers are all who try from neither a known device nor the machine itself. Only those whose passwords are looked at are
// remembered, so that nobody has others forgotten by coming often.
type strangers struct {
	budgets   [len(budgets)]*rate.Limiter
	addresses map[string]*origin
	networks  map[string]int // how many wrong passwords their addresses are remembered for
}

// origin is an address from which a stranger tried.
type origin struct {
	*rate.Limiter
	network string
	wrong   int // passwords since one was right
	seen    shop.Time
}

func newStrangers() *strangers {
	s := &strangers{addresses: map[string]*origin{}, networks: map[string]int{}}
	for i, b := range budgets {
		s.budgets[i] = rate.NewLimiter(rate.Limit(b.perMinute)/60, b.burst)
	}
	return s
}

// networkOf is the network that an address counts with: of IPv4 its /24, of IPv6 its /48; "" where it is not known.
func networkOf(address string) string {
	if all := shop.NetworkNames(address); len(all) > 0 {
		return all[0]
	}
	addr, err := netip.ParseAddr(address)
	if err != nil {
		return ""
	}
	network, err := addr.Prefix(24)
	if err != nil {
		return ""
	}
	return network.String()
}

// take counts a wrong password from an address, until right is called, or says how long to wait. An address over its own limit
// takes nothing from the others.
func (s *strangers) take(now shop.Time, address string, known bool) (as standing, wait time.Duration) {
	own := s.addresses[address]
	if own == nil {
		own = &origin{Limiter: rate.NewLimiter(rate.Limit(addressPerMinute)/60, addressBurst), network: networkOf(address)}
	}
	switch {
	case known && own.wrong < familiarWrong:
		as = familiar
	case own.wrong > 0:
		as = guessed
	case s.networks[own.network] > 0:
		as = newAddress
	default:
		as = newNetwork
	}
	giveBack, wait := reserve(own.Limiter, now)
	if wait > 0 {
		return as, wait
	}
	for of := as; of >= 0; of-- {
		_, until := reserve(s.budgets[of], now)
		if until == 0 {
			own.wrong++
			own.seen = now
			s.networks[own.network]++
			s.addresses[address] = own
			return as, 0
		}
		if of == as || until < wait {
			wait = until
		}
	}
	giveBack()
	return as, wait
}

// reserve takes one from a limit, or says how long to wait for it.
func reserve(l *rate.Limiter, now shop.Time) (giveBack func(), wait time.Duration) {
	r := l.ReserveN(now.Time(), 1)
	giveBack = func() { r.CancelAt(now.Time()) }
	if wait = r.DelayFrom(now.Time()); wait > 0 {
		giveBack()
	}
	return giveBack, wait
}

// right forgets the wrong passwords from an address.
func (s *strangers) right(address string) {
	if own := s.addresses[address]; own != nil {
		if s.networks[own.network] -= own.wrong; s.networks[own.network] <= 0 {
			delete(s.networks, own.network)
		}
		own.wrong = 0
	}
}

// sweep forgets what was long ago, and when too much remains, any of it; all of it where a clock was put back.
func (s *strangers) sweep(now shop.Time, back bool) {
	for address, own := range s.addresses {
		if back || now.Sub(own.seen) > guessMemory || len(s.addresses) > maxOrigins*9/10 {
			s.right(address)
			delete(s.addresses, address)
		}
	}
}
