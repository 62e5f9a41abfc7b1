package app

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"buildplate/app/apptest/need"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/db/dbtest"
	"buildplate/slicer"
	"buildplate/storage"
)

// cartShop is a demonstration with its files, whose background work runs only where a test calls it.
type cartShop struct {
	*App
	t     *testing.T
	ahead atomic.Int64 // of the clock
}

// noEngine gives slices a key and never makes one.
type noEngine struct{}

// Slice works until it is stopped.
func (noEngine) Slice(ctx context.Context, _ slicer.Job) (slicer.Report, error) {
	<-ctx.Done()
	return slicer.Report{}, context.Cause(ctx)
}

func (noEngine) Name() string    { return "none" }
func (noEngine) Version() string { return "0" }

func newCartShop(t *testing.T) *cartShop {
	t.Helper()
	return newCartShopAt(t, t.TempDir())
}

func newCartShopAt(t *testing.T, dir string) *cartShop {
	t.Helper()
	if !slicer.Built() {
		need.Without(t, "cura", slicer.ErrNotBuilt.Error())
	}
	quiet := slog.New(slog.DiscardHandler)
	files, err := storage.Open(dir, storage.Options{Reserve: -1, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = files.Close() })
	s, err := slicer.With(noEngine{}, slicer.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	c := &cartShop{t: t}
	d := dbtest.OpenAt(t, filepath.Join(dir, "shop.db"))
	d.SetNow(func() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) })
	c.App, err = New(t.Context(), Deps{DB: d, Files: files, Slicer: s, Log: quiet, Config: Config{Demo: true, LocalURL: "http://shop.test"}})
	if err != nil {
		t.Fatal(err)
	}
	c.queue = slicer.NewQueue(1, c.slices.stir)
	t.Cleanup(c.queue.Close)
	return c
}

func (c *cartShop) cart() string {
	c.t.Helper()
	id, _, err := c.OpenCart(c.t.Context(), "")
	if err != nil {
		c.t.Fatal(err)
	}
	return id
}

// upload begins a file and sends the first n bytes of it; all of them make it a part.
func (c *cartShop) upload(cart, name string, file []byte, n int) string {
	c.t.Helper()
	id, err := c.CreateUpload(c.t.Context(), cart, name, int64(len(file)))
	if err == nil && n > 0 {
		_, err = c.AppendUpload(c.t.Context(), cart, id, 0, bytes.NewReader(file[:n]))
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return id
}

// drop uploads a whole file and looks at it, without asking for a slice.
func (c *cartShop) drop(cart, name string, file []byte) {
	c.t.Helper()
	ctx := c.t.Context()
	c.upload(cart, name, file, len(file))
	for _, p := range c.parts(cart) {
		if p.State != shop.PartInspecting {
			continue
		}
		if err := c.look(ctx, p, func(found []inspected) error { return c.keepLooks(ctx, p, found) }); err != nil {
			c.t.Fatal(err)
		}
	}
}

func (c *cartShop) read(fn func(context.Context, *db.Tx) error) {
	c.t.Helper()
	ctx := context.Background()
	if err := c.db.Read(ctx, func(tx *db.Tx) error { return fn(ctx, tx) }); err != nil {
		c.t.Fatal(err)
	}
}

func (c *cartShop) write(fn func(context.Context, *db.Tx) error) {
	c.t.Helper()
	ctx := context.Background()
	if err := c.db.Write(ctx, func(tx *db.Tx) error { return fn(ctx, tx) }); err != nil {
		c.t.Fatal(err)
	}
}

func (c *cartShop) parts(cart string) (parts []shop.Part) {
	c.t.Helper()
	c.read(func(ctx context.Context, tx *db.Tx) (err error) {
		parts, err = tx.Parts(ctx, cart)
		return err
	})
	return parts
}

func (c *cartShop) version(cart string) (v int64) {
	c.t.Helper()
	c.read(func(ctx context.Context, tx *db.Tx) error {
		found, err := tx.Cart(ctx, cart)
		v = found.Version
		return err
	})
	return v
}

// review asks for the cart to be looked at by a person.
func (c *cartShop) review(cart string) (CheckoutView, error) {
	return c.Checkout(c.t.Context(), cart, CheckoutRequest{
		Contact:  shop.Contact{Name: "Ada Lovelace", Email: "ada@example.com", Phone: "02 5550 1234"},
		Delivery: shop.Delivery{Method: shop.Pickup}, TermsVersion: "1", TermsAccepted: true, Payment: shop.ByReview,
	})
}

// nothingHalf sweeps and then holds every file against its row.
func (c *cartShop) nothingHalf() {
	c.t.Helper()
	c.ahead.Add(int64(time.Hour))
	if err := c.files.SweepOlder(c.t.Context(), 0, true); err != nil {
		c.t.Fatal(err)
	}
	rows := map[string]db.Blob{}
	c.read(func(ctx context.Context, tx *db.Tx) error {
		all, err := tx.BlobsAfter(ctx, "", 10_000)
		for _, b := range all {
			rows[b.ID] = b
		}
		return err
	})
	for _, b := range rows {
		if err := c.store.Verify(c.t.Context(), storage.Object{Bucket: storage.Bucket(b.Bucket), ID: b.ID, Size: b.Size, SHA256: b.SHA256}); err != nil {
			c.t.Errorf("a row without its file: %v", err)
		}
	}
	for _, bucket := range storage.Buckets() {
		for info, err := range c.store.List(bucket) {
			if _, ok := rows[info.ID]; !ok || err != nil {
				c.t.Errorf("a file without a row: %s in %s, %v", info.ID, bucket, err)
			}
		}
	}
}
