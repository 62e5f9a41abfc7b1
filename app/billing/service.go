package billing

import (
	"buildplate/app/event"
	"buildplate/db"
)

// Service takes money and decides what it pays for.
type Service struct {
	db     *db.DB
	events *event.Bus
}

// New is a service.
func New(d *db.DB, events *event.Bus) *Service { return &Service{db: d, events: events} }
