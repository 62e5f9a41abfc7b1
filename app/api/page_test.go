package api_test

import (
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"buildplate/app/api"
)

func TestPages(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct {
		path         string
		shop, public int
		has          string
	}{
		{"/", 200, 200, "customers"}, {"/checkout", 200, 200, "customers"}, {"/terms", 200, 200, "customers"}, {"/order/abc", 200, 200, "customers"},
		{"/return/abc?result=success", 200, 200, "customers"}, {"/nowhere", 404, 404, "customers"}, {"/order/a/b", 404, 404, "customers"},
		{"/staff", 200, 404, "staff"}, {"/staff/", 200, 404, "staff"}, {"/staff/orders/1", 200, 404, "staff"}, {"/staff.html", 404, 404, ""}, {"/index.html", 404, 404, ""},
		{"/icon.svg", 200, 200, "<svg/>"}, {"/assets/none.js", 404, 404, ""}, {"/.vite/manifest.json", 404, 404, "customers"}, {"/api/none", 404, 404, "not_found"}, {"/api", 404, 404, "not_found"}, {"/healthz", 200, 200, "ok"},
		{"/api/docs", 200, 404, ""}, {"/api/openapi.json", 200, 404, ""},
	} {
		for addr, want := range map[string]int{r.shop: c.shop, r.public: c.public} {
			res, body := r.ask(addr, "GET", c.path, "")
			if res.StatusCode != want {
				t.Errorf("%s (public %v): %d, want %d", c.path, addr == r.public, res.StatusCode, want)
			}
			if want == 200 && !strings.Contains(body, c.has) {
				t.Errorf("%s: %s", c.path, body)
			}
			if addr == r.public && strings.Contains(body, "<title>staff") {
				t.Errorf("%s shows staff's page on the public door", c.path)
			}
		}
	}
}

func TestPageCaching(t *testing.T) {
	r := newRig(t)
	const script = "/assets/app-C3X9b1aZ.js"
	res, body := r.ask(r.public, "GET", script, "")
	if res.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || res.Header.Get("Content-Type") != "text/javascript; charset=utf-8" || res.Header.Get("Vary") != "Accept-Encoding" {
		t.Errorf("%v", res.Header)
	}
	zipped, small := r.ask(r.public, "GET", script, "", "Accept-Encoding: gzip, br")
	z, err := gzip.NewReader(strings.NewReader(small))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(z); err != nil || string(text) != body || len(small) > len(body)/4 || zipped.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("zipped to %d of %d bytes: %v", len(small), len(body), err)
	}
	for _, path := range []string{"/", "/icon.svg"} {
		res, _ := r.ask(r.public, "GET", path, "")
		if res.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: %v", path, res.Header)
		}
		if again, body := r.ask(r.public, "GET", path, "", "If-None-Match: "+res.Header.Get("ETag")); again.StatusCode != 304 || body != "" {
			t.Errorf("%s again: %d", path, again.StatusCode)
		}
	}
	if res, _ := r.ask(r.public, "GET", "/nowhere", "", "If-None-Match: *"); res.StatusCode != 404 {
		t.Errorf("a page that is not there: %d", res.StatusCode)
	}
	if res, body := r.ask(r.public, "HEAD", script, ""); res.StatusCode != 200 || body != "" || res.ContentLength != int64(len(site["assets/app-C3X9b1aZ.js"].Data)) {
		t.Errorf("HEAD: %d, %d bytes", res.StatusCode, res.ContentLength)
	}
}

func TestPagesThatAreNotBuilt(t *testing.T) {
	r := newRig(t, func(d *api.Deps) { d.UI, d.UIBuilt = nil, false })
	for _, path := range []string{"/", "/staff", "/order/x"} {
		if res, body := r.ask(r.shop, "GET", path, ""); res.StatusCode != 503 || !strings.Contains(body, "make run") {
			t.Errorf("%s: %d %s", path, res.StatusCode, body)
		}
	}
	if res, _ := r.ask(r.shop, "GET", "/api/shop", ""); res.StatusCode != 200 {
		t.Errorf("the API without pages: %d", res.StatusCode)
	}
}
