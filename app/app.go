package app

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"buildplate/app/account"
	"buildplate/app/billing"
	"buildplate/app/card"
	"buildplate/app/cart"
	"buildplate/app/catalog"
	"buildplate/app/client"
	"buildplate/app/event"
	"buildplate/app/file"
	"buildplate/app/job"
	"buildplate/app/ops"
	"buildplate/app/order"
	"buildplate/app/setting"
	"buildplate/app/slice"
	"buildplate/app/task"
	"buildplate/db"
	"buildplate/slicer"
	"buildplate/storage"
)

// Config is what the command line decides.
type Config struct {
	setting.Config
	StripeURL string // "" for Stripe itself; the stand-in's address in a demonstration
	Version   string
	SourceURL string
	Workers   int      // slices at once, and inspections; 0 for one a core
	Printers  []string // names of a new shop's printers; none for one
	Warnings  []string // what staff should know of how the shop was started

	LongSlice, LongReading time.Duration // how long a slice, an inspection may take before it makes way; 0 for the usual
	Settle                 time.Duration // how long the copies of a part stay as they are before they are laid out
	VisitorBytes           int64         // what one visitor may leave before an order; 0 for the usual
}

// Deps is what an App is made of.
type Deps struct {
	DB     *db.DB
	Files  *storage.Store
	Slicer *slicer.Slicer
	Log    *slog.Logger
	Config Config
}

// App is the shop: its services, made for each other.
type App struct {
	Events   *event.Bus
	Tasks    *task.Service
	Files    *file.Service
	Settings *setting.Service
	Accounts *account.Service
	Catalog  *catalog.Service
	Slices   *slice.Service
	Jobs     *job.Service
	Carts    *cart.Service
	Billing  *billing.Service
	Cards    *card.Service
	Orders   *order.Service
	Ops      *ops.Service

	workers int
	long    time.Duration
	stop    []context.CancelFunc
	running sync.WaitGroup
}

// New makes the shop ready: first values, keys, and who listens to whom. Run starts its work.
func New(ctx context.Context, d Deps) (*App, error) {
	if err := ops.FirstStart(ctx, d.DB, d.Config.Demo, d.Config.Printers...); err != nil {
		return nil, fmt.Errorf("first start: %w", err)
	}
	a := &App{Events: &event.Bus{}, workers: cmp.Or(d.Config.Workers, runtime.NumCPU()), long: cmp.Or(d.Config.LongSlice, slice.Long)}
	a.Tasks = task.New(d.DB, a.Events, d.Log)
	var err error
	if a.Files, err = file.New(ctx, d.DB, d.Files, a.Events, a.Tasks, d.Log); err != nil {
		return nil, fmt.Errorf("link keys: %w", err)
	}
	a.Settings = setting.New(d.DB, d.Config.Config, d.Log)
	a.Accounts = account.New(d.DB, a.Settings, a.Events, a.Tasks)
	a.Catalog = catalog.New(d.DB, a.Settings, catalog.Config{Version: d.Config.Version, SourceURL: d.Config.SourceURL})
	a.Slices = slice.New(d.DB, a.Files, d.Slicer, a.Events, a.Tasks, d.Log)
	a.Carts = cart.New(cart.Deps{
		DB: d.DB, Store: d.Files, Files: a.Files, Slicer: d.Slicer, Slices: a.Slices, Settings: a.Settings, Catalog: a.Catalog, Events: a.Events, Tasks: a.Tasks, Log: d.Log,
		Workers: a.workers, LongReading: cmp.Or(d.Config.LongReading, cart.LongReading), VisitorBytes: d.Config.VisitorBytes, Settle: d.Config.Settle,
	})
	a.Billing = billing.New(d.DB, a.Events)
	a.Cards = card.New(card.Deps{
		DB: d.DB, Log: d.Log, Events: a.Events, Settings: a.Settings, Tasks: a.Tasks, StripeURL: d.Config.StripeURL,
	})
	a.Jobs = job.New(job.Deps{DB: d.DB, Events: a.Events, Prices: a.Billing, Cards: a.Cards})
	a.Orders = order.New(order.Deps{
		DB: d.DB, Log: d.Log, Events: a.Events, Tasks: a.Tasks, Files: a.Files, Settings: a.Settings, Accounts: a.Accounts, Catalog: a.Catalog, Slices: a.Slices,
		Carts: a.Carts, Billing: a.Billing, Cards: a.Cards,
	})
	a.Ops = ops.New(ops.Deps{
		DB: d.DB, Store: d.Files, Events: a.Events, Tasks: a.Tasks, Files: a.Files, Slices: a.Slices, Cards: a.Cards, Orders: a.Orders, Settings: a.Settings, Version: d.Config.Version, Warnings: d.Config.Warnings,
	})
	a.subscribe()
	return a, nil
}

