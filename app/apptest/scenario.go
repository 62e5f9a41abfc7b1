package apptest

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"math"
	"net"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"buildplate/app"
	"buildplate/app/api"
	"buildplate/app/event"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/app/stripetest"
	"buildplate/app/task"
	"buildplate/db"
	"buildplate/db/dbtest"
	"buildplate/slicer"
	"buildplate/slicer/slicertest"
	"buildplate/storage"
)

// Scenario is a whole shop in the test's own process: a real database and disk, both doors open on free ports, the
// background work running, the stand-in for Stripe beside it. Only the engine is a stub that answers at once. When the
// test ends, everything is stopped, rows and files are held against each other, and the database is checked.
type Scenario struct {
	*app.App
	DB     *db.DB
	Store  *storage.Store
	Stripe *stripetest.Server
	Server *api.Server
	Path   string // of the database

	tb      testing.TB
	address Doors
	ahead   atomic.Int64
	quiet   bool
}

// Setup is what a scenario starts from. The zero value is a demonstration whose background work runs.
type Setup struct {
	Dir     string              // of the data; "" for a new one
	Engine  slicer.Engine       // nil for a stub that slices at once
	Quiet   bool                // no background work: what would happen by itself, the test calls
	Reserve int64               // bytes that uploads must leave free; 0 for none
	Damaged bool                // the test harms files: they are not held against their rows when it ends
	Unset   bool                // no demonstration, but a shop that nobody has set up
	Config  setting.Config      // what the command line says; Demo and LocalURL are the shop's own
	NoDoors bool                // nobody comes through a door
	Settle  time.Duration       // how long copies stay as they are before they are laid out
	Events  func(*event.Bus)    // registers subscribers of the test's own, before the first event of the background work
	Tasks   func(*task.Service) // registers kinds of the test's own, before the background work begins
	API     func(*api.Deps)     // changes what the doors are made from: log, pages, tunnel, names
	Doors   func(*api.Server)   // changes the doors before anybody comes through them
}

// NewScenario opens a shop. A package that uses it has slicertest.Main as its TestMain, since files are read by a child
// of the program.
func NewScenario(tb testing.TB, o Setup) *Scenario {
	tb.Helper()
	if o.Dir == "" {
		o.Dir = tb.TempDir()
	}
	if o.Engine == nil {
		o.Engine = slicertest.Stub{}
	}
	log := slog.New(slog.DiscardHandler)
	s := &Scenario{tb: tb, quiet: o.Quiet}
	s.Path = filepath.Join(o.Dir, "shop.db")
	var err error
	if s.Store, err = storage.Open(o.Dir, storage.Options{Reserve: cmp.Or(o.Reserve, -1), Log: log}); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Store.Close() })
	s.DB = dbtest.OpenAt(tb, s.Path)
	s.DB.SetNow(s.Now)
	tb.Cleanup(s.AlarmsAgree)
	tb.Cleanup(s.StandingsAgree)
	if !o.Damaged {
		tb.Cleanup(s.endsInAgreement)
	}
	engine, err := slicer.With(o.Engine, slicer.Options{Dir: filepath.Join(o.Dir, "slicing")})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = engine.Close() })

	shopDoor, publicDoor := listen(tb), listen(tb)
	s.address = Doors{Shop: "http://" + shopDoor.Addr().String(), Public: "http://" + publicDoor.Addr().String()}
	s.Stripe, err = stripetest.Start("127.0.0.1:0", stripetest.Options{
		Key: setting.DemoStripeKey, WebhookSecret: setting.DemoWebhookSecret, WebhookURL: s.address.Public + "/api/stripe/webhook", Now: s.Now,
		Pauses: []time.Duration{time.Millisecond}, Log: log,
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Stripe.Close() })
	o.Config.Demo, o.Config.LocalURL = !o.Unset, s.address.Public
	s.App, err = app.New(tb.Context(), app.Deps{DB: s.DB, Files: s.Store, Slicer: engine, Log: log, Config: app.Config{
		Config: o.Config, StripeURL: s.Stripe.URL(), Version: "test", SourceURL: "/source.tar.gz", Workers: 2, Settle: o.Settle,
	}})
	if err != nil {
		tb.Fatal(err)
	}
	if o.Events != nil {
		o.Events(s.Events)
	}
	if o.Tasks != nil {
		o.Tasks(s.Tasks)
	}
	if o.Quiet {
		s.Slices.Start(1, slice.Long)
		tb.Cleanup(s.Slices.Close)
	} else {
		if err := s.Run(context.WithoutCancel(tb.Context())); err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(s.Close)
	}
	link, err := s.Accounts.SetupLink(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	s.address.SetupToken = Token(link)
	if o.NoDoors {
		_, _ = shopDoor.Close(), publicDoor.Close()
		return s
	}
	deps := api.Deps{App: s.App, Log: log, Version: "test", PublicURL: s.Settings.Origin, PayOrigin: s.Stripe.URL(), FileBytes: shop.MaxFileBytes}
	if o.API != nil {
		o.API(&deps)
	}
	s.Server = api.New(deps)
	if o.Doors != nil {
		o.Doors(s.Server)
	}
	go func() { _ = s.Server.ServeShop(shopDoor) }()
	go func() { _ = s.Server.ServePublic(publicDoor) }()
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.Server.Shutdown(ctx); err != nil {
			tb.Errorf("the doors did not close: %v", err)
		}
	})
	return s
}

