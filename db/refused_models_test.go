package db_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/db/dbtest"
)

// refusals is a database in which orders are refused with their files.
type refusals struct {
	t  *testing.T
	db *db.DB
	n  int
}

// sent is a file of an order: what it is, and the file that a mesh was read from.
type sent struct{ kind, name, sum, from string }

func sumOf(name string) string { return shop.HashToken(name) }

// refuse has an order of these files refused. Each file is of the item that its name begins with.
func (r *refusals) refuse(files ...sent) {
	r.t.Helper()
	r.n++
	o := &shop.Order{
		ID: shop.NewID(), CartID: shop.NewID(), Number: fmt.Sprintf("ORD-%d", r.n), ClientID: shop.NewID(), Source: shop.FromWeb, State: shop.OrderOpen, Review: shop.ReviewRequested, Payment: shop.ByReview,
		Currency: "AUD", TermsVersion: "v", ReviewReasons: []shop.ReviewReason{},
	}
	err := r.db.Write(r.t.Context(), func(tx *db.Tx) error {
		if err := tx.InsertClient(r.t.Context(), o.ClientID, shop.Contact{Name: "Ada"}); err != nil {
			return err
		}
		if err := tx.InsertOrder(r.t.Context(), o); err != nil {
			return err
		}
		items := map[string]string{}
		for _, f := range files {
			name, _, _ := strings.Cut(f.name, ".")
			if items[name] == "" {
				it := shop.Item{ID: shop.NewID(), OrderID: o.ID, Name: name, Kind: shop.KindModel, Copies: 1}
				if err := tx.InsertItem(r.t.Context(), it, len(items)+1); err != nil {
					return err
				}
				plate := shop.Plate{ID: shop.NewID(), OrderID: o.ID, Origin: shop.PlatePriced, Position: len(items) + 1, Runs: 1, ItemID: it.ID, Copies: 1}
				if err := tx.InsertPlate(r.t.Context(), plate); err != nil {
					return err
				}
				items[name] = it.ID
			}
			blob := db.Blob{ID: shop.NewID(), Bucket: "order-files", ClientID: o.ClientID, Size: 1, SHA256: sumOf(f.sum)}
			if err := tx.InsertBlob(r.t.Context(), blob); err != nil {
				return err
			}
			row := shop.OrderFile{ID: shop.NewID(), ClientID: o.ClientID, OrderID: o.ID, ItemID: items[name], Kind: f.kind, Name: f.name, BlobID: blob.ID}
			if row.Remade = f.from == "staff"; f.from != "" && !row.Remade {
				row.Sent = sumOf(f.from)
			}
			if err := tx.InsertOrderFile(r.t.Context(), row); err != nil {
				return err
			}
		}
		if err := o.Refuse("A weapon.", tx.Now); err != nil {
			return err
		}
		if err := tx.SaveOrder(r.t.Context(), o, "Grace"); err != nil {
			return err
		}
		return tx.RefuseFiles(r.t.Context(), o, "A weapon.", "Grace")
	})
	if err != nil {
		r.t.Fatal(err)
	}
	dbtest.Reindex(r.t, r.db)
}

// refused are those of some hashes that are not taken.
func (r *refusals) refused(names ...string) (refused []string) {
	r.t.Helper()
	r.read(func(ctx context.Context, tx *db.Tx) error {
		for _, name := range names {
			is, err := tx.FileRefused(ctx, sumOf(name))
			if err != nil {
				return err
			}
			if is {
				refused = append(refused, name)
			}
		}
		return nil
	})
	return refused
}

func (r *refusals) read(fn func(context.Context, *db.Tx) error) {
	r.t.Helper()
	if err := r.db.Read(r.t.Context(), func(tx *db.Tx) error { return fn(r.t.Context(), tx) }); err != nil {
		r.t.Fatal(err)
	}
}

// with are the names of what is lifted with a model, each with its order.
func (r *refusals) with(name string) (all []string) {
	r.t.Helper()
	r.read(func(ctx context.Context, tx *db.Tx) error {
		refused, count, err := tx.RefusedWith(ctx, sumOf(name), 50)
		if count != len(refused) {
			r.t.Errorf("%d are counted, %d listed", count, len(refused))
		}
		for _, b := range refused {
			all = append(all, b.OrderNumber+" "+b.Name)
		}
		return err
	})
	slices.Sort(all)
	return all
}

