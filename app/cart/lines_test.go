package cart_test

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
	for _, name := range []string{"block.stl", "other.stl"} {
		block := apptest.Block(20, 20, 10+float64(len(name)))
		c.Begin(id, name, block, len(block))
	}
	c.AwaitSliced(id)
	alone := look(t, c, id)
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
	both := look(t, c, id)
	if setUps := rows(both, first.ID, shop.RowSetup) + rows(both, both.Parts[1].ID, shop.RowSetup); setUps != 1 || rows(alone, first.ID, shop.RowSetup) != 1 {
		t.Errorf("set up %d times", setUps)
	}
	if _, err := c.Carts.AddLine(t.Context(), who, first.ID, cart.LineRequest{Version: 1}); err != nil {
		t.Errorf("chosen before by nobody: %v", err)
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
	now := look(t, c, id)
	placed, err := c.Orders.Checkout(t.Context(), who, apptest.Order(shop.ByTransfer, now.Price.Total), nil)
	if err != nil {
		t.Fatal(err)
	}
	list, err := c.Orders.Orders(t.Context(), shop.Actor{Role: shop.RoleAdmin, Name: "Grace"}, order.OrderFilter{Tab: "all", Query: placed.OrderNumber})
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

// Files of lines go with the last of them, and a cart has as many parts as it may, lines included.
func TestLinesTakeTheRoomOfParts(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	id := c.NewCart()
	who := shop.Visitor(id)
	block := apptest.Block(20, 20, 10)
	c.Begin(id, "block.stl", block, len(block))
	c.AwaitSliced(id)
	p := c.Parts(id)[0]
	for range shop.MaxCartFiles - 1 {
		if _, err := c.Carts.AddLine(t.Context(), who, p.ID, cart.LineRequest{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Carts.AddLine(t.Context(), who, p.ID, cart.LineRequest{}); !shop.IsCode(err, "cart_files_full") {
		t.Errorf("one more than fits: %v", err)
	}
	for _, p := range c.Parts(id) {
		if _, err := c.Carts.DeletePart(t.Context(), who, 0, p.ID); err != nil {
			t.Fatal(err)
		}
	}
	c.Read(func(ctx context.Context, tx *db.Tx) error {
		if b, err := tx.Blob(ctx, p.RawBlob); err != nil || b.State == db.BlobLive {
			t.Errorf("the last one is gone, and the file is %s, %v", b.State, err)
		}
		return nil
	})
	if _, err := c.Carts.AddLink(t.Context(), who, "https://example.com/model"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Carts.AddLine(t.Context(), who, c.Parts(id)[0].ID, cart.LineRequest{}); !shop.IsCode(err, "part_has_no_lines") {
		t.Errorf("of a link: %v", err)
	}
}

// Several sets are so many times as many copies of every part, or of none where one would be too many.
func TestSets(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	id := ordered(t, c, apptest.Block(20, 20, 10), 3)
	block := apptest.Block(21, 20, 10)
	c.Begin(id, "other.stl", block, len(block))
	c.AwaitSliced(id)
	sets := func(n int) error {
		_, err := c.Carts.PatchParts(t.Context(), shop.Visitor(id), look(t, c, id).Version, nil, shop.ChoicesPatch{Times: &n})
		return err
	}
	copies := func() (all []int) {
		for _, p := range c.Parts(id) {
			all = append(all, p.Choices.Copies)
		}
		return all
	}
	if err := sets(4); err != nil || !slices.Equal(copies(), []int{12, 4}) {
		t.Errorf("four sets are %v, %v", copies(), err)
	}
	if err := sets(50); !shop.IsCode(err, "copies_out_of_range") || shop.FieldOf(err) != "times" || !slices.Equal(copies(), []int{12, 4}) {
		t.Errorf("too many sets are %v, %v", copies(), err)
	}
	c.AwaitSliced(id)
}
