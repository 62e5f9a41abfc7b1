package cart_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/event"
	"buildplate/app/shop"
	"buildplate/app/slice"
	"buildplate/db"
	"buildplate/slicer"
	"buildplate/slicer/slicertest/meshtest"
	"buildplate/storage"
)

// An order is drawn up from a cart's version. A part that gets its result from the cache after that must raise the
// version, or the order would be written without the slice that its part has.
func TestAResultFromTheCacheRaisesTheCartsVersion(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	cart := c.NewCart()
	c.Drop(cart, "block.stl", meshtest.BinarySTL(meshtest.Box(20, 20, 10)))
	part := c.Parts(cart)[0]
	key := keyOf(c, part)
	failed := shop.SliceFacts{Code: "too_detailed", Message: "Too detailed to slice here."}
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.SaveSlice(ctx, shop.Slice{Key: key, Failed: true, Facts: failed})
		return err
	})
	before := version(c, cart)
	if err := c.Carts.Slice(t.Context(), cart); err != nil {
		t.Fatal(err)
	}
	if p := c.Parts(cart)[0]; p.State != shop.PartFailed || p.Message != failed.Message {
		t.Fatalf("the part is %s: %s", p.State, p.Message)
	}
	after := version(c, cart)
	if after <= before {
		t.Errorf("the version stayed at %d", after)
	}
	if err := c.Carts.Slice(t.Context(), cart); err != nil {
		t.Fatal(err)
	}
	if again := version(c, cart); again != after {
		t.Errorf("nothing changed, and the version went from %d to %d", after, again)
	}
}

// A failure of the shop's own is not kept for the next customer with the same part; one that is the part's is.
func TestOnlyVerdictsAreKept(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	first := c.NewCart()
	c.Drop(first, "block.stl", meshtest.BinarySTL(meshtest.Box(20, 20, 10)))
	part := c.Parts(first)[0]
	key := keyOf(c, part)
	for code, want := range map[string]shop.PartState{"internal": shop.PartQueued, "crashed": shop.PartQueued, "too_detailed": shop.PartFailed} {
		c.Write(func(ctx context.Context, tx *db.Tx) error {
			if err := tx.ForgetFailedSlice(ctx, key); err != nil {
				return err
			}
			_, err := tx.SaveSlice(ctx, shop.Slice{Key: key, Failed: true, Facts: shop.SliceFacts{Code: code, Message: "It did not work."}})
			return err
		})
		cart := c.NewCart()
		c.Drop(cart, "the same.stl", meshtest.BinarySTL(meshtest.Box(20, 20, 10)))
		if err := c.Carts.Slice(t.Context(), cart); err != nil {
			t.Fatal(err)
		}
		if p := c.Parts(cart)[0]; p.State != want {
			t.Errorf("after %q the part is %s, want %s", code, p.State, want)
		}
	}
}

// A result that could not be kept leaves its part queued with nobody to slice it; so does a cart that could not be queued
// after an inspection. Both are taken up again by themselves.
func TestWhatIsLeftLyingIsTakenUpAgain(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	var failures atomic.Int32
	event.Subscribe(c.Events, func(context.Context, *db.Tx, event.SliceFinished) error {
		if failures.Add(1) == 1 {
			return errors.New("the disk is full")
		}
		return nil
	})
	cart := c.NewCart()
	c.Drop(cart, "block.stl", meshtest.BinarySTL(meshtest.Box(20, 20, 10)))
	sliced := func() bool { return c.Parts(cart)[0].State == shop.PartSliced }
	if err := c.Carts.ResumeSlices(t.Context()); err != nil { // the part that was inspected was never queued
		t.Fatal(err)
	}
	idle := func() bool {
		waiting, active := c.Slices.Len()
		return failures.Load() == 1 && waiting+active == 0
	}
	apptest.Await(t, "a slice that cannot be kept", idle)
	if sliced() {
		t.Fatal("the slice was kept after all")
	}
	if err := c.Carts.ResumeSlices(t.Context()); err != nil {
		t.Fatal(err)
	}
	apptest.Await(t, "the part to be sliced after all", sliced)
	c.FilesAgree()
}

// A part that is gone is said to be gone: somebody else's page, or a second click.
func TestAPartThatIsGone(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	who := shop.Visitor(c.NewCart())
	if _, err := c.Carts.DeletePart(t.Context(), who, 0, shop.NewID()); !shop.IsCode(err, "part_not_found") {
		t.Errorf("deleted: %v", err)
	}
	if _, err := c.Carts.PartMesh(t.Context(), who, shop.NewID()); !shop.IsCode(err, "part_not_found") {
		t.Errorf("shown: %v", err)
	}
}

