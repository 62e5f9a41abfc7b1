package shop

import (
	"encoding/json"
	"testing"
	"time"
)

func TestTime(t *testing.T) {
	at := time.Date(2026, 11, 22, 10, 0, 0, 5_999_999, time.FixedZone("AEDT", 11*3600))
	m := TimeOf(at)
	if !m.Time().Equal(at.Truncate(time.Millisecond)) || m.Time().Location() != time.UTC || m.String() != "2026-11-21T23:00:00.005Z" {
		t.Errorf("%v became %v", at, m)
	}
	later := m.Add(1500 * time.Millisecond)
	if !later.After(m) || !m.Before(later) || m.After(m) || later.Sub(m) != 1500*time.Millisecond || later.Add(-1500*time.Millisecond) != m {
		t.Errorf("%v and %v", m, later)
	}
	if text, err := json.Marshal(struct {
		At Time `json:"at"`
		No Time `json:"no,omitempty"`
	}{At: 1795302000005}); err != nil || string(text) != `{"at":1795302000005}` {
		t.Errorf("%s, %v", text, err)
	}
	var not Time
	if !not.IsZero() || !not.Time().IsZero() || TimeOf(time.Time{}) != 0 || not.String() != "not yet" || m.IsZero() {
		t.Error("not yet is not zero")
	}
}

func TestTimeInAColumn(t *testing.T) {
	got := Time(7)
	if err := got.Scan(nil); err != nil || got != 0 {
		t.Errorf("NULL is %v, %v", got, err)
	}
	if err := got.Scan(int64(42)); err != nil || got != 42 {
		t.Errorf("42 is %v, %v", got, err)
	}
	if err := got.Scan("2026-11-22"); err == nil {
		t.Error("a text was read as a time")
	}
}
