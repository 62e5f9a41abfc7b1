package api_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"buildplate/app/api"
	"buildplate/app/apptest"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/storage"
)

const tus = "Tus-Resumable: 1.0.0"

// create begins an upload and gives its address.
func (r *rig) create(cookie, name string, length int) string {
	r.t.Helper()
	res, text := r.ask(r.public, "POST", uploadPath, "", cookie, tus, fmt.Sprintf("Upload-Length: %d", length),
		"Upload-Metadata: part_key eA==,filename "+base64.StdEncoding.EncodeToString([]byte(name)))
	if res.StatusCode != http.StatusCreated {
		r.t.Fatalf("create: %d %s", res.StatusCode, text)
	}
	at := res.Header.Get("Location")
	if until := r.upload(at).Expires.Time().Format(http.TimeFormat); res.Header.Get("Tus-Resumable") != "1.0.0" || res.Header.Get("Upload-Expires") != until {
		r.t.Errorf("create: headers %v, it expires %s", res.Header, until)
	}
	return at
}

func (r *rig) piece(cookie, at string, offset int, body string) (*http.Response, string) {
	return r.ask(r.public, "PATCH", at, body, cookie, tus, "Content-Type: application/offset+octet-stream", fmt.Sprintf("Upload-Offset: %d", offset))
}

// upload is what the shop knows of an upload by its address.
func (r *rig) upload(at string) (u db.Upload) {
	r.t.Helper()
	r.Read(func(ctx context.Context, tx *db.Tx) (err error) {
		u, err = tx.Upload(ctx, strings.TrimPrefix(at, uploadPath+"/"))
		return err
	})
	return u
}

// kept are the bytes of a part as they came.
func (r *rig) kept(p shop.Part) []byte {
	r.t.Helper()
	f, err := r.Store.Open(storage.Tmp, p.RawBlob)
	if err != nil {
		r.t.Fatal(err)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		r.t.Fatal(err)
	}
	return text
}

func TestTusUploadInPieces(t *testing.T) {
	r := newRig(t)
	me := r.visitor()
	data := make([]byte, 9<<20)
	for i := range data {
		data[i] = byte(rand.Uint32())
	}
	at := r.create(me, "../Örtchen \u202egpj.stl", len(data))
	for offset := 0; offset < len(data); {
		end := min(offset+api.PartLimit, len(data))
		res, text := r.piece(me, at, offset, string(data[offset:end]))
		if res.StatusCode != http.StatusNoContent || res.Header.Get("Upload-Offset") != fmt.Sprint(end) || res.Header.Get("Tus-Resumable") != "1.0.0" {
			t.Fatalf("piece at %d: %d %v %s", offset, res.StatusCode, res.Header, text)
		}
		offset = end
	}
	parts := r.Parts(r.cartOf(me))
	if len(parts) != 1 || parts[0].Name != "Örtchen gpj.stl" {
		t.Fatalf("kept as %+v", parts)
	}
	if got := r.kept(parts[0]); !bytes.Equal(got, data) {
		t.Errorf("kept %d bytes, not those that were sent", len(got))
	}
}

func TestTusResume(t *testing.T) {
	r := newRig(t)
	me := r.visitor()
	at := r.create(me, "a.stl", 10)
	r.piece(me, at, 0, "01234")
	res, _ := r.ask(r.public, "HEAD", at, "", me, tus)
	if res.StatusCode != 200 || res.Header.Get("Upload-Offset") != "5" || res.Header.Get("Upload-Length") != "10" || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("HEAD: %d %v", res.StatusCode, res.Header)
	}
	res, _ = r.piece(me, at, 3, "34567")
	if res.StatusCode != http.StatusConflict || res.Header.Get("Upload-Offset") != "5" {
		t.Errorf("a piece at the wrong place: %d, offset %q", res.StatusCode, res.Header.Get("Upload-Offset"))
	}
	res, text := r.piece(me, at, 5, "567890123")
	if res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("more than promised: %d %s", res.StatusCode, text)
	}
	if u := r.upload(at); u.Durable != 5 {
		t.Errorf("refused pieces left it at %d", u.Durable)
	}
	r.piece(me, at, 5, "56789")
	if got := r.kept(r.Parts(r.cartOf(me))[0]); string(got) != "0123456789" {
		t.Errorf("kept %q", got)
	}
	at = r.create(me, "b.stl", 10)
	r.piece(me, at, 0, "01234")
	if res, _ := r.ask(r.public, "DELETE", at, "", me, tus); res.StatusCode != http.StatusNoContent {
		t.Errorf("termination: %d", res.StatusCode)
	}
	if res, _ := r.ask(r.public, "HEAD", at, "", me, tus); res.StatusCode != http.StatusNotFound || res.Header.Get("Upload-Offset") != "" {
		t.Errorf("HEAD of what is gone: %d", res.StatusCode)
	}
}

