package api_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"buildplate/app/api"
	"buildplate/app/apptest"
	"buildplate/app/logging"
	"buildplate/app/shop"
	"buildplate/db"
)

// rig is a whole shop whose doors are asked byte by byte: no cookie, no Origin and no second try that the test did not
// ask for.
type rig struct {
	*apptest.Scenario
	t            testing.TB
	shop, public string // host:port
	log          *logBuffer
	asked        *askedFirst

	staff, admin string // cookie headers, once asked for
}

// logBuffer is a log in JSON that is read while it grows.
type logBuffer struct {
	mu    sync.Mutex
	text  bytes.Buffer
	lines []logLine // of the text
	err   error
}

type logLine struct {
	Level, Msg, Request, Door, Route string
	Status                           int
}

// Write takes whole lines, as log/slog writes them.
func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var line logLine
	if err := json.Unmarshal(p, &line); err != nil {
		b.err = fmt.Errorf("%q: %w", p, err)
	}
	b.lines = append(b.lines, line)
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// all are the lines so far.
func (b *logBuffer) all(t testing.TB) []logLine {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		t.Fatal(b.err)
	}
	return slices.Clip(b.lines)
}

var site = fstest.MapFS{
	"index.html":             {Data: []byte("<!doctype html><title>customers</title>")},
	"staff.html":             {Data: []byte("<!doctype html><title>staff</title>")},
	".vite/manifest.json":    {Data: []byte("{}")},
	"icon.svg":               {Data: []byte("<svg/>")},
	"assets/app-C3X9b1aZ.js": {Data: []byte("console.log('" + strings.Repeat("print ", 500) + "')")},

	"assets/step.worker-D7Y1c2bW.js": {Data: []byte("onmessage = () => {}")},
}

// newRig opens a shop with pages whose background work does not run, unless the setup says otherwise.
func newRig(t testing.TB, change ...func(*api.Deps)) *rig {
	t.Helper()
	return newRigWith(t, apptest.Setup{Quiet: true}, change...)
}

func newRigWith(t testing.TB, o apptest.Setup, change ...func(*api.Deps)) *rig {
	t.Helper()
	r := &rig{t: t, log: &logBuffer{}, asked: newAskedFirst(t)}
	doors := o.Doors
	o.Doors = func(s *api.Server) {
		s.Witness(r.asked.of)
		if doors != nil {
			doors(s)
		}
	}
	o.API = func(d *api.Deps) {
		d.UI, d.UIBuilt, d.Log = site, true, logging.New(r.log, logging.JSON, slog.LevelDebug)
		for _, f := range change {
			f(d)
		}
	}
	r.Scenario = apptest.NewScenario(t, o)
	r.shop, r.public = hostOf(r.Address().Shop), hostOf(r.Address().Public)
	return r
}

func hostOf(address string) string { return strings.TrimPrefix(address, "http://") }

// ask makes a request to a door. Header lines are "Name: value"; "Host: x" sets the host.
func (r *rig) ask(addr, method, path, body string, header ...string) (*http.Response, string) {
	r.t.Helper()
	req, err := http.NewRequest(method, "http://"+addr+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		switch {
		case line == "":
		case name == "Host":
			req.Host = value
		default:
			req.Header.Add(name, value)
		}
	}
	if body != "" && req.Header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := client.Do(req)
	if err != nil {
		r.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatalf("%s %s: %v", method, path, err)
	}
	return res, string(text)
}

