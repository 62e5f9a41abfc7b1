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

// The carts of one address have a share together, and one that is full is in no other's way.
func TestVisitorsHaveShares(t *testing.T) {
	r := newQuotaRig(t, db.Quota{VisitorBytes: 300 * mega, VisitorParallel: 3, AllBytes: 1000 * mega})
	const here, there = "203.0.113.9", "203.0.113.10"
	for range 3 {
		r.must(r.cart(here), 1)
	}
	_, err := r.reserve(r.cart(here), 1)
	wantKind(t, "growing uploads of one address", err, shop.TooMany)
	r.must(r.cart(there), 1)
	*r.now = r.now.Add(4 * time.Minute)
	r.blob(r.cart(here), 200*mega)
	_, err = r.reserve(r.cart(here), 101*mega)
	if !shop.IsCode(err, "visitor_bytes_full") {
		t.Errorf("bytes of one address: %v", err)
	}
	r.must(r.cart(there), 101*mega)
	r.must(r.cart(""), 101*mega) // of whom no address is known
	r.must(r.cart(here), 99*mega)
}

// A home has /64s enough to be a crowd: those of its /56 have the shares of two addresses, those of a /48 of four, and its
// neighbours theirs.
func TestNetworksHaveShares(t *testing.T) {
	r := newQuotaRig(t, db.Quota{VisitorBytes: 100 * mega, AllBytes: 10_000 * mega})
	room := func(address string, bytes int64) bool {
		cart := r.cart(address)
		err := try(t, r.d, func(ctx context.Context, tx *db.Tx) error { return tx.RoomFor(ctx, cart, "", 0, bytes, r.q) })
		if err != nil && !shop.IsCode(err, "visitor_bytes_full") {
			t.Fatal(err)
		}
		return err == nil
	}
	fill := func(address string) { r.blob(r.cart(address), 100*mega) }
	fill("2001:db8:0:100::")
	if !room("2001:db8:0:101::", 100*mega) {
		t.Error("the second /64 of a /56 has no room")
	}
	fill("2001:db8:0:1ff::")
	if room("2001:db8:0:102::", mega) {
		t.Error("the third /64 of a /56 has room")
	}
	fill("2001:db8::") // another /56 of the same /48
	fill("2001:db8:0:200::")
	if room("2001:db8:0:300::", mega) {
		t.Error("the fifth /64 of a /48 has room")
	}
	for _, other := range []string{"2001:db8:1::", "2001:db9::", "2001:db8:1:300::", "203.0.113.9"} {
		if !room(other, 100*mega) {
			t.Errorf("%s has no room", other)
		}
	}
}

// What grows counts against the share of an address and of each of its networks with the allowance at most, whatever it announced, and
// with no more than is still to come; what has stopped counts with the bytes that are here.
func TestPromisesTakeLittleOfAShare(t *testing.T) {
	const share, half = 100 * mega, mega / 2
	for _, c := range []struct {
		crowd, pattern string
		full           int // others of it, whose share is full
	}{{"an address", "203.0.113.9", 0}, {"a /56", "2001:db8:0:1%02x::", 1}, {"a /48", "2001:db8:0:%02x00::", 3}} {
		t.Run(c.crowd, func(t *testing.T) {
			r := newQuotaRig(t, db.Quota{VisitorBytes: share})
			visitors := 0
			another := func() string { // of the crowd
				visitors++
				if c.full == 0 {
					return r.cart(c.pattern)
				}
				return r.cart(fmt.Sprintf(c.pattern, visitors))
			}
			left := func(when string, want int64) {
				t.Helper()
				cart := another()
				room := func(bytes int64) error {
					return try(t, r.d, func(ctx context.Context, tx *db.Tx) error { return tx.RoomFor(ctx, cart, "", 0, bytes, r.q) })
				}
				if err := room(want); err != nil {
					t.Errorf("%s: %d bytes have no room: %v", when, want, err)
				}
				if err := room(want + 1); !shop.IsCode(err, "visitor_bytes_full") {
					t.Errorf("%s: more than %d bytes have room: %v", when, want, err)
				}
			}
			for range c.full {
				r.blob(another(), share)
			}
			left("before all", share)
			first := r.must(another(), 90*mega)
			left("beside one that grows", 99*mega)
			for range 4 {
				r.must(another(), 90*mega)
			}
			left("beside five", 95*mega)
			r.must(another(), half)
			left("beside a small one", 95*mega-half)
			r.advance(first, 90*mega-half)
			left("before the last piece", 5*mega+half)
			*r.now = r.now.Add(4 * time.Minute)
			left("when all have stopped", 10*mega+half)
		})
	}
}

