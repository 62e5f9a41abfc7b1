package db_test

import (
	"context"
	"fmt"
	"testing"

	"buildplate/app/shop"
	"buildplate/db"
)

// What waits from each address is read page by page, the most bytes first, and a slice that several of its carts use counts once.
func TestWaitingCartsPageByPage(t *testing.T) {
	r := newQuotaRig(t, db.Quota{})
	want := map[string]int64{}
	gcode := aBlob(t)
	gcode.Size = 1 << 20
	key := fmt.Sprintf("%064d", 1)
	write(t, r.d, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.InsertBlob(ctx, gcode); err != nil {
			return err
		}
		_, err := tx.SaveSlice(ctx, shop.Slice{Key: key, GCodeBlob: gcode.ID})
		return err
	})
	for i := range 7 {
		address := fmt.Sprintf("2001:db8:%d::/64", i)
		for n := range 1 + i%3 {
			cart, mesh := r.cart(address), aBlob(t)
			raw := r.blob(cart, 1000+int64(i/2))
			mesh.Size = 500
			want[address] += 1500 + int64(i/2)
			write(t, r.d, func(ctx context.Context, tx *db.Tx) error {
				if err := tx.InsertBlob(ctx, mesh); err != nil {
					return err
				}
				p := shop.Part{ID: shop.NewID(), CartID: cart, Name: "a.stl", Kind: shop.KindModel, State: shop.PartQueued, RawBlob: raw, MeshBlob: mesh.ID, Choices: shop.Choices{Copies: 1}}
				if i == 5 {
					p.State, p.SliceKey = shop.PartSliced, key
				}
				return tx.InsertPart(ctx, p)
			})
			if i == 5 && n == 0 {
				want[address] += gcode.Size
			}
		}
	}
	err := r.d.Read(t.Context(), func(tx *db.Tx) error {
		var all []db.CartsFrom
		after := ""
		for range 7 {
			some, next, total, err := tx.WaitingCarts(t.Context(), after, 2)
			if err != nil || total != 7 {
				t.Fatalf("of %d addresses: %v", total, err)
			}
			all = append(all, some...)
			if after = next; next == "" {
				break
			}
		}
		if len(all) != 7 || after != "" {
			t.Fatalf("%d addresses, then %q", len(all), after)
		}
		for i, f := range all {
			if f.Bytes != want[f.Address] || f.Files != f.Carts {
				t.Errorf("%+v, want %d bytes", f, want[f.Address])
			}
			if i > 0 && (f.Bytes > all[i-1].Bytes || f.Bytes == all[i-1].Bytes && f.Address <= all[i-1].Address) {
				t.Errorf("%+v stands behind %+v", f, all[i-1])
			}
		}
		if _, _, _, err := tx.WaitingCarts(t.Context(), "nowhere", 2); !shop.IsCode(err, "cursor_malformed") {
			t.Errorf("after nowhere: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
