package cart_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/cart"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer"
	"buildplate/slicer/slicertest"
	"buildplate/slicer/slicertest/meshtest"
)

// counting is a stub that counts what it slices.
type counting struct {
	slicertest.Stub
	n *atomic.Int32
}

func (e counting) Slice(ctx context.Context, j slicer.Job) (slicer.Report, error) {
	e.n.Add(1)
	return e.Stub.Slice(ctx, j)
}

// propose finds out how the parts of all carts may lie, and has them sliced ahead.
func propose(t *testing.T, c *apptest.Scenario, carts ...string) {
	t.Helper()
	var meshes []db.MeshToPropose
	c.Read(func(ctx context.Context, tx *db.Tx) (err error) {
		meshes, err = tx.MeshesToPropose(ctx, 0)
		return err
	})
	for _, m := range meshes {
		if err := c.Carts.Propose(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range carts {
		if err := c.Carts.SliceAhead(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
}

// aheadOf is what is made ahead for a cart, and how much of it is here.
func aheadOf(c *apptest.Scenario, id string) (all []db.SliceAhead, made int) {
	c.Read(func(ctx context.Context, tx *db.Tx) (err error) {
		if all, err = tx.SlicesAhead(ctx, id); err != nil {
			return err
		}
		done, err := tx.MadeAhead(ctx, id)
		for _, n := range done {
			made += n
		}
		return err
	})
	return all, made
}

// madeAhead waits until all is made ahead for a cart.
func madeAhead(t *testing.T, c *apptest.Scenario, id string) []db.SliceAhead {
	t.Helper()
	var all []db.SliceAhead
	apptest.Await(t, "the slices ahead", func() (done bool) {
		var made int
		all, made = aheadOf(c, id)
		return made == len(all)
	})
	return all
}

func posesOf(t *testing.T, c *apptest.Scenario, id string) cart.PosesView {
	t.Helper()
	v, err := c.Carts.Poses(t.Context(), shop.Visitor(id), c.Parts(id)[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A T stands as its file has it and needs supports: the shop proposes better ways, slices them, and says what they take. Whoever takes one
// has its price from the cache, and the file's own is as easily taken again.
func TestPosesAreProposedAndTaken(t *testing.T) {
	engine := counting{n: new(atomic.Int32)}
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true, Engine: engine})
	id := c.NewCart()
	c.Drop(id, "t.stl", meshtest.BinarySTL(meshtest.TBracket()))
	if v := posesOf(t, c, id); len(v.Poses) != 0 {
		t.Errorf("before it is sliced: %+v", v)
	}
	sliceAll(t, c, id)
	was := view(t, c, id)
	before := version(c, id)
	propose(t, c, id)
	made := madeAhead(t, c, id)
	if len(made) == 0 || len(made) > 3 || version(c, id) != before {
		t.Fatalf("made ahead are %+v", made)
	}
	if n := view(t, c, id).OtherPoses; n != len(made) {
		t.Errorf("its page knows of %d poses", n)
	}
	v := posesOf(t, c, id)
	if len(v.Poses) < 2 || v.Waiting != 0 || v.Estimated {
		t.Fatalf("%+v", v)
	}
	own, best := v.Poses[0], v.Poses[1]
	if !own.Own || !own.Chosen || own.Price != was.Price.Total || own.Seconds != was.Result.Seconds || !own.SupportsUsed || own.Saves != 0 || len(own.Advantages) != 0 {
		t.Errorf("the file's own: %+v", own)
	}
	if best.Own || best.Chosen || best.Price >= own.Price || best.SupportsUsed || !slices.Contains(best.Advantages, shop.PoseLessSupport) || best.OverhangMM2 != 0 {
		t.Errorf("the best: %+v", best)
	}
	for i, p := range v.Poses {
		if p.ThumbnailURL == "" {
			t.Errorf("pose %d has no picture", i)
		}
		if i > 0 && len(p.Advantages) == 0 {
			t.Errorf("pose %d is better in nothing", i)
		}
		if slices.Contains(p.Advantages, shop.PoseCheaper) && (p.Price >= own.Price || p.Saves <= 0) {
			t.Errorf("pose %d is called cheaper: %+v", i, p)
		}
	}
	pictures := map[string]bool{}
	for rank := range 1 + len(made) {
		found, err := c.Carts.PartThumbnail(t.Context(), shop.Visitor(id), was.ID, rank)
		if err != nil {
			t.Fatal(err)
		}
		pictures[string(found.PNG)] = true
	}
	if _, err := c.Carts.PartThumbnail(t.Context(), shop.Visitor(id), was.ID, 9); len(pictures) != 1+len(made) || !shop.IsCode(err, "picture_not_found") {
		t.Errorf("%d pictures; the tenth: %v", len(pictures), err)
	}

	sliced := engine.n.Load()
	if v, err := c.Carts.PatchParts(t.Context(), shop.Visitor(id), 0, nil, shop.ChoicesPatch{Pose: &best.Pose}); err != nil || v.Busy || v.Parts[0].State != cart.ShownState(shop.PartSliced) {
		t.Errorf("the answer to a tap: %+v, %v", v.Parts, err)
	}
	taken := turn(t, c, id, best.Pose)
	if engine.n.Load() != sliced || !taken.FromCache || taken.Price.Total != best.Price || taken.Result.Seconds != best.Seconds || taken.Result.SupportsUsed {
		t.Errorf("%d slices more; taken it costs %v and takes %v s", engine.n.Load()-sliced, taken.Price.Total, taken.Result.Seconds)
	}
	if !slices.ContainsFunc(made, func(a db.SliceAhead) bool { return a.Key == c.Parts(id)[0].SliceKey }) {
		t.Error("its slice is another than the one that was made ahead")
	}
	propose(t, c, id)
	madeAhead(t, c, id)
	again := posesOf(t, c, id)
	if len(again.Poses) != len(v.Poses) || !again.Poses[0].Own || again.Poses[0].Chosen || again.Poses[0].Price != own.Price || again.Poses[0].Saves > 0 || again.Poses[0].ThumbnailURL == "" {
		t.Errorf("taken: %+v", again.Poses)
	}
	back := turn(t, c, id, again.Poses[0].Pose)
	if engine.n.Load() != sliced || !back.FromCache || back.Pose != nil || back.Price.Total != was.Price.Total {
		t.Errorf("%d slices more; laid back it costs %v", engine.n.Load()-sliced, back.Price.Total)
	}
}

// Several copies: each pose's figures are worked out alike, from the slice of one, and said to be estimates.
func TestPosesOfSeveralCopiesAreEstimates(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	id := c.NewCart()
	c.Drop(id, "t.stl", meshtest.BinarySTL(meshtest.TBracket()))
	sliceAll(t, c, id)
	propose(t, c, id)
	madeAhead(t, c, id)
	one := posesOf(t, c, id)
	copies := 7
	if _, err := c.Carts.PatchParts(t.Context(), shop.Visitor(id), 0, nil, shop.ChoicesPatch{Copies: &copies}); err != nil {
		t.Fatal(err)
	}
	if all, _ := aheadOf(c, id); len(all) != 0 {
		t.Errorf("while its plates are laid out, %d slices are made ahead", len(all))
	}
	sliceAll(t, c, id)
	propose(t, c, id)
	madeAhead(t, c, id)
	v := posesOf(t, c, id)
	if !v.Estimated || len(v.Poses) != len(one.Poses) {
		t.Fatalf("%+v", v)
	}
	for i, p := range v.Poses {
		if p.Seconds != 7*one.Poses[i].Seconds || p.Price <= one.Poses[i].Price {
			t.Errorf("pose %d: %+v, of one copy %+v", i, p, one.Poses[i])
		}
	}
}

// What does not stand like that, or is no better in anything, is not offered; a model for which nothing is better has nothing to compare.
func TestNothingIsProposedThatIsNoBetter(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	for name, model := range map[string][]byte{"cube.stl": meshtest.BinarySTL(meshtest.Cube()), "plate.stl": meshtest.BinarySTL(meshtest.Box(60, 80, 4)), "sketch.jpg": photo} {
		id := c.NewCart()
		c.Drop(id, name, model)
		sliceAll(t, c, id)
		propose(t, c, id)
		madeAhead(t, c, id)
		if v := posesOf(t, c, id); len(v.Poses) != 0 || v.Waiting != 0 {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

// The same mesh is looked at once, whoever sends it, and what is known of it goes with its last file.
func TestAMeshIsLookedAtOnce(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	carts := []string{c.NewCart(), c.NewCart()}
	for _, id := range carts {
		c.Drop(id, "t.stl", meshtest.BinarySTL(meshtest.TBracket()))
		sliceAll(t, c, id)
		propose(t, c, id)
	}
	waiting := func() (n int) {
		c.Read(func(ctx context.Context, tx *db.Tx) error {
			all, err := tx.MeshesToPropose(ctx, 0)
			n = len(all)
			return err
		})
		return n
	}
	if first, second := madeAhead(t, c, carts[0]), madeAhead(t, c, carts[1]); len(first) == 0 || len(second) != len(first) || waiting() != 0 {
		t.Errorf("%d and %d slices ahead, %d meshes to look at", len(first), len(second), waiting())
	}
	part := c.Parts(carts[0])[0]
	known := func() (n int) {
		c.Read(func(ctx context.Context, tx *db.Tx) error {
			all, err := tx.Proposals(ctx, part.MeshBlob, part.Choices.Unit, 45)
			n = len(all)
			return err
		})
		return n
	}
	for i, id := range []string{carts[1], carts[0]} {
		if known() == 0 {
			t.Errorf("with %d of two parts nothing is known of their mesh", 2-i)
		}
		if _, err := c.Carts.DeletePart(t.Context(), shop.Visitor(id), 0, c.Parts(id)[0].ID); err != nil {
			t.Fatal(err)
		}
	}
	if known() != 0 || waiting() != 0 {
		t.Error("its files are gone, and it is still known how it may lie")
	}
}