func listen(tb testing.TB) net.Listener {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

func (s *Scenario) doors() Doors { return s.address }

// Address is where the doors are.
func (s *Scenario) Address() Doors { return s.address }

// Now is the shop's time.
func (s *Scenario) Now() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }

// Pass puts the shop's clock forward.
func (s *Scenario) Pass(d time.Duration) { s.ahead.Add(int64(d)) }

// Read runs fn on the database.
func (s *Scenario) Read(fn func(context.Context, *db.Tx) error) {
	s.tb.Helper()
	ctx := context.Background()
	if err := s.DB.Read(ctx, func(tx *db.Tx) error { return fn(ctx, tx) }); err != nil {
		s.tb.Fatal(err)
	}
}

// Write changes the database behind the shop's back.
func (s *Scenario) Write(fn func(context.Context, *db.Tx) error) {
	s.tb.Helper()
	ctx := context.Background()
	if err := s.DB.Write(ctx, func(tx *db.Tx) error { return fn(ctx, tx) }); err != nil {
		s.tb.Fatal(err)
	}
}

// FilesAgree sweeps and then holds every file against its row: for a test whose shop was harmed on the way.
func (s *Scenario) FilesAgree() {
	s.tb.Helper()
	s.Pass(time.Hour)
	if err := s.Files.SweepOlder(context.Background(), 0, math.MaxInt, 0); err != nil {
		s.tb.Fatal(err)
	}
	s.compare()
}

// endsInAgreement is the end of a scenario whose work has stopped: no sweep is needed for its files to have rows.
func (s *Scenario) endsInAgreement() {
	s.tb.Helper()
	if s.App == nil || s.tb.Failed() {
		return
	}
	if err := s.Files.Drain(context.Background()); err != nil {
		s.tb.Fatal(err)
	}
	s.compare()
}

// compare holds every file against its row and every row against its file.
func (s *Scenario) compare() {
	s.tb.Helper()
	ctx := context.Background()
	rows := map[string]db.Blob{}
	s.Read(func(ctx context.Context, tx *db.Tx) error {
		all, err := tx.BlobsAfter(ctx, "", 10_000)
		for _, b := range all {
			rows[b.ID] = b
		}
		return err
	})
	for _, b := range rows {
		if err := s.Store.Verify(ctx, storage.Object{Bucket: storage.Bucket(b.Bucket), ID: b.ID, Size: b.Size, SHA256: b.SHA256, Packed: b.Packed}); err != nil {
			s.tb.Errorf("a row without its file: %v", err)
		}
	}
	for _, bucket := range storage.Buckets() {
		for info, err := range s.Store.List(bucket) {
			if _, ok := rows[info.ID]; !ok || err != nil {
				s.tb.Errorf("a file without a row: %s in %s, %v", info.ID, bucket, err)
			}
		}
	}
}

// alarmKey is what is unique among open alarms.
type alarmKey struct {
	kind     shop.AlarmKind
	objectID string
}

// AlarmsAgree holds the open alarms against what there is to raise one about: each is there exactly while its cause is.
func (s *Scenario) AlarmsAgree() {
	s.tb.Helper()
	open, causes := map[alarmKey]bool{}, map[alarmKey]bool{}
	s.Read(func(ctx context.Context, tx *db.Tx) error {
		alarms, _, err := tx.AlarmPage(ctx, "", 10_000)
		if err != nil {
			return err
		}
		for _, a := range alarms {
			if a.Kind != shop.AlarmDisk && a.Kind != shop.AlarmSweep && a.Kind != shop.AlarmDeletion { // no row says whether they should be
				open[alarmKey{a.Kind, a.ObjectID}] = true
			}
		}
		all, err := tx.AlarmCauses(ctx)
		for _, c := range all {
			causes[alarmKey{c.Kind, c.ObjectID}] = true
		}
		return err
	})
	for k := range causes {
		if !open[k] {
			s.tb.Errorf("no alarm is open: %+v", k)
		}
	}
	for k := range open {
		if !causes[k] {
			s.tb.Errorf("an alarm is open without a cause: %+v", k)
		}
	}
}

// Blocked is an engine that slices until it is stopped: parts get a key and a place, and never a result.
type Blocked struct{}

// Slice works until it is stopped.
func (Blocked) Slice(ctx context.Context, _ slicer.Job) (slicer.Report, error) {
	<-ctx.Done()
	return slicer.Report{}, errors.Join(context.Cause(ctx))
}

// Name is none.
func (Blocked) Name() string { return "none" }

// Version is 0.
func (Blocked) Version() string { return "0" }
