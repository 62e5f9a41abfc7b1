package app

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"time"

	"buildplate/app/live"
	"buildplate/app/shop"
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

// App is the shop.
type App struct {
	db     *db.DB
	files  *storage.Store
	slicer *slicer.Slicer
	queue  *slicer.Queue
	log    *slog.Logger
	cfg    Config
	live   *live.Hub
	stripe *stripeClient
	signer *storage.Signer
	slices *sliceBook
	logins *loginGate
	// ordering is held by cart while it becomes an order.
	ordering  keyedMutex
	receiving receiving

	inspectKick chan struct{}
	deleteKick  chan struct{} // files to delete
	taskReady   chan struct{}
	stop        context.CancelFunc
	running     sync.WaitGroup
}

// New makes the shop ready: first values, keys, and what a restart has to take up again. Run starts its work.
func New(ctx context.Context, d Deps) (*App, error) {
	a := &App{
		db: d.DB, files: d.Files, slicer: d.Slicer, log: d.Log, cfg: d.Config, live: &live.Hub{},
		stripe: newStripeClient(d.Config.StripeURL), slices: newSliceBook(), logins: newLoginGate(),
		inspectKick: make(chan struct{}, 1), deleteKick: make(chan struct{}, 1), taskReady: make(chan struct{}, 1),
	}
	if err := a.firstStart(ctx); err != nil {
		return nil, fmt.Errorf("first start: %w", err)
	}
	if err := a.openSigner(ctx); err != nil {
		return nil, fmt.Errorf("link keys: %w", err)
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
	err := a.db.Write(ctx, func(tx *db.Tx) error {
		_, _, err := tx.ReleaseTasks(ctx, db.DefaultBackoff)
		return err
	})
	if err != nil {
		return err
	}
	for _, work := range []func(context.Context){a.inspectParts, a.tellCarts, a.runTasks, a.deleteFiles} {
		a.running.Go(func() { work(ctx) })
	}
	if err := a.startSchedule(ctx); err != nil {
		return err
	}
	a.resumeUploads(ctx)
	kick(a.inspectKick)
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

// Live is where open pages hear of changes.
func (a *App) Live() *live.Hub { return a.live }

// notify tells staff's open pages that an order, a job or a task changed, and a customer's that their order did.
func (a *App) notify(kind, id string) {
	a.live.Publish(live.Event{Topic: "staff", Kind: kind, ID: id, Data: map[string]string{"id": id, "change": "changed"}})
}

func kick(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// waitKick sleeps until there is work, or for the time given, or until the context ends.
func waitKick(ctx context.Context, c chan struct{}, most time.Duration) bool {
	t := time.NewTimer(most)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-c:
	case <-t.C:
	}
	return true
}

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

// Principal is the member of staff who asks.
type Principal struct {
	StaffID string    `json:"id"`
	Name    string    `json:"name"`
	Email   string    `json:"email"`
	Role    shop.Role `json:"role" enum:"ADMIN,STAFF"`
}

func (p Principal) activity(invoiceID, sentence string) shop.Activity {
	return shop.Activity{StaffID: p.StaffID, Who: p.Name, InvoiceID: invoiceID, Message: sentence}
}
