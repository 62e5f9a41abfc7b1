package api

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"buildplate/app/logging"
	"buildplate/app/shop"
)

type logLine struct {
	Level, Msg, Request, Door, Route string
	Status                           int
}

// logged gives the lines of a reply's request; the last tells how it went, and is written before the reply is.
func logged(t *testing.T, log *syncBuffer, res *http.Response) (lines []logLine, access logLine) {
	t.Helper()
	id := res.Header.Get("X-Request-Id")
	for text := range strings.Lines(log.String()) {
		var line logLine
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if line.Request == id {
			lines, access = append(lines, line), line
		}
	}
	if id == "" || access.Msg != "request" {
		t.Fatalf("the request %q is not told:\n%s", id, log.String())
	}
	return lines, access
}

func TestEveryLineOfARequestHasItsID(t *testing.T) {
	log := &syncBuffer{}
	r := newRig(t, func(d *Deps) { d.Log = logging.New(log, logging.JSON, slog.LevelDebug) })

	res, _ := r.ask(r.shop, "GET", "/api/invoices?q=boom", "", asFloor, "X-Request-Id: of-theirs")
	lines, access := logged(t, log, res)
	if len(lines) != 2 || lines[0].Msg != "request failed" || lines[0].Level != "ERROR" {
		t.Errorf("a failure is told with its cause and its end: %+v", lines)
	}
	if access != (logLine{"ERROR", "request", access.Request, "shop", "GET /api/invoices", 500}) {
		t.Errorf("%+v", access)
	}

	res, _ = r.ask(r.shop, "GET", "/api/tasks", "", asFloor) // the fake has no such use case: a panic
	if lines, access = logged(t, log, res); lines[0].Msg != "handler panicked" || access.Status != 500 {
		t.Errorf("a panic is told with the id: %+v", lines)
	}

	res, _ = r.ask(r.public, "GET", "/nowhere", "")
	if _, access = logged(t, log, res); access.Status != 404 || access.Level != "DEBUG" || access.Door != "public" {
		t.Errorf("%+v", access)
	}
	if strings.Contains(log.String(), "of-theirs") {
		t.Error("an id from outside was taken over")
	}
}

// A link to an order is a secret: its token stands in paths and never in the log, whatever becomes of the request.
func TestNoTokenIsLogged(t *testing.T) {
	log := &syncBuffer{}
	r := newRig(t, func(d *Deps) { d.Log = logging.New(log, logging.JSON, slog.LevelDebug) })
	token := shop.NewToken()
	for _, row := range Routes() {
		if !strings.Contains(row.Path, "{token}") {
			continue
		}
		path := strings.NewReplacer("{token}", token, "{file_id}", "f1", "{item_id}", "i1").Replace(row.Path)
		res, _ := r.ask(r.public, row.Method, path, "{}", origin(r.public))
		if _, access := logged(t, log, res); !strings.Contains(access.Route, ":token") {
			t.Errorf("%s %s: %+v", row.Method, row.Path, access)
		}
	}
	for _, path := range []string{"/order/" + token, "/api/orders/" + token + "/nothing", "/f/" + token} {
		res, _ := r.ask(r.public, "GET", path, "")
		logged(t, log, res)
	}
	if strings.Contains(log.String(), token) {
		t.Errorf("the token is in the log:\n%s", log.String())
	}
}
