package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"buildplate/app"
	"buildplate/app/api"
	"buildplate/app/cart"
	"buildplate/app/demo"
	"buildplate/app/logging"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/app/stripetest"
	"buildplate/db"
	"buildplate/slicer"
	"buildplate/storage/failpoint"
	"buildplate/web"
)

// Serve runs the shop.
type Serve struct {
	Data       string   `default:"data" env:"BUILDPLATE_DATA" help:"Folder for the database and the files." type:"path"`
	Shop       string   `default:":8080" env:"BUILDPLATE_SHOP" help:"Door for the local network: staff and customers."`
	Public     string   `default:"127.0.0.1:8081" env:"BUILDPLATE_PUBLIC" help:"Door that the tunnel points at: customers only."`
	PublicURL  string   `name:"public-url" env:"BUILDPLATE_PUBLIC_URL" help:"Address that customers reach the public door by, as https://prints.example." placeholder:"URL"`
	Tunnel     string   `enum:"none,cloudflared,tailscale" default:"none" env:"BUILDPLATE_TUNNEL" help:"What stands before the public door: none, cloudflared or tailscale."`
	TunnelFrom []string `name:"tunnel-from" env:"BUILDPLATE_TUNNEL_FROM" help:"Where the tunnel's program connects from, if not from this machine: an address or a network, as 172.18.0.0/16. From elsewhere nobody names a visitor's address." placeholder:"ADDRESS"`
	Host       []string `env:"BUILDPLATE_HOSTS" help:"A further name this machine is known by on the local network." placeholder:"NAME"`
	Engine     string   `enum:"auto,embedded,native" default:"auto" env:"BUILDPLATE_ENGINE" help:"Which CuraEngine: auto, embedded or native."`
	Native     string   `name:"cura-engine" env:"BUILDPLATE_CURA_ENGINE" help:"An installed CuraEngine." placeholder:"PATH"`
	Workers    int      `env:"BUILDPLATE_WORKERS" help:"Slices at once; 0 is one for each core."`
	Demo       bool     `env:"BUILDPLATE_DEMO" help:"A demonstration: a sample shop, and a stand-in for Stripe."`
	Empty      bool     `env:"BUILDPLATE_EMPTY" help:"With --demo: without sample orders and people."`
	Stripe     string   `name:"stripe-stand-in" default:"127.0.0.1:8082" env:"BUILDPLATE_STRIPE_STAND_IN" help:"Where the demonstration's stand-in for Stripe listens, or the URL of one that runs already."`
	LogFormat  string   `enum:"text,json" default:"text" env:"BUILDPLATE_LOG_FORMAT" help:"Form of the log's lines: text or json."`
	LogLevel   string   `enum:"debug,info,warn,error" default:"info" env:"BUILDPLATE_LOG_LEVEL" help:"What the log tells: debug (every request), info, warn or error."`
	Pages      string   `hidden:"" env:"BUILDPLATE_PAGES" help:"Where a development server serves the pages, if not this program."`
	Reserve    int64    `hidden:"" env:"BUILDPLATE_RESERVE" help:"Bytes to keep free on the disk; 0 is the larger of 1 GiB and 5 %."`

	LongSlice    time.Duration `hidden:"" env:"BUILDPLATE_LONG_SLICE" help:"How long a slice may run before it makes way for others; 0 is a minute."`
	VisitorBytes int64         `hidden:"" env:"BUILDPLATE_VISITOR_BYTES" help:"Bytes that one visitor may leave before an order; 0 is 8 GB."`
	Ahead        time.Duration `hidden:"" env:"BUILDPLATE_AHEAD" help:"With --demo: how far the shop's clock is ahead of this machine's, as 2400h."`
}

// mostMemory is from where on the shop rather spends time than memory. All pieces of uploads that both doors take at once are
// 144 MiB, and the rest of what it holds under attack is under 100; the program itself and what the system counts besides stay
// well below the promised 512 MiB, on a machine too busy to tidy up in time, too. What needs much is done by children, which
// have bounds of their own.
const mostMemory = 320 << 20

