package order_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/cart"
	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer/slicertest/meshtest"
)

// A refused model that an admin accepts again uploads again, and carts that hold it are priced: also those it came to in
// another file, and when its order is deleted, whose refusal of it stands under the name that it had there.
func TestAModelIsAcceptedAgain(t *testing.T) {
	for name, deleted := range map[string]bool{"with its order": false, "when its order is deleted": true} {
		t.Run(name, func(t *testing.T) {
			c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
			file := meshtest.BinarySTL(meshtest.Box(20, 20, 7))
			first, waiting, disguised := c.NewCart(), c.NewCart(), c.NewCart()
			c.Drop(first, "vase.stl", file)
			c.Drop(waiting, "the same.stl", file)
			if _, err := c.Review(first); err != nil {
				t.Fatal(err)
			}
			var id string
			c.Read(func(ctx context.Context, tx *db.Tx) error {
				o, err := tx.OrderByCart(ctx, first)
				if err == nil {
					id = o.ID
				}
				return err
			})
			pages, cancel := c.Events.Listen(event.Cart(waiting))
			defer cancel()
			strangers, cancelOther := c.Events.Listen(event.Cart(c.NewCart()))
			defer cancelOther()
			heard := func() bool { // at the commit
				told := len(pages) > 0
				for len(pages) > 0 {
					<-pages
				}
				return told
			}
			if _, err := c.Orders.RefuseOrder(t.Context(), grace, id, 0, "A weapon.", true); err != nil {
				t.Fatal(err)
			}
			if !heard() {
				t.Error("a page that is open does not hear that its model is not accepted any more")
			}
			if err := c.Tasks.RunDue(t.Context()); err != nil {
				t.Fatal(err)
			}
			c.Drop(disguised, "disguised.stl", append([]byte("made by another program"), file[23:]...))
			if deleted {
				if err := c.Orders.DeleteOrder(t.Context(), grace, id, 0); err != nil {
					t.Fatal(err)
				}
			}
			atCounter := grace
			atCounter.CartID = waiting
			if v, err := c.Carts.Get(t.Context(), atCounter); err != nil || v.Parts[0].RefusedModel == nil || !strings.Contains(v.Parts[0].Message, "“A weapon”") {
				t.Errorf("staff read %v, %+v", err, v.Parts)
			}
			if v, err := c.Carts.Get(t.Context(), shop.Visitor(waiting)); err != nil || v.Parts[0].RefusedModel != nil || strings.Contains(v.Parts[0].Message, "A weapon") {
				t.Errorf("a customer reads %v, %+v", err, v.Parts)
			}
			list, err := c.Carts.RefusedModels(t.Context(), grace, "")
			if err != nil || len(list.Files) != 1 || list.Files[0].Reason != "A weapon." || list.Files[0].Whole || list.Files[0].Name != "vase.stl" || (list.Files[0].OrderID == "") != deleted {
				t.Fatalf("%v, %+v", err, list)
			}
			if err := c.Carts.AcceptModel(t.Context(), grace, list.Files[0].SHA256, 0); err != nil {
				t.Fatal(err)
			}
			if !heard() || len(strangers) > 0 {
				t.Errorf("a page that is open does not hear that its model is accepted again, or another hears %d times", len(strangers))
			}
			again := c.NewCart()
			c.Drop(again, "again.stl", file)
			for _, cart := range []string{waiting, disguised, again} {
				c.Inspect(cart)
				v, err := c.Carts.Get(t.Context(), shop.Visitor(cart))
				if err != nil || len(v.Parts) != 1 || !v.Busy || v.Parts[0].State == "failed" || v.Parts[0].State == "not_accepted" {
					t.Errorf("%v, %+v", err, v.Parts)
				}
				if _, err := c.Review(cart); err != nil {
					t.Errorf("ordered: %v", err)
				}
			}
			if list, err := c.Carts.RefusedModels(t.Context(), grace, ""); err != nil || len(list.Files) != 0 {
				t.Errorf("%v, %+v", err, list)
			}
		})
	}
}

// orderOf is the order that a cart became.
func orderOf(c *apptest.Scenario, cart string) (o *shop.Order) {
	c.Read(func(ctx context.Context, tx *db.Tx) (err error) {
		o, err = tx.OrderByCart(ctx, cart)
		return err
	})
	return o
}

