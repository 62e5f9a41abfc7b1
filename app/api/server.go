package api

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"buildplate/app"
	"buildplate/app/shop"

	"github.com/gofiber/fiber/v2"
)

// Deps is what the doors are made from.
type Deps struct {
	App     *app.App
	Log     *slog.Logger
	UI      fs.FS  // the built pages; nil or without index.html, a page says how to build them
	UIBuilt bool   // whether UI has them
	Version string // of the program, for the API's description

	// PublicURL is the origin that customers reach the public door by ("https://prints.example"), empty while unset.
	// It is asked for each request, since staff may change it on screen.
	PublicURL func() string
	Tunnel    Tunnel // whose word about visitors' addresses is taken on the public door
	// TunnelFrom is where the tunnel's program connects from besides this machine. From elsewhere its headers are nobody's word.
	TunnelFrom []netip.Prefix
	Hosts      []string // further names this machine is known by
	PayOrigin  string   // in a demo: where the stand-in's payment page lives
	FileBytes  int64    // the largest upload, told to upload clients
}

// Server is the shop's two doors.
type Server struct {
	deps    Deps
	log     *slog.Logger
	hosts   *hosts
	known   *knownUploads
	streams *streams
	pages   *pages
	policy  string
	must    func(shop.Actor, shop.Permission, shop.Object) error // Actor.Must; a test does without
	witness func(Route) shop.Witness                             // of what use cases ask, in a test
	peer    func(*fiber.Ctx) net.Addr                            // who is at the other end; a test says so

	catalog       shopHandlers
	carts         cartHandlers
	uploads       uploadHandlers
	refusedModels refusedModelHandlers
	orders        orderHandlers
	invoices      invoiceHandlers
	jobs          jobHandlers
	accounts      accountHandlers
	people        peopleHandlers
	settings      settingHandlers
	machines      machineHandlers
	ops           opsHandlers
	files         fileHandlers
	cards         cardHandlers

	base    context.Context // of requests: outlives the doors' closing by the grace time
	cancel  context.CancelFunc
	closing chan struct{}
	once    sync.Once

	shop, public *door
}

// New builds both doors. They serve once main gives them listeners: ServeShop, ServePublic.
func New(deps Deps) *Server {
	if deps.Log == nil {
		deps.Log = slog.New(slog.DiscardHandler)
	}
	if deps.Tunnel == "" {
		deps.Tunnel = TunnelNone
	}
	s := &Server{
		deps: deps, log: deps.Log, hosts: newHosts(deps.Hosts), known: newKnownUploads(time.Now),
		streams: newStreams(), pages: newPages(deps.UI, deps.UIBuilt), policy: pagePolicy(deps.PayOrigin),
		must: shop.Actor.Must, peer: func(c *fiber.Ctx) net.Addr { return c.Context().RemoteAddr() }, closing: make(chan struct{}),
	}
	if a := deps.App; a != nil {
		s.catalog, s.carts, s.jobs = shopHandlers{a.Catalog}, cartHandlers{a.Carts}, jobHandlers{a.Jobs}
		s.uploads, s.machines = uploadHandlers{a.Carts}, machineHandlers{a.Catalog}
		s.refusedModels = refusedModelHandlers{a.Carts}
		s.orders = orderHandlers{a.Orders, a.Billing}
		s.invoices = invoiceHandlers{a.Billing, a.Orders}
		s.files, s.cards = fileHandlers{a.Files}, cardHandlers{a.Cards}
		s.accounts, s.people, s.settings, s.ops = accountHandlers{a.Accounts}, peopleHandlers{a.Accounts}, settingHandlers{a.Settings, a.Cards}, opsHandlers{a.Ops}
	}
	s.base, s.cancel = context.WithCancel(context.Background())
	s.shop, s.public = s.newDoor(Shop), s.newDoor(Public)
	return s
}

// Shop is the door for the local network: everything.
func (s *Server) Shop() *fiber.App { return s.shop.app }

// Public is the door that the tunnel points at: customers only.
func (s *Server) Public() *fiber.App { return s.public.app }

// ServeShop and ServePublic serve a door at a listener until Shutdown.
func (s *Server) ServeShop(ln net.Listener) error { return s.shop.app.Listener(s.shop.gate.guard(ln)) }

// ServePublic is ServeShop for the public door.
func (s *Server) ServePublic(ln net.Listener) error {
	return s.public.app.Listener(s.public.gate.guard(ln))
}

// Shutdown closes both doors: streams end at once, requests under way finish until ctx ends, then their work is cancelled.
func (s *Server) Shutdown(ctx context.Context) error {
	s.once.Do(func() { close(s.closing) })
	defer s.cancel()
	errs := make([]error, 2)
	var wg sync.WaitGroup
	for i, d := range []*door{s.shop, s.public} {
		wg.Go(func() { errs[i] = d.app.ShutdownWithContext(ctx) })
	}
	wg.Wait()
	return errors.Join(errs...)
}