// standInAddress is where the stand-in for Stripe listens by itself.
const standInAddress = "127.0.0.1:8082"

// databaseName is the database in the data folder.
const databaseName = "buildplate.db"

// doorFile says in the data folder where the shop's door listened last, for commands that print its address.
const doorFile = "door"

// grace is how long requests under way may take when the shop stops.
const grace = 5 * time.Second

// Run opens the data folder, starts the shop and serves until the context ends.
func (s *Serve) Run(ctx context.Context, io Streams, emb Embedded) (err error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.LogLevel)); err != nil {
		return wrongCall{err}
	}
	if err := s.demoAlone(); err != nil {
		return err
	}
	tunnelFrom, err := s.tunnelFrom()
	if err != nil {
		return wrongCall{err}
	}
	log := logging.New(io.Err, s.LogFormat, level)
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(mostMemory)
	}
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	defer func() { err = s.noRoom(err) }()
	files, err := s.openFiles(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	// Before anything is written, which may need the room of what dead slices left.
	slice, err := slicer.New(ctx, slicer.Options{Engine: s.Engine, Native: s.Native, Dir: filepath.Join(s.Data, "slicing")})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, slice.Close()) }()
	sample, err := s.claim(ctx, files)
	if err != nil {
		return err
	}
	clock := demo.Clock{Ahead: s.Ahead}
	database, err := db.Open(ctx, s.databasePath(), emb.Schema, db.Options{Log: log, Now: clock.Now, BeforeMigrate: copyBefore(s.Data, log), Step: failpoint.Reach})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, database.Close()) }()
	if slice.Reason != nil {
		log.InfoContext(ctx, "slicing with the engine inside", "why", slice.Reason)
	}
	for _, w := range slicer.Weaknesses() {
		log.WarnContext(ctx, "slices are not confined in full", "code", w.Code, "message", w.Message)
	}

	shopDoor, err := net.Listen("tcp", s.Shop)
	if err != nil {
		return fmt.Errorf("the shop's door: %w", err)
	}
	publicDoor, err := net.Listen("tcp", s.Public)
	if err != nil {
		return fmt.Errorf("the public door: %w", err)
	}
	shopURL, publicURL := address(shopDoor), address(publicDoor)
	if err := s.keep(doorFile, []byte(shopDoor.Addr().String())); err != nil {
		return err
	}

	visitors, staff := publicURL, shopURL
	if s.Pages != "" {
		visitors, staff = s.Pages, s.Pages
	}
	cfg := app.Config{Config: setting.Config{Demo: s.Demo, PublicURL: s.PublicURL, LocalURL: visitors, Nameless: s.Tunnel == string(api.TunnelNone)}, Version: Release, SourceURL: Source, Workers: s.Workers, LongSlice: s.LongSlice, VisitorBytes: s.VisitorBytes, Settle: cart.Settle}
	for _, w := range s.doorWarnings(publicDoor.Addr()) {
		log.WarnContext(ctx, w)
		cfg.Warnings = append(cfg.Warnings, w)
	}
	if sample.State == filling {
		cfg.Printers = demo.Printers()
	}
	var payOrigin string
	var standIn *stripetest.Server
	if s.Demo && s.standInElsewhere() {
		cfg.StripeURL, payOrigin = s.Stripe, s.Stripe
	} else if s.Demo {
		opts := stripetest.Options{
			Key: setting.DemoStripeKey, WebhookSecret: setting.DemoWebhookSecret, Now: clock.Now, Log: log, Later: 20 * time.Second,
		}
		standIn, err = stripetest.Start(s.Stripe, opts)
		if err != nil && s.Stripe == standInAddress { // another demonstration has it
			standIn, err = stripetest.Start("127.0.0.1:0", opts)
		}
		if err != nil {
			return fmt.Errorf("the stand-in for Stripe: %w", err)
		}
		defer func() { err = errors.Join(err, standIn.Close()) }()
		cfg.StripeURL, payOrigin = standIn.URL(), standIn.URL()
	}
	a, err := app.New(ctx, app.Deps{DB: database, Files: files, Slicer: slice, Log: log, Config: cfg})
	if err != nil {
		return err
	}
	defer a.Close()
	err = database.Read(ctx, func(tx *db.Tx) error {
		doors, err := a.Settings.DoorWarnings(ctx, tx) // the status page derives it anew: the address may be set later
		for _, w := range doors {
			log.WarnContext(ctx, w)
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := a.Work(ctx); err != nil {
		return err
	}
	if sample.State == filling {
		if sample, err = s.fill(ctx, io, demo.Shop{App: a, Cards: standIn, Clock: &clock}); err != nil {
			if ctx.Err() != nil { // it is to stop: the next start begins anew
				return nil
			}
			return err
		}
	}
	if standIn != nil {
		standIn.DeliverTo(publicURL + "/api/stripe/webhook")
	}
	if err := a.Schedule(ctx); err != nil {
		return err
	}

	server := api.New(api.Deps{
		App: a, Log: log, UI: web.Files, UIBuilt: web.Built(), Version: Release, PublicURL: a.Settings.Origin, Tunnel: api.Tunnel(s.Tunnel), TunnelFrom: tunnelFrom, Hosts: s.Host,
		PayOrigin: payOrigin, FileBytes: shop.MaxFileBytes,
	})
	failed := make(chan error, 2)
	go func() { failed <- server.ServeShop(shopDoor) }()
	go func() { failed <- server.ServePublic(publicDoor) }()
	if err := s.greet(ctx, io, a, sample, staff, visitors); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	return errors.Join(err, server.Shutdown(stop))
}

// address is how this machine reaches a listener.
func address(l net.Listener) string { return addressOf(l.Addr().String()) }

// addressOf is how this machine reaches what listens at host:port.
func addressOf(listens string) string {
	host, port, _ := net.SplitHostPort(listens)
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// greet prints where the shop is, and on the first start the link that sets it up.
func (s *Serve) greet(ctx context.Context, io Streams, a *app.App, sample mark, shopURL, publicURL string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "\n  Buildplate %s\n\n", Release)
	if s.Demo {
		b.WriteString("  This is a demonstration: a stand-in takes the cards. No money moves.\n\n")
	}
	fmt.Fprintf(&b, "  Customers      %s\n", publicURL)
	fmt.Fprintf(&b, "  Staff          %s/staff\n", shopURL)
	link, err := a.Accounts.SetupLink(ctx)
	if err != nil {
		return err
	}
	if link != "" {
		fmt.Fprintf(&b, "  First admin    %s%s\n                 (works once, for a day)\n", shopURL, link)
	}
	if s.Demo {
		s.greetSample(&b, sample, publicURL)
	}
	if s.PublicURL != "" {
		fmt.Fprintf(&b, "  Public address %s\n", s.PublicURL)
	}
	if !web.Built() && s.Pages == "" {
		b.WriteString("\n  The pages are not in this build: run `make run`.\n")
	}
	_, err = fmt.Fprintln(io.Out, b.String())
	return err
}

// Routes lists every route, the doors it is on, and who may use it.
type Routes struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// Run prints the list.
func (c Routes) Run(io Streams) error {
	routes := api.Routes()
	if c.JSON {
		return printJSON(io.Out, routes)
	}
	for _, r := range routes {
		fmt.Fprintf(io.Out, "%-7s %-50s %v %v\n", r.Method, r.Path, r.Doors, r.Roles)
	}
	return nil
}

// OpenAPI prints the description of the API.
type OpenAPI struct{}

// Run prints it.
func (OpenAPI) Run(io Streams) error {
	text, err := api.OpenAPI()
	if err == nil {
		_, err = io.Out.Write(append(text, '\n'))
	}
	return err
}
