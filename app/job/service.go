package job

import (
	"buildplate/app/event"
	"buildplate/db"
)

// Service moves jobs from state to state.
type Service struct {
	db     *db.DB
	events *event.Bus
}

// New is a service.
func New(d *db.DB, events *event.Bus) *Service { return &Service{db: d, events: events} }