func TestTusRefusals(t *testing.T) {
	r := newRig(t, func(d *api.Deps) { d.FileBytes = 64 << 20 })
	me, other := r.visitor(), r.visitor()
	at := r.create(me, "a.stl", 100)
	for _, c := range []struct {
		name, method, path, body string
		status                   int
		header                   []string
	}{
		{"no version", "PATCH", at, "x", 412, []string{me, "Upload-Offset: 0", "Content-Type: " + api.TusType, origin(r.public)}},
		{"old version", "PATCH", at, "x", 412, []string{me, "Tus-Resumable: 0.2.2", "Upload-Offset: 0", "Content-Type: " + api.TusType}},
		{"wrong type", "PATCH", at, "x", 415, []string{me, tus, "Upload-Offset: 0", "Content-Type: application/octet-stream"}},
		{"no offset", "PATCH", at, "x", 400, []string{me, tus, "Content-Type: " + api.TusType}},
		{"negative offset", "PATCH", at, "x", 400, []string{me, tus, "Upload-Offset: -1", "Content-Type: " + api.TusType}},
		{"huge offset", "PATCH", at, "x", 400, []string{me, tus, "Upload-Offset: 99999999999999999999", "Content-Type: " + api.TusType}},
		{"another's upload", "PATCH", at, "x", 404, []string{other, tus, "Upload-Offset: 0", "Content-Type: " + api.TusType}},
		{"another's upload, HEAD", "HEAD", at, "", 404, []string{other, tus}},
		{"another's upload, DELETE", "DELETE", at, "", 404, []string{other, tus}},
		{"compressed", "PATCH", at, "x", 415, []string{me, tus, "Upload-Offset: 0", "Content-Type: " + api.TusType, "Content-Encoding: gzip"}},
		{"no length", "POST", uploadPath, "", 400, []string{me, tus}},
		{"deferred length", "POST", uploadPath, "", 400, []string{me, tus, "Upload-Defer-Length: 1"}},
		{"too long", "POST", uploadPath, "", 413, []string{me, tus, "Upload-Length: 67108865"}},
		{"name that is no base64", "POST", uploadPath, "", 400, []string{me, tus, "Upload-Length: 1", "Upload-Metadata: filename %%%"}},
		{"another site", "POST", uploadPath, "", 403, []string{me, tus, "Upload-Length: 1", "Origin: http://evil.example"}},
	} {
		res, text := r.ask(r.public, c.method, c.path, c.body, c.header...)
		if res.StatusCode != c.status {
			t.Errorf("%s: %d, want %d: %s", c.name, res.StatusCode, c.status, text)
		}
		if c.method != "HEAD" && res.Header.Get("Content-Type") != api.ProblemType {
			t.Errorf("%s: answered as %s", c.name, res.Header.Get("Content-Type"))
		}
	}
	res, _ := r.ask(r.public, "OPTIONS", uploadPath, "", "Origin: http://evil.example", "Access-Control-Request-Method: POST")
	h := res.Header
	if res.StatusCode != 204 || h.Get("Tus-Version") != "1.0.0" || h.Get("Tus-Extension") != "creation,termination,expiration" || h.Get("Tus-Max-Size") != "67108864" {
		t.Errorf("OPTIONS: %d %v", res.StatusCode, h)
	}
	if h.Get("Access-Control-Allow-Origin") != "" || h.Get("Access-Control-Allow-Headers") != "" {
		t.Error("another site's page was let in")
	}
}

