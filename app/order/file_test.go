package order_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer/slicertest/meshtest"
	"buildplate/storage"
)

// TestRefuseAndDeleteFiles refuses an order whose file the shop wants never to have had.
func TestRefuseAndDeleteFiles(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	file := meshtest.BinarySTL(meshtest.LeakyCube())
	cart, waiting := c.NewCart(), c.NewCart()
	c.Drop(cart, "part.stl", file)
	c.Drop(waiting, "the same.stl", file) // somebody else's, from before
	c.Drop(waiting, "harmless.jpg", photo)
	placed, err := c.Review(cart)
	if err != nil {
		t.Fatal(err)
	}
	var id string
	c.Read(func(ctx context.Context, tx *db.Tx) error {
		found, _, err := tx.OrderPage(ctx, db.ListFilter{Tab: "all", Text: placed.OrderNumber, Limit: 1})
		if err == nil {
			id = found[0].ID
		}
		return err
	})
	before, err := c.Orders.StaffOrder(t.Context(), grace, id)
	if err != nil || len(before.Files) != 2 {
		t.Fatalf("%+v, %v", before.Files, err)
	}
	signed := map[string]string{}
	for _, f := range before.Files {
		link, err := c.Orders.FileLink(t.Context(), grace, string(shop.ShopDoor), f.ID, false)
		if err != nil {
			t.Fatal(err)
		}
		signed[f.ID] = strings.TrimPrefix(link.URL, "/f/")
	}
	v, err := c.Orders.RefuseOrder(t.Context(), grace, id, 0, "Not something we print.", true)
	if err != nil {
		t.Fatal(err)
	}
	// From here on nobody reads any of it, whether its files are deleted yet or not; staff see what was deleted.
	gone := v.DeletedFiles
	unreadable := func() {
		t.Helper()
		if v, err = c.Orders.StaffOrder(t.Context(), grace, id); err != nil || v.Status != "refused" || len(v.Files) != 0 || !slices.Equal(v.DeletedFiles, gone) || len(gone) != 2 {
			t.Errorf("the order is %s with the files %v and without %v: %v", v.Status, v.Files, v.DeletedFiles, err)
		}
		for _, f := range before.Files {
			if _, err := c.Orders.FileLink(t.Context(), grace, string(shop.ShopDoor), f.ID, false); !shop.IsCode(err, "file_not_found") {
				t.Errorf("a link to %s: %v", f.Name, err)
			}
			if _, err := c.Orders.SentFileLink(t.Context(), grace, string(shop.ShopDoor), f.ID); !shop.IsCode(err, "file_not_found") {
				t.Errorf("its customer's link to %s: %v", f.Name, err)
			}
			if _, err := c.Files.OpenSigned(t.Context(), string(shop.ShopDoor), signed[f.ID]); !shop.IsCode(err, "file_not_found") {
				t.Errorf("a link to %s of before: %v", f.Name, err)
			}
		}
		if _, err := c.Orders.ItemMesh(t.Context(), grace, id, v.Items[0].ID); !shop.IsCode(err, "model_not_found") {
			t.Errorf("the item's model: %v", err)
		}
		noPicture(t, c, id, v.Items[0])
		if _, err := c.Orders.ItemLayers(t.Context(), grace, id, v.Items[0].ID, 0); !shop.IsCode(err, "layers_not_found") {
			t.Errorf("the item's layers: %v", err)
		}
		if left := c.Parts(cart); len(left) != 0 {
			t.Errorf("its cart has %d parts", len(left))
		}
		v, err := c.Carts.Get(t.Context(), shop.Visitor(waiting))
		if err != nil || len(v.Parts) != 2 || v.CanPay || v.Busy || len(v.ReviewReasons) != 1 {
			t.Errorf("%v, %+v", err, v)
		}
		for _, p := range v.Parts {
			if refused := p.Name == "the same.stl"; refused != (p.State == "not_accepted") || refused && (p.Price != nil || p.Result != nil || !strings.Contains(p.Message, p.Name)) {
				t.Errorf("the waiting cart shows %+v", p)
			}
		}
		if _, err := c.Review(waiting); !shop.IsCode(err, "file_refused") || !strings.Contains(shop.MessageOf(err), "We do not print the same.stl. Remove it to go on, or ") {
			t.Errorf("ordered from a cart that had it before: %v", err)
		}
	}
	unreadable()
	if err := c.Tasks.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	unreadable()
	if len(v.Activity) != 2 || v.Activity[0].Who != grace.Name {
		t.Errorf("nobody wrote it down: %+v", v.Activity)
	}
	if err := c.Files.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Carts.DeletePart(t.Context(), shop.Visitor(waiting), 0, c.Parts(waiting)[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Review(waiting); err != nil {
		t.Errorf("the rest of that cart: %v", err)
	}
	if err := c.Files.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	left := map[storage.Bucket]int{storage.Tmp: 1, storage.OrderFiles: 1} // the photo
	for _, bucket := range storage.Buckets() {
		for info := range c.Store.List(bucket) {
			if left[bucket]--; left[bucket] < 0 {
				t.Errorf("%s of %s is still there", info.ID, bucket)
			}
		}
	}

	// It does not come back, under whatever name; its uploader is told, and nothing of it stays.
	other := c.NewCart()
	upload, err := c.Carts.CreateUpload(t.Context(), shop.Visitor(other), "innocent.stl", int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Carts.AppendUpload(t.Context(), shop.Visitor(other), upload, 0, strings.NewReader(string(file)))
	if !shop.IsCode(err, "file_refused") {
		t.Errorf("sent again: %v", err)
	}
	if parts := c.Parts(other); len(parts) != 0 {
		t.Errorf("it became %+v", parts)
	}
	// Nor in a file that differs in what does not matter.
	third := c.NewCart()
	disguised := append([]byte("made by another program"), file[23:]...)
	c.Drop(third, "disguised.stl", disguised)
	if parts := c.Parts(third); len(parts) != 1 || parts[0].State != shop.PartFailed {
		t.Errorf("in another file it became %+v", parts)
	}
	if v, err := c.Carts.RetrySlices(t.Context(), shop.Visitor(third), nil); err != nil || v.Busy || v.Price != nil || v.CanPay || len(v.ReviewReasons) != 0 || v.Parts[0].State != "not_accepted" {
		t.Errorf("tried again, %v: %+v", err, v)
	}
	if _, err := c.Review(third); !shop.IsCode(err, "file_refused") {
		t.Errorf("ordered in another file: %v", err)
	}
	c.Pass(time.Hour)
	c.FilesAgree()
	c.Drop(other, "another.stl", meshtest.BinarySTL(meshtest.Box(10, 10, 10)))
	if parts := c.Parts(other); len(parts) != 1 {
		t.Errorf("another file is refused too: %+v", parts)
	}
}

// What staff put in the place of a customer's photo is not kept from the next customer, who may well have the same model. Of
// what was deleted and replaced the names and hashes stay.
func TestTheShopsOwnModelIsNotRefused(t *testing.T) {
	a := newCounter(t, apptest.NewScenario(t, apptest.Setup{NoDoors: true}))
	o := a.requested(map[string][]byte{"vase.jpg": photo})
	a.Pass(time.Minute)
	hook := apptest.Block(40, 40, 30)
	v, err := a.replaces(o, 0, a.brings("first.stl", apptest.Block(50, 50, 30)), false)
	if err != nil {
		t.Fatal(err)
	}
	first := len(v.Files)
	if v, err = a.replaces(v, 0, a.brings("hook.stl", hook), false); err != nil {
		t.Fatal(err)
	}
	if len(v.Files) != first || len(v.DeletedFiles) != first-1 || v.DeletedFiles[0].Reason != shop.DeletedReplaced {
		t.Errorf("%d files, then %d, and %+v", first, len(v.Files), v.DeletedFiles)
	}
	if v, err = a.Orders.RefuseOrder(t.Context(), helper, o.ID, 0, "Not something we print.", true); err != nil {
		t.Fatal(err)
	}
	refused := 0
	for _, f := range v.DeletedFiles {
		if f.Reason == shop.DeletedRefused {
			refused++
		}
	}
	if len(v.Files) != 0 || refused != first || len(v.DeletedFiles) != 2*first-1 {
		t.Errorf("%d files, %+v", len(v.Files), v.DeletedFiles)
	}
	cart := a.NewCart()
	a.Begin(cart, "hook.stl", hook, len(hook))
	a.AwaitSliced(cart)
	if _, err := a.Review(cart); err != nil {
		t.Errorf("the same model of another customer: %v", err)
	}
	again := a.NewCart()
	upload, err := a.Carts.CreateUpload(t.Context(), shop.Visitor(again), "again.jpg", int64(len(photo)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Carts.AppendUpload(t.Context(), shop.Visitor(again), upload, 0, strings.NewReader(string(photo))); !shop.IsCode(err, "file_refused") {
		t.Errorf("the photo itself: %v", err)
	}
}

// filesIn are the buckets that hold a file with these bytes.
func filesIn(t *testing.T, c *apptest.Scenario, file []byte) (in []storage.Bucket) {
	t.Helper()
	if err := c.Files.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(file)
	for _, bucket := range storage.Buckets() {
		c.Read(func(ctx context.Context, tx *db.Tx) error {
			rows, err := tx.LiveCopies(ctx, hex.EncodeToString(sum[:]), "", 100)
			for _, b := range rows {
				if b.Bucket == string(bucket) {
					in = append(in, bucket)
				}
			}
			return err
		})
	}
	return in
}

// What is ordered lies with the order alone, and counts for nobody's room any more; deleted with the order, it is gone: from
// the cart that it came in, too, whose cookie the customer still has.
func TestWhatIsDeletedIsGone(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	block := apptest.Block(23, 23, 10)
	var cart string
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		cart = shop.NewID()
		return tx.InsertCart(ctx, cart, shop.HashToken(cart), "203.0.113.7")
	})
	c.Begin(cart, "secret.stl", block, len(block))
	c.AwaitSliced(cart)
	key := c.Parts(cart)[0].SliceKey
	placed, err := c.Review(cart)
	if err != nil {
		t.Fatal(err)
	}
	if in := filesIn(t, c, block); !slices.Equal(in, []storage.Bucket{storage.OrderFiles}) {
		t.Errorf("ordered, it lies in %v", in)
	}
	room := func(when string, q db.Quota) {
		t.Helper()
		c.Read(func(ctx context.Context, tx *db.Tx) error {
			if err := tx.RoomFor(ctx, cart, "", 0, q.OwnerBytes+q.VisitorBytes, q); err != nil {
				t.Errorf("%s it still takes room: %v", when, err)
			}
			return nil
		})
	}
	room("ordered,", db.Quota{OwnerBytes: 1_000_000})
	if again, err := c.Review(cart); err != nil || again.OrderNumber != placed.OrderNumber {
		t.Errorf("ordered again, it is %s: %v", again.OrderNumber, err)
	}
	if v, err := c.Carts.Get(t.Context(), shop.Visitor(cart)); err != nil || v.Order == nil || v.Order.Number != placed.OrderNumber {
		t.Errorf("its page says %+v: %v", v.Order, err)
	}
	o := find(t, c, placed.OrderNumber)
	if err := c.Orders.DeleteOrder(t.Context(), grace, o.ID, 0); err != nil {
		t.Fatal(err)
	}
	room("deleted,", db.Quota{VisitorBytes: 1_000_000})
	if in := filesIn(t, c, block); len(in) > 0 {
		t.Errorf("deleted, it lies in %v", in)
	}
	if v, err := c.Carts.Get(t.Context(), shop.Visitor(cart)); err != nil || v.Order != nil || len(v.Parts) > 0 {
		t.Errorf("the customer still has %+v: %v", v.Parts, err)
	}
	c.Read(func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Slice(ctx, key); !shop.IsKind(err, shop.NotFound) {
			t.Errorf("its G-code is still kept: %v", err)
		}
		return nil
	})
}

// Orders of older versions left their carts as they were: what is deleted of such an order goes from there, too, and a night
// takes what nobody asked for.
func TestOldCartsOfOrdersAreEmptied(t *testing.T) {
	s := newNights(t)
	var sources []string
	leave := func(cart string) {
		b, err := s.Files.Put(t.Context(), storage.Tmp, "old.stl", func(w io.Writer) error {
			_, err := w.Write(apptest.Block(20, 20, 10+float64(len(sources))))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		b.CartID = cart
		s.Write(func(ctx context.Context, tx *db.Tx) error {
			if err := tx.InsertBlob(ctx, b); err != nil {
				return err
			}
			return tx.InsertPart(ctx, shop.Part{ID: shop.NewID(), CartID: cart, Name: "old.stl", Kind: shop.KindModel, State: shop.PartReview, RawBlob: b.ID, Choices: shop.Choices{Copies: 1}})
		})
		sources = append(sources, b.ID)
	}
	cartOf := func(id string) (cart string) {
		s.Read(func(ctx context.Context, tx *db.Tx) error {
			o, err := tx.Order(ctx, id)
			cart = o.CartID
			return err
		})
		return cart
	}
	gone := func(blob string) (yes bool) {
		if err := s.Files.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.Read(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Blob(ctx, blob)
			yes = shop.IsKind(err, shop.NotFound)
			return nil
		})
		return yes
	}
	o, other := s.done(1), s.done(1)
	leave(cartOf(o.ID))
	leave(cartOf(other.ID))
	if err := s.Orders.DeleteOrderFile(t.Context(), s.admin, o.Files[0].ID, o.Version); err != nil {
		t.Fatal(err)
	}
	if !gone(sources[0]) || gone(sources[1]) {
		t.Errorf("what a deleted file was a copy of is gone: %v; another order's: %v", gone(sources[0]), gone(sources[1]))
	}
	s.chore("clean.carts")
	if !gone(sources[1]) {
		t.Error("a night leaves an ordered cart as it is")
	}
}
