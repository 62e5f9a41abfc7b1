package hostile_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/apptest/need"
	"buildplate/app/setting"
	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/app/stripetest"
)

// What must hold while the shop is under attack.
const (
	slowest    = 250 * time.Millisecond // 99 of 100 answers to customers are faster, and as many to the owner, slicing aside
	mostMemory = 512 << 20              // of the shop's process
	mostLogin  = time.Second            // for the owner to log in
)

// longestSlice is how long an honest cube may take beside whatever else is to be sliced: as long as a slice of somebody else may
// hold a worker, and then so many times as long as the same cube takes alone. Before there were turns it was two hundred times.
func (f *field) longestSlice() time.Duration {
	const mostDelay = 20
	return slice.Long + mostDelay*f.alone
}

// patient is what a promised time may take here: the short form shares its machine with other tests. Memory it does not share.
func patient(promised time.Duration) time.Duration {
	if need.Soak() {
		return promised
	}
	return 8 * promised
}

// field is a shop under attack.
type field struct {
	*apptest.Process
	options  apptest.Options
	named    bool // the tunnel names visitors' addresses
	standIn  *stripetest.Server
	harm     string            // the address of the attack under way
	attacks  atomic.Int64      // so far
	visitors atomic.Int64      // customers so far, for addresses of their own
	slowed   atomic.Int64      // how often it was told to slow down
	told     atomic.Int64      // how often it was told what is nobody's business
	shown    atomic.Int64      // how often it was shown what is its own
	minted   atomic.Int64      // how many links it was given
	left     atomic.Int64      // bytes of files that it left before it was refused more
	guessers *strangers        // who attack the shop's own door
	alone    time.Duration     // a cube's slice in the quiet shop
	own      ordered           // what the attacker bought before
	endless  []*apptest.Client // whose carts have slices without an end
	strikes  strikes           // of the attack under way
	struck   []string          // a row for each attack
}

// attack is what one visitor does until the context ends.
type attack struct {
	name  string
	run   func(ctx context.Context, f *field)
	aims  []int // the answers of what it is aimed at
	least int   // it has to reach that so often, or it proves nothing
	owed  bool  // each request has to be answered, if only by a refusal
	slows bool  // the shop has to slow it down, or to refuse more
	lan   bool  // it comes from the local network, to the shop's own door
	ours  bool  // it has to be shown its own order, and given links to it
	tabs  bool  // meanwhile six tabs of the owner's hear of what happens
}

// attacks come in this order because the last ones leave work behind, which would slow the slices beside all that follow.
func attacks() []attack {
	return []attack{
		{name: "uploads begun and left", run: leaveUploads, aims: []int{201, 429}, least: 20},
		{name: "many uploads at once", run: uploadAtOnce, aims: []int{204, 503}, least: 12, owed: true},
		{name: "carts forged without end", run: forgeCarts, aims: []int{200, 201, 429}, least: 200},
		{name: "links and payment pages that are not", run: guessLinks, aims: []int{404, 429}, least: 200},
		{name: "the own order's link again and again", run: askForLink, aims: []int{200, 201, 303, 429}, least: 200, ours: true},
		{name: "forged messages of Stripe", run: forgeMessages, aims: []int{400}, least: 100},
		{name: "guesses at the owner's password", run: guessPasswords, aims: []int{401, 429}, least: 60, slows: true, lan: true},
		{name: "set-up asked for again and again", run: askForSetup, aims: []int{200, 401}, least: 100, lan: true},
		{name: "event streams held open", run: holdStreams, aims: []int{200, 503}, least: 60, tabs: true},
		{name: "bodies that trickle", run: trickleBodies, aims: []int{held}, least: 40},
		{name: "connections held open", run: holdConnections, aims: []int{held}, least: 1100},
		{name: "archives of many parts, all changed at once", run: changeArchives, aims: []int{200}, least: 5},
		{name: "archives of heavy parts", run: sendHeavyArchives, aims: []int{204}, least: 3},
		{name: "sixty carts to slice", run: fillQueue, aims: []int{204}, least: 10},
	}
}

func TestOneVisitorCannotStopTheShop(t *testing.T) {
	beside(t)
	for _, tunnel := range []string{"cloudflared", "none"} {
		t.Run(tunnel, func(t *testing.T) {
			beside(t)
			f := open(t, tunnel)
			owner := apptest.SetUp(t, f)
			quiet := f.quiet(t, owner)
			// Somebody is on the payment page as each attack begins. They came before all of them: without a tunnel one attack
			// leaves behind what the next customer waits for.
			payers := map[string]payer{}
			for _, a := range attacks() {
				payers[a.name] = f.checkedOut(t)
			}
			f.own = f.ordered(t)
			for _, a := range attacks() {
				t.Run(a.name, func(t *testing.T) { f.holds(t, a, payers[a.name], owner, quiet) })
			}
			t.Log(struckTable(f.struck))
			f.frugal(t)
			f.crashes(t, owner)
			f.standIn.Wait()
			f.Stop(t)
			b := apptest.Audit(t, f.Data, apptest.Killed) // what was being read as it stopped leaves a file, which the next start sweeps
			if b.Paid == 0 || b.Paid != b.Payments {
				t.Errorf("%d orders paid by %d payments", b.Paid, b.Payments)
			}
			if links, most := b.Links[f.own.number], 1+int(f.minted.Load()); links == 0 || links > most {
				t.Errorf("the attacker's order has %d links; looking at it makes none, and they asked for %d", links, most-1)
			}
		})
	}
}

