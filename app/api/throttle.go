package api

import (
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"buildplate/app/shop"
)

// limitName names what is counted together.
type limitName string

// What visitors may do only so often.
const (
	limitOneTime  limitName = "one_time"
	limitPassword limitName = "password"
	limitCart     limitName = "cart"
	limitUpload   limitName = "upload"
	limitPiece    limitName = "piece"
	limitPart     limitName = "part"
	limitCheckout limitName = "checkout"
	limitLink     limitName = "link"
	limitRead     limitName = "read"
	limitPage     limitName = "page"
)

// budget is how often: a burst at once, then so many a minute; for one visitor and for a door's visitors together. Half of
// what is for all is kept for those who took little of it lately, so that a few who take all they may leave room for others.
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
	limitPiece:    {240, 300, 2400, 1200, "This upload comes in very small pieces. The next one can come in a moment."}, // each is a write of its own to the disk
	limitPart:     {240, 120, 2400, 600, "Too many changes at once. Wait a moment and try again."},
	limitRead:     {300, 200, 6000, 1000, "Too many pages at once. This one continues in a moment."},
	limitPage:     {300, 200, 6000, 1000, "Too many pages at once. This one continues in a moment."}, // of no cart or order: strangers take nothing from customers
	limitLink:     {10, 20, 240, 120, "Too many links were made just now. Wait a moment and try again."},
	limitCheckout: {20, 20, 240, 120, "Too many orders at once. Wait a moment and try again."}, // those that would be placed
}

// mostOfAll is the part of what is for all that no network's share exceeds.
const mostOfAll = 1.0 / 4

// share is what somebody with so many times the usual share may take, a minute and at once.
func (b budget) share(times float64) (perMinute, burst float64) {
	return max(b.each, min(times*b.each, mostOfAll*b.all)), max(b.eachBurst, min(times*b.eachBurst, mostOfAll*b.allBurst))
}

// littleTime is in what time somebody who takes half of their burst takes little.
const littleTime = 10 * time.Minute

// maxVisitors bounds the visitors and networks remembered; beyond it any tenth is forgotten, and the limit for all still
// holds.
const maxVisitors = 30_000

// throttle counts what a door's visitors do. Doors have their own, so that the tunnel cannot lock out staff.
type throttle struct {
	mu    sync.Mutex
	open  map[limitName]*rate.Limiter // the half of all that anybody takes from
	kept  map[limitName]*rate.Limiter // the half for those who took little
	each  map[visit]*visitor
	swept time.Time
	now   func() time.Time
}

type visit struct {
	limit limitName
	who   string // an address, a network, a cart or an order
}

type visitor struct {
	share  *rate.Limiter
	little *rate.Limiter // empty while they took much lately
	seen   time.Time
}

func newThrottle(now func() time.Time) *throttle {
	t := &throttle{open: map[limitName]*rate.Limiter{}, kept: map[limitName]*rate.Limiter{}, each: map[visit]*visitor{}, now: now}
	for name, b := range budgets {
		t.open[name] = rate.NewLimiter(rate.Limit(b.all/2/60), int(b.allBurst/2))
		t.kept[name] = rate.NewLimiter(rate.Limit(b.all/2/60), int(b.allBurst/2))
	}
	return t
}

// allow takes one from the budgets, or says how long to wait as a Problem, and then nothing is taken. Who is "" where
// nothing is known of the visitor; they take nothing of what is kept.
func (t *throttle) allow(name limitName, who string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	taken := taking{now: t.now()}
	little := who != ""
	for _, by := range countedBy(who) {
		v := t.visitor(visit{name, by.who}, by.times, taken.now)
		if wait := taken.one(v.share); wait > 0 {
			taken.back()
			return throttled(name, wait)
		}
		little = taken.one(v.little) == 0 && little
	}
	wait := taken.one(t.open[name])
	if wait > 0 && little {
		wait = min(wait, taken.one(t.kept[name]))
	}
	if wait > 0 {
		taken.back()
		return throttled(name, wait)
	}
	return nil
}

func throttled(name limitName, wait time.Duration) *Problem {
	p := newProblem(http.StatusTooManyRequests, budgets[name].message)
	p.retryAfter = wait
	return p
}

// taking is what one visit takes, until it is given back.
type taking struct {
	now   time.Time
	taken []*rate.Reservation
}

// one takes one, or says how long to wait for it.
func (t *taking) one(of *rate.Limiter) time.Duration {
	r := of.ReserveN(t.now, 1)
	wait := r.DelayFrom(t.now)
	if wait > 0 {
		r.CancelAt(t.now)
		return wait
	}
	t.taken = append(t.taken, r)
	return 0
}

// back gives all back.
func (t *taking) back() {
	for _, r := range t.taken {
		r.CancelAt(t.now)
	}
}

// counted is somebody by whom a visit counts, with so many times the usual share.
type counted struct {
	who   string
	times float64
}

// countedBy are those by whom a visit counts, the widest network first; nobody where nothing is known.
func countedBy(who string) (all []counted) {
	if who == "" {
		return nil
	}
	for _, n := range shop.NetworksOf(who) {
		all = append(all, counted{n.String(), float64(n.Times)})
	}
	return append(all, counted{who, 1})
}

// widestOf is the largest network that counts as one with somebody; themselves where there is none.
func widestOf(who string) string {
	if all := countedBy(who); len(all) > 0 {
		return all[0].who
	}
	return who
}

// visitor finds somebody, or begins to count them with so many times the usual share.
func (t *throttle) visitor(v visit, times float64, now time.Time) *visitor {
	if now.Sub(t.swept) > time.Minute || len(t.each) >= maxVisitors {
		t.sweep(now)
	}
	known := t.each[v]
	if known == nil {
		perMinute, burst := budgets[v.limit].share(times)
		known = &visitor{
			share:  rate.NewLimiter(rate.Limit(perMinute/60), int(burst)),
			little: rate.NewLimiter(rate.Limit(burst/2/littleTime.Seconds()), int(burst/2)),
		}
		t.each[v] = known
	}
	known.seen = now
	return known
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
