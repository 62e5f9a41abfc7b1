package app

import (
	"context"
	"strings"
	"testing"
	"time"

	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer/mesh/meshtest"
	"buildplate/storage"
)

// TestRefuseAndDestroy refuses an order whose file the shop wants never to have had.
func TestRefuseAndDestroy(t *testing.T) {
	c := newCartShop(t)
	file := meshtest.BinarySTL(meshtest.LeakyCube())
	cart := c.cart()
	c.drop(cart, "part.stl", file)
	placed, err := c.review(cart)
	if err != nil {
		t.Fatal(err)
	}
	var id string
	c.read(func(ctx context.Context, tx *db.Tx) error {
		found, _, err := tx.Invoices(ctx, "all", placed.OrderNumber, 0, 1)
		if err == nil {
			id = found[0].ID
		}
		return err
	})
	if _, err := c.RefuseOrder(t.Context(), Principal{Name: "Ada"}, id, "Not something we print.", true); err != nil {
		t.Fatal(err)
	}
	v, err := c.StaffOrder(t.Context(), id)
	if err != nil || v.Status != "refused" || len(v.Files) != 0 {
		t.Errorf("the order is %s with the files %v: %v", v.Status, v.Files, err)
	}
	if last := v.Activity; !strings.Contains(last[0].Sentence+last[len(last)-1].Sentence, "destroyed") {
		t.Errorf("nobody wrote it down: %+v", last)
	}
	if err := c.drainDeletions(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, bucket := range storage.Buckets() {
		for info := range c.files.List(bucket) {
			t.Errorf("%s of %s is still there", info.ID, bucket)
		}
	}

	// It does not come back, under whatever name; its uploader is told, and nothing of it stays.
	other := c.cart()
	upload, err := c.CreateUpload(t.Context(), other, "innocent.stl", int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.AppendUpload(t.Context(), other, upload, 0, strings.NewReader(string(file)))
	if !shop.IsCode(err, "file_banned") || !strings.Contains(shop.MessageOf(err), "innocent.stl") {
		t.Errorf("sent again: %v", err)
	}
	if parts := c.parts(other); len(parts) != 0 {
		t.Errorf("it became %+v", parts)
	}
	c.ahead.Add(int64(time.Hour))
	c.nothingHalf()
	c.drop(other, "another.stl", meshtest.BinarySTL(meshtest.Box(10, 10, 10)))
	if parts := c.parts(other); len(parts) != 1 {
		t.Errorf("another file is refused too: %+v", parts)
	}
}
