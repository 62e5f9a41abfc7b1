package api_test

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/apptest/need"
	"buildplate/app/file"
	"buildplate/storage"
)

const digits = "0123456789"

// link signs a link to the file of an order that a person looks at: it has the name and the bytes that were dropped.
func (r *rig) link(name, body string) string {
	r.t.Helper()
	placed := r.review(r.visitor(), name, []byte(body))
	files := r.filesOf(placed.OrderNumber)
	if len(files) != 1 {
		r.t.Fatalf("the order has %d files", len(files))
	}
	res, text := r.ask(r.public, "POST", "/api/order-links/"+apptest.Token(placed.OrderURL)+"/files/"+files[0].ID+"/link", "", origin(r.public))
	var v file.LinkView
	if err := json.Unmarshal([]byte(text), &v); err != nil || res.StatusCode != 200 {
		r.t.Fatalf("%d %s", res.StatusCode, text)
	}
	at, err := url.Parse(v.URL)
	if err != nil {
		r.t.Fatal(err)
	}
	return at.Path
}

// folder is where the files of a bucket lie.
func (r *rig) folder(bucket storage.Bucket) string {
	return filepath.Join(filepath.Dir(r.Path), "buckets", string(bucket))
}

// open counts the descriptors of this process that lead to files of a bucket of the shop's data folder.
func (r *rig) open(bucket storage.Bucket) (n int) {
	r.t.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		need.Without(r.t, "proc", err.Error())
	}
	under := r.folder(bucket) + string(filepath.Separator)
	for _, fd := range all {
		if at, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil && strings.HasPrefix(at, under) {
			n++
		}
	}
	return n
}

func TestRanges(t *testing.T) {
	r := newRig(t)
	at := r.link("part.step", digits)
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
	if res, body := r.ask(r.public, "GET", at, "", "Range: bytes=0-0", `If-Range: "old"`); res.StatusCode != 200 || body != digits {
		t.Errorf("a range of another version: %d %q", res.StatusCode, body)
	}
	if res, body := r.ask(r.public, "HEAD", at, "", "Range: bytes=0-0"); res.StatusCode != 200 || res.ContentLength != 10 || body != "" {
		t.Errorf("HEAD: %d, %d bytes, %q", res.StatusCode, res.ContentLength, body)
	}
	apptest.Await(t, "every file closed", func() bool { return r.open(storage.OrderFiles) == 0 })
}

func TestDownloads(t *testing.T) {
	r := newRig(t)
	const name = "Örtchen 3½.step"
	at := r.link(name, digits)
	res, body := r.ask(r.public, "GET", at, "")
	h := res.Header
	if body != digits || h.Get("Content-Type") != "application/octet-stream" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") != "private, no-store" ||
		h.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || len(res.Cookies()) > 0 {
		t.Errorf("%q %v", body, h)
	}
	said := h.Get("Content-Disposition")
	plain, rest, _ := strings.Cut(strings.TrimPrefix(said, `attachment; filename="`), `"; filename*=UTF-8''`)
	whole, err := url.PathUnescape(rest)
	if plain != "_rtchen 3_.step" || whole != name || err != nil || len(h.Values("Content-Disposition")) != 1 {
		t.Errorf("%s", said)
	}
	// A link that opens nothing is a page to a person and a problem to a program.
	res, body = r.ask(r.public, "GET", "/f/broken", "", "Accept: text/html")
	if res.StatusCode != 404 || !strings.Contains(body, "<h1>Not Found</h1>") || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		t.Errorf("a broken link: %d %s", res.StatusCode, body)
	}
	if res, body := r.ask(r.shop, "GET", at, ""); problem(t, res, body).Code != "file_not_found" {
		t.Errorf("at another door: %d %s", res.StatusCode, body)
	}
	r.Pass(6 * time.Minute)
	res, body = r.ask(r.public, "GET", at, "")
	if p := problem(t, res, body); p.Status != 401 || p.Code != "download_link_expired" {
		t.Errorf("an expired link: %+v", p)
	}
	expired := "<p>" + problem(t, res, body).Detail + "</p>"
	res, body = r.ask(r.public, "GET", at, "", "Accept: text/html")
	if res.StatusCode != 401 || !strings.Contains(body, expired) || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		t.Errorf("an expired link: %d %s", res.StatusCode, body)
	}
}

// A file that is gone from the disk is an error of the shop's own, or is said to be missing; never an empty download.
func TestDownloadOfALostFile(t *testing.T) {
	r := newRig(t)
	at := r.link("part.step", digits)
	lost := 0
	err := filepath.WalkDir(r.folder(storage.OrderFiles), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			lost++
			err = os.Rename(path, path+".away")
			t.Cleanup(func() { _ = os.Rename(path+".away", path) })
		}
		return err
	})
	if err != nil || lost != 1 {
		t.Fatalf("%d files were lost: %v", lost, err)
	}
	res, body := r.ask(r.public, "GET", at, "")
	if p := problem(t, res, body); p.Status < 400 || strings.Contains(body, digits) || strings.Contains(body, "order-files") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}

