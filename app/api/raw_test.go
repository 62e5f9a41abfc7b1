package api_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"buildplate/app/api"
	"buildplate/app/apptest"
)

// raw sends bytes to a door and reads one answer, "" when the door closes without any.
func raw(t *testing.T, addr, request string) string {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	// One answer is enough where the door keeps the connection.
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	var out bytes.Buffer
	_ = res.Write(&out)
	return out.String()
}

// smuggled sends a request in which two readers see different ends, and counts the handlers that ran.
func (r *rig) smuggled(request string) (handlers int, answers string) {
	r.t.Helper()
	before := r.handled(shopRoute, hookRoute)
	answers = apptest.Raw(r.t, r.public, request)
	return r.handled(shopRoute, hookRoute) - before, answers
}

const shopRoute, hookRoute = "GET /api/shop", "POST " + webhookPath

func TestRequestsAreNotSmuggled(t *testing.T) {
	r := newRig(t)
	for _, c := range apptest.Ambiguous() {
		got, answers := r.smuggled(c.Request)
		if got != c.Handlers || !strings.HasPrefix(answers, c.Answer) {
			t.Errorf("%s: %d handlers ran, want %d; answers %.120q", c.Name, got, c.Handlers, answers)
		}
	}
}

// Whatever is cut, doubled or swapped in those requests, the door takes them for no more than net/http does, which is
// strict: never is a hidden one run. Row 18: 10 000 mutants at each commit, 1 000 in the short form.
func TestMutatedRequestsAreNotSmuggled(t *testing.T) {
	rounds := 10_000
	if testing.Short() {
		rounds = 1000
	}
	apptest.Smuggle(t, newRig(t).public, rounds)
}

// Connections that dribble do not keep a real visitor out, and are closed.
func TestSlowConnections(t *testing.T) {
	r := newRigWith(t, apptest.Setup{Quiet: true, Doors: func(s *api.Server) { s.Public().Server().ReadTimeout = 2 * time.Second }})
	const slow = 200
	var open atomic.Int32
	var closed sync.WaitGroup
	for i := range slow {
		conn, err := net.Dial("tcp", r.public)
		if err != nil {
			t.Fatal(err)
		}
		begin := "GET /api/shop HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
		if i%2 == 1 {
			begin = ""
		}
		_, _ = io.WriteString(conn, begin)
		open.Add(1)
		closed.Go(func() {
			defer conn.Close()
			_ = conn.SetReadDeadline(time.Now().Add(patience))
			if _, err := io.Copy(io.Discard, conn); err != nil {
				t.Errorf("a slow connection was kept: %v", err)
			}
			open.Add(-1)
		})
	}
	beside, asked := 0, 0
	for open.Load() > 0 {
		if res, _ := r.ask(r.public, "GET", "/healthz", ""); res.StatusCode != 200 { // which is not counted, as often as it is asked
			t.Fatalf("a real visitor got %d", res.StatusCode)
		}
		asked++
		if open.Load() == slow {
			beside++
		}
	}
	closed.Wait()
	if beside == 0 {
		t.Error("no real visitor was served before the first slow connection was closed")
	}
	t.Logf("%d of %d requests beside %d slow connections", beside, asked, slow)
}
