package cart_test

import (
	"context"
	"slices"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/cart"
	"buildplate/app/shop"
	"buildplate/db"
)

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
		b, err := tx.Blob(ctx, p.RawBlob)
		if shop.IsKind(err, shop.NotFound) { // and its row is gone, too
			return nil
		}
		if b.State == db.BlobLive {
			t.Error("the last one is gone, and the file stays")
		}
		return err
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

// Lines keep the name of their part, however often their model is read again.
func TestLinesKeepTheirName(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	id := ordered(t, c, apptest.Block(20, 20, 10), 1)
	who := shop.Visitor(id)
	for range 2 {
		if _, err := c.Carts.AddLine(t.Context(), who, c.Parts(id)[0].ID, cart.LineRequest{}); err != nil {
			t.Fatal(err)
		}
	}
	c.AwaitSliced(id)
	inch, pose := shop.Inch, shop.Pose{W: 0.8, X: 0.6}
	for _, patch := range []shop.ChoicesPatch{{Pose: &pose}, {Unit: &inch}} {
		if _, err := c.Carts.PatchParts(t.Context(), who, 0, nil, patch); err != nil {
			t.Fatal(err)
		}
		apptest.Await(t, "all lines to be read again", func() bool {
			return !slices.ContainsFunc(c.Parts(id), func(p shop.Part) bool { return p.State == shop.PartInspecting })
		})
		for _, p := range c.Parts(id) {
			if p.Name != "block.stl" {
				t.Errorf("read again, a line is called %s", p.Name)
			}
		}
	}
}
