package account

import (
	"time"

	"buildplate/app/shop"
)

// bucket is a budget of tries that fills up again. Unlike those of the library it takes back what was not used, however long after.
type bucket struct {
	burst, perMinute float64
	used             float64 // of burst
	at               shop.Time
}

func newBucket(burst, perMinute int) *bucket {
	return &bucket{burst: float64(burst), perMinute: float64(perMinute)}
}

// take takes one try, if so many are left afterwards, or says how long to wait for that. A clock that was put back fills nothing up.
func (b *bucket) take(now shop.Time, leave int) (wait time.Duration) {
	if passed := now.Sub(b.at); passed > 0 {
		b.used = max(0, b.used-passed.Minutes()*b.perMinute)
	}
	b.at = now
	if over := b.used + 1 + float64(leave) - b.burst; over > 1e-9 {
		return time.Duration(over / b.perMinute * float64(time.Minute))
	}
	b.used++
	return 0
}

// putBack gives a try back.
func (b *bucket) putBack() { b.used = max(0, b.used-1) }
