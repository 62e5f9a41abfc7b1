package job

import (
	"buildplate/app/event"
	"buildplate/db"
)

// Service moves jobs over the floor.
type Service struct {
	db     *db.DB
	events *event.Bus
}

// New is a service.
func New(d *db.DB, events *event.Bus) *Service { return &Service{db: d, events: events} }
