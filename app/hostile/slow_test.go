package hostile_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/apptest/need"
)

// Five hundred connections that are slow in the three ways there are, a head, a body, and an answer that nobody reads, keep
// no customer and no owner waiting. Row 20: for a minute in the long form.
func TestSlowConnectionsKeepNobodyWaiting(t *testing.T) {
	beside(t)
	const slow, mostGrowth = 500, 128 << 20
	lasts := 5 * time.Second
	if need.Soak() {
		lasts = time.Minute
	}
	f := open(t, "cloudflared")
	owner := apptest.SetUp(t, f)
	quiet := f.quiet(t, owner)
	before := f.PeakMemory(t)
	f.harm = "203.0.113.200"
	f.strikes.aim(held)
	ctx, stop := context.WithCancel(t.Context())
	var attacker sync.WaitGroup
	defer attacker.Wait()
	defer stop()
	for i := range slow {
		attacker.Go(func() {
			for ctx.Err() == nil {
				switch i % 3 {
				case 0:
					f.hold(ctx, f.head("GET", "/api/shop"), "X-Slow: 1\r\n")
				case 1:
					f.hold(ctx, f.head("POST", "/api/stripe/webhook", "Content-Type: application/json", "Content-Length: 200000", "Stripe-Signature: "+couldBeSigned())+"\r\n{", " ")
				case 2:
					page := f.head("GET", "/") + "\r\n"
					f.hold(ctx, strings.Repeat(page, 8), page)
				}
				pause(ctx)
			}
		})
	}
	apptest.Await(t, "the slow connections to be open", func() bool { return f.strikes.reached() >= slow*9/10 })
	seen := &served{}
	for began := time.Now(); time.Since(began) < lasts; {
		f.customer(&seen.customers).buys(t)
		f.sells(t, &seen.owner, owner)
	}
	grew := f.PeakMemory(t) - before
	t.Logf("%d slow connections were opened; %s (quiet: %s); memory grew by %d MiB", f.strikes.reached(), seen, quiet, grew>>20)
	seen.prompt(t, quiet)
	if grew > mostGrowth {
		t.Errorf("the shop's memory grew by %d MiB", grew>>20)
	}
}