// What two orders were refused with, in two files, is listed for both and stays refused until both refusals are lifted, which is done
// together: who decided it had read of both, and each order tells.
func TestAModelThatTwoOrdersRefused(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	file := meshtest.BinarySTL(meshtest.Box(20, 20, 7))
	disguised := append([]byte("made by another program"), file[23:]...)
	first, second := c.NewCart(), c.NewCart()
	c.Drop(first, "vase.stl", file)
	c.Drop(second, "pot.stl", disguised)
	refuse := func(cart, reason string, who shop.Actor) string {
		t.Helper()
		id := orderOf(c, cart).ID
		if _, err := c.Orders.RefuseOrder(t.Context(), who, id, 0, reason, true); err != nil {
			t.Fatal(err)
		}
		if err := c.Tasks.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		return id
	}
	for _, cart := range []string{first, second} { // before either is refused
		if _, err := c.Review(cart); err != nil {
			t.Fatal(err)
		}
	}
	one := refuse(first, "A weapon.", helper)
	list, err := c.Carts.RefusedModels(t.Context(), helper, "")
	if err != nil || len(list.Files) != 1 || list.Files[0].By != helper.Name {
		t.Fatalf("%+v, %v", list, err)
	}
	stale, err := c.Carts.RefusedWith(t.Context(), grace, list.Files[0].SHA256)
	if err != nil || stale.Count != 1 {
		t.Fatalf("%+v, %v", stale, err)
	}
	two := refuse(second, "Somebody’s design.", grace)

	if list, err = c.Carts.RefusedModels(t.Context(), helper, ""); err != nil || len(list.Files) != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	for i, want := range []cart.RefusedModelView{{OrderID: two, Name: "pot.stl", Reason: "Somebody’s design.", By: grace.Name}, {OrderID: one, Name: "vase.stl", Reason: "A weapon.", By: helper.Name}} {
		got := list.Files[i]
		if want.SHA256, want.OrderNumber, want.Created = got.SHA256, got.OrderNumber, got.Created; got != want || got.Created == 0 {
			t.Errorf("%+v, want %+v", got, want)
		}
		with, err := c.Carts.RefusedWith(t.Context(), grace, got.SHA256)
		if err != nil || with.Count != 2 || !slices.Equal(with.Refusals, list.Files) {
			t.Errorf("accepting %s lifts %+v, %v", got.Name, with, err)
		}
	}
	if err := c.Carts.AcceptModel(t.Context(), grace, list.Files[1].SHA256, stale.Count); !shop.IsCode(err, "changed_meanwhile") {
		t.Errorf("decided on one of them: %v", err)
	}
	if err := c.Carts.AcceptModel(t.Context(), helper, list.Files[1].SHA256, 2); !shop.IsCode(err, "admin_only") {
		t.Errorf("by staff: %v", err)
	}
	if err := c.Carts.AcceptModel(t.Context(), grace, list.Files[1].SHA256, 2); err != nil {
		t.Fatal(err)
	}
	for id, name := range map[string]string{one: "vase.stl", two: "pot.stl"} {
		if said := lastTold(t, c, id); !strings.Contains(said, name) {
			t.Errorf("of %s the log says %q", name, said)
		}
	}
	for name, file := range map[string][]byte{"vase.stl": file, "pot.stl": disguised} {
		cart := c.NewCart()
		c.Drop(cart, name, file)
		if _, err := c.Review(cart); err != nil {
			t.Errorf("%s is refused still: %v", name, err)
		}
	}
	if _, err := c.Carts.RefusedWith(t.Context(), grace, list.Files[0].SHA256); !shop.IsCode(err, "refused_model_not_found") {
		t.Errorf("accepted, and yet: %v", err)
	}
}

// What is accepted again while the files of a large refused order are still being deleted stays accepted: their deletion decides nothing.
func TestWhatIsLiftedBetweenDeletionsStaysLifted(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, NoDoors: true, Damaged: true, Quiet: true})
	cart := c.NewCart()
	c.Drop(cart, "vase.stl", meshtest.BinarySTL(meshtest.Box(20, 20, 7)))
	if _, err := c.Review(cart); err != nil {
		t.Fatal(err)
	}
	o := orderOf(c, cart)
	fill(t, c, o, 450, "model")
	left := func(ctx context.Context, tx *db.Tx) (files []shop.OrderFile, err error) {
		return tx.FilesToDelete(ctx, o.ID, 1000)
	}
	var all []shop.OrderFile
	c.Read(func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = left(ctx, tx)
		return err
	})
	refused := func(f shop.OrderFile) (refused bool) {
		t.Helper()
		c.Read(func(ctx context.Context, tx *db.Tx) (err error) {
			refused, err = tx.FileRefused(ctx, f.SHA256)
			return err
		})
		return refused
	}
	failed := false // once, in the middle of it
	event.Subscribe(c.Events, func(ctx context.Context, tx *db.Tx, _ event.OrderChanged) error {
		files, err := left(ctx, tx)
		if err == nil && !failed && len(files) > 0 && len(files) < len(all)/2 {
			failed, err = true, errors.New("the disk is away")
		}
		return err
	})
	if _, err := c.Orders.RefuseOrder(t.Context(), grace, o.ID, 0, "Not something we print.", true); err != nil {
		t.Fatal(err)
	}
	early, late := all[0], all[len(all)-1]
	if !refused(early) || !refused(late) {
		t.Errorf("refused at once are the first of %d files: %v, and the last: %v", len(all), refused(early), refused(late))
	}
	deletes := func(files int) {
		t.Helper()
		if err := c.Tasks.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.Read(func(ctx context.Context, tx *db.Tx) error {
			there, err := left(ctx, tx)
			if len(there) > files || files > 0 && len(there) == 0 {
				t.Errorf("%d files are left", len(there))
			}
			return err
		})
	}
	deletes(len(all) * 2 / 3)
	for _, f := range []shop.OrderFile{early, late} {
		if err := c.Carts.AcceptModel(t.Context(), grace, f.SHA256, 0); err != nil {
			t.Fatal(err)
		}
	}
	c.Pass(time.Hour)
	deletes(0)
	if refused(early) || refused(late) || !refused(all[len(all)-2]) {
		t.Errorf("accepted and refused again: %v, %v; never accepted, and refused still: %v", refused(early), refused(late), refused(all[len(all)-2]))
	}
}
