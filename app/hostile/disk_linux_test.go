package hostile_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"buildplate/app/apptest"
	"buildplate/app/apptest/need"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/storage"
)

const (
	diskSize    = 4 * storage.BallastSize
	diskReserve = storage.BallastSize + 16<<20 // so that files are refused where only the ballast was given up
)

// disk mounts a file system of the test's own on a new folder.
func disk(t *testing.T) string {
	t.Helper()
	if os.Getenv(ownNetwork) == "" {
		need.Without(t, "disk", "only root may mount a disk of the test's own")
	}
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d,mode=700", diskSize)); err != nil {
		need.Without(t, "disk", "this system gives a test no disk of its own: "+err.Error())
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// Another program fills the shop's disk. Whoever has ordered looks at their order and pays, Stripe's messages settle; the owner
// logs in, lists, deletes and takes money, also in a shop that starts on the full disk. What takes room is refused with a reason.
// With room again whoever had a part in the cart orders it, and the next customer is served.
func TestAFullDiskStopsNoSale(t *testing.T) {
	beside(t)
	for _, tunnel := range []string{"cloudflared", "none"} {
		t.Run(tunnel, func(t *testing.T) {
			beside(t)
			dir := disk(t)
			f := openWith(t, tunnel, apptest.Options{Data: dir, Env: []string{fmt.Sprint("BUILDPLATE_RESERVE=", diskReserve)}})
			filler := filepath.Join(dir, "somebody else's")
			ballast := func() bool {
				_, err := os.Stat(filepath.Join(dir, "ballast"))
				return !errors.Is(err, fs.ErrNotExist)
			}
			owner := apptest.SetUp(t, f)
			quiet := f.quiet(t, owner)
			during, after := f.beginsToBuy(t), f.beginsToBuy(t)
			apptest.Await(t, "bytes to be kept back", ballast)

			seen := &served{}
			apptest.Crowd(t, filler, 0)
			apptest.Await(t, "them to be given up", func() bool { return !ballast() })
			during.goesOn(t, seen, owner)

			f.frugal(t)
			f.Kill()
			apptest.Crowd(t, filler+" too", 4<<20) // nearly all that was given up
			f.Process = apptest.Start(t, f.options)
			after.goesOn(t, seen, owner)

			t.Logf("full: %s; quiet: %s", seen, quiet)
			seen.prompt(t, quiet)
			f.frugal(t)
			for _, file := range []string{filler, filler + " too"} {
				if err := os.Remove(file); err != nil {
					t.Fatal(err)
				}
			}
			for _, b := range []begun{during, after} {
				v := apptest.VisitorOf(t, b.shopper)
				v.PaysOn(v.Checkout(apptest.Order(shop.ByCard, v.Price().Price.Total)).PayURL)
			}
			f.quiet(t, owner)
			f.standIn.Wait()
			f.Stop(t)
			apptest.Audit(t, f.Data, apptest.Killed)
		})
	}
}

// begun are those who came before the disk was full.
type begun struct {
	f       *field
	shopper *apptest.Client // whose part is sliced
	buyer   *apptest.Client // who has ordered
	placed  order.CheckoutView
	owed    string // the number of an order that is to be paid by transfer
	spare   string // and of one that is deleted
}

func (f *field) beginsToBuy(t *testing.T) begun {
	t.Helper()
	b := begun{f: f, shopper: f.neighbour(), buyer: f.neighbour()}
	v := apptest.VisitorOf(t, b.shopper)
	v.Drop("part.stl", f.newPart())
	f.sliced(t, v)
	b.placed = customer{f, b.buyer, nil}.orders(t, apptest.Block(12, 10, 4))
	for _, into := range []*string{&b.owed, &b.spare} {
		v := apptest.VisitorOf(t, f.neighbour())
		v.Drop("block.stl", apptest.Block(12, 10, 4))
		f.sliced(t, v)
		*into = v.Checkout(apptest.Order(shop.ByTransfer, v.Price().Price.Total)).OrderNumber
	}
	return b
}

// goesOn is all the business there is without room for a file.
func (b begun) goesOn(t *testing.T, seen *served, owner *apptest.Staff) {
	t.Helper()
	noted := func(c *apptest.Client, to *answers) {
		c.Via(func(t http.RoundTripper) http.RoundTripper { return note{t, to} })
	}
	noted(b.buyer, &seen.customers)
	looksAround(t, b.buyer, "/", "/api/shop", "/api/quick-order/cart")
	v := apptest.VisitorOf(t, b.buyer)
	v.PaysOn(b.placed.PayURL)
	if o := v.Order(b.placed.OrderURL); o.Status != "paid" || o.Balance != 0 {
		t.Errorf("the order is %s and owes %s", o.Status, o.Balance)
	}
	seen.customers.complain(t)

	in := apptest.LogIn(t, b.f)
	noted(in.Client, &seen.owner)
	looksAround(t, in.Client, "/api/orders?tab=all", "/api/jobs", "/api/status")
	o := owner.Find(b.owed)
	if _, err := apptest.Post[any](t.Context(), in.Client, "/api/invoices/"+o.InvoiceID+"/mark-paid", map[string]any{"version": o.InvoiceVersion, "method": "transfer", "amount": o.Total}); err != nil {
		t.Errorf("taking the money: %v", err)
	}
	o = owner.Find(b.spare)
	if a, err := in.Send(t.Context(), http.MethodDelete, fmt.Sprintf("/api/orders/%s?version=%d", o.ID, o.Version), nil); err != nil || a.Status != http.StatusNoContent {
		t.Errorf("deleting answers %d %s (%v)", a.Status, a.Body, err)
	}
	seen.owner.complain(t)

	late := b.f.neighbour()
	late.Patience, b.shopper.Patience = 0, 0
	price := apptest.VisitorOf(t, b.shopper).Price().Price.Total
	_, ordered := b.shopper.CheckOut(t.Context(), apptest.Order(shop.ByCard, price))
	for what, err := range map[string]error{"a new file": late.Upload(t.Context(), "late.stl", b.f.newPart(), shop.MaxUploadPiece), "an order's copy of its files": ordered} {
		if apptest.StatusOf(err) != http.StatusInsufficientStorage {
			t.Errorf("%s on a full disk: %v, want it refused for that", what, err)
		}
	}
}
