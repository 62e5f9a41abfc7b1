package order_test

import (
	"context"
	"slices"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/cart"
	"buildplate/app/catalog"
	"buildplate/app/order"
	"buildplate/app/shop"
	"buildplate/db"
)

// view is a cart as its visitor sees it.
func view(t *testing.T, c *apptest.Scenario, id string) cart.View {
	t.Helper()
	v, err := c.Carts.Get(t.Context(), shop.Visitor(id))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// colours are those that the material of a part is offered in, but for the one it has.
func colours(t *testing.T, c *apptest.Scenario, p cart.PartView) (others []string) {
	t.Helper()
	c.Read(func(ctx context.Context, tx *db.Tx) error {
		menu, err := catalog.Menu(ctx, tx)
		m, _ := menu.Material(p.Choices.MaterialID)
		for _, colour := range m.Colours {
			if colour.ID != p.Choices.ColourID {
				others = append(others, colour.ID)
			}
		}
		return err
	})
	return others
}

// A part is ordered in two colours: each line has its copies and plates, the set-up counts once, the file is kept once, and the order has
// both with their own colour.
func TestAPartInTwoColours(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	id := c.NewCart()
	who := shop.Visitor(id)
	for i, name := range []string{"block.stl", "other.stl"} {
		block := apptest.Block(20, 20, 10+float64(i))
		c.Begin(id, name, block, len(block))
	}
	c.AwaitSliced(id)
	alone := view(t, c, id)
	first := alone.Parts[0]
	red, copies := colours(t, c, first)[0], 2
	got, err := c.Carts.AddLine(t.Context(), who, first.ID, cart.LineRequest{Version: alone.Version, ColourID: &red, Copies: &copies})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Parts) != 3 || got.Parts[0].ID != first.ID || got.Parts[1].Name != first.Name || got.Parts[1].Choices.ColourID != red || got.Parts[1].Choices.Copies != 2 || got.Parts[2].Name != "other.stl" {
		t.Fatalf("%+v", got.Parts)
	}
	c.AwaitSliced(id)
	both := view(t, c, id)
	if setUps := rows(both, first.ID, shop.RowSetup) + rows(both, both.Parts[1].ID, shop.RowSetup); setUps != 1 || rows(alone, first.ID, shop.RowSetup) != 1 {
		t.Errorf("set up %d times", setUps)
	}
	if labels := []string{both.Price.Rows[0].Label, both.Price.Rows[1].Label, both.Price.Rows[2].Label}; !slices.Equal(labels, []string{"block.stl, Black", "block.stl, White × 2", "other.stl"}) {
		t.Errorf("the price has the rows %q", labels)
	}
	if _, err := c.Carts.AddLine(t.Context(), who, first.ID, cart.LineRequest{Version: alone.Version}); !shop.IsCode(err, "changed_meanwhile") {
		t.Errorf("sent again: %v", err)
	}
	if _, err := c.Carts.AddLine(t.Context(), who, first.ID, cart.LineRequest{Version: both.Version}); err != nil {
		t.Fatal(err)
	}
	no := "no such colour"
	if _, err := c.Carts.AddLine(t.Context(), who, first.ID, cart.LineRequest{ColourID: &no}); !shop.IsCode(err, "colour_not_offered") {
		t.Errorf("a colour that is not offered: %v", err)
	}
	if _, err := c.Carts.AddLine(t.Context(), shop.Visitor(c.NewCart()), first.ID, cart.LineRequest{}); !shop.IsCode(err, "part_not_found") {
		t.Errorf("of somebody else's cart: %v", err)
	}

	// Whichever goes first, the file stays for the others.
	if _, err := c.Carts.DeletePart(t.Context(), who, 0, first.ID); err != nil {
		t.Fatal(err)
	}
	c.AwaitSliced(id)
	now := view(t, c, id)
	placed, err := c.Orders.Checkout(t.Context(), who, apptest.Order(shop.ByTransfer, now.Price.Total), nil)
	if err != nil {
		t.Fatal(err)
	}
	list, err := c.Orders.Orders(t.Context(), grace, order.OrderFilter{Tab: "all", Query: placed.OrderNumber})
	if err != nil || len(list.Orders) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	page, err := c.Orders.CustomerOrder(t.Context(), shop.Guest(list.Orders[0].ID), "/")
	if err != nil || len(page.Items) != 3 || page.Items[0].Copies != 2 || page.Items[0].Colour == page.Items[1].Colour {
		t.Errorf("the order has %+v, %v", page.Items, err)
	}
	models := slices.DeleteFunc(page.Files, func(f order.OrderFileView) bool { return f.Name != "block.stl" })
	if len(models) != 1 {
		t.Errorf("the file is there %d times", len(models))
	}

	// Taken back, the lines share their files as before.
	guest := shop.Guest(list.Orders[0].ID)
	guest.CartID = c.NewCart()
	if _, err := c.Orders.TakeBack(t.Context(), guest); err != nil {
		t.Fatal(err)
	}
	if back := c.Parts(guest.CartID); len(back) != 3 || back[0].MeshBlob != back[1].MeshBlob || back[0].RawBlob != back[1].RawBlob || back[0].MeshBlob == back[2].MeshBlob {
		t.Errorf("back came %d parts, which share their files otherwise", len(back))
	}
	c.AwaitSliced(guest.CartID)
	if again := view(t, c, guest.CartID); again.Price.Total != now.Price.Total {
		t.Errorf("back in the cart it costs %s instead of %s", again.Price.Total, now.Price.Total)
	}
}

// rows counts the rows of a kind in a part's price.
func rows(v cart.View, partID string, kind shop.RowKind) (n int) {
	for _, p := range v.Parts {
		if p.ID != partID || p.Price == nil {
			continue
		}
		for _, row := range p.Price.Rows {
			if row.Kind == kind {
				n++
			}
		}
	}
	return n
}
