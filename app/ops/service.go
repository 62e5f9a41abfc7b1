package ops

import (
	"buildplate/app/card"
	"buildplate/app/slice"
	"buildplate/app/task"
	"buildplate/db"
	"buildplate/storage"
)

// Deps is what a Service is made of.
type Deps struct {
	DB      *db.DB
	Store   *storage.Store
	Tasks   *task.Service
	Slices  *slice.Service
	Cards   *card.Service
	Version string
}

// Service says how the shop's machine is doing.
type Service struct {
	db      *db.DB
	store   *storage.Store
	tasks   *task.Service
	slices  *slice.Service
	cards   *card.Service
	version string
}

// New is a service.
func New(d Deps) *Service {
	return &Service{db: d.DB, store: d.Store, tasks: d.Tasks, slices: d.Slices, cards: d.Cards, version: d.Version}
}
