package cart_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/cart"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer/slicertest/meshtest"
)

// onItsHead and onItsSide are the T of meshtest turned so that it needs no supports: half a turn, and a quarter.
var (
	onItsHead = shop.Pose{X: 1}
	onItsSide = shop.Pose{W: math.Sqrt2 / 2, X: math.Sqrt2 / 2}
	asInFile  = shop.Pose{W: 1}
)

// turn lays a cart's first part another way, and waits for its slice.
func turn(t *testing.T, c *apptest.Scenario, cart string, pose shop.Pose) cart.PartView {
	t.Helper()
	part := c.Parts(cart)[0]
	if _, err := c.Carts.PatchParts(t.Context(), shop.Visitor(cart), 0, []string{part.ID}, shop.ChoicesPatch{Pose: &pose}); err != nil {
		t.Fatal(err)
	}
	c.Inspect(cart)
	sliceAll(t, c, cart)
	return view(t, c, cart)
}

func view(t *testing.T, c *apptest.Scenario, cart string) cart.PartView {
	t.Helper()
	v, err := c.Carts.Get(t.Context(), shop.Visitor(cart))
	if err != nil {
		t.Fatal(err)
	}
	return v.Parts[0]
}

// A part that is turned is measured, sliced and priced as it lies; laid back it has the slice that it had, from the cache.
func TestAPartIsTurned(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	id := c.NewCart()
	c.Drop(id, "t.stl", meshtest.BinarySTL(meshtest.TBracket()))
	first := sliceAll(t, c, id)
	was := view(t, c, id)
	if was.Pose != nil || was.Inspection.OverhangMM2 < 250 || was.Inspection.OverhangAngle != 45 || !was.Result.SupportsUsed || was.Inspection.SizeMM != [3]float64{40, 10, 40} {
		t.Fatalf("%+v", was.Inspection)
	}
	side := turn(t, c, id, onItsSide)
	if side.Pose == nil || *side.Pose != (shop.Pose{W: 0.707106781, X: 0.707106781}) || side.Inspection.OverhangMM2 != 0 || side.Result.SupportsUsed {
		t.Errorf("on its side: %+v, %+v", side.Pose, side.Inspection)
	}
	if size := side.Inspection.SizeMM; math.Abs(size[1]-40) > 1e-4 || math.Abs(size[2]-10) > 1e-4 || side.Price.Total >= was.Price.Total || side.MeshURL != was.MeshURL {
		t.Errorf("it measures %v and costs %v, before %v; its mesh is %s", size, side.Price.Total, was.Price.Total, side.MeshURL)
	}
	keys := map[string]bool{first.SliceKey: true, c.Parts(id)[0].SliceKey: true}
	head := turn(t, c, id, onItsHead)
	keys[c.Parts(id)[0].SliceKey] = true
	if head.Inspection.OverhangMM2 != 0 || len(keys) != 3 {
		t.Errorf("on its head: %+v, %d keys", head.Inspection, len(keys))
	}
	back := turn(t, c, id, asInFile)
	if back.Pose != nil || back.Inspection.SizeMM != was.Inspection.SizeMM || back.Price.Total != was.Price.Total || !back.FromCache || c.Parts(id)[0].SliceKey != first.SliceKey {
		t.Errorf("laid back: %+v, %+v", back.Pose, back.Inspection)
	}
}

// The same pose sent in other words changes nothing, and a stale tab does not turn what another has turned.
func TestTurningTwiceIsOnce(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	id := c.NewCart()
	c.Drop(id, "t.stl", meshtest.BinarySTL(meshtest.TBracket()))
	sliceAll(t, c, id)
	before := version(c, id)
	turn(t, c, id, onItsSide)
	part := c.Parts(id)[0]
	other := shop.Pose{W: -onItsSide.W, X: -onItsSide.X}
	if _, err := c.Carts.PatchParts(t.Context(), shop.Visitor(id), 0, nil, shop.ChoicesPatch{Pose: &other}); err != nil {
		t.Fatal(err)
	}
	if now := c.Parts(id)[0]; now.State != shop.PartSliced || now.SliceKey != part.SliceKey || now.Pose != part.Pose {
		t.Errorf("%s, %+v", now.State, now.Pose)
	}
	turn(t, c, id, shop.Pose{W: 1, X: 8.726646e-06}) // a thousandth of a degree is a turn, too
	if _, err := c.Carts.PatchParts(t.Context(), shop.Visitor(id), before, nil, shop.ChoicesPatch{Pose: &onItsHead}); !shop.IsCode(err, "changed_meanwhile") {
		t.Errorf("from a page of before: %v", err)
	}
}