// However small its files are, a network has only so many: those of a /56 twice as many as an address, and each counts, in whatever
// cart. What is on its way has its place.
func TestNetworksHaveSoManyFiles(t *testing.T) {
	r := newQuotaRig(t, db.Quota{VisitorFiles: 3})
	full := func(address string, files int64) bool {
		t.Helper()
		cart := r.cart(address)
		err := try(t, r.d, func(ctx context.Context, tx *db.Tx) error { return tx.RoomFor(ctx, cart, "", files, 1, r.q) })
		if err != nil && (!shop.IsCode(err, "visitor_files_full") || shop.AfterOf(err) < time.Minute) {
			t.Fatal(err)
		}
		return err != nil
	}
	const here = "2001:db8:0:100::"
	mine := r.cart(here)
	given := r.blob(mine, 1)
	r.blob(mine, 1)
	if full(here, 1) || !full(here, 2) {
		t.Error("beside two files there is room for one")
	}
	u := r.must(r.cart(here), 1)
	if !full(here, 1) || full(here, 0) || full("2001:db8:0:101::", 3) || !full("2001:db8:0:101::", 4) {
		t.Error("an upload that was begun has its place, and the network the places of two addresses")
	}
	if _, err := r.reserve(r.cart(here), 1); !shop.IsCode(err, "visitor_files_full") || !strings.HasPrefix(shop.MessageOf(err), "3 files from your network") {
		t.Error(err)
	}
	r.blob(r.cart("2001:db8:0:101::"), 1)
	r.blob(r.cart("2001:db8:0:102::"), 1)
	r.blob(r.cart("2001:db8:0:103::"), 1)
	if !full("2001:db8:0:104::", 1) || full("2001:db8:0:104::", 0) {
		t.Error("a /56 has the files of two addresses")
	}
	if full("2001:db8:0:200::", 3) || full("2001:db8:1::", 3) || full("203.0.113.9", 3) || full("", 100) {
		t.Error("others have no room")
	}
	write(t, r.d, func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(tx.TrashBlob(ctx, given, tx.Now), tx.DeleteUpload(ctx, u.ID))
	})
	if full(here, 2) {
		t.Error("what is given up counts")
	}
	for range 9 { // as older versions let a network have
		r.blob(r.cart(here), 1)
	}
	if !full(here, 0) {
		t.Error("a piece of an upload is taken beside more than a network may have")
	}
}

// Who is refused since their network sends enough already hears how many files those are.
func TestNetworksHearHowManyFilesGrow(t *testing.T) {
	r := newQuotaRig(t, db.Quota{VisitorParallel: 3})
	for i := range 12 { // the share of a /48
		r.must(r.cart(fmt.Sprintf("2001:db8:0:%x00::", i)), 1)
	}
	_, err := r.reserve(r.cart("2001:db8:0:f00::"), 1)
	if !shop.IsCode(err, "uploads_too_many") || !strings.HasPrefix(shop.MessageOf(err), "12 files are being uploaded from your network") {
		t.Errorf("%v: %q", err, shop.MessageOf(err))
	}
	r.must(r.cart("2001:db8:1::"), 1)
}
