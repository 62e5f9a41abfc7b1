package account

import (
	"net/netip"
	"time"

	"buildplate/app/shop"
)

// standing is what is known of an address from which a stranger tries, the worst first.
type standing int

// Standings. It goes by the address alone, never by the account, so that no answer tells of one.
const (
	guessed    standing = iota // a password was wrong from there
	turnedAway                 // not, but it was refused several times, and came again
	newAddress                 // nor that, but a password was wrong from others of its network
	newNetwork                 // not from all of its network
	standings                  // how many there are
)

// budget is what all of a crowd may try, slips aside. Each try costs a core for a moment and 19 MiB.
type budget struct {
	burst, perMinute int
	leave            [standings]int // of burst, for those of better standing
	line             standing       // those below it wait for their turn in one line
}

// elsewhere is for the internet, and here for the shop's own network: however many strangers guess, they take nothing from those
// who stand in the shop. Together they are 50 tries in a minute at most, of wrong passwords: a right one takes nothing.
//
// Whoever guesses falls to the lowest standing, whoever asks again and again to the one above, so that what is left is for who is new:
// he waits for nobody, not for all addresses of his own network. What cannot be told apart is a new browser at a new address while
// guesses come from ever new addresses of that same network, as in the first moments of any guesses from many: it waits with them,
// until none is new. An address from which somebody logged in, a known device and the machine itself do not.
var (
	elsewhere = budget{13, 8, [standings]int{guessed: 5, turnedAway: 4, newAddress: 2, newNetwork: 0}, newNetwork}
	here      = budget{17, 12, [standings]int{guessed: 8, turnedAway: 7, newAddress: 3, newNetwork: 0}, newAddress}
)

// What one address may try of it: a share, so that one that guesses leaves the others theirs.
const addressBurst, addressPerMinute = 8, 4

// slips are what an address may try from which somebody logged in before, whatever others do. A right password settles them. It holds
// for every account there, and so tells of none.
const slips, slipsPerMinute = 5, 1

const (
	// guessMemory is how long it is remembered from where a password was wrong.
	guessMemory = 24 * time.Hour
	// freshTimes is how often an address may be refused and is as good as new, and turnedMemory how long it is no more after that.
	freshTimes   = 3
	turnedMemory = 10 * time.Minute
	// maxOrigins bounds the addresses remembered, of either kind.
	maxOrigins = 10_000
)

// crowd are all who try from here, or from elsewhere, and from neither a known device nor the machine itself. Those whose passwords are
// looked at are remembered apart from those who were refused, so that nobody has others forgotten by coming often.
type crowd struct {
	budget
	shared    *bucket
	addresses map[string]*origin
	networks  map[string]int // how many wrong passwords their addresses are remembered for
	turned    map[string]turned
}

// origin is an address from which a stranger tried.
type origin struct {
	share, slips *bucket
	network      string
	wrong        int // passwords since one was right, slips aside
	seen         shop.Time
}

// turned is how often an address was refused, and when last.
type turned struct {
	times int
	last  shop.Time
}

func newCrowd(of budget) *crowd {
	return &crowd{budget: of, shared: newBucket(of.burst, of.perMinute), addresses: map[string]*origin{}, networks: map[string]int{}, turned: map[string]turned{}}
}

// sharedSpace is what carriers and private networks like Tailscale's number their own from.
var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")

// isHere says whether an address is of the shop's own network: the internet knows no way to it.
func isHere(address string) bool {
	addr, err := netip.ParseAddr(address)
	return err == nil && (addr.IsPrivate() || addr.IsLinkLocalUnicast() || addr.IsLoopback() || sharedSpace.Contains(addr))
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

// look is a password from an address that may be looked at, and what that took.
type look struct {
	of      *crowd
	address string
	from    *origin
	paid    []*bucket
	counted bool // as a wrong one
	inLine  bool // it waits for its turn
}

// take counts a wrong password from an address, until that ends in another way, or says how long to wait.
func (c *crowd) take(now shop.Time, address string, known bool) (l look, wait time.Duration) {
	own := c.addresses[address]
	if own == nil {
		own = &origin{share: newBucket(addressBurst, addressPerMinute), slips: newBucket(slips, slipsPerMinute), network: networkOf(address)}
	}
	l = look{of: c, address: address, from: own}
	if known && own.slips.take(now, 0) == 0 {
		l.paid = []*bucket{own.slips}
		c.remember(own, address, now)
		return l, 0
	}
	if wait := own.share.take(now, 0); wait > 0 {
		return l, wait // it is known to guess
	}
	as := c.standing(now, address, own)
	if wait := c.shared.take(now, c.leave[as]); wait > 0 {
		own.share.putBack()
		c.turnAway(now, address)
		return l, wait
	}
	l.paid = []*bucket{own.share, c.shared}
	l.counted, l.inLine = true, as < c.line
	own.wrong++
	c.networks[own.network]++
	c.remember(own, address, now)
	return l, 0
}

func (c *crowd) standing(now shop.Time, address string, own *origin) standing {
	was := c.turned[address]
	switch {
	case own.wrong > 0:
		return guessed
	case was.times >= freshTimes && now.Sub(was.last).Abs() < turnedMemory:
		return turnedAway
	case c.networks[own.network] > 0:
		return newAddress
	}
	return newNetwork
}

func (c *crowd) remember(own *origin, address string, now shop.Time) {
	own.seen = now
	c.addresses[address] = own
}

func (c *crowd) turnAway(now shop.Time, address string) {
	was := c.turned[address]
	if now.Sub(was.last).Abs() >= turnedMemory {
		was.times = 0
	}
	c.turned[address] = turned{was.times + 1, now}
}

// unseen takes back all that it took: nobody looked at the password.
func (l look) unseen() {
	for _, b := range l.paid {
		b.putBack()
	}
	if l.counted && l.from.wrong > 0 {
		l.of.forget(l.from, 1)
	}
}

// right forgets the wrong passwords from its address.
func (l look) right() {
	l.unseen()
	if own := l.of.addresses[l.address]; own != nil {
		l.of.forget(own, own.wrong)
		own.slips = newBucket(slips, slipsPerMinute)
	}
	delete(l.of.turned, l.address)
}

// forget forgets so many wrong passwords of an address.
func (c *crowd) forget(own *origin, wrong int) {
	own.wrong -= wrong
	if c.networks[own.network] -= wrong; c.networks[own.network] <= 0 {
		delete(c.networks, own.network)
	}
}

// full says that it is time to forget some.
func (c *crowd) full() bool { return len(c.addresses) >= maxOrigins || len(c.turned) >= maxOrigins }

// sweep forgets what was long ago, and when too much remains, any of it; all of it where a clock was put back.
func (c *crowd) sweep(now shop.Time, back bool) {
	for address, own := range c.addresses {
		if back || now.Sub(own.seen) > guessMemory || len(c.addresses) > maxOrigins*9/10 {
			c.forget(own, own.wrong)
			delete(c.addresses, address)
		}
	}
	for address, was := range c.turned {
		if back || now.Sub(was.last) > turnedMemory || len(c.turned) > maxOrigins*9/10 {
			delete(c.turned, address)
		}
	}
}