// quiet is how customers and the owner are served while nobody attacks.
func (f *field) quiet(t *testing.T, owner *apptest.Staff) *served {
	t.Helper()
	quiet := &served{}
	for range rounds(5) {
		f.customer(&quiet.customers).buys(t)
		f.sells(t, &quiet.owner, owner)
	}
	return quiet
}

// beside lets a test run beside the others in the short form: most of each is waiting. The long form's figures are of a machine
// that does nothing else.
func beside(t *testing.T) {
	if !need.Soak() {
		t.Parallel()
	}
}

// open starts a shop behind a tunnel, with a stand-in for Stripe of its own.
func open(t *testing.T, tunnel string) *field {
	t.Helper()
	return openWith(t, tunnel, apptest.Options{})
}

// openWith starts one with options of its own.
func openWith(t *testing.T, tunnel string, o apptest.Options) *field {
	t.Helper()
	public := apptest.FreeAddress(t)
	standIn, err := stripetest.Start("127.0.0.1:0", stripetest.Options{
		Key: setting.DemoStripeKey, WebhookSecret: setting.DemoWebhookSecret, WebhookURL: "http://" + public + "/api/stripe/webhook",
		// As Stripe does, it tries again: where that was needed the log says why.
		Pauses: []time.Duration{2 * time.Second}, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = standIn.Close() })
	f := &field{named: tunnel != "none", standIn: standIn}
	o.Tunnel, o.Public, o.Shop, o.Stripe = tunnel, public, shopAddress(t), standIn.URL()
	f.options = o
	f.Process = apptest.Start(t, f.options)
	return f
}

// holds runs an attack, and customers and the owner meanwhile.
func (f *field) holds(t *testing.T, a attack, waiting payer, owner *apptest.Staff, quiet *served) {
	f.harm = fmt.Sprintf("203.0.113.%d", 1+f.attacks.Add(1))
	f.strikes.aim(a.aims...)
	f.slowed.Store(0)
	f.told.Store(0)
	if a.lan {
		f.guessers = f.strangers(t)
	}
	ctx, stop := context.WithCancel(t.Context())
	var attacker sync.WaitGroup
	attacker.Go(func() { a.run(ctx, f) })
	defer attacker.Wait()
	defer stop()
	defer func() {
		row := fmt.Sprintf("%-46s %s", a.name, &f.strikes)
		f.struck = append(f.struck, row)
		if t.Failed() {
			t.Log(struckTable([]string{row}))
		}
	}()
	apptest.Await(t, fmt.Sprintf("%d strikes to reach their aim", a.least), func() bool { return f.strikes.reached() >= a.least })

	var hear func(*testing.T)
	if a.tabs {
		hear = openTabs(ctx, t, owner, 6)
	}
	seen := &served{}
	for range rounds(20) {
		f.sells(t, &seen.owner, owner)
		if f.named {
			f.customer(&seen.customers).buys(t)
		}
	}
	// Stripe's message arrives at the first try: the next one would be in an hour.
	waiting.pays(t)
	apptest.Await(t, "the message of Stripe to settle the order", func() bool { return owner.Find(waiting.number).InvoiceState == shop.Paid })
	if hear != nil {
		hear(t)
	}
	if a.slows {
		apptest.Await(t, "the attacker to be told to slow down", func() bool { return f.slowed.Load() > 0 })
	}
	if f.told.Load() > 0 {
		t.Errorf("%d times it was told what is nobody's business", f.told.Load())
	}
	if a.ours && (f.shown.Load() == 0 || f.minted.Load() == 0) {
		t.Error("it was shown no order of its own, or given no link: counting links proves nothing")
	}
	if sent, _, broken := f.strikes.count(); a.owed && broken > 0 {
		t.Errorf("%d of %d connections broke without an answer", broken, sent)
	}
	t.Logf("%s (quiet: %s)", seen, quiet)
	seen.prompt(t, quiet)
}

// frugal fails the test where the shop's process took more memory than it may, since it started.
func (f *field) frugal(t *testing.T) {
	t.Helper()
	peak := f.PeakMemory(t)
	t.Logf("peak memory %d MiB", peak>>20)
	if peak > mostMemory {
		t.Errorf("the shop used %d MiB", peak>>20)
	}
}

// rounds is how often something is done in the long form; once in the short one.
func rounds(soak int) int {
	if need.Soak() {
		return soak
	}
	return 1
}

// client is a browser at the public door, at an address that the tunnel names where it does.
func (f *field) client(address string) *apptest.Client {
	c := apptest.NewClient(f.Public)
	if f.named {
		c.From = address
	}
	return c
}

// attacker is a new browser of the one visitor who means harm, and never waits.
func (f *field) attacker() *apptest.Client {
	c := f.client(f.harm)
	c.Patience = 0
	return c
}

// neighbour is a browser at an address that nobody had before.
func (f *field) neighbour() *apptest.Client {
	n := f.visitors.Add(1)
	return f.client(fmt.Sprintf("198.51.%d.%d", 100+n/250, 1+n%250))
}
