package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"buildplate/app/file"
)

func TestRanges(t *testing.T) {
	r := newRig(t)
	const at = "/f/part.0123456789"
	for _, c := range []struct {
		ask    string
		status int
		body   string
		says   string
	}{
		{"", 200, "0123456789", ""},
		{"bytes=0-0", 206, "0", "bytes 0-0/10"},
		{"bytes=2-5", 206, "2345", "bytes 2-5/10"},
		{"bytes=7-", 206, "789", "bytes 7-9/10"},
		{"bytes=7-999", 206, "789", "bytes 7-9/10"},
		{"bytes=-3", 206, "789", "bytes 7-9/10"},
		{"bytes=-99", 206, "0123456789", "bytes 0-9/10"},
		{"bytes=10-", 416, "", "bytes */10"},
		{"bytes=-0", 416, "", "bytes */10"},
		{"bytes=5-2", 200, "0123456789", ""},
		{"bytes=0-1,4-5", 200, "0123456789", ""},
		{"lines=1-2", 200, "0123456789", ""},
		{"bytes=a-b", 200, "0123456789", ""},
		{"bytes=--1", 200, "0123456789", ""},
		{"bytes=99999999999999999999-", 200, "0123456789", ""},
	} {
		res, body := r.ask(r.public, "GET", at, "", "Range: "+c.ask)
		if res.StatusCode != c.status || c.status != 416 && body != c.body || res.Header.Get("Content-Range") != c.says {
			t.Errorf("%q: %d %q %q", c.ask, res.StatusCode, body, res.Header.Get("Content-Range"))
		}
		if c.status != 416 && res.ContentLength != int64(len(c.body)) {
			t.Errorf("%q: Content-Length %d", c.ask, res.ContentLength)
		}
	}
	if res, body := r.ask(r.public, "GET", at, "", "Range: bytes=0-0", `If-Range: "old"`); res.StatusCode != 200 || body != "0123456789" {
		t.Errorf("a range of another version: %d %q", res.StatusCode, body)
	}
	if res, body := r.ask(r.public, "HEAD", at, "", "Range: bytes=0-0"); res.StatusCode != 200 || res.ContentLength != 10 || body != "" {
		t.Errorf("HEAD: %d, %d bytes, %q", res.StatusCode, res.ContentLength, body)
	}
	waitFor(t, "every file closed", func() bool { return r.fake.opened.Load() == r.fake.closed.Load() })
}

func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

func TestDownloads(t *testing.T) {
	r := newRig(t)
	for i, c := range []struct{ name, plain string }{
		{"clip.stl", "clip.stl"},
		{"Örtchen 3½.stl", "_rtchen 3_.stl"},
		{`a"b\c;d%41.stl`, `c_d_41.stl`}, // a backslash ends a folder's name on some machines
		{"../../etc/passwd", "passwd"},
		{"x\r\nSet-Cookie: a=b.stl", "xSet-Cookie: a=b.stl"},
		{"evil\u202egpj.exe", "evilgpj.exe"},
		{"日本.3mf", "__.3mf"},
		{"", "file"},
	} {
		key := fmt.Sprint("key", i)
		r.fake.files[key] = file.Download{Name: c.name}
		res, body := r.ask(r.public, "GET", "/f/"+key+".text", "")
		h := res.Header
		if body != "text" || h.Get("Content-Type") != "application/octet-stream" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") != "private, no-store" ||
			h.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || len(res.Cookies()) > 0 {
			t.Errorf("%q: %q %v", c.name, body, h)
		}
		said := h.Get("Content-Disposition")
		plain, rest, _ := strings.Cut(strings.TrimPrefix(said, `attachment; filename="`), `"; filename*=UTF-8''`)
		whole, err := url.PathUnescape(rest)
		if plain != c.plain || err != nil || len(h.Values("Content-Disposition")) != 1 {
			t.Errorf("%q: %s", c.name, said)
		}
		if i < 2 && whole != c.name {
			t.Errorf("%q: the whole name is %q", c.name, whole)
		}
	}
	res, body := r.ask(r.public, "GET", "/f/expired", "", "Accept: text/html")
	if res.StatusCode != 404 || !strings.Contains(body, "This link has expired. Please ask for it again.") || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		t.Errorf("an expired link: %d %s", res.StatusCode, body)
	}
}

func TestMeshes(t *testing.T) {
	r := newRig(t)
	me := r.visitor(r.public)
	const at = "/api/quick-order/parts/x/mesh"
	res, body := r.ask(r.public, "GET", at, "", me)
	if res.StatusCode != 200 || body != "solid mesh" || res.Header.Get("ETag") != `"abc123"` || res.Header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("%d %q %v", res.StatusCode, body, res.Header)
	}
	for tag, want := range map[string]int{`"abc123"`: 304, `W/"abc123"`: 304, `"x", "abc123"`: 304, `*`: 304, `"other"`: 200} {
		if res, _ := r.ask(r.public, "GET", at, "", me, "If-None-Match: "+tag); res.StatusCode != want {
			t.Errorf("%s: %d", tag, res.StatusCode)
		}
	}
	if res, body := r.ask(r.public, "GET", at, "", me, "Range: bytes=0-4", `If-Range: "abc123"`); res.StatusCode != http.StatusPartialContent || body != "solid" {
		t.Errorf("a range of the same version: %d %q", res.StatusCode, body)
	}
	waitFor(t, "every mesh closed", func() bool { return r.fake.opened.Load() == r.fake.closed.Load() })
}

// No spelling of a path leads out of the built pages or into another route.
func TestTraversal(t *testing.T) {
	r := newRig(t)
	for _, base := range []string{"/assets/", "/f/", "/staff/", "/", "/api/quick-order/parts/"} {
		for _, up := range []string{"../", "..%2f", "%2e%2e/", "%252e%252e%252f", "..%5c", "..\\", "%c0%ae%c0%ae/", "....//", "%00", "./", "//"} {
			for _, target := range []string{"etc/passwd", "staff.html", "page.go", "api/settings"} {
				path := base + strings.Repeat(up, 3) + target
				got := raw(t, r.public, "GET "+path+" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", time.Second)
				if strings.Contains(got, "root:") || strings.Contains(got, "<title>staff") || strings.Contains(got, "package api") || strings.Contains(got, "business_name") {
					t.Errorf("%s: %.300s", path, got)
				}
			}
		}
	}
}
