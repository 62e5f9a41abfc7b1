package app

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"sync"

	"buildplate/app/account"
	"buildplate/app/catalog"
	"buildplate/app/event"
	"buildplate/app/file"
	"buildplate/app/lock"
	"buildplate/app/setting"
	"buildplate/app/shop"
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
type settings = setting.Service
type accounts = account.Service

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
	// ordering is held by cart while it becomes an order.
	ordering  lock.ByKey
	receiving receiving

	*tasks
	*files
	*settings
	*accounts
	catalog      *catalog.Service
	inspectReady task.Signal
	stop         context.CancelFunc
	running      sync.WaitGroup
}

// New makes the shop ready: first values, keys, and what a restart has to take up again. Run starts its work.
func New(ctx context.Context, d Deps) (*App, error) {
	a := &App{
		db: d.DB, store: d.Files, slicer: d.Slicer, log: d.Log, cfg: d.Config,
		stripe: newStripeClient(d.Config.StripeURL), slices: newSliceBook(),
		inspectReady: task.NewSignal(),
	}
	a.tasks = task.New(d.DB, &a.events, d.Log)
	var err error
	if a.files, err = file.New(ctx, d.DB, d.Files, a.tasks, d.Log); err != nil {
		return nil, fmt.Errorf("link keys: %w", err)
	}
	a.settings = setting.New(d.DB, setting.Config{Demo: d.Config.Demo, PublicURL: d.Config.PublicURL, LocalURL: d.Config.LocalURL}, d.Log)
	a.accounts = account.New(d.DB, a.settings, a.tasks)
	a.catalog = catalog.New(d.DB, a.settings, catalog.Config{Version: d.Config.Version, SourceURL: d.Config.SourceURL})
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

// Shop is what every customer's page starts from.
func (a *App) Shop(ctx context.Context) (catalog.ShopView, error) { return a.catalog.Shop(ctx) }

// ShopSettings reads the settings screen.
func (a *App) ShopSettings(ctx context.Context) (setting.View, error) { return a.settings.Get(ctx) }

// SaveSettings keeps the settings screen.
func (a *App) SaveSettings(ctx context.Context, p shop.Actor, v setting.View) (setting.View, error) {
	return a.settings.Save(ctx, p, v)
}

// PublicURL is where customers reach the shop.
func (a *App) PublicURL() string { return a.settings.Origin() }
