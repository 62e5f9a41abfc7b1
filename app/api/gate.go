package api

import (
	"net"
	"net/netip"
	"sync"
	"time"
)

// A gate stands between a listener and a door, for what the server itself cannot do: it cuts connections whose requests come
// in too slowly, and when there are too many it closes the one that has kept still for longest. So nobody takes all
// connections by holding them, and whoever comes next (Stripe, say) always gets in.
const (
	maxConns    = 1024 // of a door; the server's own limit is higher
	maxConnsOne = 256  // of one address of the local network, at the shop's door. The machine itself has no such bound
	slowGrace   = 5 * time.Second
	slowestRate = 32 << 10 // bytes a second that a request comes in with, after slowGrace
)

type gate struct {
	most  int
	each  int // of one address that is not the machine's own; 0 where a tunnel gives everybody the same
	grace time.Duration

	mu   sync.Mutex
	open map[*gatedConn]struct{}
}

func newGate() *gate { return &gate{most: maxConns, grace: slowGrace, open: map[*gatedConn]struct{}{}} }

// guard is ln with its connections under the gate.
func (g *gate) guard(ln net.Listener) net.Listener { return gatedListener{ln, g} }

type gatedListener struct {
	net.Listener
	gate *gate
}

// Accept makes room for the connection that it gives.
func (l gatedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	gated := &gatedConn{Conn: c, gate: l.gate, from: peerOf(c), still: time.Now()}
	l.gate.add(gated)
	return gated, nil
}

// add takes a connection in; with as many as there may be, the one that has waited longest goes.
func (g *gate) add(c *gatedConn) {
	g.mu.Lock()
	var idlest *gatedConn
	if g.each > 0 && !c.from.IsLoopback() && g.count(c.from) >= g.each {
		idlest = g.idlest(func(other *gatedConn) bool { return other.from == c.from })
	} else if len(g.open) >= g.most {
		idlest = g.idlest(func(*gatedConn) bool { return true })
	}
	delete(g.open, idlest)
	g.open[c] = struct{}{}
	g.mu.Unlock()
	if idlest != nil {
		_ = idlest.Conn.Close() // the server finds out as it goes on reading or writing
	}
}

// count is how many connections an address has. The caller holds the lock.
func (g *gate) count(from netip.Addr) (n int) {
	for c := range g.open {
		if c.from == from {
			n++
		}
	}
	return n
}

// idlest is, of some connections, the one that has kept still for longest, or nil. The caller holds the lock.
func (g *gate) idlest(of func(*gatedConn) bool) (idlest *gatedConn) {
	var since time.Time
	for c := range g.open {
		if still, waits := c.waits(); waits && of(c) && (idlest == nil || still.Before(since)) {
			idlest, since = c, still
		}
	}
	return idlest
}

// peerOf is the address at the other end of a connection, or none.
func peerOf(c net.Conn) netip.Addr {
	if a, ok := c.RemoteAddr().(*net.TCPAddr); ok {
		return a.AddrPort().Addr().Unmap()
	}
	return netip.Addr{}
}

// gatedConn is a connection under a gate. It waits while it reads or writes; a stream of events does not count, since
// those have their own limits.
type gatedConn struct {
	net.Conn
	gate *gate
	from netip.Addr

	mu       sync.Mutex
	waiting  int
	still    time.Time     // since when it has kept still: the request's first byte, or the end of the reply before
	deadline time.Time     // for reading, as the server sets it
	stream   bool          // reading has no end: it waits for the page to go
	began    bool          // a request is coming in
	waited   time.Duration // for more of it. Time in which the shop lets it wait for its turn is not the client's
	came     int64         // bytes of it
}

func (c *gatedConn) waits() (still time.Time, waits bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.still, c.waiting > 0 && !c.stream
}

// Read reads; a request that comes in too slowly is a timeout.
func (c *gatedConn) Read(p []byte) (int, error) {
	c.mu.Lock()
	asked := time.Now()
	if c.began && !c.stream {
		until := asked.Add(c.gate.grace + time.Duration(c.came)*time.Second/slowestRate - c.waited)
		if !c.deadline.IsZero() && c.deadline.Before(until) {
			until = c.deadline
		}
		_ = c.Conn.SetReadDeadline(until) // a connection that is gone says so when it is read
	}
	c.waiting++
	c.mu.Unlock()
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting--
	switch {
	case c.began:
		c.waited += time.Since(asked)
	case n > 0:
		c.began, c.waited, c.came = true, 0, 0
		c.still = time.Now()
	}
	c.came += int64(n)
	return n, err
}

// Write writes: what came in before was a whole request.
func (c *gatedConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	c.began, c.still = false, time.Now()
	c.waiting++
	c.mu.Unlock()
	n, err := c.Conn.Write(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting--
	c.still = time.Now()
	return n, err
}

// SetReadDeadline is the server's word on how long reading may take; without an end it is a stream of events.
func (c *gatedConn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deadline, c.stream = t, t.IsZero()
	return c.Conn.SetReadDeadline(t)
}

// Close closes the connection and gives its place back.
func (c *gatedConn) Close() error {
	c.gate.mu.Lock()
	delete(c.gate.open, c)
	c.gate.mu.Unlock()
	return c.Conn.Close()
}
