package shop

import (
	"testing"
	"time"
)

func TestReadyCountsWorkingDays(t *testing.T) {
	s := DefaultSettings("Australia/Sydney")
	friday := time.Date(2026, 11, 20, 9, 0, 0, 0, s.Location())
	if got := s.ReadyOn(TimeOf(friday), 0, 1, 1); got.Date != "2026-11-25" {
		t.Errorf("got %+v", got)
	}
	if got := s.ReadyOn(TimeOf(friday), 40, 1, 2); got.Date != "2026-11-26" {
		t.Errorf("queue of 40 h on two printers: %+v", got)
	}
}
