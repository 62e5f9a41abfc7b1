package db_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
)

const mega = 1_000_000

// quotaRig begins carts and uploads against a quota.
type quotaRig struct {
	t   *testing.T
	d   *db.DB
	now *shop.Time
	q   db.Quota
}

func newQuotaRig(t *testing.T, q db.Quota) *quotaRig {
	q.Growing, q.Allowance = 3*time.Minute, mega
	d, now := clocked(t)
	return &quotaRig{t, d, now, q}
}

func (r *quotaRig) cart(address string) string {
	r.t.Helper()
	id := newID(r.t)
	write(r.t, r.d, func(ctx context.Context, tx *db.Tx) error { return tx.InsertCart(ctx, id, shop.HashToken(id), address) })
	return id
}

func (r *quotaRig) reserve(cart string, size int64) (db.Upload, error) {
	r.t.Helper()
	u := db.Upload{ID: newID(r.t), CartID: cart, Name: "a.stl", Expected: size, Expires: r.now.Add(10 * time.Minute)}
	return u, try(r.t, r.d, func(ctx context.Context, tx *db.Tx) error { return tx.ReserveUpload(ctx, u, r.q) })
}

func (r *quotaRig) must(cart string, size int64) db.Upload {
	r.t.Helper()
	u, err := r.reserve(cart, size)
	if err != nil {
		r.t.Fatal(err)
	}
	return u
}

func (r *quotaRig) advance(u db.Upload, to int64) {
	r.t.Helper()
	write(r.t, r.d, func(ctx context.Context, tx *db.Tx) error {
		return tx.AdvanceUpload(ctx, u.ID, 0, to, r.now.Add(24*time.Hour))
	})
}

func (r *quotaRig) blob(cart string, size int64) string {
	b := aBlob(r.t)
	b.CartID, b.Size = cart, size
	return insert(r.t, r.d, b).ID
}

func TestQuotaOfACart(t *testing.T) {
	r := newQuotaRig(t, db.Quota{FileBytes: 256 * mega, OwnerFiles: 4, OwnerBytes: 300 * mega, OwnerParallel: 2})
	mine := r.cart("")
	_, err := r.reserve(mine, 257*mega)
	wantKind(t, "one file", err, shop.TooLarge)
	if message := shop.MessageOf(err); !shop.IsCode(err, "file_too_large") || !strings.Contains(message, "257.0 MB") || !strings.Contains(message, "256.0 MB") {
		t.Errorf("the message is %q", message)
	}
	// Its own cart hears early that a file will not fit: what grows counts as it was announced.
	r.must(mine, 200*mega)
	_, err = r.reserve(mine, 101*mega)
	wantKind(t, "bytes of one cart", err, shop.Conflict)
	second := r.must(mine, 100*mega)
	_, err = r.reserve(mine, 1)
	wantKind(t, "growing uploads of one cart", err, shop.TooMany)
	// What has stopped is in nobody's way, and has its place when it goes on, if there is still room.
	r.advance(second, 50*mega)
	*r.now = r.now.Add(4 * time.Minute)
	r.must(mine, 200*mega)
	room := func(bytes int64) error {
		return try(t, r.d, func(ctx context.Context, tx *db.Tx) error {
			return tx.RoomFor(ctx, second.CartID, second.ClientID, 0, bytes, r.q)
		})
	}
	if err := room(50 * mega); err != nil {
		t.Error(err)
	}
	r.blob(mine, 220*mega)
	wantKind(t, "a piece for which there is no room any more", room(50*mega), shop.Conflict)
	_, err = r.reserve(mine, 1)
	wantKind(t, "files of one cart", err, shop.Conflict)
}

// Who only promises shuts out nobody: others feel the bytes that are here, and a little for what is growing.
func TestPromisesCountForLittle(t *testing.T) {
	r := newQuotaRig(t, db.Quota{AllBytes: 600 * mega})
	for range 256 {
		r.must(r.cart(""), 256*mega)
	}
	other := r.cart("")
	_, err := r.reserve(other, 350*mega)
	wantKind(t, "while 256 may begin at any moment", err, shop.Unavailable)
	r.must(other, 340*mega)
	*r.now = r.now.Add(4 * time.Minute)
	half := r.must(other, 600*mega)
	r.advance(half, 300*mega)
	_, err = r.reserve(r.cart(""), 300*mega)
	wantKind(t, "beside bytes that are here", err, shop.Unavailable)
	r.must(r.cart(""), 290*mega)
	*r.now = r.now.Add(7 * time.Minute)
	write(t, r.d, func(ctx context.Context, tx *db.Tx) error {
		unbegun, err := tx.UnbegunUploads(ctx, 1000)
		if len(unbegun) != 257 {
			t.Errorf("%d uploads never began", len(unbegun))
		}
		open, next, total, err2 := tx.OpenUploads(ctx, "", 1)
		if err2 != nil || total != 2 || len(open) != 1 {
			t.Errorf("%d uploads are under way: %+v %v", total, open, err2)
		}
		rest, last, _, err2 := tx.OpenUploads(ctx, next, 1)
		if err2 != nil || len(rest) != 1 || rest[0].ID == open[0].ID || last != "" {
			t.Errorf("behind it: %+v, %q, %v", rest, last, err2)
		}
		return err
	})
}

