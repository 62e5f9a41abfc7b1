package order_test

import (
	"context"
	"strings"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer/slicertest/meshtest"
)

// A refused model that an admin accepts again uploads again, and carts that hold it are priced: also those it came to in
// another file, and those of which it is not known any more what came with it.
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
			if _, err := c.Orders.RefuseOrder(t.Context(), grace, id, 0, "A weapon.", true); err != nil {
				t.Fatal(err)
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
			if v, err := c.Carts.Get(t.Context(), atCounter); err != nil || v.Parts[0].Ban == nil || !strings.Contains(v.Parts[0].Message, "A weapon.") {
				t.Errorf("staff read %v, %+v", err, v.Parts)
			}
			if v, err := c.Carts.Get(t.Context(), shop.Visitor(waiting)); err != nil || v.Parts[0].Ban != nil || strings.Contains(v.Parts[0].Message, "A weapon.") {
				t.Errorf("a customer reads %v, %+v", err, v.Parts)
			}
			list, err := c.Carts.Bans(t.Context(), grace, "")
			if err != nil || len(list.Files) != 1 || list.Files[0].Reason != "A weapon." || list.Files[0].Whole != deleted || (list.Files[0].Name == "vase.stl") == deleted {
				t.Fatalf("%v, %+v", err, list)
			}
			if err := c.Carts.LiftBan(t.Context(), grace, list.Files[0].SHA256); err != nil {
				t.Fatal(err)
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
			if list, err := c.Carts.Bans(t.Context(), grace, ""); err != nil || len(list.Files) != 0 {
				t.Errorf("%v, %+v", err, list)
			}
		})
	}
}
