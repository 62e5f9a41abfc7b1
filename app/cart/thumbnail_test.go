package cart_test

import (
	"bytes"
	"context"
	"image/png"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/cart"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer/slicertest/meshtest"
)

// pictured is the picture of a cart's part as its page gets it.
func pictured(t *testing.T, c *apptest.Scenario, id, part string) []byte {
	t.Helper()
	found, err := c.Carts.PartThumbnail(t.Context(), shop.Visitor(id), part, cart.AsItLies)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(found.PNG)); err != nil {
		t.Error(err)
	}
	return found.PNG
}

// drawnOf says whether there is a picture of a mesh in a pose.
func drawnOf(c *apptest.Scenario, mesh string, pose shop.Pose) (yes bool) {
	c.Read(func(ctx context.Context, tx *db.Tx) error {
		_, _, err := tx.Thumbnail(ctx, mesh, pose)
		yes = err == nil
		if shop.IsKind(err, shop.NotFound) {
			err = nil
		}
		return err
	})
	return yes
}

// A part has a picture as it lies, at an address of its own; that of a pose in which nothing lies any more goes. Nobody sees another's.
func TestAPartHasAPicture(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	id, other := c.NewCart(), c.NewCart()
	c.Drop(id, "t.stl", meshtest.BinarySTL(meshtest.TBracket()))
	c.Drop(id, "sketch.jpg", []byte("\xff\xd8\xff\xe0 photo"))
	was := view(t, c, id)
	first := pictured(t, c, id, was.ID)
	if was.ThumbnailURL == "" {
		t.Error("its page does not know of its picture")
	}
	c.Pass(time.Second)
	side := turn(t, c, id, onItsSide)
	if second := pictured(t, c, id, was.ID); bytes.Equal(first, second) || side.ThumbnailURL == "" || side.ThumbnailURL == was.ThumbnailURL {
		t.Errorf("turned, its picture is at %q", side.ThumbnailURL)
	}
	parts := c.Parts(id)
	if mesh := parts[0].MeshBlob; drawnOf(c, mesh, shop.Pose{}) || !drawnOf(c, mesh, parts[0].Pose) {
		t.Error("the picture of before is kept")
	}
	if _, err := c.Carts.PartThumbnail(t.Context(), shop.Visitor(id), parts[1].ID, cart.AsItLies); !shop.IsCode(err, "picture_not_found") {
		t.Errorf("a photo: %v", err)
	}
	if _, err := c.Carts.PartThumbnail(t.Context(), shop.Visitor(other), was.ID, cart.AsItLies); !shop.IsCode(err, "part_not_found") {
		t.Errorf("another's: %v", err)
	}
}

// A picture goes with the last file of its mesh, and not before.
func TestAPictureGoesWithItsMesh(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	model := meshtest.BinarySTL(meshtest.Box(11, 12, 13))
	carts := []string{c.NewCart(), c.NewCart()}
	for _, id := range carts {
		c.Drop(id, "box.stl", model)
	}
	left := c.Parts(carts[1])[0]
	for i, id := range carts {
		if !drawnOf(c, left.MeshBlob, shop.Pose{}) {
			t.Errorf("it is gone with %d of two parts", i)
		}
		if _, err := c.Carts.DeletePart(t.Context(), shop.Visitor(id), 0, c.Parts(id)[0].ID); err != nil {
			t.Fatal(err)
		}
	}
	// Whatever is drawn too late is kept of nothing.
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		mesh, err := tx.Blob(ctx, left.MeshBlob)
		if err != nil {
			return err
		}
		if err := tx.SaveThumbnail(ctx, mesh.SHA256, shop.Pose{}, []byte("late")); err != nil {
			return err
		}
		return tx.SaveThumbnail(ctx, mesh.SHA256, onItsSide, nil)
	})
	if drawnOf(c, left.MeshBlob, shop.Pose{}) {
		t.Error("its last file is gone, and its picture is here")
	}
}

// What was here before there were pictures has them drawn in the background, once.
func TestMissingPicturesAreDrawn(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	id := c.NewCart()
	c.Drop(id, "t.stl", meshtest.BinarySTL(meshtest.TBracket()))
	sliceAll(t, c, id)
	turned := c.Parts(id)[0]
	turned.Pose = shop.Pose{X: 1}
	c.Write(func(ctx context.Context, tx *db.Tx) error { return tx.SavePart(ctx, turned) })
	if view(t, c, id).ThumbnailURL != "" {
		t.Error("it shows how it lay before")
	}
	draw := func() {
		t.Helper()
		if err := c.Tasks.RunChore(t.Context(), shop.Actor{Role: shop.RoleAdmin, Name: "Grace"}, "draw.thumbnails"); err != nil {
			t.Fatal(err)
		}
		if err := c.Tasks.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	draw()
	drawn := pictured(t, c, id, turned.ID)
	at := view(t, c, id).ThumbnailURL
	draw()
	if again := view(t, c, id).ThumbnailURL; at == "" || again != at {
		t.Errorf("its picture was at %q, and is at %q", at, again)
	}
	// It is the one that a reading makes.
	back := turn(t, c, id, asInFile)
	if head := turn(t, c, id, onItsHead); head.ThumbnailURL == "" || back.ThumbnailURL == "" || !bytes.Equal(pictured(t, c, id, turned.ID), drawn) {
		t.Error("read anew it has another picture")
	}
}
