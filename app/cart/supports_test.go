package cart_test

import (
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer/slicertest/meshtest"
)

// What the shop decides of supports holds for what is sliced from then on: a part that was priced stays as it was until
// somebody changes it, but for what a gram of its supports sells for.
func TestTheShopDecidesOfSupports(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	id := c.NewCart()
	c.Drop(id, "t.stl", meshtest.BinarySTL(meshtest.TBracket()))
	first := sliceAll(t, c, id)
	was := view(t, c, id)
	decide := func(change func(*shop.Settings)) {
		t.Helper()
		if err := c.DB.Write(t.Context(), func(tx *db.Tx) error {
			s, err := tx.Settings(t.Context())
			if err != nil {
				return err
			}
			change(&s)
			return tx.SaveSettings(t.Context(), s, true, "")
		}); err != nil {
			t.Fatal(err)
		}
	}
	angle := 60.0
	decide(func(s *shop.Settings) { s.Supports = shop.SupportSettings{Structure: shop.SupportsTree, Angle: &angle} })
	if now := view(t, c, id); now.Price.Total != was.Price.Total || now.Inspection.OverhangAngle != 45 || c.Parts(id)[0].SliceKey != first.SliceKey {
		t.Errorf("a part that nobody touched is %+v at %s", now.Inspection, now.Price.Total)
	}
	turn(t, c, id, onItsSide)
	back := turn(t, c, id, asInFile)
	if back.Inspection.OverhangAngle != 60 || c.Parts(id)[0].SliceKey == first.SliceKey {
		t.Errorf("sliced anew: %+v, with the same key %v", back.Inspection, c.Parts(id)[0].SliceKey == first.SliceKey)
	}
	dear := shop.MustRate("5")
	decide(func(s *shop.Settings) { s.Pricing.SupportPerGram = &dear })
	if now := view(t, c, id); now.Price.Total <= back.Price.Total || c.Parts(id)[0].SliceKey == first.SliceKey {
		t.Errorf("with dear supports it costs %s, %s before", now.Price.Total, back.Price.Total)
	}
}