var client = &http.Client{
	Timeout:       patience,
	Transport:     &http.Transport{DisableCompression: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// patience bounds every wait for something that has to happen. No test says anything about how long it took.
const patience = 30 * time.Second

// visitor is the cookie of a new cart, as a header line.
func (r *rig) visitor() string {
	r.t.Helper()
	_, token, err := r.Carts.BeginCart(r.t.Context(), "")
	if err != nil {
		r.t.Fatal(err)
	}
	return "Cookie: buildplate_cart=" + token
}

// begin begins an upload, by which a visitor gets a cart.
func (r *rig) begin(addr string, header ...string) *http.Response {
	r.t.Helper()
	res, text := r.ask(addr, "POST", uploadPath, "", append(header, tus, "Upload-Length: 3")...)
	if res.StatusCode != http.StatusCreated && res.StatusCode != http.StatusTooManyRequests {
		r.t.Fatalf("an upload: %d %s", res.StatusCode, text)
	}
	return res
}

// cartOf is the id of the cart that a cookie stands for.
func (r *rig) cartOf(cookie string) (id string) {
	r.t.Helper()
	token := cookieOf(strings.TrimPrefix(cookie, "Cookie: "), "buildplate_cart")
	r.Read(func(ctx context.Context, tx *db.Tx) error {
		c, err := tx.CartByToken(ctx, shop.HashToken(token))
		id = c.ID
		return err
	})
	return id
}

// cookieOf is the value of one of several cookies.
func cookieOf(cookies, name string) string {
	for pair := range strings.SplitSeq(cookies, "; ") {
		if value, ok := strings.CutPrefix(pair, name+"="); ok {
			return value
		}
	}
	return ""
}

// asStaff and asAdmin are the cookies of a member of staff and of an admin, made when they are first asked for.
func (r *rig) asStaff() string { return r.employed(&r.staff, "Flo", "flo@example.com", shop.RoleStaff) }
func (r *rig) asAdmin() string { return r.employed(&r.admin, "Ada", "ada@example.com", shop.RoleAdmin) }

func (r *rig) employed(cookie *string, name, email string, role shop.Role) string {
	r.t.Helper()
	if *cookie == "" {
		r.Employ(name, email, role)
		*cookie = r.logIn(email)
	}
	return *cookie
}

// logIn gives a new session's cookie, as a header line.
func (r *rig) logIn(email string) string {
	r.t.Helper()
	res, text := r.ask(r.shop, "POST", "/api/auth/login", `{"email":"`+email+`","password":"`+apptest.AdminPassword+`"}`, origin(r.shop))
	session := cookieIn(res, "buildplate_staff")
	if res.StatusCode != http.StatusOK || session == "" {
		r.t.Fatalf("login answers %d: %s", res.StatusCode, text)
	}
	return "Cookie: buildplate_staff=" + session
}

// cookieIn is the value of a cookie that a reply sets.
func cookieIn(res *http.Response, name string) string {
	for _, c := range res.Cookies() {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func origin(addr string) string { return "Origin: http://" + addr }

// problem reads a refusal and checks its form.
func problem(t testing.TB, res *http.Response, body string) api.Problem {
	t.Helper()
	var p api.Problem
	if res.Header.Get("Content-Type") != api.ProblemType {
		t.Errorf("answered as %q", res.Header.Get("Content-Type"))
	}
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		t.Fatalf("%v in %q", err, body)
	}
	if p.Status != res.StatusCode || p.Title == "" || p.Detail == "" || p.Kind == "" || p.Code == "" {
		t.Errorf("status %d: %s", res.StatusCode, body)
	}
	return p
}

// damage takes a table away behind the shop's back, until the test ends: whatever needs it is an error of the shop's own.
func (r *rig) damage(table string) {
	r.t.Helper()
	const away = "taken_away"
	behind := func(statement string) {
		r.t.Helper()
		d, err := sql.Open("sqlite", "file:"+(&url.URL{Path: r.Path}).EscapedPath()+"?_busy_timeout=10000")
		if err == nil {
			_, err = d.Exec(statement)
			err = errors.Join(err, d.Close())
		}
		if err != nil {
			r.t.Fatal(err)
		}
	}
	behind("ALTER TABLE " + table + " RENAME TO " + away)
	r.t.Cleanup(func() { behind("ALTER TABLE " + away + " RENAME TO " + table) })
}

// handled counts the requests whose handler ran, by their routes.
func (r *rig) handled(routes ...string) (n int) {
	for _, line := range r.log.all(r.t) {
		if line.Msg == "request" && slices.Contains(routes, line.Route) {
			n++
		}
	}
	return n
}
