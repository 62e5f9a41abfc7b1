package app

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
)

var photo = []byte("\xff\xd8\xff\xe0 a photo of a broken clip")

// A file that is still on its way must not be dropped from an order in silence.
func TestAnOrderWaitsForItsFiles(t *testing.T) {
	c := newCartShop(t)
	for name, sent := range map[string]int{"nothing has come": 0, "half has come": len(photo) / 2} {
		t.Run(name, func(t *testing.T) {
			cart := c.cart()
			c.drop(cart, "first.jpg", photo)
			late := c.upload(cart, "second.jpg", photo, sent)
			_, err := c.review(cart)
			if !shop.IsCode(err, "upload_not_complete") || !strings.Contains(shop.MessageOf(err), "second.jpg has not arrived yet") {
				t.Fatalf("ordering too early: %v", err)
			}
			other := c.upload(cart, "third.jpg", photo, 0)
			if _, err := c.review(cart); !strings.Contains(shop.MessageOf(err), "second.jpg and another file have not") {
				t.Errorf("two files are missing: %v", err)
			}
			if err := c.AbortUpload(t.Context(), cart, other); err != nil {
				t.Fatal(err)
			}
			if _, err := c.AppendUpload(t.Context(), cart, late, int64(sent), bytes.NewReader(photo[sent:])); err != nil {
				t.Fatal(err)
			}
			c.inspectAll(cart)
			placed, err := c.review(cart)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.filesOf(placed.OrderNumber); len(got) != 2 {
				t.Errorf("the order has the files %v", got)
			}
		})
	}
	t.Run("the customer removes it", func(t *testing.T) {
		cart := c.cart()
		c.drop(cart, "first.jpg", photo)
		late := c.upload(cart, "second.jpg", photo, 3)
		if err := c.AbortUpload(t.Context(), cart, late); err != nil {
			t.Fatal(err)
		}
		if _, err := c.review(cart); err != nil {
			t.Error(err)
		}
	})
}

// An upload that has stopped does not block the order for ever: it is left out, staff read so, and nothing of it stays.
func TestAnUploadThatStoppedIsLeftOut(t *testing.T) {
	c := newCartShop(t)
	cart := c.cart()
	c.drop(cart, "first.jpg", photo)
	gone := c.upload(cart, "second.jpg", photo, 3)
	c.ahead.Add(int64(uploadQuiet - time.Minute))
	if _, err := c.review(cart); !shop.IsKind(err, shop.Conflict) {
		t.Fatalf("after two minutes: %v", err)
	}
	if _, err := c.AppendUpload(t.Context(), cart, gone, 3, bytes.NewReader(photo[3:5])); err != nil {
		t.Fatal(err)
	}
	c.ahead.Add(int64(2 * time.Minute))
	if _, err := c.review(cart); !shop.IsKind(err, shop.Conflict) {
		t.Fatalf("two minutes after a byte: %v", err)
	}
	c.ahead.Add(int64(uploadQuiet))
	placed, err := c.review(cart)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.filesOf(placed.OrderNumber); len(got) != 1 || got[0] != "first.jpg" {
		t.Errorf("the order has the files %v", got)
	}
	told := false
	c.read(func(ctx context.Context, tx *db.Tx) error {
		inv, err := tx.InvoiceByCart(ctx, cart)
		if err != nil {
			return err
		}
		log, err := tx.Activities(ctx, inv.ID)
		for _, a := range log {
			told = told || strings.Contains(a.Message, "second.jpg was left out")
		}
		return err
	})
	if !told {
		t.Error("staff are not told what was left out")
	}
	if _, err := c.AppendUpload(t.Context(), cart, gone, 5, bytes.NewReader(photo[5:])); !shop.IsKind(err, shop.NotFound) {
		t.Errorf("going on with it: %v", err)
	}
	if _, err := c.files.StatStaging(gone); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("its bytes are still there: %v", err)
	}
}

// All its bytes were acknowledged, and then the shop died before it made a part of them: the next order has it, however
// late.
func TestACompleteUploadIsNeverLeftOut(t *testing.T) {
	c := newCartShop(t)
	cart := c.cart()
	c.drop(cart, "first.jpg", photo)
	whole := c.upload(cart, "second.jpg", photo, 3)
	to, err := c.files.AppendAt(t.Context(), whole, 3, bytes.NewReader(photo[3:]), int64(len(photo)))
	if err != nil {
		t.Fatal(err)
	}
	c.write(func(ctx context.Context, tx *db.Tx) error {
		return tx.AdvanceUpload(ctx, whole, 3, to, tx.Now.Add(uploadPatient))
	})
	c.ahead.Add(int64(time.Hour))
	if _, err := c.review(cart); !shop.IsKind(err, shop.Conflict) {
		t.Fatalf("before it was looked at: %v", err)
	}
	c.inspectAll(cart)
	placed, err := c.review(cart)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.filesOf(placed.OrderNumber); len(got) != 2 {
		t.Errorf("the order has the files %v", got)
	}
}

// The answer to the beginning of an upload is lost, and the page begins it again. The first one is nobody's, and no
// order waits for it; a file that is there twice on purpose is another matter.
func TestAnUploadBegunTwiceIsOneFile(t *testing.T) {
	c := newCartShop(t)
	cart := c.cart()
	unheard := c.upload(cart, "clip.jpg", photo, 0)
	other := c.upload(cart, "other.jpg", photo, 0)
	half := c.upload(cart, "clip.jpg", photo, 4)
	end := c.receiving.begin(other)
	c.drop(cart, "clip.jpg", photo)
	c.drop(cart, "other.jpg", photo)
	end()
	var left []string
	c.read(func(ctx context.Context, tx *db.Tx) error {
		open, err := tx.UploadsOfCart(ctx, cart)
		for _, u := range open {
			left = append(left, u.ID)
		}
		return err
	})
	if len(left) != 2 || left[0] != other || left[1] != half {
		t.Errorf("open uploads %v, want %s, which is arriving, and %s, which has bytes", left, other, half)
	}
	if _, err := c.files.StatStaging(unheard); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file of the first is still there: %v", err)
	}
	for _, id := range left {
		if err := c.AbortUpload(t.Context(), cart, id); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.review(cart); err != nil {
		t.Error(err)
	}
}

// inspectAll looks at every part that waits for it.
func (c *cartShop) inspectAll(cart string) {
	c.t.Helper()
	for _, p := range c.parts(cart) {
		if p.State == shop.PartInspecting {
			c.inspectPart(c.t.Context(), p)
		}
	}
}

// filesOf names the files of an order.
func (c *cartShop) filesOf(number string) (names []string) {
	c.t.Helper()
	c.read(func(ctx context.Context, tx *db.Tx) error {
		found, _, err := tx.Invoices(ctx, "all", number, 0, 10)
		if err != nil {
			return err
		}
		files, err := tx.OrderFiles(ctx, found[0].ID)
		for _, f := range files {
			names = append(names, f.Name)
		}
		return err
	})
	return names
}