// keyOf is the key of the slice that a queued part waits for.
func keyOf(c *apptest.Scenario, part shop.Part) (key string) {
	c.Read(func(ctx context.Context, tx *db.Tx) error {
		plan, err := c.Carts.PlanFor(ctx, tx, part)
		key = plan.Key
		return err
	})
	return key
}

func version(c *apptest.Scenario, cart string) (v int64) {
	c.Read(func(ctx context.Context, tx *db.Tx) error {
		found, err := tx.Cart(ctx, cart)
		v = found.Version
		return err
	})
	return v
}

// What a part is sliced with is worked out before it is kept. A part that is changed in between must not wait for what it
// was before.
func TestPartsWaitForWhatWasChosenLast(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	cart := c.NewCart()
	for i := range 3 {
		c.Drop(cart, "block.stl", meshtest.BinarySTL(meshtest.Box(20, 20, 10+float64(i))))
	}
	var people sync.WaitGroup
	for person := range 3 {
		people.Go(func() {
			for i := range 5 {
				infill := 10 + 5*person + i
				if _, err := c.Carts.PatchParts(t.Context(), shop.Visitor(cart), 0, nil, shop.ChoicesPatch{Infill: &infill}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	people.Wait()
	waiting := map[string]bool{}
	for _, p := range c.Parts(cart) {
		if want := keyOf(c, p); p.State != shop.PartQueued || p.SliceKey != want {
			t.Errorf("%s with %d %% is %s and waits for %.8s, want %.8s", p.Name, p.Choices.Infill, p.State, p.SliceKey, want)
		}
		waiting[p.SliceKey] = true
	}
	apptest.Await(t, "a slice in the queue for each part, and no other", func() bool { // one that runs takes a moment to be stopped
		queued, active := c.Slices.Len()
		return queued+active == len(waiting)
	})
}

// A slice that is queued after everybody has stopped wanting it leaves the queue when that is looked at next, whoever has looked
// in between.
func TestASliceThatNobodyWantsLeavesTheQueue(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	cart := c.NewCart()
	c.Drop(cart, "block.stl", meshtest.BinarySTL(meshtest.Box(20, 20, 10)))
	part := c.Parts(cart)[0]
	part.Choices.Infill += 5 // as somebody chose, and has chosen otherwise since
	var work slicer.Work
	c.Read(func(ctx context.Context, tx *db.Tx) error {
		plan, err := c.Carts.PlanFor(ctx, tx, part)
		if err != nil {
			return err
		}
		in, _ := slice.InspectionOf(part.Inspection)
		of, err := tx.Cart(ctx, cart)
		work = c.Slices.Await(plan, in, of, part.MeshBlob)
		return err
	})
	c.Slices.DropUnwanted()
	c.Slices.Queue(work)
	c.Slices.DropUnwanted()
	apptest.Await(t, "an empty queue", func() bool { // one that runs takes a moment to be stopped
		queued, active := c.Slices.Len()
		return queued+active == 0
	})
}

// untilStored ends as soon as the shop has one file more.
type untilStored struct {
	context.Context
	files func() int
	had   int
}

func (c untilStored) Err() error {
	if c.files() > c.had {
		return context.Canceled
	}
	return c.Context.Err()
}

// A slice that nobody wants any more, or that the shop's closing stops, when its G-code was just stored leaves no file that
// no row names.
func TestAStoppedSliceLeavesNoFile(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{Quiet: true, NoDoors: true})
	cart := c.NewCart()
	c.Drop(cart, "block.stl", meshtest.BinarySTL(meshtest.Box(20, 20, 10)))
	part := c.Parts(cart)[0]
	var work slicer.Work
	c.Read(func(ctx context.Context, tx *db.Tx) error {
		plan, err := c.Carts.PlanFor(ctx, tx, part)
		if err != nil {
			return err
		}
		in, _ := slice.InspectionOf(part.Inspection)
		of, err := tx.Cart(ctx, cart)
		work = c.Slices.Await(plan, in, of, part.MeshBlob)
		return err
	})
	files := func() (n int) {
		for _, err := range c.Store.List(storage.Tmp) {
			if err != nil {
				t.Error(err)
			}
			n++
		}
		return n
	}
	had := files()
	ctx := untilStored{Context: t.Context(), files: files, had: had}
	var seen atomic.Bool // by whoever asks, in whatever goroutine
	ctx.files = func() int {
		n := files()
		if n > had {
			seen.Store(true)
		}
		return n
	}
	work.Run(ctx, func(float64) {})
	if !seen.Load() {
		t.Fatal("no G-code was stored")
	}
	if n := files(); n != had {
		t.Errorf("%d files, and %d before", n, had)
	}
}