func TestMeshes(t *testing.T) {
	r := newRig(t)
	me := r.visitor()
	r.Drop(r.cartOf(me), "part.stl", apptest.Block(20, 20, 5))
	at := "/api/quick-order/parts/" + r.Parts(r.cartOf(me))[0].ID + "/mesh"
	res, body := r.ask(r.public, "GET", at, "", me)
	tag := res.Header.Get("ETag")
	if res.StatusCode != 200 || len(body) != len(apptest.Block(20, 20, 5)) || len(tag) < 10 || !strings.HasPrefix(tag, `"`) || res.Header.Get("Cache-Control") != "private, no-cache" ||
		res.Header.Get("Content-Type") != "model/stl" {
		t.Errorf("%d, %d bytes, %v", res.StatusCode, len(body), res.Header)
	}
	for match, want := range map[string]int{tag: 304, "W/" + tag: 304, `"x", ` + tag: 304, `*`: 304, `"other"`: 200} {
		if res, _ := r.ask(r.public, "GET", at, "", me, "If-None-Match: "+match); res.StatusCode != want {
			t.Errorf("%s: %d", match, res.StatusCode)
		}
	}
	if res, part := r.ask(r.public, "GET", at, "", me, "Range: bytes=80-84", "If-Range: "+tag); res.StatusCode != http.StatusPartialContent || part != body[80:85] {
		t.Errorf("a range of the same version: %d %q", res.StatusCode, part)
	}
	if res, all := r.ask(r.public, "GET", at, "", me, "Range: bytes=80-84", `If-Range: "other"`); res.StatusCode != http.StatusOK || all != body {
		t.Errorf("a range of another version: %d", res.StatusCode)
	}
	f, err := r.Store.Open(storage.Tmp, r.Parts(r.cartOf(me))[0].RawBlob)
	if err != nil {
		t.Fatal(err)
	}
	if r.open(storage.Tmp) == 0 {
		t.Error("an open file is not counted")
	}
	_ = f.Close()
	apptest.Await(t, "every mesh closed", func() bool { return r.open(storage.Tmp) == 0 })
}

// Whoever only asks about a mesh has nothing read for it: its file may be gone by then.
func TestAMeshIsAskedAboutWithoutItsFile(t *testing.T) {
	r := newRigWith(t, apptest.Setup{Quiet: true, Damaged: true})
	me := r.visitor()
	r.Drop(r.cartOf(me), "part.stl", apptest.Block(20, 20, 5))
	at := "/api/quick-order/parts/" + r.Parts(r.cartOf(me))[0].ID + "/mesh"
	got, body := r.ask(r.public, "GET", at, "", me)
	tag := got.Header.Get("ETag")
	if err := os.RemoveAll(r.folder(storage.Tmp)); err != nil {
		t.Fatal(err)
	}
	res, _ := r.ask(r.public, "HEAD", at, "", me)
	if res.StatusCode != 200 || res.ContentLength != int64(len(body)) || res.Header.Get("ETag") != tag || res.Header.Get("Accept-Ranges") != "bytes" || res.Header.Get("Content-Type") != "model/stl" {
		t.Errorf("HEAD: %d %v, want %d bytes", res.StatusCode, res.Header, len(body))
	}
	if res, _ := r.ask(r.public, "GET", at, "", me, "If-None-Match: "+tag); res.StatusCode != 304 {
		t.Errorf("the same version: %d", res.StatusCode)
	}
	if res, text := r.ask(r.public, "GET", at, "", me); res.StatusCode != 410 || res.Header.Get("ETag") != "" || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the mesh itself: %d %v %s", res.StatusCode, res.Header, text)
	}
}

// No spelling of a path leads out of the built pages or into another route.
func TestTraversal(t *testing.T) {
	r := newRig(t)
	for _, base := range []string{"/assets/", "/f/", "/staff/", "/", "/api/quick-order/parts/"} {
		for _, up := range []string{"../", "..%2f", "%2e%2e/", "%252e%252e%252f", "..%5c", "..\\", "%c0%ae%c0%ae/", "....//", "%00", "./", "//"} {
			for _, target := range []string{"etc/passwd", "staff.html", "page.go", "api/settings"} {
				path := base + strings.Repeat(up, 3) + target
				got := raw(t, r.public, "GET "+path+" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
				if strings.Contains(got, "root:") || strings.Contains(got, "<title>staff") || strings.Contains(got, "package api") || strings.Contains(got, "business_name") {
					t.Errorf("%s: %.300s", path, got)
				}
			}
		}
	}
}
