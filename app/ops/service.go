package ops

import (
	"buildplate/app/card"
	"buildplate/app/event"
	"buildplate/app/file"
	"buildplate/app/order"
	"buildplate/app/setting"
	"buildplate/app/slice"
	"buildplate/app/task"
	"buildplate/db"
	"buildplate/storage"
)

// Deps is what a Service is made of.
type Deps struct {
	DB       *db.DB
	Store    *storage.Store
	Events   *event.Bus
	Tasks    *task.Service
	Files    *file.Service
	Slices   *slice.Service
	Cards    *card.Service
	Orders   *order.Service
	Settings *setting.Service
	Version  string
	Warnings []string // of what the shop was started with
}

// Service says how the shop's machine is doing, and keeps the alarms.
type Service struct {
	db       *db.DB
	store    *storage.Store
	events   *event.Bus
	tasks    *task.Service
	files    *file.Service
	slices   *slice.Service
	cards    *card.Service
	orders   *order.Service
	settings *setting.Service
	version  string
	warnings []string
}

// New is a service that looks at the disk now and then. app.New tells it of what an alarm is to be raised about.
func New(d Deps) *Service {
	s := &Service{
		db: d.DB, store: d.Store, events: d.Events, tasks: d.Tasks, files: d.Files, slices: d.Slices, cards: d.Cards, orders: d.Orders, settings: d.Settings, version: d.Version, warnings: d.Warnings,
	}
	d.Tasks.Register(task.Kind{Name: "watch.disk", Run: s.watchDisk, Schedule: "*/5 * * * *", Period: task.Minute})
	d.Tasks.Register(task.Kind{Name: "alarms.prune", Run: s.pruneAlarms, Schedule: "10 4 * * *", Period: task.Day, ByAge: true})
	d.Tasks.Register(task.Kind{Name: "clean.addresses", Run: s.forgetAddresses, Schedule: "20 4 * * *", Period: task.Day, ByAge: true})
	d.Tasks.Register(task.Kind{Name: rebuildTask, Run: s.rebuildSearch})
	return s
}
