package api_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
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

// all sends bytes, says that no more will come, and reads every answer. The door has then handled whatever it took for
// a request.
func (r *rig) all(request string) (answers string) { return r.allAt(r.public, request) }

// allAt is all, at a server.
func (r *rig) allAt(addr, request string) (answers string) {
	r.t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		r.t.Error(err)
		return ""
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	_, _ = io.WriteString(conn, request)
	_ = conn.(*net.TCPConn).CloseWrite()
	text, err := io.ReadAll(conn)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		r.t.Errorf("the door keeps a connection whose other end is closed: %.120q", request)
	}
	return string(text)
}

// smuggled sends a request in which two readers see different ends, and counts the handlers that ran.
func (r *rig) smuggled(request string) (handlers int, answers string) {
	r.t.Helper()
	before := r.handled(shopRoute, hookRoute)
	answers = r.all(request)
	return r.handled(shopRoute, hookRoute) - before, answers
}

const shopRoute, hookRoute = "GET /api/shop", "POST " + webhookPath

const hidden = "0\r\n\r\nGET /api/shop HTTP/1.1\r\nHost: localhost\r\n\r\n"

func TestRequestsAreNotSmuggled(t *testing.T) {
	r := newRig(t)
	length := fmt.Sprintf("Content-Length: %d\r\n", len(hidden))
	post := func(version, headers, body string) string {
		return "POST " + webhookPath + " HTTP/" + version + "\r\nHost: localhost\r\n" + headers + "\r\n" + body
	}
	for _, c := range []struct {
		name, request string
		handlers      int
		answer        string // what the first answer begins with, if it matters
	}{
		{"one honest request", post("1.1", length, hidden), 1, "HTTP/1.1 400"},
		{"two honest requests", post("1.1", length, hidden) + post("1.1", length, hidden), 2, "HTTP/1.1 400"},
		{"two lengths", post("1.1", "Content-Length: 5\r\n"+length, hidden), 0, "HTTP/1.1 400"},
		{"two lengths, the other way round", post("1.1", length+"Content-Length: 5\r\n", hidden), 0, "HTTP/1.1 400"},
		{"length and an unknown coding", post("1.1", length+"Transfer-Encoding: xchunked\r\n", hidden), 0, "HTTP/1.1 400"},
		{"length and two codings", post("1.1", length+"Transfer-Encoding: gzip, chunked\r\n", hidden), 0, "HTTP/1.1 400"},
		{"chunked in HTTP/1.0", post("1.0", length+"Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n", hidden), 0, "HTTP/1.1 400"},
		{"length and chunked", post("1.1", length+"Transfer-Encoding: chunked\r\n", hidden), 1, ""},
		{"bare LF in a chunk's extension", post("1.1", "Transfer-Encoding: chunked\r\n", "2;x\nxx\r\n"+hidden), 0, "HTTP/1.1 400"},
		{"no host", "GET /api/shop HTTP/1.1\r\n\r\n", 0, "HTTP/1.1 400"},
		{"two hosts", "GET /api/shop HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n", 0, "HTTP/1.1 400"},
		{"bare LF lines", "GET /api/shop HTTP/1.1\nHost: localhost\n\n", 0, ""},
		{"another host in the target", "GET http://evil.example/api/shop HTTP/1.1\r\nHost: localhost\r\n\r\n", 0, "HTTP/1.1 421"},
		{"identity coding", post("1.1", length+"Transfer-Encoding: identity\r\n", hidden), 1, ""},
		{"folded header", post("1.1", "X-Folded: a\r\n b\r\n"+length, hidden), 1, ""},
		{"space within a name", post("1.1", "Content-Lengt h: 5\r\nTransfer-Encoding: chunked\r\n", hidden), 0, "HTTP/1.1 400"},
		{"space before the colon", post("1.1", "Content-Length : 5\r\n"+length, hidden), 0, "HTTP/1.1 400"},
	} {
		got, answers := r.smuggled(c.request)
		if got != c.handlers || !strings.HasPrefix(answers, c.answer) {
			t.Errorf("%s: %d handlers ran, want %d; answers %.120q", c.name, got, c.handlers, answers)
		}
	}
}

// oracle is a server of net/http that takes any request, reads it, and says in its answer that it did.
func oracle(t *testing.T) (addr string) {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("X-Request-Id", "taken")
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

// mutant is a request with another in its body, in which something is cut, doubled or swapped.
func mutant(dice *rand.Rand) string {
	headers := []string{"Transfer-Encoding: chunked", "Transfer-Encoding: xchunked", "Transfer-Encoding:\tchunked", "Transfer-encoding: CHUNKED", "Transfer-Encoding: chunked, chunked",
		"Transfer-Encoding: chunked;q=1", "Transfer-Encoding : chunked", " Transfer-Encoding: chunked", "Transfer-Encoding: \x0bchunked", "Content-Length: 0", "Content-Length: +5", "Content-Length: 5, 5",
		"Content-Length: 0x10", "Content_Length: 3", "Connection: Transfer-Encoding", "Expect: 100-continue", "X: y\rTransfer-Encoding: chunked"}
	head := []string{"POST " + webhookPath + " HTTP/1.1", "Host: localhost", fmt.Sprintf("Content-Length: %d", len(hidden))}
	for range 1 + dice.IntN(2) {
		head = append(head, headers[dice.IntN(len(headers))])
	}
	text := []byte(strings.Join(head, "\r\n") + "\r\n\r\n" + hidden)
	spoils := []string{"\r", "\n", "\r\n", "\x00", " ", "\t", ":", ",", ";", "0", "9", "\x0b", "\x85", "\r\n\r\n"}
	for range dice.IntN(3) {
		at := dice.IntN(len(text))
		switch to := min(len(text), at+1+dice.IntN(4)); dice.IntN(4) {
		case 0:
			text = slices.Delete(text, at, to)
		case 1:
			text = slices.Insert(text, at, []byte(spoils[dice.IntN(len(spoils))])...)
		case 2:
			text = slices.Insert(text, at, text[at:to]...)
		case 3:
			text[at] ^= 1 << dice.IntN(8)
		}
	}
	return string(text)
}

// Whatever is cut, doubled or swapped in those requests, the door takes them for no more than net/http does, which is
// strict: never is a hidden one run. Row 18: 10 000 mutants at each commit, 1 000 in the short form.
func TestMutatedRequestsAreNotSmuggled(t *testing.T) {
	r := newRig(t)
	rounds := 10_000
	if testing.Short() {
		rounds = 1000
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	other := oracle(t)
	taken := regexp.MustCompile("(?i)\r\nX-Request-Id: ")
	var all sync.WaitGroup
	var took, more, smuggled atomic.Int64
	requests := make(chan string)
	for range 32 {
		all.Go(func() {
			for request := range requests {
				ours, theirs := len(taken.FindAllString(r.allAt(r.public, request), -1)), len(taken.FindAllString(r.allAt(other, request), -1))
				switch {
				case ours > max(1, theirs):
					smuggled.Add(1)
					t.Errorf("the door took %d requests, net/http %d: %q", ours, theirs, request)
				case ours > theirs:
					more.Add(1)
				}
				took.Add(int64(ours))
			}
		})
	}
	for range rounds {
		requests <- mutant(dice)
	}
	close(requests)
	all.Wait()
	t.Logf("of %d mutants the door took %d requests, %d that net/http refuses; %d were smuggled", rounds, took.Load(), more.Load(), smuggled.Load())
	if took.Load() == 0 {
		t.Error("every mutant was refused: the test says nothing about those that are taken")
	}
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
