package cart

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"buildplate/app/catalog"
	"buildplate/app/event"
	"buildplate/app/file"
	"buildplate/app/lock"
	"buildplate/app/setting"
	"buildplate/app/slice"
	"buildplate/app/task"
	"buildplate/db"
	"buildplate/slicer"
	"buildplate/storage"
)

// Service keeps visitors' carts.
type Service struct {
	db       *db.DB
	store    *storage.Store
	files    *file.Service
	slicer   *slicer.Slicer
	slices   *slice.Service
	settings *setting.Service
	catalog  *catalog.Service
	events   *event.Bus
	tasks    *task.Service
	log      *slog.Logger

	visitorBytes int64 // as in Deps
	settles      time.Duration

	inspect     task.Signal // parts to inspect
	inspections *slicer.Queue
	receiving   receiving
	slicing     lock.ByKey // a cart, while its parts are planned and queued
	ahead       ahead
}

// Deps is what a Service is made of.
type Deps struct {
	DB       *db.DB
	Store    *storage.Store
	Files    *file.Service
	Slicer   *slicer.Slicer
	Slices   *slice.Service
	Settings *setting.Service
	Catalog  *catalog.Service
	Events   *event.Bus
	Tasks    *task.Service
	Log      *slog.Logger

	Workers      int           // parts inspected at once
	LongReading  time.Duration // how long one may take before it makes way for others
	VisitorBytes int64         // what one visitor may leave here; 0 for the usual
	Settle       time.Duration // how long copies must stay as they are before they are laid out; 0: not at all
}

// New is a service that cleans up by night.
func New(d Deps) *Service {
	s := &Service{
		db: d.DB, store: d.Store, files: d.Files, slicer: d.Slicer, slices: d.Slices, settings: d.Settings, catalog: d.Catalog, events: d.Events, tasks: d.Tasks, log: d.Log,
		visitorBytes: d.VisitorBytes, settles: d.Settle, inspect: task.NewSignal(), ahead: newAhead(),
	}
	// A part that still waits when its turn is over is queued again. Reading takes much memory: no more than one makes way.
	s.inspections = slicer.NewQueue(slicer.QueueOptions{Workers: d.Workers, Long: d.LongReading, Held: 1, Changed: s.inspect.Wake})
	d.Slices.OnStopped(s.requeue)
	d.Slices.HaveRoom(s.roomForGCode)
	d.Tasks.Register(task.Kind{Name: "clean.uploads", Run: s.cleanUploads, Schedule: "20 * * * *", Period: task.Hour, ByAge: true})
	d.Tasks.Register(task.Kind{Name: "clean.carts", Run: s.clean, Schedule: "30 1 * * *", Period: task.Day, ByAge: true})
	return s
}

// Resume takes up what a restart interrupted: uploads that were all here, parts to inspect and to slice.
func (s *Service) Resume(ctx context.Context) error {
	s.resumeUploads(ctx)
	s.inspect.Wake()
	return errors.Join(s.resumeSlices(ctx), s.resumeAhead(ctx))
}

// touch raises a cart's version within a transaction, and tells the pages that show it.
func (s *Service) touch(ctx context.Context, tx *db.Tx, cartID string) error {
	if err := tx.TouchCart(ctx, cartID); err != nil {
		return err
	}
	return s.events.Emit(ctx, tx, event.CartChanged{ID: cartID})
}
