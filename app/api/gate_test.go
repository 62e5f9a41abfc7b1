package api_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"buildplate/app/api"
	"buildplate/app/apptest"
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
		"POST " + webhookPath + " HTTP/1.1\r\nHost: " + r.public + "\r\nContent-Length: 100000\r\n\r\n{"}
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

// A request that trickles in is cut, and one that comes quickly is not, however large it is.
func TestSlowRequestsAreCut(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	c := r.dial(r.public, "POST "+webhookPath+" HTTP/1.1\r\nHost: "+r.public+"\r\nContent-Length: 100000\r\n\r\n")
	began := time.Now()
	ended := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(c).ReadString('\n')
		ended <- line
	}()
	for i := range 3000 {
		if _, err := c.Write([]byte("x")); err != nil {
			break
		}
		select {
		case line := <-ended:
			if !strings.Contains(line, "408") && line != "" {
				t.Errorf("it is answered %q", line)
			}
			t.Logf("cut after %s and %d bytes", time.Since(began), i)
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Error("a request may take for ever")
}
