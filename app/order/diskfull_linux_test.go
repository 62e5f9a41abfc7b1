package order_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/storage"
)

const smallDiskSize = 40 << 20

// TestAFullDisk runs in a child with a disk of 40 MB of its own: a file system in memory, mounted where only the child
// sees it.
func TestAFullDisk(t *testing.T) { apptest.OnDiskOfItsOwn(t, smallDiskSize, fillTheDisk) }

// sent is an upload with what the shop has acknowledged of it.
type sent struct {
	cart, id string
	file     []byte
	kept     int64
	ordered  bool
}

// fillTheDisk goes on with the shop's business while the disk is full to a different byte each time.
func fillTheDisk(t *testing.T, dir string) {
	c := apptest.NewScenario(t, apptest.Setup{Dir: dir, Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	filler := filepath.Join(dir, "somebody else's")
	regular := c.NewCart()
	c.Drop(regular, "regular.jpg", photo)
	placed, err := c.Review(regular)
	if err != nil {
		t.Fatal(err)
	}
	var open []sent
	orders := []string{placed.OrderNumber}
	refused, done := 0, 0
	// try fails the test unless a refusal is about the disk.
	try := func(what string, leave int64, err error) bool {
		t.Helper()
		if err == nil {
			done++
			return true
		}
		refused++
		if !shop.IsKind(err, shop.NoSpace) {
			t.Errorf("%s with %d bytes left: %v (%q)", what, leave, err, shop.MessageOf(err))
		}
		return false
	}
	for round := range 90 {
		// Half of the visitors had begun when the disk was filled.
		u := sent{file: bytes.Repeat([]byte{byte(round), 'x'}, 30_000)}
		begin := func() (err error) {
			if u.cart, _, err = c.Carts.BeginCart(t.Context(), ""); err == nil {
				u.id, err = c.Carts.CreateUpload(t.Context(), shop.Visitor(u.cart), fmt.Sprintf("photo %d.jpg", round), int64(len(u.file)))
			}
			return err
		}
		early := round%2 == 0
		if early {
			if err := begin(); err != nil {
				t.Fatal(err)
			}
		}
		leave := int64(round) * 3 << 9
		apptest.Crowd(t, filler, leave)
		if early || try("a new upload", leave, begin()) {
			var err error
			for err == nil && u.kept < int64(len(u.file)) {
				end := min(u.kept+20_000, int64(len(u.file)))
				var to int64
				to, err = c.Carts.AppendUpload(t.Context(), shop.Visitor(u.cart), u.id, u.kept, bytes.NewReader(u.file[u.kept:end]))
				if try("a piece", leave, err) {
					u.kept = to
				}
			}
			open = append(open, u)
		}
		// Earlier customers order what is all here, and look at their orders.
		for i := range open {
			u := &open[i]
			if u.ordered || u.kept < int64(len(u.file)) {
				continue
			}
			inspectIfRoom(t, c, u.cart)
			placed, err := c.Review(u.cart)
			if shop.IsKind(err, shop.Conflict) {
				continue // its file could not be kept or inspected yet
			}
			if u.ordered = try("an order", leave, err); u.ordered {
				orders = append(orders, placed.OrderNumber)
			}
		}
		if _, err := c.Orders.Orders(t.Context(), grace, order.OrderFilter{Tab: "all"}); err != nil {
			t.Errorf("reading with %d bytes left: %v", leave, err)
		}
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			return
		}
	}
	if refused < 40 || done < 60 {
		t.Errorf("%d steps were refused and %d went through: the disk was not on the brink", refused, done)
	}
	// There is room again: without a restart every upload goes on from where it was acknowledged, and is ordered.
	for _, u := range open {
		v, err := c.Carts.Upload(t.Context(), shop.Visitor(u.cart), u.id)
		if err != nil || v.Offset < u.kept {
			t.Errorf("%d bytes of an upload were acknowledged, %d are there: %v", u.kept, v.Offset, err)
			continue
		}
		if _, err := c.Carts.AppendUpload(t.Context(), shop.Visitor(u.cart), u.id, v.Offset, bytes.NewReader(u.file[v.Offset:])); err != nil {
			t.Errorf("going on with an upload: %v", err)
		}
		c.Inspect(u.cart)
		placed, err := c.Review(u.cart)
		if err != nil {
			t.Errorf("ordering when there is room: %v", err)
			continue
		}
		if u.ordered && !slices.Contains(orders, placed.OrderNumber) {
			t.Errorf("an order became another one, %s", placed.OrderNumber)
		}
		orders = append(orders, placed.OrderNumber)
		hasFile(t, c, placed.OrderNumber, u.file)
	}
	for _, number := range orders {
		if len(c.FilesOf(number)) != 1 {
			t.Errorf("order %s has the files %v", number, c.FilesOf(number))
		}
	}
	if err := c.Store.Degraded(); err != nil {
		t.Errorf("the store became read-only: %v", err)
	}
	c.FilesAgree()
	t.Logf("%d steps went through, %d were refused", done, refused)
}

// inspectIfRoom inspects on a disk that may be too full to keep what is found.
func inspectIfRoom(t *testing.T, c *apptest.Scenario, cart string) {
	for _, p := range c.Parts(cart) {
		if p.State != shop.PartInspecting {
			continue
		}
		_ = c.Carts.Inspect(t.Context(), p)
	}
}

// hasFile fails the test unless the order's one file is the one that was sent.
func hasFile(t *testing.T, c *apptest.Scenario, number string, want []byte) {
	t.Helper()
	var f shop.OrderFile
	c.Read(func(ctx context.Context, tx *db.Tx) error {
		found, _, err := tx.OrderPage(ctx, db.ListFilter{Tab: "all", Text: number, Limit: 1})
		if err != nil {
			return err
		}
		files, err := tx.OrderFiles(ctx, found[0].ID)
		if err == nil {
			f = files[0]
		}
		return err
	})
	r, err := c.Store.Open(storage.OrderFiles, f.BlobID)
	if err != nil {
		t.Error(err)
		return
	}
	defer r.Close()
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, want) {
		t.Errorf("order %s has another file than was sent: %d bytes, %v", number, len(got), err)
	}
}

