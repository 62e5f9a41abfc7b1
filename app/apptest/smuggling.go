package apptest

import (
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
)

// AmbiguousRequest is one in which two readers may see different ends, with another hidden in its body.
type AmbiguousRequest struct {
	Name, Request string
	Handlers      int    // how many run
	Answer        string // what the first answer begins with, if it matters
}

const (
	hidden       = "0\r\n\r\nGET /api/shop HTTP/1.1\r\nHost: localhost\r\n\r\n"
	hidesIn      = "POST /api/stripe/webhook HTTP/"
	rawPatience  = 30 * time.Second
	smugglers    = 32 // connections at once
	misdirected  = " 421 "
	answersStart = "HTTP/1.1"
)

var hiddenLength = fmt.Sprintf("Content-Length: %d", len(hidden))

// Ambiguous are the requests that have fooled servers. The hidden one never runs.
func Ambiguous() []AmbiguousRequest {
	length := hiddenLength + "\r\n"
	post := func(version, headers, body string) string {
		return hidesIn + version + "\r\nHost: localhost\r\n" + headers + "\r\n" + body
	}
	return []AmbiguousRequest{
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
	}
}

// Raw sends bytes to a door (host:port), says that no more will come, and reads every answer. The door has then handled
// whatever it took for a request.
func Raw(tb testing.TB, door, request string) (answers string) {
	tb.Helper()
	conn, err := net.Dial("tcp", door)
	if err != nil {
		tb.Error(err)
		return ""
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(rawPatience))
	_, _ = io.WriteString(conn, request)
	_ = conn.(*net.TCPConn).CloseWrite()
	text, err := io.ReadAll(conn)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		tb.Errorf("the door keeps a connection whose other end is closed: %.120q", request)
	}
	return string(text)
}

// oracle is a server of net/http that takes any request, reads it, and says in its answer that it did.
func oracle(tb testing.TB) (addr string) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("X-Request-Id", "taken")
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	tb.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

// mutant is a request with another in its body, in which something is cut, doubled or swapped.
func mutant(dice *rand.Rand) string {
	headers := []string{"Transfer-Encoding: chunked", "Transfer-Encoding: xchunked", "Transfer-Encoding:\tchunked", "Transfer-encoding: CHUNKED", "Transfer-Encoding: chunked, chunked",
		"Transfer-Encoding: chunked;q=1", "Transfer-Encoding : chunked", " Transfer-Encoding: chunked", "Transfer-Encoding: \x0bchunked", "Content-Length: 0", "Content-Length: +5", "Content-Length: 5, 5",
		"Content-Length: 0x10", "Content_Length: 3", "Connection: Transfer-Encoding", "Expect: 100-continue", "X: y\rTransfer-Encoding: chunked"}
	head := []string{hidesIn + "1.1", "Host: localhost", hiddenLength}
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

var requestID = regexp.MustCompile("(?i)\r\nX-Request-Id: ")

// taken counts the requests that a server took: those that it answered with an id. One that names a host which is none of
// the shop's is refused before any handler; net/http refuses only hosts that cannot be.
func taken(answers string) (n int) {
	for answer := range strings.SplitSeq(answers, answersStart) {
		if requestID.MatchString(answer) && !strings.HasPrefix(answer, misdirected) {
			n++
		}
	}
	return n
}

// Smuggle sends mutants to a door (host:port) and to net/http, and fails the test for each in which the door sees more
// requests than net/http does. What a mutant expects is hidden from net/http, which refuses what it does not know of that without
// reading on: that says nothing of where a request ends.
func Smuggle(tb testing.TB, door string, mutants int) {
	tb.Helper()
	seed := rand.Uint64()
	tb.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	other := oracle(tb)
	var all sync.WaitGroup
	var took, more, smuggled atomic.Int64
	requests := make(chan string)
	for range smugglers {
		all.Go(func() {
			for request := range requests {
				ours := taken(Raw(tb, door, request))
				theirs := taken(Raw(tb, other, strings.ReplaceAll(request, "Expect:", "Unread:")))
				switch {
				case ours > max(1, theirs):
					smuggled.Add(1)
					tb.Errorf("the door took %d requests, net/http %d: %q", ours, theirs, request)
				case ours > theirs:
					more.Add(1)
				}
				took.Add(int64(ours))
			}
		})
	}
	for range mutants {
		requests <- mutant(dice)
	}
	close(requests)
	all.Wait()
	tb.Logf("of %d mutants the door took %d requests, %d that net/http refuses; %d were smuggled", mutants, took.Load(), more.Load(), smuggled.Load())
	if took.Load() == 0 {
		tb.Error("every mutant was refused: the test says nothing about those that are taken")
	}
}
