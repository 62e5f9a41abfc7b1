package cart_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/cart"
	"buildplate/app/shop"
	"buildplate/db"
)

// photo is a file that a person has to review.
var photo = []byte("\xff\xd8\xff\xe0 a photo of a broken clip")

// A file that is still on its way must not be dropped from an order in silence.
func TestAnOrderWaitsForItsFiles(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	for name, sent := range map[string]int{"nothing has come": 0, "half has come": len(photo) / 2} {
		t.Run(name, func(t *testing.T) {
			mine := c.NewCart()
			c.Drop(mine, "first.jpg", photo)
			late := c.Begin(mine, "second.jpg", photo, sent)
			_, err := c.Review(mine)
			if !shop.IsCode(err, "upload_not_complete") || !strings.Contains(shop.MessageOf(err), "second.jpg") {
				t.Fatalf("ordering too early: %v", err)
			}
			other := c.Begin(mine, "third.jpg", photo, 0)
			if _, err := c.Review(mine); !shop.IsCode(err, "upload_not_complete") || !strings.Contains(shop.MessageOf(err), "second.jpg") {
				t.Errorf("two files are missing: %v", err)
			}
			if err := c.Carts.AbortUpload(t.Context(), shop.Visitor(mine), other); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Carts.AppendUpload(t.Context(), shop.Visitor(mine), late, int64(sent), bytes.NewReader(photo[sent:])); err != nil {
				t.Fatal(err)
			}
			c.Inspect(mine)
			placed, err := c.Review(mine)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.FilesOf(placed.OrderNumber); len(got) != 2 {
				t.Errorf("the order has the files %v", got)
			}
		})
	}
	t.Run("the customer removes it", func(t *testing.T) {
		mine := c.NewCart()
		c.Drop(mine, "first.jpg", photo)
		late := c.Begin(mine, "second.jpg", photo, 3)
		if err := c.Carts.AbortUpload(t.Context(), shop.Visitor(mine), late); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Review(mine); err != nil {
			t.Error(err)
		}
	})
}

// An upload that has stopped does not block the order for ever: it is left out, staff read so, and nothing of it stays.
func TestAnUploadThatStoppedIsLeftOut(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	mine := c.NewCart()
	c.Drop(mine, "first.jpg", photo)
	gone := c.Begin(mine, "second.jpg", photo, 3)
	c.Pass(cart.UploadQuiet - time.Minute)
	if _, err := c.Review(mine); !shop.IsKind(err, shop.Conflict) {
		t.Fatalf("after two minutes: %v", err)
	}
	if _, err := c.Carts.AppendUpload(t.Context(), shop.Visitor(mine), gone, 3, bytes.NewReader(photo[3:5])); err != nil {
		t.Fatal(err)
	}
	c.Pass(2 * time.Minute)
	if _, err := c.Review(mine); !shop.IsKind(err, shop.Conflict) {
		t.Fatalf("two minutes after a byte: %v", err)
	}
	c.Pass(cart.UploadQuiet)
	placed, err := c.Review(mine)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.FilesOf(placed.OrderNumber); len(got) != 1 || got[0] != "first.jpg" {
		t.Errorf("the order has the files %v", got)
	}
	told := false
	c.Read(func(ctx context.Context, tx *db.Tx) error {
		o, err := tx.OrderByCart(ctx, mine)
		if err != nil {
			return err
		}
		log, _, err := tx.ActivityPage(ctx, o.ID, "", 200)
		for _, a := range log {
			told = told || slices.Contains(a.Params.LeftOut, "second.jpg")
		}
		return err
	})
	if !told {
		t.Error("staff are not told what was left out")
	}
	if _, err := c.Carts.AppendUpload(t.Context(), shop.Visitor(mine), gone, 5, bytes.NewReader(photo[5:])); !shop.IsKind(err, shop.NotFound) {
		t.Errorf("going on with it: %v", err)
	}
	if _, err := c.Store.StatStaging(gone); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("its bytes are still there: %v", err)
	}
}

// All its bytes were acknowledged, and then the shop died before it made a part of them: the next order has it, however
// late.
func TestACompleteUploadIsNeverLeftOut(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	mine := c.NewCart()
	c.Drop(mine, "first.jpg", photo)
	whole := c.Begin(mine, "second.jpg", photo, 3)
	to, err := c.Store.AppendAt(t.Context(), whole, 3, bytes.NewReader(photo[3:]), int64(len(photo)))
	if err != nil {
		t.Fatal(err)
	}
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		return tx.AdvanceUpload(ctx, whole, 3, to, tx.Now.Add(cart.UploadPatient))
	})
	c.Pass(time.Hour)
	if _, err := c.Review(mine); !shop.IsKind(err, shop.Conflict) {
		t.Fatalf("before it was inspected: %v", err)
	}
	c.Inspect(mine)
	placed, err := c.Review(mine)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.FilesOf(placed.OrderNumber); len(got) != 2 {
		t.Errorf("the order has the files %v", got)
	}
}

// The answer to the beginning of an upload is lost, and the page begins it again. The first one is nobody's, and no
// order waits for it; a file that is there twice on purpose is another matter.
func TestAnUploadBegunTwiceIsOneFile(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	mine := c.NewCart()
	unheard := c.Begin(mine, "clip.jpg", photo, 0)
	other := c.Begin(mine, "other.jpg", photo, 0)
	half := c.Begin(mine, "clip.jpg", photo, 4)
	end := c.Carts.Receiving(other)
	c.Drop(mine, "clip.jpg", photo)
	c.Drop(mine, "other.jpg", photo)
	end()
	var left []string
	c.Read(func(ctx context.Context, tx *db.Tx) error {
		open, err := tx.UploadsOfCart(ctx, mine)
		for _, u := range open {
			left = append(left, u.ID)
		}
		return err
	})
	if len(left) != 2 || left[0] != other || left[1] != half {
		t.Errorf("open uploads %v, want %s, which is arriving, and %s, which has bytes", left, other, half)
	}
	if _, err := c.Store.StatStaging(unheard); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file of the first is still there: %v", err)
	}
	for _, id := range left {
		if err := c.Carts.AbortUpload(t.Context(), shop.Visitor(mine), id); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Review(mine); err != nil {
		t.Error(err)
	}
}
