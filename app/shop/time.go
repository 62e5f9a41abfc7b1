package shop

import (
	"fmt"
	"time"
)

// Time is a moment in milliseconds since 1970, UTC: in Go, in the database and in JSON. Zero is "not yet".
type Time int64

// TimeOf cuts a time to the millisecond; the zero time.Time is "not yet".
func TimeOf(t time.Time) Time {
	if t.IsZero() {
		return 0
	}
	return Time(t.UnixMilli())
}

// IsZero says whether it has not happened yet.
func (t Time) IsZero() bool { return t == 0 }

// Time is the moment in UTC, the zero time.Time for "not yet".
func (t Time) Time() time.Time {
	if t == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(t)).UTC()
}

// Add gives a later moment, or an earlier one for a negative duration.
func (t Time) Add(d time.Duration) Time { return t + Time(d.Milliseconds()) }

// Sub is the time from u to t.
func (t Time) Sub(u Time) time.Duration { return time.Duration(t-u) * time.Millisecond }

// Before says whether t is earlier than u.
func (t Time) Before(u Time) bool { return t < u }

// After says whether t is later than u.
func (t Time) After(u Time) bool { return t > u }

// String is for the log.
func (t Time) String() string {
	if t == 0 {
		return "not yet"
	}
	return t.Time().Format("2006-01-02T15:04:05.000Z07:00")
}

// Scan reads a column; NULL is "not yet". Written it is its number: a column where "not yet" is NULL says so itself.
func (t *Time) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*t = 0
	case int64:
		*t = Time(v)
	default:
		return fmt.Errorf("shop: %T is no time in milliseconds", src)
	}
	return nil
}