// TestTheShopGoesOnOnAFullDisk: what was kept back lets it start, log in, delete and settle.
func TestTheShopGoesOnOnAFullDisk(t *testing.T) {
	apptest.OnDiskOfItsOwn(t, 4*storage.BallastSize, goOnWithoutRoom)
}

func goOnWithoutRoom(t *testing.T, dir string) {
	filler := filepath.Join(dir, "somebody else's")
	ballast := func() bool {
		_, err := os.Stat(filepath.Join(dir, "ballast"))
		return err == nil
	}
	var paid, spare string
	t.Run("full while it runs", func(t *testing.T) {
		c := apptest.NewScenario(t, apptest.Setup{Dir: dir, Reserve: 1})
		admin := apptest.SetUp(t, c)
		for _, into := range []*string{&paid, &spare} {
			v := apptest.NewVisitor(t, c)
			v.Drop("block.stl", apptest.Block(20, 20, 10))
			v.Sliced()
			*into = v.Checkout(apptest.Order(shop.ByTransfer, v.Price().Price.Total)).OrderNumber
		}
		apptest.Await(t, "bytes are kept back", ballast)
		apptest.Crowd(t, filler, 0)
		apptest.Await(t, "they are given up", func() bool { return !ballast() })
		settle(t, c, admin, paid)
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
		apptest.Await(t, "bytes are kept back again", ballast)
	})
	apptest.Crowd(t, filler, 0)
	t.Run("full when it starts", func(t *testing.T) {
		c := apptest.NewScenario(t, apptest.Setup{Dir: dir, Reserve: 1})
		if ballast() {
			t.Error("it started with what was kept back")
		}
		admin := apptest.LogIn(t, c)
		o := admin.Find(spare)
		if a, err := admin.Send(t.Context(), "DELETE", fmt.Sprintf("/api/orders/%s?version=%d", o.ID, o.Version), nil); err != nil || a.Status != 204 {
			t.Errorf("deleting answers %d %s (%v)", a.Status, a.Body, err)
		}
		c.FilesAgree()
	})
}

// settle logs in and takes the money for an order.
func settle(t *testing.T, c *apptest.Scenario, admin *apptest.Staff, number string) {
	t.Helper()
	again := apptest.LogIn(t, c)
	o := admin.Find(number)
	_, err := apptest.Post[any](t.Context(), again.Client, "/api/invoices/"+o.InvoiceID+"/mark-paid", map[string]any{"version": o.InvoiceVersion, "method": "transfer", "amount": o.Total})
	if err != nil {
		t.Errorf("taking the money: %v", err)
	}
}
