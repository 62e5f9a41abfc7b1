package apptest

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"

	"buildplate/app/cart"
	"buildplate/app/order"
	"buildplate/app/shop"
)

// copiesOnTwoPlates are so many of a block that one plate holds nine of.
const copiesOnTwoPlates = 10

// clips is a block of which a bed holds nine.
func clips() []byte { return Block(60, 60, 2) }

// The shop dies at steps between the copies that somebody wants and the G-code of their plates, and when it is back they are laid out and
// sliced to the end: what is ordered then are the plates that were priced, each once.
func TestKilledWhileCopiesAreLaidOut(t *testing.T) {
	// The first two files put are the mesh and the G-code of one copy; those of the plates follow.
	steps := []string{"storage.put.created:3", "storage.put.written:3", "storage.put.synced:3", "storage.put.synced:4"}
	if testing.Short() {
		steps = []string{"storage.put.synced:3"}
	}
	for _, step := range steps {
		t.Run(step, func(t *testing.T) {
			p := crash(t, step, func(ctx context.Context, p *Process) error {
				c := NewClient(p.Public)
				if err := wantClips(ctx, c); err != nil {
					return err
				}
				return orderClips(ctx, c)
			})
			p.Stop(t)
			if b := Audit(t, p.Data, Killed); len(b.Orders) != 1 {
				t.Errorf("the audit: %+v", b)
			}
		})
	}
	t.Run("at once", func(t *testing.T) { // before anything is laid out
		binary := Binary(t)
		o := Options{Data: filepath.Join(t.TempDir(), "data"), Shop: FreeAddress(t), Public: FreeAddress(t)}
		p := Start(t, o)
		ctx, cancel := context.WithTimeout(t.Context(), sliceTimeout)
		defer cancel()
		c := NewClient(p.Public)
		if err := wantClips(ctx, c); err != nil {
			t.Fatal(err)
		}
		p.Kill()
		p, err := start(binary, t.TempDir, o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.Kill)
		if err := orderClips(ctx, c); err != nil {
			t.Fatal(err)
		}
		p.Stop(t)
		if b := Audit(t, o.Data, Killed); len(b.Orders) != 1 {
			t.Errorf("the audit: %+v", b)
		}
	})
}

// wantClips uploads a model and, once it is sliced, wants copies of it.
func wantClips(ctx context.Context, c *Client) error {
	if err := c.Upload(ctx, "clip.stl", clips(), 1<<20); err != nil {
		return err
	}
	found, err := c.WaitSliced(ctx, 1)
	if err != nil {
		return err
	}
	wanted := map[string]any{"version": found.Version, "copies": copiesOnTwoPlates}
	return c.JSON(ctx, http.MethodPatch, "/api/quick-order/parts/"+found.Parts[0].ID, wanted, nil)
}

// orderClips orders the copies once they are priced, and looks at the plates of the order.
func orderClips(ctx context.Context, c *Client) error {
	found, err := c.WaitSliced(ctx, 1)
	if err != nil {
		return err
	}
	part := found.Parts[0]
	if part.State != cart.ShownState(shop.PartSliced) || len(part.Plates) != 2 || part.Choices.Copies != copiesOnTwoPlates {
		return fmt.Errorf("laid out: %+v", part)
	}
	price, err := again(ctx, func() (cart.PriceView, error) { return c.PriceFor(ctx, pickup) })
	if err != nil {
		return err
	}
	placed, err := again(ctx, func() (order.CheckoutView, error) {
		return c.CheckOut(ctx, Order(shop.ByTransfer, price.Price.Total))
	})
	if err != nil {
		return err
	}
	o, err := again(ctx, func() (order.CustomerOrderView, error) { return c.OrderAt(ctx, placed.OrderURL) })
	if err != nil {
		return err
	}
	laid := 0
	for _, plate := range o.Items[0].Plates {
		laid += plate.Runs * plate.Copies
	}
	if laid != copiesOnTwoPlates || len(o.Items[0].Plates) != 2 {
		err = fmt.Errorf("ordered: %+v", o.Items[0].Plates)
	}
	return err
}
