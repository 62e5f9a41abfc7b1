package file

import (
	"context"
	"log/slog"
	"time"

	"buildplate/app/event"
	"buildplate/app/lock"
	"buildplate/app/shop"
	"buildplate/app/task"
	"buildplate/db"
	"buildplate/storage"
)

// How long files stay that no row names.
const (
	orphanGrace = 24 * time.Hour
	quarantine  = 7 * 24 * time.Hour
)

// batch is how many rows are worked on in one transaction.
const batch = 200

// Service keeps files and their rows in agreement.
type Service struct {
	db     *db.DB
	store  *storage.Store
	log    *slog.Logger
	events *event.Bus
	tasks  *task.Service
	signer *storage.Signer
	ready  task.Signal // files to delete

	full      task.Signal // the database has no room
	started   shop.Time
	draining  lock.ByKey // while files are unlinked
	boxes     boxes
	following following
}

// New opens the key that signs links, or makes it, and registers what is done to files by night.
func New(ctx context.Context, d *db.DB, store *storage.Store, events *event.Bus, tasks *task.Service, log *slog.Logger) (*Service, error) {
	s := &Service{db: d, store: store, log: log, events: events, tasks: tasks, ready: task.NewSignal(), full: task.NewSignal(), started: d.Now(), following: newFollowing()}
	d.OnFull(s.full.Wake)
	tasks.Register(task.Typed(task.Kind{Name: sweepKind, Schedule: "0 3 * * *", Period: task.Day, ByAge: true}, s.sweep))
	tasks.Register(task.Kind{Name: "check.bytes", Run: s.checkBytes, Schedule: "30 3 * * *", Period: task.Day})
	tasks.Register(task.Typed(task.Kind{Name: copiesKind}, s.checkCopies))
	return s, s.openSigner(ctx)
}
