package api_test

import (
	"strings"
	"testing"
)

func TestDocsPage(t *testing.T) {
	r := newRig(t)
	res, body := r.ask(r.shop, "GET", "/api/docs", "")
	if res.StatusCode != 200 || !strings.Contains(body, "/api/quick-order/checkout") || !strings.Contains(body, `href="#CheckoutRequest"`) || !strings.Contains(body, `id="CheckoutRequest"`) {
		t.Errorf("%d %.400s", res.StatusCode, body)
	}
	if strings.Contains(body, "<script") || strings.Contains(body, "https://") {
		t.Error("the page loads something from outside")
	}
	if res, _ := r.ask(r.shop, "GET", "/api/openapi.json", ""); res.Header.Get("Content-Type") != "application/openapi+json" {
		t.Errorf("%v", res.Header)
	}
}