func TestATurnThatIsNoneIsRefused(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	id := c.NewCart()
	c.Drop(id, "t.stl", meshtest.BinarySTL(meshtest.TBracket()))
	c.Drop(id, "sketch.jpg", []byte("\xff\xd8\xff\xe0 photo"))
	sliceAll(t, c, id)
	parts := c.Parts(id)
	for _, bad := range []struct {
		part string
		pose shop.Pose
		code shop.Code
	}{{parts[0].ID, shop.Pose{}, "pose_malformed"}, {parts[0].ID, shop.Pose{W: 3}, "pose_malformed"}, {parts[1].ID, onItsSide, "pose_without_model"}} {
		_, err := c.Carts.PatchParts(t.Context(), shop.Visitor(id), 0, []string{bad.part}, shop.ChoicesPatch{Pose: &bad.pose})
		var told *shop.Error
		if !errors.As(err, &told) || told.Code != bad.code || told.Field != "pose" {
			t.Errorf("%+v: %v", bad.pose, err)
		}
	}
	if _, err := c.Carts.PatchParts(t.Context(), shop.Visitor(id), 0, []string{parts[1].ID}, shop.ChoicesPatch{Pose: &asInFile}); err != nil {
		t.Errorf("what lies as it is: %v", err)
	}
}

// What is too high for the machine as it stands fits once it lies.
func TestAPartFitsOnceItLies(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	id := c.NewCart()
	c.Drop(id, "mast.stl", meshtest.BinarySTL(meshtest.Box(10, 10, 255)))
	sliceAll(t, c, id)
	if v := view(t, c, id); v.Fits || v.State != cart.ShownState(shop.PartFailed) {
		t.Fatalf("standing it is %s: %s", v.State, v.FitMessage)
	}
	across := shop.Pose{W: 0.653281482, X: -0.270598050, Y: 0.653281482, Z: 0.270598050} // laid down, then along the bed's diagonal
	if v := turn(t, c, id, across); !v.Fits || v.State != cart.ShownState(shop.PartSliced) || v.Inspection.SizeMM[2] > 11 {
		t.Errorf("lying it is %s and measures %v: %s", v.State, v.Inspection.SizeMM, v.FitMessage)
	}
}

// What only the file told, as that its surface faced inward, is still said of a part that was turned since.
func TestATurnedPartKeepsWhatItsFileTold(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	id := c.NewCart()
	c.Drop(id, "t.stl", meshtest.BinarySTL(meshtest.TBracket().InsideOut()))
	sliceAll(t, c, id)
	codes := func(v cart.PartView) (codes []string) {
		for _, f := range v.Inspection.Findings {
			codes = append(codes, f.Code)
		}
		return codes
	}
	if got := codes(view(t, c, id)); len(got) != 2 || got[0] != "inverted" || got[1] != "overhang" {
		t.Fatalf("%q", got)
	}
	if got := codes(turn(t, c, id, onItsSide)); len(got) != 1 || got[0] != "inverted" {
		t.Errorf("on its side: %q", got)
	}
	if got := codes(turn(t, c, id, asInFile)); len(got) != 2 {
		t.Errorf("laid back: %q", got)
	}
}

// What is overhang goes by the angle of the settings, which on this machine is the layers': thick ones hold on to less. A part
// is inspected anew before it is sliced by another.
func TestOverhangGoesByTheSettings(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	id := c.NewCart()
	c.Drop(id, "ball.stl", meshtest.BinarySTL(meshtest.Sphere(20, 60)))
	sliceAll(t, c, id)
	area := map[float64]float64{}
	for quality, angle := range map[string]float64{"0.28": 35, "0.20": 45, "0.12": 59} {
		v, err := c.Carts.PatchParts(t.Context(), shop.Visitor(id), 0, nil, shop.ChoicesPatch{Quality: &quality})
		if err != nil {
			t.Fatal(err)
		}
		if again := v.Parts[0].State == cart.ShownState(shop.PartInspecting); again != (v.Parts[0].Inspection.OverhangAngle != angle) {
			t.Errorf("layers of %s mm: it is %s, inspected by %v degrees", quality, v.Parts[0].State, v.Parts[0].Inspection.OverhangAngle)
		}
		c.Inspect(id)
		sliceAll(t, c, id)
		now := view(t, c, id)
		if area[angle] = now.Inspection.OverhangMM2; now.Inspection.OverhangAngle != angle || now.State != cart.ShownState(shop.PartSliced) {
			t.Errorf("layers of %s mm: it is %s, inspected by %v degrees, not %v", quality, now.State, now.Inspection.OverhangAngle, angle)
		}
	}
	if area[35] <= area[45] || area[45] <= area[59] {
		t.Errorf("overhangs of %v", area)
	}
}

// An inspection of before there was an angle went by another than the settings say now: it is done anew, and the slice of before
// is still found.
func TestInspectionsOfBeforeAreDoneAnew(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	id := c.NewCart()
	c.Drop(id, "t.stl", meshtest.BinarySTL(meshtest.TBracket()))
	part := sliceAll(t, c, id)
	key := part.SliceKey
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		part.Inspection = bytes.ReplaceAll(part.Inspection, []byte(`"support_angle":45,`), nil)
		part.State, part.SliceKey = shop.PartQueued, ""
		return tx.SavePart(ctx, part)
	})
	if v := view(t, c, id); v.Inspection.OverhangAngle != 50 {
		t.Fatalf("%+v", v.Inspection)
	}
	if err := c.Carts.Slice(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if p := c.Parts(id)[0]; p.State != shop.PartInspecting {
		t.Errorf("it is %s", p.State)
	}
	c.Inspect(id)
	if p := sliceAll(t, c, id); p.State != shop.PartSliced || p.SliceKey != key || !view(t, c, id).FromCache {
		t.Errorf("it is %s", p.State)
	}
}