// subscribe says who hears of what, within the transaction in which it happens.
func (a *App) subscribe() {
	event.Subscribe(a.Events, a.Tasks.ClockChanged)
	event.Subscribe(a.Events, a.Carts.SliceFinished)
	event.Subscribe(a.Events, a.Cards.PaymentTaken)
	event.Subscribe(a.Events, a.Cards.PaymentStopped)
	event.Subscribe(a.Events, a.Orders.ModelAccepted)
	event.Subscribe(a.Events, a.Orders.IndexPlaced)
	event.Subscribe(a.Events, a.Orders.IndexChanged)
	event.Subscribe(a.Events, a.Orders.IndexShelf)
	event.Subscribe(a.Events, a.Billing.IndexPlaced) // after their orders: the index is written in its own order
	event.Subscribe(a.Events, a.Billing.IndexOrder)
	event.Subscribe(a.Events, a.Billing.IndexInvoice)
	event.Subscribe(a.Events, client.Index)
	event.Subscribe(a.Events, a.Ops.TaskChanged)
	event.Subscribe(a.Events, a.Ops.FileChanged)
	event.Subscribe(a.Events, a.Ops.PaymentChanged)
	event.Subscribe(a.Events, a.Ops.OrderPlaced)
	event.Subscribe(a.Events, a.Ops.OrderChanged)
	event.Subscribe(a.Events, a.Ops.ClockChanged)
	event.Subscribe(a.Events, a.Ops.SweepHeld)
	event.Subscribe(a.Events, a.Ops.DeletionHeld)
}

// Run starts the background work, and what comes by itself. Close ends it.
func (a *App) Run(ctx context.Context) error {
	if err := a.Work(ctx); err != nil {
		return err
	}
	return a.Schedule(ctx)
}

// Work starts the background work that somebody's doing asks for: inspections, slices, tasks, deletions.
func (a *App) Work(ctx context.Context) error {
	a.Slices.Start(a.workers, a.long)
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	a.stop = append(a.stop, stop)
	if err := a.Tasks.Recover(ctx); err != nil {
		return err
	}
	for _, work := range []func(context.Context){a.Carts.Run, a.Carts.Watch, a.Slices.Run, a.Tasks.Run, a.Files.Run, a.Files.KeepBallast} {
		a.running.Go(func() { work(ctx) })
	}
	return a.Carts.Resume(ctx)
}

// Schedule starts the chores that come by the clock. It belongs after Work.
func (a *App) Schedule(ctx context.Context) error {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	a.stop = append(a.stop, stop)
	wait, err := a.Tasks.StartSchedule(ctx)
	if err != nil {
		return err
	}
	if err := a.Files.SweepAtStart(ctx); err != nil {
		return err
	}
	a.running.Go(wait)
	return nil
}

// Close ends the background work and waits for it.
func (a *App) Close() {
	if a.stop == nil {
		return
	}
	for _, stop := range a.stop {
		stop()
	}
	a.Slices.Close()
	a.running.Wait()
}
