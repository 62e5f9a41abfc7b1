package api

import (
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"buildplate/app/shop"
)

// What tests from outside need to know of the inside.
const (
	BodyLimit         = bodyLimit
	PartLimit         = partLimit
	WebhookLimit      = webhookLimit
	MaxMessages       = maxMessages
	MaxStreams        = maxStreams
	MaxPartsOwner     = maxPartsOwner
	MaxStreamsStaff   = maxStreamsStaff
	MaxStreamsAddress = maxStreamsAddress
	MaxStreamsNetwork = maxStreamsNetwork
	MaxStreamsEach    = maxStreamsEach
	MaxStreamsLogin   = maxStreamsLogin
	ProblemType       = problemType
	TusType           = tusType
)

// ReadBurst is how often a cart or an order may be read at once, PageAllBurst the shop by all strangers together, CartBurst
// how many carts a door makes at once for visitors of whom nothing is known, PieceBurst how many small pieces of uploads may
// come at once, PartBurst how often a cart may be changed at once, CheckoutBurst how many orders may be placed at once.
var (
	ReadBurst     = int(budgets[limitRead].eachBurst)
	PageAllBurst  = int(budgets[limitPage].allBurst / 2)
	CartBurst     = int(budgets[limitCart].allBurst / 2)
	PieceBurst    = int(budgets[limitPiece].eachBurst)
	PartBurst     = int(budgets[limitPart].eachBurst)
	CheckoutBurst = int(budgets[limitCheckout].eachBurst)
)

// PeerHeader names the address that a request of a test comes from, once PeersByHeader was called.
const PeerHeader = "Test-Peer"

// WaitForNoPlace has large events refused at once that find no place.
func (s *Server) WaitForNoPlace() { s.shop.messages.patience, s.public.messages.patience = 0, 0 }

// PeersByHeader has the doors take a request's address from its header.
func (s *Server) PeersByHeader() {
	s.peer = func(c *fiber.Ctx) net.Addr {
		if ip := net.ParseIP(c.Get(PeerHeader)); ip != nil {
			return &net.TCPAddr{IP: ip}
		}
		return c.Context().RemoteAddr()
	}
}

// LetEverybodyIn has both doors ask nobody for a permission, so that what refuses is the use case.
func (s *Server) LetEverybodyIn() {
	s.must = func(shop.Actor, shop.Permission, shop.Object) error { return nil }
}

// Witness has each request's use cases heard: what they ask of whoever sent it, but not what the door asks before.
func (s *Server) Witness(of func(Route) shop.Witness) { s.witness = of }

// MakesCart says that the row gives a cart to a visitor without one.
func (r Route) MakesCart() bool { return r.newCart }

// IsTyped says that the row is described by OpenAPI.
func (r Route) IsTyped() bool { return r.Summary != "" }

// PathParameters are the names that the description of a typed row has in its path.
func (s *Server) PathParameters(r Route) (names []string) {
	item := s.shop.huma.OpenAPI().Paths[r.Path]
	if item == nil {
		return nil
	}
	for _, p := range operation(item, r.Method).Parameters {
		if p.In == "path" {
			names = append(names, p.Name)
		}
	}
	return names
}

// FiberPath is a row's path as Fiber has it.
func FiberPath(path string) string { return fiberPath(path) }

// OpenStreams is how many event streams are open.
func (s *Server) OpenStreams() int {
	s.streams.mu.Lock()
	defer s.streams.mu.Unlock()
	return s.streams.open["all customers"] + s.streams.open["all staff"]
}

// SetBeat sets how often streams beat.
func (s *Server) SetBeat(d time.Duration) { s.streams.beat = d }

// QuietStreams keeps streams from saying anything by themselves, by which they would notice that nobody listens.
func (s *Server) QuietStreams() { s.streams.beat = time.Hour }

// HeldBodies is how many requests hold the right to send a large body.
func (s *Server) HeldBodies() (n int) {
	for _, d := range []*door{s.shop, s.public} {
		for _, b := range []*bodies{d.parts, d.messages} {
			b.mu.Lock()
			n += len(b.held)
			b.mu.Unlock()
		}
	}
	return n
}

// SetPatience sets how long a piece of an upload waits for its turn.
func (s *Server) SetPatience(d time.Duration) {
	s.shop.parts.patience, s.public.parts.patience = d, d
}

// ForgetUploads has no upload known, as after a start; KnownUploads are the ids of those that are.
func (s *Server) ForgetUploads() {
	s.known.mu.Lock()
	defer s.known.mu.Unlock()
	clear(s.known.ids)
}

// KnownUploads are the ids of the uploads that may send large pieces.
func (s *Server) KnownUploads() (ids []string) {
	s.known.mu.Lock()
	defer s.known.mu.Unlock()
	for id := range s.known.ids {
		ids = append(ids, id)
	}
	return ids
}

// CountVisitsBy has both doors count visits by a clock.
func (s *Server) CountVisitsBy(now func() time.Time) {
	s.shop.throttle, s.public.throttle = newThrottle(now), newThrottle(now)
}

// ForgetVisits gives every visitor of both doors the whole budget again.
func (s *Server) ForgetVisits() {
	for _, d := range []*door{s.shop, s.public} {
		fresh := newThrottle(d.throttle.now)
		d.throttle.mu.Lock()
		d.throttle.open, d.throttle.kept, d.throttle.each = fresh.open, fresh.kept, fresh.each
		d.throttle.mu.Unlock()
	}
}

// Visitors are the addresses that a door counts visits of.
func (s *Server) Visitors(at Door) (addrs []netip.Addr) {
	d := s.shop
	if at == Public {
		d = s.public
	}
	d.throttle.mu.Lock()
	defer d.throttle.mu.Unlock()
	for v := range d.throttle.each {
		if addr, err := netip.ParseAddr(v.who); err == nil && !slices.Contains(addrs, addr) {
			addrs = append(addrs, addr)
		}
	}
	return addrs
}

// StreamPlaces is a count of streams of its own: acquire takes a place for a cart or a session of staff.
func StreamPlaces() (acquire func(session, address string, staff bool) error) {
	s := newStreams()
	return func(session, address string, staff bool) error {
		_, err := s.acquire(streamOf{session, address, staff})
		return err
	}
}

// CutAtOnce has the public door give a request no grace: it comes in quickly from its first byte on.
func (s *Server) CutAtOnce() { s.public.gate.grace = 0 }

// HoldConns has the public door hold at most so many connections.
func (s *Server) HoldConns(most int) { s.public.gate.most = most }

// HoldConnsOfOne has the shop's door hold at most so many connections of one address.
func (s *Server) HoldConnsOfOne(each int) { s.shop.gate.each = each }
