package cart_test

import (
	"context"
	"path/filepath"
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

// gated is a stub that slices nothing to its end while it is shut.
type gated struct {
	slicertest.Stub
	shut           *atomic.Bool
	begun, stopped *atomic.Int32
	opened         chan struct{} // for what stands before it
}

func newGated() gated {
	return gated{shut: new(atomic.Bool), begun: new(atomic.Int32), stopped: new(atomic.Int32), opened: make(chan struct{})}
}

func (e gated) Slice(ctx context.Context, j slicer.Job) (slicer.Report, error) {
	e.begun.Add(1)
	if e.shut.Load() {
		select {
		case <-e.opened:
		case <-ctx.Done():
			e.stopped.Add(1)
			return slicer.Report{}, context.Cause(ctx)
		}
	}
	return e.Stub.Slice(ctx, j)
}

// tBracket is a T like another, and not the same.
func tBracket(wide float64) []byte {
	return meshtest.BinarySTL(meshtest.TBracket().Each(func(p meshtest.Point) meshtest.Point { return meshtest.Point{wide * p[0], p[1], p[2]} }))
}

// sliced is a cart with a T that is sliced, while the gate is shut behind it and another pose of it is being made ahead.
func aheadUnderWay(t *testing.T, c *apptest.Scenario, engine gated) (id string, part shop.Part) {
	t.Helper()
	id = c.NewCart()
	c.Drop(id, "t.stl", tBracket(1))
	part = sliceAll(t, c, id)
	engine.shut.Store(true)
	begun := engine.begun.Load()
	propose(t, c, id)
	apptest.Await(t, "something to be made ahead", func() bool { return engine.begun.Load() > begun })
	return id, part
}

// At most four slices are made ahead for a cart, of parts that have their exact price only, and the most promising.
func TestFewSlicesAreMadeAhead(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	id := c.NewCart()
	for i := range 3 {
		c.Drop(id, "t.stl", tBracket(1+float64(i)/10))
	}
	propose(t, c, id)
	if all, _ := aheadOf(c, id); len(all) != 0 {
		t.Errorf("before anything is sliced, %d slices are made ahead", len(all))
	}
	sliceAll(t, c, id)
	propose(t, c, id)
	all := madeAhead(t, c, id)
	parts := map[string]int{}
	for _, a := range all {
		parts[a.PartID]++
	}
	if len(all) != 4 || len(parts) < 2 {
		t.Errorf("%d slices are made ahead, of %d parts", len(all), len(parts))
	}
	if _, err := c.Carts.DeletePart(t.Context(), shop.Visitor(id), 0, all[0].PartID); err != nil {
		t.Fatal(err)
	}
	propose(t, c, id)
	if left := madeAhead(t, c, id); len(left) != 4 {
		t.Errorf("with a part less, %d are made ahead", len(left))
	}
}

// What is made ahead keeps no one waiting: a part that comes is sliced on the one worker at once. What was broken off is made after it.
func TestSlicesAheadDelayNobody(t *testing.T) {
	engine := newGated()
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true, Engine: engine})
	id, _ := aheadUnderWay(t, c, engine)
	if waiting, active := c.Slices.Len(); waiting+active != 0 {
		t.Errorf("%d wait and %d run for somebody", waiting, active)
	}
	engine.shut.Store(false) // behind what runs
	other := c.NewCart()
	c.Drop(other, "block.stl", meshtest.BinarySTL(meshtest.Box(20, 20, 10)))
	sliceAll(t, c, other)
	if engine.stopped.Load() != 1 {
		t.Errorf("%d were stopped", engine.stopped.Load())
	}
	madeAhead(t, c, id)
}

// Whoever takes a pose that is being made ahead has it as it is being made: nothing is begun anew.
func TestAPoseIsTakenWhileItIsMade(t *testing.T) {
	engine := newGated()
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true, Engine: engine})
	id, part := aheadUnderWay(t, c, engine)
	all, _ := aheadOf(c, id)
	var running db.SliceAhead
	for _, a := range all {
		if c.Slices.Place(a.Key).Running {
			running = a
		}
	}
	begun := engine.begun.Load()
	if _, err := c.Carts.PatchParts(t.Context(), shop.Visitor(id), 0, []string{part.ID}, shop.ChoicesPatch{Pose: &running.Pose}); err != nil {
		t.Fatal(err)
	}
	if v := view(t, c, id); v.State != cart.ShownSlicing || !c.Slices.Place(running.Key).Running {
		t.Errorf("it is %s", v.State)
	}
	close(engine.opened)
	c.AwaitSliced(id)
	if p := c.Parts(id)[0]; p.State != shop.PartSliced || p.SliceKey != running.Key || engine.begun.Load() != begun || engine.stopped.Load() != 0 {
		t.Errorf("it is %s; %d were begun", p.State, engine.begun.Load()-begun)
	}
}

