package hostile_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/apptest/wait"
)

// dial opens a connection to the public door.
func (f *field) dial(ctx context.Context) (net.Conn, error) {
	return (&net.Dialer{}).DialContext(ctx, "tcp", strings.TrimPrefix(f.Public, "http://"))
}

// head is the first lines of a request of the attacker, without the empty line at its end.
func (f *field) head(method, path string, header ...string) string {
	text := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\n", method, path, strings.TrimPrefix(f.Public, "http://"), f.Public)
	if f.named {
		text += "Cf-Connecting-Ip: " + f.harm + "\r\n"
	}
	for _, h := range header {
		text += h + "\r\n"
	}
	return text
}

// hold sends the beginning of a request and then a byte of the rest now and then, until the connection ends.
func (f *field) hold(ctx context.Context, begin, trickle string) {
	c, err := f.dial(ctx)
	if err != nil {
		return
	}
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	defer stop()
	defer c.Close()
	if _, err := io.WriteString(c, begin); err != nil {
		return
	}
	if trickle == "" { // it is answered, and then goes on
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err == nil {
			f.strikes.answered(res.StatusCode)
			_, _ = io.Copy(io.Discard, res.Body)
			_ = res.Body.Close()
		} else {
			f.strikes.ended(ctx, 0, err)
		}
		return
	}
	f.strikes.answered(held)
	for {
		if wait.Pause(ctx, time.Second) != nil {
			return
		}
		if _, err := io.WriteString(c, trickle); err != nil {
			return
		}
	}
}

// holdStreams opens event streams in a few carts, as many as an address may begin just then, and keeps them.
func holdStreams(ctx context.Context, f *field) {
	var cookies []string
	for len(cookies) < 3 && ctx.Err() == nil {
		if cookie := f.cartCookie(ctx); cookie != "" {
			cookies = append(cookies, cookie)
		}
	}
	if len(cookies) == 0 {
		return
	}
	f.again(ctx, 120, func(i int) {
		f.hold(ctx, f.head("GET", "/api/quick-order/events", "Cookie: "+cookies[i%len(cookies)], "Accept: text/event-stream")+"\r\n", "")
		pause(ctx)
	})
}

// openTabs opens so many tabs of one login, each with its stream of events, and gives what holds, later, that each of them heard
// of something.
func openTabs(ctx context.Context, t *testing.T, owner *apptest.Staff, n int) (hear func(*testing.T)) {
	t.Helper()
	heard := make([]atomic.Bool, n)
	for i := range n {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, owner.Base+"/api/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Cookie", owner.Cookies())
		res, err := (&http.Transport{}).RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != http.StatusOK {
			t.Errorf("the stream of tab %d of %d was answered %d", i+1, n, res.StatusCode)
		}
		go func() {
			defer res.Body.Close()
			for lines := bufio.NewScanner(res.Body); lines.Scan(); {
				if strings.HasPrefix(lines.Text(), "data:") {
					heard[i].Store(true)
				}
			}
		}()
	}
	return func(t *testing.T) {
		t.Helper()
		for i := range n {
			apptest.Await(t, fmt.Sprintf("tab %d of %d to hear of an order", i+1, n), heard[i].Load)
		}
	}
}

// trickleBodies sends pieces of uploads a byte at a time, of as many uploads as it has hands, in a few carts: new ones are few.
func trickleBodies(ctx context.Context, f *field) {
	const hands, carts = 60, 4
	var clients []*apptest.Client
	for len(clients) < carts && ctx.Err() == nil {
		c := f.client(f.harm)
		if c.Upload(ctx, "x.stl", apptest.Block(5, 5, 5), 1<<20) == nil {
			clients = append(clients, c)
		}
	}
	if len(clients) == 0 {
		return
	}
	var uploads [hands]*apptest.Upload // each hand's own
	f.again(ctx, hands, func(i int) {
		c, hand := clients[i%carts%len(clients)], i%hands
		if uploads[hand] == nil {
			var err error
			if uploads[hand], err = c.CreateUpload(ctx, "x.stl", 4<<20); err != nil {
				f.strikes.ended(ctx, held, err)
				return
			}
		}
		f.hold(ctx, f.head("PATCH", uploads[hand].Path, "Cookie: "+c.Cookies(), "Tus-Resumable: 1.0.0", "Upload-Offset: 0",
			"Content-Type: application/offset+octet-stream", "Content-Length: 4194304")+"\r\nsolid", "x")
		pause(ctx)
	})
}

// holdConnections opens more connections than the door has places, with heads that never end.
func holdConnections(ctx context.Context, f *field) {
	f.again(ctx, 1200, func(int) {
		f.hold(ctx, f.head("GET", "/api/shop"), "X-Slow: 1\r\n")
		pause(ctx)
	})
}

// pause is for what failed at once: an attacker does not gain by being faster than that.
func pause(ctx context.Context) { _ = wait.Pause(ctx, 50*time.Millisecond) }
