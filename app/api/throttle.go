package api

import (
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limitName names what is counted together.
type limitName string

// What visitors may do only so often.
const (
	limitOneTime  limitName = "one_time"
	limitPassword limitName = "password"
	limitCart     limitName = "cart"
	limitUpload   limitName = "upload"
	limitPart     limitName = "part"
	limitCheckout limitName = "checkout"
	limitLink     limitName = "link"
	limitLook     limitName = "look"
	limitPage     limitName = "page"
)

// budget is how often: a burst at once, then so many a minute; for one address and for a door's visitors together.
type budget struct {
	each, eachBurst float64
	all, allBurst   float64
	message         string
}

// budgets: a customer drops fifty files at once and drags a slider; a door as a whole sees a busy day's peak. Logins have
// limits of their own, by account (package account).
var budgets = map[limitName]budget{
	limitOneTime:  {20, 10, 120, 60, "Too many links were opened. Wait a moment and try again."},
	limitPassword: {20, 10, 120, 60, "Too many changes of passwords. Wait a moment and try again."},
	limitCart:     {30, 30, 600, 200, "Too many new visits from your network. Wait a moment and reload the page."},
	limitUpload:   {60, 100, 600, 400, "Too many uploads at once. The next one can start in a moment."},
	limitPart:     {240, 120, 2400, 600, "Too many changes at once. Wait a moment and try again."},
	limitLook:     {300, 200, 6000, 1000, "Too many pages at once. This one goes on in a moment."},
	limitPage:     {300, 200, 6000, 1000, "Too many pages at once. This one goes on in a moment."}, // of no cart or order: strangers take nothing from customers
	limitLink:     {10, 20, 240, 120, "Too many links were made just now. Wait a moment and try again."},
	limitCheckout: {20, 20, 240, 60, "Too many orders at once. Wait a moment and try again."},
}

// maxVisitors bounds the addresses remembered; beyond it the oldest are forgotten, and the limit for all still holds.
const maxVisitors = 10_000

// throttle counts what a door's visitors do. Doors have their own, so that the tunnel cannot lock out staff.
type throttle struct {
	mu    sync.Mutex
	all   map[limitName]*rate.Limiter
	each  map[visit]*visitor
	swept time.Time
	now   func() time.Time
}

type visit struct {
	limit limitName
	who   string // an address or a cart
}

type visitor struct {
	limiter *rate.Limiter
	seen    time.Time
}

func newThrottle(now func() time.Time) *throttle {
	t := &throttle{all: map[limitName]*rate.Limiter{}, each: map[visit]*visitor{}, now: now}
	for name, b := range budgets {
		t.all[name] = rate.NewLimiter(rate.Limit(b.all/60), int(b.allBurst))
	}
	return t
}

// allow takes one from the budgets, or says how long to wait as a Problem. A visitor over their own budget takes
// nothing from everybody's; who is "" where it is not known.
func (t *throttle) allow(name limitName, who string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if who != "" {
		if wait := take(t.visitor(visit{name, who}, now), now); wait > 0 {
			return throttled(name, wait)
		}
	}
	if wait := take(t.all[name], now); wait > 0 {
		return throttled(name, wait)
	}
	return nil
}

func throttled(name limitName, wait time.Duration) *Problem {
	p := newProblem(http.StatusTooManyRequests, budgets[name].message)
	p.retryAfter = wait
	return p
}

func take(l *rate.Limiter, now time.Time) time.Duration {
	r := l.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

func (t *throttle) visitor(v visit, now time.Time) *rate.Limiter {
	if now.Sub(t.swept) > time.Minute || len(t.each) >= maxVisitors {
		t.sweep(now)
	}
	known := t.each[v]
	if known == nil {
		b := budgets[v.limit]
		known = &visitor{limiter: rate.NewLimiter(rate.Limit(b.each/60), int(b.eachBurst))}
		t.each[v] = known
	}
	known.seen = now
	return known.limiter
}

// sweep forgets visitors whose budget is full again, and when too many remain, any tenth of them: so a flood of
// addresses does not make every request walk through all.
func (t *throttle) sweep(now time.Time) {
	t.swept = now
	for v, known := range t.each {
		if now.Sub(known.seen) > 10*time.Minute {
			delete(t.each, v)
		}
	}
	if len(t.each) < maxVisitors {
		return
	}
	for v := range t.each {
		if len(t.each) <= maxVisitors*9/10 {
			return
		}
		delete(t.each, v)
	}
}