func (r *refusals) lift(name string) {
	r.t.Helper()
	err := r.db.Write(r.t.Context(), func(tx *db.Tx) error {
		_, err := tx.AcceptModels(r.t.Context(), sumOf(name))
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	dbtest.Check(r.t, r.db)
}

// A model that several orders were refused with is lifted with all of them, whichever of its files is asked about, and nothing of
// what came in the same files stays behind. What is refused anew is refused.
func TestRefusalsOfOneModelAreLiftedTogether(t *testing.T) {
	for _, asked := range []string{"file 1", "file 2", "mesh"} {
		r := &refusals{t: t, db: dbtest.Open(t)}
		r.refuse(sent{"model", "vase.stl", "file 1", ""}, sent{"mesh", "vase.mesh", "mesh", "file 1"}, sent{"gcode", "vase.gcode", "gcode", ""}, sent{"mesh", "vase.remade", "the shop's own", "staff"})
		r.refuse(sent{"model", "disguised.stl", "file 2", ""}, sent{"mesh", "disguised.mesh", "mesh", "file 2"}, sent{"review_file", "photo.jpg", "photo", ""})
		all := []string{"file 1", "file 2", "mesh", "photo", "gcode", "the shop's own"}
		if got := r.refused(all...); !slices.Equal(got, []string{"file 1", "file 2", "mesh", "photo"}) {
			t.Errorf("refused are %q", got)
		}
		if got := r.with(asked); !slices.Equal(got, []string{"ORD-1 vase.stl", "ORD-2 disguised.stl"}) {
			t.Errorf("with %s: %q", asked, got)
		}
		if got := r.with("photo"); !slices.Equal(got, []string{"ORD-2 photo.jpg"}) {
			t.Errorf("with the photo: %q", got)
		}
		r.lift(asked)
		if got := r.refused(all...); !slices.Equal(got, []string{"photo"}) {
			t.Errorf("%s is accepted, refused are %q", asked, got)
		}
		if got := r.with(asked); len(got) != 0 {
			t.Errorf("%s is accepted, and refused by %q", asked, got)
		}
		r.refuse(sent{"model", "again.stl", "file 3", ""}, sent{"mesh", "again.mesh", "mesh", "file 3"})
		if got := r.refused("file 1", "file 3", "mesh"); !slices.Equal(got, []string{"file 3", "mesh"}) {
			t.Errorf("refused anew are %q", got)
		}
	}
}

// The models of an archive are items of their own, but its file is one's: all are accepted with it. Orders of before did not write
// down what a mesh was read from; there it is the item that tells.
func TestTheModelsOfAnArchiveAreLiftedWithIt(t *testing.T) {
	r := &refusals{t: t, db: dbtest.Open(t)}
	r.refuse(sent{"model", "seat.zip", "archive", ""}, sent{"mesh", "seat.mesh", "seat", "archive"}, sent{"mesh", "leg.mesh", "leg", "archive"})
	r.refuse(sent{"model", "old.zip", "old archive", ""}, sent{"mesh", "old.mesh", "old", ""}, sent{"mesh", "lost.mesh", "lost", ""})
	if got := r.with("leg"); !slices.Equal(got, []string{"ORD-1 seat.zip"}) {
		t.Errorf("with a leg: %q", got)
	}
	if got := r.with("lost"); !slices.Equal(got, []string{"ORD-2 lost"}) {
		t.Errorf("with what nobody knows the file of: %q", got)
	}
	r.lift("archive")
	r.lift("old")
	if got := r.refused("archive", "seat", "leg", "old archive", "old", "lost"); !slices.Equal(got, []string{"lost"}) {
		t.Errorf("refused are %q", got)
	}
}

// The list has every order's refusal, page by page, also of one file that two orders sent at the same time.
func TestRefusalsPageByPage(t *testing.T) {
	r := &refusals{t: t, db: dbtest.Open(t)}
	for range 4 {
		r.refuse(sent{"model", "vase.stl", "file", ""}, sent{"mesh", "vase.mesh", "mesh", "file"})
	}
	seen := map[string]int{}
	for next, pages := "", 0; pages == 0 || next != ""; pages++ {
		r.read(func(ctx context.Context, tx *db.Tx) (err error) {
			var refused []shop.RefusedModel
			refused, next, err = tx.RefusedModelPage(ctx, next, 3)
			for _, b := range refused {
				if seen[b.OrderNumber]++; b.Name != "vase.stl" || b.By != "Grace" || b.Reason != "A weapon." || b.OrderID == "" || b.Whole {
					t.Errorf("%+v", b)
				}
			}
			return err
		})
		if pages > 1 {
			t.Fatalf("another page after %q", next)
		}
	}
	if len(seen) != 4 {
		t.Errorf("%v", seen)
	}
	for number, n := range seen {
		if n != 1 {
			t.Errorf("%s is listed %d times", number, n)
		}
	}
}
