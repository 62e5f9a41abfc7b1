package api_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"buildplate/app/api"
)

// Looking changes nothing: no GET and no HEAD of any route, by whoever and at whichever door, opens a writing transaction. A
// look that writes is what somebody with a laptop fills a disk with.
func TestLookingWritesNothing(t *testing.T) {
	a, actors := newAsking(t)
	var writes atomic.Int64
	a.DB.OnWrite(func(time.Duration) { writes.Add(1) })
	looks := 0
	for _, row := range api.Routes() {
		if row.Method != http.MethodGet && row.Method != http.MethodHead {
			continue
		}
		for _, who := range actors {
			if row.MakesCart() && who.cart == "" {
				continue // its first file makes it
			}
			for _, at := range row.Doors {
				path := strings.ReplaceAll(a.path(row, who, false), "unknown", a.order)
				for _, path := range []string{path, strings.ReplaceAll(path, who.token, "mine")} {
					a.Server.ForgetVisits()
					before := writes.Load()
					res, _ := a.as(row, who, at, path)
					looks++
					if n := writes.Load() - before; n != 0 {
						t.Errorf("%s %s as %s at the %s door wrote %d times (%d)", row.Method, path, who.name, at, n, res.StatusCode)
					}
				}
			}
		}
	}
	if looks < 300 {
		t.Errorf("only %d looks", looks)
	}
}
