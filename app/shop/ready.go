package shop

import (
	"math"
	"time"
)

// Ready is when an order is expected to be ready, in the shop's time zone.
type Ready struct {
	Date string `json:"date" format:"date" doc:"Calendar day, YYYY-MM-DD"`
}

// ReadyOn counts working days from now: the lead time, and the days that the queue and the order itself keep the
// active printers busy. Hours are of printing; a printer prints so many hours a working day.
func (s Settings) ReadyOn(now Time, queueHours, orderHours float64, printers int) Ready {
	perDay := float64(max(printers, 1)) * s.PrintHoursPerDay
	days := s.LeadDays + int(math.Ceil((queueHours+orderHours)/perDay))
	day := now.Time().In(s.Location())
	for left := days; left > 0; {
		day = day.AddDate(0, 0, 1)
		if wd := day.Weekday(); wd != time.Saturday && wd != time.Sunday {
			left--
		}
	}
	return Ready{Date: day.Format(time.DateOnly)}
}