// What is made ahead of a part ends when the part becomes another, or goes.
func TestSlicesAheadEndWithTheirPart(t *testing.T) {
	inch, thick := shop.Inch, "0.28"
	for name, change := range map[string]func(*apptest.Scenario, string, shop.Part) error{
		"another quality": func(c *apptest.Scenario, id string, _ shop.Part) error {
			_, err := c.Carts.PatchParts(t.Context(), shop.Visitor(id), 0, nil, shop.ChoicesPatch{Quality: &thick})
			return err
		},
		"another pose": func(c *apptest.Scenario, id string, _ shop.Part) error {
			_, err := c.Carts.PatchParts(t.Context(), shop.Visitor(id), 0, nil, shop.ChoicesPatch{Pose: &shop.Pose{W: 0.8, X: 0.6}})
			return err
		},
		"another size": func(c *apptest.Scenario, id string, _ shop.Part) error {
			_, err := c.Carts.PatchParts(t.Context(), shop.Visitor(id), 0, nil, shop.ChoicesPatch{Unit: &inch})
			return err
		},
		"deleted": func(c *apptest.Scenario, id string, p shop.Part) error {
			_, err := c.Carts.DeletePart(t.Context(), shop.Visitor(id), 0, p.ID)
			return err
		},
		"ordered": func(c *apptest.Scenario, id string, _ shop.Part) error {
			_, err := c.Review(id)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			engine := newGated()
			c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true, Engine: engine})
			id, part := aheadUnderWay(t, c, engine)
			was, _ := aheadOf(c, id)
			if err := change(c, id, part); err != nil {
				t.Fatal(err)
			}
			if all, _ := aheadOf(c, id); len(all) != 0 {
				t.Errorf("%d are still made ahead", len(all))
			}
			apptest.Await(t, "what was made ahead to be stopped", func() bool {
				for _, a := range was {
					if c.Slices.Place(a.Key) != (slicer.Place{}) {
						return false
					}
				}
				return engine.stopped.Load() > 0
			})
		})
	}
}

// What is made ahead takes room of its cart, and no room is no verdict about the part: taken, the pose is sliced once there is room.
func TestSlicesAheadHaveTheirRoom(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true, Damaged: true})
	id := c.NewCart()
	c.Drop(id, "t.stl", tBracket(1))
	sliceAll(t, c, id)
	bytes := func() (n int64) {
		c.Read(func(ctx context.Context, tx *db.Tx) error {
			all, _, _, err := tx.WaitingCarts(ctx, "", 10)
			n = all[0].Bytes
			return err
		})
		return n
	}
	before := bytes()
	free := fill(c, id, shop.MaxCartBytes-before-100)
	propose(t, c, id)
	all, _ := aheadOf(c, id)
	failed := func() (n int) {
		c.Read(func(ctx context.Context, tx *db.Tx) error {
			for _, a := range all {
				if s, err := tx.Slice(ctx, a.Key); err == nil && s.Failed {
					n++
				}
			}
			return nil
		})
		return n
	}
	apptest.Await(t, "the slices to find no room", func() bool { return failed() == len(all) })
	if v := posesOf(t, c, id); len(v.Poses) != 0 {
		t.Errorf("without room: %+v", v.Poses)
	}
	free()
	if v := turn(t, c, id, all[0].Pose); v.Result == nil {
		t.Errorf("with room it is %s: %s", v.State, v.Message)
	}
	now := bytes()
	propose(t, c, id)
	apptest.Await(t, "what was there to count", func() bool { return bytes() > now }) // the file's own, which was sliced before
}

// A restart loses nothing but what was being made ahead, and makes that anew.
func TestSlicesAheadAfterARestart(t *testing.T) {
	dir := t.TempDir()
	var id string
	var was []db.SliceAhead
	t.Run("before", func(t *testing.T) {
		engine := newGated()
		c := apptest.NewScenario(t, apptest.Setup{Dir: dir, Quiet: true, NoDoors: true, Engine: engine})
		id, _ = aheadUnderWay(t, c, engine)
		was, _ = aheadOf(c, id)
	})
	if left, err := filepath.Glob(filepath.Join(dir, "slicing", "slicer-*", "[0-9]*")); err != nil || len(left) > 0 {
		t.Errorf("%v, %v", left, err)
	}
	c := apptest.NewScenario(t, apptest.Setup{Dir: dir, NoDoors: true})
	if p := c.Parts(id)[0]; p.State != shop.PartSliced || len(was) == 0 {
		t.Errorf("it is %s, with %d slices ahead", p.State, len(was))
	}
	if all := madeAhead(t, c, id); len(all) != len(was) {
		t.Errorf("%d are made ahead, of %d", len(all), len(was))
	}
}

// By itself the shop does all of it: once a part is sliced, it is looked at and sliced ahead.
func TestTheShopProposesByItself(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	id := c.NewCart()
	c.Begin(id, "t.stl", tBracket(1), len(tBracket(1)))
	c.AwaitSliced(id)
	apptest.Await(t, "poses to compare", func() bool {
		v, err := c.Carts.Poses(t.Context(), shop.Visitor(id), c.Parts(id)[0].ID)
		return err == nil && len(v.Poses) > 2 && v.Waiting == 0
	})
}
