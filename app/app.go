package app

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"time"

	"buildplate/app/event"
	"buildplate/app/file"
	"buildplate/app/lock"
	"buildplate/app/task"
	"buildplate/db"
	"buildplate/slicer"
	"buildplate/storage"
)

// Config is what the command line decides.
type Config struct {
	Demo      bool
	PublicURL string // origin of links that leave the shop; "" for the setting, then none
	LocalURL  string // the public door's own address, which --demo uses where there is no public one
	StripeURL string // "" for Stripe itself; the stand-in's address in --demo
	Version   string
	SourceURL string
	Workers   int // slices at once; 0 for one a core
}

// Deps is what an App is made of.
type Deps struct {
	DB     *db.DB
	Files  *storage.Store
	Slicer *slicer.Slicer
	Log    *slog.Logger
	Config Config
}

type tasks = task.Service
type files = file.Service

// App is the shop.
type App struct {
	db     *db.DB
	store  *storage.Store
	slicer *slicer.Slicer
	queue  *slicer.Queue
	log    *slog.Logger
	cfg    Config
	events event.Bus
	stripe *stripeClient
	slices *sliceBook
	logins *loginGate
	// ordering is held by cart while it becomes an order.
	ordering  lock.ByKey
	receiving receiving

	*tasks
	*files
	inspectReady task.Signal
	stop         context.CancelFunc
	running      sync.WaitGroup
}

// New makes the shop ready: first values, keys, and what a restart has to take up again. Run starts its work.
func New(ctx context.Context, d Deps) (*App, error) {
	a := &App{
		db: d.DB, store: d.Files, slicer: d.Slicer, log: d.Log, cfg: d.Config,
		stripe: newStripeClient(d.Config.StripeURL), slices: newSliceBook(), logins: newLoginGate(),
		inspectReady: task.NewSignal(),
	}
	a.tasks = task.New(d.DB, &a.events, d.Log)
	var err error
	if a.files, err = file.New(ctx, d.DB, d.Files, a.tasks, d.Log); err != nil {
		return nil, fmt.Errorf("link keys: %w", err)
	}
	a.registerTasks()
	if err := a.firstStart(ctx); err != nil {
		return nil, fmt.Errorf("first start: %w", err)
	}
	return a, nil
}

// Run starts the background work: inspections, slices, tasks, cron. Close ends it.
func (a *App) Run(ctx context.Context) error {
	workers := a.cfg.Workers
	if workers == 0 {
		workers = runtime.NumCPU()
	}
	a.queue = slicer.NewQueue(workers, a.slices.stir)
	ctx, a.stop = context.WithCancel(context.WithoutCancel(ctx))
	if err := a.tasks.Recover(ctx); err != nil {
		return err
	}
	for _, work := range []func(context.Context){a.inspectParts, a.tellCarts, a.tasks.Run, a.files.Run} {
		a.running.Go(func() { work(ctx) })
	}
	wait, err := a.tasks.StartSchedule(ctx)
	if err != nil {
		return err
	}
	a.running.Go(wait)
	a.resumeUploads(ctx)
	a.inspectReady.Wake()
	return a.resumeSlices(ctx)
}

// Close ends the background work and waits for it.
func (a *App) Close() {
	if a.stop != nil {
		a.stop()
		a.queue.Close()
		a.running.Wait()
	}
}

// Events is where open pages hear of changes.
func (a *App) Events() *event.Bus { return &a.events }

// publicURL is the origin of links that leave the shop: the flag's, the setting's, or in a demo the public door's own
// address. It is "" for a shop that has not said where it can be reached.
func (a *App) publicURL(ctx context.Context, tx *db.Tx) (string, error) {
	if a.cfg.PublicURL != "" {
		return strings.TrimRight(a.cfg.PublicURL, "/"), nil
	}
	s, err := tx.Settings(ctx)
	if err != nil {
		return "", err
	}
	if s.PublicURL != "" {
		return strings.TrimRight(s.PublicURL, "/"), nil
	}
	if a.cfg.Demo {
		return a.cfg.LocalURL, nil
	}
	return "", nil
}

// PublicURL is publicURL for whoever serves the pages; "" also when it cannot be read.
func (a *App) PublicURL() string {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	var url string
	err := a.db.Read(ctx, func(tx *db.Tx) (err error) {
		url, err = a.publicURL(ctx, tx)
		return err
	})
	if err != nil {
		a.log.Error("the public address cannot be read", "err", err)
	}
	return url
}
