package api_test

import (
	"net/http"
	"strings"
	"testing"

	"buildplate/app/api"
	"buildplate/app/shop"
)

// told gives the lines of a reply's request; the last tells how it went, and is written before the reply is.
func (r *rig) told(res *http.Response) (lines []logLine, access logLine) {
	r.t.Helper()
	id := res.Header.Get("X-Request-Id")
	for _, line := range r.log.all(r.t) {
		if line.Request == id {
			lines, access = append(lines, line), line
		}
	}
	if id == "" || access.Msg != "request" {
		r.t.Fatalf("the request %q is not told:\n%s", id, r.log.String())
	}
	return lines, access
}

func TestEveryLineOfARequestHasItsID(t *testing.T) {
	r := newRig(t, panicking)
	staff := r.asStaff()
	r.damage("orders")
	res, _ := r.ask(r.shop, "GET", "/api/orders", "", staff, "X-Request-Id: of-theirs")
	lines, access := r.told(res)
	if len(lines) != 2 || lines[0].Msg != "request failed" || lines[0].Level != "ERROR" {
		t.Errorf("a failure is told with its cause and its end: %+v", lines)
	}
	if access != (logLine{"ERROR", "request", access.Request, "shop", "GET /api/orders", 500}) {
		t.Errorf("%+v", access)
	}

	res, _ = r.ask(r.shop, "GET", "/api/tasks", "", staff)
	if lines, access = r.told(res); lines[0].Msg != "handler panicked" || access.Status != 500 {
		t.Errorf("a panic is told with the id: %+v", lines)
	}

	res, _ = r.ask(r.public, "GET", "/nowhere", "")
	if _, access = r.told(res); access.Status != 404 || access.Level != "DEBUG" || access.Door != "public" {
		t.Errorf("%+v", access)
	}
	if text := r.log.String(); !strings.Contains(text, `"took_ms":`) || strings.Contains(text, `"took":`) {
		t.Error("how long a request took is told without its unit")
	}
	if strings.Contains(r.log.String(), "of-theirs") {
		t.Error("an id from outside was taken over")
	}
}

// A link to an order is a secret: its token stands in paths and never in the log, whatever becomes of the request.
func TestNoTokenIsLogged(t *testing.T) {
	r := newRig(t)
	token := shop.NewToken()
	for _, row := range api.Routes() {
		if !strings.Contains(row.Path, "{token}") {
			continue
		}
		path := strings.NewReplacer("{token}", token, "{file_id}", "f1", "{item_id}", "i1").Replace(row.Path)
		res, _ := r.ask(r.public, row.Method, path, "{}", origin(r.public))
		if _, access := r.told(res); !strings.Contains(access.Route, ":token") {
			t.Errorf("%s %s: %+v", row.Method, row.Path, access)
		}
	}
	for _, path := range []string{"/order/" + token, "/api/order-links/" + token + "/nothing", "/f/" + token} {
		res, _ := r.ask(r.public, "GET", path, "")
		r.told(res)
	}
	if strings.Contains(r.log.String(), token) {
		t.Errorf("the token is in the log:\n%s", r.log.String())
	}
}