// A visitor without a cart gets one with the first upload, and one whose cart was ordered gets a new one.
func TestTusMakesACart(t *testing.T) {
	r := newRig(t)
	res, _ := r.ask(r.public, "POST", uploadPath, "", tus, "Upload-Length: 3", origin(r.public))
	if res.StatusCode != 201 || len(res.Cookies()) != 1 {
		t.Fatalf("%d with cookies %v", res.StatusCode, res.Cookies())
	}
	me := "Cookie: " + res.Cookies()[0].Name + "=" + res.Cookies()[0].Value
	if u := r.upload(res.Header.Get("Location")); u.CartID != r.cartOf(me) {
		t.Errorf("the upload is in cart %s, not in %s", u.CartID, r.cartOf(me))
	}
	ordered := r.visitor()
	r.review(ordered, "part.stl", apptest.Block(20, 20, 5))
	res, _ = r.ask(r.public, "POST", uploadPath, "", ordered, tus, "Upload-Length: 3", origin(r.public))
	if res.StatusCode != 201 || len(res.Cookies()) != 1 {
		t.Fatalf("after an order: %d with cookies %v", res.StatusCode, res.Cookies())
	}
	if now := "Cookie: " + res.Cookies()[0].Name + "=" + res.Cookies()[0].Value; r.cartOf(now) == r.cartOf(ordered) {
		t.Error("the upload went into the cart that was ordered")
	}
}

func TestTooLargePieces(t *testing.T) {
	r := newRig(t)
	me := r.visitor()
	at := r.create(me, "a.stl", 64<<20)
	send := func(path string, size int, more ...string) string {
		t.Helper()
		head := fmt.Sprintf("PATCH %s HTTP/1.1\r\nHost: %s\r\n%s\r\n%s\r\nContent-Type: %s\r\nUpload-Offset: 0\r\nContent-Length: %d\r\n%s\r\n",
			path, r.public, me, tus, api.TusType, size, strings.Join(more, ""))
		return raw(t, r.public, head)
	}
	if got := send(at, api.PartLimit+1); !strings.HasPrefix(got, "HTTP/1.1 413") || !strings.Contains(got, "4 MiB") {
		t.Errorf("a piece of 4 MiB and a byte: %.200s", got)
	}
	// Nobody gets memory for an upload that does not exist; the client asks for the offset and goes on, or learns so.
	if got := send(uploadPath+"/0190a0a0-0000-7000-8000-000000000000", api.PartLimit); !strings.HasPrefix(got, "HTTP/1.1 503") || !strings.Contains(got, "Retry-After: 1") {
		t.Errorf("a large piece for no upload: %.200s", got)
	}
	if got := send("/api/quick-order/parts/x", api.BodyLimit+1); !strings.HasPrefix(got, "HTTP/1.1 413") {
		t.Errorf("a large body elsewhere: %.200s", got)
	}
	// The upload is untouched, and a piece of exactly 4 MiB fits.
	res, text := r.piece(me, at, 0, strings.Repeat("x", api.PartLimit))
	if res.StatusCode != 204 {
		t.Errorf("a piece of 4 MiB: %d %s", res.StatusCode, text)
	}
	if n := r.Server.HeldBodies(); n != 0 {
		t.Errorf("%d rights to send were never given back", n)
	}
}

// Each piece is a write of its own to the disk, so very small ones come only so fast. Whoever was cut and goes on from wherever
// that was notices nothing, and the last piece of a file is as small as it is.
func TestManySmallPiecesAreSlowed(t *testing.T) {
	r := newRigWith(t, apptest.Setup{Quiet: true, Doors: stopped})
	me, other := r.visitor(), r.visitor()
	at := r.create(me, "slow.stl", 200_000)
	offset := 0
	for ; offset < api.PieceBurst; offset++ {
		if res, text := r.piece(me, at, offset, "x"); res.StatusCode != http.StatusNoContent {
			t.Fatalf("piece %d: %d %s", offset, res.StatusCode, text)
		}
	}
	for range 3 {
		if res, text := r.piece(me, at, offset, "x"); res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") == "" || problem(t, res, text).Code != "throttled" {
			t.Fatalf("one more: %d %s", res.StatusCode, text)
		}
	}
	if u := r.upload(at); u.Durable != int64(offset) {
		t.Errorf("refused pieces left it at %d", u.Durable)
	}
	if res, text := r.piece(other, r.create(other, "theirs.stl", 100_000), 0, "x"); res.StatusCode != http.StatusNoContent {
		t.Errorf("another cart: %d %s", res.StatusCode, text)
	}
	for _, n := range []int{64 << 10, 64 << 10, 200_000 - offset - 128<<10} { // a large piece, another, and what is left
		if res, text := r.piece(me, at, offset, strings.Repeat("x", n)); res.StatusCode != http.StatusNoContent {
			t.Fatalf("a piece of %d: %d %s", n, res.StatusCode, text)
		}
		offset += n
	}
	if len(r.Parts(r.cartOf(me))) != 1 {
		t.Error("the file did not become a part")
	}
}
