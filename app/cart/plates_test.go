package cart_test

import (
	"context"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"buildplate/app/apptest"
	"buildplate/app/cart"
	"buildplate/app/shop"
	"buildplate/db"
	"buildplate/slicer"
	"buildplate/slicer/slicertest"
)

// limited is an engine that takes no more than so many blocks on a plate, and none of several while it is shut.
type limited struct {
	slicertest.Stub
	most int
	shut *atomic.Bool
}

func (e limited) Slice(ctx context.Context, j slicer.Job) (slicer.Report, error) {
	info, err := os.Stat(j.Model)
	if err != nil {
		return slicer.Report{}, err
	}
	copies := int(info.Size()-84) / (12 * 50)
	if e.shut != nil && copies > 1 && e.shut.Load() {
		<-ctx.Done()
		return slicer.Report{}, context.Cause(ctx)
	}
	if e.most > 0 && copies > e.most {
		return slicer.Report{}, &slicer.Error{Code: slicer.CodeMemory, Message: "Too large to slice here."}
	}
	return e.Stub.Slice(ctx, j)
}

// ordered is a cart with copies of a block.
func ordered(t *testing.T, c *apptest.Scenario, block []byte, copies int) string {
	t.Helper()
	id := c.NewCart()
	c.Begin(id, "block.stl", block, len(block))
	c.AwaitSliced(id)
	choose(t, c, id, copies)
	return id
}

func choose(t *testing.T, c *apptest.Scenario, id string, copies int) cart.View {
	t.Helper()
	v, err := c.Carts.PatchParts(t.Context(), shop.Visitor(id), 0, nil, shop.ChoicesPatch{Copies: &copies})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func look(t *testing.T, c *apptest.Scenario, id string) cart.View {
	t.Helper()
	v, err := c.Carts.Get(t.Context(), shop.Visitor(id))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Copies are made on full plates and a remainder, and cost what those take; until that is known one copy's slice says what they may.
func TestCopiesArePricedFromTheirPlates(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	id := ordered(t, c, apptest.Block(60, 60, 10), 30)
	c.AwaitSliced(id)
	v := look(t, c, id)
	p := v.Parts[0]
	if len(p.Plates) != 2 || p.Plates[0].Runs*p.Plates[0].Copies+p.Plates[1].Copies != 30 || p.Plates[1].Runs != 1 || p.Plates[0].Copies < 9 || p.Spread {
		t.Fatalf("%+v", p)
	}
	full, rest := p.Plates[0], p.Plates[1]
	if p.Result.Seconds != float64(full.Runs)*full.Seconds+rest.Seconds || p.Price.Estimated || !v.CanPay {
		t.Errorf("%+v, %+v", p.Result, p.Price)
	}
	for _, r := range p.Price.Rows {
		if want := shop.Cents(2_00 * (full.Runs + 1)); r.Kind == shop.RowPlates && r.Amount != want {
			t.Errorf("plates cost %s, want %s", r.Amount, want)
		}
	}
	again := choose(t, c, id, 1)
	if p := again.Parts[0]; p.State != cart.ShownState(shop.PartSliced) || len(p.Plates) != 1 || p.Price.Estimated {
		t.Errorf("one copy is not exact at once: %+v", p)
	}
}

// While the number of copies changes nothing but the last one's plates stays in the queue, and the price is an estimate.
func TestOnlyTheLastPlatesAreWanted(t *testing.T) {
	shut := &atomic.Bool{}
	shut.Store(true)
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true, Engine: limited{shut: shut}})
	id := ordered(t, c, apptest.Block(60, 60, 10), 12)
	for _, copies := range []int{13, 14, 20, 25} {
		choose(t, c, id, copies)
		apptest.Await(t, "its plates to be queued", func() bool {
			p := c.Parts(id)[0]
			waiting, active := c.Slices.Len()
			return p.Laid && waiting+active == 2
		})
		if v := look(t, c, id); !v.Busy || v.CanPay || !v.Parts[0].Price.Estimated || len(v.Parts[0].Plates) != 0 {
			t.Errorf("%+v", v)
		}
	}
	choose(t, c, id, 1)
	apptest.Await(t, "nothing to be wanted", func() bool { waiting, active := c.Slices.Len(); return waiting+active == 0 })
	shut.Store(false)
	choose(t, c, id, 25)
	c.AwaitSliced(id)
	if v := look(t, c, id); !v.CanPay || len(v.Parts[0].Plates) != 2 {
		t.Errorf("%+v", v)
	}
}

// Copies that cannot be sliced together, or run for too long together, are spread over more plates: no run is longer than anybody
// may pay for at once, and fifty small parts need no review.
func TestCopiesAreSpread(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true, Engine: limited{most: 4}})
	id := ordered(t, c, apptest.Block(20, 20, 10), 10)
	c.AwaitSliced(id)
	if p := look(t, c, id).Parts[0]; !p.Spread || p.State != cart.ShownState(shop.PartSliced) || p.Plates[0].Copies > 4 {
		t.Errorf("%+v", p)
	}

	c = apptest.NewScenario(t, apptest.Setup{NoDoors: true})
	c.Write(func(ctx context.Context, tx *db.Tx) error {
		set, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		set.PayLimitHours = 1
		return tx.SaveSettings(ctx, set, true, "")
	})
	id = ordered(t, c, apptest.Block(20, 20, 10), 50)
	c.AwaitSliced(id)
	v := look(t, c, id)
	p := v.Parts[0]
	if !p.Spread || !v.CanPay || len(v.ReviewReasons) != 0 || p.Result.Seconds < 2*3600 {
		t.Errorf("%+v", v)
	}
	for _, plate := range p.Plates {
		if plate.Seconds > 3600 {
			t.Errorf("a run takes %g s", plate.Seconds)
		}
	}
}

// A shop that ends while plates are sliced slices them when it is back.
func TestPlatesOutliveARestart(t *testing.T) {
	dir := t.TempDir()
	id := ""
	t.Run("before", func(t *testing.T) {
		shut := &atomic.Bool{}
		shut.Store(true)
		c := apptest.NewScenario(t, apptest.Setup{Dir: dir, NoDoors: true, Engine: limited{shut: shut}})
		id = ordered(t, c, apptest.Block(60, 60, 10), 12)
		apptest.Await(t, "its plates to be queued", func() bool { return c.Parts(id)[0].Laid })
	})
	c := apptest.NewScenario(t, apptest.Setup{Dir: dir, NoDoors: true, Engine: limited{}})
	c.AwaitSliced(id)
	if v := look(t, c, id); !v.CanPay || len(v.Parts[0].Plates) != 2 {
		t.Errorf("%+v", v)
	}
}

// Copies are laid out once they have stayed as they are for a while.
func TestCopiesSettleFirst(t *testing.T) {
	c := apptest.NewScenario(t, apptest.Setup{NoDoors: true, Settle: time.Hour})
	id := ordered(t, c, apptest.Block(20, 20, 10), 5)
	if v := look(t, c, id); !v.Busy || c.Parts(id)[0].Laid || !v.Parts[0].Price.Estimated {
		t.Errorf("%+v", v)
	}
	c.Pass(time.Hour)
	choose(t, c, c.NewCart(), 1) // which has the shop look
	c.AwaitSliced(id)
}
