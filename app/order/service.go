package order

import (
	"log/slog"

	"buildplate/app/account"
	"buildplate/app/billing"
	"buildplate/app/card"
	"buildplate/app/cart"
	"buildplate/app/catalog"
	"buildplate/app/event"
	"buildplate/app/file"
	"buildplate/app/lock"
	"buildplate/app/setting"
	"buildplate/app/slice"
	"buildplate/app/task"
	"buildplate/db"
)

// Deps is what a Service is made of.
type Deps struct {
	DB       *db.DB
	Log      *slog.Logger
	Events   *event.Bus
	Tasks    *task.Service
	Files    *file.Service
	Settings *setting.Service
	Accounts *account.Service
	Catalog  *catalog.Service
	Slices   *slice.Service
	Carts    *cart.Service
	Billing  *billing.Service
	Cards    *card.Service
}

// Service places orders and does what staff and customers do with them.
type Service struct {
	db       *db.DB
	log      *slog.Logger
	events   *event.Bus
	tasks    *task.Service
	files    *file.Service
	settings *setting.Service
	accounts *account.Service
	catalog  *catalog.Service
	slices   *slice.Service
	carts    *cart.Service
	billing  *billing.Service
	cards    *card.Service
	ordering lock.ByKey // a cart, while it becomes an order
}

// New is a service that deletes old models by night, and those of refused orders as they come.
func New(d Deps) *Service {
	s := &Service{
		db: d.DB, log: d.Log, events: d.Events, tasks: d.Tasks, files: d.Files, settings: d.Settings, accounts: d.Accounts, catalog: d.Catalog,
		slices: d.Slices, carts: d.Carts, billing: d.Billing, cards: d.Cards,
	}
	d.Tasks.Register(task.Typed(task.Kind{Name: deletionKind, Schedule: "50 1 * * *", Period: task.Day, ByAge: true}, s.deleteModels))
	d.Tasks.Register(task.Typed(task.Kind{Name: db.RefusedFiles}, s.deleteRefused))
	return s
}
