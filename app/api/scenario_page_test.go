package api_test

import (
	"net/http"
	"strings"
	"testing"

	"buildplate/app/apptest"
)

// onShop and onPublic ask for a page at a door and look for a text in it.
func onShop(path, has string) scenario {
	return func(t *testing.T, s *stage) { shows(t, apptest.NewClient(s.Address().Shop), path, has) }
}

func onBoth(path, has string) scenario {
	return func(t *testing.T, s *stage) {
		shows(t, apptest.NewClient(s.Address().Shop), path, has)
		shows(t, apptest.NewClient(s.Address().Public), path, has)
	}
}

func shows(t *testing.T, c *apptest.Client, path, has string) {
	t.Helper()
	if a := send(t, c, http.MethodGet, path, "", 200); !strings.Contains(string(a.Body), has) {
		t.Errorf("%s shows %.200s", path, a.Body)
	}
}

// Pages, and the API's description of itself.
var pageScenarios = map[string]scenario{
	"GET /healthz":          onBoth("/healthz", "ok"),
	"GET /api/openapi.json": onShop("/api/openapi.json", `"post-quick-order-checkout"`),
	"GET /api/docs":         onShop("/api/docs", "/api/quick-order/checkout"),
	"GET /staff":            onShop("/staff", "<title>staff"),
	"GET /staff/*":          onShop("/staff/orders/1", "<title>staff"),
	"GET /*":                onBoth("/checkout", "<title>customers"),
}
