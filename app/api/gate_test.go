package api_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"buildplate/app/api"
	"buildplate/app/apptest"
	"buildplate/app/apptest/need"
	"buildplate/app/event"
)

// dial opens a connection to a door and sends the beginning of a request.
func (r *rig) dial(addr, text string) net.Conn {
	r.t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = c.Close() })
	if _, err := c.Write([]byte(text)); err != nil {
		r.t.Fatal(err)
	}
	return c
}

// However many connections are held by those who say nothing, half a request or nothing but its length, Stripe's next message
// and the next customer are served.
func TestHeldConnectionsShutNobodyOut(t *testing.T) {
	const most = 24
	r := newRigWith(t, apptest.Setup{Quiet: true, Doors: func(s *api.Server) { s.HoldConns(most) }})
	beginnings := []string{"", "GET /api/shop HTTP/1.1\r\nHost: " + r.public + "\r\n",
		"POST " + webhookPath + " HTTP/1.1\r\nHost: " + r.public + "\r\n" + r.signed("") + "\r\nContent-Length: 100000\r\n\r\n{"}
	for i := range 4 * most {
		r.dial(r.public, beginnings[i%len(beginnings)])
		if i%8 != 0 {
			continue
		}
		client.CloseIdleConnections()
		event := strings.ReplaceAll(someEvent, "evt_1", fmt.Sprint("evt_", i))
		if res, text := r.ask(r.public, "POST", webhookPath, event, r.signed(event)); res.StatusCode != http.StatusOK {
			t.Fatalf("with %d connections held: %d %s", i, res.StatusCode, text)
		}
	}
	// A stream that is open stays so.
	me := r.visitor()
	_, lines, _ := r.listen(r.public, cartEventsPath, me)
	next(t, lines, "data: ")
	for range 2 * most {
		r.dial(r.public, "")
	}
	r.Events.Publish(event.CartChanged{ID: r.cartOf(me)})
	next(t, lines, "data: ")
}

// At the shop's door one address of the local network has so many connections: each further one closes the one that has kept
// still for longest. The machine itself has as many as it likes. Whoever comes next is served in both cases.
func TestIdleConnectionsShutNobodyOutOfTheShop(t *testing.T) {
	const each = 8
	r := newRigWith(t, apptest.Setup{Quiet: true, Doors: func(s *api.Server) { s.HoldConnsOfOne(each) }})
	ln, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = r.Server.ServeShop(ln) }()
	_, port, err := net.SplitHostPort(ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	held := func(host string) (all []net.Conn) {
		addr := net.JoinHostPort(host, port)
		for range 4 * each {
			all = append(all, r.dial(addr, ""))
		}
		if got := raw(t, addr, "GET /api/shop HTTP/1.1\r\nHost: "+addr+"\r\nConnection: close\r\n\r\n"); !strings.HasPrefix(got, "HTTP/1.1 200 ") {
			t.Errorf("beside idle connections from %s one is answered %.100q", host, got)
		}
		return all
	}
	open := func(all []net.Conn) (n int) {
		for _, c := range all {
			_ = c.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
			var none net.Error
			if _, err := c.Read(make([]byte, 1)); errors.As(err, &none) && none.Timeout() {
				n++
			}
		}
		return n
	}
	if n := open(held("127.0.0.1")); n != 4*each {
		t.Errorf("of %d connections of the machine itself %d are open", 4*each, n)
	}
	own := ownAddress()
	if own == "" {
		need.Without(t, "network", "this machine has no address but loopback")
	}
	all := held(own)
	apptest.Await(t, "those of one address to be as many as it may have", func() bool { return open(all) <= each+each/2 }) // one that nobody reads from yet is not closed
}

// halves holds all places for large events, by as much of each as its first byte.
func (r *rig) halves() (half string) {
	r.t.Helper()
	half = "POST " + webhookPath + " HTTP/1.1\r\nHost: " + r.public + "\r\n" + r.signed("") + "\r\nContent-Length: 200000\r\n\r\n{"
	for range api.MaxMessages {
		r.dial(r.public, half)
	}
	apptest.Await(r.t, "the halves to hold their places", func() bool { return r.Server.HeldBodies() == api.MaxMessages })
	return half
}

// Who finds all places for large events taken by others' halves is told to come again; ordinary events come in meanwhile.
func TestLargeEventsComeAgain(t *testing.T) {
	r := newRigWith(t, apptest.Setup{Quiet: true, Doors: (*api.Server).WaitForNoPlace})
	half := r.halves()
	if got := raw(t, r.public, half); !strings.HasPrefix(got, "HTTP/1.1 503 ") || !strings.Contains(got, "\r\nRetry-After: 1\r\n") {
		t.Errorf("one more is answered %.200q", got)
	}
	if got := raw(t, r.public, strings.Replace(half, "v1=", "v0=", 1)); !strings.HasPrefix(got, "HTTP/1.1 400 ") {
		t.Errorf("one that nobody signed is answered %.200q", got)
	}
	if res, text := r.ask(r.public, "POST", webhookPath, someEvent, r.signed(someEvent)); res.StatusCode != http.StatusOK {
		t.Errorf("an ordinary event is answered %d %s", res.StatusCode, text)
	}
}

// Halves of which nothing more comes do not keep a large event of Stripe's out.
func TestALargeEventComesInBesideHalves(t *testing.T) {
	t.Parallel()
	r := newRigWith(t, apptest.Setup{Quiet: true})
	r.halves()
	event := strings.Replace(someEvent, "kept", "kept"+strings.Repeat(" ", 2*api.BodyLimit), 1)
	if res, text := r.ask(r.public, "POST", webhookPath, event, r.signed(event)); res.StatusCode != http.StatusOK {
		t.Errorf("it is answered %d %s", res.StatusCode, text)
	}
}

// A request that does not come in as quickly as it must is told so, and cut.
func TestSlowRequestsAreCut(t *testing.T) {
	t.Parallel()
	r := newRigWith(t, apptest.Setup{Quiet: true, Doors: (*api.Server).CutAtOnce})
	c := r.dial(r.public, "POST "+webhookPath+" HTTP/1.1\r\nHost: "+r.public+"\r\n"+r.signed("")+"\r\nContent-Length: 100000\r\n\r\n")
	_ = c.SetReadDeadline(time.Now().Add(patience))
	answer, err := io.ReadAll(c)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 408 ") {
		t.Errorf("it is answered %q, and not cut: %v", answer, err)
	}
}