// Carts in which nothing is go soon; one that something is in stays, also when its upload became a file.
func TestEmptyCartsGo(t *testing.T) {
	r := newQuotaRig(t, db.Quota{})
	empty, left, kept := r.cart("2001:db8::"), r.cart("2001:db8::"), r.cart("2001:db8::")
	gone, becomes := r.must(left, 5), r.must(kept, 5)
	was := r.blob(left, 5)
	b := aBlob(t)
	b.ID, b.CartID = becomes.ID, kept
	insert(t, r.d, b)
	write(t, r.d, func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(tx.DeleteUpload(ctx, gone.ID), tx.DeleteUpload(ctx, becomes.ID))
	})
	clean := func(want int64) {
		t.Helper()
		write(t, r.d, func(ctx context.Context, tx *db.Tx) error {
			n, err := tx.DeleteEmptyCarts(ctx, tx.Now, 10)
			if n != want {
				t.Errorf("%d carts went, want %d", n, want)
			}
			return err
		})
	}
	clean(0) // they were used just now
	*r.now = r.now.Add(time.Second)
	clean(1)
	write(t, r.d, func(ctx context.Context, tx *db.Tx) error { return tx.TrashBlob(ctx, was, tx.Now) })
	clean(1)
	write(t, r.d, func(ctx context.Context, tx *db.Tx) error {
		for id, want := range map[string]bool{empty: false, left: false, kept: true} {
			if _, err := tx.Cart(ctx, id); (err == nil) != want {
				t.Errorf("cart %s: %v", id, err)
			}
		}
		return nil
	})
}

// What is kept compressed counts as it lies on the disk, for its cart, its address and the whole shop.
func TestPackedFilesCountAsTheyLie(t *testing.T) {
	r := newQuotaRig(t, db.Quota{OwnerBytes: 100 * mega, VisitorBytes: 150 * mega, AllBytes: 180 * mega})
	mine := r.cart("203.0.113.9")
	b := aBlob(t)
	b.CartID, b.Size, b.Packed = mine, 1000*mega, 60*mega
	insert(t, r.d, b)
	room := func(cart string, bytes int64) error {
		return try(t, r.d, func(ctx context.Context, tx *db.Tx) error { return tx.RoomFor(ctx, cart, "", 0, bytes, r.q) })
	}
	beside, elsewhere := r.cart("203.0.113.9"), r.cart("")
	for _, c := range []struct {
		what, cart string
		bytes      int64
		code       shop.Code
	}{
		{"the cart", mine, 40 * mega, ""}, {"the cart", mine, 41 * mega, "cart_bytes_full"},
		{"its address", beside, 90 * mega, ""}, {"its address", beside, 91 * mega, "visitor_bytes_full"},
		{"the shop", elsewhere, 100 * mega, ""},
	} {
		if err := room(c.cart, c.bytes); (err != nil) != (c.code != "") || err != nil && !shop.IsCode(err, c.code) {
			t.Errorf("%s with %d bytes more: %v", c.what, c.bytes, err)
		}
	}
	r.blob(beside, 50*mega)
	if err := room(elsewhere, 71*mega); !shop.IsCode(err, "storage_full") {
		t.Errorf("the shop is full: %v", err)
	}
	write(t, r.d, func(ctx context.Context, tx *db.Tx) error {
		kept, err := tx.Blob(ctx, b.ID)
		if err == nil && (kept.Packed != b.Packed || kept.Size != b.Size) {
			t.Errorf("%+v", kept)
		}
		return err
	})
}

// Meshes and G-code count for the cart they were made for, and the models of an archive as a part each.
func TestMeshesAndGCodeCount(t *testing.T) {
	r := newQuotaRig(t, db.Quota{OwnerFiles: 50, OwnerBytes: 100 * mega, VisitorBytes: 150 * mega})
	mine := r.cart("203.0.113.9")
	raw := r.blob(mine, 10*mega)
	write(t, r.d, func(ctx context.Context, tx *db.Tx) error {
		for i := range 48 {
			mesh, gcode, key := aBlob(t), aBlob(t), fmt.Sprint("key ", i%2)
			mesh.Size, gcode.Size = mega, 10*mega
			if err := tx.InsertBlob(ctx, mesh); err != nil {
				return err
			}
			if i < 2 {
				if err := tx.InsertBlob(ctx, gcode); err != nil {
					return err
				}
				if _, err := tx.SaveSlice(ctx, shop.Slice{Key: key, GCodeBlob: gcode.ID}); err != nil {
					return err
				}
			}
			p := shop.Part{ID: newID(t), CartID: mine, Name: "a.stl", Kind: shop.KindModel, State: shop.PartSliced, RawBlob: raw, MeshBlob: mesh.ID, SliceKey: key, Choices: shop.Choices{Copies: 1}}
			if err := tx.InsertPart(ctx, p); err != nil {
				return err
			}
		}
		return nil
	})
	// 10 of the file, 48 of meshes, 20 of G-code, whoever waits for it.
	_, err := r.reserve(mine, 23*mega)
	wantKind(t, "bytes of one cart", err, shop.Conflict)
	_, err = r.reserve(r.cart("203.0.113.9"), 73*mega)
	wantKind(t, "bytes of one address", err, shop.Conflict)
	u := r.must(mine, 2*mega)
	write(t, r.d, func(ctx context.Context, tx *db.Tx) error {
		for models, want := range map[int]bool{2: true, 3: false} { // one of them in the place of its archive
			if parts, _, fit, err := tx.RoomForModels(ctx, mine, models, 0, r.q); err != nil || fit != want || parts != 2 {
				t.Errorf("%d models: %t, %d fit, %v", models, fit, parts, err)
			}
		}
		if _, bytes, fit, err := tx.RoomForModels(ctx, mine, 1, 23*mega, r.q); err != nil || fit || bytes != 101*mega {
			t.Errorf("%d bytes fit: %v", bytes, err)
		}
		return tx.DeleteUpload(ctx, u.ID)
	})
	r.must(mine, 2*mega)
	r.must(mine, 2*mega)
	_, err = r.reserve(mine, 2*mega)
	wantKind(t, "parts of one cart", err, shop.Conflict)
}
